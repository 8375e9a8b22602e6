package ops_test

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// arrayKinks are those of operations that order elements, and of norms. Results
// with several elements are weighted, so that each can be told from the others.
func arrayKinks() []kink {
	v := tensor.Vector
	weighted := func(f func(x *graph.Var) *graph.Var) func(x []*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var {
			y := f(x[0])
			if len(y.Shape()) == 0 {
				return y
			}
			n := float64(y.Shape()[0])
			return ops.Mul(y, graph.Const(tensor.Arange(1, n+1, 1)))
		}
	}
	first := func(f func(x *graph.Var, axis int) (*graph.Var, ops.Places)) func(x []*graph.Var) *graph.Var {
		return weighted(func(x *graph.Var) *graph.Var {
			y, _ := f(x, 0)
			return y
		})
	}
	norm := func(p float64) func(x []*graph.Var) *graph.Var {
		return weighted(func(x *graph.Var) *graph.Var { return ops.Norm(x, p) })
	}
	return []kink{
		{"Norm at 0", norm(2), in(v(0, 0)), in(v(0, 0))},
		{"Norm", norm(2), in(v(3, -4)), in(v(0.6, -0.8))},
		{"Norm 1", norm(1), in(v(0, -2)), in(v(0, -1))},
		{"Norm 3 at 0", norm(3), in(v(0, 0)), in(v(0, 0))},
		{"Norm 3", norm(3), in(v(0, -2)), in(v(0, -1))},
		{"Norm 1/2 at 0", norm(0.5), in(v(0, 0)), in(v(0, 0))},
		{"Norm 1/2", norm(0.5), in(v(0, 4)), in(v(0, 1))},
		{"Norm ∞", norm(math.Inf(1)), in(v(1, -3, 3)), in(v(0, -1, 0))},
		{"Norm ∞ at 0", norm(math.Inf(1)), in(v(0, 0)), in(v(0, 0))},
		{"Std", weighted(func(x *graph.Var) *graph.Var { return ops.Std(x, 1) }), in(v(2, 2, 2)), in(v(0, 0, 0))},
		{"Sort", first(func(x *graph.Var, axis int) (*graph.Var, ops.Places) { return ops.Sort(x, axis, false) }), in(v(2, 1, 2, 1)), in(v(3, 1, 4, 2))},
		{"Sort descending", first(func(x *graph.Var, axis int) (*graph.Var, ops.Places) { return ops.Sort(x, axis, true) }), in(v(2, 1, 2, 1)), in(v(1, 3, 2, 4))},
		{"TopK", first(func(x *graph.Var, axis int) (*graph.Var, ops.Places) { return ops.TopK(x, 2, axis) }), in(v(1, 2, 2, 2)), in(v(0, 1, 2, 0))},
		{"Median", weighted(func(x *graph.Var) *graph.Var { return ops.Median(x, 0) }), in(v(2, 1, 2, 3, 2)), in(v(0, 0, 1, 0, 0))},
		{"CumMax", first(ops.CumMax), in(v(1, 1, 3, 3)), in(v(3, 0, 7, 0))},
		{"CumMin", first(ops.CumMin), in(v(2, 1, 1, 3)), in(v(1, 9, 0, 0))},
	}
}
