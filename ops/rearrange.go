package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Other arrangements of the elements, made of Reshape, Transpose, Slice, Concat
// and BroadcastTo: their rules are those of these.

// Flip reverses the order along the axes, or along all if none is given.
func Flip(x *graph.Var, over ...int) *graph.Var {
	var buf [8]int
	tensor.ReduceShape("ops.Flip", buf[:0], x.Shape(), over, false)
	ranges := zeroed[tensor.Range](len(x.Shape()))
	for i := range ranges.list() {
		ranges.list()[i] = tensor.All()
		if len(over) == 0 || slices.Contains(over, i) || slices.Contains(over, i-ranges.n) {
			ranges.list()[i] = tensor.Range{Start: tensor.End, Stop: tensor.Begin, Step: -1}
		}
	}
	return apply(sliceOp{ranges}, x)
}

var _ = register(Entry{
	Name:    "Flip",
	Formula: "y = x in reverse order along axes",
	Rule:    "x̄ = ȳ in reverse order",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Flip(x[0]) }, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{}}),
		samples(func(x []*graph.Var) *graph.Var { return Flip(x[0], -1, 0) }, [][]int{{2, 2, 3}}, [][]int{{0, 2}})),
	Refused: axesRefused(Flip),
})

// Roll moves the elements along an axis by shift places, those at the end to the
// beginning; a negative shift moves them to the front.
func Roll(x *graph.Var, shift, axis int) *graph.Var {
	a := tensor.Axis("ops.Roll", axis, x.Shape())
	n := x.Shape()[a]
	if n == 0 {
		return x
	}
	cut := (n - shift%n) % n
	return Concat(a, span(x, a, cut, n), span(x, a, 0, cut))
}

var _ = register(Entry{
	Name:    "Roll",
	Formula: "yᵢ = xⱼ along an axis, j = i − shift modulo n",
	Rule:    "x̄ⱼ = ȳᵢ",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Roll(x[0], 2, 0) }, [][]int{{3}}, [][]int{{2, 3}}),
		samples(func(x []*graph.Var) *graph.Var { return Roll(x[0], -4, -1) }, [][]int{{2, 3}}),
		samples(func(x []*graph.Var) *graph.Var { return Add(x[0], Roll(x[0], 1, 0)) }, [][]int{{0, 2}})),
	Refused: []Refusal{{"an axis that is not there", func() { Roll(zeros(2), 1, 1) }}},
})

// Repeat returns x with each place of an axis n times, one after the other. (In
// NumPy too it is repeat; PyTorch's repeat is Tile.)
func Repeat(x *graph.Var, n, axis int) *graph.Var {
	const who = "ops.Repeat"
	a := tensor.Axis(who, axis, x.Shape())
	checkTimes(who, n)
	var buf [9]int
	shape := append(append(append(buf[:0], x.Shape()[:a+1]...), n), x.Shape()[a+1:]...)
	y := BroadcastTo(Unsqueeze(x, a+1), shape...)
	shape[a] *= n
	return Reshape(y, append(shape[:a+1], shape[a+2:]...)...)
}

func checkTimes(who string, n int) {
	if n < 0 {
		panic(tensor.Errorf(who, "cannot repeat %d times", n))
	}
}

var _ = register(Entry{
	Name:    "Repeat",
	Formula: "y = each xᵢ of an axis n times",
	Rule:    "x̄ᵢ = the sum of the n ȳ",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Repeat(x[0], 2, 0) }, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{0, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Repeat(x[0], 3, -2) }, [][]int{{2, 1, 2}})),
	Refused: []Refusal{
		{"a negative number", func() { Repeat(zeros(2), -1, 0) }},
		{"an axis that is not there", func() { Repeat(zeros(2), 1, 1) }},
	},
})

// Tile returns copies of x side by side, reps[i] of them along axis i of the
// result. Missing axes of x, or missing reps, come in front and count as 1.
func Tile(x *graph.Var, reps ...int) *graph.Var {
	rank := max(len(x.Shape()), len(reps))
	var buf, buf2, buf3 [16]int
	ones, wide, shape := buf[:0], buf2[:0], buf3[:0] // as [1 d], [n d] and [n·d] of each axis
	for i := rank; i > 0; i-- {
		d, n := 1, 1
		if i <= len(x.Shape()) {
			d = x.Shape()[len(x.Shape())-i]
		}
		if i <= len(reps) {
			n = reps[len(reps)-i]
		}
		checkTimes("ops.Tile", n)
		ones, wide, shape = append(ones, 1, d), append(wide, n, d), append(shape, n*d)
	}
	return Reshape(BroadcastTo(Reshape(x, ones...), wide...), shape...)
}

var _ = register(Entry{
	Name:    "Tile",
	Formula: "y = copies of x side by side",
	Rule:    "x̄ = the sum of the copies of ȳ",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Tile(x[0], 2, 3) }, [][]int{{2}}, [][]int{{2, 2}}, [][]int{{1, 1, 2}}, [][]int{{}}),
		samples(func(x []*graph.Var) *graph.Var { return Tile(x[0], 2) }, [][]int{{0, 2}}, [][]int{{2, 1}})),
	Refused: []Refusal{{"a negative number", func() { Tile(zeros(2), -1) }}},
})

// Squeeze drops the axes, which must have length 1, or all that have if none is
// given.
func Squeeze(x *graph.Var, over ...int) *graph.Var {
	var buf, buf2 [8]int
	tensor.ReduceShape("ops.Squeeze", buf[:0], x.Shape(), over, false)
	shape, rank := buf2[:0], len(x.Shape())
	for i, d := range x.Shape() {
		named := slices.Contains(over, i) || slices.Contains(over, i-rank)
		if named && d != 1 {
			panic(tensor.Errorf("ops.Squeeze", "axis %d of shape %v has length %d, not 1", i, slices.Clone(x.Shape()), d))
		}
		if !named && (len(over) > 0 || d != 1) {
			shape = append(shape, d)
		}
	}
	return Reshape(x, shape...)
}

var _ = register(Entry{
	Name:    "Squeeze",
	Formula: "y = x without axes of length 1",
	Rule:    "x̄ = ȳ in x's shape",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Squeeze(x[0]) }, [][]int{{1, 3, 1}}, [][]int{{1, 1}}, [][]int{{1, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return Squeeze(x[0], -1) }, [][]int{{1, 2, 1}})),
	Refused: append(axesRefused(Squeeze), Refusal{"an axis of another length", func() { Squeeze(zeros(1, 2), 1) }}),
})

// Unsqueeze inserts an axis of length 1, which stands at the given place of the
// result; -1 puts it last.
func Unsqueeze(x *graph.Var, axis int) *graph.Var {
	rank := len(x.Shape())
	a := axis
	if a < 0 {
		a += rank + 1
	}
	if a < 0 || a > rank {
		panic(tensor.Errorf("ops.Unsqueeze", "axis %d is outside of the %d axes that the result of shape %v has", axis, rank+1, slices.Clone(x.Shape())))
	}
	var buf [9]int
	return Reshape(x, append(append(append(buf[:0], x.Shape()[:a]...), 1), x.Shape()[a:]...)...)
}

var _ = register(Entry{
	Name:    "Unsqueeze",
	Formula: "y = x with a new axis of length 1",
	Rule:    "x̄ = ȳ in x's shape",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Unsqueeze(x[0], 1) }, [][]int{{3}}, [][]int{{2, 3}}),
		samples(func(x []*graph.Var) *graph.Var { return Unsqueeze(x[0], -1) }, [][]int{{}}, [][]int{{0, 2}})),
	Refused: []Refusal{{"an axis that is not there", func() { Unsqueeze(zeros(2), 2) }}},
})

// MoveDim moves an axis to another place; the others keep their order.
func MoveDim(x *graph.Var, from, to int) *graph.Var {
	const who = "ops.MoveDim"
	from, to = tensor.Axis(who, from, x.Shape()), tensor.Axis(who, to, x.Shape())
	if from == to {
		return x
	}
	var buf [8]int
	perm := buf[:0]
	for i := range x.Shape() {
		if i != from {
			perm = append(perm, i)
		}
	}
	return Transpose(x, slices.Insert(perm, to, from)...)
}

// SwapAxes exchanges two axes.
func SwapAxes(x *graph.Var, a, b int) *graph.Var {
	const who = "ops.SwapAxes"
	a, b = tensor.Axis(who, a, x.Shape()), tensor.Axis(who, b, x.Shape())
	if a == b {
		return x
	}
	var buf [8]int
	perm := buf[:0]
	for i := range x.Shape() {
		perm = append(perm, i)
	}
	perm[a], perm[b] = b, a
	return Transpose(x, perm...)
}

var (
	_ = register(axesEntry("MoveDim", "y = x with an axis moved to another place", MoveDim))
	_ = register(axesEntry("SwapAxes", "y = x with two axes exchanged", SwapAxes))
)

func axesEntry(name, formula string, f func(x *graph.Var, a, b int) *graph.Var) Entry {
	return Entry{
		Name:    name,
		Formula: formula,
		Rule:    "x̄ = ȳ with its axes put back",
		Domain:  on(-3, 3),
		Samples: samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0, -1) },
			[][]int{{2, 3, 2}}, [][]int{{2, 3}}, [][]int{{0, 2}}),
		Refused: []Refusal{
			{"an axis that is not there", func() { f(zeros(2), 0, 1) }},
			{"an axis of a scalar", func() { f(zeros(), 0, 0) }},
		},
	}
}

// Split cuts x along an axis into parts of the given sizes, which must add up
// to its length there. It undoes Concat.
func Split(x *graph.Var, axis int, sizes ...int) []*graph.Var {
	const who = "ops.Split"
	a := tensor.Axis(who, axis, x.Shape())
	total := 0
	for _, n := range sizes {
		if n < 0 {
			panic(tensor.Errorf(who, "size %d in %v is negative", n, slices.Clone(sizes)))
		}
		total += n
	}
	if n := x.Shape()[a]; total != n {
		panic(tensor.Errorf(who, "sizes %v add up to %d; axis %d of %v has %d", slices.Clone(sizes), total, axis, slices.Clone(x.Shape()), n))
	}
	parts := make([]*graph.Var, len(sizes))
	start := 0
	for i, n := range sizes {
		parts[i] = span(x, a, start, start+n)
		start += n
	}
	return parts
}

// At returns the element or the part of x at an index: one number for each of
// the leading axes, which are dropped. A negative number counts from the end.
func At(x *graph.Var, index ...int) *graph.Var {
	shape := x.Shape()
	if len(index) > len(shape) {
		panic(tensor.Errorf("ops.At", "index %v has %d numbers for shape %v", slices.Clone(index), len(index), slices.Clone(shape)))
	}
	if len(index) == 0 {
		return x
	}
	var buf [8]tensor.Range
	ranges := buf[:0]
	for axis, i := range index {
		n := shape[axis]
		if i < -n || i >= n {
			panic(tensor.Errorf("ops.At", "index %v is outside of shape %v on axis %d", slices.Clone(index), slices.Clone(shape), axis))
		}
		if i < 0 {
			i += n
		}
		ranges = append(ranges, tensor.Span(i, i+1))
	}
	return Reshape(Slice(x, ranges...), shape[len(index):]...)
}

var _ = register(Entry{
	Name:    "At",
	Formula: "y = x[i, j, …]",
	Rule:    "x̄ = ȳ there, 0 elsewhere",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return At(x[0], -1) }, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{1, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return At(x[0], 1, 0) }, [][]int{{2, 1}}, [][]int{{3, 2, 2}})),
	Refused: []Refusal{
		{"an index outside", func() { At(zeros(2, 3), 0, 3) }},
		{"more numbers than axes", func() { At(zeros(2), 0, 0) }},
	},
})
