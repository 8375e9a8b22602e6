package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Reshape returns the elements of x, in row-major order, in another shape of as
// many elements. One dimension may be -1: it is computed.
func Reshape(x *graph.Var, shape ...int) *graph.Var {
	if slices.Equal(x.Shape(), shape) {
		return x
	}
	return apply(reshapeOp{dimsOf(shape)}, x)
}

type reshapeOp struct{ shape dims }

func (reshapeOp) Name() string     { return "reshape" }
func (o reshapeOp) String() string { return fmt.Sprintf("reshape%v", o.shape.list()) }
func (o reshapeOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReshapeShape("ops.Reshape", dst, x[0].Shape(), o.shape.list())
}
func (o reshapeOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Reshape(y, x[0], y.Shape()...)
}
func (reshapeOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return Reshape(g, x[0].Shape()...)
}

var _ = register(Entry{
	Name:    "Reshape",
	Formula: "y = the elements of x in another shape",
	Rule:    "x̄ = the elements of ȳ in x's shape",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Reshape(x[0], 3, -1) }, [][]int{{2, 3}}, [][]int{{6}}),
		samples(func(x []*graph.Var) *graph.Var { return Reshape(x[0]) }, [][]int{{1, 1}}),
		samples(func(x []*graph.Var) *graph.Var { return Reshape(x[0], 3, 0) }, [][]int{{0, 2}})),
	Refused: []Refusal{
		{"another number of elements", func() { Reshape(zeros(2, 3), 4) }},
		{"two dimensions to compute", func() { Reshape(zeros(2, 3), -1, -1) }},
	},
})

// Transpose permutes the axes: axis i of the result is axis perm[i] of x.
// Without perm it reverses them.
func Transpose(x *graph.Var, perm ...int) *graph.Var {
	return apply(transposeOp{dimsOf(perm)}, x)
}

type transposeOp struct{ perm dims }

func (transposeOp) Name() string     { return "transpose" }
func (o transposeOp) String() string { return fmt.Sprintf("transpose%v", o.perm.list()) }
func (o transposeOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.TransposeShape("ops.Transpose", dst, x[0].Shape(), o.perm.list())
}
func (o transposeOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Transpose(y, x[0], o.perm.list()...)
}
func (o transposeOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	inverse := dims{n: o.perm.n}
	if o.perm.many != nil {
		inverse = dimsOf(o.perm.many)
	}
	for i, axis := range o.perm.list() {
		inverse.list()[tensor.Axis("ops.Transpose", axis, x[0].Shape())] = i
	}
	return apply(transposeOp{inverse}, g)
}

var _ = register(Entry{
	Name:    "Transpose",
	Formula: "y = x with its axes permuted",
	Rule:    "x̄ = ȳ with the inverse permutation",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Transpose(x[0]) }, [][]int{{2, 3}}, [][]int{{3}}, [][]int{{}}),
		samples(func(x []*graph.Var) *graph.Var { return Transpose(x[0], 1, -1, 0) }, [][]int{{2, 3, 2}})),
	Refused: []Refusal{
		{"an axis twice", func() { Transpose(zeros(2, 3), 0, 0) }},
		{"too few axes", func() { Transpose(zeros(2, 3, 4), 1, 0) }},
	},
})

// BroadcastTo repeats x along axes of length 1 and new leading axes until it
// has the shape.
func BroadcastTo(x *graph.Var, shape ...int) *graph.Var {
	if slices.Equal(x.Shape(), shape) {
		return x
	}
	return apply(broadcastOp{dimsOf(shape)}, x)
}

type broadcastOp struct{ shape dims }

func (broadcastOp) Name() string     { return "broadcast_to" }
func (o broadcastOp) String() string { return fmt.Sprintf("broadcast_to%v", o.shape.list()) }
func (o broadcastOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastToShape("ops.BroadcastTo", dst, x[0].Shape(), o.shape.list())
}
func (o broadcastOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.BroadcastTo(y, x[0], o.shape.list()...)
}
func (broadcastOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return unbroadcast(g, x[0])
}

var _ = register(Entry{
	Name:    "BroadcastTo",
	Formula: "y = x repeated along axes until it has the shape",
	Rule:    "x̄ = ȳ summed over those axes",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return BroadcastTo(x[0], 2, 2, 3) },
		[][]int{{3}}, [][]int{{2, 1}}, [][]int{{}}, [][]int{{2, 2, 3}}),
	Refused: []Refusal{{"a dimension that is neither equal nor 1", func() { BroadcastTo(zeros(2), 3) }}},
})

// SumTo sums x over leading axes, and over those where shape has a 1, until it
// has the shape. It is the transpose of BroadcastTo, and its rule the other way
// round.
func SumTo(x *graph.Var, shape ...int) *graph.Var {
	return apply(sumToOp{dimsOf(shape)}, x)
}

type sumToOp struct{ shape dims }

func (sumToOp) Name() string     { return "sum_to" }
func (o sumToOp) String() string { return fmt.Sprintf("sum_to%v", o.shape.list()) }
func (o sumToOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SumToShape("ops.SumTo", dst, x[0].Shape(), o.shape.list())
}
func (o sumToOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.SumTo(y, x[0], o.shape.list()...) }
func (sumToOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return BroadcastTo(g, x[0].Shape()...)
}

var _ = register(Entry{
	Name:    "SumTo",
	Formula: "y = x summed over axes until it has the shape",
	Rule:    "x̄ = ȳ repeated along those axes",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return SumTo(x[0], 3, 1) },
		[][]int{{2, 3, 2}}, [][]int{{3, 4}}, [][]int{{3, 1}}, [][]int{{3, 0}}),
	Refused: []Refusal{{"a shape that does not broadcast to x's", func() { SumTo(zeros(2, 3), 2) }}},
})

// Concat joins tensors along an axis; the other dimensions must be equal.
//
//go:noinline
func Concat(axis int, x ...*graph.Var) *graph.Var { return graph.Apply(concatOp{axis}, x...) }

type concatOp struct{ axis int }

func (concatOp) Name() string     { return "concat" }
func (o concatOp) String() string { return fmt.Sprintf("concat[%d]", o.axis) }
func (o concatOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ConcatShape("ops.Concat", dst, o.axis, x...)
}
func (o concatOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Concat(y, o.axis, x...) }
func (o concatOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	axis := tensor.Axis("ops.Concat", o.axis, g.Shape())
	start := 0
	for _, before := range x[:i] {
		start += before.Shape()[axis]
	}
	return span(g, axis, start, start+x[i].Shape()[axis])
}

var _ = register(Entry{
	Name:    "Concat",
	Formula: "y = the xᵢ one after the other along an axis",
	Rule:    "x̄ᵢ = its part of ȳ",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Concat(0, x...) }, [][]int{{2, 3}, {1, 3}}, [][]int{{2}, {0}, {3}}),
		samples(func(x []*graph.Var) *graph.Var { return Concat(-1, x...) }, [][]int{{2, 1}, {2, 3}}, [][]int{{2}})),
	Refused: []Refusal{
		{"dimensions that differ beside the axis", func() { Concat(0, zeros(2, 3), zeros(2, 4)) }},
		{"an axis that is not there", func() { Concat(2, zeros(2, 3), zeros(2, 3)) }},
	},
})

// Stack joins tensors of one shape along a new axis.
//
//go:noinline
func Stack(axis int, x ...*graph.Var) *graph.Var { return graph.Apply(stackOp{axis}, x...) }

type stackOp struct{ axis int }

func (stackOp) Name() string     { return "stack" }
func (o stackOp) String() string { return fmt.Sprintf("stack[%d]", o.axis) }
func (o stackOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.StackShape("ops.Stack", dst, o.axis, x...)
}
func (o stackOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Stack(y, o.axis, x...) }
func (o stackOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return Reshape(span(g, tensor.Axis("ops.Stack", o.axis, g.Shape()), i, i+1), x[i].Shape()...)
}

var _ = register(Entry{
	Name:    "Stack",
	Formula: "y = the xᵢ side by side along a new axis",
	Rule:    "x̄ᵢ = its part of ȳ",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Stack(0, x...) }, [][]int{{2, 3}, {2, 3}}, [][]int{{}, {}, {}}),
		samples(func(x []*graph.Var) *graph.Var { return Stack(-1, x...) }, [][]int{{2}, {2}})),
	Refused: []Refusal{{"shapes that differ", func() { Stack(0, zeros(2), zeros(3)) }}},
})
