package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Choosing elements is linear, and its transpose adds them back where they came
// from. So each operation of this file and its transpose are the rule of each
// other.

// Slice returns a range of each axis, in NumPy's meaning; axes without a range
// are taken whole.
func Slice(x *graph.Var, ranges ...tensor.Range) *graph.Var {
	return apply(sliceOp{shortOf(ranges)}, x)
}

type sliceOp struct{ ranges short[tensor.Range] }

func (sliceOp) Name() string     { return "slice" }
func (o sliceOp) String() string { return fmt.Sprintf("slice%v", o.ranges.list()) }
func (o sliceOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SliceShape("ops.Slice", dst, x[0].Shape(), o.ranges.list())
}
func (o sliceOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Slice(y, x[0], o.ranges.list()...)
}
func (o sliceOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply(sliceAddOp{o, dimsOf(x[0].Shape())}, g)
}

// sliceAddOp writes its input into a range of a tensor of zeros.
type sliceAddOp struct {
	slice sliceOp
	shape dims
}

func (sliceAddOp) Name() string                                { return "slice_add" }
func (o sliceAddOp) Shape(dst []int, _ []*tensor.Tensor) []int { return append(dst, o.shape.list()...) }
func (o sliceAddOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(0)
	tensor.SliceAdd(y, x[0], o.slice.ranges.list()...)
}
func (o sliceAddOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return apply(o.slice, g)
}

var _ = register(Entry{
	Name:    "Slice",
	Formula: "y = x[start:stop:step, …]",
	Rule:    "x̄ = ȳ in that range, 0 elsewhere",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Slice(x[0], tensor.Span(1, 3)) }, [][]int{{4}}, [][]int{{3, 2}}, [][]int{{1}}),
		samples(func(x []*graph.Var) *graph.Var {
			return Slice(x[0], tensor.All(), tensor.Range{Start: -1, Stop: tensor.Begin, Step: -2})
		}, [][]int{{2, 5}, {2, 4, 2}}[:1], [][]int{{2, 4, 2}})),
	Refused: []Refusal{{"more ranges than axes", func() { Slice(zeros(3), tensor.All(), tensor.All()) }}},
})

// Take returns the slices of x at the indices along an axis: rows of a table
// for axis 0. An index may repeat; a negative one counts from the end.
func Take(x *graph.Var, axis int, index []int) *graph.Var {
	return apply(takeOp{axis, index}, x)
}

type takeOp struct {
	axis  int
	index []int
}

func (o *takeOp) Keep(from takeOp) {
	o.axis, o.index = from.axis, append(o.index[:0], from.index...)
}

func (takeOp) Name() string     { return "take" }
func (o takeOp) String() string { return fmt.Sprintf("take[axis %d]", o.axis) }
func (o takeOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.TakeShape("ops.Take", dst, x[0].Shape(), o.axis, o.index)
}
func (o takeOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Take(y, x[0], o.axis, o.index) }
func (o takeOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply(takeAddOp{o, dimsOf(x[0].Shape())}, g)
}

// takeAddOp adds slices to a tensor of zeros at the indices along an axis.
type takeAddOp struct {
	take  takeOp
	shape dims
}

func (o *takeAddOp) Keep(from takeAddOp) {
	o.take.Keep(from.take)
	o.shape = from.shape
}

func (takeAddOp) Name() string                                { return "take_add" }
func (o takeAddOp) Shape(dst []int, _ []*tensor.Tensor) []int { return append(dst, o.shape.list()...) }
func (o takeAddOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(0)
	tensor.TakeAdd(y, x[0], o.take.axis, o.take.index)
}
func (o takeAddOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return apply(o.take, g)
}

var _ = register(Entry{
	Name:    "Take",
	Formula: "yⱼ = x[indexⱼ] along an axis",
	Rule:    "x̄ᵢ = Σ ȳⱼ over the j with indexⱼ = i",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Take(x[0], 0, []int{2, 0, 2, -1}) }, [][]int{{3}}, [][]int{{3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Take(x[0], 1, []int{1, 1}) }, [][]int{{2, 2, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Take(x[0], 0, nil) }, [][]int{{3}})),
	Refused: []Refusal{{"an index outside", func() { Take(zeros(3), 0, []int{3}) }}},
})

// Gather returns, for each position of the result, the element of x at the
// same position but for one axis, on which the index says where. The indices
// are in row-major order of the shape, which is x's but for that axis. (NumPy
// calls it take_along_axis.)
func Gather(x *graph.Var, axis int, index []int, shape ...int) *graph.Var {
	return apply(gatherOp{axis, index, dimsOf(shape)}, x)
}

type gatherOp struct {
	axis  int
	index []int
	shape dims
}

func (o *gatherOp) Keep(from gatherOp) {
	o.axis, o.shape, o.index = from.axis, from.shape, append(o.index[:0], from.index...)
}

func (gatherOp) Name() string     { return "gather" }
func (o gatherOp) String() string { return fmt.Sprintf("gather[axis %d]", o.axis) }
func (o gatherOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.GatherShape("ops.Gather", dst, x[0].Shape(), o.axis, o.index, o.shape.list())
}
func (o gatherOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Gather(y, x[0], o.axis, o.index, o.shape.list()...)
}
func (o gatherOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply(gatherAddOp{o, dimsOf(x[0].Shape())}, g)
}

// gatherAddOp adds elements to a tensor of zeros where Gather took them from:
// it is also known as scatter-add.
type gatherAddOp struct {
	gather gatherOp
	shape  dims
}

func (o *gatherAddOp) Keep(from gatherAddOp) {
	o.gather.Keep(from.gather)
	o.shape = from.shape
}

func (gatherAddOp) Name() string { return "gather_add" }
func (o gatherAddOp) Shape(dst []int, _ []*tensor.Tensor) []int {
	return append(dst, o.shape.list()...)
}
func (o gatherAddOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(0)
	tensor.GatherAdd(y, x[0], o.gather.axis, o.gather.index)
}
func (o gatherAddOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return apply(o.gather, g)
}

var _ = register(Entry{
	Name:    "Gather",
	Formula: "y[i, j, …] = x[index[i, j, …], j, …], on axis 0",
	Rule:    "x̄ = Σ ȳ over the positions that read the element",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Gather(x[0], 0, []int{1, 0, 1, 1}, 2, 2) }, [][]int{{2, 2}}, [][]int{{3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Gather(x[0], -1, []int{2, 0}, 2, 1) }, [][]int{{2, 3}})),
	Refused: []Refusal{
		{"an index outside", func() { Gather(zeros(2, 2), 0, []int{2, 0}, 1, 2) }},
		{"a shape that differs beside the axis", func() { Gather(zeros(2, 2), 0, []int{0, 0, 0}, 1, 3) }},
	},
})
