package tensor

import (
	"math"
	"slices"
)

// A Window says how windows lie along one axis of an array, as those of a
// convolution or of pooling do. Window o has Size elements, at the places
// o·Stride − Before + k·Dilation for k from 0, and there are as many windows as fit
// between the paddings, Before and After elements that are not there. Size, Stride
// and Dilation are at least 1, the paddings at least 0.
//
// If Parts is not 0 the other fields do not count, and there are Parts windows
// that cut an axis of n elements evenly, with whole elements: window o reaches
// from ⌊o·n/Parts⌋ to ⌈(o+1)·n/Parts⌉.
//
// Functions that take windows take one for each of the last axes of their operand,
// six at most.
type Window struct {
	Size, Stride, Dilation int
	Before, After          int
	Parts                  int
}

const maxWindows = maxRank - 2

// span returns how many places a window reaches over.
func (w Window) span() int { return w.Dilation*(w.Size-1) + 1 }

// count returns how many windows an axis of n elements has.
func (w Window) count(who string, n int) int {
	if w.Parts != 0 {
		if w.Parts < 0 || n == 0 {
			panic(Errorf(who, "cannot cut an axis of %d elements into %d windows", n, w.Parts))
		}
		return w.Parts
	}
	if w.Size < 1 || w.Stride < 1 || w.Dilation < 1 {
		panic(Errorf(who, "a window of size %d, stride %d and dilation %d: all must be at least 1", w.Size, w.Stride, w.Dilation))
	}
	if w.Before < 0 || w.After < 0 {
		panic(Errorf(who, "padding %d before and %d after an axis of %d elements: neither may be negative", w.Before, w.After, n))
	}
	const most = min(mostElements, math.MaxInt/4) // so that their sums are numbers
	if max(w.Stride, w.Before, w.After) > most || w.Dilation > most/w.Size {
		panic(Errorf(who, "a window of size %d, stride %d, dilation %d and padding %d, %d is too large", w.Size, w.Stride, w.Dilation, w.Before, w.After))
	}
	room := w.Before + n + w.After
	if room < w.span() {
		panic(Errorf(who, "a window of size %d and dilation %d reaches over %d places; an axis of %d elements with padding %d and %d has %d",
			w.Size, w.Dilation, w.span(), n, w.Before, w.After, room))
	}
	return (room-w.span())/w.Stride + 1
}

// windowShape appends the axes of x before those with windows, and for these the
// number of windows.
func windowShape(who string, dst, x []int, at []Window) []int {
	if len(at) == 0 || len(at) > maxWindows || len(at) > len(x) {
		panic(Errorf(who, "%d windows for shape %v: there must be one for each of its last axes, from 1 to %d", len(at), slices.Clone(x), maxWindows))
	}
	lead := len(x) - len(at)
	dst = append(dst, x[:lead]...)
	for i, w := range at {
		dst = append(dst, w.count(who, x[lead+i]))
	}
	return dst
}

// taps returns the number of elements of a window over all its axes.
func taps(at []Window) int {
	n := 1
	for _, w := range at {
		n *= w.Size
	}
	return n
}

// A line is what element k of every window meets on one axis: window o the place
// o·step + off. The windows from lo to hi−1 meet a place of the axis, which has n,
// the others padding; there are m windows.
type line struct{ n, m, step, off, lo, hi int }

func (w Window) line(n, m, k int) line {
	l := line{n: n, m: m, step: w.Stride, off: k*w.Dilation - w.Before}
	if l.off < 0 {
		l.lo = min(m, (-l.off+w.Stride-1)/w.Stride)
	}
	l.hi = l.lo
	if l.off < n {
		l.hi = max(l.lo, min(m, (n-1-l.off)/w.Stride+1))
	}
	return l
}

// A stretch is what window o meets on one axis of n places: count of them, step
// apart.
type stretch struct{ n, first, count, step int }

func (w Window) stretch(n, m, o int) stretch {
	if w.Parts != 0 {
		first := o * n / m
		return stretch{n, first, ((o+1)*n+m-1)/m - first, 1}
	}
	l := stretch{n, o*w.Stride - w.Before, w.Size, w.Dilation}
	if l.first < 0 {
		out := min(l.count, (-l.first+w.Dilation-1)/w.Dilation)
		l.first += out * w.Dilation
		l.count -= out
	}
	if l.first >= n {
		l.count = 0
		return l
	}
	l.count = min(l.count, (n-1-l.first)/w.Dilation+1)
	return l
}

// stretches changes s from what window o−1 meets on each axis, counted in row-major
// order, to what window o meets. Most differ from the one before on the last axis only.
func stretches(s []stretch, at []Window, in, out []int, o int) {
	rest := o
	for i := len(at) - 1; i >= 0; i-- {
		place := rest % out[i]
		rest /= out[i]
		s[i] = at[i].stretch(in[i], out[i], place)
		if place > 0 {
			return
		}
	}
}
