//go:build !solution

package ch13

// BestRate returns the rate of gradient descent that brings a bowl ½(least·w₁² + most·w₂²)
// down fastest: the rate at which the slower of the two directions is as fast as it can be.
func BestRate(least, most float64) float64 {
	return 1 / most // your code
}

// Adam makes step t = 1, 2, … of Adam on the parameters w with the gradient g and the
// means m and v, all of one length. It changes w, m and v. Use β₁ = 0.9, β₂ = 0.999 and
// ε = 1e-8.
func Adam(w, g, m, v []float64, t int, rate float64) {
	// your code
}
