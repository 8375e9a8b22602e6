package kernel

import (
	"sync"

	"golang.org/x/exp/constraints"
)

// A panel is a copy of a block of b, as wide as a tile: its rows follow each
// other. Arrays of this size begin on a page, so that no vector lies across two
// cache lines.
type panel[T constraints.Float] [4 * 16 * blockK]T

var (
	panels32 = sync.Pool{New: func() any { return new(panel[float32]) }}
	panels64 = sync.Pool{New: func() any { return new(panel[float64]) }}
)

// pack copies rows k0 to k1 and cols columns from j on of b to the panel, whose
// rows are width apart.
func (p *product[T]) pack(to *panel[T], width, k0, k1, j, cols int) {
	if p.colB == 1 {
		for i := range k1 - k0 {
			copy(to[i*width:], p.b[(k0+i)*p.rowB+j:][:cols])
		}
		return
	}
	for at := 0; at < cols; at += p.lanes {
		p.transpose(&to[at], width, &p.b[(j+at)*p.colB+k0], p.colB, min(p.lanes, cols-at), k1-k0)
	}
}
