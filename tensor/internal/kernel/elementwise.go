// Package kernel holds the loops over slices that package tensor is made of.
// It knows no shapes: a caller cuts its arrays into rows and passes those.
//
// Each loop is the specification of its result, to the last bit: a faster form
// may replace it only if it rounds the same. Products are written T(a*b) where
// a sum follows, which forbids the compiler to fuse the two on machines that
// could: a result does not depend on the machine.
//
// In an elementwise loop dst has the length of the row; an operand has that
// length, or one element that stands for a whole row. dst may be an operand.
package kernel

import "golang.org/x/exp/constraints"

// step is the distance between the elements of an operand: 0 if it has only
// one, which every element of dst then reads.
func step[T constraints.Float](x []T) int {
	if len(x) == 1 {
		return 0
	}
	return 1
}

// Add sets dst to a + b.
func Add[T constraints.Float](dst, a, b []T) {
	if len(a) == len(dst) && len(b) == len(dst) {
		for i, v := range a {
			dst[i] = v + b[i]
		}
		return
	}
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = a[i*sa] + b[i*sb]
	}
}

// Sub sets dst to a − b.
func Sub[T constraints.Float](dst, a, b []T) {
	if len(a) == len(dst) && len(b) == len(dst) {
		for i, v := range a {
			dst[i] = v - b[i]
		}
		return
	}
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = a[i*sa] - b[i*sb]
	}
}

// Mul sets dst to a·b.
func Mul[T constraints.Float](dst, a, b []T) {
	if len(a) == len(dst) && len(b) == len(dst) {
		for i, v := range a {
			dst[i] = v * b[i]
		}
		return
	}
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = a[i*sa] * b[i*sb]
	}
}

// Div sets dst to a/b.
func Div[T constraints.Float](dst, a, b []T) {
	if len(a) == len(dst) && len(b) == len(dst) {
		for i, v := range a {
			dst[i] = v / b[i]
		}
		return
	}
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = a[i*sa] / b[i*sb]
	}
}

// MulMasked sets dst to a·b, and to 0 where a is 0.
func MulMasked[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		if v := a[i*sa]; v == 0 {
			dst[i] = 0
		} else {
			dst[i] = v * b[i*sb]
		}
	}
}

// MulZero sets dst to a·b, and to 0 where a or b is 0.
func MulZero[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		if v, w := a[i*sa], b[i*sb]; v == 0 || w == 0 {
			dst[i] = 0
		} else {
			dst[i] = v * w
		}
	}
}

// Maximum sets dst to the greater of a and b, to NaN if either is NaN.
func Maximum[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = max(a[i*sa], b[i*sb])
	}
}

// Minimum sets dst to the lesser of a and b, to NaN if either is NaN.
func Minimum[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = min(a[i*sa], b[i*sb])
	}
}

// Compare sets dst to 1 where holds(a, b), to 0 elsewhere.
func Compare[T constraints.Float](dst, a, b []T, holds func(a, b float64) bool) {
	sa, sb := step(a), step(b)
	for i := range dst {
		if holds(float64(a[i*sa]), float64(b[i*sb])) {
			dst[i] = 1
		} else {
			dst[i] = 0
		}
	}
}

// Pick sets dst to a where cond is not 0, to b where it is.
func Pick[T constraints.Float](dst, cond, a, b []T) {
	sc, sa, sb := step(cond), step(a), step(b)
	for i := range dst {
		if cond[i*sc] != 0 {
			dst[i] = a[i*sa]
		} else {
			dst[i] = b[i*sb]
		}
	}
}

// Neg sets dst to −x.
func Neg[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = -v
	}
}

// Square sets dst to x².
func Square[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = v * v
	}
}

// Reciprocal sets dst to 1/x.
func Reciprocal[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = 1 / v
	}
}

// ReLU sets dst to max(x, 0), to NaN where x is NaN.
func ReLU[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = max(v, 0)
	}
}

// Scale sets dst to c·x.
func Scale[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = c * v
	}
}

// AddScalar sets dst to x + c.
func AddScalar[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v + c
	}
}

// Over sets dst to x/c.
func Over[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v / c
	}
}

// Map sets dst to f(x).
func Map[T constraints.Float](dst, x []T, f func(float64) float64) {
	for i, v := range x {
		dst[i] = T(f(float64(v)))
	}
}

// Zip sets dst to f(a, b).
func Zip[T constraints.Float](dst, a, b []T, f func(a, b float64) float64) {
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = T(f(float64(a[i*sa]), float64(b[i*sb])))
	}
}

// Slope sets dst to g·f(x), and to 0 where g is 0.
func Slope[T constraints.Float](dst, g, x []T, f func(float64) float64) {
	for i, v := range g {
		if v == 0 {
			dst[i] = 0
		} else {
			dst[i] = T(float64(v) * f(float64(x[i])))
		}
	}
}

// ReLUSlope sets dst to g where x > 0 or is NaN, to 0 elsewhere.
func ReLUSlope[T constraints.Float](dst, g, x []T) {
	for i, v := range g {
		if x[i] <= 0 {
			v = 0
		}
		dst[i] = v
	}
}

// ClipSlope sets dst to g where lo ≤ x ≤ hi, to 0 elsewhere.
func ClipSlope[T constraints.Float](dst, g, x []T, lo, hi float64) {
	for i, v := range g {
		if !(lo <= float64(x[i]) && float64(x[i]) <= hi) {
			v = 0
		}
		dst[i] = v
	}
}

// TanhSlope sets dst to g·(1 − y²), and to 0 where g is 0. (1−y)(1+y) keeps
// the digits that the rounding of y² loses near y = ±1.
func TanhSlope[T constraints.Float](dst, g, y []T) {
	for i, v := range g {
		if v != 0 {
			v *= (1 - y[i]) * (1 + y[i])
		}
		dst[i] = v
	}
}

// SigmoidSlope sets dst to g·y(1−y), and to 0 where g is 0.
func SigmoidSlope[T constraints.Float](dst, g, y []T) {
	for i, v := range g {
		if v != 0 {
			v *= y[i] * (1 - y[i])
		}
		dst[i] = v
	}
}
