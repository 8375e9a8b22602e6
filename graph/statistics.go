package graph

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// elements describes the elements of x like the one at position at: "-Inf in 3
// of 320 elements, first at [4]".
func elements(x *tensor.Tensor, at int) string {
	what := number(x.Flat(at))
	if x.Len() == 1 {
		return what
	}
	n := 0
	for i := range x.Len() {
		if number(x.Flat(i)) == what {
			n++
		}
	}
	return fmt.Sprintf("%s in %d of %d elements, first at %v", what, n, x.Len(), position(x.Shape(), at))
}

// statistics describes the elements of x: "[32 10]: min 0, max 3.5, 4 zeros, 2 NaN".
func statistics(x *tensor.Tensor) string {
	lo, hi := math.Inf(1), math.Inf(-1)
	var zeros, nans int
	for i := range x.Len() {
		v := x.Flat(i)
		switch {
		case math.IsNaN(v):
			nans++
			continue
		case v == 0:
			zeros++
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	text := fmt.Sprint(x.Shape())
	if nans < x.Len() {
		text += fmt.Sprintf(": min %s, max %s", number(lo), number(hi))
	}
	for _, count := range []struct {
		n    int
		what string
	}{{zeros, "zeros"}, {nans, "NaN"}} {
		if count.n > 0 {
			text += fmt.Sprintf(", %d %s", count.n, count.what)
		}
	}
	return text
}

func number(v float64) string { return fmt.Sprintf("%.4g", v) }

// position returns the index of the element at a place in row-major order.
func position(shape []int, at int) []int {
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis] = at % shape[axis]
		at /= shape[axis]
	}
	return index
}

// broadcastAt returns the element of x that broadcasting puts at an index, if x
// broadcasts to where the index is.
func broadcastAt(x *tensor.Tensor, index []int) (float64, bool) {
	at, skip := 0, len(index)-x.Rank()
	if skip < 0 {
		return 0, false
	}
	for axis, n := range x.Shape() {
		i := index[skip+axis]
		if n == 1 {
			i = 0
		}
		if i >= n {
			return 0, false
		}
		at = at*n + i
	}
	return x.Flat(at), true
}
