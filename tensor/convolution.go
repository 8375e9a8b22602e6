package tensor

import (
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// A convolution is a product of matrices: of the weights and the columns that
// Unfold makes of an image, one for each window. K. Chellapilla, S. Puri and P.
// Simard, "High performance convolutional neural networks for document processing",
// 2006. The columns of one image at a time are in memory.
//
// The number Σ g·Conv(x, w) is linear in each of x, w and g. ConvInput, ConvWeights
// and Conv are its derivatives by them, and so the derivatives of each other.

// UnfoldShape appends [N, C·K, L], for x of shape [N, C, axes…] with L windows of K
// elements.
func UnfoldShape(who string, dst, x []int, at []Window) []int {
	var buf [maxRank]int
	windows := size(who, imageShape(who, buf[:0], x, at)[2:])
	return append(dst, x[0], x[1]*taps(at), windows)
}

// imageShape is windowShape for x of shape [N, C, axes…], with windows that are
// alike on each axis.
func imageShape(who string, dst, x []int, at []Window) []int {
	if len(x) != len(at)+2 {
		panic(Errorf(who, "x has shape %v: with windows on %d axes it must have %d, [N C …]", slices.Clone(x), len(at), len(at)+2))
	}
	for _, w := range at {
		if w.Parts != 0 {
			panic(Errorf(who, "windows that cut an axis into %d parts differ in size", w.Parts))
		}
	}
	return windowShape(who, dst, x, at)
}

// ConvShape appends [N, O, L…] for x of shape [N, C, axes…] and weights w of shape
// [O, C/groups, sizes…], with L windows on an axis. A bias has the shape [O].
func ConvShape(who string, dst, x, w []int, at []Window, groups int, bias ...[]int) []int {
	from := len(dst)
	dst = imageShape(who, dst, x, at)
	if groups < 1 || len(w) != len(x) || w[0]%groups != 0 || x[1] != w[1]*groups {
		panic(Errorf(who, "cannot apply weights %v, which are out × in/groups × sizes, to x %v in %d groups: x must have in for its axis 1, and the groups must divide out",
			slices.Clone(w), slices.Clone(x), groups))
	}
	for i, window := range at {
		if w[2+i] != window.Size {
			panic(Errorf(who, "weights %v for windows of size %d on axis %d", slices.Clone(w), window.Size, 2+i))
		}
	}
	for _, b := range bias {
		if len(b) != 1 || b[0] != w[0] {
			panic(Errorf(who, "cannot add bias %v after weights %v: it must be [%d]", slices.Clone(b), slices.Clone(w), w[0]))
		}
	}
	dst[from+1] = w[0]
	return dst
}

// A slide is a convolution as a loop over images: the windows on them, and what
// one image and its product are in numbers.
type slide struct {
	at               []Window
	in, out          []int // axes of an image, and the windows on each
	images           int
	channels, groups int
	outputs          int // channels of the result
	size, length     int // of a channel of the image and of the result
	taps             int
	plain            bool // the columns of an image are the image
}

func slideOver(x, y []int, at []Window, groups int) slide {
	s := slide{at: at, in: x[2:], out: y[2:], images: x[0], channels: x[1], groups: groups, outputs: y[1], size: 1, length: 1, taps: taps(at), plain: true}
	for i, w := range at {
		s.size *= s.in[i]
		s.length *= s.out[i]
		s.plain = s.plain && w.Size == 1 && w.Stride == 1 && w.Before == 0 && w.After == 0
	}
	return s
}

// columns is the number of elements that the columns of an image have.
func (s *slide) columns() int { return s.channels * s.taps * s.length }

// image and result return the part of image i.
func image[T any](s *slide, x []T, i int) []T {
	return x[i*s.channels*s.size : (i+1)*s.channels*s.size]
}
func resultOf[T any](s *slide, y []T, i int) []T {
	return y[i*s.outputs*s.length : (i+1)*s.outputs*s.length]
}

// lines sets l to what element k of the windows meets on each axis.
func (s *slide) lines(l []line, k int) {
	for i := len(s.at) - 1; i >= 0; i-- {
		l[i] = s.at[i].line(s.in[i], s.out[i], k%s.at[i].Size)
		k /= s.at[i].Size
	}
}

// unfoldImage writes the columns of an image, and foldImage adds columns to one.
func unfoldImage[T constraints.Float](s *slide, columns, x []T) {
	var buf [maxWindows]line
	l := buf[:len(s.at)]
	for k := range s.taps {
		s.lines(l, k)
		for c := range s.channels {
			row := (c*s.taps + k) * s.length
			readLine(columns[row:row+s.length], x[c*s.size:(c+1)*s.size], l)
		}
	}
}

func foldImage[T constraints.Float](s *slide, x, columns []T) {
	var buf [maxWindows]line
	l := buf[:len(s.at)]
	for k := range s.taps {
		s.lines(l, k)
		for c := range s.channels {
			row := (c*s.taps + k) * s.length
			addLine(x[c*s.size:(c+1)*s.size], columns[row:row+s.length], l)
		}
	}
}

// readLine copies from x to row what one element of all windows meets, and 0 for
// padding.
func readLine[T constraints.Float](row, x []T, l []line) {
	ax := l[0]
	n := len(row) / max(1, ax.m)
	clear(row[:ax.lo*n])
	clear(row[ax.hi*n:])
	switch {
	case len(l) > 1:
		inner := len(x) / max(1, ax.n)
		for o := ax.lo; o < ax.hi; o++ {
			at := (o*ax.step + ax.off) * inner
			readLine(row[o*n:(o+1)*n], x[at:at+inner], l[1:])
		}
	case ax.lo == ax.hi:
	case ax.step == 1:
		copy(row[ax.lo:ax.hi], x[ax.lo+ax.off:])
	default:
		for o := ax.lo; o < ax.hi; o++ {
			row[o] = x[o*ax.step+ax.off]
		}
	}
}

// addLine adds row to what one element of all windows meets of x.
func addLine[T constraints.Float](x, row []T, l []line) {
	ax := l[0]
	if len(l) > 1 {
		n, inner := len(row)/max(1, ax.m), len(x)/max(1, ax.n)
		for o := ax.lo; o < ax.hi; o++ {
			at := (o*ax.step + ax.off) * inner
			addLine(x[at:at+inner], row[o*n:(o+1)*n], l[1:])
		}
		return
	}
	if ax.step == 1 && ax.lo < ax.hi {
		to := x[ax.lo+ax.off : ax.hi+ax.off]
		for i, v := range row[ax.lo:ax.hi] {
			to[i] += v
		}
		return
	}
	for o := ax.lo; o < ax.hi; o++ {
		x[o*ax.step+ax.off] += row[o]
	}
}

// Unfold returns the elements of all windows on x, of shape [N, C, axes…], as
// [N, C·K, L]: column l has the K elements of window l in row-major order, of
// channel 0, then of channel 1, and so on. Padding is 0. It is also called im2col.
func Unfold(dst, x *Tensor, at []Window) *Tensor {
	const who = "tensor.Unfold"
	var buf, buf2 [maxRank]int
	dst = result(who, dst, x.typ, UnfoldShape(who, buf[:0], x.shape, at))
	apart(who, dst, x)
	s := slideOver(x.shape, windowShape(who, buf2[:0], x.shape, at), at, 1)
	if x.typ == Float32 {
		unfoldAll(&s, dst.f32, x.f32)
	} else {
		unfoldAll(&s, dst.f64, x.f64)
	}
	return dst
}

func unfoldAll[T constraints.Float](s *slide, dst, x []T) {
	n := s.columns()
	for i := range s.images {
		unfoldImage(s, dst[i*n:(i+1)*n], image(s, x, i))
	}
}

// FoldShape appends shape, of which Unfold must make columns.
func FoldShape(who string, dst, columns, shape []int, at []Window) []int {
	var buf [maxRank]int
	if from := UnfoldShape(who, buf[:0], shape, at); !slices.Equal(from, columns) {
		panic(Errorf(who, "cannot fold %v to %v: that has columns %v", slices.Clone(columns), slices.Clone(shape), slices.Clone(from)))
	}
	size(who, shape)
	return append(dst, shape...)
}

// Fold adds columns up to an array of the shape [N, C, axes…], each element at the
// place that Unfold takes it from; those of padding are left out. It is the adjoint
// of Unfold, and also called col2im.
func Fold(dst, columns *Tensor, at []Window, shape ...int) *Tensor {
	const who = "tensor.Fold"
	var buf, buf2 [maxRank]int
	dst = result(who, dst, columns.typ, FoldShape(who, buf[:0], columns.shape, shape, at))
	apart(who, dst, columns)
	s := slideOver(dst.shape, windowShape(who, buf2[:0], dst.shape, at), at, 1)
	if columns.typ == Float32 {
		foldAll(&s, dst.f32, columns.f32)
	} else {
		foldAll(&s, dst.f64, columns.f64)
	}
	return dst
}

func foldAll[T constraints.Float](s *slide, dst, columns []T) {
	clear(dst)
	n := s.columns()
	for i := range s.images {
		foldImage(s, image(s, dst, i), columns[i*n:(i+1)*n])
	}
}

// Conv returns the cross-correlation of x, of shape [N, C, axes…], with the weights
// w, [O, C/groups, sizes…]: for each window on x the sum of its elements times the
// weights, plus the bias, [O], unless that is nil. Group j of the outputs sees group
// j of the channels. There is a window for each axis, with the size of the weights.
func Conv(dst, x, w, bias *Tensor, at []Window, groups int) *Tensor {
	const who = "tensor.Conv"
	sameType(who, x, w)
	var buf [maxRank]int
	shape := ConvShape(who, buf[:0], x.shape, w.shape, at, groups)
	if bias == nil {
		bias = &none
	} else {
		sameType(who, x, bias)
		var buf2 [maxRank]int
		ConvShape(who, buf2[:0], x.shape, w.shape, at, groups, bias.shape)
	}
	dst = result(who, dst, x.typ, shape)
	apart(who, dst, x)
	apart(who, dst, w)
	apart(who, dst, bias)
	s := slideOver(x.shape, dst.shape, at, groups)
	if x.typ == Float32 {
		conv(&s, dst.f32, x.f32, w.f32, bias.f32)
	} else {
		conv(&s, dst.f64, x.f64, w.f64, bias.f64)
	}
	return dst
}

func conv[T constraints.Float](s *slide, dst, x, w, bias []T) {
	if len(dst) == 0 {
		return
	}
	m, k := s.outputs/s.groups, s.channels/s.groups*s.taps
	batch := kernel.Batch{N: s.groups, A: m * k, B: k * s.length}
	var beta T
	if len(bias) > 0 {
		beta = 1
		for row := range len(dst) / s.length {
			b := bias[row%s.outputs]
			for i := range s.length {
				dst[row*s.length+i] = b
			}
		}
	}
	kernel.WithSpace(s.columns(), func(columns []T) {
		for i := range s.images {
			a := image(s, x, i)
			if !s.plain {
				unfoldImage(s, columns, a)
				a = columns
			}
			kernel.Gemm(resultOf(s, dst, i), 1, w, a, beta, m, s.length, k, false, false, batch)
		}
	})
}

// ConvInputShape appends shape, from which Conv with the weights w must give g.
func ConvInputShape(who string, dst, g, w, shape []int, at []Window, groups int) []int {
	var buf [maxRank]int
	if from := ConvShape(who, buf[:0], shape, w, at, groups); !slices.Equal(from, g) {
		panic(Errorf(who, "cannot make %v of %v with weights %v: its convolution has shape %v",
			slices.Clone(shape), slices.Clone(g), slices.Clone(w), slices.Clone(from)))
	}
	size(who, shape)
	return append(dst, shape...)
}

// ConvInput returns the adjoint of Conv in x: of that shape, what the result's
// cotangent g gives through the weights w. By itself it is called a transposed
// convolution.
func ConvInput(dst, g, w *Tensor, at []Window, groups int, shape ...int) *Tensor {
	const who = "tensor.ConvInput"
	sameType(who, g, w)
	var buf [maxRank]int
	dst = result(who, dst, g.typ, ConvInputShape(who, buf[:0], g.shape, w.shape, shape, at, groups))
	apart(who, dst, g)
	apart(who, dst, w)
	s := slideOver(dst.shape, g.shape, at, groups)
	if g.typ == Float32 {
		convInput(&s, dst.f32, g.f32, w.f32)
	} else {
		convInput(&s, dst.f64, g.f64, w.f64)
	}
	return dst
}

func convInput[T constraints.Float](s *slide, dst, g, w []T) {
	clear(dst)
	if len(g) == 0 || len(dst) == 0 {
		return
	}
	m, k := s.channels/s.groups*s.taps, s.outputs/s.groups
	batch := kernel.Batch{N: s.groups, A: m * k, B: k * s.length}
	kernel.WithSpace(s.columns(), func(columns []T) {
		for i := range s.images {
			if s.plain {
				columns = image(s, dst, i)
			}
			kernel.Gemm(columns, 1, w, resultOf(s, g, i), 0, m, s.length, k, true, false, batch)
			if !s.plain {
				foldImage(s, image(s, dst, i), columns)
			}
		}
	})
}

// ConvWeightsShape appends the shape of the weights with which Conv of x gives g.
func ConvWeightsShape(who string, dst, x, g []int, at []Window, groups int) []int {
	var buf [maxRank]int
	from := imageShape(who, buf[:0], x, at)
	if groups < 1 || x[1]%groups != 0 || len(g) != len(from) || g[0] != from[0] || g[1]%groups != 0 || !slices.Equal(g[2:], from[2:]) {
		panic(Errorf(who, "%v is no convolution of %v in %d groups", slices.Clone(g), slices.Clone(x), groups))
	}
	dst = append(dst, g[1], x[1]/groups)
	for _, w := range at {
		dst = append(dst, w.Size)
	}
	return dst
}

// ConvWeights returns the adjoint of Conv in w: of the shape of the weights, what
// the result's cotangent g gives through x.
func ConvWeights(dst, x, g *Tensor, at []Window, groups int) *Tensor {
	const who = "tensor.ConvWeights"
	sameType(who, x, g)
	var buf [maxRank]int
	dst = result(who, dst, x.typ, ConvWeightsShape(who, buf[:0], x.shape, g.shape, at, groups))
	apart(who, dst, x)
	apart(who, dst, g)
	s := slideOver(x.shape, g.shape, at, groups)
	if x.typ == Float32 {
		convWeights(&s, dst.f32, x.f32, g.f32)
	} else {
		convWeights(&s, dst.f64, x.f64, g.f64)
	}
	return dst
}

func convWeights[T constraints.Float](s *slide, dst, x, g []T) {
	clear(dst)
	if len(g) == 0 || len(dst) == 0 {
		return
	}
	m, k := s.outputs/s.groups, s.channels/s.groups*s.taps
	batch := kernel.Batch{N: s.groups, A: m * s.length, B: k * s.length}
	kernel.WithSpace(s.columns(), func(columns []T) {
		for i := range s.images {
			a := image(s, x, i)
			if !s.plain {
				unfoldImage(s, columns, a)
				a = columns
			}
			kernel.Gemm(dst, 1, resultOf(s, g, i), a, 1, m, k, s.length, false, true, batch)
		}
	})
}
