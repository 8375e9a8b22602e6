package kernel

import (
	"math"

	"golang.org/x/exp/constraints"
)

// Folds and cross-entropy of short rows, as those of ten classes are, which fill no
// vector: a block of rows is turned, so that each vector holds an element of many.

const (
	ShortRow = 32 // the longest of these rows
	rowBlock = 64 // how many are turned at a time
)

// FoldShort folds the rows of x, as many as dst has elements, each into its element,
// by a function that folds rows into a row.
func FoldShort[T constraints.Float](dst, x []T, rows func(dst, x []T)) {
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
	x, e, flags      []T // n columns of m elements
	top, ties, other []T // m elements; a 1 behind those of top
	m                int
}

// turnedRows turns the rows of x, of n elements, in the space of w, and computes
// top, the greatest of each, and e = e^(x−top). The sums are 0.
func (l *Loops[T]) turnedRows(w *workspace[T], x []T, n int) turnedBlock[T] {
	size := len(x)
	m := size / n
	space := grow(&w.a, 3*size+3*m+1)
	take := func(k int) []T {
		part := space[:k]
		space = space[k:]
		return part
	}
	b := turnedBlock[T]{x: take(size), e: take(size), flags: take(size), ties: take(m), other: take(m), top: take(m + 1), m: m}
	b.top[m] = 1
	b.top = b.top[:m]
	Transpose(b.x, m, x, n, m, n)
	for j := range m {
		b.top[j], b.ties[j], b.other[j] = T(math.Inf(-1)), 0, 0
	}
	l.MaxRows(b.top, b.x)
	for i := 0; i < size; i += m {
		l.Sub(b.e[i:i+m], b.x[i:i+m], b.top)
	}
	l.Exp(b.e, b.e)
	return b
}

// shortCrossEntropy is crossEntropy for the rows of x. Σ e less the 1 of the greatest
// element is the sum of what is less than 1, and the number of ties less one.
func (l *Loops[T]) shortCrossEntropy(dst, x []T, labels []int) {
	w := formsOf[T](best).spaces.get()
	b := l.turnedRows(w, x, len(x)/len(labels))
	one := b.top[b.m : b.m+1]
	l.Eq(b.flags, b.e, one)
	l.SumRows(b.ties, b.flags)
	l.Sub(b.flags, b.e, b.flags)
	l.SumRows(b.other, b.flags)
	l.Sub(b.ties, b.ties, one)
	l.Add(b.other, b.other, b.ties)

	// log(1+other), by log1p where other ≤ 1.
	more, less, big := b.e[:b.m], b.flags[:b.m], b.ties
	l.Gt(big, b.other, one)
	l.log1p(less, b.other)
	l.AddScalar(more, b.other, 1)
	l.Log(more, more)
	l.Pick(b.other, big, more, less)
	for j, label := range labels {
		m, s := b.top[j], b.other[j]
		if math.IsInf(float64(m), 0) {
			s = 0 // x−m was NaN
		}
		dst[j] = (m - b.x[label*b.m+j]) + s
	}
	formsOf[T](best).spaces.put(w)
}

// shortCrossEntropySlope is crossEntropySlope for the rows of x.
func (l *Loops[T]) shortCrossEntropySlope(dst, g, x []T, labels []int) {
	n := len(x) / len(labels)
	w := formsOf[T](best).spaces.get()
	b := l.turnedRows(w, x, n)
	own := b.ties
	for j, label := range labels {
		at := label*b.m + j
		own[j], b.e[at] = b.e[at], 0
	}
	l.SumRows(b.other, b.e)
	l.Add(own, own, b.other)
	l.Div(b.top, g, own)
	for i := 0; i < len(x); i += b.m {
		l.Mul(b.e[i:i+b.m], b.e[i:i+b.m], b.top)
	}
	l.Mul(b.other, b.other, b.top)
	for j, label := range labels {
		b.e[label*b.m+j] = -b.other[j]
	}
	Transpose(dst, n, b.e, b.m, n, b.m)
	for j, v := range g {
		if v == 0 {
			clear(dst[j*n : (j+1)*n])
		}
	}
	formsOf[T](best).spaces.put(w)
}
