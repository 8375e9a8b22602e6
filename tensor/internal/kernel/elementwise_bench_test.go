package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// The loops on 4096 elements, which stay in the first or second cache, in each
// instruction set.
func BenchmarkElementwise(b *testing.B) {
	all64, all32 := allLoops64(), allLoops32()
	for i, e := range entries(all64[0], 0.5, 2) {
		for isa := range machine() + 1 {
			benchmark(b, e.name+"/float64/"+isaNames[isa], 4096, 2, entries(all64[isa], 0.5, 2)[i].call)
			benchmark(b, e.name+"/float32/"+isaNames[isa], 4096, 2, entries(all32[isa], 0.5, 2)[i].call)
		}
	}
	for isa := range machine() + 1 {
		benchmark(b, "Sum/float64/"+isaNames[isa], 4096, 1, func(_, x, _, _ []float64) { sink = all64[isa].Sum(0, x) })
		benchmark(b, "Sum/float32/"+isaNames[isa], 4096, 1, func(_, x, _, _ []float32) { sink = float64(all32[isa].Sum(0, x)) })
		benchmark(b, "SumExp/float64/"+isaNames[isa], 4096, 1, func(_, x, _, _ []float64) { sink = all64[isa].sumExp(x, 1) })
		benchmark(b, "SumExp/float32/"+isaNames[isa], 4096, 1, func(_, x, _, _ []float32) { sink = all32[isa].sumExp(x, 1) })
		benchmark(b, "Max/float64/"+isaNames[isa], 4096, 1, func(_, x, _, _ []float64) { sink = all64[isa].Max(0, x) })
		benchmark(b, "Max/float32/"+isaNames[isa], 4096, 1, func(_, x, _, _ []float32) { sink = float64(all32[isa].Max(0, x)) })
	}
}

// The elementary functions on a million elements, which the third cache holds.
func BenchmarkMillion(b *testing.B) {
	e64, e32 := entries(F64, 1, 2), entries(F32, 1, 2)
	for i, e := range e64 {
		if slices.ContainsFunc(functions, func(f function) bool { return f.name == e.name }) {
			benchmark(b, e.name+"/float64", 1e6, 2, e.call)
			benchmark(b, e.name+"/float32", 1e6, 2, e32[i].call)
		}
	}
}

var sink float64

func benchmark[T constraints.Float](b *testing.B, name string, n, vectors int, f func(dst, x, y, z []T)) {
	r := rand.New(rand.NewPCG(1, 2))
	dst, x, y := make([]T, n), make([]T, n), make([]T, n)
	for i := range x {
		x[i], y[i] = T(r.NormFloat64()), T(r.NormFloat64())
	}
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(vectors*n) * int64(unsafe.Sizeof(x[0])))
		for b.Loop() {
			f(dst, x, y, x)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
	})
}
