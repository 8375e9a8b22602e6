package tensor

import (
	"math/rand/v2"

	"golang.org/x/exp/constraints"
)

// Dropout returns x/(1−p) with each element replaced by 0 with the probability p,
// 0 ≤ p < 1. Which, is decided by the seed alone: by one number of rand.PCG for each
// element in turn.
func Dropout(dst, x *Tensor, p float64, seed [2]uint64) *Tensor {
	const who = "tensor.Dropout"
	if !(p >= 0 && p < 1) {
		panic(Errorf(who, "the probability is %v: it must be at least 0 and less than 1", p))
	}
	dst = unary(who, dst, x)
	if x.typ == Float32 {
		dropout(dst.f32, x.f32, p, seed)
	} else {
		dropout(dst.f64, x.f64, p, seed)
	}
	return dst
}

func dropout[T constraints.Float](dst, x []T, p float64, seed [2]uint64) {
	var source rand.PCG
	source.Seed(seed[0], seed[1])
	bound, scale := uint64(p*(1<<53)), T(1/(1-p))
	for i, v := range x {
		if source.Uint64()>>11 < bound {
			dst[i] = 0
		} else {
			dst[i] = v * scale
		}
	}
}
