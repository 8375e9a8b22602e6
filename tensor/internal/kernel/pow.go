package kernel

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// x^y as e^(y·log x), with a logarithm of twice the digits: the exponent may be as
// large as 700, and its error is that of the result.

// logs returns log x in two parts h + l for a positive x: for s = f/(2+f) and
// w = s² it is k·log 2 + 2s·(1 + w·P), P = ⅓ + w/5 + w²/7 + …. What is added to a
// larger number, and what products are rounded by, goes to the lower parts.
func logs[T constraints.Float](x T, p *polynomials.Set[T]) (h, l T) {
	k, f := fraction(x, p)
	d := 2 + f
	e := 1 / d
	s := T(f * e)
	low := T(fma(-s, f-(d-2), fma(-s, d, f)) * e) // s + low is f/(2+f)
	w := T(s * s)
	wl := fma(s+s, low, fma(s, s, -w))
	q := T(w * horner(w, p.Rest))
	t := p.Third[0] + q
	tl := q - (t - p.Third[0]) + p.Third[1]
	u := T(w * t)
	ul := fma(w, t, -u) + fma(w, tl, T(wl*t))
	a, al := s+s, low+low
	b := T(a * u)
	bl := fma(a, u, -b) + fma(a, ul, T(al*u))
	c := T(k * p.Ln2[0])
	cl := fma(k, p.Ln2[1], fma(k, p.Ln2[0], -c))
	g := c + a
	y := g + b
	l = (a - (g - c)) + (b - (y - g)) + (cl + (al + bl))
	h = y + l
	return h, l - (h - y)
}

// whole reports whether x ≥ 0 is an integer; those of Digits bits and more are.
func whole[T constraints.Float](x T, p *polynomials.Set[T]) bool {
	full := T(uint64(1) << p.Digits)
	x = min(x, full)
	return x+full-full == x
}

// pow returns x^y, in all cases that math.Pow names what it does.
func pow[T constraints.Float](x, y T, p *polynomials.Set[T]) T {
	a := absolute(x)
	h, l := logs(a, p)
	h = choose(a < T(math.Inf(1)), h, a)
	h = choose(a == 0, T(math.Inf(-1)), h)
	z := T(y * h)
	zl := fma(y, l, fma(y, h, -z))
	zl = choose(absolute(z) <= 2*p.Most, zl, 0) // beyond, z−z is NaN or nothing counts
	r, n := reduce(min(max(z, p.Least), p.Most), p)
	e := scale2(horner(r+zl, p.Exp), n, p)

	b := absolute(y)
	integer, even := whole(b, p), whole(T(b*0.5), p)
	e = choose(even || !integer, e, copysign(e, x))
	e = choose(x < 0 && a < T(math.Inf(1)) && !integer, T(math.NaN()), e)
	e = choose(x == -1 && b == T(math.Inf(1)), 1, e)
	return choose(x == 1 || y == 0, 1, e)
}

// powSlope returns c·x^d.
func powSlope[T constraints.Float](x, c, d T, p *polynomials.Set[T]) T { return c * pow(x, d, p) }

// powLoop sets dst to x^c, by one or two operations where c is small and whole.
func (l *Loops[T]) powLoop(dst, x []T, c T) {
	switch c {
	case 0:
		for i := range dst {
			dst[i] = 1
		}
	case 1:
		copy(dst, x)
	case 2:
		l.Square(dst, x)
	case -1:
		l.Reciprocal(dst, x)
	default:
		l.power(dst, x, c)
	}
}

// powSlopeLoop sets dst to u·c·x^(c−1), to 0 where u is 0.
func (l *Loops[T]) powSlopeLoop(dst, u, x []T, c, d T) {
	switch c {
	case 0:
		clear(dst)
	case 2:
		l.SquareSlope(dst, u, x)
	default:
		l.powerSlope(dst, u, x, c, d)
	}
}
