package ops

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Tan returns the tangent of each element, in radians.
func Tan(x *graph.Var) *graph.Var { return draw(tan{}, x) }

type tan struct{}

func (tan) Name() string                     { return "tan" }
func (tan) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Tan) }
func (tan) Slope(_, y *graph.Var) *graph.Var { return AddScalar(Square(y), 1) }

var _ = register(Entry{
	Name:    "Tan",
	Formula: "y = tan x",
	Rule:    "x̄ = ȳ(1 + y²)",
	Domain:  on(-1.2, 1.2),
	Samples: singles(Tan),
})

// Asin returns the arc sine of each element, NaN where |x| > 1.
func Asin(x *graph.Var) *graph.Var { return draw(asin{}, x) }

type asin struct{}

func (asin) Name() string                     { return "asin" }
func (asin) Eval(y, x *tensor.Tensor)         { tensor.Asin(y, x) }
func (asin) Slope(x, _ *graph.Var) *graph.Var { return Reciprocal(Sqrt(oneMinusSquare(x))) }

// oneMinusSquare returns 1 − x² without cancellation near ±1.
func oneMinusSquare(x *graph.Var) *graph.Var { return Mul(oneMinus(x), AddScalar(x, 1)) }

var _ = register(Entry{
	Name:    "Asin",
	Formula: "y = arcsin x",
	Rule:    "x̄ = ȳ/√(1 − x²)",
	Domain:  on(-0.8, 0.8),
	Kinks:   "x = ±1: the slope is +Inf",
	Samples: singles(Asin),
})

// Acos returns the arc cosine of each element, NaN where |x| > 1.
func Acos(x *graph.Var) *graph.Var { return draw(acos{}, x) }

type acos struct{}

func (acos) Name() string                     { return "acos" }
func (acos) Eval(y, x *tensor.Tensor)         { tensor.Acos(y, x) }
func (acos) Slope(x, _ *graph.Var) *graph.Var { return Neg(Reciprocal(Sqrt(oneMinusSquare(x)))) }

var _ = register(Entry{
	Name:    "Acos",
	Formula: "y = arccos x",
	Rule:    "x̄ = −ȳ/√(1 − x²)",
	Domain:  on(-0.8, 0.8),
	Kinks:   "x = ±1: the slope is −Inf",
	Samples: singles(Acos),
})

// Atan returns the arc tangent of each element.
func Atan(x *graph.Var) *graph.Var { return draw(atan{}, x) }

type atan struct{}

func (atan) Name() string                     { return "atan" }
func (atan) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Atan) }
func (atan) Slope(x, _ *graph.Var) *graph.Var { return Reciprocal(AddScalar(Square(x), 1)) }

var _ = register(Entry{
	Name:    "Atan",
	Formula: "y = arctan x",
	Rule:    "x̄ = ȳ/(1 + x²)",
	Domain:  on(-3, 3),
	Samples: singles(Atan),
})

// Hypot returns √(a² + b²), broadcasting, without overflow. Both derivatives at
// the origin are 0.
func Hypot(a, b *graph.Var) *graph.Var { return apply2(hypotOp{}, a, b) }

type hypotOp struct{}

func (hypotOp) Name() string { return "hypot" }
func (hypotOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Hypot", dst, x[0].Shape(), x[1].Shape())
}
func (hypotOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Map2(y, x[0], x[1], math.Hypot) }
func (hypotOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	return unbroadcast(MulMasked(g, MulMasked(x[i], Reciprocal(y))), x[i])
}

var _ = register(Entry{
	Name:    "Hypot",
	Formula: "y = √(a² + b²)",
	Rule:    "ā = ȳ·a/y, b̄ = ȳ·b/y",
	Domain:  on(0.3, 3),
	Kinks:   "a = b = 0: both derivatives are 0",
	Samples: pairs(Hypot),
	Refused: broadcastRefused(Hypot),
})

// Atan2 returns the angle from −π to π of the point with abscissa x and ordinate
// y, broadcasting; note the order. Both derivatives at the origin are 0.
func Atan2(y, x *graph.Var) *graph.Var { return apply2(atan2Op{}, y, x) }

type atan2Op struct{}

func (atan2Op) Name() string { return "atan2" }
func (atan2Op) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Atan2", dst, x[0].Shape(), x[1].Shape())
}
func (atan2Op) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Map2(y, x[0], x[1], math.Atan2) }
func (atan2Op) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	// ∂/∂y = x/h² and ∂/∂x = −y/h² for h = √(x² + y²), whose square may overflow.
	r := Reciprocal(Hypot(x[0], x[1]))
	slope := MulMasked(MulMasked(x[1-i], r), r)
	if i == 1 {
		slope = Neg(slope)
	}
	return unbroadcast(MulMasked(g, slope), x[i])
}

var _ = register(Entry{
	Name:    "Atan2",
	Formula: "y = arg(b + ia)",
	Rule:    "ā = ȳ·b/(a² + b²), b̄ = −ȳ·a/(a² + b²)",
	Domain:  on(0.3, 3),
	Kinks:   "a = b = 0: both derivatives are 0",
	Samples: append(pairs(Atan2), samples(func(x []*graph.Var) *graph.Var { // all quadrants
		return Atan2(Mul(x[0], constant(x[0].Type(), 1, -1, -1, 1)), Mul(x[1], constant(x[0].Type(), -1, -1, 1, 1)))
	}, [][]int{{4}, {4}})...),
	Refused: broadcastRefused(Atan2),
})

// Sinc returns sin(πx)/(πx) of each element, and 1 at 0: the normalized cardinal
// sine, the one of signal processing.
func Sinc(x *graph.Var) *graph.Var { return draw(sinc{0}, x) }

// sinc is the n-th derivative.
type sinc struct{ n int }

func (sinc) Name() string                       { return "sinc" }
func (f sinc) String() string                   { return fmt.Sprintf("sinc[%d]", f.n) }
func (f sinc) Eval(y, x *tensor.Tensor)         { tensor.Sinc(y, x, f.n) }
func (f sinc) Slope(x, _ *graph.Var) *graph.Var { return draw(sinc{f.n + 1}, x) }

var _ = register(Entry{
	Name:    "Sinc",
	Formula: "y = sin(πx)/(πx), and 1 at 0",
	Rule:    "x̄ = ȳ(cos(πx) − y)/x, and 0 at 0",
	Domain:  on(-2, 2),
	Samples: singles(Sinc),
})
