package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		x    []float64
		want Spread // of the definition, by hand
	}{
		{[]float64{3}, Spread{3, 3, 3, 3, 3}},
		{[]float64{4, 2}, Spread{3, 2.5, 3.5, 2, 4}},
		{[]float64{5, 1, 3}, Spread{3, 2, 4, 1, 5}},
		{[]float64{9, 1, 2, 1000}, Spread{5.5, 1.75, 256.75, 1, 1000}},
		{[]float64{5, 4, 3, 2, 1}, Spread{3, 2, 4, 1, 5}},
	} {
		before := test.x[0]
		if got := spread(test.x); got != test.want {
			t.Errorf("spread of %v = %v, want %v", test.x, got, test.want)
		}
		if test.x[0] != before {
			t.Errorf("spread has sorted the samples it was given: %v", test.x)
		}
	}
}

// Half of the samples are at most the median and half at least; a quarter is
// at most the lower quartile.
func TestSpreadCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 5; n < 60; n += 4 { // the quartiles are samples then
		x := make([]float64, n)
		for i := range x {
			x[i] = r.ExpFloat64()
		}
		s := spread(x)
		for _, q := range []struct{ at, part float64 }{{s.Min, 0}, {s.Lower, 0.25}, {s.Median, 0.5}, {s.Upper, 0.75}, {s.Max, 1}} {
			below := 0
			for _, v := range x {
				if v < q.at {
					below++
				}
			}
			if want := q.part * float64(n-1); float64(below) != want {
				t.Errorf("n = %d: %d samples below the %v quantile, want %v", n, below, q.part, want)
			}
		}
	}
}

// A machine that slows down for whole rounds moves both sides' times, not the
// ratio of a round; one disturbed sample moves the ratio of one round only.
func TestRatios(t *testing.T) {
	slow := []float64{1, 1, 5, 5, 5, 2, 1}
	ours, other := make([]float64, len(slow)), make([]float64, len(slow))
	for i, s := range slow {
		ours[i], other[i] = 2*s, 3*s
	}
	other[4] *= 100
	r := spread(ratios(ours, other))
	if math.Abs(r.Median-1.5) > 1e-15 || math.Abs(r.Upper-1.5) > 1e-15 || math.Abs(r.Max-150) > 1e-12 {
		t.Errorf("ratios have the spread %v, want 1.5 but for a maximum of 150", r)
	}
}
