package kernel

import "golang.org/x/exp/constraints"

// block is how many elements a call of assembly takes: while it runs, the
// garbage collector cannot stop it, and waits.
const block = 1 << 16

// part returns the part of an operand that belongs to dst[i:j]; it panics if
// the operand is short.
func part[T any](x []T, i, j int) []T {
	if len(x) == 1 {
		return x
	}
	return x[i:j]
}

// The functions below cut the loops f of assembly into blocks.

func cutUnary[T constraints.Float](f func(dst, x []T)) Unary[T] {
	return func(dst, x []T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], x[i:j])
		}
	}
}

func cutScalar[T constraints.Float](f func(dst, x []T, c T)) Scalar[T] {
	return func(dst, x []T, c T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], x[i:j], c)
		}
	}
}

func cutBinary[T constraints.Float](f func(dst, a, b []T)) Binary[T] {
	return func(dst, a, b []T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], part(a, i, j), part(b, i, j))
		}
	}
}

func cutSlope[T constraints.Float](f func(dst, u, x []T)) Binary[T] {
	return func(dst, u, x []T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], u[i:j], x[i:j])
		}
	}
}

func cutLimits[T constraints.Float](f func(dst, x []T, lo, hi T)) func(dst, x []T, lo, hi T) {
	return func(dst, x []T, lo, hi T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], x[i:j], lo, hi)
		}
	}
}

func cutScalarSlope[T constraints.Float](f func(dst, u, x []T, c T)) func(dst, u, x []T, c T) {
	return func(dst, u, x []T, c T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], u[i:j], x[i:j], c)
		}
	}
}

func cutLimitsSlope[T constraints.Float](f func(dst, u, x []T, lo, hi T)) func(dst, u, x []T, lo, hi T) {
	return func(dst, u, x []T, lo, hi T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], u[i:j], x[i:j], lo, hi)
		}
	}
}

func cutTernary[T constraints.Float](f func(dst, cond, a, b []T)) func(dst, cond, a, b []T) {
	return func(dst, cond, a, b []T) {
		for i := 0; i < len(dst); i += block {
			j := min(i+block, len(dst))
			f(dst[i:j], part(cond, i, j), part(a, i, j), part(b, i, j))
		}
	}
}

func cutFold[T constraints.Float](f func(acc T, x []T) T) func(acc T, x []T) T {
	return func(acc T, x []T) T {
		for len(x) > block {
			acc = f(acc, x[:block])
			x = x[block:]
		}
		return f(acc, x)
	}
}

func cutShiftedFold[T constraints.Float](f func(acc float64, x []T, c T) float64) func(acc float64, x []T, c T) float64 {
	return func(acc float64, x []T, c T) float64 {
		for len(x) > block {
			acc = f(acc, x[:block], c)
			x = x[block:]
		}
		return f(acc, x, c)
	}
}

func cutFoldOfTwo[T constraints.Float](f func(acc float64, x, y []T) float64) func(acc float64, x, y []T) float64 {
	return func(acc float64, x, y []T) float64 {
		for len(x) > block {
			acc = f(acc, x[:block], y[:block])
			x, y = x[block:], y[block:]
		}
		return f(acc, x, y[:len(x)])
	}
}

// complete replaces the loops of sine and cosine, which in assembly are right
// for |x| ≤ far: a run of elements with others goes through the plain loop.
func complete[T constraints.Float](l *Loops[T]) *Loops[T] {
	p := plain[T]()
	near := func(x []T) bool { return l.Max(0, x) <= far && l.Min(0, x) >= -far }
	l.Sin = within(near, l.Sin, p.Sin)
	l.Cos = within(near, l.Cos, p.Cos)
	l.SinSlope = slopeWithin(near, l.SinSlope, p.SinSlope)
	l.CosSlope = slopeWithin(near, l.CosSlope, p.CosSlope)
	return l
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
