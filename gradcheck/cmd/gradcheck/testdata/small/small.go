// Package small has two right gradients and two wrong ones.
package small

import "math"

// Softplus is log(1 + eˣ).
func Softplus(x float64) float64 { return math.Log1p(math.Exp(x)) }

// SoftplusDeriv is right.
func SoftplusDeriv(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Rosenbrock is (1 − a)² + 100(b − a²)².
//
//gradcheck:n 2
func Rosenbrock(x []float64) float64 {
	return (1-x[0])*(1-x[0]) + 100*(x[1]-x[0]*x[0])*(x[1]-x[0]*x[0])
}

// RosenbrockGrad is right.
func RosenbrockGrad(dst, x []float64) {
	dst[0] = -2*(1-x[0]) - 400*x[0]*(x[1]-x[0]*x[0])
	dst[1] = 200 * (x[1] - x[0]*x[0])
}

// Entropy is −Σ p log p.
//
//gradcheck:domain 0.01 1
func Entropy(p []float64) float64 {
	sum := 0.0
	for _, v := range p {
		sum -= v * math.Log(v)
	}
	return sum
}

// EntropyGrad forgets the 1 of d(p log p) = log p + 1.
func EntropyGrad(dst, p []float64) {
	for i, v := range p {
		dst[i] = -math.Log(v)
	}
}

// Ridge is a penalty.
type Ridge struct{}

// Func is ½ Σ w².
func (Ridge) Func(w []float64) float64 {
	sum := 0.0
	for _, v := range w {
		sum += v * v
	}
	return sum / 2
}

// Grad has the wrong sign.
func (Ridge) Grad(dst, w []float64) {
	for i, v := range w {
		dst[i] = -v
	}
}
