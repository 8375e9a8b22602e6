package ops

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The special functions; formulas as in M. Abramowitz and I. Stegun, Handbook of
// Mathematical Functions, 1964, chapters 6, 7 and 9.

// Erf returns the error function 2/√π·∫₀ˣ e^(−t²) dt of each element.
func Erf(x *graph.Var) *graph.Var { return each(erf{}, x) }

type erf struct{}

func (erf) Name() string                     { return "erf" }
func (erf) Eval(y, x *tensor.Tensor)         { tensor.Erf(y, x) }
func (erf) Fused(gx, g, x, _ *tensor.Tensor) { tensor.ErfSlope(gx, g, x) }
func (erf) Slope(x, _ *graph.Var) *graph.Var { return Scale(Exp(Neg(Square(x))), 2/math.SqrtPi) }

var _ = register(Entry{
	Name:    "Erf",
	Formula: "y = erf x = 2/√π·∫₀ˣ e^(−t²) dt",
	Rule:    "x̄ = ȳ·2/√π·e^(−x²)",
	Domain:  on(-2, 2),
	Samples: singles(Erf),
})

// Erfc returns 1 − erf x of each element, without cancellation for large x.
func Erfc(x *graph.Var) *graph.Var { return draw(erfc{}, x) }

type erfc struct{}

func (erfc) Name() string                     { return "erfc" }
func (erfc) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Erfc) }
func (erfc) Slope(x, _ *graph.Var) *graph.Var { return Scale(Exp(Neg(Square(x))), -2/math.SqrtPi) }

var _ = register(Entry{
	Name:    "Erfc",
	Formula: "y = erfc x = 1 − erf x",
	Rule:    "x̄ = −ȳ·2/√π·e^(−x²)",
	Domain:  on(-2, 2),
	Samples: singles(Erfc),
})

// Erfinv returns the inverse of Erf of each element: ±Inf at ±1, NaN where
// |x| > 1.
func Erfinv(x *graph.Var) *graph.Var { return draw(erfinv{}, x) }

type erfinv struct{}

func (erfinv) Name() string                     { return "erfinv" }
func (erfinv) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Erfinv) }
func (erfinv) Slope(_, y *graph.Var) *graph.Var { return Scale(Exp(Square(y)), math.SqrtPi/2) }

var _ = register(Entry{
	Name:    "Erfinv",
	Formula: "y = erf⁻¹ x",
	Rule:    "x̄ = ȳ·½√π·e^(y²)",
	Domain:  on(-0.8, 0.8),
	Kinks:   "x = ±1: the slope is +Inf",
	Samples: singles(Erfinv),
})

// Erfcinv returns the inverse of Erfc of each element: +Inf at 0, −Inf at 2, NaN
// outside. It keeps its digits for small x.
func Erfcinv(x *graph.Var) *graph.Var { return draw(erfcinv{}, x) }

type erfcinv struct{}

func (erfcinv) Name() string                     { return "erfcinv" }
func (erfcinv) Eval(y, x *tensor.Tensor)         { tensor.Erfcinv(y, x) }
func (erfcinv) Slope(_, y *graph.Var) *graph.Var { return Scale(Exp(Square(y)), -math.SqrtPi/2) }

var _ = register(Entry{
	Name:    "Erfcinv",
	Formula: "y = erfc⁻¹ x",
	Rule:    "x̄ = −ȳ·½√π·e^(y²)",
	Domain:  on(0.2, 1.8),
	Kinks:   "x = 0 and x = 2: the slope is −Inf",
	Samples: singles(Erfcinv),
})

// Lgamma returns log|Γ(x)| of each element.
func Lgamma(x *graph.Var) *graph.Var { return draw(lgamma{}, x) }

type lgamma struct{}

func (lgamma) Name() string { return "lgamma" }
func (lgamma) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 {
		v, _ := math.Lgamma(x)
		return v
	})
}
func (lgamma) Slope(x, _ *graph.Var) *graph.Var { return Digamma(x) }

var _ = register(Entry{
	Name:    "Lgamma",
	Formula: "y = ln|Γ(x)|",
	Rule:    "x̄ = ȳ·ψ(x)",
	Domain:  on(0.5, 4),
	Samples: singles(Lgamma),
})

// Gamma returns Γ(x) = ∫₀^∞ tˣ⁻¹e⁻ᵗ dt of each element. Beyond 171 it overflows;
// see Lgamma.
func Gamma(x *graph.Var) *graph.Var { return draw(gamma{}, x) }

type gamma struct{}

func (gamma) Name() string                     { return "gamma" }
func (gamma) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Gamma) }
func (gamma) Slope(x, y *graph.Var) *graph.Var { return MulMasked(y, Digamma(x)) }

var _ = register(Entry{
	Name:    "Gamma",
	Formula: "y = Γ(x)",
	Rule:    "x̄ = ȳ·y·ψ(x)",
	Domain:  on(0.5, 3.5),
	Samples: singles(Gamma),
})

// Digamma returns ψ(x) = Γ′(x)/Γ(x) of each element, the slope of Lgamma.
func Digamma(x *graph.Var) *graph.Var { return Polygamma(x, 0) }

var _ = register(Entry{
	Name:    "Digamma",
	Formula: "y = ψ(x) = (ln Γ)′(x)",
	Rule:    "x̄ = ȳ·ψ′(x)",
	Domain:  on(0.5, 4),
	Samples: singles(Digamma),
})

// Trigamma returns ψ′(x) of each element, the slope of Digamma.
func Trigamma(x *graph.Var) *graph.Var { return Polygamma(x, 1) }

var _ = register(Entry{
	Name:    "Trigamma",
	Formula: "y = ψ′(x)",
	Rule:    "x̄ = ȳ·ψ″(x)",
	Domain:  on(0.7, 4),
	Samples: singles(Trigamma),
})

// Polygamma returns the n-th derivative of the digamma function of each element.
// It panics unless 0 ≤ n ≤ tensor.MaxPolygamma.
func Polygamma(x *graph.Var, n int) *graph.Var {
	if n < 0 || n > tensor.MaxPolygamma {
		panic(tensor.Errorf("ops.Polygamma", "the order %d is outside of 0 to %d", n, tensor.MaxPolygamma))
	}
	return draw(polygamma{n}, x)
}

type polygamma struct{ n int }

func (polygamma) Name() string                       { return "polygamma" }
func (f polygamma) String() string                   { return fmt.Sprintf("polygamma[%d]", f.n) }
func (f polygamma) Eval(y, x *tensor.Tensor)         { tensor.Polygamma(y, x, f.n) }
func (f polygamma) Slope(x, _ *graph.Var) *graph.Var { return Polygamma(x, f.n+1) }

var _ = register(Entry{
	Name:    "Polygamma",
	Formula: "y = ψ⁽ⁿ⁾(x)",
	Rule:    "x̄ = ȳ·ψ⁽ⁿ⁺¹⁾(x)",
	Domain:  on(1, 4),
	Samples: singles(func(x *graph.Var) *graph.Var { return Polygamma(x, 2) }),
	Refused: []Refusal{{"a negative order", func() { Polygamma(zeros(2), -1) }}},
})

// BesselJ returns the Bessel function of the first kind Jₙ(x) of each element.
func BesselJ(x *graph.Var, n int) *graph.Var { return draw(besselJ{n}, x) }

type besselJ struct{ n int }

func (besselJ) Name() string     { return "bessel_j" }
func (f besselJ) String() string { return fmt.Sprintf("bessel_j[%d]", f.n) }
func (f besselJ) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 { return math.Jn(f.n, x) })
}
func (f besselJ) Slope(x, _ *graph.Var) *graph.Var {
	return Scale(Sub(BesselJ(x, f.n-1), BesselJ(x, f.n+1)), 0.5)
}

var _ = register(Entry{
	Name:    "BesselJ",
	Formula: "y = Jₙ(x)",
	Rule:    "x̄ = ȳ·½(Jₙ₋₁(x) − Jₙ₊₁(x))",
	Domain:  on(-4, 4),
	Samples: append(
		singles(func(x *graph.Var) *graph.Var { return BesselJ(x, 0) }),
		samples(func(x []*graph.Var) *graph.Var { return Add(BesselJ(x[0], 1), BesselJ(x[0], 3)) }, [][]int{{3}})...),
})

// BesselY returns the Bessel function of the second kind Yₙ(x) of each element,
// −Inf at 0 and NaN below.
func BesselY(x *graph.Var, n int) *graph.Var { return draw(besselY{n}, x) }

type besselY struct{ n int }

func (besselY) Name() string     { return "bessel_y" }
func (f besselY) String() string { return fmt.Sprintf("bessel_y[%d]", f.n) }
func (f besselY) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 { return math.Yn(f.n, x) })
}
func (f besselY) Slope(x, _ *graph.Var) *graph.Var {
	return Scale(Sub(BesselY(x, f.n-1), BesselY(x, f.n+1)), 0.5)
}

var _ = register(Entry{
	Name:    "BesselY",
	Formula: "y = Yₙ(x)",
	Rule:    "x̄ = ȳ·½(Yₙ₋₁(x) − Yₙ₊₁(x))",
	Domain:  on(1, 5),
	Samples: append(
		singles(func(x *graph.Var) *graph.Var { return BesselY(x, 0) }),
		samples(func(x []*graph.Var) *graph.Var { return Add(BesselY(x[0], 1), BesselY(x[0], 2)) }, [][]int{{3}})...),
})
