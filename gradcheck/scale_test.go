package gradcheck_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// slightlyWrong is the identity, and its rule is off by a factor of 1.001.
type slightlyWrong struct{}

func (slightlyWrong) Name() string                              { return "slightly_wrong" }
func (slightlyWrong) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (slightlyWrong) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Copy(y, x[0]) }
func (slightlyWrong) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return ops.Scale(g, 1.001)
}

func broken(f gradcheck.Func) gradcheck.Func {
	return func(x []*graph.Var) *graph.Var { return graph.Apply(slightlyWrong{}, f(x)) }
}

// Far from 0 these functions are flat, or nearly so, and their values hide what
// is left of their derivatives. Then it is not known whether these are right,
// but that is no reason to call them wrong. Near 0 nothing is hidden.
func TestSaturated(t *testing.T) {
	names := []string{"CrossEntropy", "Softmax", "LogSoftmax", "LogSumExp", "Sigmoid", "Softplus", "Tanh", "GELU", "GELUTanh"}
	found := 0
	for _, e := range ops.Catalog() {
		if !slices.Contains(names, e.Name) {
			continue
		}
		found++
		for i, sample := range e.Samples {
			for seed := range uint64(3) {
				c := gradcheck.Checker{Order: 2, Seed: seed}
				draw := func(scale float64) []*tensor.Tensor {
					x := sample.Draw(rand.New(rand.NewPCG(seed, 1)), e.Domain)
					for _, x := range x {
						tensor.Scale(x, x, scale)
					}
					return x
				}
				if err := c.Check(sample.Call, draw(1)...); err != nil {
					t.Errorf("%s, sample %d: %v", e.Name, i, err)
				}
				empty := slices.ContainsFunc(sample.Shapes, func(shape []int) bool { return slices.Contains(shape, 0) })
				if err := c.Check(broken(sample.Call), draw(1)...); !empty && !errors.As(err, new(*gradcheck.Failure)) {
					t.Errorf("%s, sample %d with a wrong rule: %v", e.Name, i, err)
				}
				for _, scale := range []float64{5, 20, 300} {
					if err := c.Check(sample.Call, draw(scale)...); err != nil && !errors.As(err, new(*gradcheck.Inconclusive)) {
						t.Errorf("%s, sample %d, times %v: %v", e.Name, i, scale, err)
					}
				}
			}
		}
	}
	if found != len(names) {
		t.Errorf("%d of %d functions are in the catalog", found, len(names))
	}
}

// One sample that is learnt to the last digit does not keep the others from
// being checked; of a batch of nothing else, this loss keeps nothing.
func TestLearntSamples(t *testing.T) {
	labels := graph.Const(tensor.Matrix([][]float64{{1, 0, 0}, {0, 1, 0}}))
	loss := func(x []*graph.Var) *graph.Var {
		return ops.Mean(ops.Sub(ops.LogSumExp(x[0], -1), ops.Sum(ops.Mul(x[0], labels), -1)))
	}
	mixed := tensor.Matrix([][]float64{{40, 0, 0}, {0.3, -1, 0.5}})
	if err := gradcheck.Check(loss, mixed); err != nil {
		t.Error(err)
	}
	if err := gradcheck.Check(broken(loss), mixed); !errors.As(err, new(*gradcheck.Failure)) {
		t.Errorf("a wrong rule: %v", err)
	}
	learnt := tensor.Matrix([][]float64{{40, 0, 0}, {0, 40, 0}})
	if err := gradcheck.Check(loss, learnt); !errors.As(err, new(*gradcheck.Inconclusive)) {
		t.Errorf("all learnt: %v", err)
	}
}

// A number on the tape that is too large for x to change hides all of it.
func TestSwamped(t *testing.T) {
	swamped := func(x []*graph.Var) *graph.Var { return ops.AddScalar(ops.AddScalar(x[0], 1e17), -1e17) }
	if err := gradcheck.Check(swamped, tensor.Vector(0.7)); !errors.As(err, new(*gradcheck.Inconclusive)) {
		t.Error(err)
	}
}
