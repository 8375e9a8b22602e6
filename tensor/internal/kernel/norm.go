package kernel

import (
	"math"

	"golang.org/x/exp/constraints"
)

// The normalization of a row by its mean and variance. The mean is c + rest: the
// sum of the elements gives c, and the sum of x−c, which is exact for elements
// near c, what rounding has lost. So a large common part of the elements costs
// no digits.

// spread returns Σ (x−c) and Σ (x−c)² of a block, in lanes that fill 128 bytes.
func spread[T constraints.Float](x []T, c T) (s, q T) {
	var sums, squares partial[T]
	n := perBytes[T](128)
	for i, v := range x {
		d := v - c
		sums[i%n] += d
		squares[i%n] = fma(d, d, squares[i%n])
	}
	return halves(sums[:n]), halves(squares[:n])
}

// spreadWith returns Σ y and Σ (x−c)·y of a block.
func spreadWith[T constraints.Float](x, y []T, c T) (s, q T) {
	var sums, products partial[T]
	n := perBytes[T](128)
	for i, v := range x {
		sums[i%n] += y[i]
		products[i%n] = fma(v-c, y[i], products[i%n])
	}
	return halves(sums[:n]), halves(products[:n])
}

// normalize sets dst to (x−c−rest)·r.
func normalize[T constraints.Float](dst, x []T, c, rest, r T) {
	for i, v := range x {
		dst[i] = T(v-c-rest) * r
	}
}

// affine sets dst to y·gain + bias for y = (x−c−rest)·r.
func affine[T constraints.Float](dst, x, gain, bias []T, c, rest, r T) {
	for i, v := range x {
		dst[i] = fma(T(T(v-c-rest)*r), gain[i], bias[i])
	}
}

// addNormed sets dst to acc + u·y for y = (x−c−rest)·r, where u is not 0.
func addNormed[T constraints.Float](dst, acc, u, x []T, c, rest, r T) {
	for i, v := range u {
		y := T(T(x[i]-c-rest) * r)
		dst[i] = acc[i] + choose(v == 0, 0, T(v*y))
	}
}

// normSlope sets dst to r·(u − ubar − y·s) for y = (x−c−rest)·r.
func normSlope[T constraints.Float](dst, u, x []T, c, rest, r, ubar, s T) {
	for i, v := range u {
		y := T(T(x[i]-c-rest) * r)
		dst[i] = r * fma(-y, s, v-ubar)
	}
}

// statistics returns the mean of x in two parts and 1/√(σ²+ε) for its biased
// variance σ².
func (l *Loops[T]) statistics(x []T, eps float64) (c, rest T, r float64) {
	n := float64(len(x))
	c = T(float64(l.Sum(0, x)) / n)
	s, q := l.spread(x, c)
	d := s / n
	return c, T(d), 1 / math.Sqrt(max(q/n-float64(d*d), 0)+eps)
}

// layerNorm sets dst to y·gain + bias, y = (x−μ)/√(σ²+ε) for the mean μ and the
// biased variance σ² of x. Without a gain it is y, and y·gain without a bias.
func (l *Loops[T]) layerNorm(dst, x, gain, bias []T, eps float64) {
	c, rest, r := l.statistics(x, eps)
	if bias != nil {
		l.affine(dst, x, gain, bias, c, rest, T(r))
		return
	}
	l.normalize(dst, x, c, rest, T(r))
	if gain != nil {
		l.Mul(dst, dst, gain)
	}
}

// layerNormSlope sets dst to the cotangent of x for the cotangent u of y,
// (u − mean(u) − y·mean(u·y))/√(σ²+ε), and to 0 if all of u is 0. With a gain, u is
// the cotangent of y·gain.
func (l *Loops[T]) layerNormSlope(dst, u, x, gain []T, eps float64) {
	if gain != nil {
		l.MulMasked(dst, u, gain)
		u = dst
	}
	if zeros(dst, u) {
		return
	}
	n := float64(len(x))
	c, rest, r := l.statistics(x, eps)
	s, q := l.spreadWith(x, u, c) // Σ u·y = r·(Σ (x−c)·u − rest·Σ u)
	l.normSlope(dst, u, x, c, rest, T(r), T(s/n), T(r*((q-float64(float64(rest)*s))/n)))
}

// gainBlock is how many rows are summed one after another.
const gainBlock = 32

// normLoops sets the loops over rows that are normalized.
func normLoops[T constraints.Float](l *Loops[T]) *Loops[T] {
	norm := func(t *task[T], i, j int) {
		for n := t.width; i < j; i++ {
			l.layerNorm(t.x[0][i*n:(i+1)*n], t.x[1][i*n:(i+1)*n], t.x[2], t.x[3], t.eps)
		}
	}
	l.LayerNorm = func(dst, x, gain, bias []T, n int, eps float64) {
		t := newTask(dst, x, gain, bias)
		t.eps = eps
		t.runRows(norm, parts(len(x), max(n, 1)), len(x), light)
	}
	slope := func(t *task[T], i, j int) {
		for n := t.width; i < j; i++ {
			l.layerNormSlope(t.x[0][i*n:(i+1)*n], t.x[1][i*n:(i+1)*n], t.x[2][i*n:(i+1)*n], t.x[3], t.eps)
		}
	}
	l.LayerNormSlope = func(dst, u, x, gain []T, n int, eps float64) {
		t := newTask(dst, u, x, gain)
		t.eps = eps
		t.runRows(slope, parts(len(x), max(n, 1)), len(x), light)
	}

	// The sums of blocks of rows are summed as rows are.
	sums := func(t *task[T], i, j int) {
		n := t.width
		for ; i < j; i++ {
			sum := t.space[i*n : (i+1)*n]
			clear(sum)
			for k := i * gainBlock; k < min((i+1)*gainBlock, t.height); k++ {
				u, x := t.x[0][k*n:(k+1)*n], t.x[1][k*n:(k+1)*n]
				c, rest, r := l.statistics(x, t.eps)
				l.addNormed(sum, sum, u, x, c, rest, T(r))
			}
		}
	}
	l.LayerNormGain = func(dst, u, x []T, eps float64) {
		clear(dst)
		n := len(dst)
		if n == 0 {
			return
		}
		t := newTask(u, x)
		t.eps, t.width, t.height = eps, n, len(x)/n
		blocks := parts(t.height, gainBlock)
		grow(&t.space, blocks*n)
		t.runAndKeep(sums, blocks, light/pieces/(n*gainBlock))
		l.SumRows(dst, t.space[:blocks*n])
		t.release()
	}
	return l
}

// The functions below make loops of the functions f of assembly. The sums of
// blocks go to float64.

func cutSpread[T constraints.Float](f func(x []T, c T) (s, q T)) func(x []T, c T) (s, q float64) {
	return func(x []T, c T) (s, q float64) {
		for i := 0; i < len(x); i += sumBlock {
			a, b := f(x[i:min(i+sumBlock, len(x))], c)
			s, q = s+float64(a), q+float64(b)
		}
		return s, q
	}
}

func cutSpreadWith[T constraints.Float](f func(x, y []T, c T) (s, q T)) func(x, y []T, c T) (s, q float64) {
	return func(x, y []T, c T) (s, q float64) {
		for i := 0; i < len(x); i += sumBlock {
			j := min(i+sumBlock, len(x))
			a, b := f(x[i:j], y[i:j], c)
			s, q = s+float64(a), q+float64(b)
		}
		return s, q
	}
}

func cutNormalize[T constraints.Float](f func(dst, x []T, c, rest, r T), weight int) func(dst, x []T, c, rest, r T) {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j], t.c[0], t.c[1], t.c[2]) }
	return func(dst, x []T, c, rest, r T) {
		n := len(dst)
		if n < weight {
			f(dst, x[:n], c, rest, r)
			return
		}
		t := newTask(dst, x[:n])
		t.c = [5]T{c, rest, r}
		t.run(do, n, weight/pieces)
	}
}

func cutNormSlope[T constraints.Float](f func(dst, u, x []T, c, rest, r, ubar, s T), weight int) func(dst, u, x []T, c, rest, r, ubar, s T) {
	do := func(t *task[T], i, j int) {
		f(t.x[0][i:j], t.x[1][i:j], t.x[2][i:j], t.c[0], t.c[1], t.c[2], t.c[3], t.c[4])
	}
	return func(dst, u, x []T, c, rest, r, ubar, s T) {
		n := len(dst)
		if n < weight {
			f(dst, u[:n], x[:n], c, rest, r, ubar, s)
			return
		}
		t := newTask(dst, u[:n], x[:n])
		t.c = [5]T{c, rest, r, ubar, s}
		t.run(do, n, weight/pieces)
	}
}

func cutNormed[T constraints.Float](f func(dst, a, b, d []T, c, rest, r T), _ int) func(dst, a, b, d []T, c, rest, r T) {
	return func(dst, a, b, d []T, c, rest, r T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], a[i:j], b[i:j], d[i:j], c, rest, r)
		}
	}
}
