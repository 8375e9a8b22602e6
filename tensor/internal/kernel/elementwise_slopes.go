package kernel

import "golang.org/x/exp/constraints"

// The loops of this file set dst to u·f′, and to 0 where u is 0: u is the
// cotangent of f(x), and f′ may be infinite there. (An assembler reads g, its
// usual name, as a register.)

// absSlope sets dst to u·sign x.
func absSlope[T constraints.Float](dst, u, x []T) {
	for i, v := range u {
		switch {
		case v == 0:
			v = 0 // -0 too
		case x[i] < 0:
			v = -v
		case !(x[i] > 0):
			v *= x[i] // 0, or NaN
		}
		dst[i] = v
	}
}

// squareSlope sets dst to u·2x.
func squareSlope[T constraints.Float](dst, u, x []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = v * (x[i] + x[i])
	}
}

// sqrtSlope sets dst to u/(2y).
func sqrtSlope[T constraints.Float](dst, u, y []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = v / (y[i] + y[i])
	}
}

// reciprocalSlope sets dst to −u·y².
func reciprocalSlope[T constraints.Float](dst, u, y []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = -(v * y[i]) * y[i]
	}
}

// expSlope sets dst to u·y.
func expSlope[T constraints.Float](dst, u, y []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = v * y[i]
	}
}

// logSlope sets dst to u/x.
func logSlope[T constraints.Float](dst, u, x []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = v / x[i]
	}
}

// sigmoidSlope sets dst to u·y·(1 − y).
func sigmoidSlope[T constraints.Float](dst, u, y []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = v * (y[i] * (1 - y[i]))
	}
}

// tanhSlope sets dst to u·(1 − y²). (1−y)(1+y) keeps the digits that the rounding
// of y² loses near y = ±1.
func tanhSlope[T constraints.Float](dst, u, y []T) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
			continue
		}
		dst[i] = v * ((1 - y[i]) * (1 + y[i]))
	}
}

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
