package tensor

import (
	"slices"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// An axis of n elements splits an array into outer blocks, in each of which
// inner lines of n elements, inner apart, lie side by side.

// lines returns these numbers.
func lines(shape []int, axis int) (outer, n, inner int) {
	outer, inner = 1, 1
	for _, d := range shape[:axis] {
		outer *= d
	}
	for _, d := range shape[axis+1:] {
		inner *= d
	}
	return outer, shape[axis], inner
}

// Softmax returns exp(x)/Σ exp(x), the sum taken along an axis. It does not
// overflow.
func Softmax(dst, x *Tensor, axis int) *Tensor {
	return along("tensor.Softmax", dst, x, axis, kernel.Softmax[float64], kernel.Softmax[float32])
}

// LogSoftmax returns x − log Σ exp(x), the sum taken along an axis.
func LogSoftmax(dst, x *Tensor, axis int) *Tensor {
	return along("tensor.LogSoftmax", dst, x, axis, kernel.LogSoftmax[float64], kernel.LogSoftmax[float32])
}

func along(who string, dst, x *Tensor, axis int, f64 func(dst, x []float64, n, step int), f32 func(dst, x []float32, n, step int)) *Tensor {
	axis = Axis(who, axis, x.shape)
	dst = unary(who, dst, x)
	outer, n, inner := lines(x.shape, axis)
	if dst.typ == Float32 {
		eachLine(dst.f32, x.f32, outer, n, inner, f32)
	} else {
		eachLine(dst.f64, x.f64, outer, n, inner, f64)
	}
	return dst
}

func eachLine[T constraints.Float](dst, x []T, outer, n, inner int, f func(dst, x []T, n, step int)) {
	if n == 0 {
		return
	}
	for i := range outer {
		for j := range inner {
			at := i*n*inner + j
			f(dst[at:], x[at:], n, inner)
		}
	}
}

// SoftmaxSlope returns y·(g − Σ g·y) for y = Softmax(x): the cotangent of x
// for the cotangent g of y. The shapes are equal.
func SoftmaxSlope(dst, g, y *Tensor, axis int) *Tensor {
	return alongSlope("tensor.SoftmaxSlope", dst, g, y, axis, kernel.SoftmaxSlope[float64], kernel.SoftmaxSlope[float32])
}

// LogSoftmaxSlope returns g − eʸ·Σ g for y = LogSoftmax(x): the cotangent of
// x for the cotangent g of y. The shapes are equal.
func LogSoftmaxSlope(dst, g, y *Tensor, axis int) *Tensor {
	return alongSlope("tensor.LogSoftmaxSlope", dst, g, y, axis, kernel.LogSoftmaxSlope[float64], kernel.LogSoftmaxSlope[float32])
}

func alongSlope(who string, dst, g, y *Tensor, axis int, f64 func(dst, g, y []float64, n, step int), f32 func(dst, g, y []float32, n, step int)) *Tensor {
	axis = Axis(who, axis, y.shape)
	dst = chain(who, dst, g, y)
	outer, n, inner := lines(y.shape, axis)
	if dst.typ == Float32 {
		eachPair(dst.f32, g.f32, y.f32, outer, n, inner, f32)
	} else {
		eachPair(dst.f64, g.f64, y.f64, outer, n, inner, f64)
	}
	return dst
}

func eachPair[T constraints.Float](dst, g, y []T, outer, n, inner int, f func(dst, g, y []T, n, step int)) {
	if n == 0 {
		return
	}
	for i := range outer {
		for j := range inner {
			at := i*n*inner + j
			f(dst[at:], g[at:], y[at:], n, inner)
		}
	}
}

// CrossEntropy returns −log softmax(row)[label] for each row of logits, whose
// last axis are the classes: logsumexp(row) − row[label]. labels holds one
// class for each row, in row-major order; the result has the shape of logits
// without the last axis.
func CrossEntropy(dst, logits *Tensor, labels []int) *Tensor {
	const who = "tensor.CrossEntropy"
	var buf [maxRank]int
	dst = result(who, dst, logits.typ, CrossEntropyShape(who, buf[:0], logits.shape, labels))
	apart(who, dst, logits)
	if dst.typ == Float32 {
		crossEntropy(dst.f32, logits.f32, labels)
	} else {
		crossEntropy(dst.f64, logits.f64, labels)
	}
	return dst
}

func crossEntropy[T constraints.Float](dst, logits []T, labels []int) {
	for i, label := range labels {
		n := len(logits) / len(labels)
		row := logits[i*n : (i+1)*n]
		dst[i] = T(kernel.CrossEntropy(row, label))
	}
}

// CrossEntropySlope returns g·(softmax(row) − onehot(label)) for each row of
// logits: the cotangent of logits for the cotangent g of CrossEntropy. A row
// with g = 0 gives 0.
func CrossEntropySlope(dst, g, logits *Tensor, labels []int) *Tensor {
	const who = "tensor.CrossEntropySlope"
	var buf [maxRank]int
	sameType(who, g, logits)
	if rows := CrossEntropyShape(who, buf[:0], logits.shape, labels); !slices.Equal(g.shape, rows) {
		panic(Errorf(who, "g has shape %v, the rows of logits %v have %v", g.shape, logits.shape, slices.Clone(rows)))
	}
	dst = unary(who, dst, logits)
	apart(who, dst, g)
	if dst.typ == Float32 {
		crossEntropySlope(dst.f32, g.f32, logits.f32, labels)
	} else {
		crossEntropySlope(dst.f64, g.f64, logits.f64, labels)
	}
	return dst
}

func crossEntropySlope[T constraints.Float](dst, g, logits []T, labels []int) {
	for i, label := range labels {
		n := len(logits) / len(labels)
		kernel.CrossEntropySlope(dst[i*n:(i+1)*n], g[i], logits[i*n:(i+1)*n], label)
	}
}
