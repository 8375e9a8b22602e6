package tensor

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// MatMul returns the product of a and b: their last two axes multiply as
// matrices, those before them broadcast. With ta the last two axes of a count
// as transposed, with tb those of b. A product over no elements (k = 0) is 0.
//
// Each element is one chain of fused multiply-adds in ascending k, in the type
// of the operands: the same bits on every machine and on any number of cores.
func MatMul(dst, a, b *Tensor, ta, tb bool) *Tensor {
	const who = "tensor.MatMul"
	return multiply(product(who, dst, a, b, ta, tb), a, b, ta, tb, false)
}

// AddMatMul adds the product of a and b to dst, which must not be nil.
func AddMatMul(dst, a, b *Tensor, ta, tb bool) *Tensor {
	const who = "tensor.AddMatMul"
	notNil(who, dst)
	return multiply(product(who, dst, a, b, ta, tb), a, b, ta, tb, true)
}

// product returns the checked result of a product.
func product(who string, dst, a, b *Tensor, ta, tb bool) *Tensor {
	sameType(who, a, b)
	var buf [maxRank]int
	dst = result(who, dst, a.typ, MatMulShape(who, buf[:0], a.shape, b.shape, ta, tb))
	apart(who, dst, a)
	apart(who, dst, b)
	return dst
}

func multiply(dst, a, b *Tensor, ta, tb, add bool) *Tensor {
	m, k := matrix(a.shape, ta)
	_, n := matrix(b.shape, tb)
	var buf [maxRank]axis
	w := walk(buf[:0]).over(dst.shape[:len(dst.shape)-2], a.shape[:len(a.shape)-2], b.shape[:len(b.shape)-2])
	if dst.typ == Float32 {
		matMuls(dst.f32, a.f32, b.f32, w, m, n, k, ta, tb, add)
	} else {
		matMuls(dst.f64, a.f64, b.f64, w, m, n, k, ta, tb, add)
	}
	return dst
}

// matMuls multiplies matrix by matrix; w walks over their numbers.
func matMuls[T constraints.Float](dst, a, b []T, w walk, m, n, k int, ta, tb, add bool) {
	var at position
	for len(dst) > 0 {
		i, j := at[0]*m*k, at[1]*k*n
		kernel.MatMul(dst[:m*n], a[i:i+m*k], b[j:j+k*n], m, n, k, ta, tb, add)
		dst = dst[m*n:]
		w.next(&at)
	}
}
