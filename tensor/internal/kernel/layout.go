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

// tileCols is how many columns are transposed at a time: their cache lines stay in
// the first cache until all of their elements are used.
const tileCols = 128

// Transpose sets dst[j·ldd+i] to src[i·lds+j], i < m, j < n. Two cores
// are slower at it than one: they write to the same cache lines.
func Transpose[T constraints.Float](dst []T, ldd int, src []T, lds, m, n int) {
	f := formsOf[T](best)
	for j := 0; j < n; j += tileCols {
		cols := min(tileCols, n-j)
		if f.lanes > 0 {
			f.transposeAll(dst[j*ldd:], ldd, src[j:], lds, m, cols)
			continue
		}
		for i := range m {
			for k, v := range src[i*lds+j:][:cols] {
				dst[(j+k)*ldd+i] = v
			}
		}
	}
}
