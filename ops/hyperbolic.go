package ops

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Sinh returns the hyperbolic sine of each element.
func Sinh(x *graph.Var) *graph.Var { return draw(sinh{}, x) }

type sinh struct{}

func (sinh) Name() string                     { return "sinh" }
func (sinh) Eval(y, x *tensor.Tensor)         { tensor.Sinh(y, x) }
func (sinh) Slope(x, _ *graph.Var) *graph.Var { return Cosh(x) }

var _ = register(Entry{
	Name:    "Sinh",
	Formula: "y = sinh x",
	Rule:    "x̄ = ȳ·cosh x",
	Domain:  on(-3, 3),
	Samples: singles(Sinh),
})

// Cosh returns the hyperbolic cosine of each element.
func Cosh(x *graph.Var) *graph.Var { return draw(cosh{}, x) }

type cosh struct{}

func (cosh) Name() string                     { return "cosh" }
func (cosh) Eval(y, x *tensor.Tensor)         { tensor.Cosh(y, x) }
func (cosh) Slope(x, _ *graph.Var) *graph.Var { return Sinh(x) }

var _ = register(Entry{
	Name:    "Cosh",
	Formula: "y = cosh x",
	Rule:    "x̄ = ȳ·sinh x",
	Domain:  on(-3, 3),
	Samples: singles(Cosh),
})

// Asinh returns the inverse hyperbolic sine of each element.
func Asinh(x *graph.Var) *graph.Var { return draw(asinh{}, x) }

type asinh struct{}

func (asinh) Name() string                     { return "asinh" }
func (asinh) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Asinh) }
func (asinh) Slope(_, y *graph.Var) *graph.Var { return Reciprocal(Cosh(y)) } // x² may overflow

var _ = register(Entry{
	Name:    "Asinh",
	Formula: "y = arsinh x",
	Rule:    "x̄ = ȳ/cosh y = ȳ/√(1 + x²)",
	Domain:  on(-3, 3),
	Samples: singles(Asinh),
})

// Acosh returns the inverse hyperbolic cosine of each element, NaN where x < 1.
func Acosh(x *graph.Var) *graph.Var { return draw(acosh{}, x) }

type acosh struct{}

func (acosh) Name() string                     { return "acosh" }
func (acosh) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Acosh) }
func (acosh) Slope(_, y *graph.Var) *graph.Var { return Reciprocal(Sinh(y)) } // x² may overflow

var _ = register(Entry{
	Name:    "Acosh",
	Formula: "y = arcosh x",
	Rule:    "x̄ = ȳ/sinh y = ȳ/√(x² − 1)",
	Domain:  on(1.2, 4),
	Kinks:   "x = 1: the slope is +Inf",
	Samples: singles(Acosh),
})

// Atanh returns the inverse hyperbolic tangent of each element: ±Inf at ±1, NaN
// where |x| > 1.
func Atanh(x *graph.Var) *graph.Var { return draw(atanh{}, x) }

type atanh struct{}

func (atanh) Name() string                     { return "atanh" }
func (atanh) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Atanh) }
func (atanh) Slope(x, _ *graph.Var) *graph.Var { return Reciprocal(oneMinusSquare(x)) }

var _ = register(Entry{
	Name:    "Atanh",
	Formula: "y = artanh x",
	Rule:    "x̄ = ȳ/(1 − x²)",
	Domain:  on(-0.8, 0.8),
	Kinks:   "x = ±1: the slope is +Inf",
	Samples: singles(Atanh),
})
