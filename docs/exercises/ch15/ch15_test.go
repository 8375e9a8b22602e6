//go:build exercise || solution

package ch15

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestSines(t *testing.T) {
	for _, root := range []int{2, 5, 10} {
		var tape graph.Tape
		x := tensor.Scalar(1)
		y := Sines(tape.Watch(x), root*root)
		if kept := tape.Kept().Values; kept > root {
			t.Errorf("%d sines keep %d values, want %d", root*root, kept, root)
		}
		value, slope := 1.0, 1.0
		for range root * root {
			slope *= math.Cos(value)
			value = math.Sin(value)
		}
		if got := y.Value().Item(); math.Abs(got-value) > 1e-12 {
			t.Errorf("value %v, want %v", got, value)
		}
		if got := y.Backward().Of(x).Item(); math.Abs(got-slope) > 1e-12 {
			t.Errorf("derivative %v, want %v", got, slope)
		}
	}
}

// One layer after the other, counted by loops that multiply.
func TestMultiplications(t *testing.T) {
	product := func(rows, inner, columns int) (n int) {
		for range rows {
			for range inner {
				for range columns {
					n++
				}
			}
		}
		return n
	}
	for _, widths := range [][]int{{3, 4, 2}, {5, 7}, {2, 4, 4, 3}} {
		const m = 5
		up, back := 0, 0
		for l := 1; l < len(widths); l++ {
			in, out := widths[l-1], widths[l]
			up += product(m, in, out)   // XWᵀ
			back += product(out, m, in) // ΔᵀX
			if l > 1 {
				back += product(m, out, in) // ΔW
			}
		}
		if a, b := Multiplications(m, widths...); a != up || b != back {
			t.Errorf("%v: %d and %d, want %d and %d", widths, a, b, up, back)
		}
	}
}
