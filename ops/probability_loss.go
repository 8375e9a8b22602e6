package ops

import (
	"github.com/adjoint-ad/adjoint/graph"
)

// Losses of probabilities. They are not reduced; Mean or Sum does that.

// BCE returns the binary cross-entropy −t·log p − (1−t)·log(1−p) of each element,
// from the probability p that a model gives and the one t that it should give. A
// term whose factor is 0 is 0, so that p = t = 0 costs nothing; a p of 0 for a t
// that is not costs +Inf. BCEWithLogits takes logits and does not overflow: prefer
// it. The shapes must be equal.
func BCE(p, t *graph.Var) *graph.Var {
	sameShape("ops.BCE", p, t)
	return Neg(Add(XLogY(t, p), MulMasked(oneMinus(t), Log1p(Neg(p))))) // eq: L4
}

var _ = register(Entry{
	Name:    "BCE",
	Formula: "y = −t·ln p − (1−t)·ln(1−p)",
	Rule:    "p̄ = ȳ((1−t)/(1−p) − t/p), t̄ = ȳ(ln(1−p) − ln p)",
	Domain:  on(0.1, 0.9),
	Kinks:   "t = 0 and t = 1: the term whose factor is 0 has the derivative 0 in p, also at p = t",
	Samples: twins(BCE),
	Refused: lossRefused(BCE),
})

// WeightedBCEWithLogits is BCEWithLogits with a weight w of the positive: it returns
// −w·t·log σ(x) − (1−t)·log(1−σ(x)) of each element. A w above 1 counts a missed
// yes for more than a false one, as rare classes want. The shapes of x and t must be
// equal; w broadcasts to them, so that each class on the last axis may have its own.
func WeightedBCEWithLogits(x, t, w *graph.Var) *graph.Var {
	const who = "ops.WeightedBCEWithLogits"
	sameShape(who, x, t)
	checkBroadcastTo(who, w, x)
	return Add(BCEWithLogits(x, t), Mul(AddScalar(w, -1), Mul(t, Softplus(Neg(x)))))
}

var _ = register(Entry{
	Name:    "WeightedBCEWithLogits",
	Formula: "y = ln(1 + eˣ) − x·t + (w − 1)·t·ln(1 + e⁻ˣ)",
	Rule:    "x̄ = ȳ(σ(x) − t − (w − 1)·t·σ(−x)), t̄ = ȳ((w − 1)·ln(1 + e⁻ˣ) − x), w̄ = Σ ȳ·t·ln(1 + e⁻ˣ)",
	Domain:  on(0.1, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return WeightedBCEWithLogits(x[0], x[1], x[2]) },
		[][]int{{}, {}, {}}, [][]int{{2, 3}, {2, 3}, {3}}, [][]int{{2, 2}, {2, 2}, {}}, [][]int{{0, 2}, {0, 2}, {2}}),
	Refused: append(lossRefused(func(x, t *graph.Var) *graph.Var { return WeightedBCEWithLogits(x, t, zeros()) }),
		Refusal{"weights that x would broadcast to", func() { WeightedBCEWithLogits(zeros(3), zeros(3), zeros(2, 3)) }}),
})

// KLDiv returns t·(log t − x) of each element, whose sum over a distribution is the
// divergence of Kullback and Leibler (1951) of the probabilities t from those whose
// logarithms are x. It is 0 where t is 0. The shapes must be equal.
func KLDiv(x, t *graph.Var) *graph.Var {
	sameShape("ops.KLDiv", x, t)
	return Sub(XLogY(t, t), MulMasked(t, x))
}

var _ = register(Entry{
	Name:    "KLDiv",
	Formula: "y = t(ln t − x), and 0 where t = 0",
	Rule:    "x̄ = −ȳ·t, t̄ = ȳ(ln t + 1 − x)",
	Domain:  on(0.1, 2),
	Kinks:   "t = 0: the derivative in x is 0, also at x = −Inf",
	Samples: twins(KLDiv),
	Refused: lossRefused(KLDiv),
})
