package kernel

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// layers are products of dense layers, batch × in × out; the last are squares.
var layers = [][3]int{
	{1, 784, 128}, {8, 128, 10}, {32, 64, 64}, {32, 64, 10}, {64, 128, 10}, {64, 784, 128}, {256, 784, 512}, {256, 512, 512}, {512, 1024, 1024},
	{8, 8, 8}, {16, 16, 16}, {32, 32, 32}, {64, 64, 64}, {100, 100, 100}, {128, 128, 128}, {256, 256, 256}, {257, 257, 257}, {512, 512, 512}, {1024, 1024, 1024},
}

// The three products of a layer in every instruction set on one core: forward
// is x·Wᵀ, alone and with a bias and ReLU in its epilogue, dW dyᵀ·x, dx dy·W.
func BenchmarkProducts(b *testing.B) {
	defer func(set isa) { best = set }(best)
	for set := range machine() + 1 {
		best = set
		benchmarkProducts[float64](b)
		benchmarkProducts[float32](b)
	}
}

func benchmarkProducts[T constraints.Float](b *testing.B) {
	peak := peakOf[T](best)
	relu := plain[T]().ReLU
	if best > generic {
		relu = Of[T]().ReLU
	}
	for _, s := range layers {
		batch, in, out := s[0], s[1], s[2]
		if best == generic && batch*in*out > 1<<21 {
			continue // of which plain Go tells no more
		}
		r := rand.New(rand.NewPCG(1, 2))
		x, w, y, bias := normal[T](r, batch*in), normal[T](r, in*out), normal[T](r, batch*out), normal[T](r, out)
		dx, dw, z := make([]T, batch*in), make([]T, in*out), make([]T, batch*out)
		for _, p := range []struct {
			name string
			call func()
		}{
			{"forward", func() { MatMul(z, x, w, batch, out, in, false, true, Epilogue[T]{}) }},
			{"forward+bias+relu", func() { MatMul(z, x, w, batch, out, in, false, true, Epilogue[T]{Bias: bias, Then: relu}) }},
			{"dW", func() { MatMul(dw, y, x, out, in, batch, true, false, Epilogue[T]{}) }},
			{"dx", func() { MatMul(dx, y, w, batch, in, out, false, false, Epilogue[T]{}) }},
		} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d/float%d/%s", p.name, batch, in, out, 8*unsafe.Sizeof(T(0)), isaNames[best]), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // here: b.Run sets it too
				for b.Loop() {
					p.call()
				}
				report(b, 2*float64(batch*in*out), peak, 0, 0)
			})
		}
	}
}

func normal[T constraints.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
	return x
}
