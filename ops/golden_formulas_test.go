package ops_test

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The golden operations that are formulas of several operations here.

func complement(x *graph.Var) *graph.Var { return ops.AddScalar(ops.Neg(x), 1) }

func variance(c *goldenCall) *graph.Var {
	x, over, mean := c.arg(0), attr[[]int](c, "axes"), ops.Mean
	if attr[bool](c, "keepdims") {
		mean = ops.MeanKeep
	}
	biased := mean(ops.Square(ops.Sub(x, ops.MeanKeep(x, over...))), over...)
	n := float64(x.Value().Len() / biased.Value().Len())
	return ops.Scale(biased, n/(n-attr[float64](c, "ddof")))
}

// standardized is x less its mean over the axes, divided by √(variance + eps).
func standardized(x *graph.Var, eps float64, over ...int) *graph.Var {
	d := ops.Sub(x, ops.MeanKeep(x, over...))
	return ops.Div(d, ops.Sqrt(ops.AddScalar(ops.MeanKeep(ops.Square(d), over...), eps)))
}

func norm(c *goldenCall) []*graph.Var {
	x, p, sum := c.arg(0), attr[float64](c, "p"), ops.Sum
	if attr[bool](c, "keepdims") {
		sum = ops.SumKeep
	}
	over := attr[[]int](c, "axes")
	switch p {
	case 1:
		return one(sum(ops.Abs(x), over...))
	case 2:
		return one(ops.Sqrt(sum(ops.Square(x), over...)))
	}
	return one(ops.PowScalar(sum(ops.PowScalar(ops.Abs(x), p), over...), 1/p))
}

func attention(c *goldenCall) []*graph.Var {
	q, k, v := c.arg(0), c.arg(1), c.arg(2)
	scores := ops.Scale(ops.MatMulT(q, k, false, true), 1/math.Sqrt(float64(q.Value().Dim(-1))))
	if attr[bool](c, "causal") {
		n := q.Value().Dim(-2)
		mask := tensor.Zeros(n, n)
		for i := range n {
			for j := i + 1; j < n; j++ {
				mask.Set(math.Inf(-1), i, j)
			}
		}
		scores = ops.Add(scores, graph.Const(mask))
	}
	return one(ops.MatMul(ops.Softmax(scores, -1), v))
}

// whole selects all of each axis.
func whole(x *graph.Var) []tensor.Range {
	return slices.Repeat([]tensor.Range{tensor.All()}, len(x.Shape()))
}

// split returns all parts, or the last one if the case has one output.
func split(c *goldenCall) []*graph.Var {
	x, axis := c.arg(0), attr[int](c, "axis")
	var parts []*graph.Var
	start := 0
	for _, size := range attr[[]int](c, "sizes") {
		ranges := whole(x)
		ranges[axis] = tensor.Span(start, start+size)
		start += size
		parts = append(parts, ops.Slice(x, ranges...))
	}
	return parts[len(parts)-c.outs:]
}

// slice takes for each axis a triple of start, stop and step, of which each may
// be null, or an integer that drops the axis.
func slice(c *goldenCall) []*graph.Var {
	x := c.arg(0)
	var ranges []tensor.Range
	var dropped []int
	for axis, data := range attr[[]json.RawMessage](c, "slices") {
		var i int
		if json.Unmarshal(data, &i) == nil {
			i = (i + x.Shape()[axis]) % x.Shape()[axis]
			ranges = append(ranges, tensor.Span(i, i+1))
			dropped = append(dropped, axis)
			continue
		}
		var triple [3]*int
		if err := json.Unmarshal(data, &triple); err != nil {
			panic(err)
		}
		r := tensor.Range{Start: tensor.Begin, Stop: tensor.End, Step: *triple[2]}
		if r.Step < 0 {
			r.Start, r.Stop = tensor.End, tensor.Begin
		}
		if triple[0] != nil {
			r.Start = *triple[0]
		}
		if triple[1] != nil {
			r.Stop = *triple[1]
		}
		ranges = append(ranges, r)
	}
	y := ops.Slice(x, ranges...)
	return one(ops.Reshape(y, without(y.Shape(), dropped)...))
}

// without returns the shape without the axes.
func without(shape, axes []int) []int {
	var kept []int
	for axis, n := range shape {
		if !slices.Contains(axes, axis) {
			kept = append(kept, n)
		}
	}
	return kept
}

// masked keeps the elements of each matrix at the places that f wants.
func masked(x *graph.Var, f func(i, j int) bool) *graph.Var {
	mask := tensor.Zeros(x.Value().Dim(-2), x.Value().Dim(-1))
	for i := range mask.Dim(0) {
		for j := range mask.Dim(1) {
			if f(i, j) {
				mask.Set(1, i, j)
			}
		}
	}
	return ops.Mul(x, graph.Const(mask))
}

func triangle(f func(i, j, k int) bool) builder {
	return func(c *goldenCall) []*graph.Var {
		k := attr[int](c, "k")
		return one(masked(c.arg(0), func(i, j int) bool { return f(i, j, k) }))
	}
}

// embedding takes rows of w; the row of the padding index gets no gradient.
func embedding(c *goldenCall) []*graph.Var {
	ids, w := c.index(0), c.arg(1)
	if p := attr[*int](c, "padding_idx"); p != nil {
		padding := tensor.Zeros(w.Shape()[0], 1)
		padding.Set(1, *p, 0)
		w = ops.Where(graph.Const(padding), w.Detach(), w)
	}
	rows := ops.Take(w, 0, ids)
	return one(ops.Reshape(rows, append(slices.Clone(c.in[0].Shape), w.Shape()[1])...))
}
