//go:build solution

package ch08

import (
	"math"
	"slices"
)

// SoftmaxVJP subtracts from p̄ its mean, weighted by p.
func SoftmaxVJP(p, pBar []float64) (zBar []float64) {
	mean := 0.0
	for i := range p {
		mean += p[i] * pBar[i]
	}
	zBar = make([]float64, len(p))
	for i := range p {
		zBar[i] = p[i] * (pBar[i] - mean)
	}
	return zBar
}

// CrossEntropy takes the maximum out of the exponentials. ln p is z − logsumexp(z), which is
// finite where p is rounded to 0.
func CrossEntropy(z, y []float64) (loss float64, zBar []float64) {
	top, s, sumY := slices.Max(z), 0.0, 0.0
	for i := range z {
		s += math.Exp(z[i] - top)
		sumY += y[i]
	}
	for i := range z {
		v := z[i] - top - math.Log(s) // ln p
		loss -= y[i] * v
		zBar = append(zBar, math.Exp(v)*sumY-y[i])
	}
	return loss, zBar
}

// BinaryCrossEntropy has no exponential of a positive number in it.
func BinaryCrossEntropy(z, y float64) (loss, zBar float64) {
	e := math.Exp(-math.Abs(z))
	p := 1 / (1 + e)
	if z < 0 {
		p = e / (1 + e)
	}
	return max(z, 0) - z*y + math.Log1p(e), p - y
}
