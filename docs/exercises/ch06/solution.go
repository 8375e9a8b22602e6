//go:build solution

package ch06

import "slices"

// Forward returns z = Wa + b. W has a row for each number of z.
func Forward(w [][]float64, b, a []float64) []float64 {
	z := slices.Clone(b)
	for i, row := range w {
		for j, wij := range row {
			z[i] += wij * a[j]
		}
	}
	return z
}

// Backward sums over the rows of W for ā, since a_j has acted on every z_i.
func Backward(w [][]float64, a, delta []float64) (aBar []float64, wBar [][]float64) {
	aBar = make([]float64, len(a))
	for i, row := range w {
		wBar = append(wBar, make([]float64, len(a)))
		for j, wij := range row {
			wBar[i][j] = delta[i] * a[j]
			aBar[j] += wij * delta[i]
		}
	}
	return aBar, wBar
}
