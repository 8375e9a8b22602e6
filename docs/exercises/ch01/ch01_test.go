//go:build exercise || solution

package ch01

import (
	"math"
	"testing"
)

// On x³ the central difference is 3x² + h², exactly.
func TestCentral(t *testing.T) {
	cube := func(x float64) float64 { return x * x * x }
	for _, c := range []struct{ x, h float64 }{{2, 0.5}, {-1, 0.25}, {0, 1}} {
		if got, want := Central(cube, c.x, c.h), 3*c.x*c.x+c.h*c.h; got != want {
			t.Errorf("Central of x³ at %v with step %v is %v, want %v", c.x, c.h, got, want)
		}
	}
}

// Five points have no error up to x⁴.
func TestFivePoint(t *testing.T) {
	for degree := 1.0; degree <= 4; degree++ {
		f := func(x float64) float64 { return math.Pow(x, degree) }
		got, want := FivePoint(f, 1.5, 0.5), degree*math.Pow(1.5, degree-1)
		if math.Abs(got-want) > 1e-13 {
			t.Errorf("FivePoint of x^%v is %v, want %v", degree, got, want)
		}
	}
}
