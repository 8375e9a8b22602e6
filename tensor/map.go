package tensor

import "golang.org/x/exp/constraints"

// The functions of this file apply a function of float64 to each element. They
// are plain loops, for functions that have no vector form. Elements of Float32
// are widened and the result is rounded once, so that it is as good as a float32
// can be.

// Map returns f(x).
func Map(dst, x *Tensor, f func(x float64) float64) *Tensor {
	dst = unary("tensor.Map", dst, x)
	mapEach(dst.f64, x.f64, f)
	mapEach(dst.f32, x.f32, f)
	return dst
}

func mapEach[T constraints.Float](dst, x []T, f func(x float64) float64) {
	for i, v := range x {
		dst[i] = T(f(float64(v)))
	}
}

// MapSlope returns g·f(x) for a slope f, and exactly 0 where g is 0.
func MapSlope(dst, g, x *Tensor, f func(x float64) float64) *Tensor {
	dst = chain("tensor.MapSlope", dst, g, x)
	mapSlope(dst.f64, g.f64, x.f64, f)
	mapSlope(dst.f32, g.f32, x.f32, f)
	return dst
}

func mapSlope[T constraints.Float](dst, g, x []T, f func(x float64) float64) {
	for i, v := range g {
		if v == 0 {
			dst[i] = 0
		} else {
			dst[i] = T(float64(v) * f(float64(x[i])))
		}
	}
}

// Map2 returns f(a, b), broadcasting.
func Map2(dst, a, b *Tensor, f func(a, b float64) float64) *Tensor {
	const who = "tensor.Map2"
	sameType(who, a, b)
	var buf [maxRank]int
	dst = result(who, dst, a.typ, BroadcastShape(who, buf[:0], a.shape, b.shape))
	inPlace(who, dst, a)
	inPlace(who, dst, b)
	var axes [maxRank]axis
	w := walk(axes[:0]).over(dst.shape, a.shape, b.shape)
	if dst.typ == Float32 {
		mapPairs(dst.f32, a.f32, b.f32, w, f)
	} else {
		mapPairs(dst.f64, a.f64, b.f64, w, f)
	}
	return dst
}

func mapPairs[T constraints.Float](dst, a, b []T, w walk, f func(a, b float64) float64) {
	row, rest := w.row()
	var at position
	for len(dst) > 0 {
		for i := range row.n {
			dst[i] = T(f(float64(a[at[0]+i*row.step[0]]), float64(b[at[1]+i*row.step[1]])))
		}
		dst = dst[row.n:]
		rest.next(&at)
	}
}
