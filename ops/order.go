package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The operations of this file choose elements by places that they find in the
// data. The places are a value on the tape, through which no gradient flows,
// and not an attribute: a tape that is evaluated on other data finds others.

// Places says which places along an axis the elements of a result came from. It is
// on the tape like a Var, so that a tape that is evaluated again on other data
// finds others.
type Places struct {
	axis, n int // the axis and its length
	at      *graph.Var
}

// List returns the places as they are now, in row-major order of the shape of the
// result.
func (p Places) List() []int { return tensor.IndexOf(p.at.Value()) }

// Sort returns x in ascending order along an axis, or in descending order, and
// where each element came from. Equal elements stay in their order. NaN counts as
// larger than any number.
func Sort(x *graph.Var, axis int, descending bool) (y *graph.Var, from Places) {
	a := tensor.Axis("ops.Sort", axis, x.Shape())
	n := x.Shape()[a]
	from = Places{a, n, apply(orderOp{"ops.Sort", a, n, descending}, x)}
	return TakeAlong(x, from), from
}

// TopK returns the k largest elements along an axis, the largest first, and where
// each came from. The first of equal elements wins. NaN counts as larger than any
// number.
func TopK(x *graph.Var, k, axis int) (y *graph.Var, from Places) {
	a := tensor.Axis("ops.TopK", axis, x.Shape())
	from = Places{a, x.Shape()[a], apply(orderOp{"ops.TopK", a, k, true}, x)}
	return TakeAlong(x, from), from
}

// TakeAlong returns the elements of x at places that were found in another value
// of the same shape: it brings x into the order of that.
func TakeAlong(x *graph.Var, from Places) *graph.Var {
	if s := x.Shape(); len(s) != len(from.at.Shape()) || s[from.axis] != from.n {
		panic(tensor.Errorf("ops.TakeAlong", "the places were found among %d on axis %d, x has shape %v", from.n, from.axis, slices.Clone(s)))
	}
	return apply2(takeAlongOp{from.axis}, x, from.at)
}

// Median returns the middle element along an axis, or the mean of the two middle
// ones. NaN counts as larger than any number.
func Median(x *graph.Var, axis int) *graph.Var {
	const who = "ops.Median"
	a := tensor.Axis(who, axis, x.Shape())
	n := x.Shape()[a]
	if n == 0 {
		panic(tensor.Errorf(who, "axis %d of shape %v holds no element", axis, slices.Clone(x.Shape())))
	}
	sorted := TakeAlong(x, Places{a, n, apply(orderOp{who, a, n, false}, x)})
	return Mean(span(sorted, a, (n-1)/2, n/2+1), a)
}

// orderOp finds the places of the k smallest or largest elements along an axis,
// for a function.
type orderOp struct {
	who        string
	axis, k    int
	descending bool
}

func (orderOp) Name() string { return "order" }
func (o orderOp) String() string {
	return fmt.Sprintf("order[axis %d, %d, descending %v]", o.axis, o.k, o.descending)
}
func (o orderOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.OrderShape(o.who, dst, x[0].Shape(), o.axis, o.k)
}
func (o orderOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Order(y, x[0], o.axis, o.k, o.descending)
}
func (orderOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

// takeAlongOp takes the elements of its first input at the places along an axis
// that are its second.
type takeAlongOp struct{ axis int }

func (takeAlongOp) Name() string     { return "take_along" }
func (o takeAlongOp) String() string { return fmt.Sprintf("take_along[axis %d]", o.axis) }
func (o takeAlongOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.AlongShape("ops.TakeAlong", dst, x[0].Shape(), x[1].Shape(), o.axis)
}
func (o takeAlongOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.TakeAlong(y, x[0], x[1], o.axis)
}
func (o takeAlongOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return apply2(takeAlongAddOp{o.axis, x[0].Shape()[o.axis]}, g, x[1])
}

// takeAlongAddOp adds its first input to a tensor of zeros, with n places on an
// axis, at the places that are its second.
type takeAlongAddOp struct{ axis, n int }

func (takeAlongAddOp) Name() string { return "take_along_add" }
func (o takeAlongAddOp) Shape(dst []int, x []*tensor.Tensor) []int {
	at := len(dst)
	dst = append(dst, x[0].Shape()...)
	dst[at+o.axis] = o.n
	return dst
}
func (o takeAlongAddOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(0)
	tensor.TakeAlongAdd(y, x[0], x[1], o.axis)
}
func (o takeAlongAddOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return apply2(takeAlongOp{o.axis}, g, x[1])
}

var _ = register(Entry{
	Name:    "Sort",
	Formula: "y = x in ascending or descending order along an axis",
	Rule:    "x̄ᵢ = ȳⱼ for the j where xᵢ went",
	Domain:  apart(-3, 3),
	Kinks:   "equal elements: they stay in their order, and so do the gradients",
	Samples: slices.Concat(
		scans(func(x *graph.Var, axis int) *graph.Var { return valuesOf(Sort(x, axis, false)) }),
		scans(func(x *graph.Var, axis int) *graph.Var { return valuesOf(Sort(x, axis, true)) })),
	Refused: scanRefused(func(x *graph.Var, axis int) *graph.Var { return valuesOf(Sort(x, axis, true)) }),
})

func valuesOf(y *graph.Var, _ Places) *graph.Var { return y }

var _ = register(Entry{
	Name:    "TakeAlong",
	Formula: "yᵢ = x[placeᵢ] along an axis, for places that were found in another value",
	Rule:    "x̄ⱼ = Σ ȳᵢ over the i with placeᵢ = j",
	Domain:  apart(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var {
			_, from := Sort(x[1], 0, false)
			return TakeAlong(x[0], from)
		}, [][]int{{3}, {3}}, [][]int{{3, 2}, {3, 2}}),
		samples(func(x []*graph.Var) *graph.Var {
			_, from := CumMax(x[1], -1)
			return TakeAlong(x[0], from)
		}, [][]int{{2, 3}, {2, 3}}, [][]int{{0, 2}, {0, 2}})),
	Refused: []Refusal{
		{"shapes that differ beside the axis", func() {
			_, from := Sort(zeros(2, 3), 0, false)
			TakeAlong(zeros(2, 2), from)
		}},
		{"an axis of another length", func() {
			_, from := Sort(zeros(3), 0, false)
			TakeAlong(zeros(2), from)
		}},
	},
})

var _ = register(Entry{
	Name:    "TopK",
	Formula: "y = the k largest x along an axis, descending",
	Rule:    "x̄ᵢ = ȳⱼ for the j where xᵢ went, 0 if it was not chosen",
	Domain:  apart(-3, 3),
	Kinks:   "equal elements: the first is chosen first, and gets the gradient",
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return valuesOf(TopK(x[0], 2, -1)) }, [][]int{{4}}, [][]int{{2, 3}}),
		samples(func(x []*graph.Var) *graph.Var { return valuesOf(TopK(x[0], 1, 0)) }, [][]int{{3, 2}}, [][]int{{1}}),
		samples(func(x []*graph.Var) *graph.Var { return valuesOf(TopK(x[0], 0, 0)) }, [][]int{{2}})),
	Refused: []Refusal{
		{"more than there are", func() { TopK(zeros(3), 4, 0) }},
		{"a negative number", func() { TopK(zeros(3), -1, 0) }},
		{"an axis that is not there", func() { TopK(zeros(3), 1, 1) }},
	},
})

var _ = register(Entry{
	Name:    "Median",
	Formula: "y = the middle x along an axis, or the mean of the two",
	Rule:    "x̄ᵢ = ȳ or ȳ/2 for the middle ones, else 0",
	Domain:  apart(-3, 3),
	Kinks:   "equal elements: they stay in their order; the gradient goes to the middle ones",
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Median(x[0], 0) }, [][]int{{3}}, [][]int{{4, 2}}, [][]int{{1}}),
		samples(func(x []*graph.Var) *graph.Var { return Median(x[0], -1) }, [][]int{{2, 3}}, [][]int{{0, 2}})),
	Refused: append(scanRefused(Median), Refusal{"the median of nothing", func() { Median(zeros(2, 0), 1) }}),
})

// CumMax returns the greatest of each element and those before it along an axis,
// and where it came from. The first of equal elements wins, and NaN beats every
// number.
func CumMax(x *graph.Var, axis int) (y *graph.Var, from Places) {
	return soFar("ops.CumMax", x, axis, false)
}

// CumMin is CumMax for the least element; NaN beats every number here too.
func CumMin(x *graph.Var, axis int) (y *graph.Var, from Places) {
	return soFar("ops.CumMin", x, axis, true)
}

func soFar(who string, x *graph.Var, axis int, least bool) (*graph.Var, Places) {
	a := tensor.Axis(who, axis, x.Shape())
	from := Places{a, x.Shape()[a], apply(soFarOp{a, least}, x)}
	return TakeAlong(x, from), from
}

// soFarOp finds the place of the extreme element so far along an axis.
type soFarOp struct {
	axis  int
	least bool
}

func (o soFarOp) Name() string {
	if o.least {
		return "cum_argmin"
	}
	return "cum_argmax"
}
func (soFarOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (o soFarOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if o.least {
		tensor.CumArgMin(y, x[0], o.axis)
	} else {
		tensor.CumArgMax(y, x[0], o.axis)
	}
}
func (soFarOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

var (
	_ = register(extremeSoFarEntry("CumMax", "largest", "max", CumMax))
	_ = register(extremeSoFarEntry("CumMin", "smallest", "min", CumMin))
)

func extremeSoFarEntry(name, which, letters string, f func(x *graph.Var, axis int) (*graph.Var, Places)) Entry {
	call := func(x *graph.Var, axis int) *graph.Var { return valuesOf(f(x, axis)) }
	return Entry{
		Name:    name,
		Formula: "yᵢ = " + letters + " xⱼ over j ≤ i along an axis",
		Rule:    "x̄ⱼ = Σ ȳᵢ over the i for which xⱼ is the first " + which,
		Domain:  apart(-3, 3),
		Kinks:   "equal " + which + " elements: the gradient goes to the first",
		Samples: scans(call),
		Refused: scanRefused(call),
	}
}
