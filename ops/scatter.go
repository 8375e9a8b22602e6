package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// IndexAdd returns x with the slices of src added at the indices along an axis:
// src has the shape of x, but as many places on the axis as there are indices.
// What goes to the same place adds up. A negative index counts from the end.
func IndexAdd(x *graph.Var, axis int, index []int, src *graph.Var) *graph.Var {
	const who = "ops.IndexAdd"
	var buf [8]int
	if part := tensor.TakeShape(who, buf[:0], x.Shape(), axis, index); !slices.Equal(part, src.Shape()) {
		panic(tensor.Errorf(who, "cannot add %v at %d indices on axis %d of %v: it must have shape %v",
			slices.Clone(src.Shape()), len(index), axis, slices.Clone(x.Shape()), slices.Clone(part)))
	}
	return Add(x, apply(takeAddOp{takeOp{axis, index}, dimsOf(x.Shape())}, src))
}

var _ = register(Entry{
	Name:    "IndexAdd",
	Formula: "yᵢ = xᵢ + Σ srcⱼ over the j with indexⱼ = i, along an axis",
	Rule:    "x̄ = ȳ, src̄ⱼ = ȳ[indexⱼ]",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return IndexAdd(x[0], 0, []int{2, 0, -1}, x[1]) }, [][]int{{3}, {3}}, [][]int{{3, 2}, {3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return IndexAdd(x[0], -1, nil, x[1]) }, [][]int{{2, 3}, {2, 0}})),
	Refused: []Refusal{
		{"an index outside", func() { IndexAdd(zeros(2), 0, []int{2}, zeros(1)) }},
		{"a source of another shape", func() { IndexAdd(zeros(2, 3), 0, []int{1}, zeros(3)) }},
		{"an axis that is not there", func() { IndexAdd(zeros(2), 1, nil, zeros(2)) }},
	},
})

// ScatterAdd returns x with the elements of src added where Gather with the
// same indices would read: src has the shape of x but for the axis, and index one
// number for each of its elements, in row-major order. What goes to the same
// place adds up.
func ScatterAdd(x *graph.Var, axis int, index []int, src *graph.Var) *graph.Var {
	var buf [8]int
	tensor.ScatterAddShape("ops.ScatterAdd", buf[:0], x.Shape(), axis, index, src.Shape())
	return Add(x, scattered(x, axis, index, src))
}

// scattered adds src to a tensor of zeros of the shape of x.
func scattered(x *graph.Var, axis int, index []int, src *graph.Var) *graph.Var {
	return apply(gatherAddOp{gatherOp{axis, index, dimsOf(src.Shape())}, dimsOf(x.Shape())}, src)
}

// Scatter returns x with the elements of src written where Gather with the same
// indices would read; src and index are as for ScatterAdd. It panics if two
// elements would be written to the same place.
func Scatter(x *graph.Var, axis int, index []int, src *graph.Var) *graph.Var {
	var buf [8]int
	tensor.ScatterShape("ops.Scatter", buf[:0], x.Shape(), axis, index, src.Shape())
	kept := apply(scatterZeroOp{axis, index, dimsOf(src.Shape())}, x)
	return Add(kept, scattered(x, axis, index, src))
}

// scatterZeroOp sets elements to 0. It is its own transpose.
type scatterZeroOp struct {
	axis  int
	index []int
	shape dims
}

func (o *scatterZeroOp) Keep(from scatterZeroOp) {
	o.axis, o.shape, o.index = from.axis, from.shape, append(o.index[:0], from.index...)
}

func (scatterZeroOp) Name() string     { return "scatter_zero" }
func (o scatterZeroOp) String() string { return fmt.Sprintf("scatter_zero[axis %d]", o.axis) }
func (scatterZeroOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(dst, x[0].Shape()...)
}
func (o scatterZeroOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.ScatterFill(y, x[0], o.axis, o.index, 0, o.shape.list()...)
}
func (o scatterZeroOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o, g) }

var (
	_ = register(scatterEntry("ScatterAdd", "y = x with src added at the indices along an axis", "x̄ = ȳ", ScatterAdd))
	_ = register(scatterEntry("Scatter", "y = x with src written at the indices along an axis", "x̄ = ȳ, but 0 there", Scatter,
		Refusal{"a place twice", func() { Scatter(zeros(3), 0, []int{1, -2}, zeros(2)) }}))
)

func scatterEntry(name, formula, rule string, f func(x *graph.Var, axis int, index []int, src *graph.Var) *graph.Var, refused ...Refusal) Entry {
	return Entry{
		Name:    name,
		Formula: formula,
		Rule:    rule + ", src̄ = ȳ there",
		Domain:  on(-3, 3),
		Samples: slices.Concat(
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0, []int{2, 0, 1, 2}, x[1]) }, [][]int{{3, 2}, {2, 2}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], -1, []int{1, -1}, x[1]) }, [][]int{{2, 3}, {2, 1}}, [][]int{{3}, {2}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0, nil, x[1]) }, [][]int{{2}, {0}})),
		Refused: append(refused,
			Refusal{"an index outside", func() { f(zeros(2), 0, []int{2}, zeros(1)) }},
			Refusal{"a source that differs beside the axis", func() { f(zeros(2, 3), 0, []int{1, 1}, zeros(1, 2)) }},
			Refusal{"too few indices", func() { f(zeros(2), 0, []int{1}, zeros(2)) }}),
	}
}

// Indices are integers in a shape, of which nil means one axis, with Values in
// row-major order.
type Indices struct {
	Values []int
	Shape  []int
}

func (i Indices) shape() []int {
	if i.Shape == nil {
		return []int{len(i.Values)}
	}
	return i.Shape
}

// Index returns x[i, j, …] for arrays of indices, one for each of the leading
// axes of x, which broadcast against each other: the result has their common
// shape and then the other axes of x. A negative index counts from the end.
// (It is NumPy's integer indexing; with one array, rows of a table.)
func Index(x *graph.Var, index ...Indices) *graph.Var {
	const who = "ops.Index"
	shape := x.Shape()
	if len(index) == 0 || len(index) > len(shape) {
		panic(tensor.Errorf(who, "%d arrays of indices for shape %v, which has %d axes", len(index), slices.Clone(shape), len(shape)))
	}
	var common []int
	for axis, array := range index {
		n := 1
		for _, d := range array.shape() {
			n *= d
		}
		if n != len(array.Values) {
			panic(tensor.Errorf(who, "%d indices for axis %d in shape %v, which holds %d", len(array.Values), axis, array.shape(), n))
		}
		common = tensor.BroadcastShape(who, nil, common, array.shape())
	}
	places := make([]int, elements(common))
	rows := 1
	for axis, array := range index {
		n := shape[axis]
		rows *= n
		for i := range places {
			v := array.Values[broadcastPlace(i, common, array.shape())]
			if v < -n || v >= n {
				panic(tensor.Errorf(who, "index %d is outside of axis %d of shape %v", v, axis, slices.Clone(shape)))
			}
			places[i] = places[i]*n + (v+n)%n
		}
	}
	rest := shape[len(index):]
	table := Reshape(x, append([]int{rows}, rest...)...)
	return Reshape(Take(table, 0, places), append(common, rest...)...)
}

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// broadcastPlace returns which element of an array of shape part, which
// broadcasts to whole, belongs to element i of that.
func broadcastPlace(i int, whole, part []int) int {
	place, stride := 0, 1
	for k := 1; k <= len(part); k++ {
		d := whole[len(whole)-k]
		if part[len(part)-k] != 1 {
			place += i % d * stride
			stride *= d
		}
		i /= d
	}
	return place
}

var _ = register(Entry{
	Name:    "Index",
	Formula: "y = x[i, j, …] for arrays i, j, … of indices",
	Rule:    "x̄[i, j, …] = Σ ȳ over the places with these indices",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Index(x[0], Indices{[]int{2, 0, 2, -1}, []int{2, 2}}) }, [][]int{{3}}, [][]int{{3, 2}}),
		samples(func(x []*graph.Var) *graph.Var {
			return Index(x[0], Indices{[]int{1, 0}, []int{2, 1}}, Indices{Values: []int{0, 1, 1}})
		}, [][]int{{2, 2}}, [][]int{{2, 3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Index(x[0], Indices{}) }, [][]int{{2, 2}})),
	Refused: []Refusal{
		{"no array", func() { Index(zeros(2)) }},
		{"more arrays than axes", func() { Index(zeros(2), Indices{}, Indices{}) }},
		{"an index outside", func() { Index(zeros(2, 3), Indices{Values: []int{1}}, Indices{Values: []int{3}}) }},
		{"arrays that do not broadcast", func() { Index(zeros(2, 3), Indices{Values: []int{1, 1}}, Indices{Values: []int{1, 1, 1}}) }},
		{"a shape of another size", func() { Index(zeros(2), Indices{[]int{1, 1}, []int{3}}) }},
	},
})
