package tensor

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The activations of neural networks, each with its slope; see functions.go.

// Tanh returns the hyperbolic tangent of x.
func Tanh(dst, x *Tensor) *Tensor { return apply("tensor.Tanh", dst, x, math.Tanh) }

// TanhSlope returns g·(1 − y²) for y = tanh x.
func TanhSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.TanhSlope", dst, g, y, kernel.TanhSlope[float64], kernel.TanhSlope[float32])
}

// Sigmoid returns the logistic function σ(x) = 1/(1 + e⁻ˣ).
func Sigmoid(dst, x *Tensor) *Tensor { return apply("tensor.Sigmoid", dst, x, sigmoid) }

// SigmoidSlope returns g·y(1 − y) for y = σ(x).
func SigmoidSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.SigmoidSlope", dst, g, y, kernel.SigmoidSlope[float64], kernel.SigmoidSlope[float32])
}

// sigmoid takes the exponential of a negative number only, and is accurate to
// the last digits in both tails.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// ReLU returns max(x, 0).
func ReLU(dst, x *Tensor) *Tensor {
	return loop("tensor.ReLU", dst, x, kernel.ReLU[float64], kernel.ReLU[float32])
}

// ReLUSlope returns g where x > 0 and 0 where x ≤ 0.
func ReLUSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.ReLUSlope", dst, g, x, kernel.ReLUSlope[float64], kernel.ReLUSlope[float32])
}

// LeakyReLU returns x where x > 0 and alpha·x elsewhere.
func LeakyReLU(dst, x *Tensor, alpha float64) *Tensor {
	return apply("tensor.LeakyReLU", dst, x, func(x float64) float64 {
		if x > 0 {
			return x
		}
		return alpha * x
	})
}

// LeakyReLUSlope returns g where x > 0 and alpha·g elsewhere.
func LeakyReLUSlope(dst, g, x *Tensor, alpha float64) *Tensor {
	return slope("tensor.LeakyReLUSlope", dst, g, x, func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return alpha
	})
}

// Softplus returns log(1 + eˣ), a smooth ReLU.
func Softplus(dst, x *Tensor) *Tensor {
	// log(1+eˣ) itself would overflow from x = 710.
	return apply("tensor.Softplus", dst, x, func(x float64) float64 {
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	})
}

// SoftplusSlope returns g·σ(x).
func SoftplusSlope(dst, g, x *Tensor) *Tensor {
	return slope("tensor.SoftplusSlope", dst, g, x, sigmoid)
}

// Swish returns x·σ(βx); with β = 1 it is also known as SiLU.
func Swish(dst, x *Tensor, beta float64) *Tensor {
	return apply("tensor.Swish", dst, x, func(x float64) float64 { return gate(x, sigmoid(beta*x)) })
}

// SwishSlope returns g·(s + βx·s(1 − s)) for s = σ(βx).
func SwishSlope(dst, g, x *Tensor, beta float64) *Tensor {
	return slope("tensor.SwishSlope", dst, g, x, func(x float64) float64 {
		u := beta * x
		s := sigmoid(u)
		return s + gate(u, s*sigmoid(-u)) // 1 − σ(u) = σ(−u)
	})
}

// gate returns x·p with 0 for p = 0: in the far tail p vanishes faster than
// any x grows.
func gate(x, p float64) float64 {
	if p == 0 {
		return 0
	}
	return x * p
}

// GELU returns x·Φ(x), where Φ is the distribution function of the standard
// normal distribution (Hendrycks and Gimpel, 2016).
func GELU(dst, x *Tensor) *Tensor {
	return apply("tensor.GELU", dst, x, func(x float64) float64 { return gate(x, normal(x)) })
}

// GELUSlope returns g·(Φ(x) + x·φ(x)), where φ = Φ′.
func GELUSlope(dst, g, x *Tensor) *Tensor {
	return slope("tensor.GELUSlope", dst, g, x, func(x float64) float64 {
		return normal(x) + gate(x, math.Exp(-x*x/2)/math.Sqrt(2*math.Pi))
	})
}

// normal is Φ. Erfc keeps its digits in the left tail, where 1 + erf cancels.
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// GELUTanh returns ½x·(1 + tanh u) for u = √(2/π)·(x + 0.044715x³), the
// approximation of GELU in the same paper.
func GELUTanh(dst, x *Tensor) *Tensor {
	// ½(1 + tanh u) = σ(2u), which does not cancel in the left tail.
	return apply("tensor.GELUTanh", dst, x, func(x float64) float64 {
		return gate(x, sigmoid(2*cubic(x)))
	})
}

// GELUTanhSlope returns g times the derivative of GELUTanh, which is
// s + x·s(1 − s)·2u′ for s = σ(2u).
func GELUTanhSlope(dst, g, x *Tensor) *Tensor {
	return slope("tensor.GELUTanhSlope", dst, g, x, func(x float64) float64 {
		u := cubic(x)
		s := sigmoid(2 * u)
		du := math.Sqrt(2/math.Pi) * (1 + 3*0.044715*x*x)
		return s + gate(2*x*du, s*sigmoid(-2*u))
	})
}

func cubic(x float64) float64 { return math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x) }
