package gradcheck

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The two operations that a check needs for itself are closed under
// differentiation: each rule uses only them, so all orders exist.

// inner returns Σₖ ⟨aₖ, bₖ⟩ of pairs of equal shapes: pairs is a₁, b₁, a₂, b₂ …
func inner(pairs ...*graph.Var) *graph.Var { return graph.Apply(innerOp{}, pairs...) }

type innerOp struct{}

func (innerOp) Name() string { return "inner" }

func (innerOp) Shape(dst []int, pairs []*tensor.Tensor) []int {
	for k := 0; k < len(pairs); k += 2 {
		if a, b := pairs[k].Shape(), pairs[k+1].Shape(); !slices.Equal(a, b) {
			panic(tensor.Errorf(self, "the function gave a value of shape %v and then one of %v", a, b))
		}
	}
	return dst
}

func (innerOp) Eval(y *tensor.Tensor, pairs []*tensor.Tensor) {
	sum := 0.0
	for k := 0; k < len(pairs); k += 2 {
		a, b := pairs[k], pairs[k+1]
		for i := range a.Len() {
			sum += a.Flat(i) * b.Flat(i)
		}
	}
	y.SetFlat(0, sum)
}

// VJP gives each of a pair the other, times g.
func (innerOp) VJP(i int, g, _ *graph.Var, pairs []*graph.Var) *graph.Var {
	return graph.Apply(scaleOp{}, g, pairs[i^1])
}

// scaleOp is c·a for a scalar c.
type scaleOp struct{}

func (scaleOp) Name() string                              { return "scale" }
func (scaleOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[1].Shape()...) }
func (scaleOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Scale(y, x[1], x[0].Item()) }

func (scaleOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return inner(g, x[1])
	}
	return graph.Apply(scaleOp{}, x[0], g)
}
