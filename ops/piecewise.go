package ops

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Abs returns |x| of each element. The derivative at 0 is 0.
func Abs(x *graph.Var) *graph.Var { return each(abs{}, x) }

type abs struct{}

func (abs) Name() string                     { return "abs" }
func (abs) Eval(y, x *tensor.Tensor)         { tensor.Abs(y, x) }
func (abs) Fused(gx, g, x, _ *tensor.Tensor) { tensor.AbsSlope(gx, g, x) }
func (abs) Slope(x, _ *graph.Var) *graph.Var { return Sign(x) }

var _ = register(Entry{
	Name:    "Abs",
	Formula: "y = |x|",
	Rule:    "x̄ = ȳ·sign x",
	Domain:  on(-3, 3, 0),
	Kinks:   "x = 0: the derivative is 0",
	Samples: singles(Abs),
})

// Sign returns −1, 0 or 1 for each element. It is constant in pieces, so no
// gradient flows through it.
func Sign(x *graph.Var) *graph.Var { return apply(signOp{}, x) }

type signOp struct{}

func (signOp) Name() string                                             { return "sign" }
func (signOp) Shape(dst []int, x []*tensor.Tensor) []int                { return append(dst, x[0].Shape()...) }
func (signOp) Eval(y *tensor.Tensor, x []*tensor.Tensor)                { tensor.Sign(y, x[0]) }
func (signOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

var _ = register(Entry{
	Name:    "Sign",
	Formula: "y = sign x",
	Rule:    "none: the slope is 0",
	Domain:  on(-3, 3, 0),
	Kinks:   "x = 0: no gradient, as elsewhere",
	Samples: singles(Sign),
})

// Clip returns min(max(x, lo), hi) of each element; lo = -Inf or hi = +Inf
// leaves that side open. The derivative is 1 on the closed interval.
func Clip(x *graph.Var, lo, hi float64) *graph.Var { return each(clip{lo, hi}, x) }

type clip struct{ lo, hi float64 }

func (clip) Name() string                       { return "clip" }
func (f clip) String() string                   { return fmt.Sprintf("clip[%g %g]", f.lo, f.hi) }
func (f clip) Eval(y, x *tensor.Tensor)         { tensor.Clip(y, x, f.lo, f.hi) }
func (f clip) Fused(gx, g, x, _ *tensor.Tensor) { tensor.ClipSlope(gx, g, x, f.lo, f.hi) }
func (f clip) Slope(x, _ *graph.Var) *graph.Var { return slopeOfPieces(f, x) }

var _ = register(Entry{
	Name:    "Clip",
	Formula: "y = min(max(x, lo), hi)",
	Rule:    "x̄ = ȳ where lo ≤ x ≤ hi, else 0",
	Domain:  on(-2, 2, -1, 0.5),
	Kinks:   "x = lo and x = hi: the derivative is 1",
	Samples: singles(func(x *graph.Var) *graph.Var { return Clip(x, -1, 0.5) }),
})

// Maximum returns the larger of a and b for each pair of elements,
// broadcasting. NaN wins. The gradient goes to a where they are equal, and where
// one is NaN.
func Maximum(a, b *graph.Var) *graph.Var { return apply2(maximumOp{}, a, b) }

type maximumOp struct{}

func (maximumOp) Name() string { return "maximum" }
func (maximumOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Maximum", dst, x[0].Shape(), x[1].Shape())
}
func (maximumOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Maximum(y, x[0], x[1]) }
func (maximumOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	chosen := compare(notLess, x[0], x[1])
	if i == 1 {
		chosen = compare(less, x[0], x[1])
	}
	return unbroadcast(mask(chosen, g), x[i])
}

var _ = register(Entry{
	Name:    "Maximum",
	Formula: "y = max(a, b)",
	Rule:    "b̄ = ȳ where a < b, else 0; ā = ȳ − b̄",
	Domain:  apart(-3, 3),
	Kinks:   "a = b: the gradient goes to a, the first",
	Samples: pairs(Maximum),
	Refused: broadcastRefused(Maximum),
})

// Minimum returns the smaller of a and b for each pair of elements,
// broadcasting. NaN wins. The gradient goes to a where they are equal, and where
// one is NaN.
func Minimum(a, b *graph.Var) *graph.Var { return apply2(minimumOp{}, a, b) }

type minimumOp struct{}

func (minimumOp) Name() string { return "minimum" }
func (minimumOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.Minimum", dst, x[0].Shape(), x[1].Shape())
}
func (minimumOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Minimum(y, x[0], x[1]) }
func (minimumOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	chosen := compare(notGreater, x[0], x[1])
	if i == 1 {
		chosen = compare(greater, x[0], x[1])
	}
	return unbroadcast(mask(chosen, g), x[i])
}

var _ = register(Entry{
	Name:    "Minimum",
	Formula: "y = min(a, b)",
	Rule:    "b̄ = ȳ where a > b, else 0; ā = ȳ − b̄",
	Domain:  apart(-3, 3),
	Kinks:   "a = b: the gradient goes to a, the first",
	Samples: pairs(Minimum),
	Refused: broadcastRefused(Minimum),
})

// Where returns a where cond is not 0, and b where it is, broadcasting all
// three. No gradient flows to cond. The side that is not taken gets a cotangent
// of exactly 0, which the rules of this package do not let turn into NaN: the
// gradient of Where(x > 0, √x, 0) is 0 at x = 0.
func Where(cond, a, b *graph.Var) *graph.Var { return apply3(whereOp{}, cond, a, b) }

type whereOp struct{}

func (whereOp) Name() string { return "where" }
func (whereOp) Shape(dst []int, x []*tensor.Tensor) []int {
	var buf [8]int
	sides := tensor.BroadcastShape("ops.Where", buf[:0], x[1].Shape(), x[2].Shape())
	return tensor.BroadcastShape("ops.Where", dst, x[0].Shape(), sides)
}
func (whereOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Where(y, x[0], x[1], x[2]) }
func (whereOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	switch i {
	case 1:
		return unbroadcast(mask(apply(truthOp{}, x[0]), g), x[1])
	case 2:
		return unbroadcast(mask(apply(truthOp{not: true}, x[0]), g), x[2])
	}
	return nil
}

var _ = register(Entry{
	Name:    "Where",
	Formula: "y = a where c ≠ 0, else b",
	Rule:    "ā = ȳ where c ≠ 0, b̄ = ȳ where c = 0, else 0",
	Domain:  on(-3, 3),
	Samples: []Sample{
		{Shapes: [][]int{{3}, {3}}, Call: whereCase},
		{Shapes: [][]int{{2, 1}, {}}, Call: whereCase},
		{Shapes: [][]int{{2, 3}, {3}}, Call: whereCase},
	},
	Refused: []Refusal{{"a condition that does not broadcast", func() {
		Where(zeros(2), zeros(3), zeros(3))
	}}},
})

func whereCase(x []*graph.Var) *graph.Var {
	return Where(constant(x[0].Type(), 1, 0, 1), x[0], x[1])
}

// truthOp is 1 where its input is not 0, NaN included, and 0 where it is; or the
// other way round.
type truthOp struct{ not bool }

func (truthOp) Name() string                                             { return "truth" }
func (truthOp) Shape(dst []int, x []*tensor.Tensor) []int                { return append(dst, x[0].Shape()...) }
func (truthOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }
func (o truthOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	yes, no := one[y.Type()], zero[y.Type()]
	if o.not {
		yes, no = no, yes
	}
	tensor.Where(y, x[0], yes, no)
}

// The truth values of each element type.
var (
	zero = [2]*tensor.Tensor{tensor.Scalar(0), tensor.Scalar(0).To(tensor.Float32)}
	one  = [2]*tensor.Tensor{tensor.Scalar(1), tensor.Scalar(1).To(tensor.Float32)}
)
