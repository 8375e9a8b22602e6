package kernel

import (
	"math"
	"unsafe"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// The elementary functions of one number, written with the steps that their
// assembly takes, in the type of the elements: each sum, product and quotient is
// rounded where it stands here, and each FMA once. They have no branch that a
// vector could not take, only choices between two computed values.
//
// The greatest errors seen, in units in the last place: of float64 at 20,000
// random points of each range, and of float32 at every 31st number, or at all
// where a star stands. For those in parentheses the units are those of 1 at least.
//
//	exp 0.9, 0.91*     log 0.8, 0.9       sin, cos 1.4, 1.6
//	tanh 2.5, 2.50*    sigmoid 2.0, 2.5   softplus 1.5, 1.7
//	Φ 2.5, 2.44*       gelu 2.4, 2.46*    swish 1.9, 2.4
//	erf 1.7, 1.63*     erfSlope 1.0, 2.03*  (bce 1.0, 1.2)
//	(geluTanh 1.4, 1.6; the slopes of gelu 0.8, 0.9, geluTanh 1.3, 1.7, swish 1.9, 2.0)

const (
	log2e = 1.4426950408889634
	side  = 0.7978845608028654   // √(2/π), of GELUTanh
	bend  = 0.035677408136300125 // 0.044715·√(2/π)
	bell  = 0.3989422804014327   // 1/√(2π), the height of the normal density
	rise  = 1.1283791670955126   // 2/√π, the slope of erf at 0
	turn  = 0.6366197723675814   // 2/π

	far = 1 << 20 // beyond, sin and cos are math.Sin and math.Cos
)

// bits returns the bits of x, and number the number that they make.
func bits[T constraints.Float](x T) uint64 {
	if unsafe.Sizeof(x) == 8 {
		return math.Float64bits(float64(x))
	}
	return uint64(math.Float32bits(float32(x)))
}

func number[T constraints.Float](b uint64) (x T) {
	if unsafe.Sizeof(x) == 8 {
		return T(math.Float64frombits(b))
	}
	return T(math.Float32frombits(uint32(b)))
}

func absolute[T constraints.Float](x T) T    { return T(math.Abs(float64(x))) }
func copysign[T constraints.Float](x, s T) T { return T(math.Copysign(float64(x), float64(s))) }

func choose[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}

// horner returns the polynomial of x with these coefficients, the highest
// power first. A long one is made of a + b·x, with polynomials a and b of x²
// that can be computed at the same time, and ends by Horner's rule, which rounds
// less.
func horner[T constraints.Float](x T, c []T) T {
	y, c := c[0], c[1:]
	if len(c) > 6 {
		w := T(x * x)
		a := c[0]
		for c = c[1:]; len(c) > 3; c = c[2:] {
			y = fma(y, w, c[0])
			a = fma(a, w, c[1])
		}
		y = fma(y, x, a)
	}
	for _, v := range c {
		y = fma(y, x, v)
	}
	return y
}

// pow2 returns 2ⁿ for an integer n in the range of exponents.
func pow2[T constraints.Float](n T, p *polynomials.Set[T]) T {
	return number[T](bits(n+(p.Shift+p.Bias)) << p.Digits)
}

// nearest returns the integer nearest to x/log 2.
func nearest[T constraints.Float](x T, p *polynomials.Set[T]) T {
	return fma(x, log2e, p.Shift) - p.Shift
}

// reduce returns r and n with x = n·log 2 + r, |r| ≤ ½ log 2.
func reduce[T constraints.Float](x T, p *polynomials.Set[T]) (r, n T) {
	n = nearest(x, p)
	r = fma(-n, p.Ln2[0], x)
	return fma(-n, p.Ln2[1], r), n
}

// expm1 returns eʳ − 1 for |r| ≤ ½ log 2.
func expm1[T constraints.Float](r T, p *polynomials.Set[T]) T {
	return fma(T(r*r), horner(r, p.Exp[:len(p.Exp)-2]), r)
}

// exp returns eˣ.
func exp[T constraints.Float](x T, p *polynomials.Set[T]) T {
	r, n := reduce(min(max(x, p.Least), p.Most), p)
	return scale2(horner(r, p.Exp), n, p)
}

// expNegAbs returns e^−|x|.
func expNegAbs[T constraints.Float](x T, p *polynomials.Set[T]) T {
	r, n := reduce(max(-absolute(x), p.Least), p)
	return scale2(horner(r, p.Exp), n, p)
}

// scale2 returns x·2ⁿ. Two factors take it past both ends of the range of
// exponents, with one rounding where the result is subnormal.
func scale2[T constraints.Float](x, n T, p *polynomials.Set[T]) T {
	h := fma(n, 0.5, p.Shift) - p.Shift
	return T(T(x*pow2(h, p)) * pow2(n-h, p))
}

// atanhSeries returns R with log(1+f) = s·(2+R) for w = s², s = f/(2+f).
func atanhSeries[T constraints.Float](w T, p *polynomials.Set[T]) T {
	return T(w * horner(w, p.Atanh))
}

// log1p returns log(1+z) for 0 ≤ z ≤ 1: with 2s = z − s·z, s·(2+R) is
// z − s·(z−R), whose first term is exact.
func log1p[T constraints.Float](z T, p *polynomials.Set[T]) T {
	s := z / (2 + z)
	return fma(-s, z-atanhSeries(T(s*s), p), z)
}

// fraction returns k and f for x = 2ᵏ·(1+f), √½ ≤ 1+f < √2.
func fraction[T constraints.Float](x T, p *polynomials.Set[T]) (k, f T) {
	y, bias := x, p.Bias
	if lift := T(p.Digits + 2); x < p.Normal {
		y, bias = x*pow2(lift, p), bias+lift
	}
	b := bits(y) + (bits(T(1)) - bits(p.RootHalf))
	k = T(b>>p.Digits) - bias
	return k, number[T](b&(1<<p.Digits-1)+bits(p.RootHalf)) - 1
}

// log returns the natural logarithm of x.
func log[T constraints.Float](x T, p *polynomials.Set[T]) T {
	k, f := fraction(x, p)
	s := f / (2 + f)
	h := T(f * 0.5 * f)
	// log(1+f) = f − (h − s·(h+R)): the last bits come from small terms.
	t := fma(k, p.Ln2[1], T(s*(h+atanhSeries(T(s*s), p))))
	y := fma(k, p.Ln2[0], -((h - t) - f))
	switch {
	case !(x < T(math.Inf(1))): // +Inf, NaN
		return x
	case x == 0:
		return T(math.Inf(-1))
	case x < 0:
		return T(math.NaN())
	}
	return y
}

// tanh returns (e²ˣ−1)/(e²ˣ+1), computed for −|x|: nothing overflows, and as
// e²ˣ−1 keeps its digits, nothing cancels.
func tanh[T constraints.Float](x T, p *polynomials.Set[T]) T {
	r, n := reduce(max(-2*absolute(x), -40), p)
	s := pow2(n, p)
	e := fma(s, expm1(r, p), s-1)
	return copysign(e/(2+e), x)
}

// odds returns x, as far as it counts, n, s = 2ⁿ and e = e⁻ʳ for
// x = n·log 2 + r: the odds of σ(x) = 1/(1+e⁻ˣ) are s to e, and s/(s+e) is
// accurate to the last digits in both tails.
func odds[T constraints.Float](x T, p *polynomials.Set[T]) (_, n, s, e T) {
	x = min(max(x, p.Zero), p.Sure)
	n = nearest(x, p)
	r := fma(n, p.Ln2[1], fma(n, p.Ln2[0], -x))
	return x, n, scale2(1, n, p), horner(r, p.Exp)
}

// sigmoid returns σ(x) = 1/(1+e⁻ˣ).
func sigmoid[T constraints.Float](x T, p *polynomials.Set[T]) T {
	_, _, s, e := odds(x, p)
	return s / (s + e)
}

// sigmoidTimes returns x·σ(u), scaled last: where σ(u) is below the smallest number,
// x·σ(u) may not be. It is 0 where e^u is, whatever x is.
func sigmoidTimes[T constraints.Float](x, u T, p *polynomials.Set[T]) T {
	_, n, s, e := odds(u, p)
	return choose(u <= p.Zero, 0, scale2(x/(s+e), n, p))
}

// sigmoids returns σ(x) and σ′(x) = σ(x)·σ(−x).
func sigmoids[T constraints.Float](x T, p *polynomials.Set[T]) (s, slope T) {
	z := expNegAbs(x, p)
	d := 1 + z
	return choose(x >= 0, 1, z) / d, z / T(d*d)
}

// gate returns x·p with 0 for p = 0: in the far tail p vanishes faster than
// any x grows.
func gate[T constraints.Float](x, p T) T { return choose(p == 0, 0, T(x*p)) }

// softplus returns log(1+eˣ) as max(x, 0) + log(1+e^−|x|), which neither
// overflows nor cancels.
func softplus[T constraints.Float](x T, p *polynomials.Set[T]) T {
	return max(x, 0) + log1p(expNegAbs(x, p), p)
}

// bce returns max(x, 0) − x·t + log(1+e^−|x|).
func bce[T constraints.Float](x, t T, p *polynomials.Set[T]) T {
	return fma(-x, t, max(x, 0)) + log1p(expNegAbs(x, p), p) // eq: L4
}

func swish[T constraints.Float](x, beta T, p *polynomials.Set[T]) T {
	return sigmoidTimes(x, beta*x, p)
}

// swishSlope returns σ(u) + u·σ(u)·σ(−u) for u = βx, which with d = s + e is
// (s·d + u·s·e)/d².
func swishSlope[T constraints.Float](x, beta T, p *polynomials.Set[T]) T {
	u, _, s, e := odds(beta*x, p)
	d := s + e
	return T(s*fma(u, e, d)) / T(d*d)
}

// geluTanh returns x·σ(2u) = ½x·(1 + tanh u): this form does not cancel in the
// left tail.
func geluTanh[T constraints.Float](x T, p *polynomials.Set[T]) T {
	return sigmoidTimes(x, x*fma(T(x*x), 2*bend, 2*side), p)
}

func geluTanhSlope[T constraints.Float](x T, p *polynomials.Set[T]) T {
	w := T(x * x)
	s, d := sigmoids(x*fma(w, 2*bend, 2*side), p)
	return s + gate(x*fma(w, 6*bend, 2*side), d)
}

// gauss returns e and n with (1+e)·2ⁿ = e^(c·t²), c = −½ or −1. The exponent is
// c·v + n·log 2, and t² enters v unrounded: an error of the exponent would be one of
// the result.
func gauss[T constraints.Float](t, c T, p *polynomials.Set[T]) (e, n T) {
	n = fma(T(t*t), c*log2e, p.Shift) - p.Shift
	v := fma(t, t, T(n*(p.Short[0]/-c)))
	v = fma(n, p.Short[1]/-c, v)
	return T(v * horner(v, p.Decay[choose(c < -0.5, 1, 0)])), n
}

// piece returns a polynomial of t that has 16 pieces. They begin where the first
// bits of t+1 change.
func piece[T constraints.Float](t T, c [][16]T, p *polynomials.Set[T]) T {
	b := bits(t+1) >> (p.Digits - 2)
	d := t - (number[T](b<<(p.Digits-2)) - 1)
	y := c[0][b%16]
	for _, row := range c[1:] {
		y = fma(y, d, row[b%16])
	}
	return y
}

// ratio returns the numerator b of Mills' ratio e^(t²/2)·Φ(−t), and what t
// multiplies in its denominator Base + t·(κb + a).
func ratio[T constraints.Float](t T, p *polynomials.Set[T]) (a, b T) {
	return horner(t, p.Mills[0]), horner(t, p.Mills[1])
}

// mills returns m = e^(t²/2)·Φ(−t), Mills' ratio.
func mills[T constraints.Float](t T, p *polynomials.Set[T]) T {
	if c := p.Pieces[0]; c != nil {
		return piece(t, c, p)
	}
	a, b := ratio(t, p)
	return b / fma(t, fma(b, p.Kappa, a), p.Base)
}

// millsTimes returns t·m. For large t, t·b is most of the denominator too, and
// what it was rounded by cancels.
func millsTimes[T constraints.Float](t T, p *polynomials.Set[T]) T {
	if c := p.Pieces[1]; c != nil {
		return piece(t, c, p)
	}
	a, b := ratio(t, p)
	b = T(t * b)
	return b / (p.Base + fma(b, p.Kappa, T(t*a)))
}

// millsLess returns m − t/√(2π).
func millsLess[T constraints.Float](t T, p *polynomials.Set[T]) T {
	if c := p.Pieces[2]; c != nil {
		return piece(t, c, p)
	}
	return fma(-t, bell, mills(t, p))
}

// tail returns f(t)·e^(−t²/2) for t = |x|, as far as it counts.
func tail[T constraints.Float](x T, f func(t T, p *polynomials.Set[T]) T, p *polynomials.Set[T]) T {
	t := min(absolute(x), p.Caps[0])
	e, n := gauss(t, -0.5, p)
	y := f(t, p)
	return scale2(fma(e, y, y), n, p)
}

// normalCDF returns Φ(x).
func normalCDF[T constraints.Float](x T, p *polynomials.Set[T]) T {
	y := tail(x, mills, p)
	return choose(x > 0, 1-y, y)
}

// gelu returns x·Φ(x) = max(x, 0) − |x|·Φ(−|x|).
func gelu[T constraints.Float](x T, p *polynomials.Set[T]) T {
	return max(x, 0) - tail(x, millsTimes, p)
}

// geluSlope returns Φ(x) + x·φ(x), for x > 0 as 1 less its value at −x.
func geluSlope[T constraints.Float](x T, p *polynomials.Set[T]) T {
	d := tail(x, millsLess, p)
	return choose(x > 0, 1-d, d)
}

// erf returns 1 − 2Φ(−√2·|x|) with the sign of x, near 0 its series.
func erf[T constraints.Float](x T, p *polynomials.Set[T]) T {
	a := absolute(x)
	y := fma(-2, tail(a*math.Sqrt2, mills, p), 1)
	near := fma(a, horner(T(a*a), p.Erf), a)
	return copysign(choose(a < 0.75, near, y), x)
}

// erfSlope returns 2/√π·e^(−x²), with an exponent of twice the digits.
func erfSlope[T constraints.Float](x T, p *polynomials.Set[T]) T {
	e, n := gauss(min(absolute(x), p.Caps[1]), -1, p)
	return scale2(fma(e, rise, rise), n, p)
}

// quarter returns the sine and cosine of r and the last bits of n, for
// x = n·π/2 + r, |r| ≤ π/4 (Cody and Waite, 1980).
func quarter[T constraints.Float](x T, p *polynomials.Set[T]) (sin, cos T, n uint64) {
	s := fma(x, turn, p.Shift)
	k := s - p.Shift
	r := fma(-k, p.Turn[0], x)
	r = fma(-k, p.Turn[1], r)
	r = fma(-k, p.Turn[2], r)
	w := T(r * r)
	sin = fma(T(r*w), horner(w, p.Sin), r)
	cos = fma(w, horner(w, p.Cos), 1)
	return sin, cos, bits(s)
}

// sin returns the sine of x; the sign of 0 stays.
func sin[T constraints.Float](x T, p *polynomials.Set[T]) T {
	if !(absolute(x) <= far) {
		return T(math.Sin(float64(x)))
	}
	s, c, n := quarter(x, p)
	return choose(x == 0, x, flip(choose(n&1 == 0, s, c), n))
}

// cos returns the cosine of x.
func cos[T constraints.Float](x T, p *polynomials.Set[T]) T {
	if !(absolute(x) <= far) {
		return T(math.Cos(float64(x)))
	}
	s, c, n := quarter(x, p)
	return flip(choose(n&1 == 0, c, s), n+1)
}

func negSin[T constraints.Float](x T, p *polynomials.Set[T]) T { return -sin(x, p) }

// flip returns x, negated in the third and fourth quadrant.
func flip[T constraints.Float](x T, n uint64) T {
	top := 8*unsafe.Sizeof(x) - 1
	return number[T](bits(x) ^ n<<(top-1)&(1<<top))
}
