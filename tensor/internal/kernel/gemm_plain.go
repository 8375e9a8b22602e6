package kernel

import "golang.org/x/exp/constraints"

// plain computes the rows i0 to i1 and the columns j0 to j1 of the product. It
// is the specification: every other form returns the same bits.
func (p *product[T]) plain(i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		row := p.dst[i*p.ldd+j0 : i*p.ldd+j1]
		switch {
		case p.Add:
		case p.Bias != nil:
			copy(row, p.Bias[j0:j1])
		default:
			clear(row)
		}
		switch {
		case p.k == 0:
		case p.colB == 1:
			combine(row, p.a[i*p.rowA:], p.colA, p.b[j0:], p.rowB, p.k)
		default:
			dots(row, p.a[i*p.rowA:], p.colA, p.b[j0*p.colB:], p.colB, p.k)
		}
	}
	p.finish(i0, i1, j0, j1)
}

// combine adds Σ a[p·step]·(row p of b) to dst: it reads b along its rows,
// which lie ld apart.
func combine[T constraints.Float](dst, a []T, step int, b []T, ld, k int) {
	for p := range k {
		v := a[p*step]
		row := b[p*ld:][:len(dst)]
		for j, w := range row {
			dst[j] = fma(v, w, dst[j])
		}
	}
}

// dots adds to each dst[j] the inner product of a and row j of b. Four of the
// chains run side by side: each step waits for the one before it in its chain,
// and the other three fill the time.
func dots[T constraints.Float](dst, a []T, step int, b []T, ld, k int) {
	j := 0
	for ; j+4 <= len(dst); j += 4 {
		d := dst[j : j+4]
		b0, b1 := b[j*ld:][:k], b[(j+1)*ld:][:k]
		b2, b3 := b[(j+2)*ld:][:k], b[(j+3)*ld:][:k]
		s0, s1, s2, s3 := d[0], d[1], d[2], d[3]
		for p, w := range b0 {
			v := a[p*step]
			s0 = fma(v, w, s0)
			s1 = fma(v, b1[p], s1)
			s2 = fma(v, b2[p], s2)
			s3 = fma(v, b3[p], s3)
		}
		d[0], d[1], d[2], d[3] = s0, s1, s2, s3
	}
	for ; j < len(dst); j++ {
		s := dst[j]
		for p, w := range b[j*ld:][:k] {
			s = fma(a[p*step], w, s)
		}
		dst[j] = s
	}
}
