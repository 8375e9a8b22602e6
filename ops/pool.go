package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// MaxPoolOptions says how the windows of MaxPool lie. Each list has a number for
// each axis, or one for all; nil means strides of the size of the windows, no padding
// and dilations of 1. With Ceil a last window that begins on the axis or its padding
// counts although it ends beyond.
type MaxPoolOptions struct {
	Stride, Padding, Dilation []int
	Ceil                      bool
}

// MaxPool returns the largest element of each window of the given size on the last
// axes of x, which is [N, C, axes…] in networks; axes before them stay. Padding is
// −Inf, at most half of a window. NaN wins. The gradient goes to the first of equal
// elements, in row-major order.
func MaxPool(x *graph.Var, size []int, o MaxPoolOptions) *graph.Var {
	const who = "ops.MaxPool"
	at := windowsOf(who, size, or(o.Stride, size), o.Padding, o.Dilation)
	if o.Ceil {
		checkWindows(who, x, at.n)
		first := len(x.Shape()) - at.n
		for i := range at.list() {
			w := &at.list()[i]
			w.After += tail(*w, x.Shape()[first+i])
		}
	}
	return apply(maxPoolOp{at}, x)
}

// tail returns how much padding an axis of n elements lacks for a last window that
// begins on it, or on its padding before.
func tail(w tensor.Window, n int) int {
	room := w.Before + n + w.After - w.Dilation*(w.Size-1) - 1
	if w.Stride < 1 || room < 0 || room%w.Stride == 0 {
		return 0
	}
	last := (room/w.Stride + 1) * w.Stride // where that window begins
	if last >= w.Before+n {
		return 0
	}
	return w.Stride - room%w.Stride
}

func or(list, unset []int) []int {
	if len(list) == 0 {
		return unset
	}
	return list
}

func checkWindows(who string, x *graph.Var, n int) {
	if n > len(x.Shape()) {
		panic(tensor.Errorf(who, "windows on %d axes for shape %v", n, slices.Clone(x.Shape())))
	}
}

// AdaptiveMaxPool returns the largest element of each window on the last axes of x,
// of which there are so many on each: window o on an axis of n elements reaches from
// ⌊o·n/parts⌋ to ⌈(o+1)·n/parts⌉. The rest is as in MaxPool.
func AdaptiveMaxPool(x *graph.Var, parts ...int) *graph.Var {
	return apply(maxPoolOp{partsOf("ops.AdaptiveMaxPool", parts)}, x)
}

func partsOf(who string, parts []int) (w windows) {
	w.n = len(parts)
	if w.n > len(w.few) {
		w.many = make([]tensor.Window, w.n)
	}
	for i, n := range parts {
		if n < 1 {
			panic(tensor.Errorf(who, "cannot cut an axis into %d parts: there must be at least 1", n))
		}
		w.list()[i] = tensor.Window{Parts: n}
	}
	return w
}

type maxPoolOp struct{ at windows }

func (maxPoolOp) Name() string     { return "max_pool" }
func (o maxPoolOp) String() string { return fmt.Sprintf("max_pool[%v]", o.at) }
func (o maxPoolOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.PoolShape("ops.MaxPool", dst, x[0].Shape(), o.at.list())
}
func (o maxPoolOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.MaxPool(y, x[0], o.at.list()) }

// Which elements are largest is constant in pieces, so that the rule is linear in
// the cotangent, with a transpose.
func (o maxPoolOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply2(maxSpreadOp{o}, g, x[0])
}

// maxSpreadOp brings each g to the largest element of its window, and maxPickOp
// takes it from there.
type maxSpreadOp struct{ pool maxPoolOp }

func (maxSpreadOp) Name() string { return "max_pool_spread" }
func (maxSpreadOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(dst, x[1].Shape()...)
}
func (o maxSpreadOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.MaxPoolSpread(y, x[0], x[1], o.pool.at.list())
}
func (o maxSpreadOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return apply2(maxPickOp(o), g, x[1])
}

type maxPickOp struct{ pool maxPoolOp }

func (maxPickOp) Name() string { return "max_pool_pick" }
func (o maxPickOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return o.pool.Shape(dst, x)
}
func (o maxPickOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.MaxPoolPick(y, x[0], x[1], o.pool.at.list())
}
func (o maxPickOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return apply2(maxSpreadOp(o), g, x[1])
}

func maxPoolCase(o MaxPoolOptions, size ...int) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var { return MaxPool(x[0], size, o) }
}

var _ = register(Entry{
	Name:    "MaxPool",
	Formula: "y = the largest element of each window on x",
	Rule:    "x̄ᵢ = Σ ȳ over the windows in which xᵢ is the first largest",
	Domain:  apart(-3, 3),
	Kinks:   "equal largest elements in a window: the gradient goes to the first",
	Samples: slices.Concat(
		samples(maxPoolCase(MaxPoolOptions{}, 2), [][]int{{1, 2, 5}}, [][]int{{2}}, [][]int{{0, 2, 4}}),
		samples(maxPoolCase(MaxPoolOptions{Stride: []int{2, 1}, Padding: []int{1, 0}, Dilation: []int{1, 2}}, 3, 2), [][]int{{1, 2, 4, 4}}),
		samples(maxPoolCase(MaxPoolOptions{Stride: []int{2}, Ceil: true}, 2, 3), [][]int{{1, 5, 4}})),
	Refused: []Refusal{
		{"a padding of more than half of a window", func() { MaxPool(zeros(1, 1, 4), []int{2}, MaxPoolOptions{Padding: []int{2}}) }},
		{"windows on too many axes", func() { MaxPool(zeros(4), []int{2, 2}, MaxPoolOptions{Ceil: true}) }},
		{"no windows", func() { MaxPool(zeros(4), nil, MaxPoolOptions{}) }},
		{"a window larger than the image", func() { MaxPool(zeros(1, 1, 4), []int{5}, MaxPoolOptions{}) }},
	},
})

var _ = register(Entry{
	Name:    "AdaptiveMaxPool",
	Formula: "y = the largest element of each of so many windows on x",
	Rule:    "x̄ᵢ = Σ ȳ over the windows in which xᵢ is the first largest",
	Domain:  apart(-3, 3),
	Kinks:   "equal largest elements in a window: the gradient goes to the first",
	Samples: samples(func(x []*graph.Var) *graph.Var { return AdaptiveMaxPool(x[0], 2, 3) },
		[][]int{{1, 2, 5, 4}}, [][]int{{1, 2}}, [][]int{{0, 2, 4}}),
	Refused: partsRefused(AdaptiveMaxPool),
})

func partsRefused(f func(x *graph.Var, parts ...int) *graph.Var) []Refusal {
	return []Refusal{
		{"no part", func() { f(zeros(1, 1, 4), 0) }},
		{"more axes than there are", func() { f(zeros(4), 2, 2) }},
		{"parts of nothing", func() { f(zeros(1, 0), 2) }},
	}
}

// AvgPoolOptions says how the windows of AvgPool lie: as in MaxPoolOptions. Padding
// counts as zeros in the mean, unless it is excluded.
type AvgPoolOptions struct {
	Stride, Padding []int
	ExcludePadding  bool
}

// AvgPool returns the mean of each window of the given size on the last axes of x,
// which is [N, C, axes…] in networks; axes before them stay. Padding is at most half
// of a window.
func AvgPool(x *graph.Var, size []int, o AvgPoolOptions) *graph.Var {
	return apply(avgPoolOp{windowsOf("ops.AvgPool", size, or(o.Stride, size), o.Padding, nil), o.ExcludePadding}, x)
}

// AdaptiveAvgPool returns the mean of each window on the last axes of x, with the
// windows of AdaptiveMaxPool.
func AdaptiveAvgPool(x *graph.Var, parts ...int) *graph.Var {
	return apply(avgPoolOp{partsOf("ops.AdaptiveAvgPool", parts), true}, x)
}

type avgPoolOp struct {
	at     windows
	inside bool // padding does not count
}

func (avgPoolOp) Name() string     { return "avg_pool" }
func (o avgPoolOp) String() string { return fmt.Sprintf("avg_pool[%v]", o.at) }
func (o avgPoolOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.PoolShape("ops.AvgPool", dst, x[0].Shape(), o.at.list())
}
func (o avgPoolOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.AvgPool(y, x[0], o.at.list(), o.inside)
}
func (o avgPoolOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply(avgSpreadOp{o, dimsOf(x[0].Shape())}, g)
}

// avgSpreadOp divides each g among the elements of its window.
type avgSpreadOp struct {
	pool  avgPoolOp
	shape dims
}

func (avgSpreadOp) Name() string { return "avg_pool_spread" }
func (o avgSpreadOp) Shape(dst []int, _ []*tensor.Tensor) []int {
	return append(dst, o.shape.list()...)
}
func (o avgSpreadOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.AvgPoolSpread(y, x[0], o.pool.at.list(), o.pool.inside, y.Shape()...)
}
func (o avgSpreadOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o.pool, g) }

func avgPoolCase(o AvgPoolOptions, size ...int) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var { return AvgPool(x[0], size, o) }
}

var _ = register(Entry{
	Name:    "AvgPool",
	Formula: "y = the mean of each window on x",
	Rule:    "x̄ᵢ = Σ ȳ/n over the windows with xᵢ, of n elements",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(avgPoolCase(AvgPoolOptions{}, 2), [][]int{{1, 2, 5}}, [][]int{{2}}, [][]int{{0, 2, 4}}),
		samples(avgPoolCase(AvgPoolOptions{Stride: []int{2, 1}, Padding: []int{1, 0}}, 3, 2), [][]int{{1, 2, 4, 4}}),
		samples(avgPoolCase(AvgPoolOptions{Stride: []int{1}, Padding: []int{1}, ExcludePadding: true}, 3, 2), [][]int{{1, 3, 2}})),
	Refused: []Refusal{
		{"a padding of more than half of a window", func() { AvgPool(zeros(1, 1, 4), []int{2}, AvgPoolOptions{Padding: []int{2}}) }},
		{"windows on too many axes", func() { AvgPool(zeros(4), []int{2, 2}, AvgPoolOptions{}) }},
	},
})

var _ = register(Entry{
	Name:    "AdaptiveAvgPool",
	Formula: "y = the mean of each of so many windows on x",
	Rule:    "x̄ᵢ = Σ ȳ/n over the windows with xᵢ, of n elements",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return AdaptiveAvgPool(x[0], 2, 3) },
		[][]int{{1, 2, 5, 4}}, [][]int{{1, 2}}, [][]int{{0, 2, 4}}),
	Refused: partsRefused(AdaptiveAvgPool),
})

// GlobalAvgPool returns the mean over all axes behind the first two of x, [N, C,
// axes…]: a number for each channel.
func GlobalAvgPool(x *graph.Var) *graph.Var {
	s := checkChannels("ops.GlobalAvgPool", x, 3)
	return Mean(Reshape(x, s[0], s[1], elementsOf(s[2:])), 2)
}

// checkChannels returns the shape of x, [N, C, axes…], which must have so many axes.
func checkChannels(who string, x *graph.Var, rank int) []int {
	if len(x.Shape()) < rank {
		panic(tensor.Errorf(who, "x has shape %v, and must have at least %d axes, [N C …]", slices.Clone(x.Shape()), rank))
	}
	return x.Shape()
}

// elementsOf returns the product of a shape.
func elementsOf(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

var _ = register(Entry{
	Name:    "GlobalAvgPool",
	Formula: "y[n, c] = the mean of x[n, c, …]",
	Rule:    "x̄ = ȳ/n for n elements",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return GlobalAvgPool(x[0]) }, [][]int{{2, 2, 2, 3}}, [][]int{{1, 2, 3}}, [][]int{{0, 1, 2}}),
	Refused: []Refusal{{"no axis to pool", func() { GlobalAvgPool(zeros(2, 3)) }}},
})
