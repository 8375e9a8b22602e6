package ops

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Exp returns eˣ of each element.
func Exp(x *graph.Var) *graph.Var { return each(exp{}, x) }

type exp struct{}

func (exp) Name() string                     { return "exp" }
func (exp) Eval(y, x *tensor.Tensor)         { tensor.Exp(y, x) }
func (exp) Fused(gx, g, _, y *tensor.Tensor) { tensor.ExpSlope(gx, g, y) }
func (exp) Slope(_, y *graph.Var) *graph.Var { return y }

var _ = register(Entry{
	Name:    "Exp",
	Formula: "y = eˣ",
	Rule:    "x̄ = ȳ·y",
	Domain:  on(-3, 3),
	Samples: singles(Exp),
})

// Log returns the natural logarithm of each element: −Inf at 0, NaN below.
func Log(x *graph.Var) *graph.Var { return each(log{}, x) }

type log struct{}

func (log) Name() string                     { return "log" }
func (log) Eval(y, x *tensor.Tensor)         { tensor.Log(y, x) }
func (log) Fused(gx, g, x, _ *tensor.Tensor) { tensor.LogSlope(gx, g, x) }
func (log) Slope(x, _ *graph.Var) *graph.Var { return Reciprocal(x) }

var _ = register(Entry{
	Name:    "Log",
	Formula: "y = ln x",
	Rule:    "x̄ = ȳ/x",
	Domain:  on(0.3, 4),
	Kinks:   "x = 0: the slope is +Inf",
	Samples: singles(Log),
})

// Sin returns the sine of each element, in radians.
func Sin(x *graph.Var) *graph.Var { return each(sin{}, x) }

type sin struct{}

func (sin) Name() string                     { return "sin" }
func (sin) Eval(y, x *tensor.Tensor)         { tensor.Sin(y, x) }
func (sin) Fused(gx, g, x, _ *tensor.Tensor) { tensor.SinSlope(gx, g, x) }
func (sin) Slope(x, _ *graph.Var) *graph.Var { return Cos(x) }

var _ = register(Entry{
	Name:    "Sin",
	Formula: "y = sin x",
	Rule:    "x̄ = ȳ·cos x",
	Domain:  on(-3, 3),
	Samples: singles(Sin),
})

// Cos returns the cosine of each element, in radians.
func Cos(x *graph.Var) *graph.Var { return each(cos{}, x) }

type cos struct{}

func (cos) Name() string                     { return "cos" }
func (cos) Eval(y, x *tensor.Tensor)         { tensor.Cos(y, x) }
func (cos) Fused(gx, g, x, _ *tensor.Tensor) { tensor.CosSlope(gx, g, x) }
func (cos) Slope(x, _ *graph.Var) *graph.Var { return Neg(Sin(x)) }

var _ = register(Entry{
	Name:    "Cos",
	Formula: "y = cos x",
	Rule:    "x̄ = −ȳ·sin x",
	Domain:  on(-3, 3),
	Samples: singles(Cos),
})
