//go:build !solution

package ch11

// Slope returns the derivative of f at x without a step of your choice: it takes central
// differences with steps from 0.1 down, each a quarter of the one before, and returns the
// one that differs least from the one before it, with that difference as the estimate of
// its error.
func Slope(f func(x float64) float64, x float64) (slope, estimate float64) {
	return 0, 0 // your code
}

// Bent reports whether f has a kink at x: its slopes to the left and to the right, for
// steps that become small, are different numbers.
func Bent(f func(x float64) float64, x float64) bool {
	return false // your code
}
