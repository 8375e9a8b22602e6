//go:build exercise || solution

package ch06

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A layer from 3 numbers to 2 and a square one, for which W fits where Wᵀ is meant.
var layers = [][][]float64{{{1, -2, 0.5}, {3, 0.25, -1}}, {{1, 2}, {-3, 4}}}

func same(got []float64, want *tensor.Tensor) bool {
	if len(got) != want.Len() {
		return false
	}
	for i, v := range got {
		if !(math.Abs(v-want.Flat(i)) < 1e-12) {
			return false
		}
	}
	return true
}

func TestForward(t *testing.T) {
	for _, w := range layers {
		b, a := []float64{0.5, -1}, []float64{2, -1, 3}[:len(w[0])]
		want := ops.Linear(graph.Const(tensor.Vector(a...)), graph.Const(tensor.Matrix(w)), graph.Const(tensor.Vector(b...))).Value()
		if got := Forward(w, b, a); !same(got, want) {
			t.Errorf("z is %v, want %v", got, want)
		}
	}
}

func TestBackward(t *testing.T) {
	for _, w := range layers {
		var tape graph.Tape
		a, delta := []float64{2, -1, 3}[:len(w[0])], []float64{0.5, -2}
		x, weights := tape.Watch(tensor.Vector(a...)), tape.Watch(tensor.Matrix(w))
		grads := ops.Linear(x, weights, nil).BackwardFrom(tensor.Vector(delta...))
		aBar, wBar := Backward(w, a, delta)
		if want := grads.Of(x.Value()); !same(aBar, want) {
			t.Errorf("ā is %v, want %v", aBar, want)
		}
		var flat []float64
		for _, row := range wBar {
			flat = append(flat, row...)
		}
		if want := grads.Of(weights.Value()); !same(flat, want) {
			t.Errorf("W̄ is %v, want %v", wBar, want)
		}
	}
}
