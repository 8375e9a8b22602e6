package kernel

// Sizes of blocks, in elements. They decide what stays in which cache. A strip
// is as many columns as the widest tile in use has.
const (
	blockK    = 384  // a strip of b in the first or second cache
	blockRows = 168  // with blockK: a in the second
	blockCols = 1024 // with blockK: b, packed, in the third
	blockThen = 4096 // finished elements that follow each other
)

// A factor is packed where its use would be dearer than the copy. That is b if
// its rows are not contiguous, or if packRows rows of a meet it; and a if its
// columns are contiguous, farApart, and packCols columns of b meet it.
const (
	packRows = 192
	packCols = 128
	farApart = 256
)

// blocks computes the rows i0 to i1 and the columns j0 to j1 block by block of
// columns, of k and of rows. Later blocks of k take up the chains from dst.
func (p *product[T]) blocks(i0, i1, j0, j1 int) {
	m := i1 - i0
	size := twoVectors
	if m <= p.rows[fourVectors] {
		size = fourVectors
	}
	width := p.width(size)
	packA := p.rowA == 1 && p.colA >= farApart && j1-j0 >= packCols
	packB := p.colB != 1 || m >= packRows
	var w *workspace[T]
	if packA || packB {
		w = p.spaces.get()
		defer p.spaces.put(w)
	}
	stepK, stepM := even(p.k, blockK), even(m, blockRows)
	for ; j0 < j1; j0 += blockCols {
		n := min(blockCols, j1-j0)
		for k0 := 0; k0 < p.k; k0 += stepK {
			k := min(stepK, p.k-k0)
			b := right[T]{p.b[k0*p.rowB+j0*p.colB:], p.rowB, width}
			if packB {
				b = right[T]{w.packB(p, b.b, k, n, width), width, width * k}
			}
			for i := i0; i < i1; i += stepM {
				m := min(stepM, i1-i)
				height := even(m, p.rows[size])
				a := left[T]{p.a[i*p.rowA+k0*p.colA:], p.rowA, p.colA, p.rowA * height}
				if packA {
					a = left[T]{w.packA(p, a.a, m, k, height), 1, height, height * k}
				}
				p.panel(a, b, size, i, j0, m, n, k, k0 == 0)
				if k0+k == p.k {
					p.finish(i, i+m, j0, j0+n)
				}
			}
		}
	}
}

// left is some rows of a: its elements lie row and col apart, and its tiles next.
type left[T any] struct {
	a              []T
	row, col, next int
}

// right is some columns of b: its rows lie row apart, and its strips next.
type right[T any] struct {
	b         []T
	row, next int
}

// panel computes m rows and n columns of dst, those from row i and column j,
// from k terms. Its tiles are of even height: a low last one would take nearly
// the time of a high one.
func (p *product[T]) panel(a left[T], b right[T], size size, i, j, m, n, k int, first bool) {
	whole, at := p.width(size), 0
	for n > 0 {
		for size > p.least && n <= p.width(size-1) {
			size--
		}
		if size == fourVectors && n <= 3*p.lanes {
			size = twoVectors
		}
		width := p.width(size)
		strips, last := n/width, min(p.lanes, width)
		if strips == 0 {
			strips, last = 1, n-width+last
		}
		height := even(m, p.rows[size])
		from, step := p.start(i, j, first)
		p.tiles[size](m, strips, height, k, &a.a[0], a.row, a.col, a.next,
			&b.b[at], b.row, b.next, &p.dst[i*p.ldd+j], p.ldd, from, step, last)
		j, n = j+strips*width, n-strips*width
		if width == whole {
			at += strips * b.next
		} else {
			at += width // within the last strip
		}
	}
}

// start returns where the chains of a part of dst start, and how far apart
// those of its rows do: nil for 0.
func (p *product[T]) start(i, j int, first bool) (from *T, step int) {
	switch {
	case p.Add || !first:
		return &p.dst[i*p.ldd+j], p.ldd
	case p.Bias != nil:
		return &p.Bias[j], 0
	}
	return nil, 0
}
