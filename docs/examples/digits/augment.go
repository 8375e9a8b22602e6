package main

import (
	"math"
	"math/rand/v2"
)

// jitter writes to dst the picture src as if it had been scanned a little
// askew: moved by up to reach pixels in each direction. A dense network does
// not know which pixels are neighbours, and learns from this that a digit means
// the same in another place.
func jitter(r *rand.Rand, dst, src []float64, reach float64) {
	dx := reach * (2*r.Float64() - 1)
	dy := reach * (2*r.Float64() - 1)
	shift(dst, src, dx, dy)
}

// shift writes to dst the picture src moved by dx pixels to the right and dy
// down, by bilinear interpolation: pixel (u, v) of dst lies between four pixels
// of src and is their mean, weighted by how near they are. There is paper
// around the picture.
func shift(dst, src []float64, dx, dy float64) {
	left, top := math.Floor(-dx), math.Floor(-dy)
	wx, wy := -dx-left, -dy-top // how far beyond left and top
	for v := range side {
		for u := range side {
			x, y := u+int(left), v+int(top)
			upper := (1-wx)*ink(src, x, y) + wx*ink(src, x+1, y)
			lower := (1-wx)*ink(src, x, y+1) + wx*ink(src, x+1, y+1)
			dst[v*side+u] = (1-wy)*upper + wy*lower
		}
	}
}

// ink returns the pixel in column x and row y of a picture, 0 outside of it.
func ink(picture []float64, x, y int) float64 {
	if x < 0 || x >= side || y < 0 || y >= side {
		return 0
	}
	return picture[y*side+x]
}
