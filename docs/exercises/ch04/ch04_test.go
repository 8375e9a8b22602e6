//go:build exercise || solution

package ch04

import (
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// u² + u, and the example of Griewank and Walther with the adjoints of their book.
func TestAdjoints(t *testing.T) {
	var first graph.Tape
	x := first.Watch(tensor.Scalar(3))
	u, y := chapters.FanOut(x)
	got := Adjoints(slices.Collect(first.Vars()), figure.Partial)
	if got[y] != 1 || got[u] != 13 || got[x] != 26 {
		t.Errorf("adjoints of y, u, x: %v, %v, %v, want 1, 13, 26", got[y], got[u], got[x])
	}

	var second graph.Tape
	x1, x2 := second.Watch(tensor.Scalar(1.5)), second.Watch(tensor.Scalar(0.5))
	v1 := ops.Div(x1, x2)
	v4 := ops.Sub(v1, ops.Exp(x2))
	ops.Mul(ops.Add(ops.Sin(v1), v4), v4)
	got = Adjoints(slices.Collect(second.Vars()), figure.Partial)
	for v, want := range map[*graph.Var]float64{x1: 3.011843, x2: -13.723962, v1: 1.505922, v4: 2.843677} {
		if math.Abs(got[v]-want) > 1e-6 {
			t.Errorf("the adjoint of %v is %v, want %v", v, got[v], want)
		}
	}
}

func TestOperations(t *testing.T) {
	for _, c := range []struct {
		widths            []int
		m                 int
		forward, backward int
	}{
		{[]int{1, 1}, 1, 2, 2},
		{[]int{3, 4, 2}, 5, 120 + 80, 120 + 2*80},
		{[]int{2, 10, 10, 1}, 1, 40 + 200 + 20, 40 + 2*200 + 2*20},
	} {
		if f, b := Operations(c.widths, c.m); f != c.forward || b != c.backward {
			t.Errorf("%v, %d samples: %d forward and %d backward, want %d and %d", c.widths, c.m, f, b, c.forward, c.backward)
		}
	}
}
