package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// ConvOptions says how the windows of a convolution lie. Each list has a number for
// each axis, or one for all of them; nil means strides of 1, no padding, dilations
// of 1. Groups, 0 means 1, is into how many parts the channels are cut, of which
// each sees only itself.
type ConvOptions struct {
	Stride, Padding, Dilation []int
	Groups                    int
}

// Conv returns the convolution of x, of shape [N, C, axes…], with the weights w,
// [O, C/groups, sizes…]: conv1d, conv2d or conv3d by the number of axes, which may
// be up to six. As usual in networks the weights are not reversed, so it is a
// cross-correlation: each element of the result, [N, O, L…], is the sum of a window
// on x times the weights. b, of length O, is added; it may be nil. On an axis of n
// elements there are L = ⌊(n + 2·padding − dilation·(size−1) − 1)/stride⌋ + 1 windows.
func Conv(x, w, b *graph.Var, o ConvOptions) *graph.Var {
	const who = "ops.Conv"
	op := convOp{windowsOf(who, sizes(who, w), o.Stride, o.Padding, o.Dilation), groups(o.Groups)}
	if b == nil {
		return apply2(op, x, w)
	}
	return apply3(op, x, w, b)
}

// sizes returns the sizes of weights of shape [O, C, sizes…].
func sizes(who string, w *graph.Var) []int {
	if len(w.Shape()) < 3 {
		panic(tensor.Errorf(who, "weights %v have no axis for windows: they must be out × in/groups × sizes", slices.Clone(w.Shape())))
	}
	return w.Shape()[2:]
}

func groups(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

// The three operations of this file, conv, convInput and convWeights, are the
// gradients of Σ g·Conv(x, w) by g, x and w. Since that is linear in each of the
// three, their rules are each other, and so derivatives of any order are right.

type convOp struct {
	at     windows
	groups int
}

func (convOp) Name() string     { return "conv" }
func (o convOp) String() string { return fmt.Sprintf("conv[%v; groups %d]", o.at, o.groups) }
func (o convOp) Shape(dst []int, x []*tensor.Tensor) []int {
	var bias [1][]int
	for i, b := range x[2:] {
		bias[i] = b.Shape()
	}
	return tensor.ConvShape("ops.Conv", dst, x[0].Shape(), x[1].Shape(), o.at.list(), o.groups, bias[:len(x)-2]...)
}
func (o convOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	var bias *tensor.Tensor
	if len(x) == 3 {
		bias = x[2]
	}
	tensor.Conv(y, x[0], x[1], bias, o.at.list(), o.groups)
}
func (o convOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	switch i {
	case 0:
		return apply2(convInputOp{o, dimsOf(x[0].Shape())}, g, x[1])
	case 1:
		return apply2(convWeightsOp{o}, x[0], g)
	default:
		return channelSum(g)
	}
}

// channelSum sums x over all axes but 1.
func channelSum(x *graph.Var) *graph.Var {
	var buf [8]int
	shape := append(buf[:0], x.Shape()[1])
	for range x.Shape()[2:] {
		shape = append(shape, 1)
	}
	return Reshape(SumTo(x, shape...), x.Shape()[1])
}

// convInputOp is the cotangent of x for those of the result, g, and the weights.
type convInputOp struct {
	conv  convOp
	shape dims // of x
}

func (convInputOp) Name() string { return "conv_input" }
func (o convInputOp) String() string {
	return fmt.Sprintf("conv_input[%v; groups %d]", o.conv.at, o.conv.groups)
}
func (o convInputOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ConvInputShape("ops.ConvTranspose", dst, x[0].Shape(), x[1].Shape(), o.shape.list(), o.conv.at.list(), o.conv.groups)
}
func (o convInputOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.ConvInput(y, x[0], x[1], o.conv.at.list(), o.conv.groups, y.Shape()...)
}
func (o convInputOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return apply2(o.conv, g, x[1])
	}
	return apply2(convWeightsOp{o.conv}, g, x[0])
}

// convWeightsOp is the cotangent of the weights for x and that of the result, g.
type convWeightsOp struct{ conv convOp }

func (convWeightsOp) Name() string { return "conv_weights" }
func (o convWeightsOp) String() string {
	return fmt.Sprintf("conv_weights[%v; groups %d]", o.conv.at, o.conv.groups)
}
func (o convWeightsOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ConvWeightsShape("ops.Conv", dst, x[0].Shape(), x[1].Shape(), o.conv.at.list(), o.conv.groups)
}
func (o convWeightsOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.ConvWeights(y, x[0], x[1], o.conv.at.list(), o.conv.groups)
}
func (o convWeightsOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return apply2(convInputOp{o.conv, dimsOf(x[0].Shape())}, x[1], g)
	}
	return apply2(o.conv, x[0], g)
}

func convCase(o ConvOptions) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var {
		if len(x) == 2 {
			return Conv(x[0], x[1], nil, o)
		}
		return Conv(x[0], x[1], x[2], o)
	}
}

var _ = register(Entry{
	Name:    "Conv",
	Formula: "y[n, o, l] = b[o] + Σ w[o, c, k]·x[n, c, l·stride − padding + k·dilation] over c and k",
	Rule:    "x̄ = Σ w·ȳ over the windows that hold the element, w̄ = Σ x·ȳ over the windows, b̄ = Σ ȳ",
	Domain:  on(-2, 2),
	Samples: slices.Concat(
		samples(convCase(ConvOptions{}), [][]int{{2, 2, 5}, {3, 2, 3}, {3}}, [][]int{{1, 1, 3, 3}, {2, 1, 2, 2}}, [][]int{{2, 3, 2}, {2, 3, 1}}, [][]int{{0, 1, 3}, {2, 1, 2}, {2}}),
		samples(convCase(ConvOptions{Stride: []int{2, 1}, Padding: []int{1, 2}, Dilation: []int{1, 2}, Groups: 2}), [][]int{{1, 4, 4, 3}, {2, 2, 2, 2}, {2}}),
		samples(convCase(ConvOptions{Padding: []int{1}, Groups: 2}), [][]int{{2, 2, 3}, {2, 1, 3}}),
		samples(convCase(ConvOptions{Stride: []int{2}}), [][]int{{1, 1, 2, 3, 4}, {1, 1, 2, 1, 2}, {1}})),
	Refused: []Refusal{
		{"weights of other channels", func() { Conv(zeros(1, 3, 8, 8), zeros(16, 4, 3, 3), nil, ConvOptions{}) }},
		{"weights of another rank", func() { Conv(zeros(1, 3, 8, 8), zeros(16, 3, 3), nil, ConvOptions{}) }},
		{"weights without windows", func() { Conv(zeros(1, 3), zeros(16, 3), nil, ConvOptions{}) }},
		{"groups that do not divide", func() { Conv(zeros(1, 4, 8), zeros(3, 2, 3), nil, ConvOptions{Groups: 2}) }},
		{"a window larger than the image", func() { Conv(zeros(1, 1, 2), zeros(1, 1, 3), nil, ConvOptions{}) }},
		{"a stride of 0", func() { Conv(zeros(1, 1, 4), zeros(1, 1, 3), nil, ConvOptions{Stride: []int{0}}) }},
		{"a negative padding", func() { Conv(zeros(1, 1, 4), zeros(1, 1, 3), nil, ConvOptions{Padding: []int{-1}}) }},
		{"strides for other axes", func() { Conv(zeros(1, 1, 4, 4, 4), zeros(1, 1, 3, 3, 3), nil, ConvOptions{Stride: []int{1, 2}}) }},
		{"a bias of another length", func() { Conv(zeros(1, 3, 8), zeros(16, 3, 3), zeros(3), ConvOptions{}) }},
	},
})

// ConvTransposeOptions is ConvOptions of the convolution that is transposed.
// OutputPadding, less than the stride, makes an axis of the result longer: a
// stride maps several lengths to one, and it says which is meant.
type ConvTransposeOptions struct {
	Stride, Padding, OutputPadding, Dilation []int
	Groups                                   int
}

// ConvTranspose returns the transpose of a convolution, the map that is the rule of
// Conv, for x of shape [N, O, L…] and weights of that convolution, [O, C/groups,
// sizes…]: each element of x adds its multiple of the weights to a window of the
// result, [N, C, axes…]. b, of length C, is added; it may be nil. On an axis the
// result has (L−1)·stride − 2·padding + dilation·(size−1) + 1 + output padding
// elements.
func ConvTranspose(x, w, b *graph.Var, o ConvTransposeOptions) *graph.Var {
	const who = "ops.ConvTranspose"
	at := windowsOf(who, sizes(who, w), o.Stride, o.Padding, o.Dilation)
	if len(x.Shape()) != len(w.Shape()) {
		panic(tensor.Errorf(who, "x %v and weights %v must have as many axes, [N out …] and [out in/groups …]", slices.Clone(x.Shape()), slices.Clone(w.Shape())))
	}
	n := groups(o.Groups)
	var buf [8]int
	shape := append(buf[:0], x.Shape()[0], w.Shape()[1]*n)
	for i, a := range at.list() {
		extra := perAxis(who, "output padding", o.OutputPadding, i, at.n, 0)
		if extra < 0 || extra > 0 && extra >= a.Stride {
			panic(tensor.Errorf(who, "output padding %d with stride %d: it must be less", extra, a.Stride))
		}
		shape = append(shape, (x.Shape()[2+i]-1)*a.Stride-2*a.Before+a.Dilation*(a.Size-1)+1+extra)
	}
	y := apply2(convInputOp{convOp{at, n}, dimsOf(shape)}, x, w)
	if b == nil {
		return y
	}
	return Add(y, perChannel(who, "bias", b, y))
}

// perChannel returns v, of length C, in a shape that broadcasts to x, [N, C, …].
func perChannel(who, what string, v, x *graph.Var) *graph.Var {
	s := x.Shape()
	if len(v.Shape()) != 1 || v.Shape()[0] != s[1] {
		panic(tensor.Errorf(who, "%s has shape %v: the %d channels of %v want [%d]", what, slices.Clone(v.Shape()), s[1], slices.Clone(s), s[1]))
	}
	var buf [8]int
	shape := append(buf[:0], s[1])
	for range s[2:] {
		shape = append(shape, 1)
	}
	return Reshape(v, shape...)
}

func convTransposeCase(o ConvTransposeOptions) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var {
		if len(x) == 2 {
			return ConvTranspose(x[0], x[1], nil, o)
		}
		return ConvTranspose(x[0], x[1], x[2], o)
	}
}

var _ = register(Entry{
	Name:    "ConvTranspose",
	Formula: "y[n, c, l·stride − padding + k·dilation] = b[c] + Σ w[o, c, k]·x[n, o, l] over o and such l and k",
	Rule:    "x̄ = Conv(ȳ, w), w̄ and b̄ as of that convolution",
	Domain:  on(-2, 2),
	Samples: slices.Concat(
		samples(convTransposeCase(ConvTransposeOptions{}), [][]int{{2, 2, 3}, {2, 1, 2}, {1}}, [][]int{{1, 1, 2, 2}, {1, 2, 2, 2}}, [][]int{{0, 1, 2}, {1, 1, 2}}),
		samples(convTransposeCase(ConvTransposeOptions{Stride: []int{3, 1}, Padding: []int{1, 0}, OutputPadding: []int{2, 0}, Dilation: []int{2, 1}, Groups: 2}),
			[][]int{{1, 4, 2, 2}, {4, 1, 2, 2}, {2}})),
	Refused: []Refusal{
		{"weights of other channels", func() { ConvTranspose(zeros(1, 3, 8), zeros(4, 2, 3), nil, ConvTransposeOptions{}) }},
		{"weights of another rank", func() { ConvTranspose(zeros(1, 3, 8, 8), zeros(3, 2, 3), nil, ConvTransposeOptions{}) }},
		{"an output padding of the stride", func() {
			ConvTranspose(zeros(1, 3, 8), zeros(3, 2, 3), nil, ConvTransposeOptions{Stride: []int{2}, OutputPadding: []int{2}})
		}},
		{"a padding that leaves nothing", func() {
			ConvTranspose(zeros(1, 1, 1), zeros(1, 1, 3), nil, ConvTransposeOptions{Padding: []int{2}})
		}},
		{"groups that do not divide", func() { ConvTranspose(zeros(1, 3, 8), zeros(3, 2, 3), nil, ConvTransposeOptions{Groups: 2}) }},
		{"a bias of another length", func() { ConvTranspose(zeros(1, 3, 8), zeros(3, 2, 3), zeros(3), ConvTransposeOptions{}) }},
	},
})
