//go:build solution

package ch09

// Backward sums over what the indices of the result do not name: W̄ and b̄ over samples, X̄
// over the numbers of Z.
func Backward(x, w, delta [][]float64) (xBar, wBar [][]float64, bBar []float64) {
	bBar = make([]float64, len(w))
	for _, row := range w {
		wBar = append(wBar, make([]float64, len(row)))
	}
	for s := range delta {
		xBar = append(xBar, make([]float64, len(x[s])))
		for i, d := range delta[s] {
			bBar[i] += d
			for j := range x[s] {
				wBar[i][j] += d * x[s][j]
				xBar[s][j] += d * w[i][j]
			}
		}
	}
	return xBar, wBar, bBar
}

// Start divides by the number of samples. Nothing after it does.
func Start(p [][]float64, labels []int) (delta [][]float64) {
	m := float64(len(p))
	for s, row := range p {
		delta = append(delta, make([]float64, len(row)))
		for k, pk := range row {
			delta[s][k] = pk / m
		}
		delta[s][labels[s]] -= 1 / m
	}
	return delta
}

// Join weighs each batch by its part of the samples.
func Join(gradients [][]float64, sizes []int) []float64 {
	total := 0
	for _, m := range sizes {
		total += m
	}
	joined := make([]float64, len(gradients[0]))
	for k, g := range gradients {
		for i := range g {
			joined[i] += g[i] * float64(sizes[k]) / float64(total)
		}
	}
	return joined
}
