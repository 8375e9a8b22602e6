//go:build exercise || solution

package ch13

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// No rate of a fine grid leaves less of both directions after a step.
func TestBestRate(t *testing.T) {
	for _, c := range [][2]float64{{1, 25}, {2, 3}, {0.1, 100}, {4, 4}} {
		left := func(rate float64) float64 { return max(math.Abs(1-rate*c[0]), math.Abs(1-rate*c[1])) }
		yours := left(BestRate(c[0], c[1]))
		for k := range 1000 {
			if rate := 2 / c[1] * float64(k) / 1000; left(rate) < yours-1e-9 {
				t.Fatalf("for %v and %v: yours leaves %v, the rate %v leaves %v", c[0], c[1], yours, rate, left(rate))
			}
		}
	}
}

// The library's optimizer, on the gradients of a tape, goes the same way.
func TestAdam(t *testing.T) {
	w := tensor.Vector(1, -2, 0.5)
	yours, m, v := []float64{1, -2, 0.5}, make([]float64, 3), make([]float64, 3)
	opt := &optim.Adam{Rate: 0.1}
	var tape graph.Tape
	for step := 1; step <= 10; step++ {
		tape.Reset()
		g := ops.Sum(ops.Sin(ops.Square(tape.Watch(w)))).Backward()
		Adam(yours, g.Of(w).Clone().Float64s(), m, v, step, 0.1)
		opt.Step(nn.Param("w", w), g)
		for i := range yours {
			if math.Abs(yours[i]-w.Flat(i)) > 1e-9 {
				t.Fatalf("after step %d element %d is %v, want %v", step, i, yours[i], w.Flat(i))
			}
		}
	}
}
