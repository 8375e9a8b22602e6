package kernel

import "golang.org/x/exp/constraints"

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
	p := productOf(dst, a, b, m, n, k, ta, tb, add)
	p.forms = formsOf[T](best)
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
}

func productOf[T constraints.Float](dst, a, b []T, m, n, k int, ta, tb, add bool) product[T] {
	p := product[T]{dst: dst, a: a, b: b, m: m, n: n, k: k, rowA: k, colA: 1, rowB: n, colB: 1, add: add}
	if ta {
		p.rowA, p.colA = 1, m
	}
	if tb {
		p.rowB, p.colB = 1, k
	}
	return p
}

const (
	// A block of k is short enough for a panel of b to stay in the first or
	// second cache, a block of rows for its part of a to stay in the second.
	blockK    = 384
	blockRows = 504

	// From this many rows on, b is read from packed panels, although its rows
	// are contiguous.
	packRows = 300
)

// run computes the rows i0 to i1 and the columns j0 to j1: for each block of k,
// for each block of rows, panel by panel of columns. Blocks of k continue the
// chains from dst.
func (p *product[T]) run(i0, i1, j0, j1 int) {
	if p.lanes == 0 || p.k == 0 {
		p.plain(i0, i1, j0, j1)
		return
	}
	m := i1 - i0
	width := 2 * p.lanes
	if m <= p.rows[2] {
		width = 4 * p.lanes
	}
	var packed *panel[T]
	if p.colB != 1 || m >= packRows {
		packed = p.panels.Get().(*panel[T])
		defer p.panels.Put(packed)
	}
	kBlocks, rowBlocks := parts(p.k, blockK), parts(m, blockRows)
	for h := range kBlocks {
		k0, k1 := cut(p.k, kBlocks, h), cut(p.k, kBlocks, h+1)
		for g := range rowBlocks {
			r0, r1 := i0+cut(m, rowBlocks, g), i0+cut(m, rowBlocks, g+1)
			for j := j0; j < j1; j += width {
				cols := min(width, j1-j)
				if packed == nil {
					p.strip(r0, r1, j, cols, k0, k1, p.b[k0*p.rowB+j:], p.rowB)
					continue
				}
				p.pack(packed, width, k0, k1, j, cols)
				p.strip(r0, r1, j, cols, k0, k1, packed[:], width)
			}
		}
	}
}

// strip computes a block of rows and a panel of columns, tile by tile.
func (p *product[T]) strip(i0, i1, j, cols, k0, k1 int, b []T, rowB int) {
	for cols > 0 {
		size := 0
		switch {
		case cols > 3*p.lanes:
			size = 2
		case cols > p.lanes:
			size = 1
		}
		w := min(cols, p.lanes<<size)
		last := p.lanes - (p.lanes<<size - w)
		tiles := parts(i1-i0, p.rows[size])
		for t := range tiles {
			r0, r1 := i0+cut(i1-i0, tiles, t), i0+cut(i1-i0, tiles, t+1)
			p.tiles[size](r1-r0, k1-k0, &p.a[r0*p.rowA+k0*p.colA], p.rowA, p.colA,
				&b[0], rowB, &p.dst[r0*p.n+j], p.n, p.add || k0 > 0, last)
		}
		j, cols = j+w, cols-w
		if cols > 0 {
			b = b[w:]
		}
	}
}

// parts is the number of parts of at most size that n falls into; part i starts
// at cut(n, parts, i). Parts differ by 1 at most: a last part of what is left
// would often be too small to be quick.
func parts(n, size int) int   { return (n + size - 1) / size }
func cut(n, parts, i int) int { return n * i / parts }
