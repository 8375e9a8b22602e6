package tensor

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// Norm2 returns the Euclidean norms √Σx² over the axes. The squares neither
// overflow nor vanish where the norm does not; the norm of nothing is 0.
func Norm2(dst, x *Tensor, axes []int, keep bool) *Tensor {
	const who = "tensor.Norm2"
	var buf, buf2 [maxRank]int
	dst = result(who, dst, x.typ, ReduceShape(who, buf[:0], x.shape, axes, keep))
	apart(who, dst, x)
	kept := ReduceShape(who, buf2[:0], x.shape, axes, true)
	if x.typ == Float32 {
		norm2(squares32, dst.f32, x.f32, x.shape, kept, 0x1p-100, math.MaxFloat32)
	} else {
		norm2(squares64, dst.f64, x.f64, x.shape, kept, 0x1p-900, math.MaxFloat64)
	}
	return dst
}

// norm2 sums squares as they are, and where the sum is not from least to most,
// once more, scaled.
func norm2[T constraints.Float](squares fold[T], dst, x []T, shape, kept []int, least, most T) {
	squares.reduce(dst, x, shape, kept)
	if len(x) == 0 {
		return
	}
	var outside, inside [maxRank]axis
	out, in := groups(outside[:0], inside[:0], shape, kept)
	row, rest := in.row()
	var at position
	for o, sum := range dst {
		if sum >= least && sum <= most || sum != sum {
			dst[o] = T(math.Sqrt(float64(sum)))
		} else {
			scale, sum := 0x1p600, 0.0 // powers of two scale without rounding
			if dst[o] > most {
				scale = 0x1p-600
			}
			for more := true; more; more = rest.next(&at) {
				sum = kernel.AddSquares(sum, scale, x, at[0], row.step[0], row.n)
			}
			dst[o] = T(math.Sqrt(sum) / scale)
		}
		out.next(&at)
	}
}
