package tensor

import (
	"math"
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The functions of this file move elements and compute nothing. All of them
// copy: tensors have no views.

// copyWalk sets dst to x along a walk of dst (array 0) and x (array 1), which
// begins at at.
func copyWalk[T constraints.Float](dst, x []T, w walk, at position) {
	if len(dst) == 0 || len(x) == 0 {
		return
	}
	row, rest := w.row()
	if turned, rest := rest.turned(row); turned.n > 1 {
		for more := true; more; more = rest.next(&at) {
			kernel.Transpose(dst[at[0]:], turned.step[0], x[at[1]:], row.step[1], row.n, turned.n)
		}
		return
	}
	for more := true; more; more = rest.next(&at) {
		if row.step[0] == 1 && row.step[1] == 1 {
			copy(dst[at[0]:at[0]+row.n], x[at[1]:])
		} else {
			kernel.CopyStep(dst, at[0], row.step[0], x, at[1], row.step[1], row.n)
		}
	}
}

// turned takes off w the axis along which x is contiguous, if dst is along row:
// the two are a transposition.
func (w walk) turned(row axis) (axis, walk) {
	for i, ax := range w {
		if row.step[0] == 1 && row.step[1] > 1 && ax.step[1] == 1 && ax.step[0] > 0 {
			w[i] = w[0] // the order of the others does not matter
			return ax, w[1:]
		}
	}
	return axis{}, w
}

// addWalk adds x to dst along such a walk.
func addWalk[T constraints.Float](dst, x []T, w walk, at position) {
	if len(dst) == 0 || len(x) == 0 {
		return
	}
	row, rest := w.row()
	for more := true; more; more = rest.next(&at) {
		if row.step[0] == 1 && row.step[1] == 1 {
			part := dst[at[0] : at[0]+row.n]
			kernel.Of[T]().Add(part, part, x[at[1]:at[1]+row.n])
			continue
		}
		kernel.AddStep(dst, at[0], row.step[0], x, at[1], row.step[1], row.n)
	}
}

// Reshape returns the elements of x, in the same order, in another shape. One
// dimension may be -1: it becomes what the others leave.
func Reshape(dst, x *Tensor, shape ...int) *Tensor {
	const who = "tensor.Reshape"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, ReshapeShape(who, buf[:0], x.shape, shape))
	apart(who, dst, x)
	copy(dst.f64, x.f64)
	copy(dst.f32, x.f32)
	return dst
}

// Transpose returns x with its axes in another order: axis i of the result is
// axis perm[i] of x. Without a perm the order is reversed.
func Transpose(dst, x *Tensor, perm ...int) *Tensor {
	const who = "tensor.Transpose"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, TransposeShape(who, buf[:0], x.shape, perm))
	apart(who, dst, x)
	var axes [maxRank]axis
	w := walk(axes[:0])
	stride := 1
	for i := len(dst.shape) - 1; i >= 0; i-- {
		from := len(dst.shape) - 1 - i
		if len(perm) > 0 {
			from = Axis(who, perm[i], x.shape)
		}
		w = w.with(dst.shape[i], position{stride, rowMajor(x.shape, from)})
		stride *= dst.shape[i]
	}
	if dst.typ == Float32 {
		copyWalk(dst.f32, x.f32, w, position{})
	} else {
		copyWalk(dst.f64, x.f64, w, position{})
	}
	return dst
}

// rowMajor returns the step of an axis in an array of that shape.
func rowMajor(shape []int, axis int) int {
	step := 1
	for _, d := range shape[axis+1:] {
		step *= d
	}
	return step
}

// A Range selects places of one axis: Start, Start+Step, … as far as, but
// without, Stop. It means what start:stop:step means in NumPy: negative Start
// and Stop count from the end, and what lies outside of the axis is cut off. A
// Step of 0 means 1; with a negative one the order is reversed.
type Range struct{ Start, Stop, Step int }

// Begin and End stand for the bounds that NumPy lets one leave out: for a
// positive step Range{Begin, End, step}, for a negative one
// Range{End, Begin, step} take the whole axis.
const (
	Begin = math.MinInt
	End   = math.MaxInt
)

// All selects a whole axis.
func All() Range { return Range{Begin, End, 1} }

// Span selects the places from start to stop−1.
func Span(start, stop int) Range { return Range{start, stop, 1} }

// resolve returns the first place on an axis of n, how many there are, and by
// how much they differ.
func (r Range) resolve(n int) (start, count, step int) {
	step = r.Step
	if step == 0 {
		step = 1
	}
	lo, hi := 0, n // where Start and Stop may stand
	if step < 0 {
		lo, hi = -1, n-1
	}
	bound := func(i int) int {
		if i < 0 {
			i += n
		}
		return min(max(i, lo), hi)
	}
	start, stop := bound(r.Start), bound(r.Stop)
	switch {
	case step > 0 && start < stop:
		count = (stop-start-1)/step + 1
	case step < 0 && start > stop:
		count = (stop-start+1)/step + 1
	}
	return start, count, step
}

// Slice returns the elements that the ranges select, one range for each axis
// from the first; axes without a range stay whole.
func Slice(dst, x *Tensor, ranges ...Range) *Tensor {
	const who = "tensor.Slice"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, SliceShape(who, buf[:0], x.shape, ranges))
	apart(who, dst, x)
	var axes [maxRank]axis
	w, at := walk(axes[:0]).window(1, x.shape, dst.shape, ranges)
	if dst.typ == Float32 {
		copyWalk(dst.f32, x.f32, w, at)
	} else {
		copyWalk(dst.f64, x.f64, w, at)
	}
	return dst
}

// SliceAdd adds x to the elements of dst that the ranges select, and returns
// dst, which must not be nil. It is the adjoint of Slice.
func SliceAdd(dst, x *Tensor, ranges ...Range) *Tensor {
	const who = "tensor.SliceAdd"
	notNil(who, dst)
	sameType(who, dst, x)
	var buf [maxRank]int
	if part := SliceShape(who, buf[:0], dst.shape, ranges); !slices.Equal(part, x.shape) {
		panic(Errorf(who, "cannot add %v to a slice of shape %v", x.shape, slices.Clone(part)))
	}
	apart(who, dst, x)
	dst.version++
	var axes [maxRank]axis
	w, at := walk(axes[:0]).window(0, dst.shape, x.shape, ranges)
	if dst.typ == Float32 {
		addWalk(dst.f32, x.f32, w, at)
	} else {
		addWalk(dst.f64, x.f64, w, at)
	}
	return dst
}

// window walks over a part of a shape that ranges select. Array whole, 0 or
// 1, is the one that is cut, the other one has the shape part. It also returns
// the place where the part begins.
func (w walk) window(whole int, shape, part []int, ranges []Range) (walk, position) {
	var at position
	stride := position{1, 1}
	for i := len(shape) - 1; i >= 0; i-- {
		r := All()
		if i < len(ranges) {
			r = ranges[i]
		}
		start, n, by := r.resolve(shape[i])
		at[whole] += start * stride[whole]
		step := stride
		step[whole] *= by
		w = w.with(n, step)
		stride[whole] *= shape[i]
		stride[1-whole] *= part[i]
	}
	return w, at
}

// Pad returns x with pads[i][0] elements before and pads[i][1] after those of
// axis i, all of them value. A negative number takes elements away instead.
func Pad(dst, x *Tensor, pads [][2]int, value float64) *Tensor {
	const who = "tensor.Pad"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, PadShape(who, buf[:0], x.shape, pads))
	apart(who, dst, x)
	dst.Fill(value)
	var axes [maxRank]axis
	var at position
	w, stride := walk(axes[:0]), position{1, 1}
	for i := len(pads) - 1; i >= 0; i-- {
		from, to := max(0, -pads[i][0]), min(x.shape[i], dst.shape[i]-pads[i][0]) // what stays of x
		if from >= to {
			return dst
		}
		at[0] += (from + pads[i][0]) * stride[0]
		at[1] += from * stride[1]
		w = w.with(to-from, stride)
		stride[0] *= dst.shape[i]
		stride[1] *= x.shape[i]
	}
	if dst.typ == Float32 {
		copyWalk(dst.f32, x.f32, w, at)
	} else {
		copyWalk(dst.f64, x.f64, w, at)
	}
	return dst
}

// Concat returns the tensors joined along an axis; their shapes must be equal
// but for that axis.
func Concat(dst *Tensor, axis int, xs ...*Tensor) *Tensor {
	const who = "tensor.Concat"
	var buf [maxRank]int
	shape := ConcatShape(who, buf[:0], axis, xs...)
	return join(who, dst, shape, Axis(who, axis, shape), xs)
}

// Stack returns the tensors, all of one shape, along a new axis, which stands
// at the given place of the result; -1 puts it last.
func Stack(dst *Tensor, axis int, xs ...*Tensor) *Tensor {
	const who = "tensor.Stack"
	var buf [maxRank]int
	shape := StackShape(who, buf[:0], axis, xs...)
	return join(who, dst, shape, Axis(who, axis, shape), xs)
}

// join fills dst with xs side by side along an axis of its shape.
func join(who string, dst *Tensor, shape []int, axis int, xs []*Tensor) *Tensor {
	dst = result(who, dst, xs[0].typ, shape)
	outer, n, inner := lines(dst.shape, axis)
	at := 0
	for _, x := range xs {
		sameType(who, xs[0], x)
		apart(who, dst, x)
		if outer == 0 {
			continue
		}
		length := x.Len() / outer
		for i := range outer {
			o := i*n*inner + at
			if dst.typ == Float32 {
				copy(dst.f32[o:], x.f32[i*length:(i+1)*length])
			} else {
				copy(dst.f64[o:], x.f64[i*length:(i+1)*length])
			}
		}
		at += length
	}
	return dst
}

// Split returns the parts of x along an axis that have the given sizes there.
// The sizes must add up to the dimension. It undoes Concat.
func Split(x *Tensor, axis int, sizes ...int) []*Tensor {
	const who = "tensor.Split"
	axis = Axis(who, axis, x.shape)
	total := 0
	for _, n := range sizes {
		if n < 0 {
			panic(Errorf(who, "size %d in %v is negative", n, slices.Clone(sizes)))
		}
		total += n
	}
	if total != x.shape[axis] {
		panic(Errorf(who, "sizes %v add up to %d; axis %d of %v has %d", slices.Clone(sizes), total, axis, x.shape, x.shape[axis]))
	}
	ranges := make([]Range, axis+1)
	for i := range ranges {
		ranges[i] = All()
	}
	parts := make([]*Tensor, len(sizes))
	start := 0
	for i, n := range sizes {
		ranges[axis] = Span(start, start+n)
		parts[i] = Slice(nil, x, ranges...)
		start += n
	}
	return parts
}
