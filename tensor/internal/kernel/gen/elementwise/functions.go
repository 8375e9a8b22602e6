package main

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// The functions of kernel/functions.go, step by step.

const (
	log2e    = 1.4426950408889634
	ln2Hi    = 0x1.62e42feep-1
	ln2Lo    = 0x1.a39ef35793c76p-33
	rootHalf = 0x3fe6a09e667f3bcd
	one      = 0x3ff0000000000000
	shift    = 0x1.8p52
	side     = 0.7978845608028654
	bend     = 0.035677408136300125
	bell     = 0.3989422804014327
	rise     = 1.1283791670955126
	turn     = 0.6366197723675814
	turn1    = 0x1.921fb54442d18p0
	turn2    = 0x1.1a62633145c07p-54
	turn3    = -0x1.f1976b7ed8fbcp-110
)

func (v *vec) pow2(n val) val { return v.shiftLeft(v.add(n, v.c(shift+1023)), 52) }

func (v *vec) expm1(x val) (e, n val) {
	n = v.round(v.mul(x, v.c(log2e)))
	r := v.fnma(n, v.c(ln2Hi), x)
	r = v.fnma(n, v.c(ln2Lo), r)
	return v.fma(v.mul(r, r), v.horner(r, v.set.Exp), r), n
}

func (v *vec) exp(x val) val {
	return v.times2(v.expm1(v.low(v.c(710), v.high(v.c(-746), x))))
}

func (v *vec) times2(e, n val) val { return v.scale2(v.add(e, v.c(1)), n) }

func (v *vec) scale2(x, n val) val {
	if v.zmm {
		return v.scale(x, n)
	}
	h := v.floor(v.mul(n, v.c(0.5)))
	return v.mul(v.mul(x, v.pow2(h)), v.pow2(v.sub(n, h)))
}

func (v *vec) atanhSeries(w val) val { return v.mul(w, v.horner(w, v.set.Atanh)) }

func (v *vec) log1p(z val) val {
	s := v.div(z, v.add(z, v.c(2)))
	return v.fnma(s, v.sub(z, v.atanhSeries(v.mul(s, s))), z)
}

func (v *vec) log(x val) val {
	small := v.compare(x, lt, v.c(0x1p-1022))
	y := v.pick(small, v.mul(x, v.c(0x1p54)), x)
	bias := v.pick(small, v.c(1023+54), v.c(1023))
	bits := v.addInt(y, v.bits(one-rootHalf))
	// An integer below 2⁵² in the last bits of 2⁵² makes it their sum.
	k := v.or(v.shiftRight(bits, 52), v.c(0x1p52))
	k = v.sub(v.sub(k, v.c(0x1p52)), bias)
	f := v.sub(v.addInt(v.and(bits, v.bits(1<<52-1)), v.bits(rootHalf)), v.c(1))
	s := v.div(f, v.add(f, v.c(2)))
	h := v.mul(v.mul(f, v.c(0.5)), f)
	t := v.fma(k, v.c(ln2Lo), v.mul(s, v.add(h, v.atanhSeries(v.mul(s, s)))))
	y = v.fma(k, v.c(ln2Hi), v.neg(v.sub(v.sub(h, t), f)))
	y = v.pick(v.compare(x, lt, v.c(0)), v.c(math.NaN()), y)
	y = v.pick(v.compare(x, eq, v.c(0)), v.c(math.Inf(-1)), y)
	return v.pick(v.compare(x, lt, v.c(math.Inf(1))), y, x)
}

func (v *vec) tanh(x val) val {
	e, n := v.expm1(v.high(v.c(-40), v.mul(v.abs(x), v.c(-2))))
	s := v.pow2(n)
	e = v.fma(s, e, v.sub(s, v.c(1)))
	return v.or(v.abs(v.div(e, v.add(e, v.c(2)))), v.and(x, v.sign()))
}

func (v *vec) sigmoid(x val) val {
	z := v.expNegAbs(x)
	return v.div(v.pick(v.compare(x, ge, v.c(0)), v.c(1), z), v.add(z, v.c(1)))
}

func (v *vec) sigmoids(x val) (s, slope val) {
	z := v.expNegAbs(x)
	d := v.add(z, v.c(1))
	return v.div(v.pick(v.compare(x, ge, v.c(0)), v.c(1), z), d), v.div(z, v.mul(d, d))
}

// expNegAbs is e^−|x|.
func (v *vec) expNegAbs(x val) val { return v.exp(v.or(x, v.sign())) }

func (v *vec) gate(x, p val) val { return v.unless(p, v.mul(x, p)) }

func (v *vec) softplus(x val) val { return v.add(v.positive(x), v.log1p(v.expNegAbs(x))) }

func (v *vec) bce(x, t val) val {
	return v.add(v.fnma(x, t, v.positive(x)), v.log1p(v.expNegAbs(x)))
}

func (v *vec) swish(x, beta val) val { return v.gate(x, v.sigmoid(v.mul(x, beta))) }

func (v *vec) swishSlope(x, beta val) val {
	u := v.mul(x, beta)
	s, d := v.sigmoids(u)
	return v.add(s, v.gate(u, d))
}

func (v *vec) geluTanh(x val) val {
	w := v.mul(x, x)
	return v.gate(x, v.sigmoid(v.mul(x, v.fma(w, v.c(2*bend), v.c(2*side)))))
}

func (v *vec) geluTanhSlope(x val) val {
	w := v.mul(x, x)
	s, d := v.sigmoids(v.mul(x, v.fma(w, v.c(2*bend), v.c(2*side))))
	return v.add(s, v.gate(v.mul(x, v.fma(w, v.c(6*bend), v.c(2*side))), d))
}

func (v *vec) tail(x val) (t, m, c, e, n val) {
	t = v.low(v.c(40), v.abs(x))
	d := v.add(t, v.c(4))
	s := v.div(v.c(8), d)
	z := v.sub(v.c(1), s)
	last := len(v.set.Mills) - 1
	high, low := v.set.Mills[:last], v.c(v.set.Mills[last])
	y := v.horner(z, high)
	q := v.fma(y, z, low)
	m = v.mul(q, s)
	c = v.c(0)
	if v.set == &polynomials.Double {
		r := v.fma(s, v.sub(t, v.sub(d, v.c(4))), v.fma(s, d, v.c(-8)))
		c = v.fma(v.fma(y, z, v.sub(low, q)), s, v.fma(q, s, v.neg(m)))
		c = v.fma(v.mul(r, v.mul(d, v.c(0.125))), v.fma(t, m, v.c(-bell)), c)
	}
	h := v.mul(t, t)
	l := v.fma(t, t, v.neg(h))
	e, n = v.expm1(v.mul(h, v.c(-0.5)))
	e = v.fma(v.add(e, v.c(1)), v.mul(l, v.c(-0.5)), e)
	return t, m, c, e, n
}

func (v *vec) normalCDF(x val) val {
	_, m, c, e, n := v.tail(x)
	q := v.scale2(v.add(m, v.fma(e, m, c)), n)
	return v.pick(v.compare(x, gt, v.c(0)), v.sub(v.c(1), q), q)
}

func (v *vec) gelu(x val) val {
	t, m, c, e, n := v.tail(x)
	l := v.fma(e, m, c)
	h := v.add(m, l)
	l = v.sub(l, v.sub(h, m))
	return v.sub(v.positive(x), v.scale2(v.fma(t, h, v.mul(t, l)), n))
}

func (v *vec) geluSlope(x val) val {
	t, m, c, e, n := v.tail(x)
	m = v.add(v.fnma(t, v.c(bell), m), c)
	d := v.scale2(v.fma(e, m, m), n)
	return v.pick(v.compare(x, gt, v.c(0)), v.sub(v.c(1), d), d)
}

func (v *vec) erf(x val) val {
	a := v.abs(x)
	_, m, c, e, n := v.tail(v.mul(a, v.c(math.Sqrt2)))
	y := v.fma(v.scale2(v.add(m, v.fma(e, m, c)), n), v.c(-2), v.c(1))
	near := v.fma(a, v.horner(v.mul(a, a), v.set.Erf), a)
	return v.or(v.abs(v.pick(v.compare(a, lt, v.c(0.75)), near, y)), v.and(x, v.sign()))
}

func (v *vec) erfSlope(x val) val {
	t := v.low(v.c(28), v.abs(x))
	h := v.mul(t, t)
	l := v.fma(t, t, v.neg(h))
	e, n := v.expm1(v.neg(h))
	e = v.fnma(v.add(e, v.c(1)), l, e)
	return v.scale2(v.fma(e, v.c(rise), v.c(rise)), n)
}

func (v *vec) quarter(x val) (sin, cos, n val) {
	k := v.round(v.mul(x, v.c(turn)))
	r := v.fnma(k, v.c(turn1), x)
	r = v.fnma(k, v.c(turn2), r)
	r = v.fnma(k, v.c(turn3), r)
	w := v.mul(r, r)
	sin = v.fma(v.mul(r, w), v.horner(w, v.set.Sin), r)
	cos = v.fma(w, v.horner(w, v.set.Cos), v.c(1))
	return sin, cos, v.add(k, v.c(shift))
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
	return v.xor(x, v.and(v.shiftLeft(n, 62), v.sign()))
}

// The functions of kernel/rows.go and kernel/norm.go.

func (v *vec) lower(x, a, b val) val          { return v.sub(v.sub(x, a), b) }
func (v *vec) softmaxPull(u, y, s val) val    { return v.mul(y, v.sub(u, s)) }
func (v *vec) logSoftmaxPull(u, y, s val) val { return v.fnma(v.exp(y), s, u) }

func (v *vec) top(lane, x val) val           { return v.high(x, lane) }
func (v *vec) addProduct(lane, x, y val) val { return v.fma(x, y, lane) }
func (v *vec) addExp(lane, x, c val) val     { return v.add(lane, v.exp(v.sub(x, c))) }

func (v *vec) addExpAndStore(x ...val) []val {
	e := v.exp(v.sub(x[1], x[2]))
	return []val{v.add(x[0], e), e}
}

func (v *vec) normalize(x, c, rest, r val) val { return v.mul(v.lower(x, c, rest), r) }

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
