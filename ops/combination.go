package ops

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Elementwise formulas of several operands, which broadcast.

// Dim returns max(a − b, 0), broadcasting: math.Dim. The derivatives at a = b are
// 0.
func Dim(a, b *graph.Var) *graph.Var {
	checkBroadcast("ops.Dim", a, b)
	return ReLU(Sub(a, b))
}

var _ = register(Entry{
	Name:    "Dim",
	Formula: "y = max(a − b, 0)",
	Rule:    "ā = ȳ where a > b, else 0; b̄ = −ā",
	Domain:  apart(-3, 3),
	Kinks:   "a = b: both derivatives are 0",
	Samples: pairs(Dim),
	Refused: broadcastRefused(Dim),
})

// Lerp returns a + w·(b − a), broadcasting: a for w = 0, b for w = 1 and what lies
// between on a straight line.
func Lerp(a, b, w *graph.Var) *graph.Var {
	checkBroadcast("ops.Lerp", a, b, w)
	return Add(a, Mul(w, Sub(b, a)))
}

var _ = register(Entry{
	Name:    "Lerp",
	Formula: "y = a + w(b − a)",
	Rule:    "ā = ȳ(1 − w), b̄ = ȳ·w, w̄ = ȳ(b − a)",
	Domain:  on(-3, 3),
	Samples: triples(Lerp),
	Refused: []Refusal{{"shapes that do not broadcast", func() { Lerp(zeros(2, 3), zeros(2, 3), zeros(2)) }}},
})

// AddCMul returns x + c·a·b for a constant c, broadcasting.
func AddCMul(x, a, b *graph.Var, c float64) *graph.Var {
	checkBroadcast("ops.AddCMul", x, a, b)
	return Add(x, Scale(Mul(a, b), c))
}

var _ = register(Entry{
	Name:    "AddCMul",
	Formula: "y = x + c·a·b",
	Rule:    "x̄ = ȳ, ā = ȳ·c·b, b̄ = ȳ·c·a",
	Domain:  on(-3, 3),
	Samples: triples(func(x, a, b *graph.Var) *graph.Var { return AddCMul(x, a, b, -0.7) }),
	Refused: []Refusal{{"shapes that do not broadcast", func() { AddCMul(zeros(2, 3), zeros(2), zeros(2, 3), 1) }}},
})

// checkBroadcast refuses operands that do not broadcast, in the name of a formula
// whose operations would refuse them in their own.
func checkBroadcast(who string, x ...*graph.Var) {
	var buf, buf2 [8]int
	shape := append(buf[:0], x[0].Shape()...)
	for _, v := range x[1:] {
		shape = append(buf[:0], tensor.BroadcastShape(who, buf2[:0], shape, v.Shape())...)
	}
}

// checkBroadcastTo refuses an operand w that x does not keep its shape with.
func checkBroadcastTo(who string, w, x *graph.Var) {
	var buf [8]int
	tensor.BroadcastToShape(who, buf[:0], w.Shape(), x.Shape())
}

// triples samples a formula of three tensors that broadcast.
func triples(f func(a, b, c *graph.Var) *graph.Var) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return f(x[0], x[1], x[2]) },
		[][]int{{}, {}, {}}, [][]int{{2, 3}, {3}, {2, 1}}, [][]int{{}, {2}, {2}}, [][]int{{0, 2}, {2}, {1, 2}})
}
