package kernel

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"golang.org/x/exp/constraints"
)

// A loop that a team shares gives the bits of one goroutine, however many there
// are, and while others compute too.
func TestShared(t *testing.T) {
	t.Run("float64", testShared[float64])
	t.Run("float32", testShared[float32])
}

func testShared[T constraints.Float](t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	l := Of[T]()
	const rows, n = 700, 301
	r := rand.New(rand.NewPCG(1, 2))
	x, y, g := normal[T](r, rows*n), normal[T](r, rows*n), normal[T](r, rows)
	labels := make([]int, rows)
	for i := range labels {
		labels[i] = r.IntN(n)
	}
	c := Adaptation[T]{Rate: 0.1, Epsilon: 1e-3, Decay: 0.01, Keep: 0.9, Sign: 1, Beta1: 0.9, Fresh1: 0.1, Beta2: 0.8, Fresh2: 0.2}
	d := Descent[T]{Rate: 0.1, Decay: 0.01, Sign: 1, Momentum: 0.9, Fresh: 0.1}
	for name, f := range map[string]func(dst []T){
		"Add": func(dst []T) { l.Add(dst, x, y) }, "Exp": func(dst []T) { l.Exp(dst, x) }, "Sin": func(dst []T) { l.Sin(dst, x) },
		"Mul by one": func(dst []T) { l.Mul(dst, x, g[:1]) }, "Clip": func(dst []T) { l.Clip(dst, x, -1, 0.5) },
		"Pick":      func(dst []T) { l.Pick(dst, x, y, g[:1]) },
		"TanhSlope": func(dst []T) { l.TanhSlope(dst, x, y) }, "SwishSlope": func(dst []T) { l.SwishSlope(dst, x, y, 1.5) },
		"Sum": func(dst []T) { dst[0] = l.Sum(1, x) }, "Max": func(dst []T) { dst[0] = l.Max(-9, x) },
		"FoldLines":    func(dst []T) { l.FoldLines(dst[:rows], x, l.Sum, l.SumRows) },
		"FoldLines 10": func(dst []T) { l.FoldLines(dst[:rows*n/10], x[:rows*n/10*10], l.Max, l.MaxRows) },
		"SumRows":      func(dst []T) { l.SumRows(dst[:n], x) },
		"SumRows long": func(dst []T) { l.SumRows(dst[:7], x) }, "MinRows": func(dst []T) { l.MinRows(dst[:7], x) },
		"Softmax": func(dst []T) { l.Softmax(dst, x, nil, rows, n, 1) }, "Softmax of columns": func(dst []T) { l.Softmax(dst, x, nil, 1, rows, n) },
		"SoftmaxSlope": func(dst []T) { l.SoftmaxSlope(dst, x, y, 7, 100, n) }, "LogSumExp": func(dst []T) { l.LogSumExp(dst[:7*n], x, nil, 7, 100, n) },
		"CrossEntropy": func(dst []T) { l.CrossEntropy(dst[:rows], x, labels) }, "CrossEntropySlope": func(dst []T) { l.CrossEntropySlope(dst, g, x, labels) },
		"LayerNorm": func(dst []T) { l.LayerNorm(dst, x, x[:n], y[:n], n, 1e-5) }, "LayerNormSlope": func(dst []T) { l.LayerNormSlope(dst, y, x, x[:n], n, 1e-5) },
		"LayerNormGain": func(dst []T) { l.LayerNormGain(dst[:n], y, x, 1e-5) },
		"normalize":     func(dst []T) { l.normalize(dst, x, 1, 2, 3) }, "normSlope": func(dst []T) { l.normSlope(dst, x, y, 1, 2, 3, 4, 5) },
		"AddScaled": func(dst []T) { l.AddScaled(dst, x, 0.5) }, "Descend": func(dst []T) { l.Descend(dst, x, d) },
		"Roll":      func(dst []T) { l.Roll(dst, slices.Clone(y), x, d) },
		"Adapt":     func(dst []T) { l.Adapt(dst, slices.Clone(y), slices.Clone(x), y, c) },
		"AdaptPeak": func(dst []T) { l.AdaptPeak(dst, slices.Clone(y), slices.Clone(x), slices.Clone(y), y, c) },
	} {
		want := slices.Repeat([]T{0.5}, rows*n)
		runtime.GOMAXPROCS(1)
		f(want)
		for _, procs := range []int{2, 3, 8} {
			runtime.GOMAXPROCS(procs)
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() {
					got := slices.Repeat([]T{0.5}, rows*n)
					f(got)
					if i := differ(got, want); i >= 0 {
						t.Errorf("%s by %d goroutines: [%d] is %v, want %v", name, procs, i, got[i], want[i])
					}
				})
			}
			wg.Wait()
		}
	}
}

// Shared loops allocate nothing, once the team and its tasks are there.
func TestSharedAllocations(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	n := 4 * light
	x, y := make([]float32, n), make([]float32, n)
	labels := make([]int, n/256)
	for _, procs := range []int{1, 2} {
		// AllocsPerRun would set GOMAXPROCS to 1.
		runtime.GOMAXPROCS(procs)
		all := func() {
			F32.Exp(y, x)
			F32.Sum(0, x)
			F32.SumRows(y[:8], x)
			F32.Softmax(y, x, nil, n/256, 256, 1)
			F32.SoftmaxSlope(y, x, x, 1, 256, n/256)
			F32.CrossEntropySlope(y, x, x, labels)
			F32.Descend(y, x, Descent[float32]{})
		}
		var before, after runtime.MemStats
		all()
		runtime.ReadMemStats(&before)
		for range 20 {
			all()
		}
		runtime.ReadMemStats(&after)
		if got := after.Mallocs - before.Mallocs; got > 10 { // of the runtime's own
			t.Errorf("20 rounds with GOMAXPROCS %d make %d allocations", procs, got)
		}
	}
}
