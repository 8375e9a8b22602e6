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

// bench times f for both types on tensors of one shape: x and g are normal,
// dst is empty. SetBytes counts so many of them.
func bench(b *testing.B, name string, tensors int, shape []int, f func(dst, x, g *Tensor)) {
	for _, typ := range []Type{Float64, Float32} {
		x, g := normal64(source64(1), shape...).To(typ), normal64(source64(2), shape...).To(typ)
		dst := New(typ, shape...)
		b.Run(fmt.Sprintf("%s/%v", name, typ), func(b *testing.B) {
			b.SetBytes(int64(tensors * x.Len() * map[Type]int{Float64: 8, Float32: 4}[typ]))
			for b.Loop() {
				f(dst, x, g)
			}
		})
	}
}

// The loops over rows: softmax and its kin, forward and backward.
func BenchmarkRows(b *testing.B) {
	shape := []int{256, 1000}
	labels := make([]int, 256)
	for i := range labels {
		labels[i] = 37 * i % 1000
	}
	for axis := 1; axis >= 0; axis-- {
		along := fmt.Sprintf("/axis=%d", axis)
		bench(b, "Softmax"+along, 2, shape, func(dst, x, _ *Tensor) { Softmax(dst, x, axis) })
		bench(b, "SoftmaxSlope"+along, 3, shape, func(dst, x, g *Tensor) { SoftmaxSlope(dst, g, x, axis) })
		bench(b, "LogSoftmax"+along, 2, shape, func(dst, x, _ *Tensor) { LogSoftmax(dst, x, axis) })
		bench(b, "LogSoftmaxSlope"+along, 3, shape, func(dst, x, g *Tensor) { LogSoftmaxSlope(dst, g, x, axis) })
	}
	for _, n := range []int{32, 64} { // a batch of ten classes
		rows := map[Type]*Tensor{Float64: Full(1, n), Float32: Full(1, n).To(Float32)}
		labels := make([]int, n)
		bench(b, fmt.Sprintf("CrossEntropy/[%d 10]", n), 1, []int{n, 10}, func(_, x, _ *Tensor) { CrossEntropy(rows[x.Type()], x, labels) })
		bench(b, fmt.Sprintf("CrossEntropySlope/[%d 10]", n), 2, []int{n, 10}, func(dst, x, _ *Tensor) { CrossEntropySlope(dst, rows[x.Type()], x, labels) })
	}
	rows := map[Type]*Tensor{Float64: Full(1, 256), Float32: Full(1, 256).To(Float32)}
	bench(b, "CrossEntropy", 1, shape, func(_, x, _ *Tensor) { CrossEntropy(rows[x.Type()], x, labels) })
	bench(b, "CrossEntropySlope", 2, shape, func(dst, x, _ *Tensor) { CrossEntropySlope(dst, rows[x.Type()], x, labels) })
	bench(b, "LayerNorm", 2, shape, func(dst, x, _ *Tensor) { LayerNorm(dst, x, nil, nil, 1e-5) })
	bench(b, "LayerNormSlope", 3, shape, func(dst, x, g *Tensor) { LayerNormSlope(dst, g, x, nil, 1e-5) })
}

// Reductions over all, over columns and over rows, wide and narrow.
func BenchmarkReduce(b *testing.B) {
	for _, shape := range [][]int{{256, 1000}, {64, 10}, {100000, 10}} {
		for _, axes := range [][]int{nil, {0}, {1}} {
			name := fmt.Sprintf("%v/%v", shape, axes)
			sums := map[Type]*Tensor{}
			for _, typ := range []Type{Float64, Float32} {
				sums[typ] = Sum(nil, New(typ, shape...), axes, false)
			}
			bench(b, "Sum"+name, 1, shape, func(_, x, _ *Tensor) { Sum(sums[x.Type()], x, axes, false) })
			bench(b, "Max"+name, 1, shape, func(_, x, _ *Tensor) { Max(sums[x.Type()], x, axes, false) })
			bench(b, "LogSumExp"+name, 1, shape, func(_, x, _ *Tensor) { LogSumExp(sums[x.Type()], x, axes, false) })
		}
		bench(b, fmt.Sprintf("ArgMax%v", shape), 1, shape, func(_, x, _ *Tensor) { ArgMax(x, 1) })
		bench(b, fmt.Sprintf("ArgMaxMask%v", shape), 2, shape, func(dst, x, _ *Tensor) { ArgMaxMask(dst, x, []int{1}) })
	}
}

// Elements by elements: of one shape, with rows, columns and numbers broadcast.
func BenchmarkBroadcast(b *testing.B) {
	for _, shape := range [][]int{{256, 1000}, {256, 10}} {
		for _, other := range [][]int{shape, {shape[1]}, {shape[0], 1}, {}} {
			y := map[Type]*Tensor{Float64: Full(1, other...), Float32: Full(1, other...).To(Float32)}
			bench(b, fmt.Sprintf("%v+%v", shape, other), 2, shape, func(dst, x, _ *Tensor) { Add(dst, x, y[x.Type()]) })
		}
	}
}

// A million elements, in the last cache or beyond.
func BenchmarkMillion(b *testing.B) {
	shape := []int{1000000}
	bench(b, "Add", 3, shape, func(dst, x, g *Tensor) { Add(dst, x, g) })
	bench(b, "Exp", 2, shape, func(dst, x, _ *Tensor) { Exp(dst, x) })
	bench(b, "Tanh", 2, shape, func(dst, x, _ *Tensor) { Tanh(dst, x) })
	bench(b, "Sigmoid", 2, shape, func(dst, x, _ *Tensor) { Sigmoid(dst, x) })
	bench(b, "GELU", 2, shape, func(dst, x, _ *Tensor) { GELU(dst, x) })
	bench(b, "TanhSlope", 3, shape, func(dst, x, g *Tensor) { TanhSlope(dst, g, x) })
	bench(b, "GELUSlope", 3, shape, func(dst, x, g *Tensor) { GELUSlope(dst, g, x) })
	bench(b, "Pow", 3, shape, func(dst, x, g *Tensor) { Pow(dst, x, g) })
	bench(b, "PowScalar", 2, shape, func(dst, x, _ *Tensor) { PowScalar(dst, x, 1.7) })
	total := map[Type]*Tensor{Float64: Scalar(0), Float32: Scalar(0).To(Float32)}
	bench(b, "Sum", 1, shape, func(_, x, _ *Tensor) { Sum(total[x.Type()], x, nil, false) })
	bench(b, "AddScaled", 3, shape, func(dst, x, _ *Tensor) { AddScaled(dst, x, 1e-9) })
	bench(b, "Descend", 3, shape, func(dst, x, _ *Tensor) { Descend(dst, x, nil, Descent{Rate: 1e-9, Sign: 1}) })
	v := map[Type]*Tensor{Float64: Full(1, shape...), Float32: Full(1, shape...).To(Float32)}
	bench(b, "Adapt", 7, shape, func(dst, x, g *Tensor) {
		Adapt(dst, g, x, v[x.Type()], nil, Adaptation{Rate: 1e-9, Epsilon: 1, Beta1: 0.9, Beta2: 0.9, Keep: 1, Sign: 1})
	})
}

func BenchmarkTranspose(b *testing.B) {
	for _, shape := range [][]int{{64, 256}, {256, 1000}, {1000, 3}, {8, 64, 4, 32}} {
		perm := []int{1, 0}
		if len(shape) == 4 {
			perm = []int{0, 2, 1, 3} // heads before places
		}
		dst := map[Type]*Tensor{}
		for _, typ := range []Type{Float64, Float32} {
			dst[typ] = Transpose(nil, New(typ, shape...), perm...)
		}
		bench(b, fmt.Sprint(shape), 2, shape, func(_, x, _ *Tensor) { Transpose(dst[x.Type()], x, perm...) })
	}
}

// Rows of a table chosen by index, and added back.
func BenchmarkTake(b *testing.B) {
	index := make([]int, 256)
	for i := range index {
		index[i] = 37 * i % 1000
	}
	table := map[Type]*Tensor{Float64: Full(1, 1000, 64), Float32: Full(1, 1000, 64).To(Float32)}
	bench(b, "Take", 2, []int{256, 64}, func(dst, _, _ *Tensor) { Take(dst, table[dst.Type()], 0, index) })
	bench(b, "TakeAdd", 3, []int{256, 64}, func(_, x, _ *Tensor) { TakeAdd(table[x.Type()], x, 0, index) })
}

// A dense layer with its activation, in one pass and in two.
func BenchmarkLinearThen(b *testing.B) {
	for _, n := range [][3]int{{1, 784, 128}, {64, 784, 128}, {256, 784, 512}} {
		x, w, bias := Ones(n[0], n[1]).To(Float32), Ones(n[2], n[1]).To(Float32), Ones(n[2]).To(Float32)
		y := New(Float32, n[0], n[2])
		b.Run(fmt.Sprintf("%dx%dx%d/fused", n[0], n[1], n[2]), func(b *testing.B) {
			for b.Loop() {
				LinearThen(y, x, w, bias, ThenReLU)
			}
		})
		b.Run(fmt.Sprintf("%dx%dx%d/apart", n[0], n[1], n[2]), func(b *testing.B) {
			for b.Loop() {
				ReLU(y, Linear(y, x, w, bias))
			}
		})
	}
}
