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

import (
	"math"

	"golang.org/x/exp/constraints"
)

// step is the distance between the elements of an operand: 0 if it has only
// one, which every element of dst then reads.
func step[T constraints.Float](x []T) int {
	if len(x) == 1 {
		return 0
	}
	return 1
}

// add sets dst to a + b.
func add[T constraints.Float](dst, a, b []T) {
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

// sub sets dst to a − b.
func sub[T constraints.Float](dst, a, b []T) {
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

// mul sets dst to a·b.
func mul[T constraints.Float](dst, a, b []T) {
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

// div sets dst to a/b.
func div[T constraints.Float](dst, a, b []T) {
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

// mulMasked sets dst to a·b, and to 0 where a is 0.
func mulMasked[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		if v := a[i*sa]; v == 0 {
			dst[i] = 0
		} else {
			dst[i] = v * b[i*sb]
		}
	}
}

// mulZero sets dst to a·b, and to 0 where a or b is 0.
func mulZero[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		if v, w := a[i*sa], b[i*sb]; v == 0 || w == 0 {
			dst[i] = 0
		} else {
			dst[i] = v * w
		}
	}
}

// maximum sets dst to the greater of a and b, to NaN if either is NaN.
func maximum[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = max(a[i*sa], b[i*sb])
	}
}

// minimum sets dst to the lesser of a and b, to NaN if either is NaN.
func minimum[T constraints.Float](dst, a, b []T) {
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = min(a[i*sa], b[i*sb])
	}
}

// compare returns a loop that sets dst to 1 where holds(a, b), to 0 elsewhere.
func compare[T constraints.Float](holds func(a, b T) bool) func(dst, a, b []T) {
	return func(dst, a, b []T) {
		sa, sb := step(a), step(b)
		for i := range dst {
			if holds(a[i*sa], b[i*sb]) {
				dst[i] = 1
			} else {
				dst[i] = 0
			}
		}
	}
}

// pick sets dst to a where cond is not 0, to b where it is.
func pick[T constraints.Float](dst, cond, a, b []T) {
	sc, sa, sb := step(cond), step(a), step(b)
	for i := range dst {
		if cond[i*sc] != 0 {
			dst[i] = a[i*sa]
		} else {
			dst[i] = b[i*sb]
		}
	}
}

// neg sets dst to −x.
func neg[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = -v
	}
}

// square sets dst to x².
func square[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = v * v
	}
}

// reciprocal sets dst to 1/x.
func reciprocal[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = 1 / v
	}
}

// relu sets dst to max(x, 0), to NaN where x is NaN.
func relu[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = max(v, 0)
	}
}

// scale sets dst to c·x.
func scale[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = c * v
	}
}

// addScalar sets dst to x + c.
func addScalar[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v + c
	}
}

// over sets dst to x/c.
func over[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		dst[i] = v / c
	}
}

// abs sets dst to |x|.
func abs[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Abs(float64(v)))
	}
}

// sqrt sets dst to √x. The root of a float32, rounded to float64 and then to
// float32, is the root rounded once: 53 > 2·24 + 1 digits.
func sqrt[T constraints.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Sqrt(float64(v)))
	}
}

// sign sets dst to 1, 0 or −1 where x is positive, zero or negative, and to
// NaN where it is NaN.
func sign[T constraints.Float](dst, x []T) {
	for i, v := range x {
		switch {
		case v > 0:
			dst[i] = 1
		case v < 0:
			dst[i] = -1
		default:
			dst[i] = v + 0 // -0 + 0 is 0; NaN stays
		}
	}
}

// leakyReLU sets dst to x where x > 0, to c·x elsewhere.
func leakyReLU[T constraints.Float](dst, x []T, c T) {
	for i, v := range x {
		if !(v > 0) {
			v *= c
		}
		dst[i] = v
	}
}

// clip sets dst to min(max(x, lo), hi).
func clip[T constraints.Float](dst, x []T, lo, hi T) {
	for i, v := range x {
		dst[i] = min(max(v, lo), hi)
	}
}
