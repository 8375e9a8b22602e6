//go:build exercise || solution

package ch11

import (
	"math"
	"testing"
)

func TestSlope(t *testing.T) {
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"exp", math.Exp, 1, math.E},
		{"sin of 50x", func(x float64) float64 { return math.Sin(50 * x) }, 0.3, 50 * math.Cos(15)},
		{"tanh", math.Tanh, 0.2, 1 - math.Pow(math.Tanh(0.2), 2)},
	} {
		got, estimate := Slope(c.f, c.x)
		if off := math.Abs(got - c.want); off > 1e-7*math.Abs(c.want) || off > 100*estimate+1e-12 {
			t.Errorf("%s: slope %v ± %v, want %v", c.name, got, estimate, c.want)
		}
	}
}

func TestBent(t *testing.T) {
	leaky := func(x float64) float64 {
		if x > 0 {
			return x
		}
		return 0.99 * x
	}
	steep := func(x float64) float64 { return math.Exp(8 * x) }
	for _, c := range []struct {
		name string
		f    func(float64) float64
		x    float64
		want bool
	}{
		{"|x| at 0", math.Abs, 0, true}, {"|x| at 1", math.Abs, 1, false}, {"a kink of one percent", leaky, 0, true},
		{"a curve that bends fast", steep, 0, false}, {"a parabola", func(x float64) float64 { return x * x }, 0, false},
	} {
		if got := Bent(c.f, c.x); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
