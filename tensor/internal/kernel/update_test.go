package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/exp/constraints"
)

// A change is one of the loops that change slices in place, called with five
// slices and nine numbers, of which it may read less.
type change[T constraints.Float] struct {
	name    string
	changed int // it writes this many of the slices
	call    func(w, a, b, c, g []T, n []T)
}

func changes[T constraints.Float](l *Loops[T]) []change[T] {
	descent := func(n []T) Descent[T] {
		return Descent[T]{Rate: n[0], Decay: n[1], Sign: n[2], Momentum: n[3], Fresh: n[4]}
	}
	adaptation := func(n []T) Adaptation[T] {
		return Adaptation[T]{Rate: n[0], Epsilon: n[1], Decay: n[2], Keep: n[3], Sign: n[4],
			Beta1: n[5], Fresh1: n[6], Beta2: n[7], Fresh2: n[8]}
	}
	return []change[T]{
		{"AddScaled", 1, func(w, _, _, _, g, n []T) { l.AddScaled(w, g, n[0]) }},
		{"Descend", 1, func(w, _, _, _, g, n []T) { l.Descend(w, g, descent(n)) }},
		{"Roll", 2, func(w, a, _, _, g, n []T) { l.Roll(w, a, g, descent(n)) }},
		{"RollAhead", 2, func(w, a, _, _, g, n []T) { l.RollAhead(w, a, g, descent(n)) }},
		{"Adapt", 3, func(w, a, b, _, g, n []T) { l.Adapt(w, a, b, g, adaptation(n)) }},
		{"AdaptPeak", 4, func(w, a, b, c, g, n []T) { l.AdaptPeak(w, a, b, c, g, adaptation(n)) }},
	}
}

func TestChanges(t *testing.T) {
	loops64, loops32 := allLoops64(), allLoops32()
	for i := avx2; i <= machine(); i++ {
		t.Run(isaNames[i]+"/float64", func(t *testing.T) { testChanges(t, loops64[i]) })
		t.Run(isaNames[i]+"/float32", func(t *testing.T) { testChanges(t, loops32[i]) })
	}
}

// The bits of plain Go in every slice that is changed, none beyond its end, and
// the same where g is w.
func testChanges[T constraints.Float](t *testing.T, l *Loops[T]) {
	r := rand.New(rand.NewPCG(11, 12))
	lengths := []int{257, block + 3}
	for n := range 71 {
		lengths = append(lengths, n)
	}
	const pad = 20
	for k, c := range changes(plain[T]()) {
		fast := changes(l)[k]
		for _, n := range lengths {
			var want, got [5][]T
			for i := range want {
				want[i] = odd[T](r, n+2*pad+i)[i:]
				if n%2 == 1 { // v of Adam is no square otherwise
					for j, v := range want[i] {
						want[i][j] = T(math.Abs(float64(v)))
					}
				}
				got[i] = slices.Clone(want[i])
			}
			numbers := odd[T](r, 9)
			if n%3 > 0 {
				for i := range numbers {
					numbers[i] = T(r.Float64())
				}
			}
			run := func(c change[T], x *[5][]T, g int) {
				c.call(x[0][pad:pad+n], x[1][pad:pad+n], x[2][pad:pad+n], x[3][pad:pad+n], x[g][pad:pad+n], numbers)
			}
			for _, g := range []int{4, 0} {
				run(c, &want, g)
				run(fast, &got, g)
				for i := range want {
					if j := differ(got[i], want[i]); j >= 0 {
						t.Fatalf("%s of %d, g in slice %d: slice %d at %d is %v, want %v", c.name, n, g, i, j-pad, got[i][j], want[i][j])
					}
				}
			}
		}
	}
}

// Where a slice is shorter than the first, the loops refuse it.
func TestShortChanges(t *testing.T) {
	for set := generic; set <= machine(); set++ {
		for _, c := range changes(allLoops64()[set]) {
			for short := 1; short < 5; short++ {
				if short > c.changed-1 && short != 4 {
					continue
				}
				var x [5][]float64
				for i := range x {
					x[i] = make([]float64, 9)
				}
				x[short] = x[short][:8:8]
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s of %s takes a short slice %d", c.name, isaNames[set], short)
						}
					}()
					c.call(x[0], x[1], x[2], x[3], x[4], make([]float64, 9))
				}()
			}
		}
	}
}
