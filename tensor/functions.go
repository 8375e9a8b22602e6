package tensor

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The elementary functions, each with its slope. A slope function returns
// g·f′, of x or, where that is cheaper, of the value y = f(x); it is exactly 0
// where g is 0, so that an infinite slope does not leak out of a branch that
// is masked. The three shapes are equal: slopes do not broadcast.

// Neg returns −x.
func Neg(dst, x *Tensor) *Tensor {
	return loop("tensor.Neg", dst, x, kernel.Neg[float64], kernel.Neg[float32])
}

// Abs returns |x|.
func Abs(dst, x *Tensor) *Tensor { return apply("tensor.Abs", dst, x, math.Abs) }

// AbsSlope returns g·sign x.
func AbsSlope(dst, g, x *Tensor) *Tensor { return slope("tensor.AbsSlope", dst, g, x, sign) }

// Sign returns 1, 0 or −1 where x is positive, zero or negative, and NaN where
// it is NaN.
func Sign(dst, x *Tensor) *Tensor { return apply("tensor.Sign", dst, x, sign) }

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x + 0 // -0 + 0 is 0; NaN stays
}

// Square returns x².
func Square(dst, x *Tensor) *Tensor {
	return loop("tensor.Square", dst, x, kernel.Square[float64], kernel.Square[float32])
}

// SquareSlope returns g·2x.
func SquareSlope(dst, g, x *Tensor) *Tensor {
	return slope("tensor.SquareSlope", dst, g, x, func(x float64) float64 { return 2 * x })
}

// Sqrt returns √x, NaN where x < 0.
func Sqrt(dst, x *Tensor) *Tensor { return apply("tensor.Sqrt", dst, x, math.Sqrt) }

// SqrtSlope returns g/(2y) for y = √x.
func SqrtSlope(dst, g, y *Tensor) *Tensor {
	return slope("tensor.SqrtSlope", dst, g, y, func(y float64) float64 { return 0.5 / y })
}

// Reciprocal returns 1/x.
func Reciprocal(dst, x *Tensor) *Tensor {
	return loop("tensor.Reciprocal", dst, x, kernel.Reciprocal[float64], kernel.Reciprocal[float32])
}

// ReciprocalSlope returns −g·y² for y = 1/x.
func ReciprocalSlope(dst, g, y *Tensor) *Tensor {
	return slope("tensor.ReciprocalSlope", dst, g, y, func(y float64) float64 { return -y * y })
}

// Exp returns eˣ.
func Exp(dst, x *Tensor) *Tensor { return apply("tensor.Exp", dst, x, math.Exp) }

// ExpSlope returns g·y for y = eˣ.
func ExpSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.ExpSlope", dst, g, y, kernel.MulMasked[float64], kernel.MulMasked[float32])
}

// Log returns the natural logarithm of x, -Inf at 0 and NaN below.
func Log(dst, x *Tensor) *Tensor { return apply("tensor.Log", dst, x, math.Log) }

// LogSlope returns g/x.
func LogSlope(dst, g, x *Tensor) *Tensor {
	return slope("tensor.LogSlope", dst, g, x, func(x float64) float64 { return 1 / x })
}

// Sin returns the sine of x radians.
func Sin(dst, x *Tensor) *Tensor { return apply("tensor.Sin", dst, x, math.Sin) }

// SinSlope returns g·cos x.
func SinSlope(dst, g, x *Tensor) *Tensor { return slope("tensor.SinSlope", dst, g, x, math.Cos) }

// Cos returns the cosine of x radians.
func Cos(dst, x *Tensor) *Tensor { return apply("tensor.Cos", dst, x, math.Cos) }

// CosSlope returns −g·sin x.
func CosSlope(dst, g, x *Tensor) *Tensor {
	return slope("tensor.CosSlope", dst, g, x, func(x float64) float64 { return -math.Sin(x) })
}

// PowScalar returns x to the power of p with the special cases of math.Pow.
func PowScalar(dst, x *Tensor, p float64) *Tensor {
	return apply("tensor.PowScalar", dst, x, func(x float64) float64 { return math.Pow(x, p) })
}

// PowScalarSlope returns g·p·xᵖ⁻¹. It is 0 for p = 0, also at x = 0.
func PowScalarSlope(dst, g, x *Tensor, p float64) *Tensor {
	return slope("tensor.PowScalarSlope", dst, g, x, func(x float64) float64 {
		if p == 0 {
			return 0
		}
		return p * math.Pow(x, p-1)
	})
}

// Clip returns x limited to lo ≤ x ≤ hi: min(max(x, lo), hi). If lo > hi, it
// is hi everywhere. NaN stays.
func Clip(dst, x *Tensor, lo, hi float64) *Tensor {
	return apply("tensor.Clip", dst, x, func(x float64) float64 { return min(max(x, lo), hi) })
}

// ClipSlope returns g where lo ≤ x ≤ hi and 0 elsewhere.
func ClipSlope(dst, g, x *Tensor, lo, hi float64) *Tensor {
	dst = chain("tensor.ClipSlope", dst, g, x)
	kernel.ClipSlope(dst.f64, g.f64, x.f64, lo, hi)
	kernel.ClipSlope(dst.f32, g.f32, x.f32, lo, hi)
	return dst
}
