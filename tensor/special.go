package tensor

import "math"

// Functions that package math lacks, or computes with a loss of digits. Where
// nothing else is said, the error is a few units in the last place of float64,
// and Float32 results are those, rounded.

// Log2 returns the binary logarithm of x, exact for powers of two.
func Log2(dst, x *Tensor) *Tensor { return Map(dst, x, log2) }

// math.Log2 adds the exponent, so that log₂(1 + ε) = 1 + log₂(½ + ε/2) cancels.
func log2(x float64) float64 {
	if x > 0.7 && x < 1.4 {
		return math.Log(x) * math.Log2E
	}
	return math.Log2(x)
}

// Log10 returns the decimal logarithm of x, exact for powers of ten.
func Log10(dst, x *Tensor) *Tensor { return Map(dst, x, log10) }

func log10(x float64) float64 {
	y := math.Log(x) * math.Log10E
	if n := math.Round(y); math.Abs(y-n) < 1e-12 && x == math.Pow10(int(n)) {
		return n
	}
	return y
}

// Logit returns log(x/(1 − x)), the inverse of Sigmoid: −Inf at 0, +Inf at 1 and
// NaN outside.
func Logit(dst, x *Tensor) *Tensor { return Map(dst, x, logit) }

// Near ½ the logarithm is that of a number near 1; 2 artanh(2x − 1) is the same,
// and 2x − 1 is exact there.
func logit(x float64) float64 {
	if x >= 0.25 && x <= 0.75 {
		return 2 * math.Atanh(2*x-1)
	}
	return math.Log(x) - math.Log1p(-x)
}

// LogAddExp returns log(eᵃ + eᵇ), broadcasting, without overflow. It is a where b
// is −Inf.
func LogAddExp(dst, a, b *Tensor) *Tensor { return Map2(dst, a, b, logAddExp) }

func logAddExp(a, b float64) float64 {
	if a == b { // and a − b is NaN if they are infinite
		return a + math.Ln2
	}
	return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}

// Sinh returns the hyperbolic sine of x.
func Sinh(dst, x *Tensor) *Tensor { return Map(dst, x, sinh) }

// math.Sinh overflows a little early.
func sinh(x float64) float64 {
	if a := math.Abs(x); a > 709 {
		h := math.Exp(a / 2)
		return math.Copysign(h/2*h, x)
	}
	return math.Sinh(x)
}

// Cosh returns the hyperbolic cosine of x.
func Cosh(dst, x *Tensor) *Tensor { return Map(dst, x, cosh) }

func cosh(x float64) float64 {
	if a := math.Abs(x); a > 709 {
		return sinh(a)
	}
	return math.Cosh(x)
}

// Asin returns the arc sine of x, NaN where |x| > 1.
func Asin(dst, x *Tensor) *Tensor { return Map(dst, x, asin) }

func asin(x float64) float64 {
	return math.Atan2(x, math.Sqrt((1-x)*(1+x)))
}

// Acos returns the arc cosine of x, NaN where |x| > 1. It keeps its digits near
// 1, where π/2 − arcsin x would cancel.
func Acos(dst, x *Tensor) *Tensor { return Map(dst, x, acos) }

// W. Kahan, "Branch cuts for complex elementary functions", 1987.
func acos(x float64) float64 {
	return 2 * math.Atan2(math.Sqrt(1-x), math.Sqrt(1+x))
}

// TanhShrink returns x − tanh x, without cancellation near 0.
func TanhShrink(dst, x *Tensor) *Tensor { return Map(dst, x, tanhShrink) }

// Lambert's continued fraction tanh x = x/(1 + k), k = x²/(3 + x²/(5 + …)), whose
// terms are positive, makes it x·k/(1 + k).
func tanhShrink(x float64) float64 {
	if !(math.Abs(x) < 1) {
		return x - math.Tanh(x)
	}
	d := 21.0
	for j := 19.0; j >= 3; j -= 2 {
		d = j + x*x/d
	}
	k := x * x / d
	return x * k / (1 + k)
}

// Sinc returns the n-th derivative of sin(πx)/(πx), for n = 0 the function itself,
// which is 1 at 0. It panics if n is negative.
func Sinc(dst, x *Tensor, n int) *Tensor {
	if n < 0 {
		panic(Errorf("tensor.Sinc", "there is no derivative of order %d", n))
	}
	return Map(dst, x, func(x float64) float64 { return sinc(x, n) })
}

// With u = πx and S(u) = sin(u)/u the n-th derivative is πⁿ·S⁽ⁿ⁾(u). Near 0 it is
// that of the Taylor series, Σ (−1)ᵏ u²ᵏ⁻ⁿ/((2k+1)·(2k−n)!); elsewhere the
// derivatives of u·S = sin u give u·S⁽ⁿ⁾ = sin⁽ⁿ⁾(u) − n·S⁽ⁿ⁻¹⁾.
func sinc(x float64, n int) float64 {
	u := math.Pi * x
	switch {
	case math.IsInf(x, 0):
		return 0
	case math.Abs(u) <= 1+float64(n)/2:
		return math.Pow(math.Pi, float64(n)) * sincSeries(u, n)
	}
	s, c := sincospi(x)
	cycle := [4]float64{s, c, -s, -c}
	y := s / u
	for i := 1; i <= n; i++ {
		y = (cycle[i%4] - float64(i)*y) / u
	}
	return math.Pow(math.Pi, float64(n)) * y
}

func sincSeries(u float64, n int) float64 {
	m := n % 2 // the power of u, which is 2k − n
	term := 1.0
	if m == 1 {
		term = u
	}
	if (m+n)/2%2 == 1 {
		term = -term
	}
	sum := 0.0
	for ; math.Abs(term) > 1e-19 || m < 2; m += 2 {
		sum += term / float64(m+n+1)
		term *= -u * u / float64((m+1)*(m+2))
	}
	return sum
}

// sincospi returns the sine and cosine of πx. The nearest integer is taken off
// x, which is exact.
func sincospi(x float64) (s, c float64) {
	n := math.RoundToEven(x)
	s, c = math.Sincos(math.Pi * (x - n))
	if math.Mod(n, 2) != 0 {
		return -s, -c
	}
	return s, c
}

// Erfcinv returns the inverse of the complementary error function 1 − erf x:
// +Inf at 0, −Inf at 2 and NaN outside.
func Erfcinv(dst, x *Tensor) *Tensor { return Map(dst, x, erfcinv) }

// math.Erfcinv is the inverse of erf at 1 − p, which loses all digits of a small
// p. In the tails two steps of Halley's method refine the rational approximation
// 26.2.22 of M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 1964.
func erfcinv(p float64) float64 {
	switch {
	case !(p > 0 && p < 2), p >= 0.5 && p <= 1.5:
		return math.Erfinv(1 - p)
	case p > 1:
		return -erfcinv(2 - p)
	}
	t := math.Sqrt(-2 * math.Log(p/2))
	x := (t - (2.30753+0.27061*t)/(1+t*(0.99229+0.04481*t))) / math.Sqrt2
	for range 3 {
		e := (math.Erfc(x) - p) / (2 / math.SqrtPi * math.Exp(-x*x))
		x += e / (1 - x*e)
	}
	return x
}
