package kernel

import (
	"math"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// lanes is the number of partial sums of a row.
const lanes = 32

// sumBlock is how many elements the lanes of a sum take before they are folded.
const sumBlock = 1 << 14

// A partial is the lanes of a sum: element i goes to lane i mod 32.
type partial[T constraints.Float] [lanes]T

// fold returns the sum of the lanes, folded as halves.
func (s *partial[T]) fold() T { return halves(s[:]) }

// halves returns the sum of the lanes: it adds the second half to the first
// until one is left.
func halves[T constraints.Float](s []T) T {
	for n := len(s) / 2; n > 0; n /= 2 {
		for i := range n {
			s[i] += s[i+n]
		}
	}
	return s[0]
}

// perBytes is how many elements fill so many bytes.
func perBytes[T constraints.Float](bytes int) int { return bytes / int(unsafe.Sizeof(T(0))) }

// sum returns acc plus the sum of a block, in 32 lanes that are folded as
// halves: that order is part of the result. It is quicker than one chain, and
// the rounding error grows a thirtieth as fast. The sums of the blocks of a long
// row are summed in this way too.
func sum[T constraints.Float](acc T, x []T) T {
	var s partial[T]
	for i, v := range x {
		s[i%lanes] += v
	}
	return acc + s.fold()
}

// Prod returns acc times the product of x.
func Prod[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc *= v
	}
	return acc
}

// ProdRows multiplies dst by the products of the columns of x.
func ProdRows[T constraints.Float](dst, x []T) {
	for ; len(x) > 0; x = x[len(dst):] {
		Of[T]().Mul(dst, dst, x[:len(dst)])
	}
}

// most returns the greatest of acc and x, NaN if one of them is NaN.
func most[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc = max(acc, v)
	}
	return acc
}

// least returns the least of acc and x, NaN if one of them is NaN.
func least[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc = min(acc, v)
	}
	return acc
}

// top returns the greatest of acc and the numbers of x; NaN is none. It goes in
// lanes because of the zeros, which are equal: the first stays.
func top[T constraints.Float](acc T, x []T) T {
	var s partial[T]
	for i := range s {
		s[i] = T(math.Inf(-1))
	}
	for i, v := range x {
		s[i%lanes] = higher(s[i%lanes], v)
	}
	for n := lanes / 2; n > 0; n /= 2 {
		for i := range n {
			s[i] = higher(s[i], s[i+n])
		}
	}
	return higher(acc, s[0])
}

func higher[T constraints.Float](a, b T) T {
	if b > a {
		return b
	}
	return a
}

// find returns the index of the first element that is equal to y, len(x) if
// there is none.
func find[T constraints.Float](x []T, y T) int {
	for i, v := range x {
		if v == y {
			return i
		}
	}
	return len(x)
}

// dot returns acc + Σ x·y in 32 lanes, each product fused with its sum.
func dot[T constraints.Float](acc T, x, y []T) T {
	var s partial[T]
	for i, v := range x {
		s[i%lanes] = fma(v, y[i], s[i%lanes])
	}
	return acc + s.fold()
}

// The loops below combine n rows of x, step elements apart, with dst.

// sumRows adds the sums of the columns to dst. Each is the sum of its elements
// in the order of sum.
func sumRows[T constraints.Float](dst, x []T, n, step int) {
	for j := range dst {
		var s partial[T]
		for i := range n {
			s[i%lanes] += x[i*step+j]
		}
		dst[j] += s.fold()
	}
}

func maxRows[T constraints.Float](dst, x []T, n, step int) {
	for i := range n {
		maximum(dst, dst, x[i*step:][:len(dst)])
	}
}

func minRows[T constraints.Float](dst, x []T, n, step int) {
	for i := range n {
		minimum(dst, dst, x[i*step:][:len(dst)])
	}
}

// The functions below make folds of those that take a block.

// cutFold folds what the blocks give by themselves, beginning with start, in
// the same way as elements.
func cutFold[T constraints.Float](f func(acc T, x []T) T, start float64) func(acc T, x []T) T {
	do := func(t *task[T], i, j int) {
		for ; i < j; i++ {
			x := t.x[0][i*sumBlock:]
			t.x[1][i] = f(T(start), x[:min(sumBlock, len(x))])
		}
	}
	return func(acc T, x []T) T {
		n := parts(len(x), sumBlock)
		if n <= 1 {
			return f(acc, x)
		}
		t := newTask(x)
		sums := grow(&t.space, n)
		t.x[1] = sums
		t.runAndKeep(do, n, light/pieces/sumBlock)
		acc = f(acc, sums)
		t.release()
		return acc
	}
}

// foldLines returns a loop that folds the rows of x, as many as dst has elements,
// each into its element: by row, or several short ones by rows, which folds rows into
// a row.
func foldLines[T constraints.Float]() func(dst, x []T, row func(acc T, x []T) T, rows func(dst, x []T)) {
	do := func(t *task[T], i, j int) {
		dst, n := t.x[0], t.width
		if n <= ShortRow {
			foldShort(dst[i:j], t.x[1][i*n:j*n], t.rows)
			return
		}
		for ; i < j; i++ {
			dst[i] = t.row(dst[i], t.x[1][i*n:(i+1)*n])
		}
	}
	return func(dst, x []T, row func(acc T, x []T) T, rows func(dst, x []T)) {
		if len(x) > 0 {
			t := newTask(dst, x)
			t.row, t.rows = row, rows
			t.runRows(do, len(dst), len(x), light)
		}
	}
}

// strip is the least number of columns that goroutines share out.
const strip = 64

// cutColumns does the same for rows that are folded into a row. Columns are
// shared out in strips.
func cutColumns[T constraints.Float](f func(dst, x []T, n, step int), start float64) func(dst, x []T) {
	do := func(t *task[T], i, j int) {
		dst, x := t.x[0], t.x[1]
		for ; i < j; i++ {
			blk, j0 := i/t.strips, i%t.strips*t.wide
			j1, n := min(j0+t.wide, t.width), min(sumBlock, t.height-blk*sumBlock)
			f(dst[blk*t.width:][j0:j1], x[blk*sumBlock*t.width+j0:], n, t.width)
		}
	}
	return func(dst, x []T) {
		if len(dst) == 0 {
			return
		}
		n := len(x) / len(dst)
		if len(x) < light && n <= sumBlock {
			f(dst, x, n, len(dst))
			return
		}
		t := newTask(dst, x)
		t.width, t.height = len(dst), n
		blocks := parts(n, sumBlock)
		t.wide = max(light/pieces/parts(n, blocks)/strip, 1) * strip
		t.strips = parts(len(dst), t.wide)
		var sums []T
		if blocks > 1 {
			sums = grow(&t.space, blocks*len(dst))
			for i := range sums {
				sums[i] = T(start)
			}
			t.x[0] = sums
		}
		t.runAndKeep(do, blocks*t.strips, 1)
		if blocks > 1 {
			f(dst, sums, blocks, len(dst))
		}
		t.release()
	}
}

// cutDot sums the products of the blocks in float64.
func cutDot[T constraints.Float](f func(acc T, x, y []T) T) func(x, y []T) float64 {
	return func(x, y []T) float64 {
		if len(x) <= sumBlock {
			return float64(f(0, x, y[:len(x)]))
		}
		acc := 0.0
		for i := 0; i < len(x); i += sumBlock {
			j := min(i+sumBlock, len(x))
			acc += float64(f(0, x[i:j], y[i:j]))
		}
		return acc
	}
}

func cutFind[T constraints.Float](f func(x []T, y T) int) func(x []T, y T) int {
	return func(x []T, y T) int {
		for i := 0; i < len(x); i += block {
			j := min(i+block, len(x))
			if at := f(x[i:j], y); at < j-i {
				return i + at
			}
		}
		return len(x)
	}
}

// argMax returns the index of the first greatest of n ≥ 1 elements that lie
// step apart. NaN beats every number.
func (l *Loops[T]) argMax(x []T, n, step int) int {
	if step == 1 {
		return l.place(x, l.Max(x[0], x[:n]))
	}
	at, best := 0, x[0]
	for i := range n {
		if v := x[i*step]; best == best && !(v <= best) {
			at, best = i, v
		}
	}
	return at
}

// argMin is argMax for the least element; NaN beats every number here too.
func (l *Loops[T]) argMin(x []T, n, step int) int {
	if step == 1 {
		return l.place(x, l.Min(x[0], x[:n]))
	}
	at, best := 0, x[0]
	for i := range n {
		if v := x[i*step]; best == best && !(v >= best) {
			at, best = i, v
		}
	}
	return at
}

// place returns the index of the first element that is y, which may be NaN.
func (l *Loops[T]) place(x []T, y T) int {
	if y == y {
		return l.find(x, y)
	}
	for i, v := range x {
		if v != v {
			return i
		}
	}
	return len(x)
}
