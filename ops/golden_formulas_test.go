package ops_test

import (
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

// whole selects all of each axis.
func whole(x *graph.Var) []tensor.Range {
	return slices.Repeat([]tensor.Range{tensor.All()}, len(x.Shape()))
}
