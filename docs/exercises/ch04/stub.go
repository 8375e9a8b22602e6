//go:build !solution

package ch04

import "github.com/adjoint-ad/adjoint/graph"

// Adjoints returns the adjoint of each value that y depends on, by one sweep back over the tape.
// All values are scalars. tape lists the values in the order in which they were computed,
// y last. partial(v, k) is the derivative of the operation of v with respect to its
// operand k.
func Adjoints(tape []*graph.Var, partial func(v *graph.Var, k int) float64) map[*graph.Var]float64 {
	return nil // your code
}

// Operations counts the multiplications and additions in the products of a dense network
// with layers of the given widths, for m samples: forward, and backward for the
// gradients of all weights. Nobody asks for the gradient of the input, so the first
// layer has one product less on the way back. Biases and activations do not count.
func Operations(widths []int, m int) (forward, backward int) {
	return 0, 0 // your code
}
