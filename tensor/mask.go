package tensor

import (
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The functions of this file choose elements by a mask, and refuse lists of
// places that name one twice.

// BooleanMaskShape appends the number of places where mask is not 0, and the
// axes of x behind those of mask, which are its leading ones.
func BooleanMaskShape(who string, dst, x []int, mask *Tensor) []int {
	if len(mask.shape) > len(x) || !slices.Equal(mask.shape, x[:len(mask.shape)]) {
		panic(Errorf(who, "a mask of shape %v does not fit %v: it must have its leading axes", mask.shape, slices.Clone(x)))
	}
	n := 0
	for i := range mask.Len() {
		if mask.Flat(i) != 0 {
			n++
		}
	}
	return append(append(dst, n), x[len(mask.shape):]...)
}

// BooleanMask returns the places of x where mask is not 0, in row-major order:
// single elements if mask has the shape of x, or whole rows if it has the
// leading axes of x only. NaN is not 0.
func BooleanMask(dst, x, mask *Tensor) *Tensor {
	const who = "tensor.BooleanMask"
	sameType(who, x, mask)
	var buf [maxRank]int
	dst = result(who, dst, x.typ, BooleanMaskShape(who, buf[:0], x.shape, mask))
	apart(who, dst, x)
	apart(who, dst, mask)
	if x.typ == Float32 {
		masked(dst.f32, x.f32, mask.f32)
	} else {
		masked(dst.f64, x.f64, mask.f64)
	}
	return dst
}

func masked[T constraints.Float](dst, x, mask []T) {
	n := len(x) / max(1, len(mask))
	for i, m := range mask {
		if m != 0 {
			copy(dst[:n], x[i*n:])
			dst = dst[n:]
		}
	}
}

// BooleanMaskAdd adds x to the places of dst that BooleanMask with the same mask
// would have taken, and returns dst, which must not be nil. It is the adjoint of
// BooleanMask.
func BooleanMaskAdd(dst, x, mask *Tensor) *Tensor {
	const who = "tensor.BooleanMaskAdd"
	notNil(who, dst)
	sameType(who, dst, x)
	sameType(who, dst, mask)
	var buf [maxRank]int
	if part := BooleanMaskShape(who, buf[:0], dst.shape, mask); !slices.Equal(part, x.shape) {
		panic(Errorf(who, "cannot add %v to the places of %v that a mask chooses: they have shape %v", x.shape, dst.shape, slices.Clone(part)))
	}
	apart(who, dst, x)
	apart(who, dst, mask)
	dst.version++
	if x.typ == Float32 {
		maskedAdd(dst.f32, x.f32, mask.f32)
	} else {
		maskedAdd(dst.f64, x.f64, mask.f64)
	}
	return dst
}

func maskedAdd[T constraints.Float](dst, x, mask []T) {
	n := len(dst) / max(1, len(mask))
	for i, m := range mask {
		if m != 0 {
			row := dst[i*n : i*n+n]
			kernel.Of[T]().Add(row, row, x[:n])
			x = x[n:]
		}
	}
}

// ScatterAddShape appends x, for elements of a shape src that are to be added to
// it at the indices along an axis, where Gather would read them: src equals x but
// for the axis, and there is an index for each of its elements.
func ScatterAddShape(who string, dst, x []int, axis int, index, src []int) []int {
	a := Axis(who, axis, x)
	if len(src) != len(x) || !slices.Equal(src[:a], x[:a]) || !slices.Equal(src[a+1:], x[a+1:]) {
		panic(Errorf(who, "cannot scatter %v to %v along axis %d: the other axes differ", slices.Clone(src), slices.Clone(x), axis))
	}
	if n := size(who, src); n != len(index) {
		panic(Errorf(who, "%d indices for %d elements of shape %v: each wants one", len(index), n, slices.Clone(src)))
	}
	checkIndex(who, index, x, a)
	return append(dst, x...)
}

// ScatterShape is ScatterAddShape for elements that are to be written. No two may
// be written to the same place.
func ScatterShape(who string, dst, x []int, axis int, index, src []int) []int {
	dst = ScatterAddShape(who, dst, x, axis, index, src)
	a := Axis(who, axis, x)
	_, n, inner := lines(x, a)
	twice := -1
	kernel.WithSpace(size(who, x), func(seen []float32) {
		clear(seen)
		for i, v := range index {
			to := source(i, v, src[a], n, inner)
			if seen[to] != 0 {
				twice = i
				return
			}
			seen[to] = 1
		}
	})
	if twice >= 0 {
		panic(Errorf(who, "index %d at %d names a place of axis %d of shape %v for the second time; to add up, use ScatterAdd", index[twice], twice, axis, slices.Clone(x)))
	}
	return dst
}

// ScatterFill returns x with a value at the indices along an axis, which stand in
// the row-major order of shape as in Gather.
func ScatterFill(dst, x *Tensor, axis int, index []int, value float64, shape ...int) *Tensor {
	const who = "tensor.ScatterFill"
	var buf [maxRank]int
	ScatterAddShape(who, buf[:0], x.shape, axis, index, shape)
	dst = result(who, dst, x.typ, x.shape)
	inPlace(who, dst, x)
	copy(dst.f64, x.f64)
	copy(dst.f32, x.f32)
	a := Axis(who, axis, x.shape)
	_, n, inner := lines(x.shape, a)
	for i, v := range index {
		to := source(i, v, shape[a], n, inner)
		if x.typ == Float32 {
			dst.f32[to] = float32(value)
		} else {
			dst.f64[to] = value
		}
	}
	return dst
}
