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
