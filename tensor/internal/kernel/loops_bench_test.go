package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
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

// timedLoop returns how the field f of Loops is called. It knows types, not
// names: a new field of a known type needs nothing here.
func timedLoop[T constraints.Float](f any) (timed[T], bool) {
	const c, d = 0.5, 2
	// Coefficients of a step that keeps what it changes as it is.
	descent := Descent[T]{Sign: 1, Momentum: 1}
	adaptation := Adaptation[T]{Epsilon: 1, Keep: 1, Sign: 1, Beta1: 1, Beta2: 1}
	loop := func(slices, moves int, call func(x [][]T)) (timed[T], bool) {
		return timed[T]{slices, moves, call}, true
	}
	switch f := f.(type) {
	case Unary[T]:
		return loop(2, 2, func(x [][]T) { f(x[0], x[1]) })
	case Scalar[T]:
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], c) })
	case Binary[T]:
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2]) })
	case func(dst, x []T, lo, hi T): // Clip, ExpOver
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], c, d) })
	case func(dst, u, x []T, c T):
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2], c) })
	case func(dst, u, x []T, lo, hi T):
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2], c, d) })
	case func(dst, cond, a, b []T):
		return loop(4, 4, func(x [][]T) { f(x[0], x[1], x[2], x[3]) })
	case func(dst, x []T, mean, r float64):
		return loop(2, 2, func(x [][]T) { f(x[0], x[1], c, d) })
	case func(dst, u, x []T, mean, r, ubar, s float64):
		return loop(3, 3, func(x [][]T) { f(x[0], x[1], x[2], c, d, c, d) })

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
	case func(acc float64, x []T) float64:
		return loop(1, 1, func(x [][]T) { sink = f(0, x[0]) })
	case func(acc float64, x []T, c T) float64:
		return loop(1, 1, func(x [][]T) { sink = f(0, x[0], c) })
	case func(acc float64, x []T, c float64) float64:
		return loop(1, 1, func(x [][]T) { sink = f(0, x[0], c) })
	case func(acc float64, x, y []T) float64:
		return loop(2, 2, func(x [][]T) { sink = f(0, x[0], x[1]) })
	case func(acc float64, x, y []T, c float64) float64:
		return loop(2, 2, func(x [][]T) { sink = f(0, x[0], x[1], c) })
	}
	return timed[T]{}, false
}

var sink float64

// All loops of the table in every instruction set, on 4096 elements, which stay
// in the first two caches; and in the best on a million, which do not.
func BenchmarkLoops(b *testing.B) {
	m := make(meter)
	fields := reflect.TypeFor[Loops[float64]]().NumField()
	for i := range fields {
		for set := range machine() + 1 {
			benchmarkLoop(b, m, allLoops64()[set], i, set, 4096)
			benchmarkLoop(b, m, allLoops32()[set], i, set, 4096)
		}
		benchmarkLoop(b, m, allLoops64()[machine()], i, machine(), 1<<20)
		benchmarkLoop(b, m, allLoops32()[machine()], i, machine(), 1<<20)
	}
}

func benchmarkLoop[T constraints.Float](b *testing.B, m meter, l *Loops[T], field int, set isa, n int) {
	v := reflect.ValueOf(l).Elem()
	loop, ok := timedLoop[T](v.Field(field).Interface())
	if !ok {
		b.Fatalf("%s has a type without a benchmark", v.Type().Field(field).Name)
	}
	b.Run(fmt.Sprintf("%s/float%d/%s/%d", v.Type().Field(field).Name, 8*unsafe.Sizeof(T(0)), isaNames[set], n), func(b *testing.B) {
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
	l := plain[float32]()
	v := reflect.ValueOf(l).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		loop, ok := timedLoop[float32](v.Field(i).Interface())
		if !ok {
			t.Errorf("%s has a type without a benchmark: %v", name, v.Field(i).Type())
			continue
		}
		if slices := countSlices(v.Field(i).Type()); loop.slices != slices || loop.moves < slices {
			t.Errorf("%s takes %d slices and is timed with %d, of which %d moves", name, slices, loop.slices, loop.moves)
		}
		called := false
		spy := reflect.MakeFunc(v.Field(i).Type(), func(args []reflect.Value) []reflect.Value {
			called = true
			return reflect.ValueOf(l).Elem().Field(i).Call(args)
		})
		if loop, ok = timedLoop[float32](spy.Interface()); ok {
			x := operands[float32](loop.slices, 3)
			loop.call(x)
			for _, row := range x {
				for _, y := range row {
					if math.IsNaN(float64(y)) || math.IsInf(float64(y), 0) {
						t.Errorf("%s ends in %v", name, x)
					}
				}
			}
		}
		if !called {
			t.Errorf("%s is not called", name)
		}
	}
	if _, ok := timedLoop[float32](func(x []float32) {}); ok {
		t.Error("a function of no known type has a benchmark")
	}
}

func countSlices(f reflect.Type) int {
	n := 0
	for i := range f.NumIn() {
		if f.In(i).Kind() == reflect.Slice {
			n++
		}
	}
	return n
}
