package tensor

import (
	"cmp"
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The functions of this file find places along an axis and choose by them. The
// places are numbers in a tensor of the type of the elements, so that a graph
// can hold them like any value; IndexOf makes a list of them.

// longestAxis is the most places that a Float32 can count.
const longestAxis = 1 << 24

// OrderShape appends x with k in place of an axis, which must have as many
// places, and no more than a Float32 can count.
func OrderShape(who string, dst, x []int, axis, k int) []int {
	a := Axis(who, axis, x)
	if k < 0 || k > x[a] {
		panic(Errorf(who, "cannot choose %d of the %d on axis %d of shape %v", k, x[a], axis, slices.Clone(x)))
	}
	if x[a] > longestAxis {
		panic(Errorf(who, "axis %d of shape %v is longer than %d", axis, slices.Clone(x), longestAxis))
	}
	at := len(dst)
	dst = append(dst, x...)
	dst[at+a] = k
	return dst
}

// Order returns the places along an axis of its k smallest elements, the
// smallest first; with descending of the k largest, the largest first. Equal
// ones stay in their order. NaN counts as larger than any number.
func Order(dst, x *Tensor, axis, k int, descending bool) *Tensor {
	const who = "tensor.Order"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, OrderShape(who, buf[:0], x.shape, axis, k))
	apart(who, dst, x)
	axis = Axis(who, axis, x.shape)
	if x.typ == Float32 {
		order(dst.f32, x.f32, x.shape, axis, k, descending)
	} else {
		order(dst.f64, x.f64, x.shape, axis, k, descending)
	}
	return dst
}

func order[T constraints.Float](dst, x []T, shape []int, axis, k int, descending bool) {
	outer, n, inner := lines(shape, axis)
	sign := 1
	if descending {
		sign = -1
	}
	kernel.WithSpace(2*n, func(space []T) {
		line, places := space[:n], space[n:]
		for i := range outer {
			for j := range inner {
				kernel.CopyStep(line, 0, 1, x, i*n*inner+j, inner, n)
				if k <= min(n/8, 64) {
					choose(places[:k], line, sign)
				} else {
					sortPlaces(places, line, sign)
				}
				kernel.CopyStep(dst, i*k*inner+j, inner, places, 0, 1, k)
			}
		}
	})
}

// sortPlaces sets places to those of a line in ascending order, or in descending
// order for the sign −1. The smaller of two places comes first among equals.
func sortPlaces[T constraints.Float](places, line []T, sign int) {
	for p := range places {
		places[p] = T(p)
	}
	slices.SortFunc(places, func(p, q T) int {
		if c := sign * rank(line[int(p)], line[int(q)]); c != 0 {
			return c
		}
		return cmp.Compare(p, q)
	})
}

// choose is sortPlaces for the first few of them: it goes through the line once,
// and few of its elements find a place.
func choose[T constraints.Float](places, line []T, sign int) {
	n := 0
	for p, v := range line {
		before := func(i int) bool { return sign*rank(v, line[int(places[i])]) < 0 }
		if n == len(places) && (n == 0 || !before(n-1)) {
			continue
		}
		n = min(n+1, len(places))
		i := n - 1
		for i > 0 && before(i-1) {
			places[i] = places[i-1]
			i--
		}
		places[i] = T(p)
	}
}

// rank compares two numbers, of which NaN is the largest.
func rank[T constraints.Float](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b || a != a && b != b:
		return 0
	case a != a:
		return 1
	}
	return -1
}

// CumArgMax returns for each element the place along an axis of the greatest of
// it and those before it: the first of equals, and the first NaN if there is one.
func CumArgMax(dst, x *Tensor, axis int) *Tensor {
	return cumArg("tensor.CumArgMax", dst, x, axis, 1)
}

// CumArgMin is CumArgMax for the least element; NaN comes first here too.
func CumArgMin(dst, x *Tensor, axis int) *Tensor {
	return cumArg("tensor.CumArgMin", dst, x, axis, -1)
}

func cumArg(who string, dst, x *Tensor, axis, sign int) *Tensor {
	axis = Axis(who, axis, x.shape)
	var buf [maxRank]int
	OrderShape(who, buf[:0], x.shape, axis, x.shape[axis])
	dst = result(who, dst, x.typ, x.shape)
	apart(who, dst, x)
	if x.typ == Float32 {
		cumArgs(dst.f32, x.f32, x.shape, axis, sign)
	} else {
		cumArgs(dst.f64, x.f64, x.shape, axis, sign)
	}
	return dst
}

func cumArgs[T constraints.Float](dst, x []T, shape []int, axis, sign int) {
	scanLines(shape, axis, false, func(at, step, n int) {
		best, place := x[at], 0
		for i := range n {
			if v := x[at+i*step]; best == best && (v != v || sign*rank(v, best) > 0) {
				best, place = v, i
			}
			dst[at+i*step] = T(place)
		}
	})
}

// AlongShape appends index, the shape of a tensor of places along an axis of x,
// which it must equal but for that axis.
func AlongShape(who string, dst, x, index []int, axis int) []int {
	a := Axis(who, axis, x)
	if len(index) != len(x) || !slices.Equal(index[:a], x[:a]) || !slices.Equal(index[a+1:], x[a+1:]) {
		panic(Errorf(who, "places of shape %v do not belong to %v along axis %d: the other axes differ", slices.Clone(index), slices.Clone(x), axis))
	}
	return append(dst, index...)
}

// TakeAlong is Gather with the places in a tensor, as Order returns them.
func TakeAlong(dst, x, index *Tensor, axis int) *Tensor {
	const who = "tensor.TakeAlong"
	sameType(who, x, index)
	var buf [maxRank]int
	dst = result(who, dst, x.typ, AlongShape(who, buf[:0], x.shape, index.shape, axis))
	apart(who, dst, x)
	apart(who, dst, index)
	axis = Axis(who, axis, x.shape)
	_, n, inner := lines(x.shape, axis)
	if x.typ == Float32 {
		takeAlong(dst.f32, x.f32, index.f32, index.shape[axis], n, inner)
	} else {
		takeAlong(dst.f64, x.f64, index.f64, index.shape[axis], n, inner)
	}
	return dst
}

func takeAlong[T constraints.Float](dst, x, index []T, m, n, inner int) {
	for i, v := range index {
		dst[i] = x[source(i, checkPlace("tensor.TakeAlong", v, n), m, n, inner)]
	}
}

// TakeAlongAdd adds each element of x to the place of dst that TakeAlong with
// the same index would have taken it from, and returns dst, which must not be
// nil. It is the adjoint of TakeAlong.
func TakeAlongAdd(dst, x, index *Tensor, axis int) *Tensor {
	const who = "tensor.TakeAlongAdd"
	notNil(who, dst)
	sameType(who, dst, x)
	sameShape(who, x, index)
	var buf [maxRank]int
	AlongShape(who, buf[:0], dst.shape, index.shape, axis)
	apart(who, dst, x)
	apart(who, dst, index)
	dst.version++
	axis = Axis(who, axis, dst.shape)
	_, n, inner := lines(dst.shape, axis)
	if x.typ == Float32 {
		takeAlongAdd(dst.f32, x.f32, index.f32, index.shape[axis], n, inner)
	} else {
		takeAlongAdd(dst.f64, x.f64, index.f64, index.shape[axis], n, inner)
	}
	return dst
}

func takeAlongAdd[T constraints.Float](dst, x, index []T, m, n, inner int) {
	for i, v := range index {
		dst[source(i, checkPlace("tensor.TakeAlongAdd", v, n), m, n, inner)] += x[i]
	}
}

func checkPlace[T constraints.Float](who string, v T, n int) int {
	if !(v >= 0 && v < T(n)) {
		panic(Errorf(who, "%v is no place on an axis of %d", v, n))
	}
	return int(v)
}

// IndexOf returns the elements of a tensor of places as a list, in row-major
// order.
func IndexOf(x *Tensor) []int {
	index := make([]int, x.Len())
	for i := range index {
		index[i] = int(x.Flat(i))
	}
	return index
}
