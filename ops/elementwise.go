package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A curve is a function of one real variable, applied to each element: y = f(x).
// Its rule is x̄ = ȳ·f′(x), with f′ as an expression of operations.
type curve interface {
	Name() string
	Eval(y, x *tensor.Tensor)
	Slope(x, y *graph.Var) *graph.Var // f′(x)
}

// A function is a curve that is used so often, in the inner loops of training,
// that its rule has a second form, Fused, which is one pass over the elements,
// for a first-order sweep. Slope is then for a sweep that is to be differentiated
// again. The checks of the catalog compare both with finite differences.
type function interface {
	curve
	Fused(gx, g, x, y *tensor.Tensor) // gx = g·f′(x), and 0 where g is 0
}

// smooth and elementwise make an Op of a curve and of a function. The type
// parameter carries the methods; most curves are empty structs.
type (
	smooth[F curve]         struct{ f F }
	elementwise[F function] struct{ smooth[F] }
)

// draw applies a curve to each element of x.
//
//go:noinline
func draw[F curve](f F, x *graph.Var) *graph.Var { return graph.Apply(smooth[F]{f}, x) }

// each applies a function to each element of x.
//
//go:noinline
func each[F function](f F, x *graph.Var) *graph.Var {
	return graph.Apply(elementwise[F]{smooth[F]{f}}, x)
}

func (o smooth[F]) Name() string { return o.f.Name() }
func (o smooth[F]) String() string {
	if f, ok := any(o.f).(fmt.Stringer); ok {
		return f.String() // with attributes
	}
	return o.f.Name()
}
func (o smooth[F]) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(dst, x[0].Shape()...)
}
func (o smooth[F]) Eval(y *tensor.Tensor, x []*tensor.Tensor) { o.f.Eval(y, x[0]) }

func (o smooth[F]) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	return MulMasked(g, o.f.Slope(x[0], y)) // eq: N6
}
func (o elementwise[F]) Share(dst *tensor.Tensor, _ int, g, y *tensor.Tensor, x []*tensor.Tensor) bool {
	o.f.Fused(dst, g, x[0], y)
	return true
}
func (elementwise[F]) InPlace() {}

// flat is the slope of a function that is linear in pieces. It is constant
// near each x that is no kink, so its own derivative is zero.
type flat[F function] struct{ f F }

func slopeOfPieces[F function](f F, x *graph.Var) *graph.Var { return apply(flat[F]{f}, x) }

func (o flat[F]) Name() string                                           { return o.f.Name() + "_slope" }
func (o flat[F]) Shape(dst []int, x []*tensor.Tensor) []int              { return append(dst, x[0].Shape()...) }
func (flat[F]) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }
func (o flat[F]) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(1)
	o.f.Fused(y, y, x[0], y)
}

// MulMasked returns a·b, broadcasting, but 0 where a is 0 even if b is infinite
// or NaN.
//
// It is the product of the chain rule. A branch that Where did not take has the
// cotangent 0; if the slope there is infinite, as of log at 0, then 0·∞ would
// put NaN into the gradient although the value does not depend on the branch.
func MulMasked(a, b *graph.Var) *graph.Var { return apply2(mulMaskedOp{}, a, b) }

type mulMaskedOp struct{}

func (mulMaskedOp) Name() string { return "mul_masked" }
func (mulMaskedOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.MulMasked", dst, x[0].Shape(), x[1].Shape())
}
func (mulMaskedOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.MulMasked(y, x[0], x[1]) }
func (mulMaskedOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return unbroadcast(MulMasked(g, x[1]), x[0])
	}
	return unbroadcast(mulZero(g, x[0]), x[1])
}

var _ = register(Entry{
	Name:    "MulMasked",
	Formula: "y = a·b, and 0 where a = 0",
	Rule:    "ā = ȳ·b, b̄ = ȳ·a",
	Domain:  on(-3, 3, 0),
	Samples: pairs(MulMasked),
	Refused: broadcastRefused(MulMasked),
})

// mulZero is a·b, but 0 where either is 0. It is the product of two cotangents,
// as the rule of MulMasked has one: both say "no path" by a zero.
func mulZero(a, b *graph.Var) *graph.Var { return apply2(mulZeroOp{}, a, b) }

type mulZeroOp struct{}

func (mulZeroOp) Name() string { return "mul_zero" }
func (mulZeroOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.mulZero", dst, x[0].Shape(), x[1].Shape())
}
func (mulZeroOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.MulZero(y, x[0], x[1]) }
func (mulZeroOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return unbroadcast(mulZero(g, x[1-i]), x[i])
}

// mask is x where m is not 0, and 0 elsewhere whatever x is; m is 1 or 0 (or -1,
// which changes the sign) and no gradient flows to it. It is linear in x with
// the mask for a factor, so its rule masks the cotangent in the same places,
// while that of MulMasked looks at the cotangent.
func mask(m, x *graph.Var) *graph.Var { return apply2(maskOp{}, m, x) }

type maskOp struct{ mulMaskedOp }

func (maskOp) Name() string { return "mask" }
func (maskOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return nil
	}
	return unbroadcast(mask(x[0], g), x[1])
}

// unbroadcast sums a cotangent down to the shape of the input x it is for:
// what was spread in the value is gathered in the rule.
func unbroadcast(g, x *graph.Var) *graph.Var {
	if slices.Equal(g.Shape(), x.Shape()) {
		return g
	}
	return SumTo(g, x.Shape()...)
}
