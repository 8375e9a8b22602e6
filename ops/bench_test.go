package ops_test

import (
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

// BenchmarkOps times each operation on the first of its samples: with so few
// elements, what it costs to record and to sweep one. The loops themselves are
// timed in package tensor and in its kernels.
func BenchmarkOps(b *testing.B) {
	for _, e := range ops.Catalog() {
		s := e.Samples[0]
		x := s.Draw(rand.New(rand.NewPCG(1, 1)), e.Domain)
		b.Run(e.Name+"/forward", func(b *testing.B) {
			b.ReportAllocs()
			var tape graph.Tape
			for b.Loop() {
				tape.Reset()
				record(s, &tape, x)
			}
		})
		b.Run(e.Name+"/backward", func(b *testing.B) {
			b.ReportAllocs()
			var tape graph.Tape
			v := watch(&tape, x)
			y := s.Call(v)
			if grads, _ := sweeps(y, v); grads == nil {
				b.Skip("has no backward")
			}
			seed := cotangent(1, y)
			for b.Loop() {
				tape.Reset()
				record(s, &tape, x).BackwardFrom(seed)
			}
		})
	}
}
