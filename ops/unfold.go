package ops

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// UnfoldOptions says how the windows of Unfold and Fold lie; see ConvOptions.
type UnfoldOptions struct{ Stride, Padding, Dilation []int }

// Unfold returns the elements of all windows of the given size on x, of shape
// [N, C, axes…], as [N, C·K, L]: column l has the K elements of window l in row-major
// order, of channel 0, then of channel 1, and so on. Padding is 0. It is also called
// im2col: a convolution is a product of its weights with these columns.
func Unfold(x *graph.Var, size []int, o UnfoldOptions) *graph.Var {
	return apply(unfoldOp{windowsOf("ops.Unfold", size, o.Stride, o.Padding, o.Dilation)}, x)
}

type unfoldOp struct{ at windows }

func (unfoldOp) Name() string     { return "unfold" }
func (o unfoldOp) String() string { return fmt.Sprintf("unfold[%v]", o.at) }
func (o unfoldOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.UnfoldShape("ops.Unfold", dst, x[0].Shape(), o.at.list())
}
func (o unfoldOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Unfold(y, x[0], o.at.list()) }
func (o unfoldOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply(foldOp{o, dimsOf(x[0].Shape())}, g)
}

var _ = register(Entry{
	Name:    "Unfold",
	Formula: "y[n, (c, k), l] = x[n, c, l·stride − padding + k·dilation]",
	Rule:    "x̄ = Fold(ȳ)",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var {
			return Unfold(x[0], []int{3, 2}, UnfoldOptions{Stride: []int{2, 1}, Padding: []int{1, 0}})
		}, [][]int{{1, 2, 3, 3}}, [][]int{{2, 1, 1, 2}}, [][]int{{0, 1, 3, 3}}),
		samples(func(x []*graph.Var) *graph.Var {
			return Unfold(x[0], []int{2}, UnfoldOptions{Padding: []int{2}, Dilation: []int{3}})
		}, [][]int{{2, 1, 3}})...),
	Refused: []Refusal{
		{"windows on other axes", func() { Unfold(zeros(1, 1, 4), []int{2, 2}, UnfoldOptions{}) }},
		{"no windows", func() { Unfold(zeros(1, 1), nil, UnfoldOptions{}) }},
		{"a window larger than the image", func() { Unfold(zeros(1, 1, 4), []int{5}, UnfoldOptions{}) }},
		{"a dilation of 0", func() { Unfold(zeros(1, 1, 4), []int{2}, UnfoldOptions{Dilation: []int{0}}) }},
		{"a window of size 0", func() { Unfold(zeros(1, 1, 4), []int{0}, UnfoldOptions{}) }},
	},
})

// Fold adds columns, as Unfold makes them, up to an array of the shape [N, C, axes…]:
// each element goes to the place that Unfold takes it from, and those of padding are
// left out. It is the transpose of Unfold, and also called col2im.
func Fold(columns *graph.Var, size []int, o UnfoldOptions, shape ...int) *graph.Var {
	return apply(foldOp{unfoldOp{windowsOf("ops.Fold", size, o.Stride, o.Padding, o.Dilation)}, dimsOf(shape)}, columns)
}

type foldOp struct {
	unfold unfoldOp
	shape  dims
}

func (foldOp) Name() string     { return "fold" }
func (o foldOp) String() string { return fmt.Sprintf("fold[%v]", o.unfold.at) }
func (o foldOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.FoldShape("ops.Fold", dst, x[0].Shape(), o.shape.list(), o.unfold.at.list())
}
func (o foldOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Fold(y, x[0], o.unfold.at.list(), y.Shape()...)
}
func (o foldOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o.unfold, g) }

var _ = register(Entry{
	Name:    "Fold",
	Formula: "y[n, c, i] = Σ x[n, (c, k), l] over the k and l with l·stride − padding + k·dilation = i",
	Rule:    "x̄ = Unfold(ȳ)",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var {
		return Fold(x[0], []int{2, 2}, UnfoldOptions{Stride: []int{2, 1}, Padding: []int{1, 0}}, 1, 2, 3, 3)
	}, [][]int{{1, 8, 4}}),
	Refused: []Refusal{
		{"columns of another shape", func() { Fold(zeros(1, 8, 3), []int{2, 2}, UnfoldOptions{}, 1, 2, 3, 3) }},
		{"a shape of another rank", func() { Fold(zeros(1, 8, 4), []int{2, 2}, UnfoldOptions{}, 1, 2, 3) }},
		{"a negative shape", func() { Fold(zeros(1, 8, 4), []int{2, 2}, UnfoldOptions{}, 1, -2, 3, 3) }},
	},
})
