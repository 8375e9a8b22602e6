//go:build !solution

package ch12

import (
	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
)

// Trains is a wrong rule of the dense layer z = xWᵀ + b with which a network still learns
// the spiral: c.Right is the right answer, and c.I is 0 for x, 1 for W and 2 for b.
func Trains(c museum.Call) *graph.Var {
	return c.Right // your code
}

// Descends reports whether step is gradient descent, w ← w − rate·g for each parameter. A
// step keeps what it likes from one call to the next; start returns a new one, which
// remembers nothing.
func Descends(start func() (step func(w, g []float64)), rate float64) bool {
	return true // your code
}

// LastWrong returns the index of the last row of a trace whose adjoint is not what a nudge
// shows, and -1 if all are right. Claimed is the adjoint as a number, and Nudge has an error
// of its own, so allow a relative difference of a millionth. The rule that is wrong belongs
// to a reader of that row. A row without an Adjoint is not in the sweep.
func LastWrong(trace gradcheck.Trace) int {
	return 0 // your code
}
