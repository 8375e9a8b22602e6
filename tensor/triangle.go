package tensor

import (
	"slices"

	"golang.org/x/exp/constraints"
)

// TriangleShape appends x, which must have two axes at least.
func TriangleShape(who string, dst, x []int) []int {
	if len(x) < 2 {
		panic(Errorf(who, "shape %v is no matrix: it needs two axes at least", slices.Clone(x)))
	}
	return append(dst, x...)
}

// Triu returns the elements [i, j] with j ≥ i + k of the matrices in the last two
// axes, and zeros below them.
func Triu(dst, x *Tensor, k int) *Tensor {
	return triangle("tensor.Triu", dst, x, func(i, n int) (from, to int) { return i + k, n })
}

// Tril returns the elements [i, j] with j ≤ i + k of the matrices in the last two
// axes, and zeros above them.
func Tril(dst, x *Tensor, k int) *Tensor {
	return triangle("tensor.Tril", dst, x, func(i, _ int) (from, to int) { return 0, i + k + 1 })
}

func triangle(who string, dst, x *Tensor, kept func(i, n int) (from, to int)) *Tensor {
	var buf [maxRank]int
	dst = result(who, dst, x.typ, TriangleShape(who, buf[:0], x.shape))
	inPlace(who, dst, x)
	m, n := x.shape[len(x.shape)-2], x.shape[len(x.shape)-1]
	if x.typ == Float32 {
		keepTriangle(dst.f32, x.f32, m, n, kept)
	} else {
		keepTriangle(dst.f64, x.f64, m, n, kept)
	}
	return dst
}

func keepTriangle[T constraints.Float](dst, x []T, m, n int, kept func(i, n int) (from, to int)) {
	for i := 0; len(dst) > 0; i = (i + 1) % m {
		from, to := kept(i, n)
		from = min(max(from, 0), n)
		to = min(max(to, from), n)
		clear(dst[:from])
		copy(dst[from:to], x[from:to])
		clear(dst[to:n])
		dst, x = dst[n:], x[n:]
	}
}
