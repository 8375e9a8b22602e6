package tensor

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

func greater(a, b float64) bool { return a > b }
func lesser(a, b float64) bool  { return a < b }

// ArgMax returns the index along an axis of the greatest element, for each
// place on the other axes in row-major order. The first of equals wins, and
// NaN beats every number. It panics if the axis has no elements.
func ArgMax(x *Tensor, axis int) []int { return arg("tensor.ArgMax", x, axis, math.Inf(-1), greater) }

// ArgMin is ArgMax for the least element; NaN beats every number here too.
func ArgMin(x *Tensor, axis int) []int { return arg("tensor.ArgMin", x, axis, math.Inf(1), lesser) }

func arg(who string, x *Tensor, axis int, worst float64, beats func(a, b float64) bool) []int {
	var buf [maxRank]int
	ExtremeShape(who, buf[:0], x.shape, []int{axis}, false)
	outer, n, inner := lines(x.shape, Axis(who, axis, x.shape))
	index := make([]int, 0, outer*inner)
	for i := range outer {
		for j := range inner {
			at, from := 0, i*n*inner+j
			if x.typ == Float32 {
				at, _ = kernel.First(float32(worst), x.f32[from:], n, inner, beats)
			} else {
				at, _ = kernel.First(worst, x.f64[from:], n, inner, beats)
			}
			index = append(index, at/inner)
		}
	}
	return index
}

// ArgMaxMask returns a tensor of the shape of x with 1 at the first greatest
// element of each group over the axes, and 0 elsewhere. NaN beats every
// number. No axes means all.
func ArgMaxMask(dst, x *Tensor, axes []int) *Tensor {
	return mask("tensor.ArgMaxMask", dst, x, axes, math.Inf(-1), greater)
}

// ArgMinMask is ArgMaxMask for the least element.
func ArgMinMask(dst, x *Tensor, axes []int) *Tensor {
	return mask("tensor.ArgMinMask", dst, x, axes, math.Inf(1), lesser)
}

func mask(who string, dst, x *Tensor, axes []int, worst float64, beats func(a, b float64) bool) *Tensor {
	var buf [maxRank]int
	kept := ReduceShape(who, buf[:0], x.shape, axes, true)
	dst = result(who, dst, x.typ, x.shape)
	apart(who, dst, x)
	if x.typ == Float32 {
		maskGroups(dst.f32, x.f32, x.shape, kept, float32(worst), beats)
	} else {
		maskGroups(dst.f64, x.f64, x.shape, kept, worst, beats)
	}
	return dst
}

func maskGroups[T constraints.Float](dst, x []T, shape, kept []int, worst T, beats func(a, b float64) bool) {
	clear(dst)
	if len(x) == 0 {
		return
	}
	var outside, inside [maxRank]axis
	out, in := groups(outside[:0], inside[:0], shape, kept)
	row, rest := in.row()
	var at position
	for group := true; group; group = out.next(&at) {
		best, first := worst, at[0] // a group of nothing but worst: its first element
		for more := true; more; more = rest.next(&at) {
			if i, found := kernel.First(best, x[at[0]:], row.n, row.step[0], beats); found {
				first = at[0] + i
				best = x[first]
			}
		}
		dst[first] = 1
	}
}
