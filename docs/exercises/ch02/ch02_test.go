//go:build exercise || solution

package ch02

import (
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestPaths(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	u, y := chapters.FanOut(x)
	for _, c := range []struct {
		y, v *graph.Var
		want int
	}{{y, x, 3}, {y, u, 3}, {u, x, 1}, {u, u, 1}, {u, y, 0}} {
		if got := Paths(c.y, c.v); got != c.want {
			t.Errorf("%d paths from %v to %v, want %d", got, c.v, c.y, c.want)
		}
	}
}

// Twice sixty times: walking each of the 2⁶⁰ paths would take longer than you have.
func TestBetween(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(1))
	y := x
	for range 60 {
		y = ops.Add(y, y)
	}
	calls := 0
	partial := func(y *graph.Var, k int) float64 {
		if calls++; calls > 1000 {
			t.Fatal("each derivative is needed once, 120 in all, and you asked for more than a thousand")
		}
		return figure.Partial(y, k)
	}
	if got := Between(y, x, partial); got != 1<<60 {
		t.Errorf("the derivative is %v, want 2⁶⁰ = %v", got, 1<<60)
	}
	_, y = chapters.FanOut(x)
	if got := Between(y, x, partial); got != 10 {
		t.Errorf("at x = 1 dy/dx is %v, want 10", got)
	}
}
