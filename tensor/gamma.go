package tensor

import "math"

// MaxPolygamma is the highest order of Polygamma.
const MaxPolygamma = 30

// Polygamma returns the n-th derivative of the digamma function ψ = (log Γ)′: ψ
// itself for n = 0, the trigamma function for n = 1. At the poles 0, −1, −2, … it
// is NaN if the two sides differ. It panics unless 0 ≤ n ≤ MaxPolygamma.
func Polygamma(dst, x *Tensor, n int) *Tensor {
	switch {
	case n < 0 || n > MaxPolygamma:
		panic(Errorf("tensor.Polygamma", "the order %d is outside of 0 to %d", n, MaxPolygamma))
	case n == 0:
		return Map(dst, x, digamma)
	}
	return Map(dst, x, func(x float64) float64 { return polygamma(x, n) })
}

// The root of ψ among the positive numbers, in two parts.
const (
	root     = 1.4616321449683622
	rootRest = 9.5499954299656977e-17
)

// digammaTail are the coefficients cₖ = B₂ₖ/2k of ψ(x) ~ log x − 1/(2x) − Σ cₖ/x²ᵏ
// (Abramowitz and Stegun, 1964, 6.3.18).
var digammaTail = [...]float64{1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760, 1. / 12, -3617. / 8160}

func digamma(x float64) float64 {
	switch {
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case x < 0 && x == math.Floor(x): // −Inf too
		return math.NaN()
	case x < 0: // ψ(1 − x) − ψ(x) = π·cot(πx)
		s, c := sincospi(x)
		return digamma(1-x) - math.Pi*c/s
	case x >= 1 && x <= 2:
		return digammaNearRoot(x)
	}
	sum := 0.0
	for ; x < 10; x++ { // ψ(x) = ψ(x + 1) − 1/x
		sum -= 1 / x
	}
	w, tail := 1/(x*x), 0.0
	for k := len(digammaTail) - 1; k >= 0; k-- {
		tail = w * (digammaTail[k] + tail)
	}
	return sum + (math.Log(x) - 0.5/x - tail)
}

// digammaNearRoot is ψ(x) − ψ(r) for the root r, term by term, with the factor
// d = x − r taken out of each difference, so that nothing cancels. Ten steps of
// the recurrence are taken in both, up to a = x + 10 and b = r + 10.
func digammaNearRoot(x float64) float64 {
	d := (x - root) - rootRest
	sum := 0.0
	for k := range 10 {
		sum += 1 / ((x + float64(k)) * (root + float64(k)))
	}
	a, b := x+10, root+10
	p, q := 1/(a*a), 1/(b*b)
	tail, h, power := 0.0, 1.0, 1.0 // h = (pᵏ − qᵏ)/(p − q), power = qᵏ⁻¹
	for _, c := range digammaTail {
		tail += c * h
		power *= q
		h = p*h + power
	}
	return d*(sum+0.5/(a*b)+(a+b)*p*q*tail) + math.Log1p(d/b)
}

// bernoulli are B₂, B₄, …
var bernoulli = [...]float64{1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6}

// polygamma returns ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹·n!·ζ(n+1, x) for n > 0 with the zeta function
// of Hurwitz, ζ(s, x) = Σ 1/(x+k)ˢ, whose sum is completed by the formula of Euler
// and Maclaurin (Abramowitz and Stegun, 1964, 6.4.10 and 23.1.30).
func polygamma(x float64, n int) float64 {
	odd := n%2 == 1
	switch {
	case math.IsInf(x, -1):
		return math.NaN()
	case x == 0 && !odd:
		return math.Copysign(math.Inf(1), -x)
	case x <= 0 && x == math.Floor(x):
		if odd {
			return math.Inf(1)
		}
		return math.NaN()
	case x < 0: // the n-th derivative of ψ(1 − x) − ψ(x) = π·cot(πx)
		y := polygamma(1-x, n)
		if odd {
			y = -y
		}
		return y - math.Pow(math.Pi, float64(n+1))*cotangentDerivative(x, n)
	}
	s := float64(n + 1)
	sum := 0.0
	for ; x < 2*s+12; x++ {
		sum += math.Pow(x, -s)
	}
	power := math.Pow(x, -s)
	sum += power * (x/float64(n) + 0.5)
	factor := power / x * s / 2 // s(s+1)…(s+2k−2)/(2k)!·x^(−s−2k+1)
	for k, b := range bernoulli {
		sum += b * factor
		j := s + 2*float64(k) + 1
		factor *= j * (j + 1) / (float64((2*k+3)*(2*k+4)) * x * x)
	}
	if math.IsInf(x, 1) {
		sum = 0
	}
	y := math.Gamma(s) * sum
	if odd {
		return y
	}
	return -y
}

// cotangentDerivative returns the n-th derivative of cot at πx. It is a polynomial
// of c = cot, since c′ = −(1 + c²).
func cotangentDerivative(x float64, n int) float64 {
	var p [MaxPolygamma + 2]float64 // coefficients, of c⁰ first
	p[1] = 1
	for order := range n {
		var next [MaxPolygamma + 2]float64
		for i := 1; i <= order+1; i++ {
			next[i-1] -= float64(i) * p[i]
			next[i+1] -= float64(i) * p[i]
		}
		p = next
	}
	sin, cos := sincospi(x)
	c, y := cos/sin, 0.0
	for i := n + 1; i >= 0; i-- {
		y = y*c + p[i]
	}
	return y
}
