package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// The elementary functions, each with its slope. A slope function returns
// g·f′, of x or, where that is cheaper, of the value y = f(x); it is exactly 0
// where g is 0, so that an infinite slope does not leak out of a branch that
// is masked. The three shapes are equal: slopes do not broadcast.
//
// The functions are computed by this module's own formulas, which give the same
// bits on every machine. Errors are stated in units in the last place (ulp) of
// the result, as measured: at random points for Float64, and for Float32, which
// is computed in Float32 throughout, at one in 31 of all numbers, for some
// functions at all.

// Neg returns −x.
func Neg(dst, x *Tensor) *Tensor {
	return loop("tensor.Neg", dst, x, kernel.F64.Neg, kernel.F32.Neg)
}

// Abs returns |x|.
func Abs(dst, x *Tensor) *Tensor {
	return loop("tensor.Abs", dst, x, kernel.F64.Abs, kernel.F32.Abs)
}

// AbsSlope returns g·sign x.
func AbsSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.AbsSlope", dst, g, x, kernel.F64.AbsSlope, kernel.F32.AbsSlope)
}

// Sign returns 1, 0 or −1 where x is positive, zero or negative, and NaN where
// it is NaN.
func Sign(dst, x *Tensor) *Tensor {
	return loop("tensor.Sign", dst, x, kernel.F64.Sign, kernel.F32.Sign)
}

// Square returns x².
func Square(dst, x *Tensor) *Tensor {
	return loop("tensor.Square", dst, x, kernel.F64.Square, kernel.F32.Square)
}

// SquareSlope returns g·2x.
func SquareSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.SquareSlope", dst, g, x, kernel.F64.SquareSlope, kernel.F32.SquareSlope)
}

// Sqrt returns √x, NaN where x < 0.
func Sqrt(dst, x *Tensor) *Tensor {
	return loop("tensor.Sqrt", dst, x, kernel.F64.Sqrt, kernel.F32.Sqrt)
}

// SqrtSlope returns g/(2y) for y = √x.
func SqrtSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.SqrtSlope", dst, g, y, kernel.F64.SqrtSlope, kernel.F32.SqrtSlope)
}

// Reciprocal returns 1/x.
func Reciprocal(dst, x *Tensor) *Tensor {
	return loop("tensor.Reciprocal", dst, x, kernel.F64.Reciprocal, kernel.F32.Reciprocal)
}

// ReciprocalSlope returns −g·y² for y = 1/x.
func ReciprocalSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.ReciprocalSlope", dst, g, y, kernel.F64.ReciprocalSlope, kernel.F32.ReciprocalSlope)
}

// Exp returns eˣ, with an error below 1 ulp.
func Exp(dst, x *Tensor) *Tensor {
	return loop("tensor.Exp", dst, x, kernel.F64.Exp, kernel.F32.Exp)
}

// ExpSlope returns g·y for y = eˣ.
func ExpSlope(dst, g, y *Tensor) *Tensor {
	return slopeLoop("tensor.ExpSlope", dst, g, y, kernel.F64.ExpSlope, kernel.F32.ExpSlope)
}

// Log returns the natural logarithm of x, -Inf at 0 and NaN below, with an
// error below 1 ulp.
func Log(dst, x *Tensor) *Tensor {
	return loop("tensor.Log", dst, x, kernel.F64.Log, kernel.F32.Log)
}

// LogSlope returns g/x.
func LogSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.LogSlope", dst, g, x, kernel.F64.LogSlope, kernel.F32.LogSlope)
}

// Sin returns the sine of x radians, with an error below 1.5 ulp, of
// 2 ulp for Float32. Beyond 2²⁰ it is math.Sin.
func Sin(dst, x *Tensor) *Tensor {
	return loop("tensor.Sin", dst, x, kernel.F64.Sin, kernel.F32.Sin)
}

// SinSlope returns g·cos x.
func SinSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.SinSlope", dst, g, x, kernel.F64.SinSlope, kernel.F32.SinSlope)
}

// Cos returns the cosine of x radians, with an error below 1.5 ulp, of
// 2 ulp for Float32. Beyond 2²⁰ it is math.Cos.
func Cos(dst, x *Tensor) *Tensor {
	return loop("tensor.Cos", dst, x, kernel.F64.Cos, kernel.F32.Cos)
}

// CosSlope returns −g·sin x.
func CosSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.CosSlope", dst, g, x, kernel.F64.CosSlope, kernel.F32.CosSlope)
}

// PowScalar returns xᵖ, in special cases as math.Pow does, with an error below
// 1.5 ulp; x² and 1/x are rounded once. For Float32, p is rounded first.
func PowScalar(dst, x *Tensor, p float64) *Tensor {
	return scalarLoop("tensor.PowScalar", dst, x, p, kernel.F64.PowScalar, kernel.F32.PowScalar)
}

// PowScalarSlope returns g·p·xᵖ⁻¹. It is 0 for p = 0, also at x = 0.
func PowScalarSlope(dst, g, x *Tensor, p float64) *Tensor {
	dst = chain("tensor.PowScalarSlope", dst, g, x)
	kernel.F64.PowScalarSlope(dst.f64, g.f64, x.f64, p, p-1)
	kernel.F32.PowScalarSlope(dst.f32, g.f32, x.f32, float32(p), float32(p-1))
	return dst
}

// Clip returns x limited to lo ≤ x ≤ hi: min(max(x, lo), hi). If lo > hi, it
// is hi everywhere. NaN stays. For Float32, lo and hi are rounded first.
func Clip(dst, x *Tensor, lo, hi float64) *Tensor {
	dst = unary("tensor.Clip", dst, x)
	kernel.F64.Clip(dst.f64, x.f64, lo, hi)
	kernel.F32.Clip(dst.f32, x.f32, float32(lo), float32(hi))
	return dst
}

// ClipSlope returns g where lo ≤ x ≤ hi and 0 elsewhere.
func ClipSlope(dst, g, x *Tensor, lo, hi float64) *Tensor {
	dst = chain("tensor.ClipSlope", dst, g, x)
	kernel.F64.ClipSlope(dst.f64, g.f64, x.f64, lo, hi)
	kernel.F32.ClipSlope(dst.f32, g.f32, x.f32, float32(lo), float32(hi))
	return dst
}
