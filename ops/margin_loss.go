package ops

import (
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Losses that want a margin, and the similarity that such losses are built on.
// They are not reduced; Mean or Sum does that.

// HingeEmbedding returns, for a distance x and a target t of 1 (alike) or −1
// (different), x or max(0, margin − x) for each element (Hadsell, Chopra and LeCun,
// 2006). The shapes must be equal. The derivative at x = margin is 0.
func HingeEmbedding(x, t *graph.Var, margin float64) *graph.Var {
	sameShape("ops.HingeEmbedding", x, t)
	alike := AddScalar(t, 1) // 0 where t is −1
	return Where(alike, x, ReLU(AddScalar(Neg(x), margin)))
}

var _ = register(Entry{
	Name:    "HingeEmbedding",
	Formula: "y = x where t = 1, max(0, m − x) where t = −1",
	Rule:    "x̄ = ȳ where t = 1, −ȳ where t = −1 and x < m, else 0",
	Domain:  on(-3, 3, 1),
	Kinks:   "t = −1 and x = m: the derivative is 0",
	Samples: samples(func(x []*graph.Var) *graph.Var {
		return HingeEmbedding(x[0], constant(x[0].Type(), 1, -1, 1, -1), 1)
	}, [][]int{{4}}),
	Refused: lossRefused(func(x, t *graph.Var) *graph.Var { return HingeEmbedding(x, t, 1) }),
})

// MarginRanking returns max(0, margin − t·(a − b)) of each element, for a target t of
// 1 where a should be the greater and −1 where b should. The shapes must be equal.
// The derivatives where the margin is just kept are 0.
func MarginRanking(a, b, t *graph.Var, margin float64) *graph.Var {
	const who = "ops.MarginRanking"
	sameShape(who, a, b)
	sameShape(who, a, t)
	return ReLU(AddScalar(Neg(Mul(t, Sub(a, b))), margin))
}

var _ = register(Entry{
	Name:    "MarginRanking",
	Formula: "y = max(0, m − t(a − b))",
	Rule:    "ā = −ȳ·t where y > 0, else 0; b̄ = −ā",
	Domain:  apart(-3, 3),
	Kinks:   "t(a − b) = m: both derivatives are 0",
	Samples: samples(func(x []*graph.Var) *graph.Var {
		return MarginRanking(x[0], x[1], constant(x[0].Type(), 1, -1, -1, 1), 0.1)
	}, [][]int{{4}, {4}}),
	Refused: []Refusal{
		{"scores that would broadcast", func() { MarginRanking(zeros(3, 1), zeros(3), zeros(3), 1) }},
		{"targets that would broadcast", func() { MarginRanking(zeros(3), zeros(3), zeros(1), 1) }},
	},
})

// SoftMargin returns log(1 + e^(−t·x)) of each element, for a target t of 1 or −1:
// BCEWithLogits with other names for yes and no. The shapes must be equal.
func SoftMargin(x, t *graph.Var) *graph.Var {
	sameShape("ops.SoftMargin", x, t)
	return Softplus(Neg(Mul(t, x)))
}

var _ = register(Entry{
	Name:    "SoftMargin",
	Formula: "y = ln(1 + e^(−t·x))",
	Rule:    "x̄ = −ȳ·t·σ(−t·x), t̄ = −ȳ·x·σ(−t·x)",
	Domain:  on(-2, 2),
	Samples: twins(SoftMargin),
	Refused: lossRefused(SoftMargin),
})

// TripletMargin returns max(0, ‖a − p‖ − ‖a − n‖ + margin) for each row of the last
// axis: what a, the anchor, is nearer to p, which is like it, than to n, which is
// not, should be margin at least (Schroff, Kalenichenko and Philbin, 2015). To each
// difference 1e-6 is added, as PyTorch does, so that distances of 0 do not occur.
// The shapes must be equal; the result lacks the last axis.
func TripletMargin(a, p, n *graph.Var, margin float64) *graph.Var {
	const who = "ops.TripletMargin"
	sameShape(who, a, p)
	sameShape(who, a, n)
	tensor.Axis(who, -1, a.Shape())
	distance := func(x *graph.Var) *graph.Var { return Norm(AddScalar(Sub(a, x), 1e-6), 2, -1) }
	return ReLU(AddScalar(Sub(distance(p), distance(n)), margin))
}

var _ = register(Entry{
	Name:    "TripletMargin",
	Formula: "y = max(0, ‖a − p‖ − ‖a − n‖ + m) of each row",
	Rule:    "p̄ = −ȳ(a − p)/‖a − p‖, n̄ = ȳ(a − n)/‖a − n‖, ā = −p̄ − n̄ where y > 0, else 0",
	Domain:  apart(-1, 1),
	Kinks:   "‖a − n‖ − ‖a − p‖ = m: the derivatives are 0",
	Samples: samples(func(x []*graph.Var) *graph.Var { return TripletMargin(x[0], x[1], x[2], 3) },
		[][]int{{3}, {3}, {3}}, [][]int{{2, 3}, {2, 3}, {2, 3}}, [][]int{{0, 2}, {0, 2}, {0, 2}}),
	Refused: []Refusal{
		{"shapes that would broadcast", func() { TripletMargin(zeros(2, 3), zeros(3), zeros(3), 1) }},
		{"scalars", func() { TripletMargin(zeros(), zeros(), zeros(), 1) }},
	},
})

// CosineSimilarity returns the cosine ⟨a, b⟩/max(‖a‖·‖b‖, eps) of the angle between
// vectors along an axis, which the result lacks. The shapes must be equal, and eps
// positive: with it vectors of length 0 have the cosine 0.
func CosineSimilarity(a, b *graph.Var, axis int, eps float64) *graph.Var {
	const who = "ops.CosineSimilarity"
	if !slices.Equal(a.Shape(), b.Shape()) {
		panic(tensor.Errorf(who, "vectors %v and %v: the shapes must be equal", a.Shape(), b.Shape()))
	}
	tensor.Axis(who, axis, a.Shape())
	checkPositive(who, "eps", eps)
	lengths := Mul(Norm(a, 2, axis), Norm(b, 2, axis))
	return Div(Sum(Mul(a, b), axis), Clip(lengths, eps, math.Inf(1)))
}

var _ = register(Entry{
	Name:    "CosineSimilarity",
	Formula: "y = ⟨a, b⟩/max(‖a‖·‖b‖, ε) along an axis",
	Rule:    "ā = ȳ(b/(‖a‖·‖b‖) − y·a/‖a‖²), b̄ likewise",
	Domain:  on(-2, 2, 0),
	Kinks:   "a = 0 or b = 0: the norms have the derivative 0",
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return CosineSimilarity(x[0], x[1], -1, 1e-8) },
			[][]int{{3}, {3}}, [][]int{{2, 3}, {2, 3}}, [][]int{{0, 2}, {0, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return CosineSimilarity(x[0], x[1], 0, 1e-8) }, [][]int{{3, 2}, {3, 2}})...),
	Refused: []Refusal{
		{"shapes that would broadcast", func() { CosineSimilarity(zeros(2, 3), zeros(3), -1, 1) }},
		{"an axis that is not there", func() { CosineSimilarity(zeros(2), zeros(2), 1, 1) }},
		{"an eps of 0", func() { CosineSimilarity(zeros(2), zeros(2), 0, 0) }},
	},
})
