package tensor

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// A scan computes each element from those before it along an axis; with reverse
// from those behind it. It keeps its state in float64, also for Float32.

// CumSum returns the sums of each element and those before it along an axis.
func CumSum(dst, x *Tensor, axis int, reverse bool) *Tensor {
	return scan("tensor.CumSum", dst, x, axis, reverse, kernel.CumSum[float64], kernel.CumSum[float32])
}

// CumProd returns the products of each element and those before it along an axis.
func CumProd(dst, x *Tensor, axis int, reverse bool) *Tensor {
	return scan("tensor.CumProd", dst, x, axis, reverse, kernel.CumProd[float64], kernel.CumProd[float32])
}

// LogCumSumExp returns log Σ exp of each element and those before it along an
// axis. It does not overflow, and -Inf counts as the logarithm of 0.
func LogCumSumExp(dst, x *Tensor, axis int) *Tensor {
	return scan("tensor.LogCumSumExp", dst, x, axis, false, kernel.LogCumSumExp[float64], kernel.LogCumSumExp[float32])
}

func scan(who string, dst, x *Tensor, axis int, reverse bool, f64 func(dst, x []float64, at, step, n int), f32 func(dst, x []float32, at, step, n int)) *Tensor {
	axis = Axis(who, axis, x.shape)
	dst = result(who, dst, x.typ, x.shape)
	inPlace(who, dst, x)
	if x.typ == Float32 {
		scanLines(x.shape, axis, reverse, func(at, step, n int) { f32(dst.f32, x.f32, at, step, n) })
	} else {
		scanLines(x.shape, axis, reverse, func(at, step, n int) { f64(dst.f64, x.f64, at, step, n) })
	}
	return dst
}

// scanLines calls f for each line along an axis: where it begins, the step from
// one element to the next, and their number.
func scanLines(shape []int, axis int, reverse bool, f func(at, step, n int)) {
	outer, n, inner := lines(shape, axis)
	first, step := 0, inner
	if reverse {
		first, step = (n-1)*inner, -inner
	}
	if n == 0 {
		return
	}
	for i := range outer {
		for j := range inner {
			f(i*n*inner+j+first, step, n)
		}
	}
}

// Recurrence returns y with yᵢ = aᵢ·yᵢ₋₁ + bᵢ along an axis, which begins with b₀;
// with reverse yᵢ = aᵢ·yᵢ₊₁ + bᵢ. With masked the product is 0 where y is, even if a
// is infinite or NaN, as for cotangents. a and b have one shape.
func Recurrence(dst, a, b *Tensor, axis int, reverse, masked bool) *Tensor {
	const who = "tensor.Recurrence"
	sameShape(who, a, b)
	axis = Axis(who, axis, a.shape)
	dst = result(who, dst, a.typ, a.shape)
	inPlace(who, dst, a)
	inPlace(who, dst, b)
	if dst.typ == Float32 {
		recur(dst.f32, a.f32, b.f32, dst.shape, axis, reverse, masked)
	} else {
		recur(dst.f64, a.f64, b.f64, dst.shape, axis, reverse, masked)
	}
	return dst
}

func recur[T constraints.Float](dst, a, b []T, shape []int, axis int, reverse, masked bool) {
	scanLines(shape, axis, reverse, func(at, step, n int) { kernel.Recurrence(dst, a, b, masked, at, step, n) })
}
