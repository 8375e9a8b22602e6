package kernel

import (
	"math"
	"math/big"
)

// The elementary functions to 180 bits, from their series: slow, and without a
// step in common with functions.go.

const digits = 180

func num(x float64) *big.Float         { return new(big.Float).SetPrec(digits).SetFloat64(x) }
func plus(x, y *big.Float) *big.Float  { return new(big.Float).SetPrec(digits).Add(x, y) }
func minus(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(digits).Sub(x, y) }
func times(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(digits).Mul(x, y) }
func quo(x, y *big.Float) *big.Float   { return new(big.Float).SetPrec(digits).Quo(x, y) }

// series returns Σ tₙ for t₀ = t, tₙ = tₙ₋₁·next(n), until the terms vanish.
func series(t *big.Float, next func(n float64) *big.Float) *big.Float {
	s := num(0)
	for n := 1.0; ; n++ {
		s = plus(s, t)
		if t = times(t, next(n)); t.Sign() == 0 || t.MantExp(nil) < s.MantExp(nil)-digits-8 {
			return s
		}
	}
}

// bigExp returns eˣ = (e^(x/2ᵏ))^(2ᵏ).
func bigExp(x *big.Float) *big.Float {
	k := max(0, x.MantExp(nil)) + 8
	r := new(big.Float).SetMantExp(x, -k)
	r.SetPrec(digits)
	y := series(num(1), func(n float64) *big.Float { return quo(r, num(n)) })
	for range k {
		y = times(y, y)
	}
	return y
}

// bigLog returns the zero of e^y − x by Newton's method.
func bigLog(x *big.Float) *big.Float {
	m := new(big.Float)
	k := x.MantExp(m)
	f, _ := m.Float64()
	y := num(math.Log(f) + float64(k)*math.Ln2)
	for range 3 {
		y = minus(plus(y, quo(x, bigExp(y))), num(1))
	}
	return y
}

// bigSin takes x to |x| ≤ π first.
func bigSin(x *big.Float) *big.Float {
	x = turned(x)
	w := times(x, x)
	return series(x, func(n float64) *big.Float { return quo(w, num(-2*n*(2*n+1))) })
}

func bigCos(x *big.Float) *big.Float {
	x = turned(x)
	w := times(x, x)
	return series(num(1), func(n float64) *big.Float { return quo(w, num(-2*n*(2*n-1))) })
}

// bigTanh returns 1 − 2/(e²ˣ+1), with digits to spare near 0.
func bigTanh(x *big.Float) *big.Float {
	return minus(num(1), quo(num(2), plus(bigExp(plus(x, x)), num(1))))
}

func bigSigmoid(x *big.Float) *big.Float {
	return quo(num(1), plus(num(1), bigExp(new(big.Float).Neg(x))))
}

func bigSoftplus(x *big.Float) *big.Float { return bigLog(plus(num(1), bigExp(x))) }

// bigDensity returns φ(x) = e^(−x²/2)/√(2π).
func bigDensity(x *big.Float) *big.Float {
	root := new(big.Float).SetPrec(digits).Sqrt(plus(bigPi, bigPi))
	return quo(bigExp(quo(times(x, x), num(-2))), root)
}

// Machin's formula.
var bigPi = times(num(4), minus(times(num(4), bigAtan(5)), bigAtan(239)))

// bigAtan returns the arc tangent of 1/n.
func bigAtan(n float64) *big.Float {
	w, sum := quo(num(-1), num(n*n)), num(0)
	t := quo(num(1), num(n))
	for k := 1.0; t.MantExp(nil) > -digits-8; k += 2 {
		sum = plus(sum, quo(t, num(k)))
		t = times(t, w)
	}
	return sum
}

// bigNormal returns Φ(x): φ(x)·(x + x³/3 + x⁵/(3·5) + …) + ½ for small |x|, the
// continued fraction φ/(t + 1/(t + 2/(t + 3/…))) of Φ(−t) beyond.
func bigNormal(x *big.Float) *big.Float {
	if f, _ := x.Float64(); math.Abs(f) < 7 {
		w := times(x, x)
		s := series(x, func(n float64) *big.Float { return quo(w, num(2*n+1)) })
		return plus(num(0.5), times(bigDensity(x), s))
	}
	t := new(big.Float).Abs(x)
	y := t
	for n := 200.0; n > 0; n-- {
		y = plus(t, quo(num(n), y))
	}
	q := quo(bigDensity(x), y)
	if x.Sign() > 0 {
		return minus(num(1), q)
	}
	return q
}

// turned returns x less whole turns.
func turned(x *big.Float) *big.Float {
	turn := plus(bigPi, bigPi)
	n, _ := quo(x, turn).Int(nil)
	return minus(x, times(new(big.Float).SetPrec(digits).SetInt(n), turn))
}

func bigGELU(x *big.Float) *big.Float { return times(x, bigNormal(x)) }

func bigGELUSlope(x *big.Float) *big.Float {
	return plus(bigNormal(x), times(x, bigDensity(x)))
}

func bigSwish(x *big.Float) *big.Float { return times(x, bigSigmoid(x)) }

func bigSwishSlope(x *big.Float) *big.Float {
	s := bigSigmoid(x)
	return plus(s, times(times(x, s), minus(num(1), s)))
}

// bigBend returns 2u and 2u′ of GELUTanh.
func bigBend(x *big.Float) (u, slope *big.Float) {
	c := times(num(2), new(big.Float).SetPrec(digits).Sqrt(quo(num(2), bigPi)))
	a := quo(num(44715), num(1e6))
	w := times(a, times(x, x))
	u = times(c, times(x, plus(num(1), w)))
	return u, times(c, plus(num(1), times(num(3), w)))
}

func bigGELUTanh(x *big.Float) *big.Float {
	u, _ := bigBend(x)
	return times(x, bigSigmoid(u))
}

func bigGELUTanhSlope(x *big.Float) *big.Float {
	u, slope := bigBend(x)
	s := bigSigmoid(u)
	return plus(s, times(times(x, slope), times(s, minus(num(1), s))))
}

// bigBCE is that of a target of ¼.
func bigBCE(x *big.Float) *big.Float {
	return minus(bigSoftplus(x), quo(x, num(4)))
}

// bigErf is Σ (−1)ᵏ 2/√π·x²ᵏ⁺¹/(k!·(2k+1)), for |x| ≤ 6.
func bigErf(x *big.Float) *big.Float {
	w := times(x, x)
	power, sum := num(1), num(0)
	for k := 0.0; power.Sign() != 0 && power.MantExp(nil) > -digits; k++ {
		sum = plus(sum, quo(power, num(2*k+1)))
		power = quo(times(power, w), num(-k-1))
	}
	return times(times(x, sum), bigErfSlope(num(0)))
}

func bigErfSlope(x *big.Float) *big.Float {
	e := bigExp(minus(num(0), times(x, x)))
	return quo(times(num(2), e), new(big.Float).SetPrec(digits).Sqrt(bigPi))
}
