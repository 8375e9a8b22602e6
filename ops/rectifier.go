package ops

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Activations that are the identity or a line in pieces, or an exponential on the
// left. Those of one straight piece and a curve are compositions.

// left returns min(x, 0), with the derivative 1 at 0, where that of ReLU is 0.
func left(x *graph.Var) *graph.Var { return Clip(x, math.Inf(-1), 0) }

// ELU returns x where x > 0 and alpha·(eˣ − 1) elsewhere, the exponential linear
// unit (Clevert, Unterthiner and Hochreiter, 2016). The derivative at 0 is alpha.
func ELU(x *graph.Var, alpha float64) *graph.Var {
	return Add(ReLU(x), Scale(Expm1(left(x)), alpha)) // eq: A8
}

var _ = register(Entry{
	Name:    "ELU",
	Formula: "y = x where x > 0, else α(eˣ − 1)",
	Rule:    "x̄ = ȳ where x > 0, else ȳ·α·eˣ",
	Domain:  on(-2, 2, 0),
	Kinks:   "x = 0: the derivative is α",
	Samples: singles(func(x *graph.Var) *graph.Var { return ELU(x, 0.7) }),
})

// CELU returns x where x > 0 and alpha·(e^(x/alpha) − 1) elsewhere, an ELU whose
// derivative at 0 is 1 from both sides (Barron, 2017, arXiv:1704.07483). It panics
// if alpha is 0.
func CELU(x *graph.Var, alpha float64) *graph.Var {
	if alpha == 0 {
		panic(tensor.Errorf("ops.CELU", "alpha is 0, by which x is divided; the limit for small alpha is ReLU"))
	}
	return Add(ReLU(x), Scale(Expm1(Scale(left(x), 1/alpha)), alpha))
}

var _ = register(Entry{
	Name:    "CELU",
	Formula: "y = x where x > 0, else α(e^(x/α) − 1)",
	Rule:    "x̄ = ȳ where x > 0, else ȳ·e^(x/α)",
	Domain:  on(-2, 2, 0),
	Kinks:   "x = 0: the derivative is 1, as on both sides",
	Samples: singles(func(x *graph.Var) *graph.Var { return CELU(x, 0.7) }),
	Refused: []Refusal{{"an alpha of 0", func() { CELU(zeros(2), 0) }}},
})

// SELU returns λ·ELU(x, α) with the numbers that keep the mean 0 and the variance
// 1 of what passes through a deep network (Klambauer, Unterthiner, Mayr and
// Hochreiter, 2017). The derivative at 0 is λα.
func SELU(x *graph.Var) *graph.Var { return Scale(ELU(x, seluAlpha), seluScale) }

const (
	seluAlpha = 1.6732632423543772
	seluScale = 1.0507009873554805
)

var _ = register(Entry{
	Name:    "SELU",
	Formula: "y = λx where x > 0, else λα(eˣ − 1); λ = 1.0507…, α = 1.6733…",
	Rule:    "x̄ = λȳ where x > 0, else λα·eˣ·ȳ",
	Domain:  on(-2, 2, 0),
	Kinks:   "x = 0: the derivative is λα, the slope on the left",
	Samples: singles(SELU),
})

// PReLU returns x where x > 0 and a·x elsewhere, for a slope a that is learned (He,
// Zhang, Ren and Sun, 2015). a has one element, or one for each channel, which are
// the places on axis 1 of x. The derivative at 0 is a.
func PReLU(x, a *graph.Var) *graph.Var {
	shape, n := x.Shape(), a.Value().Len()
	switch {
	case n == 1:
		a = Reshape(a)
	case len(a.Shape()) != 1 || len(shape) < 2 || shape[1] != n:
		panic(tensor.Errorf("ops.PReLU", "slopes %v for x %v: want one element, or one for each place on axis 1", a.Shape(), shape))
	default:
		var buf [8]int
		ones := append(buf[:0], n)
		for range shape[2:] {
			ones = append(ones, 1)
		}
		a = Reshape(a, ones...)
	}
	return Add(ReLU(x), Mul(a, left(x)))
}

var _ = register(Entry{
	Name:    "PReLU",
	Formula: "y = x where x > 0, else a·x",
	Rule:    "x̄ = ȳ where x > 0, else a·ȳ; ā = Σ ȳ·x over x ≤ 0",
	Domain:  on(-2, 2, 0),
	Kinks:   "x = 0: the derivative is a",
	Samples: samples(func(x []*graph.Var) *graph.Var { return PReLU(x[0], x[1]) },
		[][]int{{3}, {1}}, [][]int{{2, 3}, {3}}, [][]int{{2, 3, 2}, {3}}, [][]int{{2, 2}, {}}, [][]int{{0, 2}, {2}}),
	Refused: []Refusal{
		{"as many slopes as there are features, but on another axis", func() { PReLU(zeros(2, 3, 4), zeros(4)) }},
		{"several slopes for a vector", func() { PReLU(zeros(3), zeros(3)) }},
		{"a matrix of slopes", func() { PReLU(zeros(2, 3), zeros(1, 3)) }},
	},
})

// saturate returns min(max(x, lo), hi) with the derivative 1 between lo and hi and
// 0 at both: an activation that has come to rest, where Clip is a limit that the
// allowed numbers still reach.
type saturate struct{ lo, hi float64 }

func (saturate) Name() string               { return "saturate" }
func (f saturate) String() string           { return fmt.Sprintf("saturate[%g %g]", f.lo, f.hi) }
func (f saturate) Eval(y, x *tensor.Tensor) { tensor.Clip(y, x, f.lo, f.hi) }
func (f saturate) Fused(gx, g, x, _ *tensor.Tensor) {
	tensor.MapSlope(gx, g, x, func(x float64) float64 {
		if x > f.lo && x < f.hi {
			return 1
		}
		return 0
	})
}
func (f saturate) Slope(x, _ *graph.Var) *graph.Var { return slopeOfPieces(f, x) }

// ReLU6 returns min(max(x, 0), 6) of each element (Howard et al., "MobileNets",
// 2017). The derivative at 0 and at 6 is 0.
func ReLU6(x *graph.Var) *graph.Var { return each(saturate{0, 6}, x) }

var _ = register(Entry{
	Name:    "ReLU6",
	Formula: "y = min(max(x, 0), 6)",
	Rule:    "x̄ = ȳ where 0 < x < 6, else 0",
	Domain:  on(-3, 9, 0, 6),
	Kinks:   "x = 0 and x = 6: the derivative is 0",
	Samples: singles(ReLU6),
})

// HardTanh returns min(max(x, −1), 1) of each element. The derivative at −1 and at
// 1 is 0; Clip has other limits, and 1 there.
func HardTanh(x *graph.Var) *graph.Var { return each(saturate{-1, 1}, x) }

var _ = register(Entry{
	Name:    "HardTanh",
	Formula: "y = min(max(x, −1), 1)",
	Rule:    "x̄ = ȳ where −1 < x < 1, else 0",
	Domain:  on(-2, 2, -1, 1),
	Kinks:   "x = −1 and x = 1: the derivative is 0",
	Samples: singles(HardTanh),
})

// HardSigmoid returns min(max(x + 3, 0), 6)/6 of each element (Howard et al.,
// "Searching for MobileNetV3", 2019). The derivative at −3 and at 3 is 0.
func HardSigmoid(x *graph.Var) *graph.Var { return Scale(ReLU6(AddScalar(x, 3)), 1./6) }

var _ = register(Entry{
	Name:    "HardSigmoid",
	Formula: "y = min(max(x + 3, 0), 6)/6",
	Rule:    "x̄ = ȳ/6 where −3 < x < 3, else 0",
	Domain:  on(-5, 5, -3, 3),
	Kinks:   "x = −3 and x = 3: the derivative is 0",
	Samples: singles(HardSigmoid),
})

// HardSwish returns x·min(max(x + 3, 0), 6)/6 of each element, from the same paper.
// The derivative at −3 is −½ and at 3 it is 3/2, those of the parabola between.
func HardSwish(x *graph.Var) *graph.Var { return draw(hardSwish{}, x) }

type hardSwish struct{}

func (hardSwish) Name() string { return "hard_swish" }
func (hardSwish) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 {
		if x <= -3 { // −Inf too
			return 0
		}
		return x * (min(x+3, 6) / 6)
	})
}
func (hardSwish) Slope(x, _ *graph.Var) *graph.Var {
	inside := slopeOfPieces(clip{-3, 3}, x)
	return Scale(Add(Clip(AddScalar(x, 3), 0, 6), mask(inside, x)), 1./6)
}

var _ = register(Entry{
	Name:    "HardSwish",
	Formula: "y = x·min(max(x + 3, 0), 6)/6",
	Rule:    "x̄ = ȳ(2x + 3)/6 where −3 ≤ x ≤ 3, else 0 on the left, ȳ on the right",
	Domain:  on(-5, 5, -3, 3),
	Kinks:   "x = −3 and x = 3: the derivative is −½ and 3/2, from inside",
	Samples: singles(HardSwish),
})

// HardShrink returns x where |x| > lambda and 0 elsewhere. The derivative at
// ±lambda is 0. It panics if lambda is negative.
func HardShrink(x *graph.Var, lambda float64) *graph.Var {
	checkThreshold("ops.HardShrink", lambda)
	return each(hardShrink{lambda}, x)
}

type hardShrink struct{ lambda float64 }

func (hardShrink) Name() string     { return "hard_shrink" }
func (f hardShrink) String() string { return fmt.Sprintf("hard_shrink[%g]", f.lambda) }
func (f hardShrink) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 {
		if math.Abs(x) <= f.lambda {
			return 0
		}
		return x
	})
}
func (f hardShrink) Fused(gx, g, x, _ *tensor.Tensor) { shrinkSlope(gx, g, x, f.lambda) }
func (f hardShrink) Slope(x, _ *graph.Var) *graph.Var { return slopeOfPieces(f, x) }

// shrinkSlope is 1 where |x| > lambda and 0 elsewhere, times g.
func shrinkSlope(gx, g, x *tensor.Tensor, lambda float64) {
	tensor.MapSlope(gx, g, x, func(x float64) float64 {
		if math.Abs(x) <= lambda {
			return 0
		}
		return 1
	})
}

var _ = register(Entry{
	Name:    "HardShrink",
	Formula: "y = x where |x| > λ, else 0",
	Rule:    "x̄ = ȳ where |x| > λ, else 0",
	Domain:  on(-2, 2, -0.6, 0.6),
	Kinks:   "x = ±λ: the derivative is 0",
	Samples: singles(func(x *graph.Var) *graph.Var { return HardShrink(x, 0.6) }),
	Refused: []Refusal{{"a negative threshold", func() { HardShrink(zeros(2), -1) }}},
})

// SoftShrink returns x moved towards 0 by lambda, and 0 if that would pass it: the
// proximal operator of λ|x|, by which sparse problems are solved (Donoho, 1995).
// The derivative at ±lambda is 0. It panics if lambda is negative.
func SoftShrink(x *graph.Var, lambda float64) *graph.Var {
	checkThreshold("ops.SoftShrink", lambda)
	return each(softShrink{lambda}, x)
}

type softShrink struct{ lambda float64 }

func (softShrink) Name() string     { return "soft_shrink" }
func (f softShrink) String() string { return fmt.Sprintf("soft_shrink[%g]", f.lambda) }
func (f softShrink) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 {
		switch {
		case math.Abs(x) <= f.lambda:
			return 0
		case x > 0:
			return x - f.lambda
		}
		return x + f.lambda
	})
}
func (f softShrink) Fused(gx, g, x, _ *tensor.Tensor) { shrinkSlope(gx, g, x, f.lambda) }
func (f softShrink) Slope(x, _ *graph.Var) *graph.Var { return slopeOfPieces(f, x) }

var _ = register(Entry{
	Name:    "SoftShrink",
	Formula: "y = x − λ where x > λ, x + λ where x < −λ, else 0",
	Rule:    "x̄ = ȳ where |x| > λ, else 0",
	Domain:  on(-2, 2, -0.6, 0.6),
	Kinks:   "x = ±λ: the derivative is 0",
	Samples: singles(func(x *graph.Var) *graph.Var { return SoftShrink(x, 0.6) }),
	Refused: []Refusal{{"a negative threshold", func() { SoftShrink(zeros(2), -1) }}},
})

func checkThreshold(who string, lambda float64) {
	if !(lambda >= 0) {
		panic(tensor.Errorf(who, "the threshold is %v: it must be ≥ 0", lambda))
	}
}
