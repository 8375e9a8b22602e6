//go:build !solution

package ch06

// Forward returns z = Wa + b. W has a row for each number of z.
func Forward(w [][]float64, b, a []float64) []float64 {
	return nil // your code
}

// Backward returns what the adjoint δ of z makes of the operands of Forward: ā = Wᵀδ and
// W̄ = δaᵀ.
func Backward(w [][]float64, a, delta []float64) (aBar []float64, wBar [][]float64) {
	return nil, nil // your code
}
