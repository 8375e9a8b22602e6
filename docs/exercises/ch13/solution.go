//go:build solution

package ch13

import "math"

// BestRate makes 1 − η·least and η·most − 1 equal: the one is what is left of the flat
// direction after a step, the other of the steep one.
func BestRate(least, most float64) float64 {
	return 2 / (least + most)
}

// Adam follows the paper of Kingma and Ba, 2015, algorithm 1.
func Adam(w, g, m, v []float64, t int, rate float64) {
	for i := range w {
		m[i] = 0.9*m[i] + 0.1*g[i]
		v[i] = 0.999*v[i] + 0.001*g[i]*g[i]
		mHat := m[i] / (1 - math.Pow(0.9, float64(t)))
		vHat := v[i] / (1 - math.Pow(0.999, float64(t)))
		w[i] -= rate * mHat / (math.Sqrt(vHat) + 1e-8)
	}
}
