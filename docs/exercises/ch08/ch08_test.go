//go:build exercise || solution

package ch08

import (
	"math"
	"testing"
	"time"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func same(got, want []float64) bool {
	if len(got) != len(want) {
		return false
	}
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= 1e-12*max(1, math.Abs(want[i]))) {
			return false
		}
	}
	return true
}

// The whole table, times p̄.
func TestSoftmaxVJP(t *testing.T) {
	for _, c := range [][2][]float64{
		{{0.1, 0.2, 0.7}, {1, -2, 0.5}},
		{{0.1, 0.2, 0.7}, {1, 1, 1}},
		{{0.5, 0.25, 0.125, 0.125}, {0, -4, 0, 0}},
	} {
		p, pBar := c[0], c[1]
		want := make([]float64, len(p))
		for j := range p {
			for i := range p {
				want[j] -= pBar[i] * p[i] * p[j]
			}
			want[j] += pBar[j] * p[j]
		}
		if got := SoftmaxVJP(p, pBar); !same(got, want) {
			t.Errorf("z̄ is %v for p = %v and p̄ = %v, want %v", got, p, pBar, want)
		}
	}
	const n = 100_000 // a table would have 10,000,000,000 numbers
	p, pBar := make([]float64, n), make([]float64, n)
	start := time.Now()
	SoftmaxVJP(p, pBar)
	if took := time.Since(start); took > time.Second {
		t.Errorf("%d classes take %v", n, took)
	}
}

func TestCrossEntropy(t *testing.T) {
	for _, c := range [][2][]float64{
		{{1, 2, 3}, {0, 1, 0}}, {{1, 2, 3}, {0.5, 0.6, 0.4}}, {{-1, 0.5}, {0.25, 0.75}},
		{{1000, 0}, {0, 1}}, {{1000, 0}, {1, 0.5}}, {{-1000, -1001, -1002}, {0, 0, 1}},
	} {
		var tape graph.Tape
		z := tape.Watch(tensor.Vector(c[0]...))
		want := ops.SoftCrossEntropy(z, graph.Const(tensor.Vector(c[1]...)), ops.LabelSettings{})
		loss, zBar := CrossEntropy(c[0], c[1])
		if !same([]float64{loss}, []float64{want.Value().Item()}) {
			t.Errorf("the loss is %v for z = %v and y = %v, want %v", loss, c[0], c[1], want.Value().Item())
		}
		if g := want.Backward().Of(z.Value()).Float64s(); !same(zBar, g) {
			t.Errorf("z̄ is %v for z = %v and y = %v, want %v", zBar, c[0], c[1], g)
		}
	}
}

func TestBinaryCrossEntropy(t *testing.T) {
	for _, c := range []struct{ z, y, loss, zBar float64 }{
		{0, 1, math.Ln2, -0.5}, {0, 0.25, math.Ln2, 0.25}, {math.Ln2, 0, math.Log(3), 2. / 3}, {-math.Ln2, 1, math.Log(3), -2. / 3},
		{-800, 1, 800, -1}, {800, 0, 800, 1}, {800, 1, 0, 0}, {-800, 0, 0, 0},
	} {
		if loss, zBar := BinaryCrossEntropy(c.z, c.y); !same([]float64{loss, zBar}, []float64{c.loss, c.zBar}) {
			t.Errorf("the loss is %v and its derivative %v for z = %v and y = %v, want %v and %v", loss, zBar, c.z, c.y, c.loss, c.zBar)
		}
	}
}
