//go:build solution

package ch15

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

// Sines cuts the chain into √n segments of √n values.
func Sines(x *graph.Var, n int) *graph.Var {
	root := 1
	for root*root < n {
		root++
	}
	segment := func(x []*graph.Var) *graph.Var {
		y := x[0]
		for range root {
			y = ops.Sin(y)
		}
		return y
	}
	for range root {
		x = graph.Checkpoint(segment, x)
	}
	return x
}

// Multiplications counts the product of each layer once on the way up, and twice on the
// way back but for the one that would give the gradient of the data.
func Multiplications(m int, widths ...int) (up, back int) {
	for l := range len(widths) - 1 {
		product := m * widths[l] * widths[l+1]
		up += product
		back += 2 * product
	}
	return up, back - m*widths[0]*widths[1]
}
