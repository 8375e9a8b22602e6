package kernel

import (
	"math"
	mathbits "math/bits"

	"golang.org/x/exp/constraints"
)

// Folds of short rows, as those of ten classes are, which fill no vector, softmax and
// its kin: a block of rows is turned, so that each vector holds an element of many. A
// row has the same bits in whatever block it stands, also alone.

const (
	ShortRow = 32 // the longest of these rows
	rowBlock = 64 // how many are turned at a time: as many as a word has bits
)

// foldShort folds the rows of x, as many as dst has elements, each into its element,
// by a function that folds rows into a row.
func foldShort[T constraints.Float](dst, x []T, rows func(dst, x []T)) {
	n := len(x) / len(dst)
	WithSpace(rowBlock*n, func(a []T) {
		for i := 0; i < len(dst); i += rowBlock {
			m := min(rowBlock, len(dst)-i)
			Transpose(a, m, x[i*n:], n, m, n)
			rows(dst[i:i+m], a[:m*n])
		}
	})
}

// A turnedBlock is the columns of a block of rows, and what is computed of each.
type turnedBlock[T constraints.Float] struct {
	x, e, flags, spare []T // n columns of m elements
	top, ties, other   []T // m elements; a 1 behind those of top
	m                  int
}

// newBlock makes a block for m rows of n elements in the space of w.
func newBlock[T constraints.Float](w *workspace[T], m, n int) turnedBlock[T] {
	size := m * n
	space := grow(&w.a, 4*size+3*m+1)
	take := func(k int) []T {
		part := space[:k]
		space = space[k:]
		return part
	}
	b := turnedBlock[T]{x: take(size), e: take(size), flags: take(size), spare: take(size), ties: take(m), other: take(m), top: take(m), m: m}
	space[0] = 1
	return b
}

// turnRows sets dst to the transpose of m rows of n elements.
func turnRows[T constraints.Float](dst, x []T, m, n int) {
	if m == 1 || n == 1 {
		copy(dst[:m*n], x)
	} else {
		Transpose(dst, m, x, n, m, n)
	}
}

// one is the 1 behind top.
func (b *turnedBlock[T]) one() []T { return b.top[b.m : b.m+1] }

// across sets the columns of dst to f(a, y), for a y of one element a row.
func (b *turnedBlock[T]) across(f Binary[T], dst, a, y []T) {
	if b.m == 1 {
		f(dst, a, y)
		return
	}
	for i := 0; i < len(dst); i += b.m {
		f(dst[i:i+b.m], a[i:i+b.m], y)
	}
}

// exponentials computes top, the greatest of each row of x, and e = e^(x−top).
func (l *Loops[T]) exponentials(b turnedBlock[T]) {
	copy(b.top, b.x)
	l.MaxRows(b.top, b.x[b.m:])
	b.across(l.Sub, b.e, b.x, b.top) // eq: S1, S6
	l.Exp(b.e, b.e)
}

// sums adds the columns of x in pairs until one is left, the first, and returns it.
func (l *Loops[T]) sums(b turnedBlock[T], x []T) []T {
	for len(x) > b.m {
		half := len(x) / b.m / 2 * b.m
		l.Add(x[:half], x[:half], x[len(x)-half:])
		x = x[:len(x)-half]
	}
	return x
}

// rest computes e, and other = Σ e less the 1 of the greatest element: the sum of what
// is less than 1, and the number of ties less one. Beside the 1 it would lose digits.
func (l *Loops[T]) rest(b turnedBlock[T]) {
	l.exponentials(b)
	l.Eq(b.flags, b.e, b.one())
	l.Sub(b.spare, b.e, b.flags)
	l.AddScalar(b.ties, l.sums(b, b.flags), -1)
	l.Add(b.other, l.sums(b, b.spare), b.ties)
}

// logSum returns log Σ e of each row, log(1+other), by log1p where other ≤ 1.
func (l *Loops[T]) logSum(b turnedBlock[T]) []T {
	l.rest(b)
	more, less, big := b.e[:b.m], b.flags[:b.m], b.ties
	l.Gt(big, b.other, b.one())
	l.log1p(less, b.other)
	l.AddScalar(more, b.other, 1)
	l.Log(more, more)
	l.Pick(b.other, big, more, less)
	for j, m := range b.top {
		if math.IsInf(float64(m), 0) {
			b.other[j] = 0 // x−m was NaN
		}
	}
	return b.other
}

// A short works on the lines of a block, of which x, and e for a second operand, hold
// the elements. It returns as many, or one for each line.
type short[T constraints.Float] func(b turnedBlock[T]) []T

func (l *Loops[T]) shortSoftmax(b turnedBlock[T]) []T {
	l.rest(b)
	l.AddScalar(b.other, b.other, 1)
	b.across(l.Div, b.e, b.e, b.other) // eq: A10
	return b.e
}

func (l *Loops[T]) shortLogSoftmax(b turnedBlock[T]) []T {
	s := l.logSum(b)
	b.across(l.Sub, b.x, b.x, b.top)
	b.across(l.Sub, b.x, b.x, s)
	return b.x
}

func (l *Loops[T]) shortLogSumExp(b turnedBlock[T]) []T {
	s := l.logSum(b)
	l.Add(s, b.top, s)
	return s
}

// shortSoftmaxSlope returns y·(g − Σ g·y).
func (l *Loops[T]) shortSoftmaxSlope(b turnedBlock[T]) []T {
	idle := l.idle(b)
	l.Mul(b.spare, b.x, b.e)
	b.across(l.Sub, b.x, b.x, l.sums(b, b.spare))
	l.Mul(b.x, b.x, b.e)
	return b.without(idle)
}

// shortLogSoftmaxSlope returns g − eʸ·Σ g.
func (l *Loops[T]) shortLogSoftmaxSlope(b turnedBlock[T]) []T {
	idle := l.idle(b)
	copy(b.spare, b.x)
	l.Exp(b.e, b.e)
	b.across(l.Mul, b.e, b.e, l.sums(b, b.spare))
	l.Sub(b.x, b.x, b.e)
	return b.without(idle)
}

// idle returns a bit for each row of x that is 0: nothing depends on it.
func (l *Loops[T]) idle(b turnedBlock[T]) (rows uint64) {
	first := b.x[:b.m]
	for j := l.find(first, 0); j < b.m; j += 1 + l.find(first[j+1:], 0) {
		i := j
		for i < len(b.x) && b.x[i] == 0 {
			i += b.m
		}
		if i >= len(b.x) {
			rows |= 1 << j
		}
	}
	return rows
}

// without returns x, in which those rows are set to 0.
func (b *turnedBlock[T]) without(rows uint64) []T {
	for ; rows != 0; rows &= rows - 1 {
		for i := mathbits.TrailingZeros64(rows); i < len(b.x); i += b.m {
			b.x[i] = 0
		}
	}
	return b.x
}

// shortLines calls f for m lines of t, of which the first begins at the element at,
// inner apart, and is number line.
func (t *task[T]) shortLines(f short[T], line, at, m, n, inner int) {
	w := formsOf[T](best).spaces.get()
	b := newBlock(w, m, n)
	for k, x := range t.x[1:3] {
		if to := [...][]T{b.x, b.e}[k]; x != nil && inner == 1 {
			turnRows(to, x[at:], m, n)
		} else if x != nil {
			for i := range n {
				copy(to[i*m:(i+1)*m], x[at+i*inner:])
			}
		}
	}
	switch y := f(b); {
	case len(t.x[0]) < len(t.x[1]):
		copy(t.x[0][line:], y)
	case inner == 1:
		turnRows(t.x[0][at:], y, n, m)
	default:
		for i := range n {
			copy(t.x[0][at+i*inner:], y[i*m:(i+1)*m])
		}
	}
	formsOf[T](best).spaces.put(w)
}

// shortCrossEntropy is crossEntropy for the rows of x.
func (l *Loops[T]) shortCrossEntropy(dst, x []T, labels []int) {
	w := formsOf[T](best).spaces.get()
	m, n := len(labels), len(x)/len(labels)
	b := newBlock(w, m, n)
	turnRows(b.x, x, m, n)
	s := l.logSum(b)
	for j, label := range labels {
		dst[j] = (b.top[j] - b.x[label*m+j]) + s[j]
	}
	formsOf[T](best).spaces.put(w)
}

// shortCrossEntropySlope is crossEntropySlope for the rows of x.
func (l *Loops[T]) shortCrossEntropySlope(dst, g, x []T, labels []int) {
	w := formsOf[T](best).spaces.get()
	m, n := len(labels), len(x)/len(labels)
	b := newBlock(w, m, n)
	turnRows(b.x, x, m, n)
	l.exponentials(b)
	own := b.ties
	for j, label := range labels {
		at := label*m + j
		own[j], b.e[at] = b.e[at], 0
	}
	copy(b.spare, b.e)
	others := l.sums(b, b.spare)
	l.Add(own, own, others)
	l.Div(b.top, g, own)
	b.across(l.Mul, b.e, b.e, b.top)
	l.Mul(others, others, b.top)
	for j, label := range labels {
		b.e[label*m+j] = -others[j]
	}
	turnRows(dst, b.e, n, m)
	for j, v := range g {
		if v == 0 {
			clear(dst[j*n : (j+1)*n])
		}
	}
	formsOf[T](best).spaces.put(w)
}
