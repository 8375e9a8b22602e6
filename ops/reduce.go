package ops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A reduction over axes; no axes means all. A negative axis counts from the
// end. With keep the reduced axes stay, of length 1, so that the result
// broadcasts against the input.
type axes struct {
	dims
	keep bool
}

func (a axes) String() string {
	s := "all"
	if a.n > 0 {
		s = strings.Trim(fmt.Sprint(a.list()), "[]")
	}
	if a.keep {
		s += " keep"
	}
	return s
}

// spread undoes a reduction of x in shape: it repeats the elements of g, which
// has the shape of the result, along the reduced axes.
func (a axes) spread(g, x *graph.Var) *graph.Var {
	var buf [8]int
	kept := tensor.ReduceShape("ops.spread", buf[:0], x.Shape(), a.list(), true)
	return BroadcastTo(Reshape(g, kept...), x.Shape()...)
}

// fill sets all of x̄ to c·ȳ if y is one number: its whole spread.
func fill(dst, g *tensor.Tensor, c float64) bool {
	if g.Len() != 1 {
		return false
	}
	dst.Fill(g.Item() * c)
	return true
}

// Sum returns the sum over the axes, or over all elements if none is given.
// The sum of nothing is 0.
func Sum(x *graph.Var, over ...int) *graph.Var { return apply(sumOp{axes{dimsOf(over), false}}, x) }

// SumKeep is Sum, but keeps the reduced axes with length 1.
func SumKeep(x *graph.Var, over ...int) *graph.Var { return apply(sumOp{axes{dimsOf(over), true}}, x) }

type sumOp struct{ over axes }

func (sumOp) Name() string     { return "sum" }
func (o sumOp) String() string { return fmt.Sprintf("sum[%v]", o.over) }
func (o sumOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReduceShape("ops.Sum", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o sumOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Sum(y, x[0], o.over.list(), o.over.keep)
}
func (o sumOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return o.over.spread(g, x[0])
}
func (o sumOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	return fill(dst, g, 1)
}

var _ = register(Entry{
	Name:    "Sum",
	Formula: "y = Σᵢ xᵢ over the axes",
	Rule:    "x̄ᵢ = ȳ",
	Domain:  on(-3, 3),
	Samples: reductions(Sum),
	Refused: axesRefused(Sum),
})

var _ = register(Entry{
	Name:    "SumKeep",
	Formula: "y = Σᵢ xᵢ over the axes, which stay with length 1",
	Rule:    "x̄ᵢ = ȳ",
	Domain:  on(-3, 3),
	Samples: reductions(SumKeep),
	Refused: axesRefused(SumKeep),
})

// Mean returns the mean over the axes, or over all elements if none is given.
// The mean of nothing is NaN.
func Mean(x *graph.Var, over ...int) *graph.Var { return apply(meanOp{axes{dimsOf(over), false}}, x) }

// MeanKeep is Mean, but keeps the reduced axes with length 1.
func MeanKeep(x *graph.Var, over ...int) *graph.Var {
	return apply(meanOp{axes{dimsOf(over), true}}, x)
}

type meanOp struct{ over axes }

func (meanOp) Name() string     { return "mean" }
func (o meanOp) String() string { return fmt.Sprintf("mean[%v]", o.over) }
func (o meanOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReduceShape("ops.Mean", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o meanOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Mean(y, x[0], o.over.list(), o.over.keep)
}
func (o meanOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	n := float64(x[0].Len()) / float64(max(y.Len(), 1))
	return o.over.spread(Scale(g, 1/n), x[0])
}
func (o meanOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	return fill(dst, g, 1/float64(x[0].Len())) // eq: M6
}

var _ = register(Entry{
	Name:    "Mean",
	Formula: "y = 1/n Σᵢ xᵢ over the axes",
	Rule:    "x̄ᵢ = ȳ/n",
	Domain:  on(-3, 3),
	Samples: reductions(Mean),
	Refused: axesRefused(Mean),
})

var _ = register(Entry{
	Name:    "MeanKeep",
	Formula: "y = 1/n Σᵢ xᵢ over the axes, which stay with length 1",
	Rule:    "x̄ᵢ = ȳ/n",
	Domain:  on(-3, 3),
	Samples: reductions(MeanKeep),
	Refused: axesRefused(MeanKeep),
})

// Max returns the largest element along the axes, or of all if none is given.
// The gradient goes to the first of equal ones. NaN wins. There is no maximum
// of nothing: it panics.
func Max(x *graph.Var, over ...int) *graph.Var { return apply(maxOp{axes{dimsOf(over), false}}, x) }

// MaxKeep is Max, but keeps the reduced axes with length 1.
func MaxKeep(x *graph.Var, over ...int) *graph.Var { return apply(maxOp{axes{dimsOf(over), true}}, x) }

type maxOp struct{ over axes }

func (maxOp) Name() string     { return "max" }
func (o maxOp) String() string { return fmt.Sprintf("max[%v]", o.over) }
func (o maxOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ExtremeShape("ops.Max", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o maxOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Max(y, x[0], o.over.list(), o.over.keep)
}
func (o maxOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return mask(apply(firstOp{o.over.dims, false}, x[0]), o.over.spread(g, x[0]))
}

var _ = register(Entry{
	Name:    "Max",
	Formula: "y = maxᵢ xᵢ over the axes",
	Rule:    "x̄ᵢ = ȳ for the first i with xᵢ = y, else 0",
	Domain:  apart(-3, 3),
	Kinks:   "equal largest elements: the gradient goes to the first",
	Samples: reductions(Max),
	Refused: append(axesRefused(Max), Refusal{"the maximum of nothing", func() { Max(zeros(0)) }}),
})

var _ = register(Entry{
	Name:    "MaxKeep",
	Formula: "y = maxᵢ xᵢ over the axes, which stay with length 1",
	Rule:    "x̄ᵢ = ȳ for the first i with xᵢ = y, else 0",
	Domain:  apart(-3, 3),
	Kinks:   "equal largest elements: the gradient goes to the first",
	Samples: reductions(MaxKeep),
	Refused: axesRefused(MaxKeep),
})

// Min returns the smallest element along the axes, or of all if none is given.
// The gradient goes to the first of equal ones. NaN wins. There is no minimum
// of nothing: it panics.
func Min(x *graph.Var, over ...int) *graph.Var { return apply(minOp{axes{dimsOf(over), false}}, x) }

// MinKeep is Min, but keeps the reduced axes with length 1.
func MinKeep(x *graph.Var, over ...int) *graph.Var { return apply(minOp{axes{dimsOf(over), true}}, x) }

type minOp struct{ over axes }

func (minOp) Name() string     { return "min" }
func (o minOp) String() string { return fmt.Sprintf("min[%v]", o.over) }
func (o minOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ExtremeShape("ops.Min", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o minOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Min(y, x[0], o.over.list(), o.over.keep)
}
func (o minOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return mask(apply(firstOp{o.over.dims, true}, x[0]), o.over.spread(g, x[0]))
}

var _ = register(Entry{
	Name:    "Min",
	Formula: "y = minᵢ xᵢ over the axes",
	Rule:    "x̄ᵢ = ȳ for the first i with xᵢ = y, else 0",
	Domain:  apart(-3, 3),
	Kinks:   "equal smallest elements: the gradient goes to the first",
	Samples: reductions(Min),
	Refused: append(axesRefused(Min), Refusal{"the minimum of nothing", func() { Min(zeros(0)) }}),
})

var _ = register(Entry{
	Name:    "MinKeep",
	Formula: "y = minᵢ xᵢ over the axes, which stay with length 1",
	Rule:    "x̄ᵢ = ȳ for the first i with xᵢ = y, else 0",
	Domain:  apart(-3, 3),
	Kinks:   "equal smallest elements: the gradient goes to the first",
	Samples: reductions(MinKeep),
	Refused: axesRefused(MinKeep),
})

// firstOp is 1 at the first extreme element along the axes, else 0. It is
// constant in pieces, so no gradient flows through it.
type firstOp struct {
	over  dims
	least bool
}

func (firstOp) Name() string                              { return "first_extreme" }
func (firstOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (o firstOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if o.least {
		tensor.ArgMinMask(y, x[0], o.over.list())
	} else {
		tensor.ArgMaxMask(y, x[0], o.over.list())
	}
}
func (firstOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

// LogSumExp returns log Σ eˣ over the axes, or over all elements if none is
// given, without overflow: a smooth maximum. Of nothing it is −Inf.
func LogSumExp(x *graph.Var, over ...int) *graph.Var {
	return apply(logSumExpOp{axes{dimsOf(over), false}}, x)
}

// LogSumExpKeep is LogSumExp, but keeps the reduced axes with length 1.
func LogSumExpKeep(x *graph.Var, over ...int) *graph.Var {
	return apply(logSumExpOp{axes{dimsOf(over), true}}, x)
}

type logSumExpOp struct{ over axes }

func (logSumExpOp) Name() string     { return "logsumexp" }
func (o logSumExpOp) String() string { return fmt.Sprintf("logsumexp[%v]", o.over) }
func (o logSumExpOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReduceShape("ops.LogSumExp", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o logSumExpOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.LogSumExp(y, x[0], o.over.list(), o.over.keep)
}
func (o logSumExpOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if x[0].Len() == 0 {
		return o.over.spread(g, x[0])
	}
	// e^(x − y) would lose the digits that y was rounded by, many if y is large.
	// The softmax does not change when x is shifted, so the largest element is
	// taken off as a constant.
	top := apply(maxOp{axes{o.over.dims, true}}, x[0]).Detach()
	e := Exp(Sub(x[0], top))
	sum := apply(sumOp{axes{o.over.dims, true}}, e)
	return MulMasked(o.over.spread(g, x[0]), Div(e, sum))
}

var _ = register(Entry{
	Name:    "LogSumExp",
	Formula: "y = log Σᵢ e^xᵢ over the axes",
	Rule:    "x̄ᵢ = ȳ·e^(xᵢ − y)",
	Domain:  on(-3, 3),
	Samples: reductions(LogSumExp),
	Refused: axesRefused(LogSumExp),
})

var _ = register(Entry{
	Name:    "LogSumExpKeep",
	Formula: "y = log Σᵢ e^xᵢ over the axes, which stay with length 1",
	Rule:    "x̄ᵢ = ȳ·e^(xᵢ − y)",
	Domain:  on(-3, 3),
	Samples: reductions(LogSumExpKeep),
	Refused: axesRefused(LogSumExpKeep),
})

// reductions samples a reduction over all, one and several axes.
func reductions(f func(x *graph.Var, over ...int) *graph.Var) []Sample {
	var s []Sample
	for _, over := range [][]int{nil, {0}, {-1}, {0, 2}} {
		s = append(s, samples(func(x []*graph.Var) *graph.Var { return f(x[0], over...) }, [][]int{{2, 3, 2}})...)
	}
	return slices.Concat(s,
		samples(func(x []*graph.Var) *graph.Var { return f(x[0]) }, [][]int{{}}),
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], 1) }, [][]int{{0, 2}}))
}

func axesRefused(f func(x *graph.Var, over ...int) *graph.Var) []Refusal {
	return []Refusal{
		{"an axis that is not there", func() { f(zeros(2, 3), 2) }},
		{"an axis twice", func() { f(zeros(2, 3), 1, -1) }},
	}
}
