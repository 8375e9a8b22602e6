package main

import "math"

// The functions of kernel/pow.go, step by step.

func (v *vec) logs(x val) (h, l val) {
	p := v.set
	k, f := v.fraction(x)
	d := v.add(f, v.c(2))
	e := v.div(v.c(1), d)
	s := v.mul(f, e)
	low := v.mul(v.fnma(s, v.sub(f, v.sub(d, v.c(2))), v.fnma(s, d, f)), e)
	w := v.mul(s, s)
	a := v.add(s, s)
	wl := v.fma(a, low, v.fms(s, s, w))
	q := v.mul(w, v.horner(w, p.Rest))
	t := v.add(q, v.c(p.Third[0]))
	tl := v.add(v.sub(q, v.sub(t, v.c(p.Third[0]))), v.c(p.Third[1]))
	u := v.mul(w, t)
	ul := v.add(v.fms(w, t, u), v.fma(w, tl, v.mul(wl, t)))
	al := v.add(low, low)
	b := v.mul(a, u)
	bl := v.add(v.fms(a, u, b), v.fma(a, ul, v.mul(al, u)))
	c := v.mul(k, v.c(p.Ln2[0]))
	cl := v.fma(k, v.c(p.Ln2[1]), v.fms(k, v.c(p.Ln2[0]), c))
	g := v.add(c, a)
	y := v.add(g, b)
	l = v.add(v.add(v.sub(a, v.sub(g, c)), v.sub(b, v.sub(y, g))), v.add(cl, v.add(al, bl)))
	h = v.add(y, l)
	return h, v.sub(l, v.sub(h, y))
}

// unlessWhole is no where x ≥ 0 is an integer, yes elsewhere.
func (v *vec) unlessWhole(x, yes, no val) val {
	full := v.c(math.Exp2(float64(v.set.Digits)))
	x = v.low(full, x)
	return v.pick(v.compare(v.sub(v.add(x, full), full), eq, x), no, yes)
}

func (v *vec) pow(x, y val) val {
	p := v.set
	a := v.abs(x)
	h, l := v.logs(a)
	h = v.pick(v.compare(a, lt, v.c(math.Inf(1))), h, a)
	h = v.pick(v.compare(a, eq, v.c(0)), v.c(math.Inf(-1)), h)
	z := v.mul(y, h)
	zl := v.fma(y, l, v.fms(y, h, z))
	zl = v.pick(v.compare(v.abs(z), le, v.c(2*p.Most)), zl, v.c(0))
	r, n := v.reduce(v.low(v.c(p.Most), v.high(v.c(p.Least), z)))
	e := v.scale2(v.horner(v.add(r, zl), p.Exp), n)

	b := v.abs(y)
	signed := v.or(e, v.and(x, v.sign()))
	signed = v.unlessWhole(v.mul(b, v.c(0.5)), signed, e)
	broken := v.pick(v.compare(x, lt, v.c(0)), v.c(math.NaN()), e)
	broken = v.pick(v.compare(x, gt, v.c(math.Inf(-1))), broken, e)
	e = v.unlessWhole(b, broken, signed)
	e = v.pick(v.compare(x, eq, v.c(-1)), v.pick(v.compare(b, eq, v.c(math.Inf(1))), v.c(1), e), e)
	e = v.pick(v.compare(x, eq, v.c(1)), v.c(1), e)
	return v.pick(v.compare(y, eq, v.c(0)), v.c(1), e)
}

func (v *vec) powSlope(x, c, d val) val { return v.mul(c, v.pow(x, d)) }
