package kernel

import "golang.org/x/exp/constraints"

// The places of the greatest and least elements of columns, each of n elements inner
// apart: in vectors that lie across columns. The first of equals wins, and NaN beats
// every number, as in argMax.

// columnStrip is how many columns are taken at a time, so that what is known of them
// stays in the first cache.
const columnStrip = 1024

// extremeLoops sets the loops over columns. The first two set index to the place of
// the best element of each of inner columns, n ≥ 1; the others set dst to 1 at
// these places, and to 0 elsewhere.
func extremeLoops[T constraints.Float](l *Loops[T]) {
	l.ArgMax, l.ArgMin = l.argMax, l.argMin
	l.ArgMaxColumns = func(index []int, x []T, n, inner int) { l.argColumns(index, x, n, inner, l.Maximum, l.argMax) }
	l.ArgMinColumns = func(index []int, x []T, n, inner int) { l.argColumns(index, x, n, inner, l.Minimum, l.argMin) }
	l.MaskMaxColumns = func(dst, x []T, n, inner int) { l.maskColumns(dst, x, n, inner, l.Maximum, l.argMax) }
	l.MaskMinColumns = func(dst, x []T, n, inner int) { l.maskColumns(dst, x, n, inner, l.Minimum, l.argMin) }
}

// mostPlaces is how many places a float32 counts exactly.
const mostPlaces = 1 << 24

func (l *Loops[T]) argColumns(index []int, x []T, n, inner int, better Binary[T], arg func(x []T, n, step int) int) {
	w := formsOf[T](best).spaces.get()
	for j := 0; j < inner; j += columnStrip {
		m := min(columnStrip, inner-j)
		top, equal, at, place := strips(grow(&w.a, 4*columnStrip), m)
		l.extremes(top, x[j:], n, inner, better)
		for k := range at {
			at[k] = -1
		}
		for i := min(n, mostPlaces) - 1; i >= 0; i-- {
			place[0] = T(i)
			l.Eq(equal, x[i*inner+j:][:m], top)
			l.Pick(at, equal, place[:1], at)
		}
		for k, v := range at {
			if index[j+k] = int(v); v < 0 { // NaN, or too far down
				index[j+k] = arg(x[j+k:], n, inner)
			}
		}
	}
	formsOf[T](best).spaces.put(w)
}

func (l *Loops[T]) maskColumns(dst, x []T, n, inner int, better Binary[T], arg func(x []T, n, step int) int) {
	w := formsOf[T](best).spaces.get()
	for j := 0; j < inner; j += columnStrip {
		m := min(columnStrip, inner-j)
		top, equal, seen, _ := strips(grow(&w.a, 4*columnStrip), m)
		l.extremes(top, x[j:], n, inner, better)
		clear(seen)
		for i := range n {
			l.Eq(equal, x[i*inner+j:][:m], top)
			l.Gt(dst[i*inner+j:][:m], equal, seen)
			l.Maximum(seen, seen, equal)
		}
		for k, v := range seen {
			if v == 0 { // NaN
				dst[arg(x[j+k:], n, inner)*inner+j+k] = 1
			}
		}
	}
	formsOf[T](best).spaces.put(w)
}

// strips cuts space into four strips of m.
func strips[T any](space []T, m int) (a, b, c, d []T) {
	return space[:m], space[columnStrip:][:m], space[2*columnStrip:][:m], space[3*columnStrip:][:m]
}

// extremes sets top to the best element of each column.
func (l *Loops[T]) extremes(top, x []T, n, inner int, better Binary[T]) {
	copy(top, x)
	for i := 1; i < n; i++ {
		better(top, top, x[i*inner:][:len(top)])
	}
}
