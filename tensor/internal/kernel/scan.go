package kernel

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// Scans along a line of n elements: the i-th is x[at+i·step], and step may be
// negative. All of them keep their state in float64 and round what they store.
// dst may be an operand.

// CumSum sets each element of a line of dst to the sum of those of x so far.
func CumSum[T constraints.Float](dst, x []T, at, step, n int) {
	sum := 0.0
	for range n {
		sum += float64(x[at])
		dst[at] = T(sum)
		at += step
	}
}

// CumProd is CumSum for products.
func CumProd[T constraints.Float](dst, x []T, at, step, n int) {
	product := 1.0
	for range n {
		product *= float64(x[at])
		dst[at] = T(product)
		at += step
	}
}

// Recurrence sets each element y of a line of dst to a·y + b, with the y before
// it; the first is b. With masked a·y is 0 where y is, whatever a is. The product
// is rounded, so that all machines agree.
func Recurrence[T constraints.Float](dst, a, b []T, masked bool, at, step, n int) {
	y := 0.0
	for i := range n {
		if i == 0 || masked && y == 0 {
			y = float64(b[at])
		} else {
			y = float64(float64(a[at])*y) + float64(b[at])
		}
		dst[at] = T(y)
		at += step
	}
}

// LogCumSumExp sets each element of a line of dst to log Σ exp x of those so
// far: m + log(1+others), where m is the greatest of them and others the sum of
// the terms exp(x−m) but for its own.
func LogCumSumExp[T constraints.Float](dst, x []T, at, step, n int) {
	if n == 0 {
		return
	}
	p := &polynomials.Double
	m, others := float64(x[at]), 0.0
	dst[at] = x[at]
	for range n - 1 {
		at += step
		switch v := float64(x[at]); {
		case v > m:
			m, others = v, (others+1)*exp(m-v, p)
		case v == m: // both may be infinite
			others++
		default:
			others += exp(v-m, p)
		}
		if others > 1 {
			dst[at] = T(m + log(1+others, p))
		} else {
			dst[at] = T(m + log1p(others, p))
		}
	}
}
