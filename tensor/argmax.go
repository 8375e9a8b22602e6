package tensor

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// ArgMax returns the index along an axis of the greatest element, for each
// place on the other axes in row-major order. The first of equals wins, and
// NaN beats every number. It panics if the axis has no elements.
func ArgMax(x *Tensor, axis int) []int {
	return arg("tensor.ArgMax", x, axis, kernel.F64.ArgMax, kernel.F32.ArgMax)
}

// ArgMin is ArgMax for the least element; NaN beats every number here too.
func ArgMin(x *Tensor, axis int) []int {
	return arg("tensor.ArgMin", x, axis, kernel.F64.ArgMin, kernel.F32.ArgMin)
}

func arg(who string, x *Tensor, axis int, f64 func(x []float64, n, step int) int, f32 func(x []float32, n, step int) int) []int {
	var buf [maxRank]int
	ExtremeShape(who, buf[:0], x.shape, []int{axis}, false)
	outer, n, inner := lines(x.shape, Axis(who, axis, x.shape))
	index := make([]int, 0, outer*inner)
	for i := range outer {
		for j := range inner {
			from := i*n*inner + j
			if x.typ == Float32 {
				index = append(index, f32(x.f32[from:], n, inner))
			} else {
				index = append(index, f64(x.f64[from:], n, inner))
			}
		}
	}
	return index
}

// ArgMaxMask returns a tensor of the shape of x with 1 at the first greatest
// element of each group over the axes, and 0 elsewhere. NaN beats every
// number. No axes means all.
func ArgMaxMask(dst, x *Tensor, axes []int) *Tensor {
	return mask("tensor.ArgMaxMask", dst, x, axes, kernel.F64.ArgMax, kernel.F32.ArgMax)
}

// ArgMinMask is ArgMaxMask for the least element.
func ArgMinMask(dst, x *Tensor, axes []int) *Tensor {
	return mask("tensor.ArgMinMask", dst, x, axes, kernel.F64.ArgMin, kernel.F32.ArgMin)
}

func mask(who string, dst, x *Tensor, axes []int, f64 func(x []float64, n, step int) int, f32 func(x []float32, n, step int) int) *Tensor {
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

// maskGroups finds the first of each group by f, which returns the index of the
// first of n elements that lie step apart.
func maskGroups[T constraints.Float](dst, x []T, shape, kept []int, f func(x []T, n, step int) int) {
	clear(dst)
	if len(x) == 0 {
		return
	}
	var outside, inside [maxRank]axis
	out, in := groups(outside[:0], inside[:0], shape, kept)
	row, rest := in.row()
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
