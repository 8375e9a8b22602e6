package ops_test

import (
	"math"
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

// standardized is x less its mean over the axes, divided by √(variance + eps).
func standardized(x *graph.Var, eps float64, over ...int) *graph.Var {
	d := ops.Sub(x, ops.MeanKeep(x, over...))
	return ops.Div(d, ops.Sqrt(ops.AddScalar(ops.MeanKeep(ops.Square(d), over...), eps)))
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
