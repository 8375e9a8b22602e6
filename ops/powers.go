package ops

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Square returns x² of each element.
func Square(x *graph.Var) *graph.Var { return each(square{}, x) }

type square struct{}

func (square) Name() string                     { return "square" }
func (square) Eval(y, x *tensor.Tensor)         { tensor.Square(y, x) }
func (square) Fused(gx, g, x, _ *tensor.Tensor) { tensor.SquareSlope(gx, g, x) }
func (square) Slope(x, _ *graph.Var) *graph.Var { return Scale(x, 2) }

var _ = register(Entry{
	Name:    "Square",
	Formula: "y = x²",
	Rule:    "x̄ = 2x·ȳ",
	Domain:  on(-3, 3),
	Samples: singles(Square),
})

// Sqrt returns √x of each element, NaN where x < 0. The derivative at 0 is +Inf,
// unless the cotangent there is 0, as in a branch that Where did not take.
func Sqrt(x *graph.Var) *graph.Var { return each(sqrt{}, x) }

type sqrt struct{}

func (sqrt) Name() string                     { return "sqrt" }
func (sqrt) Eval(y, x *tensor.Tensor)         { tensor.Sqrt(y, x) }
func (sqrt) Fused(gx, g, _, y *tensor.Tensor) { tensor.SqrtSlope(gx, g, y) }
func (sqrt) Slope(_, y *graph.Var) *graph.Var { return Scale(Reciprocal(y), 0.5) }

var _ = register(Entry{
	Name:    "Sqrt",
	Formula: "y = √x",
	Rule:    "x̄ = ȳ/(2y)",
	Domain:  on(0.2, 4),
	Kinks:   "x = 0: the slope is +Inf",
	Samples: singles(Sqrt),
})

// Reciprocal returns 1/x of each element.
func Reciprocal(x *graph.Var) *graph.Var { return each(reciprocal{}, x) }

type reciprocal struct{}

func (reciprocal) Name() string                     { return "reciprocal" }
func (reciprocal) Eval(y, x *tensor.Tensor)         { tensor.Reciprocal(y, x) }
func (reciprocal) Fused(gx, g, _, y *tensor.Tensor) { tensor.ReciprocalSlope(gx, g, y) }
func (reciprocal) Slope(_, y *graph.Var) *graph.Var { return Neg(Square(y)) }

var _ = register(Entry{
	Name:    "Reciprocal",
	Formula: "y = 1/x",
	Rule:    "x̄ = −ȳ·y²",
	Domain:  on(0.4, 3),
	Samples: singles(Reciprocal),
})

// Cbrt returns the real cube root of each element. The derivative at 0 is +Inf,
// unless the cotangent there is 0.
func Cbrt(x *graph.Var) *graph.Var { return draw(cbrt{}, x) }

type cbrt struct{}

func (cbrt) Name() string                     { return "cbrt" }
func (cbrt) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Cbrt) }
func (cbrt) Slope(_, y *graph.Var) *graph.Var { return Scale(Reciprocal(Square(y)), 1./3) }

var _ = register(Entry{
	Name:    "Cbrt",
	Formula: "y = ∛x",
	Rule:    "x̄ = ȳ/(3y²)",
	Domain:  on(-3, 3, 0),
	Kinks:   "x = 0: the slope is +Inf",
	Samples: singles(Cbrt),
})

// Rsqrt returns 1/√x of each element: +Inf at 0, NaN below.
func Rsqrt(x *graph.Var) *graph.Var { return Reciprocal(Sqrt(x)) }

var _ = register(Entry{
	Name:    "Rsqrt",
	Formula: "y = 1/√x",
	Rule:    "x̄ = −ȳ·½y³",
	Domain:  on(0.3, 4),
	Kinks:   "x = 0: the slope is −Inf",
	Samples: singles(Rsqrt),
})

// PowScalar returns xᵖ of each element for a constant p. The derivative of x⁰ is
// 0 everywhere; that of x¹ is 1, at 0 too.
func PowScalar(x *graph.Var, p float64) *graph.Var { return each(powScalar{p}, x) }

type powScalar struct{ p float64 }

func (powScalar) Name() string                       { return "pow_scalar" }
func (f powScalar) String() string                   { return fmt.Sprintf("pow_scalar[%g]", f.p) }
func (f powScalar) Eval(y, x *tensor.Tensor)         { tensor.PowScalar(y, x, f.p) }
func (f powScalar) Fused(gx, g, x, _ *tensor.Tensor) { tensor.PowScalarSlope(gx, g, x, f.p) }
func (f powScalar) Slope(x, _ *graph.Var) *graph.Var {
	if f.p == 0 {
		return Scale(x, 0)
	}
	return Scale(PowScalar(x, f.p-1), f.p)
}

var _ = register(Entry{
	Name:    "PowScalar",
	Formula: "y = xᵖ",
	Rule:    "x̄ = ȳ·p·xᵖ⁻¹",
	Domain:  on(0.3, 2.5),
	Kinks:   "x = 0: 0⁰ = 1 with derivative 0; for p < 1 the slope is infinite",
	Samples: append(
		singles(func(x *graph.Var) *graph.Var { return PowScalar(x, 2.5) }),
		singles(func(x *graph.Var) *graph.Var { return PowScalar(x, -1) })...),
})
