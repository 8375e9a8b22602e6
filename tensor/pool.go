package tensor

import (
	"math"
	"slices"

	"golang.org/x/exp/constraints"
)

// PoolShape appends the axes of x before those with windows, and for these the
// number of windows. Padding must not be more than half of a window.
func PoolShape(who string, dst, x []int, at []Window) []int {
	dst = windowShape(who, dst, x, at)
	for _, w := range at {
		if w.Parts == 0 && 2*w.Before > w.Size {
			panic(Errorf(who, "padding %d is more than half of a window of size %d", w.Before, w.Size))
		}
	}
	return dst
}

// PoolSpreadShape appends shape, of which the pooling must have the shape of g.
func PoolSpreadShape(who string, dst, g []int, at []Window, shape []int) []int {
	var buf [maxRank]int
	if from := PoolShape(who, buf[:0], shape, at); !slices.Equal(from, g) {
		panic(Errorf(who, "%v is no pooling of %v: that has shape %v", slices.Clone(g), slices.Clone(shape), slices.Clone(from)))
	}
	size(who, shape)
	return append(dst, shape...)
}

// A pooling is a loop over the windows of images, which are what the last axes of
// an array hold.
type pooling struct {
	at           []Window
	in, out      []int
	images       int
	size, length int // of an image and of its result
}

func poolingOf(x, y []int, at []Window) pooling {
	lead := len(x) - len(at)
	p := pooling{at: at, in: x[lead:], out: y[lead:], images: 1, size: 1, length: 1}
	for _, d := range x[:lead] {
		p.images *= d
	}
	for i := range at {
		p.size *= p.in[i]
		p.length *= p.out[i]
	}
	return p
}

// MaxPool returns the largest element of each window on the last axes of x. It is
// NaN if there is one, and −Inf if the window holds padding only.
func MaxPool(dst, x *Tensor, at []Window) *Tensor {
	return pickLargest("tensor.MaxPool", dst, x, x, at)
}

// MaxPoolPick returns for each window the element of x that stands where by, of the
// same shape, has its largest: the first of equal ones, in row-major order.
func MaxPoolPick(dst, x, by *Tensor, at []Window) *Tensor {
	return pickLargest("tensor.MaxPoolPick", dst, x, by, at)
}

func pickLargest(who string, dst, x, by *Tensor, at []Window) *Tensor {
	sameShape(who, x, by)
	var buf [maxRank]int
	dst = result(who, dst, x.typ, PoolShape(who, buf[:0], x.shape, at))
	apart(who, dst, x)
	apart(who, dst, by)
	none := 0.0
	if x == by {
		none = math.Inf(-1)
	}
	p := poolingOf(x.shape, dst.shape, at)
	if x.typ == Float32 {
		maxPick(&p, dst.f32, x.f32, by.f32, float32(none))
	} else {
		maxPick(&p, dst.f64, x.f64, by.f64, none)
	}
	return dst
}

func maxPick[T constraints.Float](p *pooling, dst, x, by []T, none T) {
	var buf [maxWindows]stretch
	s := buf[:len(p.at)]
	for i := range p.images {
		from := by[i*p.size : (i+1)*p.size]
		for o := range p.length {
			stretches(s, p.at, p.in, p.out, o)
			if best := firstLargest(from, 0, s, -1); best >= 0 {
				dst[i*p.length+o] = x[i*p.size+best]
			} else {
				dst[i*p.length+o] = none
			}
		}
	}
}

// MaxPoolSpread is the adjoint of MaxPoolPick in x: zeros, to which each g is added
// where by has the first largest element of its window.
func MaxPoolSpread(dst, g, by *Tensor, at []Window) *Tensor {
	const who = "tensor.MaxPoolSpread"
	sameType(who, g, by)
	var buf [maxRank]int
	dst = result(who, dst, by.typ, PoolSpreadShape(who, buf[:0], g.shape, at, by.shape))
	apart(who, dst, g)
	apart(who, dst, by)
	p := poolingOf(by.shape, g.shape, at)
	if g.typ == Float32 {
		maxSpread(&p, dst.f32, g.f32, by.f32)
	} else {
		maxSpread(&p, dst.f64, g.f64, by.f64)
	}
	return dst
}

func maxSpread[T constraints.Float](p *pooling, dst, g, by []T) {
	clear(dst)
	var buf [maxWindows]stretch
	s := buf[:len(p.at)]
	for i := range p.images {
		from := by[i*p.size : (i+1)*p.size]
		for o := range p.length {
			stretches(s, p.at, p.in, p.out, o)
			if best := firstLargest(from, 0, s, -1); best >= 0 {
				dst[i*p.size+best] += g[i*p.length+o]
			}
		}
	}
}

// firstLargest returns where in the image x the largest element of a window is, if
// best is that of what came before, or -1. NaN is larger than all.
func firstLargest[T constraints.Float](x []T, at int, s []stretch, best int) int {
	ax := s[0]
	at = at*ax.n + ax.first
	for range ax.count {
		switch {
		case len(s) > 1:
			best = firstLargest(x, at, s[1:], best)
		case best < 0 || x[at] > x[best] || x[at] != x[at] && x[best] == x[best]:
			best = at
		}
		at += ax.step
	}
	return best
}

// AvgPool returns the mean of each window on the last axes of x. Padding counts as
// zeros, or, with inside, not at all; the mean of padding only is 0.
func AvgPool(dst, x *Tensor, at []Window, inside bool) *Tensor {
	const who = "tensor.AvgPool"
	var buf [maxRank]int
	dst = result(who, dst, x.typ, PoolShape(who, buf[:0], x.shape, at))
	apart(who, dst, x)
	p := poolingOf(x.shape, dst.shape, at)
	if x.typ == Float32 {
		average(&p, dst.f32, x.f32, inside)
	} else {
		average(&p, dst.f64, x.f64, inside)
	}
	return dst
}

func average[T constraints.Float](p *pooling, dst, x []T, inside bool) {
	var buf [maxWindows]stretch
	s := buf[:len(p.at)]
	for i := range p.images {
		from := x[i*p.size : (i+1)*p.size]
		for o := range p.length {
			stretches(s, p.at, p.in, p.out, o)
			dst[i*p.length+o] = T(sumWindow(from, 0, s) / p.divisor(s, inside))
		}
	}
}

// AvgPoolSpread is the adjoint of AvgPool: an array of the shape, in which each g
// is divided among the elements of its window.
func AvgPoolSpread(dst, g *Tensor, at []Window, inside bool, shape ...int) *Tensor {
	const who = "tensor.AvgPoolSpread"
	var buf [maxRank]int
	dst = result(who, dst, g.typ, PoolSpreadShape(who, buf[:0], g.shape, at, shape))
	apart(who, dst, g)
	p := poolingOf(dst.shape, g.shape, at)
	if g.typ == Float32 {
		averageSpread(&p, dst.f32, g.f32, inside)
	} else {
		averageSpread(&p, dst.f64, g.f64, inside)
	}
	return dst
}

func averageSpread[T constraints.Float](p *pooling, dst, g []T, inside bool) {
	clear(dst)
	var buf [maxWindows]stretch
	s := buf[:len(p.at)]
	for i := range p.images {
		to := dst[i*p.size : (i+1)*p.size]
		for o := range p.length {
			stretches(s, p.at, p.in, p.out, o)
			addWindow(to, 0, s, T(float64(g[i*p.length+o])/p.divisor(s, inside)))
		}
	}
}

// divisor returns how many elements a window counts, at least 1.
func (p *pooling) divisor(s []stretch, inside bool) float64 {
	n := 1
	for i, w := range p.at {
		if inside || w.Parts != 0 {
			n *= s[i].count
		} else {
			n *= w.Size
		}
	}
	return float64(max(1, n))
}

func sumWindow[T constraints.Float](x []T, at int, s []stretch) (sum float64) {
	ax := s[0]
	at = at*ax.n + ax.first
	for range ax.count {
		if len(s) > 1 {
			sum += sumWindow(x, at, s[1:])
		} else {
			sum += float64(x[at])
		}
		at += ax.step
	}
	return sum
}

func addWindow[T constraints.Float](x []T, at int, s []stretch, v T) {
	ax := s[0]
	at = at*ax.n + ax.first
	for range ax.count {
		if len(s) > 1 {
			addWindow(x, at, s[1:], v)
		} else {
			x[at] += v
		}
		at += ax.step
	}
}
