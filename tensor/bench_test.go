package tensor

import (
	"fmt"
	"testing"
)

func BenchmarkMatMul(b *testing.B) {
	const n = 128
	for _, typ := range []Type{Float64, Float32} {
		for _, f := range flags {
			b.Run(fmt.Sprintf("%v/ta=%v/tb=%v", typ, f.ta, f.tb), func(b *testing.B) {
				x, y, dst := New(typ, n, n), New(typ, n, n), New(typ, n, n)
				x.FillNormal(source64(1), 0, 1)
				y.FillNormal(source64(2), 0, 1)
				for b.Loop() {
					MatMul(dst, x, y, f.ta, f.tb)
				}
				b.ReportMetric(2*n*n*n*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gflop/s")
			})
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	x := normal64(source64(1), 64, 256)
	for _, shape := range [][]int{{64, 256}, {256}, {64, 1}, {}} {
		b.Run(fmt.Sprint(shape), func(b *testing.B) {
			y, dst := normal64(source64(2), shape...), Zeros(64, 256)
			b.SetBytes(int64(8 * x.Len()))
			for b.Loop() {
				Add(dst, x, y)
			}
		})
	}
}

func BenchmarkSum(b *testing.B) {
	x := normal64(source64(1), 64, 256)
	for _, axes := range [][]int{nil, {0}, {1}} {
		b.Run(fmt.Sprint(axes), func(b *testing.B) {
			dst := Sum(nil, x, axes, false)
			b.SetBytes(int64(8 * x.Len()))
			for b.Loop() {
				Sum(dst, x, axes, false)
			}
		})
	}
}

func BenchmarkTanh(b *testing.B) {
	x := normal64(source64(1), 64, 256)
	dst := Zeros(64, 256)
	b.SetBytes(int64(8 * x.Len()))
	for b.Loop() {
		Tanh(dst, x)
	}
}

func BenchmarkTranspose(b *testing.B) {
	x := normal64(source64(1), 64, 256)
	dst := Zeros(256, 64)
	b.SetBytes(int64(8 * x.Len()))
	for b.Loop() {
		Transpose(dst, x)
	}
}

func BenchmarkLayerNorm(b *testing.B) {
	for _, typ := range []Type{Float64, Float32} {
		x := normal64(source64(2), 64, 512).To(typ)
		dst := x.Clone()
		g := x.Clone()
		b.Run(typ.String(), func(b *testing.B) {
			for b.Loop() {
				LayerNorm(dst, x, 1e-5)
			}
		})
		b.Run(typ.String()+"/slope", func(b *testing.B) {
			for b.Loop() {
				LayerNormSlope(dst, g, x, 1e-5)
			}
		})
	}
}
