package tensor

import (
	"math"
	"testing"
)

// The plain loops over a function, and the functions that are only computed so.
func BenchmarkMap(b *testing.B) {
	shape := []int{256, 1000}
	bench(b, "Map", 2, shape, func(dst, x, _ *Tensor) { Map(dst, x, math.Cbrt) })
	bench(b, "MapSlope", 3, shape, func(dst, x, g *Tensor) { MapSlope(dst, g, x, math.Cbrt) })
	bench(b, "Map2", 3, shape, func(dst, x, g *Tensor) { Map2(dst, x, g, math.Hypot) })
	bench(b, "Log2", 2, shape, func(dst, x, _ *Tensor) { Log2(dst, x) })
	bench(b, "Log10", 2, shape, func(dst, x, _ *Tensor) { Log10(dst, x) })
	bench(b, "Logit", 2, shape, func(dst, x, _ *Tensor) { Logit(dst, x) })
	bench(b, "LogAddExp", 3, shape, func(dst, x, g *Tensor) { LogAddExp(dst, x, g) })
	bench(b, "Sinh", 2, shape, func(dst, x, _ *Tensor) { Sinh(dst, x) })
	bench(b, "Cosh", 2, shape, func(dst, x, _ *Tensor) { Cosh(dst, x) })
	bench(b, "Asin", 2, shape, func(dst, x, _ *Tensor) { Asin(dst, x) })
	bench(b, "Acos", 2, shape, func(dst, x, _ *Tensor) { Acos(dst, x) })
	bench(b, "TanhShrink", 2, shape, func(dst, x, _ *Tensor) { TanhShrink(dst, x) })
	bench(b, "Sinc", 2, shape, func(dst, x, _ *Tensor) { Sinc(dst, x, 1) })
	bench(b, "Erfcinv", 2, shape, func(dst, x, _ *Tensor) { Erfcinv(dst, x) })
	bench(b, "Polygamma", 2, shape, func(dst, x, _ *Tensor) { Polygamma(dst, x, 1) })
}

// A function that is given to Map may hold a number, and is not allocated.
func TestMapAllocs(t *testing.T) {
	for _, typ := range []Type{Float64, Float32} {
		x, y, row := New(typ, 2, 3), New(typ, 2, 3), New(typ, 3)
		for i := range 3 {
			c := float64(i)
			if n := testing.AllocsPerRun(5, func() {
				Map(y, x, func(x float64) float64 { return c * x })
				MapSlope(y, y, x, func(x float64) float64 { return c * x })
				Map2(y, x, row, func(a, b float64) float64 { return a + c*b })
				Polygamma(y, x, 1)
				Sinc(y, x, i)
			}); n != 0 {
				t.Errorf("%v: %v allocations", typ, n)
			}
		}
	}
}
