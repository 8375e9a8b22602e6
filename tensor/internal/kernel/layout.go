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
