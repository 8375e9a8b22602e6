package tensor

import (
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// binary fills dst with an elementwise function of a and b, broadcast.
func binary(who string, dst, a, b *Tensor, f64 func(dst, a, b []float64), f32 func(dst, a, b []float32)) *Tensor {
	sameType(who, a, b)
	alike := slices.Equal(a.shape, b.shape) // then all is one row
	if alike {
		dst = result(who, dst, a.typ, a.shape)
	} else {
		var buf [maxRank]int
		dst = result(who, dst, a.typ, BroadcastShape(who, buf[:0], a.shape, b.shape))
	}
	inPlace(who, dst, a)
	inPlace(who, dst, b)
	switch {
	case alike && dst.typ == Float32:
		f32(dst.f32, a.f32, b.f32)
	case alike:
		f64(dst.f64, a.f64, b.f64)
	case dst.typ == Float32:
		zip(dst.f32, a.f32, b.f32, dst.shape, a.shape, b.shape, f32)
	default:
		zip(dst.f64, a.f64, b.f64, dst.shape, a.shape, b.shape, f64)
	}
	return dst
}

// zip calls f for each row of dst and the parts of a and b that belong to it.
func zip[T constraints.Float](dst, a, b []T, shape, shapeA, shapeB []int, f func(dst, a, b []T)) {
	var buf [maxRank]axis
	row, rest := walk(buf[:0]).over(shape, shapeA, shapeB).row()
	var at position
	for len(dst) > 0 {
		f(dst[:row.n], cut(a, at[0], row.n, row.step[0]), cut(b, at[1], row.n, row.step[1]))
		dst = dst[row.n:]
		rest.next(&at)
	}
}

// Where returns a where cond is not 0 and b where it is; all three broadcast.
// It reads cond as a number: NaN is not 0.
func Where(dst, cond, a, b *Tensor) *Tensor {
	const who = "tensor.Where"
	sameType(who, a, b)
	sameType(who, cond, a)
	var buf, buf2 [maxRank]int
	shape := BroadcastShape(who, buf[:0], a.shape, b.shape)
	dst = result(who, dst, a.typ, BroadcastShape(who, buf2[:0], cond.shape, shape))
	inPlace(who, dst, cond)
	inPlace(who, dst, a)
	inPlace(who, dst, b)
	var axes [maxRank]axis
	w := walk(axes[:0]).over(dst.shape, cond.shape, a.shape, b.shape)
	if dst.typ == Float32 {
		pick(dst.f32, cond.f32, a.f32, b.f32, w)
	} else {
		pick(dst.f64, cond.f64, a.f64, b.f64, w)
	}
	return dst
}

func pick[T constraints.Float](dst, cond, a, b []T, w walk) {
	row, rest := w.row()
	var at position
	for len(dst) > 0 {
		kernel.Of[T]().Pick(dst[:row.n], cut(cond, at[0], row.n, row.step[0]),
			cut(a, at[1], row.n, row.step[1]), cut(b, at[2], row.n, row.step[2]))
		dst = dst[row.n:]
		rest.next(&at)
	}
}

// BroadcastTo returns x repeated to fill shape by the rule of broadcasting.
func BroadcastTo(dst, x *Tensor, shape ...int) *Tensor {
	const who = "tensor.BroadcastTo"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, BroadcastToShape(who, buf[:0], x.shape, shape))
	apart(who, dst, x)
	var axes [maxRank]axis
	w := walk(axes[:0]).over(dst.shape, dst.shape, x.shape)
	if dst.typ == Float32 {
		copyWalk(dst.f32, x.f32, w, position{})
	} else {
		copyWalk(dst.f64, x.f64, w, position{})
	}
	return dst
}

// SumTo returns x summed down to shape, which must broadcast to that of x:
// over the axes that shape lacks and over those where it has a 1. It is the
// adjoint of BroadcastTo: the inner products of BroadcastTo(u) with x and of
// u with SumTo(x) are equal.
func SumTo(dst, x *Tensor, shape ...int) *Tensor {
	const who = "tensor.SumTo"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, SumToShape(who, buf[:0], x.shape, shape))
	apart(who, dst, x)
	if dst.typ == Float32 {
		sum[float32]().reduce(dst.f32, x.f32, x.shape, dst.shape)
	} else {
		sum[float64]().reduce(dst.f64, x.f64, x.shape, dst.shape)
	}
	return dst
}
