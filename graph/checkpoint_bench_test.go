package graph_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
)

// BenchmarkCheckpoint sweeps a chain of 2,048 values of 32 KiB, with segments of several
// lengths, and reports what the tape keeps and what the heap holds after the sweep.
func BenchmarkCheckpoint(b *testing.B) {
	w := draw(1, 4096)
	for _, length := range []int{0, 1, 8, 32, 128, 1024} {
		b.Run(fmt.Sprintf("segments of %d", length), func(b *testing.B) {
			var tape graph.Tape
			for b.Loop() {
				tape.Reset()
				deep(tape.Watch(w), 1024, length).BackwardFrom(w)
			}
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(tape.Kept().Bytes)/(1<<20), "kept-MiB")
			b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "heap-MiB")
			runtime.KeepAlive(&tape)
		})
	}
}
