//go:build !solution

package ch01

// Central returns the central difference (f(x+h) − f(x−h)) / 2h.
func Central(f func(float64) float64, x, h float64) float64 {
	return 0 // your code
}

// FivePoint returns a difference of the values of f at x−2h, x−h, x+h and x+2h whose
// error falls with h⁴: combine Central with step h and Central with step 2h so that the
// errors of order h² cancel.
func FivePoint(f func(float64) float64, x, h float64) float64 {
	return 0 // your code
}
