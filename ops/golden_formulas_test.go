package ops_test

import (
	"encoding/json"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The golden operations that are formulas of several operations here.

func complement(x *graph.Var) *graph.Var { return ops.AddScalar(ops.Neg(x), 1) }

// huber is d²/2 for |d| ≤ δ and δ(|d| − δ/2) beyond: c(d − c/2) with d clipped
// to c.
func huber(d *graph.Var, delta float64) *graph.Var {
	c := ops.Clip(d, -delta, delta)
	return ops.Mul(c, ops.Sub(d, ops.Scale(c, 0.5)))
}

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

func bceWithLogits(c *goldenCall) []*graph.Var {
	x, t := c.arg(0), c.arg(1)
	y := ops.BCEWithLogits(x, t)
	if len(c.vars) > 2 { // weights w of the positive: −w·t·log σ(x) − (1−t)·log σ(−x)
		extra := ops.Mul(ops.AddScalar(c.arg(2), -1), ops.Mul(t, ops.Softplus(ops.Neg(x))))
		y = ops.Add(y, extra)
	}
	return one(reduced(c, y))
}

// crossEntropy has the classes on axis 1 of the logits. Its target is a label
// for each row, or a tensor of probabilities.
func crossEntropy(c *goldenCall) []*graph.Var {
	logits := c.arg(0)
	if c.vars[1] != nil {
		rows := ops.Neg(ops.Sum(ops.Mul(c.arg(1), ops.LogSoftmax(logits, 1)), 1))
		return one(reduced(c, rows))
	}
	labels, shape := c.index(1), without(logits.Shape(), []int{1})
	if n := len(logits.Shape()); n > 2 {
		last := []int{0}
		for axis := 2; axis < n; axis++ {
			last = append(last, axis)
		}
		classes := logits.Shape()[1]
		logits = ops.Reshape(ops.Transpose(logits, append(last, 1)...), -1, classes)
	}
	if ignored := attr[*int](c, "ignore_index"); ignored != nil {
		if attr[string](c, "reduction") == "none" {
			panic("ignored rows without a reduction")
		}
		var rows []int
		for i, label := range labels {
			if label != *ignored {
				rows = append(rows, i)
			}
		}
		logits = ops.Take(logits, 0, rows)
		labels = slices.DeleteFunc(labels, func(label int) bool { return label == *ignored })
		shape = []int{len(labels)}
	}
	y := ops.CrossEntropy(logits, labels)
	if e := attr[float64](c, "label_smoothing"); e != 0 { // the target is (1−e)·onehot + e/classes
		even := ops.Neg(ops.Mean(ops.LogSoftmax(logits, 1), 1))
		y = ops.Add(ops.Scale(y, 1-e), ops.Scale(even, e))
	}
	if len(c.vars) > 2 {
		if attr[string](c, "reduction") == "mean" {
			panic("a weighted mean")
		}
		y = ops.Mul(y, ops.Take(c.arg(2), 0, labels))
	}
	return one(reduced(c, ops.Reshape(y, shape...)))
}
