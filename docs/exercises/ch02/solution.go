//go:build solution

package ch02

import "github.com/adjoint-ad/adjoint/graph"

// Paths is the sum over paths with a 1 for each derivative.
func Paths(y, v *graph.Var) int {
	if y == v {
		return 1
	}
	n := 0
	for _, operand := range y.Inputs() {
		n += Paths(operand, v)
	}
	return n
}

// Between keeps the derivative of each value it has come by: this is forward mode.
func Between(y, v *graph.Var, partial func(y *graph.Var, k int) float64) float64 {
	known := map[*graph.Var]float64{v: 1}
	var derivative func(w *graph.Var) float64
	derivative = func(w *graph.Var) float64 {
		if d, ok := known[w]; ok {
			return d
		}
		sum := 0.0
		for k, operand := range w.Inputs() {
			sum += partial(w, k) * derivative(operand)
		}
		known[w] = sum
		return sum
	}
	return derivative(y)
}
