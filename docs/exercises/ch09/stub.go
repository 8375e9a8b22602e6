//go:build !solution

package ch09

// Backward returns what the adjoint Δ of Z = XWᵀ + 1bᵀ makes of its operands: X̄, W̄ and b̄.
// X and Δ have a row for each sample, W a row for each number of Z.
func Backward(x, w, delta [][]float64) (xBar, wBar [][]float64, bBar []float64) {
	return nil, nil, nil // your code
}

// Start returns Δ = ∂J/∂Z of the last layer. J is the mean of the cross-entropies of the
// samples. Row s of p has the probabilities that the softmax of row s of Z gives to the
// classes, and labels[s] is the right class.
func Start(p [][]float64, labels []int) (delta [][]float64) {
	return nil // your code
}

// Join returns the gradient of the mean over all samples. They came in batches:
// gradients[k] is that of the mean over batch k, which had sizes[k] samples.
func Join(gradients [][]float64, sizes []int) []float64 {
	return nil // your code
}
