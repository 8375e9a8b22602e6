//go:build solution

package ch11

import "math"

// Slope goes down the right side of the valley until round-off lets quotients scatter.
func Slope(f func(x float64) float64, x float64) (slope, estimate float64) {
	estimate = math.Inf(1)
	last := math.NaN()
	for h := 0.1; h > 1e-10; h /= 4 {
		up, down := x+h, x-h
		s := (f(up) - f(down)) / (up - down)
		if e := math.Abs(s - last); e < estimate {
			slope, estimate = s, e
		}
		last = s
	}
	return slope, estimate
}

// Bent compares how the two slopes differ at two steps: at a smooth point their difference
// falls with the step, at a kink it stays.
func Bent(f func(x float64) float64, x float64) bool {
	jump := func(h float64) float64 {
		return math.Abs((f(x+h)-f(x))/h - (f(x)-f(x-h))/h)
	}
	return jump(1e-5) > jump(1e-3)/2 && jump(1e-5) > 1e-4
}
