package kernel

// Sizes of blocks, in elements. They decide what stays in which cache. A strip
// is as many columns as the widest tile in use has.
const (
	blockK    = 384  // a strip of b in the first or second cache
	blockRows = 168  // with blockK: a in the second
	blockCols = 1024 // with blockK: b, packed, in the third
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
	width := 2 * p.lanes
	if m <= p.rows[2] {
		width = 4 * p.lanes
	}
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
			b, rowB, next := p.b[k0*p.rowB+j0*p.colB:], p.rowB, width // next: from strip to strip
			if packB {
				b, rowB, next = w.packB(p, b, k, n, width), width, width*k
			}
			for i := i0; i < i1; i += stepM {
				m := min(stepM, i1-i)
				a, colA := p.a[i*p.rowA+k0*p.colA:], p.colA
				if packA {
					a, colA = w.packA(p, a, m, k), m
				}
				for j, at := 0, 0; j < n; j, at = j+width, at+next {
					c := p.dst[i*p.n+j0+j:]
					p.strip(a, colA, b[at:], rowB, c, m, min(width, n-j), k, p.add || k0 > 0)
				}
			}
		}
	}
}

// strip computes m rows and n columns of c from k terms. Its tiles are of even
// height: a low last one would take nearly the time of a high one.
func (p *product[T]) strip(a []T, colA int, b []T, rowB int, c []T, m, n, k int, add bool) {
	for j := 0; j < n; {
		size := 0
		switch {
		case n-j > 3*p.lanes:
			size = 2
		case n-j > p.lanes:
			size = 1
		}
		full := p.lanes << size
		cols := min(n-j, full)
		height := even(m, p.rows[size])
		for i := 0; i < m; i += height {
			p.tiles[size](min(height, m-i), k, &a[i*p.rowA], p.rowA, colA,
				&b[j], rowB, &c[i*p.n+j], p.n, add, p.lanes+cols-full)
		}
		j += cols
	}
}
