package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Losses of numbers: of a prediction x and its target t. They are not reduced; Mean
// or Sum does that.

// AbsoluteError returns |x − t| of each element, the L1 loss. The shapes must be
// equal. The derivatives at x = t are 0.
func AbsoluteError(x, t *graph.Var) *graph.Var {
	sameShape("ops.AbsoluteError", x, t)
	return Abs(Sub(x, t))
}

var _ = register(Entry{
	Name:    "AbsoluteError",
	Formula: "y = |x − t|",
	Rule:    "x̄ = ȳ·sign(x − t), t̄ = −x̄",
	Domain:  apart(-3, 3),
	Kinks:   "x = t: both derivatives are 0",
	Samples: twins(AbsoluteError),
	Refused: lossRefused(AbsoluteError),
})

// Huber returns ½d² of each d = x − t where |d| ≤ delta, and delta·(|d| − ½delta)
// beyond: a squared error whose gradient does not grow with the error of an outlier
// (Huber, 1964). The shapes must be equal and delta positive.
func Huber(x, t *graph.Var, delta float64) *graph.Var {
	const who = "ops.Huber"
	sameShape(who, x, t)
	checkPositive(who, "delta", delta)
	// With c = d clipped to ±delta both pieces are c(d − ½c).
	d := Sub(x, t)
	c := Clip(d, -delta, delta)
	return Mul(c, Sub(d, Scale(c, 0.5)))
}

var _ = register(Entry{
	Name:    "Huber",
	Formula: "y = ½d² where |d| ≤ δ, else δ(|d| − ½δ); d = x − t",
	Rule:    "x̄ = ȳ·min(max(d, −δ), δ), t̄ = −x̄",
	Domain:  apart(-1, 1),
	Kinks:   "|d| = δ: the second derivative is 1, that of the parabola",
	Samples: twins(func(x, t *graph.Var) *graph.Var { return Huber(x, t, 0.7) }),
	Refused: append(lossRefused(func(x, t *graph.Var) *graph.Var { return Huber(x, t, 1) }),
		Refusal{"a delta of 0", func() { Huber(zeros(2), zeros(2), 0) }}),
})

// SmoothL1 returns ½d²/beta of each d = x − t where |d| < beta, and |d| − ½beta
// beyond: Huber's loss divided by beta, so that the slope of its lines is 1
// (Girshick, 2015). The shapes must be equal and beta not negative; with 0 it is
// AbsoluteError.
func SmoothL1(x, t *graph.Var, beta float64) *graph.Var {
	const who = "ops.SmoothL1"
	sameShape(who, x, t)
	if beta == 0 {
		return AbsoluteError(x, t)
	}
	checkPositive(who, "beta", beta)
	return Scale(Huber(x, t, beta), 1/beta)
}

var _ = register(Entry{
	Name:    "SmoothL1",
	Formula: "y = ½d²/β where |d| < β, else |d| − ½β; d = x − t",
	Rule:    "x̄ = ȳ·min(max(d/β, −1), 1), t̄ = −x̄",
	Domain:  apart(-1, 1),
	Kinks:   "|d| = β: the second derivative is 1/β, that of the parabola; β = 0: as AbsoluteError",
	Samples: append(twins(func(x, t *graph.Var) *graph.Var { return SmoothL1(x, t, 0.5) }),
		samples(func(x []*graph.Var) *graph.Var { return SmoothL1(x[0], x[1], 0) }, [][]int{{3}, {3}})...),
	Refused: append(lossRefused(func(x, t *graph.Var) *graph.Var { return SmoothL1(x, t, 1) }),
		Refusal{"a negative beta", func() { SmoothL1(zeros(2), zeros(2), -1) }}),
})

func checkPositive(who, what string, v float64) {
	if !(v > 0) {
		panic(tensor.Errorf(who, "%s is %v: it must be > 0", what, v))
	}
}

// PoissonNLL returns eˣ − t·x of each element, the negative log-likelihood of a
// count t whose expectation is eˣ, but for the term log t!, which does not depend
// on x. The shapes must be equal.
func PoissonNLL(x, t *graph.Var) *graph.Var {
	sameShape("ops.PoissonNLL", x, t)
	return Sub(Exp(x), Mul(t, x))
}

var _ = register(Entry{
	Name:    "PoissonNLL",
	Formula: "y = eˣ − t·x",
	Rule:    "x̄ = ȳ(eˣ − t), t̄ = −ȳ·x",
	Domain:  on(-2, 2),
	Samples: twins(PoissonNLL),
	Refused: lossRefused(PoissonNLL),
})

// GaussianNLL returns ½(log v + (x − t)²/v) of each element, the negative
// log-likelihood of t under the normal distribution of mean x and variance v, but
// for the constant ½·log 2π (Nix and Weigend, 1994). The shapes must be equal. v
// must be positive: as a network's output, say, Softplus, limited by Clip.
func GaussianNLL(x, t, v *graph.Var) *graph.Var {
	const who = "ops.GaussianNLL"
	sameShape(who, x, t)
	if !slices.Equal(x.Shape(), v.Shape()) {
		panic(tensor.Errorf(who, "variances %v for predictions %v: the shapes must be equal, a loss does not broadcast", v.Shape(), x.Shape()))
	}
	return Scale(Add(Log(v), Div(Square(Sub(x, t)), v)), 0.5)
}

var _ = register(Entry{
	Name:    "GaussianNLL",
	Formula: "y = ½(ln v + (x − t)²/v)",
	Rule:    "x̄ = ȳ(x − t)/v, t̄ = −x̄, v̄ = ½ȳ(1/v − (x − t)²/v²)",
	Domain:  on(0.5, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return GaussianNLL(x[0], x[1], x[2]) },
		[][]int{{}, {}, {}}, [][]int{{2, 2}, {2, 2}, {2, 2}}, [][]int{{0, 2}, {0, 2}, {0, 2}}),
	Refused: append(lossRefused(func(x, t *graph.Var) *graph.Var { return GaussianNLL(x, t, x) }),
		Refusal{"a variance that would broadcast", func() { GaussianNLL(zeros(2), zeros(2), zeros()) }}),
})
