//go:build exercise || solution

package ch12

import (
	"testing"

	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
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

func TestLastWrong(t *testing.T) {
	flipped := func(c museum.Call) *graph.Var { return ops.Neg(c.Right) }
	// y = tanh(sin x₀) · e^x₁, with a sign flipped in the rule of one step or of none.
	for _, c := range []struct{ sin, tanh, exp bool }{{}, {sin: true}, {tanh: true}, {exp: true}, {sin: true, tanh: true}} {
		var tape graph.Tape
		x0, x1 := tape.Watch(tensor.Scalar(0.4)), tape.Watch(tensor.Scalar(0.3))
		step := func(v *graph.Var, wrong bool) *graph.Var {
			if wrong {
				return museum.Wrong(v, flipped)
			}
			return v
		}
		s := step(ops.Sin(x0), c.sin)
		a := step(ops.Tanh(s), c.tanh)
		y := ops.Mul(a, step(ops.Exp(x1), c.exp))
		want := -1
		switch {
		case c.tanh:
			want = s.ID()
		case c.sin:
			want = x0.ID()
		case c.exp:
			want = x1.ID()
		}
		if got := LastWrong(gradcheck.TraceOf(y)); got != want {
			t.Errorf("%+v: row %d, want %d", c, got, want)
		}
	}
}
