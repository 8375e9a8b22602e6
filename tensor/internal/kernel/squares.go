package kernel

import "golang.org/x/exp/constraints"

// Squares returns acc + Σ x².
func Squares[T constraints.Float](acc T, x []T) T { return acc + T(Of[T]().dot(x, x)) }

// SquaresRows adds the squares of rows of x to the row dst. Squares are rounded, so
// that all machines agree.
func SquaresRows[T constraints.Float](dst, x []T) {
	for len(x) > 0 {
		for j, v := range x[:len(dst)] {
			dst[j] += T(v * v)
		}
		x = x[len(dst):]
	}
}

// AddSquares returns sum + Σ (scale·x)² over a line of n elements, step apart, in
// float64.
func AddSquares[T constraints.Float](sum, scale float64, x []T, at, step, n int) float64 {
	for range n {
		v := float64(x[at]) * scale
		sum += float64(v * v)
		at += step
	}
	return sum
}
