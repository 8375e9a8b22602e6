package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// The activations of neural networks, each with its slope; see functions.go.

// Tanh returns the hyperbolic tangent of x, with an error below 3 ulp.
func Tanh(dst, x *Tensor) *Tensor {
	return loop("tensor.Tanh", dst, x, kernel.F64.Tanh, kernel.F32.Tanh)
}

// TanhSlope returns g·(1 − y²) for y = tanh x.
func TanhSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.TanhSlope", dst, g, y, kernel.F64.TanhSlope, kernel.F32.TanhSlope)
}

// Sigmoid returns the logistic function σ(x) = 1/(1 + e⁻ˣ), with an error below
// 2.5 ulp in both tails too.
func Sigmoid(dst, x *Tensor) *Tensor {
	return loop("tensor.Sigmoid", dst, x, kernel.F64.Sigmoid, kernel.F32.Sigmoid)
}

// SigmoidSlope returns g·y(1 − y) for y = σ(x).
func SigmoidSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.SigmoidSlope", dst, g, y, kernel.F64.SigmoidSlope, kernel.F32.SigmoidSlope)
}

// ReLU returns max(x, 0).
func ReLU(dst, x *Tensor) *Tensor {
	return loop("tensor.ReLU", dst, x, kernel.F64.ReLU, kernel.F32.ReLU)
}

// ReLUSlope returns g where x > 0 and 0 where x ≤ 0.
func ReLUSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.ReLUSlope", dst, g, x, kernel.F64.ReLUSlope, kernel.F32.ReLUSlope)
}

// LeakyReLU returns x where x > 0 and alpha·x elsewhere. For Float32, alpha is
// rounded first.
func LeakyReLU(dst, x *Tensor, alpha float64) *Tensor {
	return scalarLoop("tensor.LeakyReLU", dst, x, alpha, kernel.F64.LeakyReLU, kernel.F32.LeakyReLU)
}

// LeakyReLUSlope returns g where x > 0 and alpha·g elsewhere.
func LeakyReLUSlope(dst, g, x *Tensor, alpha float64) *Tensor {
	return scalarSlope("tensor.LeakyReLUSlope", dst, g, x, alpha, kernel.F64.LeakyReLUSlope, kernel.F32.LeakyReLUSlope)
}

// Softplus returns log(1 + eˣ), a smooth ReLU, with an error below 2.5 ulp.
func Softplus(dst, x *Tensor) *Tensor {
	return loop("tensor.Softplus", dst, x, kernel.F64.Softplus, kernel.F32.Softplus)
}

// SoftplusSlope returns g·σ(x).
func SoftplusSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.SoftplusSlope", dst, g, x, kernel.F64.SoftplusSlope, kernel.F32.SoftplusSlope)
}

// Swish returns x·σ(βx); with β = 1 it is also known as SiLU, and the error is
// below 3 ulp. For Float32, β is rounded first.
func Swish(dst, x *Tensor, beta float64) *Tensor {
	return scalarLoop("tensor.Swish", dst, x, beta, kernel.F64.Swish, kernel.F32.Swish)
}

// SwishSlope returns g·(s + βx·s(1 − s)) for s = σ(βx).
func SwishSlope(dst, g, x *Tensor, beta float64) *Tensor {
	return scalarSlope("tensor.SwishSlope", dst, g, x, beta, kernel.F64.SwishSlope, kernel.F32.SwishSlope)
}

// GELU returns x·Φ(x), where Φ is the distribution function of the standard
// normal distribution (Hendrycks and Gimpel, 2016), with an error below 3 ulp.
func GELU(dst, x *Tensor) *Tensor {
	return loop("tensor.GELU", dst, x, kernel.F64.GELU, kernel.F32.GELU)
}

// GELUSlope returns g·(Φ(x) + x·φ(x)), where φ = Φ′.
func GELUSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.GELUSlope", dst, g, x, kernel.F64.GELUSlope, kernel.F32.GELUSlope)
}

// GELUTanh returns ½x·(1 + tanh u) for u = √(2/π)·(x + 0.044715x³), the
// approximation of GELU in the same paper. The error is below 3 ulp of 1; in
// the left tail it grows with |u|.
func GELUTanh(dst, x *Tensor) *Tensor {
	return loop("tensor.GELUTanh", dst, x, kernel.F64.GELUTanh, kernel.F32.GELUTanh)
}

// GELUTanhSlope returns g times the derivative of GELUTanh, which is
// s + x·s(1 − s)·2u′ for s = σ(2u).
func GELUTanhSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.GELUTanhSlope", dst, g, x, kernel.F64.GELUTanhSlope, kernel.F32.GELUTanhSlope)
}
