//go:build !solution

package ch03

import "github.com/adjoint-ad/adjoint/graph"

// Order lists y and all that it was computed from, each value once and after its
// operands. Do not use the tape or the ID of a value: the graph alone, by Inputs.
// (A value is ready when all its operands are in the list.)
func Order(y *graph.Var) []*graph.Var {
	return nil // your code
}

// ReadersFirst lists the same values in an order in which a sweep may visit them: each
// value after all its readers. Count the readers of each value first. Start with y, which has
// none, take one off the count of each operand of what you put in the list, and put
// in those whose count comes to 0.
func ReadersFirst(y *graph.Var) []*graph.Var {
	return nil // your code
}
