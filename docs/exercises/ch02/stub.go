//go:build !solution

package ch02

import "github.com/adjoint-ad/adjoint/graph"

// Paths counts the paths from v to y: 1 if they are the same value, and otherwise the
// paths to each of y's operands together. An operand that y reads twice counts twice.
// y.Inputs() are the operands; a leaf has none.
func Paths(y, v *graph.Var) int {
	return -1 // your code
}

// Between returns the derivative of y with respect to v, as the sum over paths does, but
// walks no part of a path twice: keep what was found for a value and look it up when
// another path comes by. The derivative of v itself is 1, that of a value that does not
// depend on v is 0. partial(y, k) is the derivative of the operation of y with respect to
// its operand k.
func Between(y, v *graph.Var, partial func(y *graph.Var, k int) float64) float64 {
	return -1 // your code
}
