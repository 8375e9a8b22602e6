//go:build solution

package ch01

// Central returns the central difference (f(x+h) − f(x−h)) / 2h.
func Central(f func(float64) float64, x, h float64) float64 {
	return (f(x+h) - f(x-h)) / (2 * h)
}

// FivePoint cancels the error of Central: it is c·h² with step h and 4c·h² with 2h, so
// four thirds of the one less a third of the other has none of that order.
func FivePoint(f func(float64) float64, x, h float64) float64 {
	return (4*Central(f, x, h) - Central(f, x, 2*h)) / 3
}
