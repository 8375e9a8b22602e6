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
	return continued("ops.PadReflect", x, pads, func(x *graph.Var, axis, count int, behind bool) *graph.Var {
		n := x.Shape()[axis]
		if count >= n {
			return nil
		}
		r := tensor.Range{Start: count, Stop: 0, Step: -1}
		if behind {
			r.Start, r.Stop = n-2, n-2-count
		}
		if r.Stop < 0 {
			r.Stop = tensor.Begin
		}
		return ranged(x, axis, r)
	})
}

// PadEdge returns x continued beyond its ends by its last elements: 0 0 | 0 1 2 |
// 2 2. A negative number takes elements away.
func PadEdge(x *graph.Var, pads ...[2]int) *graph.Var {
	return continued("ops.PadEdge", x, pads, func(x *graph.Var, axis, count int, behind bool) *graph.Var {
		n := x.Shape()[axis]
		if n == 0 {
			return nil
		}
		if behind {
			return Repeat(span(x, axis, n-1, n), count, axis)
		}
		return Repeat(span(x, axis, 0, 1), count, axis)
	})
}

// PadWrap returns x continued beyond its ends from the other end: 1 2 | 0 1 2 |
// 0 1. A pad must not be longer than the axis. A negative number takes elements
// away.
func PadWrap(x *graph.Var, pads ...[2]int) *graph.Var {
	return continued("ops.PadWrap", x, pads, func(x *graph.Var, axis, count int, behind bool) *graph.Var {
		n := x.Shape()[axis]
		switch {
		case count > n:
			return nil
		case behind:
			return span(x, axis, 0, count)
		default:
			return span(x, axis, n-count, n)
		}
	})
}

// continued joins to x, along each axis that is padded, what piece makes of it
// for an end: so many places, or nil if it cannot. Then it cuts.
func continued(who string, x *graph.Var, pads [][2]int, piece func(x *graph.Var, axis, count int, behind bool) *graph.Var) *graph.Var {
	var buf [8]int
	tensor.PadShape(who, buf[:0], x.Shape(), pads)
	cuts, cut := shortOf(pads), false
	for axis, pad := range pads {
		cut = cut || pad[0] < 0 || pad[1] < 0
		cuts.list()[axis] = [2]int{min(pad[0], 0), min(pad[1], 0)}
		ends := [2]*graph.Var{}
		for i, count := range pad {
			if count <= 0 {
				continue
			}
			if ends[i] = piece(x, axis, count, i == 1); ends[i] == nil {
				panic(tensor.Errorf(who, "pad %v is too long for the %d elements on axis %d of shape %v", pad, x.Shape()[axis], axis, slices.Clone(x.Shape())))
			}
		}
		if ends[0] != nil {
			x = Concat(axis, ends[0], x)
		}
		if ends[1] != nil {
			x = Concat(axis, x, ends[1])
		}
	}
	if cut {
		return apply(padOp{cuts, 0}, x)
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
