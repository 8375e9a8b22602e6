package tensor

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// The reductions take the axes to reduce over: none means all, negative ones
// count from the end, and none may be named twice. With keep a reduced axis
// stays with dimension 1, so that the result broadcasts against x.

// A fold combines many elements to one, beginning with init.
type fold[T constraints.Float] struct {
	init T
	row  func(acc T, x []T) T // folds a row into acc
	rows func(dst, x []T)     // folds rows into the row dst
}

func sum[T constraints.Float]() fold[T] {
	return fold[T]{0, kernel.Of[T]().Sum, kernel.Of[T]().SumRows}
}
func most[T constraints.Float]() fold[T] {
	return fold[T]{T(math.Inf(-1)), kernel.Of[T]().Max, kernel.Of[T]().MaxRows}
}
func least[T constraints.Float]() fold[T] {
	return fold[T]{T(math.Inf(1)), kernel.Of[T]().Min, kernel.Of[T]().MinRows}
}

// The folds of generic loops are made once: a generic function as a value is a
// closure, which would be allocated anew each time.
var (
	prod64    = fold[float64]{1, kernel.Prod[float64], kernel.ProdRows[float64]}
	prod32    = fold[float32]{1, kernel.Prod[float32], kernel.ProdRows[float32]}
	squares64 = fold[float64]{0, kernel.Squares[float64], kernel.SquaresRows[float64]}
	squares32 = fold[float32]{0, kernel.Squares[float32], kernel.SquaresRows[float32]}
)

// reduce folds x into dst, whose shape kept broadcasts to that of x. It takes the
// two innermost axes at once where the last one stays, or the other does.
func (f fold[T]) reduce(dst, x []T, shape, kept []int) {
	for i := range dst {
		dst[i] = f.init
	}
	var buf [maxRank]axis
	row, rest := walk(buf[:0]).over(shape, kept).row()
	columns := row.step[0] != 0
	several := !columns && len(rest) > 0 && rest[0].step[0] == 1
	n, rows := row.n, axis{n: 1}
	if columns || several {
		rows, rest = rest.row()
		n *= rows.n
	}
	var at position
	for len(x) > 0 {
		switch o := at[0]; {
		case columns:
			f.rows(dst[o:o+row.n], x[:n])
		case several:
			kernel.Of[T]().FoldLines(dst[o:o+rows.n], x[:n], f.row, f.rows)
		default:
			dst[o] = f.row(dst[o], x[:n])
		}
		x = x[n:]
		rest.next(&at)
	}
}

func reduce(who string, dst, x *Tensor, axes []int, keep bool, f64 fold[float64], f32 fold[float32]) *Tensor {
	var buf, buf2 [maxRank]int
	dst = result(who, dst, x.typ, ReduceShape(who, buf[:0], x.shape, axes, keep))
	apart(who, dst, x)
	kept := ReduceShape(who, buf2[:0], x.shape, axes, true)
	if x.typ == Float32 {
		f32.reduce(dst.f32, x.f32, x.shape, kept)
	} else {
		f64.reduce(dst.f64, x.f64, x.shape, kept)
	}
	return dst
}

// Sum returns the sums over the axes; the sum of nothing is 0. Elements are
// summed in their type, in 32 lanes that are folded in halves: a sum along an axis
// has the same bits wherever in the shape the axis stands.
func Sum(dst, x *Tensor, axes []int, keep bool) *Tensor {
	return reduce("tensor.Sum", dst, x, axes, keep, sum[float64](), sum[float32]())
}

// Mean returns the means over the axes; the mean of nothing is NaN.
func Mean(dst, x *Tensor, axes []int, keep bool) *Tensor {
	dst = reduce("tensor.Mean", dst, x, axes, keep, sum[float64](), sum[float32]())
	n := group(x.shape, axes)
	kernel.F64.Over(dst.f64, dst.f64, float64(n))
	kernel.F32.Over(dst.f32, dst.f32, float32(n))
	return dst
}

// Prod returns the products over the axes; the product of nothing is 1.
func Prod(dst, x *Tensor, axes []int, keep bool) *Tensor {
	return reduce("tensor.Prod", dst, x, axes, keep, prod64, prod32)
}

// Max returns the greatest elements over the axes, NaN where one is NaN. It
// panics if the reduced axes hold no element.
func Max(dst, x *Tensor, axes []int, keep bool) *Tensor {
	var buf [maxRank]int
	ExtremeShape("tensor.Max", buf[:0], x.shape, axes, false)
	return reduce("tensor.Max", dst, x, axes, keep, most[float64](), most[float32]())
}

// Min returns the least elements over the axes, NaN where one is NaN. It
// panics if the reduced axes hold no element.
func Min(dst, x *Tensor, axes []int, keep bool) *Tensor {
	var buf [maxRank]int
	ExtremeShape("tensor.Min", buf[:0], x.shape, axes, false)
	return reduce("tensor.Min", dst, x, axes, keep, least[float64](), least[float32]())
}

// group returns how many elements are reduced to one.
func group(shape, axes []int) int {
	n := 1
	if len(axes) == 0 {
		for _, d := range shape {
			n *= d
		}
	}
	for _, axis := range axes {
		n *= shape[Axis("tensor", axis, shape)]
	}
	return n
}

// LogSumExp returns log Σ exp x over the axes. It does not overflow; -Inf
// counts as the logarithm of 0, and the result of nothing is -Inf.
func LogSumExp(dst, x *Tensor, axes []int, keep bool) *Tensor {
	const who = "tensor.LogSumExp"
	var buf, buf2 [maxRank]int
	dst = result(who, dst, x.typ, ReduceShape(who, buf[:0], x.shape, axes, keep))
	apart(who, dst, x)
	kept := ReduceShape(who, buf2[:0], x.shape, axes, true)
	if x.typ == Float32 {
		logSumExp(dst.f32, x.f32, x.shape, kept)
	} else {
		logSumExp(dst.f64, x.f64, x.shape, kept)
	}
	return dst
}

func logSumExp[T constraints.Float](dst, x []T, shape, kept []int) {
	f := kernel.Of[T]().LogSumExp
	var outside, inside [maxRank]axis
	out, in := groups(outside[:0], inside[:0], shape, kept)
	if len(x) > 0 && len(in) < 2 {
		ax, _ := in.row() // lines along one axis
		inner := max(1, ax.step[0])
		f(dst, x, nil, len(x)/(ax.n*inner), ax.n, inner)
		return
	}
	steps, rest := in.row()
	kernel.WithSpace(len(x)/max(1, len(dst)), func(row []T) {
		var at position
		for o := range dst {
			dst[o] = T(math.Inf(-1))
			for i, more := 0, len(x) > 0; more; more = rest.next(&at) {
				kernel.CopyStep(row, i, 1, x, at[0], steps.step[0], steps.n)
				i += steps.n
			}
			f(dst[o:o+1], row, nil, 1, len(row), 1)
			out.next(&at)
		}
	})
}

// groups returns two walks over an array: out visits the groups that a
// reduction makes of it, in the order of its result, in the elements of one.
// kept is its shape with 1 for each reduced axis.
func groups(out, in walk, shape, kept []int) (walk, walk) {
	stride := 1
	for i := len(shape) - 1; i >= 0; i-- {
		if kept[i] == shape[i] {
			out = out.with(shape[i], position{stride})
		} else {
			in = in.with(shape[i], position{stride})
		}
		stride *= shape[i]
	}
	return out, in
}
