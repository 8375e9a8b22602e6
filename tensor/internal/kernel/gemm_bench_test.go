package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/exp/constraints"
)

// shapes are those of training steps and of small networks: m×k times k×n.
var shapes = [][3]int{
	{1, 784, 128}, {8, 8, 8}, {32, 64, 64}, {64, 128, 10}, {10, 64, 128}, {64, 784, 128}, {128, 128, 128},
	{256, 784, 512}, {784, 256, 512}, {512, 1024, 1024}, {1024, 512, 1024},
}

// The forms are those of a step: n is as stored, t transposed; nt is a layer's
// output x·Wᵀ, nn the gradient of its input, tn that of its weights. The last
// figure is the share of one core's peak rate.
func BenchmarkGEMM(b *testing.B) {
	b.Run("float32", benchmarkGEMM[float32])
	b.Run("float64", benchmarkGEMM[float64])
}

func benchmarkGEMM[T constraints.Float](b *testing.B) {
	peak := measurePeak[T]()
	for _, s := range shapes {
		for _, f := range []string{"nn", "nt", "tn"} {
			b.Run(fmt.Sprintf("%dx%dx%d/%s", s[0], s[1], s[2], f), func(b *testing.B) {
				m, k, n := s[0], s[1], s[2]
				r := rand.New(rand.NewPCG(1, 2))
				x, y, dst := normal[T](r, m*k), normal[T](r, k*n), make([]T, m*n)
				for b.Loop() {
					MatMul(dst, x, y, m, n, k, f[0] == 't', f[1] == 't', Epilogue[T]{})
				}
				gf := 2 * float64(m*n*k) * float64(b.N) / b.Elapsed().Seconds() / 1e9
				b.ReportMetric(gf, "GF")
				b.ReportMetric(gf/peak, "peak")
			})
		}
	}
}

// measurePeak times tiles whose operands stay in the first cache: the rate of
// the multiply-adds themselves, in GF.
func measurePeak[T constraints.Float]() float64 {
	f := formsOf[T](best)
	if f.lanes == 0 {
		return math.NaN()
	}
	const k, calls = 128, 200
	m, n := f.rows[twoVectors], 2*f.lanes
	a, b, c := make([]T, m*k), make([]T, k*n), make([]T, m*n)
	top := 0.0
	for range 500 {
		start := time.Now()
		for range calls {
			f.tiles[twoVectors](m, 1, m, k, &a[0], 1, m, 0, &b[0], n, 0, &c[0], n, nil, 0, f.lanes)
		}
		top = max(top, float64(2*m*n*k*calls)/float64(time.Since(start).Nanoseconds()))
	}
	return top
}

func normal[T constraints.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
	return x
}
