package tensor

import (
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The functions of this file choose elements by a list of indices, and add
// back to the chosen places. A negative index counts from the end.

// Take returns the elements of x at the given indices of an axis: place i on
// that axis of the result is place index[i] of x. With axis 0 it looks up rows
// of a table. An index may repeat.
func Take(dst, x *Tensor, axis int, index []int) *Tensor {
	const who = "tensor.Take"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, TakeShape(who, buf[:0], x.shape, axis, index))
	apart(who, dst, x)
	outer, n, inner := lines(x.shape, Axis(who, axis, x.shape))
	if dst.typ == Float32 {
		take(dst.f32, x.f32, outer, n, inner, index)
	} else {
		take(dst.f64, x.f64, outer, n, inner, index)
	}
	return dst
}

func take[T constraints.Float](dst, x []T, outer, n, inner int, index []int) {
	for i := range outer {
		for _, v := range index {
			at := (i*n + place(v, n)) * inner
			copy(dst[:inner], x[at:])
			dst = dst[inner:]
		}
	}
}

// TakeAdd adds each place i of x on an axis to place index[i] of dst, and
// returns dst, which must not be nil. What goes to the same place adds up. It
// is the adjoint of Take.
func TakeAdd(dst, x *Tensor, axis int, index []int) *Tensor {
	const who = "tensor.TakeAdd"
	notNil(who, dst)
	sameType(who, dst, x)
	var buf [maxRank]int
	if part := TakeShape(who, buf[:0], dst.shape, axis, index); !slices.Equal(part, x.shape) {
		panic(Errorf(who, "cannot add %v to %d places on axis %d of %v", x.shape, len(index), axis, dst.shape))
	}
	apart(who, dst, x)
	dst.version++
	outer, n, inner := lines(dst.shape, Axis(who, axis, dst.shape))
	if dst.typ == Float32 {
		takeAdd(dst.f32, x.f32, outer, n, inner, index)
	} else {
		takeAdd(dst.f64, x.f64, outer, n, inner, index)
	}
	return dst
}

func takeAdd[T constraints.Float](dst, x []T, outer, n, inner int, index []int) {
	for i := range outer {
		for _, v := range index {
			at := (i*n + place(v, n)) * inner
			row := dst[at : at+inner]
			kernel.Of[T]().Add(row, row, x[:inner])
			x = x[inner:]
		}
	}
}

// Gather returns a tensor of the given shape that takes its element at each
// place from the same place of x, but for the axis, where it takes the one at
// the index. index stands in the row-major order of shape, which equals that
// of x but for the axis. It is NumPy's take_along_axis.
func Gather(dst, x *Tensor, axis int, index []int, shape ...int) *Tensor {
	const who = "tensor.Gather"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, GatherShape(who, buf[:0], x.shape, axis, index, shape))
	apart(who, dst, x)
	axis = Axis(who, axis, x.shape)
	_, n, inner := lines(x.shape, axis)
	if dst.typ == Float32 {
		gather(dst.f32, x.f32, dst.shape[axis], n, inner, index)
	} else {
		gather(dst.f64, x.f64, dst.shape[axis], n, inner, index)
	}
	return dst
}

func gather[T constraints.Float](dst, x []T, m, n, inner int, index []int) {
	for ; len(dst) > 0; x = x[n*inner:] {
		for range m {
			for j, v := range index[:inner] {
				dst[j] = x[place(v, n)*inner+j]
			}
			dst, index = dst[inner:], index[inner:]
		}
	}
}

// GatherAdd adds each element of x to the place of dst that Gather with the
// same indices would have taken it from, and returns dst, which must not be
// nil. index stands in the row-major order of the shape of x. What goes to the
// same place adds up. It is the adjoint of Gather, also known as scatter-add.
func GatherAdd(dst, x *Tensor, axis int, index []int) *Tensor {
	const who = "tensor.GatherAdd"
	notNil(who, dst)
	sameType(who, dst, x)
	var buf [maxRank]int
	GatherShape(who, buf[:0], dst.shape, axis, index, x.shape)
	apart(who, dst, x)
	dst.version++
	axis = Axis(who, axis, dst.shape)
	_, n, inner := lines(dst.shape, axis)
	if dst.typ == Float32 {
		gatherAdd(dst.f32, x.f32, x.shape[axis], n, inner, index)
	} else {
		gatherAdd(dst.f64, x.f64, x.shape[axis], n, inner, index)
	}
	return dst
}

func gatherAdd[T constraints.Float](dst, x []T, m, n, inner int, index []int) {
	for ; len(x) > 0; dst = dst[n*inner:] {
		for range m {
			for j, v := range index[:inner] {
				dst[place(v, n)*inner+j] += x[j]
			}
			x, index = x[inner:], index[inner:]
		}
	}
}

// place returns an index on an axis of n counted from the front.
func place(v, n int) int {
	if v < 0 {
		return v + n
	}
	return v
}

// OneHot returns a tensor of shape [len(labels) classes] with a 1 in each row
// at its label and 0 elsewhere.
func OneHot(typ Type, labels []int, classes int) *Tensor {
	t := New(typ, len(labels), classes)
	for i, label := range labels {
		if label < 0 || label >= classes {
			panic(Errorf("tensor.OneHot", "label %d at %d is outside of the %d classes", label, i, classes))
		}
		t.SetFlat(i*classes+label, 1)
	}
	return t
}

// source returns where in an array with n places on an axis the element lies
// that belongs to element i of one with m places there, if its index is v.
func source(i, v, m, n, inner int) int {
	outer := i / (m * inner)
	return (outer*n+place(v, n))*inner + i%inner
}
