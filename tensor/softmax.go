package tensor

import (
	"slices"

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
// overflow. The error is below 3 ulp, to which that of rounding x − max x is added,
// |x − max x| ulp at most; the results add up to 1 within 1 ulp. Lines that are not
// rows give the bits of rows.
func Softmax(dst, x *Tensor, axis int) *Tensor {
	return along("tensor.Softmax", dst, x, axis, kernel.F64.Softmax, kernel.F32.Softmax)
}

// LogSoftmax returns x − log Σ exp(x), the sum taken along an axis.
func LogSoftmax(dst, x *Tensor, axis int) *Tensor {
	return along("tensor.LogSoftmax", dst, x, axis, kernel.F64.LogSoftmax, kernel.F32.LogSoftmax)
}

func along(who string, dst, x *Tensor, axis int, f64 func(dst, x, none []float64, outer, n, inner int), f32 func(dst, x, none []float32, outer, n, inner int)) *Tensor {
	axis = Axis(who, axis, x.shape)
	dst = unary(who, dst, x)
	outer, n, inner := lines(x.shape, axis)
	f64(dst.f64, x.f64, nil, outer, n, inner)
	f32(dst.f32, x.f32, nil, outer, n, inner)
	return dst
}

// SoftmaxSlope returns y·(g − Σ g·y) for y = Softmax(x): the cotangent of x
// for the cotangent g of y. The shapes are equal.
func SoftmaxSlope(dst, g, y *Tensor, axis int) *Tensor {
	return alongSlope("tensor.SoftmaxSlope", dst, g, y, axis, kernel.F64.SoftmaxSlope, kernel.F32.SoftmaxSlope)
}

// LogSoftmaxSlope returns g − eʸ·Σ g for y = LogSoftmax(x): the cotangent of
// x for the cotangent g of y. The shapes are equal.
func LogSoftmaxSlope(dst, g, y *Tensor, axis int) *Tensor {
	return alongSlope("tensor.LogSoftmaxSlope", dst, g, y, axis, kernel.F64.LogSoftmaxSlope, kernel.F32.LogSoftmaxSlope)
}

func alongSlope(who string, dst, g, y *Tensor, axis int, f64 func(dst, g, y []float64, outer, n, inner int), f32 func(dst, g, y []float32, outer, n, inner int)) *Tensor {
	axis = Axis(who, axis, y.shape)
	dst = chain(who, dst, g, y)
	outer, n, inner := lines(y.shape, axis)
	f64(dst.f64, g.f64, y.f64, outer, n, inner)
	f32(dst.f32, g.f32, y.f32, outer, n, inner)
	return dst
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
	kernel.F64.CrossEntropy(dst.f64, logits.f64, labels)
	kernel.F32.CrossEntropy(dst.f32, logits.f32, labels)
	return dst
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
	kernel.F64.CrossEntropySlope(dst.f64, g.f64, logits.f64, labels)
	kernel.F32.CrossEntropySlope(dst.f32, g.f32, logits.f32, labels)
	return dst
}
