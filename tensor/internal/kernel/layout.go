package kernel

import "golang.org/x/exp/constraints"

// CopyStep sets dst[o+i·d] to x[p+i·s] for i < n. A step may be negative.
func CopyStep[T constraints.Float](dst []T, o, d int, x []T, p, s, n int) {
	for range n {
		dst[o] = x[p]
		o += d
		p += s
	}
}

// AddStep adds x[p+i·s] to dst[o+i·d] for i < n.
func AddStep[T constraints.Float](dst []T, o, d int, x []T, p, s, n int) {
	for range n {
		dst[o] += x[p]
		o += d
		p += s
	}
}

// transpose sets dst[j·ldd+i] to src[i·lds+j], i < m, j < n.
func transpose[T constraints.Float](dst []T, ldd int, src []T, lds, m, n int) {
	f := formsOf[T](best)
	if f.lanes > 0 {
		f.transposeAll(dst, ldd, src, lds, m, n)
		return
	}
	for i := range m {
		for j, v := range src[i*lds:][:n] {
			dst[j*ldd+i] = v
		}
	}
}
