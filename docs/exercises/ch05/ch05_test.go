//go:build exercise || solution

package ch05

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// ⟨ȳ, Ju⟩ = ⟨Jᵀȳ, u⟩ in random directions, Ju being the running sum of u.
func TestRunningSumVJP(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for n := range 8 {
		u, g := make([]float64, n), make([]float64, n)
		left, sum := 0.0, 0.0
		for i := range n {
			u[i], g[i] = r.NormFloat64(), r.NormFloat64()
			sum += u[i]
			left += g[i] * sum
		}
		x := RunningSumVJP(g)
		if len(x) != n {
			t.Fatalf("%d numbers for %d", len(x), n)
		}
		right := 0.0
		for i := range n {
			right += x[i] * u[i]
		}
		if math.Abs(left-right) > 1e-12 {
			t.Errorf("⟨ȳ, Ju⟩ = %v, ⟨Jᵀȳ, u⟩ = %v", left, right)
		}
	}
}

// wrong is tanh with the slope taken at the result.
type wrong struct{}

func (wrong) Name() string                              { return "wrong" }
func (wrong) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (wrong) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Tanh(y, x[0]) }
func (wrong) VJP(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
	return ops.Mul(g, ops.Sub(graph.Const(tensor.Scalar(1)), ops.Square(ops.Tanh(y))))
}

func TestDotProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	w := graph.Const(tensor.RandNormal(r, 0, 1, 2, 3))
	x, u, g := tensor.RandNormal(r, 0, 1, 3), tensor.RandNormal(r, 0, 1, 3), tensor.RandNormal(r, 0, 1, 2)
	forward, backward := DotProducts(func(x *graph.Var) *graph.Var { return ops.Tanh(ops.MatMul(w, x)) }, x, u, g)
	if math.Abs(forward-backward) > 1e-9 || forward == 0 {
		t.Errorf("a right rule: %v and %v", forward, backward)
	}
	forward, backward = DotProducts(func(x *graph.Var) *graph.Var { return graph.Apply(wrong{}, ops.MatMul(w, x)) }, x, u, g)
	if math.Abs(forward-backward) < 1e-4 {
		t.Errorf("a wrong rule: %v and %v", forward, backward)
	}
}
