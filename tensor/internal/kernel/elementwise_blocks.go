package kernel

import "golang.org/x/exp/constraints"

// block is how many elements a call of assembly takes at most: while it runs,
// the garbage collector cannot stop it, and waits.
const block = 1 << 16

// part returns the part of an operand that belongs to dst[i:j]; it panics if
// the operand is short.
func part[T any](x []T, i, j int) []T {
	if len(x) == 1 {
		return x
	}
	return x[i:j]
}

// The functions below make loops of the functions f of assembly. A long loop,
// of that weight or more, is cut into pieces, which a team may share.

func cutUnary[T constraints.Float](f func(dst, x []T), weight int) Unary[T] {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j]) }
	return func(dst, x []T) {
		n := len(dst)
		if n < weight {
			f(dst, x[:n])
			return
		}
		t := newTask(dst, x[:n])
		t.run(do, n, weight/pieces)
	}
}

func cutScalar[T constraints.Float](f func(dst, x []T, c T), weight int) Scalar[T] {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j], t.c[0]) }
	return func(dst, x []T, c T) {
		n := len(dst)
		if n < weight {
			f(dst, x[:n], c)
			return
		}
		t := newTask(dst, x[:n])
		t.c[0] = c
		t.run(do, n, weight/pieces)
	}
}

func cutLimits[T constraints.Float](f func(dst, x []T, lo, hi T), weight int) func(dst, x []T, lo, hi T) {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j], t.c[0], t.c[1]) }
	return func(dst, x []T, lo, hi T) {
		n := len(dst)
		if n < weight {
			f(dst, x[:n], lo, hi)
			return
		}
		t := newTask(dst, x[:n])
		t.c[0], t.c[1] = lo, hi
		t.run(do, n, weight/pieces)
	}
}

func cutSlope[T constraints.Float](f func(dst, u, x []T), weight int) Binary[T] {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j], t.x[2][i:j]) }
	return func(dst, u, x []T) {
		n := len(dst)
		if n < weight {
			f(dst, u[:n], x[:n])
			return
		}
		t := newTask(dst, u[:n], x[:n])
		t.run(do, n, weight/pieces)
	}
}

func cutScalarSlope[T constraints.Float](f func(dst, u, x []T, c T), weight int) func(dst, u, x []T, c T) {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j], t.x[2][i:j], t.c[0]) }
	return func(dst, u, x []T, c T) {
		n := len(dst)
		if n < weight {
			f(dst, u[:n], x[:n], c)
			return
		}
		t := newTask(dst, u[:n], x[:n])
		t.c[0] = c
		t.run(do, n, weight/pieces)
	}
}

func cutLimitsSlope[T constraints.Float](f func(dst, u, x []T, lo, hi T), weight int) func(dst, u, x []T, lo, hi T) {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], t.x[1][i:j], t.x[2][i:j], t.c[0], t.c[1]) }
	return func(dst, u, x []T, lo, hi T) {
		n := len(dst)
		if n < weight {
			f(dst, u[:n], x[:n], lo, hi)
			return
		}
		t := newTask(dst, u[:n], x[:n])
		t.c[0], t.c[1] = lo, hi
		t.run(do, n, weight/pieces)
	}
}

func cutBinary[T constraints.Float](f func(dst, a, b []T), weight int) Binary[T] {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], part(t.x[1], i, j), part(t.x[2], i, j)) }
	return func(dst, a, b []T) {
		n := len(dst)
		if n < weight {
			f(dst, part(a, 0, n), part(b, 0, n))
			return
		}
		newTask(dst, part(a, 0, n), part(b, 0, n)).run(do, n, weight/pieces)
	}
}

func cutTernary[T constraints.Float](f func(dst, cond, a, b []T), weight int) func(dst, cond, a, b []T) {
	do := func(t *task[T], i, j int) { f(t.x[0][i:j], part(t.x[1], i, j), part(t.x[2], i, j), part(t.x[3], i, j)) }
	return func(dst, cond, a, b []T) {
		n := len(dst)
		if n < weight {
			f(dst, part(cond, 0, n), part(a, 0, n), part(b, 0, n))
			return
		}
		newTask(dst, part(cond, 0, n), part(a, 0, n), part(b, 0, n)).run(do, n, weight/pieces)
	}
}

// complete replaces the loops of sine and cosine, which in assembly are right
// for |x| ≤ far: a run of elements with others goes through the plain loop. So do
// all rows of a few elements, in the loops that programs on scalars call most.
func complete[T constraints.Float](l *Loops[T]) *Loops[T] {
	p := plain[T]()
	l.Add, l.Sub = long(l.Add, p.Add), long(l.Sub, p.Sub)
	l.Mul, l.Div = long(l.Mul, p.Mul), long(l.Div, p.Div)
	l.MulMasked = long(l.MulMasked, p.MulMasked)
	near := func(x []T) bool { return l.Max(0, x) <= far && l.Min(0, x) >= -far }
	l.Sin = cutUnary(within(near, l.Sin, p.Sin), heavy)
	l.Cos = cutUnary(within(near, l.Cos, p.Cos), heavy)
	l.SinSlope = cutSlope(slopeWithin(near, l.SinSlope, p.SinSlope), heavy)
	l.CosSlope = cutSlope(slopeWithin(near, l.CosSlope, p.CosSlope), heavy)
	return rowLoops(l)
}

// few is how many elements take as long in plain Go as the start of a loop in
// assembly does.
const few = 4

func long[T constraints.Float](fast, plain Binary[T]) Binary[T] {
	return func(dst, a, b []T) {
		if len(dst) <= few {
			plain(dst, a, b)
		} else {
			fast(dst, a, b)
		}
	}
}

// run is how many elements a far one sends through the plain loop.
const run = 1024

func within[T constraints.Float](near func(x []T) bool, fast, plain Unary[T]) Unary[T] {
	return func(dst, x []T) {
		for i := 0; i < len(dst); i += run {
			j := min(i+run, len(dst))
			f := plain
			if near(x[i:j]) {
				f = fast
			}
			f(dst[i:j], x[i:j])
		}
	}
}

func slopeWithin[T constraints.Float](near func(x []T) bool, fast, plain Binary[T]) Binary[T] {
	return func(dst, u, x []T) {
		for i := 0; i < len(dst); i += run {
			j := min(i+run, len(dst))
			f := plain
			if near(x[i:j]) {
				f = fast
			}
			f(dst[i:j], u[i:j], x[i:j])
		}
	}
}
