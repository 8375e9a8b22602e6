package kernel

import (
	"runtime"

	"golang.org/x/exp/constraints"
)

// MatMul sets dst to the m×n product of a (m×k) and b (k×n), all row-major, or
// with add adds it to dst. With ta, a is stored transposed (k×m); with tb, b is
// (n×k). dst must not overlap a or b.
//
// Each element is one chain of fused multiply-adds in ascending p,
//
//	s = round(a[i,p]·b[p,j] + s),   p = 0, 1, …, k−1
//
// that starts from 0, or with add from what dst holds. The order of the work,
// the width of the vectors and the number of goroutines have no part in it.
func MatMul[T constraints.Float](dst, a, b []T, m, n, k int, ta, tb, add bool) {
	p := productOf(formsOf[T](best), dst, a, b, m, n, k, ta, tb, add)
	if m*n*k >= forkSize && p.fork() {
		return
	}
	p.run(0, m, 0, n)
}

// A product is a matrix product in progress. Its factors have steps from row to
// row and from column to column, of which one is 1.
type product[T constraints.Float] struct {
	*forms[T]
	dst, a, b  []T
	m, n, k    int
	rowA, colA int
	rowB, colB int
	add        bool
	cuts       int // parts that a team works on
}

func productOf[T constraints.Float](f *forms[T], dst, a, b []T, m, n, k int, ta, tb, add bool) product[T] {
	p := product[T]{forms: f, m: m, n: n, k: k, rowA: k, colA: 1, rowB: n, colB: 1, add: add}
	p.dst, p.a, p.b = dst[:m*n], a[:m*k], b[:k*n] // the assembly checks no bounds
	if ta {
		p.rowA, p.colA = 1, m
	}
	if tb {
		p.rowB, p.colB = 1, k
	}
	return p
}

// run computes the rows i0 to i1 and the columns j0 to j1.
func (p *product[T]) run(i0, i1, j0, j1 int) {
	if i0 >= i1 || j0 >= j1 {
		return
	}
	switch {
	case p.lanes == 0 || p.k == 0:
		p.plain(i0, i1, j0, j1)
	case p.turns(i1-i0, j1-j0):
		p.turned(i0, i1, j0, j1)
	default:
		p.blocks(i0, i1, j0, j1)
	}
}

// forkSize is the number of multiply-adds that are worth a second goroutine.
const forkSize = 1 << 19

// fork computes the product with a team and returns true, or returns false if
// there is no team to be had.
func (p *product[T]) fork() bool {
	procs := runtime.GOMAXPROCS(0)
	if procs == 1 || !crew.busy.TryLock() {
		return false
	}
	defer crew.busy.Unlock()
	w := p.spaces.get()
	defer p.spaces.put(w)
	w.job = *p
	w.job.cuts = 4 * procs // more parts than goroutines even out their speeds
	crew.do(&w.job, w.job.cuts, procs)
	w.job = product[T]{}
	return true
}

// part computes one part of the product's longer side. The parts depend on the
// number of goroutines; the chains do not.
func (p *product[T]) part(i int) {
	if p.m > p.n {
		p.run(i*p.m/p.cuts, (i+1)*p.m/p.cuts, 0, p.n)
		return
	}
	width := max(1, 2*p.lanes)
	strips := parts(p.n, width)
	j0, j1 := i*strips/p.cuts*width, (i+1)*strips/p.cuts*width
	p.run(0, p.m, j0, min(j1, p.n))
}

// parts is the number of parts of at most size that n falls into; even is the
// least size that gives no more parts: 32 in parts of 14 is 11, 11 and 10.
func parts(n, size int) int { return (n + size - 1) / size }

func even(n, size int) int {
	if n <= size {
		return n
	}
	return parts(n, parts(n, size))
}
