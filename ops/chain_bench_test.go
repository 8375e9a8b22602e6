package ops_test

import (
	"runtime"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// BenchmarkChain is a training step on a chain of scalars, which costs the tape
// and next to no arithmetic: some 1,000 values are recorded, and swept in the
// second of the two, on a tape that was Reset.
func BenchmarkChain(b *testing.B) {
	b.Run("forward", func(b *testing.B) { benchmarkChain(b, false) })
	b.Run("both", func(b *testing.B) { benchmarkChain(b, true) })
}

func benchmarkChain(b *testing.B, backward bool) {
	x, w, c := tensor.Scalar(0.8), tensor.Scalar(1), tensor.Scalar(0)
	var tape graph.Tape
	step := func() {
		tape.Reset()
		y, wv, cv := tape.Watch(x), tape.Watch(w), tape.Watch(c)
		for range 333 {
			y = link(y, wv, cv)
		}
		if backward {
			y.Backward()
		}
	}
	for range 3 { // both slabs of the tape grow
		step()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		step()
	}
	runtime.ReadMemStats(&after)
	values := float64(b.N) * float64(tape.Len())
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/values, "ns/node")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/values, "allocs/node")
}
