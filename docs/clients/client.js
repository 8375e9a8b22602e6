// Answers gradcheck about f(x) = Σ sin(xᵢ)·xᵢ₊₁ and its gradient.
// Check it: gradcheck exec -- node client.js
const f = x => x.slice(1).reduce((sum, b, i) => sum + Math.sin(x[i]) * b, 0)

const gradient = x => x.map((a, i) =>
	(i + 1 < x.length ? Math.cos(a) * x[i + 1] : 0) + (i > 0 ? Math.sin(x[i - 1]) : 0))

const answers = {
	point: () => ({ x: [0.5, -1.2, 2] }),
	value: x => ({ f: f(x) }),
	gradient: x => ({ g: gradient(x) }),
}

require("readline").createInterface({ input: process.stdin }).on("line", line => {
	const { want, x } = JSON.parse(line)
	console.log(JSON.stringify(answers[want](x)))
})
