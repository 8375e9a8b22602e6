package ops

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// LogSigmoid returns log σ(x) = −log(1 + e⁻ˣ) of each element, without overflow.
func LogSigmoid(x *graph.Var) *graph.Var { return Neg(Softplus(Neg(x))) }

var _ = register(Entry{
	Name:    "LogSigmoid",
	Formula: "y = ln σ(x)",
	Rule:    "x̄ = ȳ·σ(−x)",
	Domain:  on(-4, 4),
	Samples: singles(LogSigmoid),
})

// SoftplusBeta returns log(1 + e^(βx))/β of each element, which comes nearer to
// ReLU as β grows. It panics if beta is 0.
func SoftplusBeta(x *graph.Var, beta float64) *graph.Var {
	if beta == 0 {
		panic(tensor.Errorf("ops.SoftplusBeta", "beta is 0, by which the result is divided"))
	}
	return Scale(Softplus(Scale(x, beta)), 1/beta)
}

var _ = register(Entry{
	Name:    "SoftplusBeta",
	Formula: "y = ln(1 + e^(βx))/β",
	Rule:    "x̄ = ȳ·σ(βx)",
	Domain:  on(-4, 4),
	Samples: singles(func(x *graph.Var) *graph.Var { return SoftplusBeta(x, 2) }),
	Refused: []Refusal{{"a beta of 0", func() { SoftplusBeta(zeros(2), 0) }}},
})

// Mish returns x·tanh(log(1 + eˣ)) of each element (Misra, 2019, arXiv:1908.08681).
func Mish(x *graph.Var) *graph.Var { return MulMasked(Tanh(Softplus(x)), x) }

var _ = register(Entry{
	Name:    "Mish",
	Formula: "y = x·tanh(ln(1 + eˣ))",
	Rule:    "x̄ = ȳ(t + x(1 − t²)σ(x)), t = tanh(ln(1 + eˣ))",
	Domain:  on(-4, 4),
	Samples: singles(Mish),
})

// Softsign returns x/(1 + |x|) of each element (Turian, Bergstra and Bengio, 2009).
func Softsign(x *graph.Var) *graph.Var { return draw(softsign{}, x) }

type softsign struct{}

func (softsign) Name() string { return "softsign" }
func (softsign) Eval(y, x *tensor.Tensor) {
	tensor.Map(y, x, func(x float64) float64 {
		if math.IsInf(x, 0) {
			return math.Copysign(1, x)
		}
		return x / (1 + math.Abs(x))
	})
}
func (softsign) Slope(x, _ *graph.Var) *graph.Var { return Square(Reciprocal(AddScalar(Abs(x), 1))) }

var _ = register(Entry{
	Name:    "Softsign",
	Formula: "y = x/(1 + |x|)",
	Rule:    "x̄ = ȳ/(1 + |x|)²",
	Domain:  on(-3, 3, 0),
	Kinks:   "x = 0: the second derivative is 0; the first is 1, as on both sides",
	Samples: singles(Softsign),
})

// TanhShrink returns x − tanh x of each element, without cancellation near 0.
func TanhShrink(x *graph.Var) *graph.Var { return draw(tanhShrink{}, x) }

type tanhShrink struct{}

func (tanhShrink) Name() string                     { return "tanh_shrink" }
func (tanhShrink) Eval(y, x *tensor.Tensor)         { tensor.TanhShrink(y, x) }
func (tanhShrink) Slope(x, _ *graph.Var) *graph.Var { return Square(Tanh(x)) }

var _ = register(Entry{
	Name:    "TanhShrink",
	Formula: "y = x − tanh x",
	Rule:    "x̄ = ȳ·tanh² x",
	Domain:  on(-3, 3),
	Samples: singles(TanhShrink),
})
