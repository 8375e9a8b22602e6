package kernel

import (
	"math"

	"golang.org/x/exp/constraints"
)

// lanes is the number of partial sums of a row.
const lanes = 32

// sum returns acc plus the sum of x. Element i goes to lane i mod 32, and the
// lanes are folded as halves: that order is part of the result. It is quicker
// than one chain, and the rounding error grows a thirtieth as fast.
func sum[T constraints.Float](acc T, x []T) T {
	for len(x) > block {
		acc = sum(acc, x[:block])
		x = x[block:]
	}
	var s [lanes]T
	for len(x) >= lanes {
		for i, v := range x[:lanes] {
			s[i] += v
		}
		x = x[lanes:]
	}
	for i, v := range x {
		s[i] += v
	}
	for n := lanes / 2; n > 0; n /= 2 {
		for i := range n {
			s[i] += s[i+n]
		}
	}
	return acc + s[0]
}

// Prod returns acc times the product of x.
func Prod[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc *= v
	}
	return acc
}

// most returns the greatest of acc and x, NaN if one of them is NaN.
func most[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc = max(acc, v)
	}
	return acc
}

// least returns the least of acc and x, NaN if one of them is NaN.
func least[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc = min(acc, v)
	}
	return acc
}

// The functions below read n elements that lie step apart, so that they serve
// an axis that is not the last.

// First returns the position in x of the first element that no other beats,
// and whether it beats best. NaN beats every number; the first NaN wins.
func First[T constraints.Float](best T, x []T, n, step int, beats func(a, b float64) bool) (int, bool) {
	at, found := 0, false
	for i := range n {
		if v := x[i*step]; best == best && (v != v || beats(float64(v), float64(best))) {
			best, at, found = v, i*step, true
		}
	}
	return at, found
}

// MaxStep returns the greatest of acc and the elements, NaN if one is NaN.
func MaxStep[T constraints.Float](acc float64, x []T, n, step int) float64 {
	for i := range n {
		acc = max(acc, float64(x[i*step]))
	}
	return acc
}

// SumExp returns acc + Σ exp(x − shift).
func SumExp[T constraints.Float](acc float64, x []T, n, step int, shift float64) float64 {
	for i := range n {
		acc += math.Exp(float64(x[i*step]) - shift)
	}
	return acc
}

// LogSumExp returns log Σ exp x. The greatest element m leaves the sum as
// m + log Σ exp(x−m), in which no term exceeds 1 and one is 1.
func LogSumExp[T constraints.Float](x []T, n, step int) float64 {
	m := MaxStep(math.Inf(-1), x, n, step)
	if math.IsInf(m, 0) {
		return m // x−m would be NaN
	}
	return m + math.Log(SumExp(0, x, n, step, m))
}

// Softmax sets dst to exp(x)/Σ exp(x).
func Softmax[T constraints.Float](dst, x []T, n, step int) {
	m := MaxStep(math.Inf(-1), x, n, step)
	s := SumExp(0, x, n, step, m)
	for i := range n {
		dst[i*step] = T(math.Exp(float64(x[i*step])-m) / s)
	}
}

// LogSoftmax sets dst to x − log Σ exp(x).
func LogSoftmax[T constraints.Float](dst, x []T, n, step int) {
	m := MaxStep(math.Inf(-1), x, n, step)
	l := math.Log(SumExp(0, x, n, step, m))
	for i := range n {
		dst[i*step] = T(float64(x[i*step]) - m - l)
	}
}

// SoftmaxSlope sets dst to y·(g − Σ g·y).
func SoftmaxSlope[T constraints.Float](dst, g, y []T, n, step int) {
	s := 0.0
	for i := range n {
		s += float64(g[i*step]) * float64(y[i*step])
	}
	for i := range n {
		dst[i*step] = T(float64(y[i*step]) * (float64(g[i*step]) - s))
	}
}

// LogSoftmaxSlope sets dst to g − exp(y)·Σ g.
func LogSoftmaxSlope[T constraints.Float](dst, g, y []T, n, step int) {
	s := 0.0
	for i := range n {
		s += float64(g[i*step])
	}
	for i := range n {
		dst[i*step] = T(float64(g[i*step]) - math.Exp(float64(y[i*step]))*s)
	}
}

// CrossEntropySlope sets dst to g·(softmax(x) − onehot(label)).
func CrossEntropySlope[T constraints.Float](dst []T, g T, x []T, label int) {
	if g == 0 {
		clear(dst)
		return
	}
	Softmax(dst, x, len(x), 1)
	dst[label]--
	Of[T]().Scale(dst, dst, g)
}
