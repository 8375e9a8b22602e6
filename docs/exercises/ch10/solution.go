//go:build solution

package ch10

import "math"

// Backprop goes forward with z and a kept, and backward with δ of one layer after the other.
func Backprop(n *Net, x, y []float64) (grad *Net) {
	h := layer(n.W1, n.B1, x)
	o := layer(n.W2, n.B2, h)

	deltaO := make([]float64, len(o)) // B1
	for i, a := range o {
		deltaO[i] = (a - y[i]) * a * (1 - a)
	}
	deltaH := make([]float64, len(h)) // B2
	for j, a := range h {
		for i := range o {
			deltaH[j] += n.W2[i][j] * deltaO[i]
		}
		deltaH[j] *= a * (1 - a)
	}
	return &Net{W1: outer(deltaH, x), B1: deltaH, W2: outer(deltaO, h), B2: deltaO} // B3, B4
}

// Step has the whole gradient before it writes anything.
func Step(n *Net, x, y []float64, rate float64) {
	grad := Backprop(n, x, y)
	for i := range n.W1 {
		descend(n.W1[i], grad.W1[i], rate)
	}
	for i := range n.W2 {
		descend(n.W2[i], grad.W2[i], rate)
	}
	descend(n.B1, grad.B1, rate)
	descend(n.B2, grad.B2, rate)
}

func layer(w [][]float64, b, a []float64) []float64 {
	out := make([]float64, len(w))
	for i, row := range w {
		z := b[i]
		for j, wij := range row {
			z += wij * a[j]
		}
		out[i] = 1 / (1 + math.Exp(-z))
	}
	return out
}

func outer(delta, a []float64) [][]float64 {
	w := make([][]float64, len(delta))
	for i := range w {
		for _, aj := range a {
			w[i] = append(w[i], delta[i]*aj)
		}
	}
	return w
}

func descend(w, g []float64, rate float64) {
	for i := range w {
		w[i] -= rate * g[i]
	}
}
