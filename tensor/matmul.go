package tensor

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// Each element of a product in this file is one chain of fused multiply-adds in
// ascending k, in the type of the operands: the same bits on every machine and
// on any number of cores.

// MatMul returns the product of a and b: their last two axes multiply as
// matrices, those before them broadcast. With ta the last two axes of a count
// as transposed, with tb those of b. A product over no elements (k = 0) is 0.
func MatMul(dst, a, b *Tensor, ta, tb bool) *Tensor {
	const who = "tensor.MatMul"
	return multiply(product(who, dst, a, b, ta, tb), 1, a, b, 0, ta, tb)
}

// AddMatMul adds the product of a and b to dst, which must not be nil: the
// chains start from its elements.
func AddMatMul(dst, a, b *Tensor, ta, tb bool) *Tensor {
	const who = "tensor.AddMatMul"
	notNil(who, dst)
	return multiply(product(who, dst, a, b, ta, tb), 1, a, b, 1, ta, tb)
}

// Gemm returns alpha·a·b + beta·dst, the product as in MatMul. The chains start
// from beta·dst and take the elements of alpha·a, both rounded: with 1 and 0 it
// is MatMul, with 1 and 1 AddMatMul. If beta is 0, dst is not read and may be
// nil. For Float32, alpha and beta are rounded first.
func Gemm(dst *Tensor, alpha float64, a, b *Tensor, beta float64, ta, tb bool) *Tensor {
	const who = "tensor.Gemm"
	if beta != 0 {
		notNil(who, dst)
	}
	return multiply(product(who, dst, a, b, ta, tb), alpha, a, b, beta, ta, tb)
}

// Linear returns x·wᵀ + b, a dense layer: rows of x are samples, w is out × in,
// and b, of length out, may be nil. x may have any number of leading axes. The
// chains start from the elements of b.
func Linear(dst, x, w, b *Tensor) *Tensor {
	return linear("tensor.Linear", dst, x, w, b, Identity)
}

// LinearThen returns f(x·wᵀ + b), a dense layer with its activation, as Linear
// followed by the activation does, bit for bit. It applies f to finished blocks of the
// result while they are in the first cache, which saves a pass over memory: what
// inference wants, that needs no x·wᵀ + b for a gradient. It panics as Linear does.
func LinearThen(dst, x, w, b *Tensor, f Activation) *Tensor {
	return linear("tensor.LinearThen", dst, x, w, b, f)
}

// An Activation is a function that LinearThen applies.
type Activation uint8

// The activations.
const (
	Identity Activation = iota
	ThenReLU
	ThenTanh
	ThenSigmoid
	ThenSoftplus
	ThenGELU
)

var (
	then64 = [...]kernel.Unary[float64]{nil, kernel.F64.ReLU, kernel.F64.Tanh, kernel.F64.Sigmoid, kernel.F64.Softplus, kernel.F64.GELU}
	then32 = [...]kernel.Unary[float32]{nil, kernel.F32.ReLU, kernel.F32.Tanh, kernel.F32.Sigmoid, kernel.F32.Softplus, kernel.F32.GELU}
)

func linear(who string, dst, x, w, b *Tensor, f Activation) *Tensor {
	if int(f) >= len(then64) {
		panic(Errorf(who, "there is no activation %d", f))
	}
	sameType(who, x, w)
	var buf [maxRank]int
	shape := LinearShape(who, buf[:0], x.shape, w.shape)
	if b != nil {
		sameType(who, x, b)
		LinearShape(who, buf[:0], x.shape, w.shape, b.shape)
	}
	dst = result(who, dst, x.typ, shape)
	apart(who, dst, x)
	apart(who, dst, w)
	rows, in := flat(x.shape)
	if b == nil {
		b = &none
	} else {
		apart(who, dst, b)
	}
	if x.typ == Float32 {
		kernel.MatMul(dst.f32, x.f32, w.f32, rows, w.shape[0], in, false, true, kernel.Epilogue[float32]{Bias: b.f32, Then: then32[f]})
	} else {
		kernel.MatMul(dst.f64, x.f64, w.f64, rows, w.shape[0], in, false, true, kernel.Epilogue[float64]{Bias: b.f64, Then: then64[f]})
	}
	return dst
}

// none is in the place of a tensor that was not given.
var none Tensor

// flat returns the rows and columns of a matrix that has all axes but the last
// in its rows.
func flat(shape []int) (rows, cols int) {
	rows = 1
	for _, d := range shape[:len(shape)-1] {
		rows *= d
	}
	return rows, shape[len(shape)-1]
}

// product returns the checked result of a product.
func product(who string, dst, a, b *Tensor, ta, tb bool) *Tensor {
	sameType(who, a, b)
	if dst != nil && dst.typ == a.typ && fits(dst.shape, a.shape, b.shape, ta, tb) {
		dst.version++
	} else {
		var buf [maxRank]int
		dst = result(who, dst, a.typ, MatMulShape(who, buf[:0], a.shape, b.shape, ta, tb))
	}
	apart(who, dst, a)
	apart(who, dst, b)
	return dst
}

// fits says whether these are the shapes of a product of two matrices; if not,
// it may be one of more axes.
func fits(dst, a, b []int, ta, tb bool) bool {
	if len(dst) != 2 || len(a) != 2 || len(b) != 2 {
		return false
	}
	m, k := matrix(a, ta)
	l, n := matrix(b, tb)
	return k == l && dst[0] == m && dst[1] == n
}

func multiply(dst *Tensor, alpha float64, a, b *Tensor, beta float64, ta, tb bool) *Tensor {
	m, k := matrix(a.shape, ta)
	_, n := matrix(b.shape, tb)
	if len(dst.shape) == 2 && alpha == 1 && (beta == 0 || beta == 1) {
		if dst.typ == Float32 {
			kernel.MatMul(dst.f32, a.f32, b.f32, m, n, k, ta, tb, kernel.Epilogue[float32]{Add: beta == 1})
		} else {
			kernel.MatMul(dst.f64, a.f64, b.f64, m, n, k, ta, tb, kernel.Epilogue[float64]{Add: beta == 1})
		}
		return dst
	}
	var buf [maxRank]axis
	w := walk(buf[:0]).over(dst.shape[:len(dst.shape)-2], a.shape[:len(a.shape)-2], b.shape[:len(b.shape)-2])
	if dst.typ == Float32 {
		matMuls(dst.f32, a.f32, b.f32, w, m, n, k, ta, tb, float32(alpha), float32(beta))
	} else {
		matMuls(dst.f64, a.f64, b.f64, w, m, n, k, ta, tb, alpha, beta)
	}
	return dst
}

// matMuls multiplies matrix by matrix; w walks over their numbers.
func matMuls[T constraints.Float](dst, a, b []T, w walk, m, n, k int, ta, tb bool, alpha, beta T) {
	row, w := w.row()
	batch := kernel.Batch{N: row.n, A: row.step[0] * m * k, B: row.step[1] * k * n}
	size := row.n * m * n
	var at position
	for len(dst) > 0 {
		kernel.Gemm(dst[:size], alpha, a[at[0]*m*k:], b[at[1]*k*n:], beta, m, n, k, ta, tb, batch)
		dst = dst[size:]
		w.next(&at)
	}
}
