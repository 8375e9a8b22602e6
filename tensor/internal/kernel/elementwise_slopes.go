package kernel

import "golang.org/x/exp/constraints"

// The loops of this file set dst to u·f′, and to 0 where u is 0: u is the
// cotangent of f(x), and f′ may be infinite there. (An assembler reads g, its
// usual name, as a register.)

// slope returns such a loop for f′ as a function of an element of x.
func slope[T constraints.Float](f func(u, x T) T) func(dst, u, x []T) {
	return func(dst, u, x []T) {
		for i, v := range u {
			if v == 0 {
				dst[i] = 0
			} else {
				dst[i] = f(v, x[i])
			}
		}
	}
}

func absSlope[T constraints.Float](u, x T) T {
	switch {
	case x > 0:
		return u
	case x < 0:
		return -u
	}
	return u * x // 0, or NaN
}

func squareSlope[T constraints.Float](u, x T) T     { return u * (x + x) }
func sqrtSlope[T constraints.Float](u, y T) T       { return u / (y + y) }
func reciprocalSlope[T constraints.Float](u, y T) T { return -(u * y) * y }
func expSlope[T constraints.Float](u, y T) T        { return u * y }
func logSlope[T constraints.Float](u, x T) T        { return u / x }
func sigmoidSlope[T constraints.Float](u, y T) T    { return u * (y * (1 - y)) }

// tanhSlope returns u·(1 − y²). (1−y)(1+y) keeps the digits that the rounding
// of y² loses near y = ±1.
func tanhSlope[T constraints.Float](u, y T) T { return u * ((1 - y) * (1 + y)) }

// reluSlope sets dst to u where x > 0 or is NaN, to 0 elsewhere.
func reluSlope[T constraints.Float](dst, u, x []T) {
	for i, v := range u {
		if x[i] <= 0 {
			v = 0
		}
		dst[i] = v
	}
}

// leakyReLUSlope sets dst to u where x > 0, to c·u elsewhere, and to 0 where u
// is 0.
func leakyReLUSlope[T constraints.Float](dst, u, x []T, c T) {
	for i, v := range u {
		switch {
		case v == 0:
			v = 0 // -0 too
		case !(x[i] > 0):
			v *= c
		}
		dst[i] = v
	}
}

// clipSlope sets dst to u where lo ≤ x ≤ hi, to 0 elsewhere.
func clipSlope[T constraints.Float](dst, u, x []T, lo, hi T) {
	for i, v := range u {
		if !(lo <= x[i] && x[i] <= hi) {
			v = 0
		}
		dst[i] = v
	}
}
