//go:build exercise || solution

package ch12

import (
	"testing"

	"github.com/adjoint-ad/adjoint/docs/museum"
)

func TestTrains(t *testing.T) {
	bug := museum.Bug{Name: "yours", Linear: Trains}
	if _, relative := museum.Check(bug); relative < 0.01 {
		t.Errorf("the gradient is right: relative error %.1e", relative)
	}
	r := museum.Result{Bug: bug}
	if r.TrainAll(museum.Seeds, museum.PerArm, museum.Steps); r.Accuracy[0] < 0.9 {
		t.Errorf("of the three seeds one reaches only %.0f %%", 100*r.Accuracy[0])
	}
}

func TestDescends(t *testing.T) {
	const rate = 0.1
	plain := func() func(w, g []float64) {
		return func(w, g []float64) {
			for i := range w {
				w[i] -= rate * g[i]
			}
		}
	}
	last := func() func(w, g []float64) { // the last parameter moves twice as far
		return func(w, g []float64) {
			plain()(w, g)
			w[len(w)-1] -= rate * g[len(w)-1]
		}
	}
	adding := func() func(w, g []float64) { // gradients are never zeroed
		sum := map[int]float64{}
		return func(w, g []float64) {
			for i := range w {
				sum[i] += g[i]
				w[i] -= rate * sum[i]
			}
		}
	}
	if !Descends(plain, rate) {
		t.Error("gradient descent is refused")
	}
	if Descends(last, rate) {
		t.Error("a parameter that moves twice as far is not noticed")
	}
	if Descends(adding, rate) {
		t.Error("gradients that are never zeroed are not noticed: how many steps did you make?")
	}
}
