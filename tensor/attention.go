package tensor

import (
	"math"
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// MaskedSoftmaxShape appends the shape of x, [… T S], to which keep must broadcast.
func MaskedSoftmaxShape(who string, dst, x []int, keep ...[]int) []int {
	if len(x) < 2 {
		panic(Errorf(who, "scores of shape %v: there must be two axes, [… queries keys]", slices.Clone(x)))
	}
	var buf [maxRank]int
	for _, k := range keep {
		BroadcastToShape(who, buf[:0], k, x)
	}
	return append(dst, x...)
}

// MaskedSoftmax returns the softmax of each row of the last axis of x over the
// elements that are kept: those where keep, which broadcasts to x and may be nil, is
// not 0; and, if causal, column j of row i only for j ≤ i. The others are 0, and so
// are all of a row of which nothing is kept, or only −Inf.
func MaskedSoftmax(dst, x, keep *Tensor, causal bool) *Tensor {
	const who = "tensor.MaskedSoftmax"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, MaskedSoftmaxShape(who, buf[:0], x.shape))
	apart(who, dst, x)
	if keep != nil {
		apart(who, dst, keep)
		sameType(who, x, keep)
		MaskedSoftmaxShape(who, buf[:0], x.shape, keep.shape)
		BroadcastTo(dst, keep, x.shape...)
	}
	if x.typ == Float32 {
		maskedSoftmax(dst.f32, x.f32, x.shape, keep != nil, causal)
	} else {
		maskedSoftmax(dst.f64, x.f64, x.shape, keep != nil, causal)
	}
	return dst
}

// maskedSoftmax finds the mask in dst.
func maskedSoftmax[T constraints.Float](dst, x []T, shape []int, masked, causal bool) {
	queries, keys := shape[len(shape)-2], shape[len(shape)-1]
	if len(x) == 0 {
		return
	}
	begin := 0 // of the rows that wait for their softmax
	softmax := func(end int) {
		if begin < end {
			kernel.Of[T]().Softmax(dst[begin*keys:end*keys], dst[begin*keys:end*keys], nil, end-begin, keys, 1)
		}
		begin = end + 1
	}
	rows := len(x) / keys
	for i := range rows {
		row, lost := dst[i*keys:(i+1)*keys], true
		for j, v := range x[i*keys : (i+1)*keys] {
			if masked && row[j] == 0 || causal && j > i%queries {
				v = T(math.Inf(-1))
			}
			row[j] = v
			lost = lost && math.IsInf(float64(v), -1)
		}
		if lost {
			clear(row)
			softmax(i)
		}
	}
	softmax(rows)
}
