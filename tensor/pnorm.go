package tensor

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// Norm2 returns the Euclidean norms √Σx² over the axes, computed in float64. The
// squares neither overflow nor vanish where the norm does not; the norm of
// nothing is 0.
func Norm2(dst, x *Tensor, axes []int, keep bool) *Tensor {
	const who = "tensor.Norm2"
	var buf, buf2 [maxRank]int
	dst = result(who, dst, x.typ, ReduceShape(who, buf[:0], x.shape, axes, keep))
	apart(who, dst, x)
	kept := ReduceShape(who, buf2[:0], x.shape, axes, true)
	if x.typ == Float32 {
		norm2(dst.f32, x.f32, x.shape, kept)
	} else {
		norm2(dst.f64, x.f64, x.shape, kept)
	}
	return dst
}

func norm2[T constraints.Float](dst, x []T, shape, kept []int) {
	clear(dst)
	if len(x) == 0 {
		return
	}
	var outside, inside [maxRank]axis
	out, in := groups(outside[:0], inside[:0], shape, kept)
	row, rest := in.row()
	var at position
	for o := range dst {
		squares := func(scale float64) (sum float64) {
			for more := true; more; more = rest.next(&at) {
				sum = kernel.AddSquares(sum, scale, x, at[0], row.step[0], row.n)
			}
			return sum
		}
		// Powers of two scale without rounding.
		switch sum := squares(1); {
		case sum > math.MaxFloat64:
			dst[o] = T(math.Sqrt(squares(0x1p-600)) * 0x1p600)
		case sum < 0x1p-900:
			dst[o] = T(math.Sqrt(squares(0x1p600)) * 0x1p-600)
		default:
			dst[o] = T(math.Sqrt(sum))
		}
		out.next(&at)
	}
}
