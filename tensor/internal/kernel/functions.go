package kernel

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// The elementary functions of one number, written with the steps that their
// assembly takes: each sum, product and quotient is rounded where it stands
// here, and each FMA once. They have no branch that a vector could not take,
// only choices between two computed values. A Float32 element is widened,
// computed with the shorter polynomials p, and rounded once at the end.

const (
	log2e    = 1.4426950408889634
	ln2Hi    = 0x1.62e42feep-1       // 32 bits of log 2: n·ln2Hi is exact
	ln2Lo    = 0x1.a39ef35793c76p-33 // log 2 − ln2Hi
	rootHalf = 0x3fe6a09e667f3bcd    // the bits of √½
	one      = 0x3ff0000000000000    // the bits of 1
	shift    = 0x1.8p52              // x + shift has the integer x in its last bits
	side     = 0.7978845608028654    // √(2/π), of GELUTanh
	bend     = 0.035677408136300125  // 0.044715·√(2/π)
	bell     = 0.3989422804014327    // 1/√(2π), the height of the normal density
	rise     = 1.1283791670955126    // 2/√π, the slope of erf at 0
	turn     = 0.6366197723675814    // 2/π

	// π/2 in three parts of 53 bits.
	turn1 = 0x1.921fb54442d18p0
	turn2 = 0x1.1a62633145c07p-54
	turn3 = -0x1.f1976b7ed8fbcp-110

	far = 1 << 20 // beyond, sin and cos are math.Sin and math.Cos
)

// horner returns the polynomial of x with these coefficients, the highest
// power first. All but the last two make a + b·x, with polynomials a and b of
// x² that can be computed at the same time; the last two go by Horner's rule,
// which rounds less.
func horner(x float64, c []float64) float64 {
	w := float64(x * x)
	b, a := c[0], c[1]
	for c = c[2:]; len(c) > 3; c = c[2:] {
		b = math.FMA(b, w, c[0])
		a = math.FMA(a, w, c[1])
	}
	y := math.FMA(b, x, a)
	for _, v := range c {
		y = math.FMA(y, x, v)
	}
	return y
}

// pow2 returns 2ⁿ for an integer −1023 < n < 1024.
func pow2(n float64) float64 {
	return math.Float64frombits(math.Float64bits(n+(shift+1023)) << 52)
}

// expm1 returns e = eʳ − 1 and n for x = n·log 2 + r, |r| ≤ ½ log 2.
func expm1(x float64, p *polynomials.Set) (e, n float64) {
	n = math.RoundToEven(x * log2e)
	r := math.FMA(-n, ln2Hi, x)
	r = math.FMA(-n, ln2Lo, r)
	return math.FMA(float64(r*r), horner(r, p.Exp), r), n
}

// exp returns eˣ.
func exp(x float64, p *polynomials.Set) float64 {
	return times2(expm1(min(max(x, -746), 710), p))
}

// times2 returns (1+e)·2ⁿ.
func times2(e, n float64) float64 { return scale2(1+e, n) }

// scale2 returns x·2ⁿ. Two factors take it past both ends of the range of
// exponents, with one rounding where the result is subnormal.
func scale2(x, n float64) float64 {
	h := math.Floor(n * 0.5)
	return float64(x * pow2(h) * pow2(n-h))
}

// atanhSeries returns R with log(1+f) = s·(2+R) for w = s², s = f/(2+f).
func atanhSeries(w float64, p *polynomials.Set) float64 {
	return float64(w * horner(w, p.Atanh))
}

// log1p returns log(1+z) for 0 ≤ z ≤ 1: with 2s = z − s·z, s·(2+R) is
// z − s·(z−R), whose first term is exact.
func log1p(z float64, p *polynomials.Set) float64 {
	s := z / (2 + z)
	return math.FMA(-s, z-atanhSeries(s*s, p), z)
}

// log returns the natural logarithm of x = 2ᵏ·(1+f), √½ ≤ 1+f < √2.
func log(x float64, p *polynomials.Set) float64 {
	y, bias := x, 1023.0
	if x < 0x1p-1022 {
		y, bias = x*0x1p54, 1023+54
	}
	bits := math.Float64bits(y) + (one - rootHalf)
	k := float64(bits>>52) - bias
	f := math.Float64frombits(bits&(1<<52-1)+rootHalf) - 1
	s := f / (2 + f)
	h := float64(f * 0.5 * f)
	// log(1+f) = f − (h − s·(h+R)): the last bits come from small terms.
	t := math.FMA(k, ln2Lo, s*(h+atanhSeries(s*s, p)))
	y = math.FMA(k, ln2Hi, -((h - t) - f))
	switch {
	case !(x < math.Inf(1)): // +Inf, NaN
		return x
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	}
	return y
}

// tanh returns (e²ˣ−1)/(e²ˣ+1), computed for −|x|: nothing overflows, and as
// e²ˣ−1 keeps its digits, nothing cancels.
func tanh(x float64, p *polynomials.Set) float64 {
	e, n := expm1(max(-2*math.Abs(x), -40), p)
	s := pow2(n)
	e = math.FMA(s, e, s-1)
	return math.Copysign(e/(2+e), x)
}

// sigmoid returns 1/(1+e⁻ˣ). It takes the exponential of a negative number
// only, and is accurate to the last digits in both tails.
func sigmoid(x float64, p *polynomials.Set) float64 {
	z := exp(-math.Abs(x), p)
	return choose(x >= 0, 1, z) / (1 + z)
}

// sigmoids returns σ(x) and σ′(x) = σ(x)·σ(−x).
func sigmoids(x float64, p *polynomials.Set) (s, slope float64) {
	z := exp(-math.Abs(x), p)
	d := 1 + z
	return choose(x >= 0, 1, z) / d, z / (d * d)
}

func choose(c bool, a, b float64) float64 {
	if c {
		return a
	}
	return b
}

// gate returns x·p with 0 for p = 0: in the far tail p vanishes faster than
// any x grows.
func gate(x, p float64) float64 { return choose(p == 0, 0, float64(x*p)) }

// softplus returns log(1+eˣ) as max(x, 0) + log(1+e^−|x|), which neither
// overflows nor cancels.
func softplus(x float64, p *polynomials.Set) float64 {
	return max(x, 0) + log1p(exp(-math.Abs(x), p), p)
}

// bce returns max(x, 0) − x·t + log(1+e^−|x|).
func bce(x, t float64, p *polynomials.Set) float64 {
	return math.FMA(-x, t, max(x, 0)) + log1p(exp(-math.Abs(x), p), p)
}

func swish(x, beta float64, p *polynomials.Set) float64 { return gate(x, sigmoid(beta*x, p)) }

func swishSlope(x, beta float64, p *polynomials.Set) float64 {
	u := beta * x
	s, d := sigmoids(u, p)
	return s + gate(u, d)
}

// geluTanh returns x·σ(2u) = ½x·(1 + tanh u): this form does not cancel in the
// left tail.
func geluTanh(x float64, p *polynomials.Set) float64 {
	return gate(x, sigmoid(x*math.FMA(float64(x*x), 2*bend, 2*side), p))
}

func geluTanhSlope(x float64, p *polynomials.Set) float64 {
	w := x * x
	s, d := sigmoids(x*math.FMA(w, 2*bend, 2*side), p)
	return s + gate(x*math.FMA(w, 6*bend, 2*side), d)
}

// tail returns t = |x|, at most 40, with (1+e)·2ⁿ = e^(−t²/2) and m + c =
// M(t) = e^(t²/2)·Φ(−t), where c is below the last digit of m.
//
// The exponent −½(h+l) has twice the digits, as its error is that of the
// result: e^(r−l/2) − 1 = e − ½l·(1+e). M is computed for the t′ near t with
// t′+4 = 8/s, of which the polynomial's (t′−4)/(t′+4) = 1−s has no error, and
// then M(t) = M(t′) + (t−t′)·M′, M′ = t·M − φ(0).
func tail(x float64, p *polynomials.Set) (t, m, c, e, n float64) {
	t = min(math.Abs(x), 40)
	d := t + 4
	s := 8 / d
	z := 1 - s
	last := len(p.Mills) - 1
	high, low := p.Mills[:last], p.Mills[last]
	y := horner(z, high)
	q := math.FMA(y, z, low)
	m = float64(q * s)
	if p == &polynomials.Double { // float32 has digits to spare
		r := math.FMA(s, t-(d-4), math.FMA(s, d, -8))              // s·(t+4) − 8 = s·(t−t′)
		c = math.FMA(math.FMA(y, z, low-q), s, math.FMA(q, s, -m)) // what q and m were rounded by
		c = math.FMA(float64(r*float64(d*0.125)), math.FMA(t, m, -bell), c)
	}
	h := float64(t * t)
	l := math.FMA(t, t, -h)
	e, n = expm1(-0.5*h, p)
	e = math.FMA(1+e, -0.5*l, e)
	return t, m, c, e, n
}

// normalCDF returns Φ(x).
func normalCDF(x float64, p *polynomials.Set) float64 {
	_, m, c, e, n := tail(x, p)
	q := scale2(m+math.FMA(e, m, c), n)
	return choose(x > 0, 1-q, q)
}

// gelu returns x·Φ(x) = max(x, 0) − |x|·Φ(−|x|).
func gelu(x float64, p *polynomials.Set) float64 {
	t, m, c, e, n := tail(x, p)
	l := math.FMA(e, m, c)
	h := m + l
	l -= h - m // m + l is h + l now
	return max(x, 0) - scale2(math.FMA(t, h, float64(t*l)), n)
}

// geluSlope returns Φ(x) + x·φ(x), for x > 0 as 1 less its value at −x.
func geluSlope(x float64, p *polynomials.Set) float64 {
	t, m, c, e, n := tail(x, p)
	m = math.FMA(-t, bell, m) + c
	d := scale2(math.FMA(e, m, m), n)
	return choose(x > 0, 1-d, d)
}

// erf returns 1 − 2Φ(−√2·|x|) with the sign of x, near 0 its series.
func erf(x float64, p *polynomials.Set) float64 {
	a := math.Abs(x)
	_, m, c, e, n := tail(a*math.Sqrt2, p)
	y := math.FMA(-2, scale2(m+math.FMA(e, m, c), n), 1)
	near := math.FMA(a, horner(a*a, p.Erf), a)
	return math.Copysign(choose(a < 0.75, near, y), x)
}

// erfSlope returns 2/√π·e^(−x²), with an exponent of twice the digits.
func erfSlope(x float64, p *polynomials.Set) float64 {
	t := min(math.Abs(x), 28)
	h := float64(t * t)
	l := math.FMA(t, t, -h)
	e, n := expm1(-h, p)
	e = math.FMA(-(1 + e), l, e)
	return scale2(math.FMA(e, rise, rise), n)
}

// quarter returns the sine and cosine of r and the last bits of n, for
// x = n·π/2 + r, |r| ≤ π/4 (Cody and Waite, 1980).
func quarter(x float64, p *polynomials.Set) (sin, cos float64, n uint64) {
	k := math.RoundToEven(x * turn)
	r := math.FMA(-k, turn1, x)
	r = math.FMA(-k, turn2, r)
	r = math.FMA(-k, turn3, r)
	w := float64(r * r)
	sin = math.FMA(float64(r*w), horner(w, p.Sin), r)
	cos = math.FMA(w, horner(w, p.Cos), 1)
	return sin, cos, math.Float64bits(k + shift)
}

// sin returns the sine of x; the sign of 0 stays.
func sin(x float64, p *polynomials.Set) float64 {
	if !(math.Abs(x) <= far) {
		return math.Sin(x)
	}
	s, c, n := quarter(x, p)
	return choose(x == 0, x, flip(choose(n&1 == 0, s, c), n))
}

// cos returns the cosine of x.
func cos(x float64, p *polynomials.Set) float64 {
	if !(math.Abs(x) <= far) {
		return math.Cos(x)
	}
	s, c, n := quarter(x, p)
	return flip(choose(n&1 == 0, c, s), n+1)
}

func negSin(x float64, p *polynomials.Set) float64 { return -sin(x, p) }

// flip returns x, negated in the third and fourth quadrant.
func flip(x float64, n uint64) float64 {
	return math.Float64frombits(math.Float64bits(x) ^ n<<62&(1<<63))
}
