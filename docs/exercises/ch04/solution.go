//go:build solution

package ch04

import "github.com/adjoint-ad/adjoint/graph"

// Adjoints is V0 with the order of the tape, turned round.
func Adjoints(tape []*graph.Var, partial func(v *graph.Var, k int) float64) map[*graph.Var]float64 {
	adjoint := map[*graph.Var]float64{tape[len(tape)-1]: 1}
	for i := len(tape) - 1; i >= 0; i-- {
		for k, operand := range tape[i].Inputs() {
			adjoint[operand] += adjoint[tape[i]] * partial(tape[i], k)
		}
	}
	return adjoint
}

// Operations counts 2·m·in·out for each product: one forward, W̄ = ȳᵀx and x̄ = ȳW backward.
func Operations(widths []int, m int) (forward, backward int) {
	for l := 1; l < len(widths); l++ {
		product := 2 * m * widths[l-1] * widths[l]
		forward += product
		backward += product
		if l > 1 {
			backward += product
		}
	}
	return forward, backward
}
