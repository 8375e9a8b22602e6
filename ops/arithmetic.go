package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Add returns a + b, broadcasting.
func Add(a, b *graph.Var) *graph.Var { return apply2(addOp{}, a, b) }

type addOp struct{}

func (addOp) Name() string { return "add" }
func (addOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Add", dst, x[0].Shape(), x[1].Shape())
}
func (addOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Add(y, x[0], x[1]) }
func (addOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return unbroadcast(g, x[i])
}

var _ = register(Entry{
	Name:    "Add",
	Formula: "y = a + b",
	Rule:    "ā = ȳ, b̄ = ȳ",
	Domain:  on(-3, 3),
	Samples: pairs(Add),
	Refused: broadcastRefused(Add),
})

// Sub returns a − b, broadcasting.
func Sub(a, b *graph.Var) *graph.Var { return apply2(subOp{}, a, b) }

type subOp struct{}

func (subOp) Name() string { return "sub" }
func (subOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Sub", dst, x[0].Shape(), x[1].Shape())
}
func (subOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Sub(y, x[0], x[1]) }
func (subOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		g = Neg(g)
	}
	return unbroadcast(g, x[i])
}

var _ = register(Entry{
	Name:    "Sub",
	Formula: "y = a − b",
	Rule:    "ā = ȳ, b̄ = −ȳ",
	Domain:  on(-3, 3),
	Samples: pairs(Sub),
	Refused: broadcastRefused(Sub),
})

// Mul returns the elementwise product a·b, broadcasting.
func Mul(a, b *graph.Var) *graph.Var { return apply2(mulOp{}, a, b) }

type mulOp struct{}

func (mulOp) Name() string { return "mul" }
func (mulOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Mul", dst, x[0].Shape(), x[1].Shape())
}
func (mulOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Mul(y, x[0], x[1]) }
func (mulOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return unbroadcast(MulMasked(g, x[1-i]), x[i])
}
func (mulOp) Share(dst *tensor.Tensor, i int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	if !slices.Equal(x[0].Shape(), x[1].Shape()) {
		return false
	}
	tensor.MulMasked(dst, g, x[1-i])
	return true
}
func (mulOp) InPlace() {}

var _ = register(Entry{
	Name:    "Mul",
	Formula: "y = a·b",
	Rule:    "ā = ȳ·b, b̄ = ȳ·a",
	Domain:  on(-3, 3),
	Samples: pairs(Mul),
	Refused: broadcastRefused(Mul),
})

// Div returns a/b, broadcasting. A quotient by 0 is ±Inf or NaN, as in Go.
func Div(a, b *graph.Var) *graph.Var { return apply2(divOp{}, a, b) }

type divOp struct{}

func (divOp) Name() string { return "div" }
func (divOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Div", dst, x[0].Shape(), x[1].Shape())
}
func (divOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Div(y, x[0], x[1]) }
func (divOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	slope := Reciprocal(x[1])
	if i == 1 {
		slope = Neg(MulMasked(y, slope))
	}
	return unbroadcast(MulMasked(g, slope), x[i])
}

var _ = register(Entry{
	Name:    "Div",
	Formula: "y = a/b",
	Rule:    "ā = ȳ/b, b̄ = −ȳ·y/b",
	Domain:  on(0.5, 3),
	Samples: pairs(Div),
	Refused: broadcastRefused(Div),
})

// Pow returns aᵇ, broadcasting; both are differentiated. 0⁰ is 1, with both
// derivatives 0, and 0ᵇ for b > 0 has the derivative 0 in b. A negative a requires
// an integer b, in which the derivative is NaN.
func Pow(a, b *graph.Var) *graph.Var { return apply2(powOp{}, a, b) }

type powOp struct{}

func (powOp) Name() string { return "pow" }
func (powOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Pow", dst, x[0].Shape(), x[1].Shape())
}
func (powOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Pow(y, x[0], x[1]) }
func (powOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	a, b := x[0], x[1]
	if i == 0 {
		return unbroadcast(MulMasked(g, MulMasked(b, Pow(a, AddScalar(b, -1)))), a)
	}
	// The sign is 1 where ln a exists, and 0 at a = 0, where 0ᵇ does not change with b.
	return unbroadcast(MulMasked(g, mask(Sign(a), MulMasked(y, Log(a)))), b)
}

var _ = register(Entry{
	Name:    "Pow",
	Formula: "y = aᵇ",
	Rule:    "ā = ȳ·b·aᵇ⁻¹, b̄ = ȳ·y·ln a",
	Domain:  on(0.3, 2.5),
	Kinks:   "a = 0: 0⁰ = 1 with both derivatives 0; the derivative of 0ᵇ in b is 0",
	Samples: pairs(Pow),
	Refused: broadcastRefused(Pow),
})

// Neg returns −x.
func Neg(x *graph.Var) *graph.Var { return Scale(x, -1) }

var _ = register(Entry{
	Name:    "Neg",
	Formula: "y = −x",
	Rule:    "x̄ = −ȳ",
	Domain:  on(-3, 3),
	Samples: singles(Neg),
})

// Scale returns c·x for a constant c.
func Scale(x *graph.Var, c float64) *graph.Var { return apply(scaleOp{c}, x) }

type scaleOp struct{ c float64 }

func (scaleOp) Name() string                                { return "scale" }
func (o scaleOp) String() string                            { return fmt.Sprintf("scale[%g]", o.c) }
func (scaleOp) Shape(dst []int, x []*tensor.Tensor) []int   { return append(dst, x[0].Shape()...) }
func (o scaleOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Scale(y, x[0], o.c) }
func (o scaleOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return Scale(g, o.c)
}

var _ = register(Entry{
	Name:    "Scale",
	Formula: "y = c·x",
	Rule:    "x̄ = c·ȳ",
	Domain:  on(-3, 3),
	Samples: singles(func(x *graph.Var) *graph.Var { return Scale(x, -1.7) }),
})

// AddScalar returns x + c for a constant c.
func AddScalar(x *graph.Var, c float64) *graph.Var { return apply(addScalarOp{c}, x) }

type addScalarOp struct{ c float64 }

func (addScalarOp) Name() string                                { return "add_scalar" }
func (o addScalarOp) String() string                            { return fmt.Sprintf("add_scalar[%g]", o.c) }
func (addScalarOp) Shape(dst []int, x []*tensor.Tensor) []int   { return append(dst, x[0].Shape()...) }
func (o addScalarOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.AddScalar(y, x[0], o.c) }
func (addScalarOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return g
}

var _ = register(Entry{
	Name:    "AddScalar",
	Formula: "y = x + c",
	Rule:    "x̄ = ȳ",
	Domain:  on(-3, 3),
	Samples: singles(func(x *graph.Var) *graph.Var { return AddScalar(x, 0.8) }),
})
