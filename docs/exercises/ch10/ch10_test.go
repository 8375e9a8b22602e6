//go:build exercise || solution

package ch10

import (
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The network of the chapter, and one whose sizes all differ.
func examples() (nets []*Net, x, y [][]float64) {
	return []*Net{{
			W1: [][]float64{{0.15, 0.20}, {0.25, 0.30}}, B1: []float64{0.35, 0.35},
			W2: [][]float64{{0.40, 0.45}, {0.50, 0.55}}, B2: []float64{0.60, 0.60},
		}, {
			W1: [][]float64{{0.5, -1, 2}, {1.5, 0.25, -0.75}}, B1: []float64{0.1, -0.2},
			W2: [][]float64{{1, -2}, {0.5, 3}, {-1.5, 0.75}, {2, 1}}, B2: []float64{-0.3, 0.2, 0.4, -0.1},
		}},
		[][]float64{{0.05, 0.10}, {1, -0.5, 0.25}},
		[][]float64{{0.01, 0.99}, {1, 0, 0, 1}}
}

// A reference is the same network of the library.
type reference struct{ hidden, out *nn.Linear }

func referenceOf(n *Net) reference {
	return reference{
		&nn.Linear{W: tensor.Matrix(n.W1), B: tensor.Vector(slices.Clone(n.B1)...)},
		&nn.Linear{W: tensor.Matrix(n.W2), B: tensor.Vector(slices.Clone(n.B2)...)},
	}
}

func (r reference) loss(tape *graph.Tape, x, y []float64) *graph.Var {
	a := ops.Sigmoid(r.out.Forward(ops.Sigmoid(r.hidden.Forward(tape.Input(tensor.Vector(x...))))))
	return ops.Scale(ops.Sum(ops.SquaredError(a, graph.Const(tensor.Vector(y...)))), 0.5)
}

// compare tells in which part of a Net numbers differ from those of the library.
func compare(t *testing.T, what string, got *Net, w1, b1, w2, b2 *tensor.Tensor) {
	t.Helper()
	for _, part := range []struct {
		name string
		got  []float64
		want *tensor.Tensor
	}{{"W1", slices.Concat(got.W1...), w1}, {"B1", got.B1, b1}, {"W2", slices.Concat(got.W2...), w2}, {"B2", got.B2, b2}} {
		same := len(part.got) == part.want.Len()
		for i := 0; same && i < len(part.got); i++ {
			same = math.Abs(part.got[i]-part.want.Flat(i)) < 1e-12
		}
		if !same {
			t.Errorf("%s: %s is %v, want %v", what, part.name, part.got, part.want.Float64s())
		}
	}
}

func TestBackprop(t *testing.T) {
	nets, x, y := examples()
	for k, n := range nets {
		var tape graph.Tape
		r := referenceOf(n)
		g := r.loss(&tape, x[k], y[k]).Backward()
		compare(t, "gradient", Backprop(n, x[k], y[k]), g.Of(r.hidden.W), g.Of(r.hidden.B), g.Of(r.out.W), g.Of(r.out.B))
		compare(t, "after Backprop", n, r.hidden.W, r.hidden.B, r.out.W, r.out.B)
	}
}

// Two steps: the first shows an update that came too early, the second what was kept from
// the first.
func TestStep(t *testing.T) {
	nets, x, y := examples()
	for k, n := range nets {
		r := referenceOf(n)
		params := nn.Join(nn.Under("1", r.hidden), nn.Under("2", r.out))
		sgd := &optim.SGD{Rate: 0.5}
		var tape graph.Tape
		for _, what := range []string{"after one step", "after two steps"} {
			tape.Reset()
			sgd.Step(params, r.loss(&tape, x[k], y[k]).Backward())
			Step(n, x[k], y[k], 0.5)
			compare(t, what, n, r.hidden.W, r.hidden.B, r.out.W, r.out.B)
		}
	}
}
