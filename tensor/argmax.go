package tensor

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// ArgMax returns the index along an axis of the greatest element, for each
// place on the other axes in row-major order. The first of equals wins, and
// NaN beats every number. It panics if the axis has no elements.
func ArgMax(x *Tensor, axis int) []int {
	return arg("tensor.ArgMax", x, axis, greatest[float64](), greatest[float32]())
}

// ArgMin is ArgMax for the least element; NaN beats every number here too.
func ArgMin(x *Tensor, axis int) []int {
	return arg("tensor.ArgMin", x, axis, smallest[float64](), smallest[float32]())
}

// An extreme finds the first of n ≥ 1 elements that lie step apart, of each of inner
// columns, or marks these.
type extreme[T constraints.Float] struct {
	one     func(x []T, n, step int) int
	columns func(index []int, x []T, n, inner int)
	mask    func(dst, x []T, n, inner int)
}

func greatest[T constraints.Float]() extreme[T] {
	l := kernel.Of[T]()
	return extreme[T]{l.ArgMax, l.ArgMaxColumns, l.MaskMaxColumns}
}

func smallest[T constraints.Float]() extreme[T] {
	l := kernel.Of[T]()
	return extreme[T]{l.ArgMin, l.ArgMinColumns, l.MaskMinColumns}
}

func arg(who string, x *Tensor, axis int, f64 extreme[float64], f32 extreme[float32]) []int {
	var buf [maxRank]int
	ExtremeShape(who, buf[:0], x.shape, []int{axis}, false)
	outer, n, inner := lines(x.shape, Axis(who, axis, x.shape))
	index := make([]int, outer*inner)
	if x.typ == Float32 {
		f32.index(index, x.f32, n, inner)
	} else {
		f64.index(index, x.f64, n, inner)
	}
	return index
}

func (f extreme[T]) index(index []int, x []T, n, inner int) {
	for ; len(index) > 0; index, x = index[inner:], x[n*inner:] {
		if inner == 1 {
			index[0] = f.one(x, n, 1)
		} else {
			f.columns(index[:inner], x, n, inner)
		}
	}
}

// ArgMaxMask returns a tensor of the shape of x with 1 at the first greatest
// element of each group over the axes, and 0 elsewhere. NaN beats every
// number. No axes means all.
func ArgMaxMask(dst, x *Tensor, axes []int) *Tensor {
	return mask("tensor.ArgMaxMask", dst, x, axes, greatest[float64](), greatest[float32]())
}

// ArgMinMask is ArgMaxMask for the least element.
func ArgMinMask(dst, x *Tensor, axes []int) *Tensor {
	return mask("tensor.ArgMinMask", dst, x, axes, smallest[float64](), smallest[float32]())
}

func mask(who string, dst, x *Tensor, axes []int, f64 extreme[float64], f32 extreme[float32]) *Tensor {
	var buf [maxRank]int
	kept := ReduceShape(who, buf[:0], x.shape, axes, true)
	dst = result(who, dst, x.typ, x.shape)
	apart(who, dst, x)
	if x.typ == Float32 {
		maskGroups(dst.f32, x.f32, x.shape, kept, f32)
	} else {
		maskGroups(dst.f64, x.f64, x.shape, kept, f64)
	}
	return dst
}

// maskGroups marks the first of each group.
func maskGroups[T constraints.Float](dst, x []T, shape, kept []int, extreme extreme[T]) {
	f := extreme.one
	clear(dst)
	if len(x) == 0 {
		return
	}
	var outside, inside [maxRank]axis
	out, in := groups(outside[:0], inside[:0], shape, kept)
	row, rest := in.row()
	if inner := row.step[0]; len(rest) == 0 && inner > 1 {
		for ; len(x) > 0; dst, x = dst[row.n*inner:], x[row.n*inner:] {
			extreme.mask(dst, x, row.n, inner)
		}
		return
	}
	var at position
	for group := true; group; group = out.next(&at) {
		first := at[0] + row.step[0]*f(x[at[0]:], row.n, row.step[0])
		for rest.next(&at) {
			i := at[0] + row.step[0]*f(x[at[0]:], row.n, row.step[0])
			if two := [2]T{x[first], x[i]}; f(two[:], 2, 1) == 1 {
				first = i
			}
		}
		dst[first] = 1
	}
}
