package ops

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Sigmoid returns the logistic function σ(x) = 1/(1+e⁻ˣ) of each element. It
// does not overflow.
func Sigmoid(x *graph.Var) *graph.Var { return each(sigmoid{}, x) }

type sigmoid struct{}

func (sigmoid) Name() string                     { return "sigmoid" }
func (sigmoid) Eval(y, x *tensor.Tensor)         { tensor.Sigmoid(y, x) }
func (sigmoid) Fused(gx, g, _, y *tensor.Tensor) { tensor.SigmoidSlope(gx, g, y) }
func (sigmoid) Slope(_, y *graph.Var) *graph.Var {
	return Mul(y, oneMinus(y)) // eq: A2
}

var _ = register(Entry{
	Name:    "Sigmoid",
	Formula: "y = σ(x) = 1/(1 + e⁻ˣ)",
	Rule:    "x̄ = ȳ·y(1 − y)",
	Domain:  on(-4, 4),
	Samples: singles(Sigmoid),
})

// Tanh returns the hyperbolic tangent (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ) of each element.
func Tanh(x *graph.Var) *graph.Var { return each(tanh{}, x) }

type tanh struct{}

func (tanh) Name() string                     { return "tanh" }
func (tanh) Eval(y, x *tensor.Tensor)         { tensor.Tanh(y, x) }
func (tanh) Fused(gx, g, _, y *tensor.Tensor) { tensor.TanhSlope(gx, g, y) }
func (tanh) Slope(_, y *graph.Var) *graph.Var {
	return Mul(oneMinus(y), AddScalar(y, 1)) // eq: A3
}

var _ = register(Entry{
	Name:    "Tanh",
	Formula: "y = tanh x",
	Rule:    "x̄ = ȳ(1 − y²)",
	Domain:  on(-3, 3),
	Samples: singles(Tanh),
})

func oneMinus(x *graph.Var) *graph.Var { return AddScalar(Neg(x), 1) }

// ReLU returns max(x, 0) of each element, the rectified linear unit (Nair and
// Hinton, 2010). The derivative at 0 is 0.
func ReLU(x *graph.Var) *graph.Var { return each(relu{}, x) }

type relu struct{}

func (relu) Name() string             { return "relu" }
func (relu) Eval(y, x *tensor.Tensor) { tensor.ReLU(y, x) }
func (relu) Fused(gx, g, x, _ *tensor.Tensor) {
	tensor.ReLUSlope(gx, g, x) // eq: A4
}
func (f relu) Slope(x, _ *graph.Var) *graph.Var { return slopeOfPieces(f, x) }

var _ = register(Entry{
	Name:    "ReLU",
	Formula: "y = max(x, 0)",
	Rule:    "x̄ = ȳ where x > 0, else 0",
	Domain:  on(-2, 2, 0),
	Kinks:   "x = 0: the derivative is 0",
	Samples: singles(ReLU),
})

// LeakyReLU returns x where x > 0 and alpha·x elsewhere (Maas, Hannun and Ng,
// 2013). The derivative at 0 is alpha.
func LeakyReLU(x *graph.Var, alpha float64) *graph.Var { return each(leakyReLU{alpha}, x) }

type leakyReLU struct{ alpha float64 }

func (leakyReLU) Name() string               { return "leaky_relu" }
func (f leakyReLU) String() string           { return fmt.Sprintf("leaky_relu[%g]", f.alpha) }
func (f leakyReLU) Eval(y, x *tensor.Tensor) { tensor.LeakyReLU(y, x, f.alpha) }
func (f leakyReLU) Fused(gx, g, x, _ *tensor.Tensor) {
	tensor.LeakyReLUSlope(gx, g, x, f.alpha) // eq: A5
}
func (f leakyReLU) Slope(x, _ *graph.Var) *graph.Var { return slopeOfPieces(f, x) }

var _ = register(Entry{
	Name:    "LeakyReLU",
	Formula: "y = x where x > 0, else α·x",
	Rule:    "x̄ = ȳ where x > 0, else α·ȳ",
	Domain:  on(-2, 2, 0),
	Kinks:   "x = 0: the derivative is α",
	Samples: singles(func(x *graph.Var) *graph.Var { return LeakyReLU(x, 0.1) }),
})

// SiLU returns x·σ(x) of each element, the sigmoid-weighted linear unit
// (Elfwing, Uchibe and Doya, 2018): Swish with β = 1.
func SiLU(x *graph.Var) *graph.Var { return Swish(x, 1) }

var _ = register(Entry{
	Name:    "SiLU",
	Formula: "y = x·σ(x)",
	Rule:    "x̄ = ȳ(s + x·s(1 − s)), s = σ(x)",
	Domain:  on(-4, 4),
	Samples: singles(SiLU),
})

// Swish returns x·σ(βx) of each element (Ramachandran, Zoph and Le, 2017). It is
// x/2 for β = 0 and comes near ReLU for large β.
func Swish(x *graph.Var, beta float64) *graph.Var { return each(swish{beta}, x) }

type swish struct{ beta float64 }

func (swish) Name() string                       { return "swish" }
func (f swish) String() string                   { return fmt.Sprintf("swish[%g]", f.beta) }
func (f swish) Eval(y, x *tensor.Tensor)         { tensor.Swish(y, x, f.beta) }
func (f swish) Fused(gx, g, x, _ *tensor.Tensor) { tensor.SwishSlope(gx, g, x, f.beta) }
func (f swish) Slope(x, y *graph.Var) *graph.Var {
	s := Sigmoid(Scale(x, f.beta))
	return Add(s, Scale(MulMasked(oneMinus(s), y), f.beta)) // s + βx·s(1 − s), as y = x·s; eq: A6
}

var _ = register(Entry{
	Name:    "Swish",
	Formula: "y = x·σ(βx)",
	Rule:    "x̄ = ȳ(s + βx·s(1 − s)), s = σ(βx)",
	Domain:  on(-4, 4),
	Samples: singles(func(x *graph.Var) *graph.Var { return Swish(x, 1.5) }),
})

// Softplus returns log(1 + eˣ) of each element, without overflow: a smooth ReLU
// (Dugas et al., 2001).
func Softplus(x *graph.Var) *graph.Var { return each(softplus{}, x) }

type softplus struct{}

func (softplus) Name() string                     { return "softplus" }
func (softplus) Eval(y, x *tensor.Tensor)         { tensor.Softplus(y, x) }
func (softplus) Fused(gx, g, x, _ *tensor.Tensor) { tensor.SoftplusSlope(gx, g, x) }
func (softplus) Slope(x, _ *graph.Var) *graph.Var {
	return Sigmoid(x) // eq: A7
}

var _ = register(Entry{
	Name:    "Softplus",
	Formula: "y = log(1 + eˣ)",
	Rule:    "x̄ = ȳ·σ(x)",
	Domain:  on(-4, 4),
	Samples: singles(Softplus),
})

// GELU returns x·Φ(x) of each element, with Φ the standard normal distribution
// function: the Gaussian error linear unit (Hendrycks and Gimpel, 2016).
func GELU(x *graph.Var) *graph.Var { return each(gelu{}, x) }

type gelu struct{}

func (gelu) Name() string                     { return "gelu" }
func (gelu) Eval(y, x *tensor.Tensor)         { tensor.GELU(y, x) }
func (gelu) Fused(gx, g, x, _ *tensor.Tensor) { tensor.GELUSlope(gx, g, x) }
func (gelu) Slope(x, _ *graph.Var) *graph.Var {
	return Add(normalCDF(x), MulMasked(normalPDF(x), x)) // eq: A9
}

var _ = register(Entry{
	Name:    "GELU",
	Formula: "y = x·Φ(x)",
	Rule:    "x̄ = ȳ(Φ(x) + x·φ(x)), φ = Φ′",
	Domain:  on(-3, 3),
	Samples: singles(GELU),
})

// GELUTanh returns the approximation ½x(1 + tanh(√(2/π)(x + 0.044715x³))) of
// GELU, from the same paper.
func GELUTanh(x *graph.Var) *graph.Var { return each(geluTanh{}, x) }

type geluTanh struct{}

func (geluTanh) Name() string                     { return "gelu_tanh" }
func (geluTanh) Eval(y, x *tensor.Tensor)         { tensor.GELUTanh(y, x) }
func (geluTanh) Fused(gx, g, x, _ *tensor.Tensor) { tensor.GELUTanhSlope(gx, g, x) }
func (geluTanh) Slope(x, _ *graph.Var) *graph.Var {
	// With u = √(2/π)(x + 0.044715x³) and t = tanh u: ½(1 + t) + ½x(1 − t²)u′.
	c := math.Sqrt(2 / math.Pi)
	t := Tanh(Scale(Add(x, Scale(PowScalar(x, 3), 0.044715)), c))
	du := Scale(AddScalar(Scale(Square(x), 3*0.044715), 1), c)
	return Scale(Add(AddScalar(t, 1), MulMasked(Mul(oneMinus(t), AddScalar(t, 1)), Mul(x, du))), 0.5)
}

var _ = register(Entry{
	Name:    "GELUTanh",
	Formula: "y = ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³)",
	Rule:    "x̄ = ȳ(½(1 + t) + ½x(1 − t²)u′), t = tanh u",
	Domain:  on(-3, 3),
	Samples: singles(GELUTanh),
})

// normalCDF returns Φ(x) = ½(1 + erf(x/√2)), whose derivative is normalPDF.
func normalCDF(x *graph.Var) *graph.Var { return apply(normalCDFOp{}, x) }

type normalCDFOp struct{}

func (normalCDFOp) Name() string                              { return "normal_cdf" }
func (normalCDFOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (normalCDFOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.NormalCDF(y, x[0]) }
func (normalCDFOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return MulMasked(g, normalPDF(x[0]))
}

// normalPDF returns φ(x) = e^(−x²/2)/√(2π).
func normalPDF(x *graph.Var) *graph.Var {
	return Scale(Exp(Scale(Square(x), -0.5)), 1/math.Sqrt(2*math.Pi))
}
