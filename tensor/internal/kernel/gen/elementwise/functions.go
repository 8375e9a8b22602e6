package main

import "math"

// The functions of kernel/functions.go, step by step.

const (
	log2e = 1.4426950408889634
	side  = 0.7978845608028654
	bend  = 0.035677408136300125
	bell  = 0.3989422804014327
	rise  = 1.1283791670955126
	turn  = 0.6366197723675814
)

func (v *vec) pow2(n val) val {
	return v.shiftLeft(v.add(n, v.c(v.set.Shift+v.set.Bias)), v.set.Digits)
}

func (v *vec) nearest(x val) val {
	return v.sub(v.fma(x, v.c(log2e), v.c(v.set.Shift)), v.c(v.set.Shift))
}

func (v *vec) reduce(x val) (r, n val) {
	n = v.nearest(x)
	r = v.fnma(n, v.c(v.set.Ln2[0]), x)
	return v.fnma(n, v.c(v.set.Ln2[1]), r), n
}

func (v *vec) expm1(r val) val {
	return v.fma(v.mul(r, r), v.horner(r, v.set.Exp[:len(v.set.Exp)-2]), r)
}

func (v *vec) exp(x val) val {
	r, n := v.reduce(v.low(v.c(v.set.Most), v.high(v.c(v.set.Least), x)))
	return v.scale2(v.horner(r, v.set.Exp), n)
}

func (v *vec) expNegAbs(x val) val {
	r, n := v.reduce(v.high(v.c(v.set.Least), v.or(x, v.sign())))
	return v.scale2(v.horner(r, v.set.Exp), n)
}

func (v *vec) scale2(x, n val) val {
	if v.zmm {
		return v.scale(x, n)
	}
	h := v.sub(v.fma(n, v.c(0.5), v.c(v.set.Shift)), v.c(v.set.Shift))
	return v.mul(v.mul(x, v.pow2(h)), v.pow2(v.sub(n, h)))
}

func (v *vec) atanhSeries(w val) val { return v.mul(w, v.horner(w, v.set.Atanh)) }

func (v *vec) log1p(z val) val {
	s := v.div(z, v.add(z, v.c(2)))
	return v.fnma(s, v.sub(z, v.atanhSeries(v.mul(s, s))), z)
}

func (v *vec) fraction(x val) (k, f val) {
	p := v.set
	lift := float64(p.Digits + 2)
	small := v.compare(x, lt, v.c(p.Normal))
	y := v.pick(small, v.mul(x, v.c(math.Exp2(lift))), x)
	b := v.addInt(y, v.bits(v.bitsOf(1)-v.bitsOf(p.RootHalf)))
	// An integer in the last bits of a power of 2 makes it their sum.
	full := math.Exp2(float64(p.Digits))
	bias := v.pick(small, v.c(full+p.Bias+lift), v.c(full+p.Bias))
	k = v.sub(v.or(v.shiftRight(b, p.Digits), v.c(full)), bias)
	return k, v.sub(v.addInt(v.and(b, v.bits(1<<p.Digits-1)), v.c(p.RootHalf)), v.c(1))
}

func (v *vec) log(x val) val {
	k, f := v.fraction(x)
	s := v.div(f, v.add(f, v.c(2)))
	h := v.mul(v.mul(f, v.c(0.5)), f)
	t := v.fma(k, v.c(v.set.Ln2[1]), v.mul(s, v.add(h, v.atanhSeries(v.mul(s, s)))))
	y := v.fma(k, v.c(v.set.Ln2[0]), v.neg(v.sub(v.sub(h, t), f)))
	y = v.pick(v.compare(x, lt, v.c(0)), v.c(math.NaN()), y)
	y = v.pick(v.compare(x, eq, v.c(0)), v.c(math.Inf(-1)), y)
	return v.pick(v.compare(x, lt, v.c(math.Inf(1))), y, x)
}

func (v *vec) tanh(x val) val {
	r, n := v.reduce(v.high(v.c(-40), v.mul(v.abs(x), v.c(-2))))
	s := v.pow2(n)
	e := v.fma(s, v.expm1(r), v.sub(s, v.c(1)))
	return v.or(v.abs(v.div(e, v.add(e, v.c(2)))), v.and(x, v.sign()))
}

func (v *vec) odds(x val) (_, n, s, e val) {
	x = v.low(v.c(v.set.Sure), v.high(v.c(v.set.Zero), x))
	n = v.nearest(x)
	r := v.fma(n, v.c(v.set.Ln2[1]), v.fms(n, v.c(v.set.Ln2[0]), x))
	return x, n, v.scale2(v.c(1), n), v.horner(r, v.set.Exp)
}

func (v *vec) sigmoid(x val) val {
	_, _, s, e := v.odds(x)
	return v.div(s, v.add(s, e))
}

func (v *vec) sigmoidTimes(x, u val) val {
	_, n, s, e := v.odds(u)
	return v.pick(v.compare(u, le, v.c(v.set.Zero)), v.c(0), v.scale2(v.div(x, v.add(s, e)), n))
}

func (v *vec) sigmoids(x val) (s, slope val) {
	z := v.expNegAbs(x)
	d := v.add(z, v.c(1))
	return v.div(v.pick(v.compare(x, ge, v.c(0)), v.c(1), z), d), v.div(z, v.mul(d, d))
}

// above0 is max(x, 0), but 0 for NaN.
func (v *vec) above0(x val) val { return v.high(x, v.c(0)) }

func (v *vec) gate(x, p val) val { return v.unless(p, v.mul(x, p)) }

func (v *vec) softplus(x val) val { return v.add(v.above0(x), v.log1p(v.expNegAbs(x))) }

func (v *vec) bce(x, t val) val {
	return v.add(v.fnma(x, t, v.above0(x)), v.log1p(v.expNegAbs(x)))
}

func (v *vec) swish(x, beta val) val { return v.sigmoidTimes(x, v.mul(x, beta)) }

func (v *vec) swishSlope(x, beta val) val {
	u, _, s, e := v.odds(v.mul(x, beta))
	d := v.add(s, e)
	return v.div(v.mul(s, v.fma(u, e, d)), v.mul(d, d))
}

func (v *vec) geluTanh(x val) val {
	w := v.mul(x, x)
	return v.sigmoidTimes(x, v.mul(x, v.fma(w, v.c(2*bend), v.c(2*side))))
}

func (v *vec) geluTanhSlope(x val) val {
	w := v.mul(x, x)
	s, d := v.sigmoids(v.mul(x, v.fma(w, v.c(2*bend), v.c(2*side))))
	return v.add(s, v.gate(v.mul(x, v.fma(w, v.c(6*bend), v.c(2*side))), d))
}

func (v *vec) gauss(t val, c float64) (e, n val) {
	n = v.sub(v.fma(v.mul(t, t), v.c(c*log2e), v.c(v.set.Shift)), v.c(v.set.Shift))
	r := v.fma(t, t, v.mul(n, v.c(v.set.Short[0]/-c)))
	r = v.fma(n, v.c(v.set.Short[1]/-c), r)
	decay := v.set.Decay[0]
	if c < -0.5 {
		decay = v.set.Decay[1]
	}
	return v.mul(r, v.horner(r, decay)), n
}

func (v *vec) piece(t val, c [][16]float64) val {
	u, low := v.add(t, v.c(1)), v.set.Digits-2
	d := v.sub(t, v.sub(v.and(u, v.bits(1<<(8*v.reg)-1<<low)), v.c(1)))
	k := v.shiftRight(u, low)
	at := v.lookup(k)
	y := at(c[0])
	for _, row := range c[1:] {
		y = v.fma(y, d, at(row))
	}
	return y
}

func (v *vec) ratio(t val) (a, b val) {
	return v.horner(t, v.set.Mills[0]), v.horner(t, v.set.Mills[1])
}

func (v *vec) mills(t val) val {
	if c := v.set.Pieces[0]; c != nil {
		return v.piece(t, c)
	}
	a, b := v.ratio(t)
	return v.div(b, v.fma(t, v.fma(b, v.c(v.set.Kappa), a), v.c(v.set.Base)))
}

func (v *vec) millsTimes(t val) val {
	if c := v.set.Pieces[1]; c != nil {
		return v.piece(t, c)
	}
	a, b := v.ratio(t)
	b = v.mul(t, b)
	return v.div(b, v.add(v.fma(b, v.c(v.set.Kappa), v.mul(t, a)), v.c(v.set.Base)))
}

func (v *vec) millsLess(t val) val {
	if c := v.set.Pieces[2]; c != nil {
		return v.piece(t, c)
	}
	return v.fnma(t, v.c(bell), v.mills(t))
}

func (v *vec) tail(x val, f func(v *vec, t val) val) val {
	t := v.low(v.c(v.set.Caps[0]), v.abs(x))
	e, n := v.gauss(t, -0.5)
	y := f(v, t)
	return v.scale2(v.fma(e, y, y), n)
}

func (v *vec) normalCDF(x val) val {
	y := v.tail(x, (*vec).mills)
	return v.pick(v.compare(x, gt, v.c(0)), v.sub(v.c(1), y), y)
}

func (v *vec) gelu(x val) val { return v.sub(v.above0(x), v.tail(x, (*vec).millsTimes)) }

func (v *vec) geluSlope(x val) val {
	d := v.tail(x, (*vec).millsLess)
	return v.pick(v.compare(x, gt, v.c(0)), v.sub(v.c(1), d), d)
}

func (v *vec) erf(x val) val {
	a := v.abs(x)
	y := v.fma(v.tail(v.mul(a, v.c(math.Sqrt2)), (*vec).mills), v.c(-2), v.c(1))
	near := v.fma(a, v.horner(v.mul(a, a), v.set.Erf), a)
	return v.or(v.abs(v.pick(v.compare(a, lt, v.c(0.75)), near, y)), v.and(x, v.sign()))
}

func (v *vec) erfSlope(x val) val {
	e, n := v.gauss(v.low(v.c(v.set.Caps[1]), v.abs(x)), -1)
	return v.scale2(v.fma(e, v.c(rise), v.c(rise)), n)
}

func (v *vec) quarter(x val) (sin, cos, n val) {
	n = v.fma(x, v.c(turn), v.c(v.set.Shift))
	k := v.sub(n, v.c(v.set.Shift))
	r := v.fnma(k, v.c(v.set.Turn[0]), x)
	r = v.fnma(k, v.c(v.set.Turn[1]), r)
	r = v.fnma(k, v.c(v.set.Turn[2]), r)
	w := v.mul(r, r)
	sin = v.fma(v.mul(r, w), v.horner(w, v.set.Sin), r)
	cos = v.fma(w, v.horner(w, v.set.Cos), v.c(1))
	return sin, cos, n
}

func (v *vec) sin(x val) val {
	s, c, n := v.quarter(x)
	return v.pick(v.compare(x, eq, v.c(0)), x, v.flip(v.pick(v.odd(n), c, s), n))
}

func (v *vec) cos(x val) val {
	s, c, n := v.quarter(x)
	return v.flip(v.pick(v.odd(n), s, c), v.addInt(n, v.bits(1)))
}

func (v *vec) negSin(x val) val { return v.neg(v.sin(x)) }

func (v *vec) flip(x, n val) val {
	return v.xor(x, v.and(v.shiftLeft(n, 8*v.reg-2), v.sign()))
}

// The functions of kernel/rows.go and kernel/norm.go.

func (v *vec) lower(x, a, b val) val          { return v.sub(v.sub(x, a), b) }
func (v *vec) softmaxPull(u, y, s val) val    { return v.mul(y, v.sub(u, s)) }
func (v *vec) logSoftmaxPull(u, y, s val) val { return v.fnma(v.exp(y), s, u) }

func (v *vec) top(lane, x val) val           { return v.high(x, lane) }
func (v *vec) shiftedExp(x, c val) val       { return v.exp(v.sub(x, c)) }
func (v *vec) addProduct(lane, x, y val) val { return v.fma(x, y, lane) }

func (v *vec) normalize(x, c, rest, r val) val { return v.mul(v.lower(x, c, rest), r) }

func (v *vec) affine(x ...val) val {
	return v.fma(v.normalize(x[0], x[3], x[4], x[5]), x[1], x[2])
}

func (v *vec) addNormed(x ...val) val {
	acc, u := x[0], x[1]
	return v.add(acc, v.unless(u, v.mul(u, v.normalize(x[2], x[3], x[4], x[5]))))
}

func (v *vec) normSlope(x ...val) val {
	u, c, rest, r, ubar, s := x[0], x[2], x[3], x[4], x[5], x[6]
	return v.mul(v.fnma(v.normalize(x[1], c, rest, r), s, v.sub(u, ubar)), r)
}

func (v *vec) addSpread(x ...val) []val {
	d := v.sub(x[2], x[3])
	return []val{v.add(x[0], d), v.fma(d, d, x[1])}
}

func (v *vec) addSpreadWith(x ...val) []val {
	d := v.sub(x[2], x[4])
	return []val{v.add(x[0], x[3]), v.fma(d, x[3], x[1])}
}
