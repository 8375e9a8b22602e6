package kernel

import (
	"unsafe"

	"golang.org/x/exp/constraints"
)

// Sizes of blocks, in elements. They decide what stays in which cache. A strip
// is as many columns as the widest tile in use has.
const (
	blockK    = 512  // a strip of b in the second cache, mostly in the first
	blockRows = 168  // with blockK: a in the second
	blockCols = 1024 // with blockK: b, packed, in the third
	blockThen = 4096 // finished elements that follow each other

	// The multiply-adds of one call of assembly, which nothing interrupts.
	longest = 1 << 20
)

// A factor is packed where its use would be dearer than the copy. That is b if
// its rows are not contiguous, or if packRows rows of a meet it; and a if its
// columns are contiguous, farApart, and packCols columns of b meet it. Rows that
// lie whole pages apart all fall into the same few places of the first cache,
// and drive each other out: they are packed earlier.
const (
	packRows = 600
	packCols = 128
	farApart = 256
	pageRows = 192 // rows of a that meet such a b
	page     = 4096
)

// paged says whether rows lie whole pages apart.
func paged[T constraints.Float](ld int) bool {
	var x T
	return ld*int(unsafe.Sizeof(x))%page == 0
}

// packs says which factors of m rows and n columns of the product are packed.
func (p *product[T]) packs(m, n int) (a, b bool) {
	a = n >= packCols && m > p.rows[fourVectors] &&
		(p.rowA == 1 && p.colA >= farApart || p.rowA != 1 && paged[T](p.rowA))
	b = p.colB != 1 || m >= packRows || m >= pageRows && paged[T](p.rowB)
	return a, b
}

// tileSize returns the size of tiles for m rows.
func (f *forms[T]) tileSize(m int) size {
	if m <= f.rows[fourVectors] {
		return fourVectors
	}
	return twoVectors
}

// blocks computes the rows i0 to i1 and the columns j0 to j1 block by block of
// columns, of k and of rows. Later blocks of k take up the chains from dst.
func (p *product[T]) blocks(i0, i1, j0, j1 int) {
	var ready packed[T]
	ready.size = p.tileSize(i1 - i0)
	ready.height = even(i1-i0, p.rows[ready.size])
	ready.packA, ready.packB = p.packs(i1-i0, j1-j0)
	p.terms(i0, i1, j0, j1, 0, p.k, &ready)
}

// packed says which factors are to be packed, for which tiles, and gives those
// that a team has packed already: a from row i0 on, b from column j0 on.
type packed[T any] struct {
	size         size
	height       int // of a panel of a
	packA, packB bool
	a, b         []T
	i0, j0       int
}

// terms is blocks of the terms k0 to k1: of one block of k if there is a factor
// packed already.
func (p *product[T]) terms(i0, i1, j0, j1, k0, k1 int, ready *packed[T]) {
	width, height := p.width(ready.size), ready.height
	packA, packB := ready.packA && ready.a == nil, ready.packB && ready.b == nil
	var w *workspace[T]
	if packA || packB {
		w = p.spaces.get()
		defer p.spaces.put(w)
	}
	m := i1 - i0
	stepK, stepM := even(p.k, blockK), parts(parts(m, height), parts(m, blockRows))*height
	for ; j0 < j1; j0 += blockCols {
		n := min(blockCols, j1-j0)
		for k0 := k0; k0 < k1; k0 += stepK {
			k := min(stepK, k1-k0)
			b := right[T]{p.b[k0*p.rowB+j0*p.colB:], p.rowB, width}
			switch {
			case packB:
				b = right[T]{w.packB(p, b.b, k, n, width), width, width * k}
			case ready.packB:
				b = right[T]{ready.b[(j0-ready.j0)*k:], width, width * k}
			}
			for i := i0; i < i1; i += stepM {
				m := min(stepM, i1-i)
				a := left[T]{&p.a[i*p.rowA+k0*p.colA], p.rowA, p.colA, p.rowA * height}
				switch {
				case packA:
					a = left[T]{&w.packA(p, p.a[i*p.rowA+k0*p.colA:], m, k, height)[0], 1, height, height * k}
				case ready.packA:
					a = left[T]{&ready.a[(i-ready.i0)*k], 1, height, height * k}
				}
				p.panel(ready.size, height, m, n, k, a, b, p.dst[i*p.ldd+j0:], p.ldd, p.start(i, j0, k0 == 0))
				if k0+k == p.k {
					p.finish(i, i+m, j0, j0+n)
				}
			}
		}
	}
}

// left is some rows of a: its elements lie row and col apart, and its tiles next.
type left[T any] struct {
	a              *T
	row, col, next int
}

// right is some columns of b: its rows lie row apart, and its strips next.
type right[T any] struct {
	b         []T
	row, next int
}

// A start says where chains start: the one of row i and column j from
// x[i·step+j], or all from 0 if x is nil.
type start[T any] struct {
	x    []T
	step int
}

func (s start[T]) first() *T {
	if s.x == nil {
		return nil
	}
	return &s.x[0]
}

// start returns where the chains start from row i and column j on.
func (p *product[T]) start(i, j int, first bool) start[T] {
	switch {
	case p.Add || !first:
		return start[T]{p.dst[i*p.ldd+j:], p.ldd}
	case p.Bias != nil:
		return start[T]{p.Bias[j:], 0}
	}
	return start[T]{}
}

// panel computes m rows and n columns of c from k terms, in tiles of that height:
// an even one, since a low last tile would take nearly the time of a high one.
func (f *forms[T]) panel(size size, height, m, n, k int, a left[T], b right[T], c []T, ldc int, from start[T]) {
	whole := size
	for {
		for size > f.least && n <= f.width(size-1) {
			size--
		}
		if size == fourVectors && n <= 3*f.lanes {
			size = twoVectors
		}
		width := f.width(size)
		cols, last := n&^(width-1), min(f.lanes, width)
		strips := cols >> (f.shift + int(size))
		if cols == 0 {
			cols, strips, last = n, 1, n-width+last
		}
		if m*cols*k > longest {
			strips = max(1, longest/(m*k*width))
			cols = min(cols, strips*width)
		}
		f.tiles[size](m, strips, height, k, a.a, a.row, a.col, a.next,
			&b.b[0], b.row, b.next, &c[0], ldc, from.first(), from.step, last)
		if n -= cols; n == 0 {
			return
		}
		c = c[cols:]
		if from.x != nil {
			from.x = from.x[cols:]
		}
		if size == whole {
			b.b = b.b[strips*b.next:]
		} else {
			b.b = b.b[cols:] // within the last strip
		}
	}
}
