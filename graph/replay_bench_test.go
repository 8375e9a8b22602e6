package graph_test

import (
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// BenchmarkReplay compares recording a program of small operations with evaluating the
// tape again, and with the sweep besides.
func BenchmarkReplay(b *testing.B) {
	const n = 100
	w := tensor.Vector(0.5, 0.25, -1, 2)
	program := func(tape *graph.Tape) *graph.Var {
		x := tape.Watch(w)
		for range n / 2 {
			x = ops.Add(ops.Neg(x), tape.Watch(w))
		}
		return x
	}
	perNode := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/node")
		b.ReportAllocs()
	}
	for _, sweep := range []bool{false, true} {
		name := map[bool]string{false: "value", true: "value and gradient"}[sweep]
		b.Run("recorded/"+name, func(b *testing.B) {
			var tape graph.Tape
			for b.Loop() {
				tape.Reset()
				if y := program(&tape); sweep {
					y.BackwardFrom(w)
				}
			}
			perNode(b)
		})
		b.Run("replayed/"+name, func(b *testing.B) {
			var tape graph.Tape
			y := program(&tape)
			for b.Loop() {
				if err := tape.Replay(); err != nil {
					b.Fatal(err)
				}
				if sweep {
					y.BackwardFrom(w)
				}
			}
			perNode(b)
		})
	}
}
