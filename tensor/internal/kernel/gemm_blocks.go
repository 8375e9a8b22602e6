package kernel

// Sizes of blocks, in elements. They decide what stays in which cache. A strip
// is as many columns as the widest tile in use has.
const (
	blockK    = 384  // a strip of b in the first or second cache
	blockRows = 168  // with blockK: a in the second
	blockCols = 1024 // with blockK: b, packed, in the third
)

// From packRows on, b is packed even if its rows are contiguous: its reading
// becomes dearer than the copy.
const packRows = 300

// blocks computes the rows i0 to i1 and the columns j0 to j1 block by block of
// columns, of k and of rows. Later blocks of k take up the chains from dst.
func (p *product[T]) blocks(i0, i1, j0, j1 int) {
	m := i1 - i0
	width := 2 * p.lanes
	if m <= p.rows[2] {
		width = 4 * p.lanes
	}
	var w *workspace[T]
	if p.colB != 1 || m >= packRows {
		w = p.spaces.Get().(*workspace[T])
		defer p.spaces.Put(w)
	}
	kBlocks, rowBlocks := parts(p.k, blockK), parts(m, blockRows)
	for ; j0 < j1; j0 += blockCols {
		cols := min(blockCols, j1-j0)
		for h := range kBlocks {
			k0, k1 := cut(p.k, kBlocks, h), cut(p.k, kBlocks, h+1)
			// The block of b: its rows, and the step from strip to strip.
			b, rowB, step := p.b[k0*p.rowB+j0*p.colB:], p.rowB, width
			if w != nil {
				b, rowB, step = w.pack(p, b, k1-k0, cols, width), width, width*(k1-k0)
			}
			for g := range rowBlocks {
				r0, r1 := i0+cut(m, rowBlocks, g), i0+cut(m, rowBlocks, g+1)
				a := p.a[r0*p.rowA+k0*p.colA:]
				for j := 0; j < cols; j += width {
					c := p.dst[r0*p.n+j0+j:]
					p.strip(a, b[j/width*step:], rowB, c, r1-r0, min(width, cols-j), k1-k0, p.add || h > 0)
				}
			}
		}
	}
}

// strip computes m rows and n columns of c from k terms.
func (p *product[T]) strip(a, b []T, rowB int, c []T, m, n, k int, add bool) {
	for j := 0; j < n; {
		size := 0
		switch {
		case n-j > 3*p.lanes:
			size = 2
		case n-j > p.lanes:
			size = 1
		}
		cols := min(n-j, p.lanes<<size)
		last := p.lanes + cols - p.lanes<<size
		// Tiles of even height: a low last one would waste the wait for its
		// chains.
		tiles := parts(m, p.rows[size])
		height, higher := m/tiles, m%tiles
		for i := 0; i < m; {
			rows := height
			if higher > 0 {
				rows++
				higher--
			}
			p.tiles[size](rows, k, &a[i*p.rowA], p.rowA, p.colA, &b[j], rowB, &c[i*p.n+j], p.n, add, last)
			i += rows
		}
		j += cols
	}
}
