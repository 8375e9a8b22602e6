package main

// The functions of kernel/elementwise.go and kernel/elementwise_slopes.go.

// unless is y, and 0 where x is 0.
func (v *vec) unless(x, y val) val { return v.pick(v.compare(x, eq, v.c(0)), v.c(0), y) }

// positive is max(x, 0).
func (v *vec) positive(x val) val { return v.add(v.high(v.c(0), x), v.c(0)) }

// maximum and minimum follow Go: NaN wins, and 0 is greater than -0. The two
// orders of an instruction differ in the zeros.
func (v *vec) maximum(a, b val) val {
	return v.pick(v.compare(a, unordered, b), v.add(a, b), v.and(v.high(a, b), v.high(b, a)))
}

func (v *vec) minimum(a, b val) val {
	return v.pick(v.compare(a, unordered, b), v.add(a, b), v.or(v.low(a, b), v.low(b, a)))
}

func (v *vec) signOf(x val) val {
	y := v.pick(v.compare(x, lt, v.c(0)), v.c(-1), v.add(x, v.c(0)))
	return v.pick(v.compare(x, gt, v.c(0)), v.c(1), y)
}

func (v *vec) square(x val) val     { return v.mul(x, x) }
func (v *vec) reciprocal(x val) val { return v.div(v.c(1), x) }

func (v *vec) leakyReLU(x, c val) val {
	return v.pick(v.compare(x, gt, v.c(0)), x, v.mul(x, c))
}

func (v *vec) clip(x, lo, hi val) val { return v.minimum(v.maximum(x, lo), hi) }

func (v *vec) where(cond, a, b val) val { return v.pick(v.compare(cond, ne, v.c(0)), a, b) }

func (v *vec) absSlope(u, x val) val {
	y := v.pick(v.compare(x, lt, v.c(0)), v.neg(u), v.mul(u, x))
	return v.pick(v.compare(x, gt, v.c(0)), u, y)
}

func (v *vec) squareSlope(u, x val) val     { return v.mul(u, v.add(x, x)) }
func (v *vec) sqrtSlope(u, y val) val       { return v.div(u, v.add(y, y)) }
func (v *vec) reciprocalSlope(u, y val) val { return v.mul(v.neg(v.mul(u, y)), y) }
func (v *vec) reluSlope(u, x val) val       { return v.pick(v.compare(x, le, v.c(0)), v.c(0), u) }

func (v *vec) tanhSlope(u, y val) val {
	return v.mul(u, v.mul(v.sub(v.c(1), y), v.add(y, v.c(1))))
}

func (v *vec) sigmoidSlope(u, y val) val { return v.mul(u, v.mul(y, v.sub(v.c(1), y))) }

func (v *vec) leakyReLUSlope(u, x, c val) val {
	return v.pick(v.compare(x, gt, v.c(0)), u, v.mul(u, c))
}

func (v *vec) clipSlope(u, x, lo, hi val) val {
	above := v.pick(v.compare(x, ge, lo), u, v.c(0))
	return v.pick(v.compare(x, le, hi), above, v.c(0))
}
