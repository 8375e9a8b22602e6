package tensor

import (
	"math"
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// Every function of this file works on each element by itself. Those of two
// operands broadcast; dst may be an operand of the result's shape.

// Add returns a + b.
func Add(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Add", dst, a, b, kernel.F64.Add, kernel.F32.Add)
}

// Sub returns a − b.
func Sub(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Sub", dst, a, b, kernel.F64.Sub, kernel.F32.Sub)
}

// Mul returns a·b, element by element.
func Mul(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Mul", dst, a, b, kernel.F64.Mul, kernel.F32.Mul)
}

// Div returns a/b by the rules of floating point: 1/0 is +Inf, 0/0 is NaN.
func Div(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Div", dst, a, b, kernel.F64.Div, kernel.F32.Div)
}

// MulMasked returns a·b, but exactly 0 where a is 0, whatever b is: Inf and
// NaN do not get past a mask.
func MulMasked(dst, a, b *Tensor) *Tensor {
	return binary("tensor.MulMasked", dst, a, b, kernel.F64.MulMasked, kernel.F32.MulMasked)
}

// MulZero returns a·b, but exactly 0 where a or b is 0, whatever the other is.
func MulZero(dst, a, b *Tensor) *Tensor {
	return binary("tensor.MulZero", dst, a, b, kernel.F64.MulZero, kernel.F32.MulZero)
}

// Pow returns a^b, in special cases as math.Pow does, with an error below 1.5 ulp.
func Pow(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Pow", dst, a, b, kernel.F64.Pow, kernel.F32.Pow)
}

// Maximum returns the greater of a and b, NaN where either is NaN.
func Maximum(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Maximum", dst, a, b, kernel.F64.Maximum, kernel.F32.Maximum)
}

// Minimum returns the lesser of a and b, NaN where either is NaN.
func Minimum(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Minimum", dst, a, b, kernel.F64.Minimum, kernel.F32.Minimum)
}

// The comparisons return 1 where they hold and 0 where they do not, in the
// type of the operands. Of the six only Ne holds for NaN.

// Eq returns 1 where a = b.
func Eq(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Eq", dst, a, b, kernel.F64.Eq, kernel.F32.Eq)
}

// Ne returns 1 where a ≠ b.
func Ne(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Ne", dst, a, b, kernel.F64.Ne, kernel.F32.Ne)
}

// Lt returns 1 where a < b.
func Lt(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Lt", dst, a, b, kernel.F64.Lt, kernel.F32.Lt)
}

// Le returns 1 where a ≤ b.
func Le(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Le", dst, a, b, kernel.F64.Le, kernel.F32.Le)
}

// Gt returns 1 where a > b.
func Gt(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Gt", dst, a, b, kernel.F64.Gt, kernel.F32.Gt)
}

// Ge returns 1 where a ≥ b.
func Ge(dst, a, b *Tensor) *Tensor {
	return binary("tensor.Ge", dst, a, b, kernel.F64.Ge, kernel.F32.Ge)
}

// unary returns the checked result of an elementwise function of x.
func unary(who string, dst, x *Tensor) *Tensor {
	dst = result(who, dst, x.typ, x.shape)
	inPlace(who, dst, x)
	return dst
}

// loop fills dst with a kernel of x.
func loop(who string, dst, x *Tensor, f64 func(dst, x []float64), f32 func(dst, x []float32)) *Tensor {
	dst = unary(who, dst, x)
	f64(dst.f64, x.f64)
	f32(dst.f32, x.f32)
	return dst
}

// chain returns the checked result of g·f′ for a slope function.
func chain(who string, dst, g, x *Tensor) *Tensor {
	sameShape(who, g, x)
	dst = unary(who, dst, x)
	inPlace(who, dst, g)
	return dst
}

// slopeLoop fills dst with a kernel of g and x.
func slopeLoop(who string, dst, g, x *Tensor, f64 func(dst, g, x []float64), f32 func(dst, g, x []float32)) *Tensor {
	dst = chain(who, dst, g, x)
	f64(dst.f64, g.f64, x.f64)
	f32(dst.f32, g.f32, x.f32)
	return dst
}

// scalarLoop fills dst with a kernel of x and c, which is rounded for Float32.
func scalarLoop(who string, dst, x *Tensor, c float64, f64 func(dst, x []float64, c float64), f32 func(dst, x []float32, c float32)) *Tensor {
	dst = unary(who, dst, x)
	f64(dst.f64, x.f64, c)
	f32(dst.f32, x.f32, float32(c))
	return dst
}

// scalarSlope is slopeLoop with a scalar, which is rounded for Float32.
func scalarSlope(who string, dst, g, x *Tensor, c float64, f64 func(dst, g, x []float64, c float64), f32 func(dst, g, x []float32, c float32)) *Tensor {
	dst = chain(who, dst, g, x)
	f64(dst.f64, g.f64, x.f64, c)
	f32(dst.f32, g.f32, x.f32, float32(c))
	return dst
}

// Scale returns c·x. For Float32, c is rounded first.
func Scale(dst, x *Tensor, c float64) *Tensor {
	return scalarLoop("tensor.Scale", dst, x, c, kernel.F64.Scale, kernel.F32.Scale)
}

// AddScalar returns x + c. For Float32, c is rounded first.
func AddScalar(dst, x *Tensor, c float64) *Tensor {
	return scalarLoop("tensor.AddScalar", dst, x, c, kernel.F64.AddScalar, kernel.F32.AddScalar)
}

// Equal reports whether a and b have the same type, shape and elements. NaN
// equals nothing; -0 equals 0.
func Equal(a, b *Tensor) bool {
	return alike(a, b) && slices.Equal(a.f64, b.f64) && slices.Equal(a.f32, b.f32)
}

func alike(a, b *Tensor) bool { return a.typ == b.typ && slices.Equal(a.shape, b.shape) }

// Close reports whether a and b have the same type and shape and no element
// differs by more than atol + rtol·max(|a|, |b|). NaN is close to NaN, and an
// infinity to itself only.
func Close(a, b *Tensor, rtol, atol float64) bool {
	return alike(a, b) && near(a.f64, b.f64, rtol, atol) && near(a.f32, b.f32, rtol, atol)
}

func near[T constraints.Float](a, b []T, rtol, atol float64) bool {
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		switch {
		case x == y || (x != x && y != y):
		case math.IsInf(x, 0) || math.IsInf(y, 0):
			return false
		case !(math.Abs(x-y) <= atol+rtol*max(math.Abs(x), math.Abs(y))):
			return false
		}
	}
	return true
}
