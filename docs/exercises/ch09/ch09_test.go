//go:build exercise || solution

package ch09

import (
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

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

// rows returns the rows of a matrix.
func rows(m *tensor.Tensor) (list [][]float64) {
	for row := range slices.Chunk(m.Float64s(), m.Dim(1)) {
		list = append(list, row)
	}
	return list
}

// Five samples of the layer from 3 to 4, and four of a layer from 4 to 4, in which every sum over
// the wrong index fits.
func TestBackward(t *testing.T) {
	hidden, _ := chapters.NewNet()
	data, _ := chapters.Batch()
	square := tensor.Matrix([][]float64{{1, 2, 0, -1}, {0, 1, 3, 0.5}, {-2, 0, 1, 4}, {5, 0, 0.25, 1}})
	for _, c := range []struct{ x, w, b, delta *tensor.Tensor }{
		{data, hidden.W, hidden.B, tensor.Matrix([][]float64{{1, -2, 0.5, 3}, {0, 1, 0.25, -1}, {2, 2, -1, 0.5}, {-0.5, 0, 1, 1}, {3, -1, 0, -2}})},
		{square.Clone(), square, hidden.B, tensor.Matrix([][]float64{{1, -2, 0.5, 3}, {0, 1, 0.25, -1}, {2, 2, -1, 0.5}, {-0.5, 0, 1, 1}})},
	} {
		var tape graph.Tape
		g := ops.Linear(tape.Watch(c.x), tape.Watch(c.w), tape.Watch(c.b)).BackwardFrom(c.delta)
		xBar, wBar, bBar := Backward(rows(c.x), rows(c.w), rows(c.delta))
		if want := g.Of(c.x); !same(slices.Concat(xBar...), want) {
			t.Errorf("X̄ is %v, want %v", xBar, want)
		}
		if want := g.Of(c.w); !same(slices.Concat(wBar...), want) {
			t.Errorf("W̄ is %v, want %v", wBar, want)
		}
		if want := g.Of(c.b); !same(bBar, want) {
			t.Errorf("b̄ is %v, want %v", bBar, want)
		}
	}
}

func TestStart(t *testing.T) {
	for _, labels := range [][]int{{2, 0}, {1}, {0, 1, 2, 2}} {
		var tape graph.Tape
		z := tape.Watch(tensor.Matrix([][]float64{{1, -2, 0.5}, {0, 3, 1}, {2, 2, -1}, {-0.5, 0, 1}}[:len(labels)]))
		want := nn.CrossEntropy(z, labels).Backward().Of(z.Value())
		if got := Start(rows(ops.Softmax(z, -1).Value()), labels); !same(slices.Concat(got...), want) {
			t.Errorf("Δ of %d samples is %v, want %v", len(labels), got, want)
		}
	}
}

func TestJoin(t *testing.T) {
	hidden, out := chapters.NewNet()
	data, labels := chapters.Batch()
	gradient := func(from, to int) *tensor.Tensor {
		var tape graph.Tape
		x := tape.Input(tensor.Slice(nil, data, tensor.Range{Start: from, Stop: to}))
		return nn.CrossEntropy(out.Forward(ops.Tanh(hidden.Forward(x))), labels[from:to]).Backward().Of(hidden.W).Clone()
	}
	for _, sizes := range [][]int{{2, 2, 1}, {5}, {1, 4}, {1, 1, 1, 1, 1}} {
		var gradients [][]float64
		at := 0
		for _, m := range sizes {
			gradients = append(gradients, gradient(at, at+m).Float64s())
			at += m
		}
		if got, want := Join(gradients, sizes), gradient(0, 5); !same(got, want) {
			t.Errorf("batches of %v make %v, want %v", sizes, got, want)
		}
	}
}
