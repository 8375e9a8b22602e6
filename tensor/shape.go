package tensor

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// The rules of shapes stand in this file, each once. A function whose name
// ends in Shape appends the shape of a result to dst and panics with an Error
// when the operands do not fit. Its first argument is the name of the function
// on whose behalf it checks, with which the message begins.

// mostElements is more than a machine has memory for.
const mostElements = 1 << 44

// size returns the product of a shape and refuses what no array can have.
func size(who string, shape []int) int {
	n := 1
	for _, d := range shape {
		if d < 0 {
			panic(Errorf(who, "shape %v has a negative dimension", slices.Clone(shape)))
		}
		hi, lo := bits.Mul(uint(n), uint(d))
		if (hi != 0 || lo > math.MaxInt || uint64(lo) > mostElements) && !slices.Contains(shape, 0) {
			panic(Errorf(who, "shape %v has too many elements", slices.Clone(shape)))
		}
		n = int(lo)
	}
	return n
}

// Axis returns axis counted from the front: -1 is the last. It panics if the
// shape has no such axis.
func Axis(who string, axis int, shape []int) int {
	a := axis
	if a < 0 {
		a += len(shape)
	}
	if a < 0 || a >= len(shape) {
		panic(Errorf(who, "axis %d is outside of shape %v, which has %d axes", axis, slices.Clone(shape), len(shape)))
	}
	return a
}

// BroadcastShape appends the common shape of a and b by NumPy's rule: aligned
// at the right, two dimensions must be equal or one of them 1; a missing
// dimension counts as 1.
func BroadcastShape(who string, dst, a, b []int) []int {
	dst, bad := broadcast(dst, a, b)
	if bad != 0 {
		panic(Errorf(who, "cannot broadcast %v with %v: %d ≠ %d on axis %d%s",
			slices.Clone(a), slices.Clone(b), a[len(a)+bad], b[len(b)+bad], bad, alignment(a, b)))
	}
	return dst
}

// alignment returns the advice for two shapes of which one fits the other's first
// axes, where broadcasting looks at the last.
func alignment(a, b []int) string {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) == 0 || len(a) == len(b) || !slices.Equal(a[:len(b)], b) {
		return ""
	}
	with := slices.Concat(b, slices.Repeat([]int{1}, len(a)-len(b)))
	return fmt.Sprintf("; shapes align at the right: reshaped to %v, %v would go along the first axes (a reduction that keeps its axes gives that shape)",
		with, slices.Clone(b))
}

// broadcast is BroadcastShape, but for the panic: bad is the last axis, from
// the end, on which a and b do not fit, or 0.
func broadcast(dst, a, b []int) (shape []int, bad int) {
	for i := max(len(a), len(b)); i > 0; i-- {
		da, db := 1, 1
		if i <= len(a) {
			da = a[len(a)-i]
		}
		if i <= len(b) {
			db = b[len(b)-i]
		}
		switch {
		case da == db || db == 1:
			dst = append(dst, da)
		case da == 1:
			dst = append(dst, db)
		default:
			bad = -i
		}
	}
	return dst, bad
}

// BroadcastToShape appends shape, to which x must broadcast: aligned at the
// right, each dimension of x is that of shape, or 1.
func BroadcastToShape(who string, dst, x, shape []int) []int {
	if !reaches(x, shape) {
		panic(Errorf(who, "cannot broadcast %v to %v", slices.Clone(x), slices.Clone(shape)))
	}
	size(who, shape)
	return append(dst, shape...)
}

// SumToShape appends shape, which must broadcast to x.
func SumToShape(who string, dst, x, shape []int) []int {
	if !reaches(shape, x) {
		panic(Errorf(who, "cannot sum %v to %v: the second does not broadcast to the first", slices.Clone(x), slices.Clone(shape)))
	}
	return append(dst, shape...)
}

// reaches reports whether from broadcasts to to.
func reaches(from, to []int) bool {
	if len(from) > len(to) {
		return false
	}
	to = to[len(to)-len(from):]
	for i, d := range from {
		if d != to[i] && d != 1 {
			return false
		}
	}
	return true
}

// ReduceShape appends x without the given axes, or, with keep, x with a 1 for
// each. No axes means all; -1 is the last axis. An axis may be named once.
func ReduceShape(who string, dst, x, axes []int, keep bool) []int {
	for i, axis := range axes {
		a := Axis(who, axis, x)
		for _, b := range axes[:i] {
			if a == Axis(who, b, x) {
				panic(Errorf(who, "axes %v name axis %d of shape %v twice", slices.Clone(axes), a, slices.Clone(x)))
			}
		}
	}
	for i, d := range x {
		reduced := len(axes) == 0 || slices.Contains(axes, i) || slices.Contains(axes, i-len(x))
		switch {
		case !reduced:
			dst = append(dst, d)
		case keep:
			dst = append(dst, 1)
		}
	}
	return dst
}

// ExtremeShape is ReduceShape for a maximum or minimum, of which there is none
// of nothing: it panics if the axes hold no element.
func ExtremeShape(who string, dst, x, axes []int, keep bool) []int {
	dst = ReduceShape(who, dst, x, axes, keep)
	if group(x, axes) == 0 {
		panic(Errorf(who, "the reduced axes of shape %v hold no element", slices.Clone(x)))
	}
	return dst
}

// LayerNormShape appends the shape of x, which must have an axis; eps must be
// positive. A gain and a bias, if there are any, must have the shape of a row.
func LayerNormShape(who string, dst, x []int, eps float64, gainAndBias ...[]int) []int {
	if !(eps > 0) {
		panic(Errorf(who, "eps is %v: it must be > 0", eps))
	}
	Axis(who, -1, x)
	for i, v := range gainAndBias {
		checkRow(who, i, v, x)
	}
	return append(dst, x...)
}

// checkRow refuses a gain, which is number 0, or a bias that is no row of x.
func checkRow(who string, i int, v, x []int) {
	if row := x[len(x)-1:]; !slices.Equal(v, row) {
		panic(Errorf(who, "%s has shape %v, the rows of x %v have %v", [...]string{"gain", "bias"}[i], slices.Clone(v), slices.Clone(x), slices.Clone(row)))
	}
}

// CrossEntropyShape appends the shape of logits without its last axis, the
// classes. There must be one label for each row, from 0 to classes−1.
func CrossEntropyShape(who string, dst, logits, labels []int) []int {
	if len(logits) == 0 {
		panic(Errorf(who, "logits of shape [] have no axis of classes"))
	}
	classes := logits[len(logits)-1]
	rows := size(who, logits[:len(logits)-1])
	if len(labels) != rows {
		panic(Errorf(who, "%d labels for logits %v: %d rows want one each", len(labels), slices.Clone(logits), rows))
	}
	for i, label := range labels {
		if label < 0 || label >= classes {
			panic(Errorf(who, "label %d at %d is outside of the %d classes of logits %v", label, i, classes, slices.Clone(logits)))
		}
	}
	return append(dst, logits[:len(logits)-1]...)
}

// MatMulShape appends the shape of the product of a and b: the last two axes
// multiply as matrices, after the transposition of those of a with ta and of
// b with tb; the axes before them broadcast.
func MatMulShape(who string, dst, a, b []int, ta, tb bool) []int {
	if len(a) < 2 || len(b) < 2 {
		panic(Errorf(who, "cannot multiply %s by %s: both need at least two axes", factor(a, ta), factor(b, tb)))
	}
	m, k := matrix(a, ta)
	l, n := matrix(b, tb)
	if k != l {
		panic(Errorf(who, "cannot multiply %s by %s: %d ≠ %d%s", factor(a, ta), factor(b, tb), k, l, transposition(m, k, l, n)))
	}
	dst, bad := broadcast(dst, a[:len(a)-2], b[:len(b)-2])
	if bad != 0 {
		panic(Errorf(who, "cannot multiply %s by %s: %d ≠ %d on axis %d",
			factor(a, ta), factor(b, tb), a[len(a)-2+bad], b[len(b)-2+bad], bad-2))
	}
	return append(dst, m, n)
}

// transposition returns the advice for factors m×k and l×n that would fit if one
// of them were transposed.
func transposition(m, k, l, n int) string {
	switch {
	case k == n:
		return "; the second one transposed would fit (MatMulT)"
	case m == l:
		return "; the first one transposed would fit (MatMulT)"
	}
	return ""
}

// LinearShape appends the shape of a dense layer's result: that of x with out
// for in, which is its last axis and that of the weights w, of out × in. A bias,
// if there is one, must have the shape [out].
func LinearShape(who string, dst, x, w []int, bias ...[]int) []int {
	if len(w) != 2 || len(x) == 0 || x[len(x)-1] != w[1] {
		advice := ""
		switch {
		case len(w) == 2 && len(x) > 0 && x[len(x)-1] == w[0]:
			advice = "; the weights transposed would fit"
		case len(w) == 2 && len(x) > 1 && size(who, x[1:]) == w[1]:
			advice = fmt.Sprintf("; reshaped to %v, it would fit", []int{x[0], w[1]})
		}
		panic(Errorf(who, "cannot apply weights %v, which are out × in, to x %v: its last axis must be in%s", slices.Clone(w), slices.Clone(x), advice))
	}
	for _, b := range bias {
		if len(b) != 1 || b[0] != w[0] {
			panic(Errorf(who, "cannot add bias %v after weights %v: it must be [%d]", slices.Clone(b), slices.Clone(w), w[0]))
		}
	}
	return append(append(dst, x[:len(x)-1]...), w[0])
}

// matrix returns the rows and columns of the last two axes, transposed with t.
func matrix(shape []int, t bool) (rows, cols int) {
	rows, cols = shape[len(shape)-2], shape[len(shape)-1]
	if t {
		return cols, rows
	}
	return rows, cols
}

// factor prints a factor of a product as the caller passed it.
func factor(shape []int, t bool) string {
	if t {
		return fmt.Sprint(slices.Clone(shape)) + "ᵀ"
	}
	return fmt.Sprint(slices.Clone(shape))
}

// ReshapeShape appends shape, which must hold as many elements as x. One of
// its dimensions may be -1: it becomes what the others leave.
func ReshapeShape(who string, dst, x, shape []int) []int {
	open, known := -1, 1
	for i, d := range shape {
		switch {
		case d != -1:
			known *= d
		case open >= 0:
			panic(Errorf(who, "shape %v has more than one -1", slices.Clone(shape)))
		default:
			open = i
		}
	}
	n := size(who, x)
	at := len(dst)
	dst = append(dst, shape...)
	if open >= 0 && known > 0 && n%known == 0 {
		dst[at+open] = n / known
	} else if open >= 0 {
		panic(Errorf(who, "cannot reshape %v to %v: %d elements leave no dimension for -1", slices.Clone(x), slices.Clone(shape), n))
	}
	if m := size(who, dst[at:]); m != n {
		panic(Errorf(who, "cannot reshape %v to %v: %d ≠ %d elements", slices.Clone(x), slices.Clone(shape), n, m))
	}
	return dst
}

// TransposeShape appends the dimensions of x in the order of perm, which must
// name each axis once; -1 is the last. Without a perm the order is reversed.
func TransposeShape(who string, dst, x, perm []int) []int {
	if len(perm) == 0 {
		for i := len(x) - 1; i >= 0; i-- {
			dst = append(dst, x[i])
		}
		return dst
	}
	if len(perm) != len(x) {
		panic(Errorf(who, "%v is no order of the %d axes of %v", slices.Clone(perm), len(x), slices.Clone(x)))
	}
	for i, axis := range perm {
		a := Axis(who, axis, x)
		for _, b := range perm[:i] {
			if a == Axis(who, b, x) {
				panic(Errorf(who, "%v names axis %d of %v twice", slices.Clone(perm), a, slices.Clone(x)))
			}
		}
		dst = append(dst, x[a])
	}
	return dst
}

// SliceShape appends the number of elements that each range takes from its
// axis of x; axes without a range stay whole.
func SliceShape(who string, dst, x []int, ranges []Range) []int {
	if len(ranges) > len(x) {
		panic(Errorf(who, "%d ranges for shape %v, which has %d axes", len(ranges), slices.Clone(x), len(x)))
	}
	for i, d := range x {
		if i < len(ranges) {
			_, d, _ = ranges[i].resolve(d)
		}
		dst = append(dst, d)
	}
	return dst
}

// ConcatShape appends the shape of xs joined along an axis. They must have
// equal shapes but for that axis.
func ConcatShape(who string, dst []int, axis int, xs ...*Tensor) []int {
	if len(xs) == 0 {
		panic(Errorf(who, "no tensors to join"))
	}
	first := xs[0].shape
	a := Axis(who, axis, first)
	n := 0
	for _, x := range xs {
		if len(x.shape) != len(first) || !slices.Equal(x.shape[:a], first[:a]) || !slices.Equal(x.shape[a+1:], first[a+1:]) {
			panic(Errorf(who, "cannot join %v and %v along axis %d: the other axes differ", first, x.shape, axis))
		}
		n += x.shape[a]
	}
	at := len(dst)
	dst = append(dst, first...)
	dst[at+a] = n
	return dst
}

// StackShape appends the shape of xs stacked along a new axis, which stands
// at the given place of the result. They must have equal shapes.
func StackShape(who string, dst []int, axis int, xs ...*Tensor) []int {
	if len(xs) == 0 {
		panic(Errorf(who, "no tensors to stack"))
	}
	first := xs[0].shape
	for _, x := range xs {
		if !slices.Equal(x.shape, first) {
			panic(Errorf(who, "cannot stack %v and %v: the shapes differ", first, x.shape))
		}
	}
	a := axis
	if a < 0 {
		a += len(first) + 1
	}
	if a < 0 || a > len(first) {
		panic(Errorf(who, "axis %d is outside of the %d axes that stacking %v gives", axis, len(first)+1, first))
	}
	dst = append(dst, first[:a]...)
	dst = append(dst, len(xs))
	return append(dst, first[a:]...)
}

// TakeShape appends x with len(index) in place of an axis. Each index must
// lie on that axis; -1 is its last element.
func TakeShape(who string, dst, x []int, axis int, index []int) []int {
	a := Axis(who, axis, x)
	checkIndex(who, index, x, a)
	at := len(dst)
	dst = append(dst, x...)
	dst[at+a] = len(index)
	return dst
}

// GatherShape appends shape, which must equal x but for the axis. index must
// have as many elements as shape, each on that axis of x; -1 is its last.
func GatherShape(who string, dst, x []int, axis int, index, shape []int) []int {
	a := Axis(who, axis, x)
	if len(shape) != len(x) || !slices.Equal(shape[:a], x[:a]) || !slices.Equal(shape[a+1:], x[a+1:]) {
		panic(Errorf(who, "cannot gather %v from %v along axis %d: the other axes differ", slices.Clone(shape), slices.Clone(x), axis))
	}
	if n := size(who, shape); n != len(index) {
		panic(Errorf(who, "%d indices for shape %v, which holds %d", len(index), slices.Clone(shape), n))
	}
	checkIndex(who, index, x, a)
	return append(dst, shape...)
}

func checkIndex(who string, index, x []int, a int) {
	for i, v := range index {
		if v < -x[a] || v >= x[a] {
			panic(Errorf(who, "index %d at %d is outside of axis %d of shape %v", v, i, a, slices.Clone(x)))
		}
	}
}

// PadShape appends x with pads[i][0] elements before axis i and pads[i][1]
// after it. Negative numbers take elements away; there must be as many.
func PadShape(who string, dst, x []int, pads [][2]int) []int {
	if len(pads) != len(x) {
		panic(Errorf(who, "%d pads for shape %v, which has %d axes", len(pads), slices.Clone(x), len(x)))
	}
	at := len(dst)
	for i, d := range x {
		n := pads[i][0] + d + pads[i][1]
		if n < 0 {
			panic(Errorf(who, "pad %v takes more than the %d elements on axis %d of shape %v", pads[i], d, i, slices.Clone(x)))
		}
		dst = append(dst, n)
	}
	size(who, dst[at:])
	return dst
}
