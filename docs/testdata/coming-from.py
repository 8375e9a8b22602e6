"""Runs the programs of the columns PyTorch and NumPy of coming-from.md, and writes
their values to coming-from.json. Programs of JAX are left out.

    python3 docs/testdata/coming-from.py

What stands on the last line of a program is its value.
"""

import ast
import json
import math
import os
import re

import numpy as np
import torch
import torch.nn.functional as F
import torch.utils.checkpoint

torch.set_default_dtype(torch.float64)
here = os.path.dirname(os.path.abspath(__file__))


class Reverse(torch.autograd.Function):
    """The identity, whose rule changes the sign."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        return -g


def setting(numpy):
    a = [[1., -2, 3], [4, 5, -6]]
    b = [[2., 1, .5], [1, 3, 2]]
    m = [[4., 1, 0], [1, 3, 1], [0, 1, 2]]
    v = [1., 2, 3]
    env = {"np": np, "torch": torch, "F": F, "nn": torch.nn, "Reverse": Reverse,
           "checkpoint": torch.utils.checkpoint.checkpoint}
    if numpy:
        env |= {"a": np.array(a), "b": np.array(b), "m": np.array(m), "v": np.array(v)}
    else:
        b = torch.tensor(b)
        env |= {"a": torch.tensor(a), "b": b, "m": torch.tensor(m),
                "v": torch.tensor(v, requires_grad=True),
                "u": torch.tensor([.5, -1, 2]),
                "x": b / 5, "t": torch.tensor([[0., 1, 0], [1, 0, 1]]),
                "f": lambda v: (v ** 3).sum(), "h": lambda v: v ** 3,
                "labels": torch.tensor([2, 0])}
        env["q"] = (env["v"] ** 2).sum()
    return env


def flat(x):
    """The elements of a value, and its shape if it is one array."""
    if x is None:
        return [], None
    if isinstance(x, torch.Tensor):
        x = x.detach().numpy()
    if isinstance(x, (np.ndarray, np.generic)):
        return [float(e) for e in np.asarray(x).ravel()], list(np.shape(x))
    if isinstance(x, (tuple, list)):
        return sum((flat(e)[0] for e in x), []), None
    return [float(x)], None


def evaluate(text, numpy):
    env = setting(numpy)
    tree = ast.parse(text)
    last = tree.body.pop()
    exec(compile(tree, "row", "exec"), env)
    return eval(compile(ast.Expression(last.value), "row", "eval"), env)


def number(x):
    return x if math.isfinite(x) else str(x)


page = open(os.path.join(here, "..", "coming-from.md")).read()
page = page.split("## What is not here")[0]
values = {}
for line in page.splitlines():
    cells = [c.strip() for c in re.split(r"(?<!\\)\|", line)][1:-1]
    if len(cells) == 4:
        programs = cells[1:3]
    elif len(cells) == 5:
        programs = cells[1:2]
    else:
        continue
    for column, cell in enumerate(programs):
        if not cell.startswith("`"):
            continue
        text = cell[1:-1].replace("`<br/>`", "\n").replace("\\|", "|")
        if "jax" in text or "jnp" in text or "optax" in text:
            continue
        try:
            elements, shape = flat(evaluate(text, len(cells) == 4 and column == 1 or len(cells) == 5 and "np." in text))
        except Exception as problem:
            print(f"{text!r}: {type(problem).__name__}: {problem}")
            continue
        values[text] = {"shape": shape, "values": [number(e) for e in elements]}
with open(os.path.join(here, "coming-from.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(values.items())) + "\n}\n")
print(len(values), "programs, PyTorch", torch.__version__, "NumPy", np.__version__)
