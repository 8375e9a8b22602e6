package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestShift(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	src, dst := make([]float64, pixels), make([]float64, pixels)
	for i := range src {
		src[i] = r.Float64()
	}
	at := func(x, y float64) float64 { return ink(src, int(x), int(y)) }
	for _, d := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {-2, 3}, {0.5, 0}, {0, -0.25}, {0.75, 1.5}, {8, 0}, {0, -9}} {
		shift(dst, src, d[0], d[1])
		for i, got := range dst {
			// Where the pixel was before, and the tents around the pixels there.
			x, y := float64(i%side)-d[0], float64(i/side)-d[1]
			want := 0.0
			for _, v := range []float64{math.Floor(y), math.Floor(y) + 1} {
				for _, u := range []float64{math.Floor(x), math.Floor(x) + 1} {
					want += (1 - math.Abs(x-u)) * (1 - math.Abs(y-v)) * at(u, v)
				}
			}
			if math.Abs(got-want) > 1e-15 {
				t.Fatalf("shift %v: pixel %d is %v, want %v", d, i, got, want)
			}
		}
	}
}

func TestShiftDirection(t *testing.T) {
	src, dst := make([]float64, pixels), make([]float64, pixels)
	src[3*side+2] = 1 // row 3, column 2
	shift(dst, src, 1, 2)
	if dst[5*side+3] != 1 {
		t.Errorf("one to the right and two down: %v", dst)
	}
}

func TestJitter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	src, dst := make([]float64, pixels), make([]float64, pixels)
	src[3*side+3] = 1
	jitter(r, dst, src, 0)
	if !slices.Equal(dst, src) {
		t.Error("a reach of 0 moves the picture")
	}
	// The centre of the ink tells how far it was moved.
	var left, right float64
	for range 1000 {
		jitter(r, dst, src, 0.5)
		var centre float64
		for i, v := range dst {
			centre += float64(i%side) * v
		}
		left, right = min(left, centre-3), max(right, centre-3)
	}
	if left < -0.5 || left > -0.49 || right > 0.5 || right < 0.49 {
		t.Errorf("a reach of 0.5 moves from %v to %v", left, right)
	}
}
