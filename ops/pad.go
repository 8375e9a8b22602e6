package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Pad returns x with elements of a value around it: pads[i][0] before and
// pads[i][1] behind those of axis i. A negative number takes elements away.
func Pad(x *graph.Var, value float64, pads ...[2]int) *graph.Var {
	return apply(padOp{shortOf(pads), value}, x)
}

type padOp struct {
	pads  short[[2]int]
	value float64
}

func (padOp) Name() string     { return "pad" }
func (o padOp) String() string { return fmt.Sprintf("pad[%v %g]", o.pads.list(), o.value) }
func (o padOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.PadShape("ops.Pad", dst, x[0].Shape(), o.pads.list())
}
func (o padOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Pad(y, x[0], o.pads.list(), o.value)
}

// What was put around is taken away, and zeros stand where x was cut.
func (o padOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	back := shortOf(o.pads.list())
	for i, p := range back.list() {
		back.list()[i] = [2]int{-p[0], -p[1]}
	}
	return apply(padOp{back, 0}, g)
}

var _ = register(Entry{
	Name:    "Pad",
	Formula: "y = x with elements of one value around it, or cut",
	Rule:    "x̄ = ȳ where x stands, 0 where it was cut",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Pad(x[0], 0.5, [2]int{1, 2}) }, [][]int{{3}}, [][]int{{0}}),
		samples(func(x []*graph.Var) *graph.Var { return Pad(x[0], 0, [2]int{-1, 1}, [2]int{2, -1}) }, [][]int{{2, 3}}, [][]int{{1, 1}}),
		samples(func(x []*graph.Var) *graph.Var { return Pad(x[0], 1) }, [][]int{{}})),
	Refused: []Refusal{
		{"a pad too few", func() { Pad(zeros(2, 3), 0, [2]int{1, 1}) }},
		{"more taken away than there is", func() { Pad(zeros(2), 0, [2]int{-2, -1}) }},
	},
})

// PadReflect returns x continued beyond its ends by its mirror image, without
// the end itself: 2 1 | 0 1 2 | 1 0. A pad must be shorter than the axis. A
// negative number takes elements away.
func PadReflect(x *graph.Var, pads ...[2]int) *graph.Var {
	return continued("ops.PadReflect", x, pads, func(i, n int) int {
		if i = max(i, -i); i >= n {
			i = 2*(n-1) - i
		}
		return i
	})
}

// PadEdge returns x continued beyond its ends by its last elements: 0 0 | 0 1 2 |
// 2 2. A negative number takes elements away.
func PadEdge(x *graph.Var, pads ...[2]int) *graph.Var {
	return continued("ops.PadEdge", x, pads, func(i, n int) int { return min(max(i, 0), n-1) })
}

// PadWrap returns x continued beyond its ends from the other end: 1 2 | 0 1 2 |
// 0 1. A pad must not be longer than the axis. A negative number takes elements
// away.
func PadWrap(x *graph.Var, pads ...[2]int) *graph.Var {
	return continued("ops.PadWrap", x, pads, func(i, n int) int {
		if i < 0 {
			return i + n
		}
		if i >= n {
			return i - n
		}
		return i
	})
}

// continued takes, along each axis that is padded, the elements of x at the
// places that from gives for those of the result; they are counted from where x
// begins.
func continued(who string, x *graph.Var, pads [][2]int, from func(i, n int) int) *graph.Var {
	var buf [8]int
	shape := tensor.PadShape(who, buf[:0], x.Shape(), pads)
	for axis, pad := range pads {
		n := x.Shape()[axis]
		if pad == [2]int{} {
			continue
		}
		index := make([]int, shape[axis])
		for i := range index {
			place := i - pad[0]
			index[i] = from(place, n)
			if index[i] < 0 || index[i] >= n {
				panic(tensor.Errorf(who, "pad %v is too long for the %d elements on axis %d of shape %v", pad, n, axis, slices.Clone(x.Shape())))
			}
		}
		x = Take(x, axis, index)
	}
	return x
}

var (
	_ = register(paddingEntry("PadReflect", "y = x continued by its mirror image", PadReflect))
	_ = register(paddingEntry("PadEdge", "y = x continued by its last elements", PadEdge))
	_ = register(paddingEntry("PadWrap", "y = x continued from its other end", PadWrap))
)

func paddingEntry(name, formula string, f func(x *graph.Var, pads ...[2]int) *graph.Var) Entry {
	return Entry{
		Name:    name,
		Formula: formula,
		Rule:    "x̄ᵢ = Σ ȳⱼ over the j that took xᵢ",
		Domain:  on(-3, 3),
		Samples: slices.Concat(
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], [2]int{2, 1}) }, [][]int{{3}}, [][]int{{4}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], [2]int{0, 0}, [2]int{-1, 1}) }, [][]int{{2, 3}, {0, 3}}[:1]),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0]) }, [][]int{{}})),
		Refused: []Refusal{
			{"a pad too few", func() { f(zeros(2, 3), [2]int{1, 1}) }},
			{"a pad around nothing", func() { f(zeros(0), [2]int{1, 1}) }},
		},
	}
}
