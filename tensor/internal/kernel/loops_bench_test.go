package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// A timed loop is one field of Loops, called with slices of one length. It
// reads or writes so many of them; what it changes in place counts twice.
type timed[T constraints.Float] struct {
	slices, moves int
	call          func(x [][]T)
}

// width is the length of rows, where a loop takes rows.
const width = 256

// timedLoop returns how the field f of Loops is called. It knows types, not
// names: a new field of a known type needs nothing here. Only what else shares
// the type of the slopes of rows is told from them.
func timedLoop[T constraints.Float](name string, f any) (timed[T], bool) {
	const c, d = 0.5, 2
	// Coefficients of a step that keeps what it changes as it is.
	descent := Descent[T]{Sign: 1, Momentum: 1}
	adaptation := Adaptation[T]{Epsilon: 1, Keep: 1, Sign: 1, Beta1: 1, Beta2: 1}
	loop := func(slices, moves int, call func(x [][]T)) (timed[T], bool) {
		return timed[T]{slices, moves, call}, true
	}
	var labels []int
	label := func(x []T) []int {
		for len(labels) < len(x)/width {
			labels = append(labels, 37*len(labels)%width)
		}
		return labels
	}
	switch f := f.(type) {
	case Unary[T]:
		return loop(2, 2, func(x [][]T) { f(x[0], x[1]) })
	case Scalar[T]:
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], c) })
	case Binary[T]:
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2]) })
	case func(dst, x []T, lo, hi T): // Clip and others
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], c, d) })
	case func(dst, x []T, a, b, c T):
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], c, c, d) })
	case func(dst, u, x []T, c T):
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2], c) })
	case func(dst, u, x []T, lo, hi T):
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2], c, d) })
	case func(dst, u, x []T, a, b, c, d, e T):
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2], c, c, d, c, d) })
	case func(dst, cond, a, b []T):
		return loop(4, 4, func(x [][]T) { f(x[0], x[1], x[2], x[3]) })

	case func(dst, x []T, c T): // AddScaled
		return loop(2, 3, func(x [][]T) { f(x[0], x[1], 0) })
	case func(w, g []T, c Descent[T]):
		return loop(2, 3, func(x [][]T) { f(x[0], x[1], descent) })
	case func(w, b, g []T, c Descent[T]):
		return loop(3, 5, func(x [][]T) { f(x[0], x[1], x[2], descent) })
	case func(w, m, v, g []T, c Adaptation[T]):
		return loop(4, 7, func(x [][]T) { f(x[0], x[1], x[2], x[3], adaptation) })
	case func(w, m, v, peak, g []T, c Adaptation[T]):
		return loop(5, 9, func(x [][]T) { f(x[0], x[1], x[2], x[3], x[4], adaptation) })

	case func(acc T, x []T) T: // Sum, Max, Min
		return loop(1, 1, func(x [][]T) { sink = float64(f(0, x[0])) })
	case func(x []T, c T) float64:
		return loop(1, 1, func(x [][]T) { sink = f(x[0], c) })
	case func(x, y []T) float64:
		return loop(2, 2, func(x [][]T) { sink = f(x[0], x[1]) })
	case func(x []T, c T) (s, q float64):
		return loop(1, 1, func(x [][]T) { sink, _ = f(x[0], c) })
	case func(x, y []T, c T) (s, q float64):
		return loop(2, 2, func(x [][]T) { sink, _ = f(x[0], x[1], c) })
	case func(x []T, y T) int: // find: the last
		return loop(1, 1, func(x [][]T) { x[0][len(x[0])-1] = d; sink = float64(f(x[0], d)) })
	case func(x []T, n, step int) int:
		return loop(1, 1, func(x [][]T) { sink = float64(f(x[0], len(x[0]), 1)) })
	case func(index []int, x []T, n, inner int):
		index := make([]int, width)
		return loop(1, 1, func(x [][]T) { f(index, x[0], len(x[0])/width, width) })
	case func(dst, x []T, n, inner int):
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], len(x[0])/width, width) })
	case func(dst, x []T, c T) float64:
		return loop(2, 2, func(x [][]T) { sink = f(x[0], x[1], c) })
	case func(dst, x []T): // SumRows, MaxRows, MinRows
		return loop(2, 1, func(x [][]T) { f(x[0][:min(width, len(x[0]))], x[1]) })

	case func(dst, g, y []T, outer, n, inner int):
		slices := 3
		if !strings.HasSuffix(name, "Slope") { // Softmax, LogSoftmax, LogSumExp
			slices = 2
		}
		return loop(slices, slices, func(x [][]T) {
			outer := max(1, len(x[0])/width)
			f(x[0], x[1], append(x, nil)[2], outer, len(x[0])/outer, 1)
		})
	case func(f func(dst, a, b []T), dst, a, b []T, m, n int, stepA, stepB [2]int): // Zip: a row to all rows
		return loop(3, 2, func(x [][]T) {
			rows := len(x[0]) / width
			f(Of[T]().Add, x[0], x[1], x[2][:width], rows, width, [2]int{width, 1}, [2]int{0, 1})
		})
	case func(dst, x []T, row func(acc T, x []T) T, rows func(dst, x []T)): // FoldLines
		return loop(2, 1, func(x [][]T) {
			f(x[0][:len(x[0])/width], x[1], Of[T]().Sum, Of[T]().SumRows)
		})
	case func(dst []T, ldd int, src []T, lds, m, n int): // Transpose
		return loop(2, 2, func(x [][]T) { f(x[0], len(x[0])/width, x[1], width, len(x[0])/width, width) })

	case func(dst, x []T, labels []int):
		return loop(2, 1, func(x [][]T) { f(x[0], x[1], label(x[1])) })
	case func(dst, g, x []T, labels []int):
		return loop(3, 2, func(x [][]T) { f(x[0], x[1], x[2], label(x[2])) })
	case func(dst, a, b, d []T, n int, eps float64):
		if strings.HasSuffix(name, "Slope") {
			return loop(4, 3, func(x [][]T) { f(x[0], x[1], x[2], x[3][:width], width, 1e-5) })
		}
		return loop(4, 2, func(x [][]T) { f(x[0], x[1], x[2][:width], x[3][:width], width, 1e-5) })
	case func(dst, u, x []T, eps float64): // LayerNormGain
		return loop(3, 2, func(x [][]T) { f(x[0][:width], x[1], x[2], 1e-5) })
	case func(dst, a, b, d []T, c, rest, r T):
		return loop(4, 4, func(x [][]T) { f(x[0], x[1], x[2], x[3], c, c, d) })
	}
	return timed[T]{}, false
}

var sink float64

// All loops of the table in every instruction set, on 4096 elements, which stay
// in the first two caches; and in the best on a million, which do not.
func BenchmarkLoops(b *testing.B) {
	m := make(meter)
	all64, all32 := allLoops64(), allLoops32()
	for i := range fields(all64[0]) {
		for set := range machine() + 1 {
			benchmarkLoop(b, m, all64[set], i, set, 4096)
			benchmarkLoop(b, m, all32[set], i, set, 4096)
		}
		benchmarkLoop(b, m, all64[machine()], i, machine(), 1<<20)
		benchmarkLoop(b, m, all32[machine()], i, machine(), 1<<20)
	}
}

func benchmarkLoop[T constraints.Float](b *testing.B, m meter, l *Loops[T], i int, set isa, n int) {
	f := fields(l)[i]
	loop, ok := timedLoop[T](f.name, f.value.Interface())
	if !ok {
		b.Fatalf("%s has a type without a benchmark", f.name)
	}
	b.Run(fmt.Sprintf("%s/float%d/%s/%d", f.name, 8*unsafe.Sizeof(T(0)), isaNames[set], n), func(b *testing.B) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // here: b.Run sets it too
		x := operands[T](loop.slices, n)
		size := int(unsafe.Sizeof(x[0][0]))
		bandwidth := m.bandwidth(loop.slices * n * size)
		for b.Loop() {
			loop.call(x)
		}
		report(b, 0, 0, float64(loop.moves*n*size), bandwidth)
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
	})
}

// A field of Loops, exported or not.
type field struct {
	name  string
	value reflect.Value
}

func fields[T constraints.Float](l *Loops[T]) []field {
	v := reflect.ValueOf(l).Elem()
	list := make([]field, v.NumField())
	for i := range list {
		list[i] = field{v.Type().Field(i).Name, reflect.NewAt(v.Field(i).Type(), v.Field(i).Addr().UnsafePointer()).Elem()}
	}
	return list
}

// operands returns slices of numbers around 1 that no loop makes slow.
func operands[T constraints.Float](count, n int) [][]T {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([][]T, count)
	for i := range x {
		x[i] = make([]T, n)
		for j := range x[i] {
			x[i][j] = T(0.5 + r.Float64())
		}
	}
	return x
}

// Each field of the table has a benchmark, which calls it with as many slices as
// it takes, and ends in numbers.
func TestEveryLoopIsTimed(t *testing.T) {
	for _, f := range fields(plain[float32]()) {
		loop, ok := timedLoop[float32](f.name, f.value.Interface())
		if !ok {
			t.Errorf("%s has a type without a benchmark: %v", f.name, f.value.Type())
			continue
		}
		if n := countSlices(f.value.Type()); loop.slices > n || loop.slices < min(n, 2) {
			t.Errorf("%s takes %d slices and is timed with %d", f.name, n, loop.slices)
		}
		called := false
		spy := reflect.MakeFunc(f.value.Type(), func(args []reflect.Value) []reflect.Value {
			called = true
			return f.value.Call(args)
		})
		if loop, ok = timedLoop[float32](f.name, spy.Interface()); !ok {
			t.Errorf("%s is no longer known", f.name)
			continue
		}
		x := operands[float32](loop.slices, 2*width)
		loop.call(x)
		for _, row := range x {
			for _, y := range row {
				if math.IsNaN(float64(y)) || math.IsInf(float64(y), 0) {
					t.Fatalf("%s ends in %v", f.name, x)
				}
			}
		}
		if !called {
			t.Errorf("%s is not called", f.name)
		}
	}
	if _, ok := timedLoop[float32]("", func(x []float32) {}); ok {
		t.Error("a function of no known type has a benchmark")
	}
}

func countSlices(f reflect.Type) int {
	n := 0
	for i := range f.NumIn() {
		if f.In(i).Kind() == reflect.Slice && f.In(i).Elem().Kind() != reflect.Int {
			n++
		}
	}
	return n
}
