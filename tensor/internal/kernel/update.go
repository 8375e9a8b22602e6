package kernel

import (
	"math"

	"golang.org/x/exp/constraints"
)

// The loops of this file change slices in place, all in one pass: a sum, and
// the parameters w of a model together with what their optimizer remembers.
// Each product is rounded before the sum around it. g, which is only read, may
// be w; no other two slices may overlap.

// addScaled sets dst to dst + c·x.
func addScaled[T constraints.Float](dst, x []T, c T) {
	for i := range dst {
		dst[i] += T(c * x[i])
	}
}

// A Descent is the coefficients of one step of gradient descent.
type Descent[T constraints.Float] struct {
	Rate, Decay, Sign T
	Momentum, Fresh   T // of Roll and RollAhead
}

// descend sets w to w − rate·d with d = sign·g + decay·w.
func descend[T constraints.Float](w, g []T, c Descent[T]) {
	for i, v := range w {
		d := T(c.Sign*g[i]) + T(c.Decay*v) // eq: L7
		w[i] = v - T(c.Rate*d)
	}
}

// roll sets b to momentum·b + fresh·d with d = sign·g + decay·w, and w to
// w − rate·b.
func roll[T constraints.Float](w, b, g []T, c Descent[T]) {
	for i, v := range w {
		d := T(c.Sign*g[i]) + T(c.Decay*v)
		b[i] = T(c.Momentum*b[i]) + T(c.Fresh*d)
		w[i] = v - T(c.Rate*b[i])
	}
}

// rollAhead sets b as roll does, and w to w − rate·(d + momentum·b).
func rollAhead[T constraints.Float](w, b, g []T, c Descent[T]) {
	for i, v := range w {
		d := T(c.Sign*g[i]) + T(c.Decay*v)
		b[i] = T(c.Momentum*b[i]) + T(c.Fresh*d)
		w[i] = v - T(c.Rate*(d+T(c.Momentum*b[i])))
	}
}

// An Adaptation is the coefficients of one step of Adam.
type Adaptation[T constraints.Float] struct {
	Rate, Epsilon, Decay, Keep, Sign T
	Beta1, Fresh1, Beta2, Fresh2     T
}

// adapt sets m to β₁·m + fresh₁·d and v to β₂·v + fresh₂·d² with
// d = sign·g + decay·w, and w to keep·w − rate·m/(√v + ε).
func adapt[T constraints.Float](w, m, v, g []T, c Adaptation[T]) {
	for i := range w {
		d := T(c.Sign*g[i]) + T(c.Decay*w[i])
		m[i] = T(c.Beta1*m[i]) + T(c.Fresh1*d)
		v[i] = T(c.Beta2*v[i]) + T(c.Fresh2*d*d)
		w[i] = T(c.Keep*w[i]) - T(c.Rate*m[i])/(T(math.Sqrt(float64(v[i])))+c.Epsilon)
	}
}

// adaptPeak sets m and v as adapt does, peak to the greater of peak and v, and
// w to keep·w − rate·m/(√peak + ε).
func adaptPeak[T constraints.Float](w, m, v, peak, g []T, c Adaptation[T]) {
	for i := range w {
		d := T(c.Sign*g[i]) + T(c.Decay*w[i])
		m[i] = T(c.Beta1*m[i]) + T(c.Fresh1*d)
		v[i] = T(c.Beta2*v[i]) + T(c.Fresh2*d*d)
		peak[i] = max(peak[i], v[i])
		w[i] = T(c.Keep*w[i]) - T(c.Rate*m[i])/(T(math.Sqrt(float64(peak[i])))+c.Epsilon)
	}
}

// The functions below make loops of the functions f of assembly, as those of
// elementwise_blocks.go do.

func cutDescend[T constraints.Float](f func(w, g []T, rate, decay, sign T), weight int) func(w, g []T, c Descent[T]) {
	do := func(t *task[T], i, j int) {
		x, c := &t.x, &t.descent
		f(x[0][i:j], x[1][i:j], c.Rate, c.Decay, c.Sign)
	}
	return func(w, g []T, c Descent[T]) {
		n := len(w)
		if n < weight {
			f(w, g[:n], c.Rate, c.Decay, c.Sign)
			return
		}
		t := newTask(w, g[:n])
		t.descent = c
		t.run(do, n, weight/pieces)
	}
}

func cutRoll[T constraints.Float](f func(w, b, g []T, rate, decay, sign, mu, fresh T), weight int) func(w, b, g []T, c Descent[T]) {
	do := func(t *task[T], i, j int) {
		x, c := &t.x, &t.descent
		f(x[0][i:j], x[1][i:j], x[2][i:j], c.Rate, c.Decay, c.Sign, c.Momentum, c.Fresh)
	}
	return func(w, b, g []T, c Descent[T]) {
		n := len(w)
		if n < weight {
			f(w, b[:n], g[:n], c.Rate, c.Decay, c.Sign, c.Momentum, c.Fresh)
			return
		}
		t := newTask(w, b[:n], g[:n])
		t.descent = c
		t.run(do, n, weight/pieces)
	}
}

func cutAdapt[T constraints.Float](f func(w, m, v, g []T, rate, epsilon, decay, keep, sign, beta1, fresh1, beta2, fresh2 T), weight int) func(w, m, v, g []T, c Adaptation[T]) {
	do := func(t *task[T], i, j int) {
		x, c := &t.x, &t.adapt
		f(x[0][i:j], x[1][i:j], x[2][i:j], x[3][i:j], c.Rate, c.Epsilon, c.Decay, c.Keep, c.Sign, c.Beta1, c.Fresh1, c.Beta2, c.Fresh2)
	}
	return func(w, m, v, g []T, c Adaptation[T]) {
		n := len(w)
		if n < weight {
			f(w, m[:n], v[:n], g[:n], c.Rate, c.Epsilon, c.Decay, c.Keep, c.Sign, c.Beta1, c.Fresh1, c.Beta2, c.Fresh2)
			return
		}
		t := newTask(w, m[:n], v[:n], g[:n])
		t.adapt = c
		t.run(do, n, weight/pieces)
	}
}

func cutAdaptPeak[T constraints.Float](f func(w, m, v, peak, g []T, rate, epsilon, decay, keep, sign, beta1, fresh1, beta2, fresh2 T), weight int) func(w, m, v, peak, g []T, c Adaptation[T]) {
	do := func(t *task[T], i, j int) {
		x, c := &t.x, &t.adapt
		f(x[0][i:j], x[1][i:j], x[2][i:j], x[3][i:j], x[4][i:j], c.Rate, c.Epsilon, c.Decay, c.Keep, c.Sign, c.Beta1, c.Fresh1, c.Beta2, c.Fresh2)
	}
	return func(w, m, v, peak, g []T, c Adaptation[T]) {
		n := len(w)
		if n < weight {
			f(w, m[:n], v[:n], peak[:n], g[:n], c.Rate, c.Epsilon, c.Decay, c.Keep, c.Sign, c.Beta1, c.Fresh1, c.Beta2, c.Fresh2)
			return
		}
		t := newTask(w, m[:n], v[:n], peak[:n], g[:n])
		t.adapt = c
		t.run(do, n, weight/pieces)
	}
}
