package kernel

import (
	"math"

	"golang.org/x/exp/constraints"
)

// The normalization of a row by its mean and variance, in float64 throughout,
// and rounded once.

// A partial is the lanes of a sum in float64: element i goes to lane i mod 32.
type partial [lanes]float64

// fold returns the sum of the lanes, folded as halves.
func (s *partial) fold() float64 {
	for n := lanes / 2; n > 0; n /= 2 {
		for i := range n {
			s[i] += s[i+n]
		}
	}
	return s[0]
}

// total returns acc + Σ x.
func total[T constraints.Float](acc float64, x []T) float64 {
	for len(x) > block {
		acc = total(acc, x[:block])
		x = x[block:]
	}
	var s partial
	for i, v := range x {
		s[i%lanes] += float64(v)
	}
	return acc + s.fold()
}

// spread returns acc + Σ (x−c)².
func spread[T constraints.Float](acc float64, x []T, c float64) float64 {
	for len(x) > block {
		acc = spread(acc, x[:block], c)
		x = x[block:]
	}
	var s partial
	for i, v := range x {
		d := float64(v) - c
		s[i%lanes] = math.FMA(d, d, s[i%lanes])
	}
	return acc + s.fold()
}

// spreadWith returns acc + Σ (x−c)·y.
func spreadWith[T constraints.Float](acc float64, x, y []T, c float64) float64 {
	for len(x) > block {
		acc = spreadWith(acc, x[:block], y[:block], c)
		x, y = x[block:], y[block:]
	}
	var s partial
	for i, v := range x {
		s[i%lanes] = math.FMA(float64(v)-c, float64(y[i]), s[i%lanes])
	}
	return acc + s.fold()
}

// normalize sets dst to (x−mean)·r.
func normalize[T constraints.Float](dst, x []T, mean, r float64) {
	for i, v := range x {
		dst[i] = T((float64(v) - mean) * r)
	}
}

// normSlope sets dst to r·(u − ubar − y·s) for y = (x−mean)·r.
func normSlope[T constraints.Float](dst, u, x []T, mean, r, ubar, s float64) {
	for i, v := range u {
		y := float64((float64(x[i]) - mean) * r)
		dst[i] = T(r * math.FMA(-y, s, float64(v)-ubar))
	}
}

// statistics returns the mean of x and 1/√(σ²+ε) for its biased variance σ².
func statistics[T constraints.Float](x []T, eps float64) (mean, r float64) {
	l, n := Of[T](), float64(len(x))
	mean = l.Total(0, x) / n
	return mean, 1 / math.Sqrt(l.Spread(0, x, mean)/n+eps)
}

// LayerNorm sets dst to y = (x−μ)/√(σ²+ε) for the mean μ and the biased
// variance σ² of x.
func LayerNorm[T constraints.Float](dst, x []T, eps float64) {
	mean, r := statistics(x, eps)
	Of[T]().Normalize(dst, x, mean, r)
}

// LayerNormSlope sets dst to the cotangent of x for the cotangent g of y,
// (g − mean(g) − y·mean(g·y))/√(σ²+ε).
func LayerNormSlope[T constraints.Float](dst, g, x []T, eps float64) {
	l, n := Of[T](), float64(len(x))
	mean, r := statistics(x, eps)
	l.NormSlope(dst, g, x, mean, r, l.Total(0, g)/n, r*(l.SpreadWith(0, x, g, mean)/n))
}

// The functions below cut the loops f of assembly into blocks.

func cutTotal[T constraints.Float](f func(acc float64, x []T) float64) func(acc float64, x []T) float64 {
	return func(acc float64, x []T) float64 {
		for len(x) > block {
			acc = f(acc, x[:block])
			x = x[block:]
		}
		return f(acc, x)
	}
}

func cutSpread[T constraints.Float](f func(acc float64, x []T, c float64) float64) func(acc float64, x []T, c float64) float64 {
	return func(acc float64, x []T, c float64) float64 {
		for len(x) > block {
			acc = f(acc, x[:block], c)
			x = x[block:]
		}
		return f(acc, x, c)
	}
}

func cutSpreadWith[T constraints.Float](f func(acc float64, x, y []T, c float64) float64) func(acc float64, x, y []T, c float64) float64 {
	return func(acc float64, x, y []T, c float64) float64 {
		for len(x) > block {
			acc = f(acc, x[:block], y[:block], c)
			x, y = x[block:], y[block:]
		}
		return f(acc, x, y[:len(x)], c)
	}
}

func cutNormalize[T constraints.Float](f func(dst, x []T, mean, r float64)) func(dst, x []T, mean, r float64) {
	return func(dst, x []T, mean, r float64) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], x[i:j], mean, r)
		}
	}
}

func cutNormSlope[T constraints.Float](f func(dst, u, x []T, mean, r, ubar, s float64)) func(dst, u, x []T, mean, r, ubar, s float64) {
	return func(dst, u, x []T, mean, r, ubar, s float64) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], u[i:j], x[i:j], mean, r, ubar, s)
		}
	}
}
