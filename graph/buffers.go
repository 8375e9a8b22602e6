package graph

import (
	"math/bits"

	"github.com/adjoint-ad/adjoint/tensor"
)

// buffers keeps tensors that are no longer needed, headers and shapes
// included, for the next that ask for one. A fresh slice of 4 KiB costs 1.5 µs,
// one from here a few nanoseconds.
type buffers struct {
	free [2][][]*tensor.Tensor // by element type and class of length
	made int                   // how many were allocated: it stops rising unless some leak
}

// get returns a tensor of unspecified elements.
func (b *buffers) get(typ tensor.Type, shape []int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	c, size := class(n)
	if free := b.free[typ]; c < len(free) && len(free[c]) > 0 {
		last := len(free[c]) - 1
		x := free[c][last]
		free[c] = free[c][:last]
		return x.ReuseAs(shape...)
	}
	b.made++
	return tensor.New(typ, size).ReuseAs(shape...)
}

// put takes back a tensor that get returned.
func (b *buffers) put(x *tensor.Tensor) {
	c, _ := class(x.Len())
	for c >= len(b.free[x.Type()]) {
		b.free[x.Type()] = append(b.free[x.Type()], nil)
	}
	b.free[x.Type()][c] = append(b.free[x.Type()][c], x)
}

// class rounds a length up to one of a few sizes, so that buffers of nearly
// equal lengths serve for each other, and numbers the sizes from 0. They are
// exact up to 16 and then eight to a factor of two, so at most an eighth of a
// buffer is left unused.
func class(n int) (c, size int) {
	if n <= 16 {
		return n, n
	}
	shift := bits.Len(uint(n-1)) - 4
	top := (n - 1) >> shift // 8 to 15
	return 9 + 8*shift + top - 8, (top + 1) << shift
}
