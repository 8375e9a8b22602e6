# Answers gradcheck about f(x) = Σ sin(xᵢ)·xᵢ₊₁ and its gradient.
# Check it: gradcheck exec -- python3 client.py
import json, math, sys

def f(x):
    return sum(math.sin(a) * b for a, b in zip(x, x[1:]))

def gradient(x):
    g = [0.0] * len(x)
    for i in range(len(x) - 1):
        g[i] += math.cos(x[i]) * x[i + 1]
        g[i + 1] += math.sin(x[i])
    return g

for line in sys.stdin:
    question = json.loads(line)
    if question["want"] == "point":
        answer = {"x": [0.5, -1.2, 2.0]}
    elif question["want"] == "value":
        answer = {"f": f(question["x"])}
    else:
        answer = {"g": gradient(question["x"])}
    print(json.dumps(answer), flush=True)
