//go:build solution

package ch12

import (
	"math"

	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

// Trains halves what the weights get.
func Trains(c museum.Call) *graph.Var {
	if c.I == 1 {
		return ops.Scale(c.Right, 0.5)
	}
	return c.Right
}

// Descends makes two steps: the first one finds a wrong factor, the second one a memory.
func Descends(start func() (step func(w, g []float64)), rate float64) bool {
	step := start()
	w, want := []float64{1, -2, 3}, []float64{1, -2, 3}
	for _, g := range [][]float64{{0.5, 0.25, -1}, {-2, 1, 0.5}} {
		step(w, g)
		for i := range w {
			if want[i] -= rate * g[i]; math.Abs(w[i]-want[i]) > 1e-12 {
				return false
			}
		}
	}
	return true
}

// LastWrong goes from the end, as the sweep did.
func LastWrong(trace gradcheck.Trace) int {
	for i := len(trace) - 1; i >= 0; i-- {
		r := trace[i]
		if r.Adjoint != nil && math.Abs(r.Claimed-r.Nudge) > 1e-6*max(1, math.Abs(r.Nudge)) {
			return i
		}
	}
	return -1
}
