package kernel

import (
	"math"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// fma returns x·y + z with one rounding.
func fma[T constraints.Float](x, y, z T) T {
	if unsafe.Sizeof(x) == 8 {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	return T(fma32(float32(x), float32(y), float32(z)))
}

// fma32 returns x·y + z with one rounding.
//
// The product of two float32 is exact in float64, so that the sum s is rounded
// once to float64 and once more to float32. The first rounding does harm only
// if s lies on the border between two float32 (their midpoint), while the exact
// sum lies to one side of it. All borders have 28 zero bits at the end.
func fma32(x, y, z float32) float32 {
	p := float64(x) * float64(y)
	s := p + float64(z)
	if math.Float64bits(s)<<36 != 0 {
		return float32(s)
	}
	return nudged(s, p, float64(z))
}

// nudged rounds p + z to float32, given s, the same rounded to float64 and even
// in its last bit. A neighbour of s on the side of the exact sum rounds to
// float32 as the exact sum does.
func nudged(s, p, z float64) float32 {
	t := s - p
	e := (p - (s - t)) + (z - t) // p + z = s + e exactly (Møller, Knuth)
	switch {
	case e > 0:
		s = math.Nextafter(s, math.Inf(1))
	case e < 0:
		s = math.Nextafter(s, math.Inf(-1))
	}
	return float32(s) // e is NaN if an operand or s is not finite
}
