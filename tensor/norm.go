package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// LayerNorm returns y = (x−μ)/√(σ²+eps) for each row of the last axis, with its
// mean μ and its biased variance σ² = mean((x−μ)²). J. L. Ba et al., "Layer
// normalization", 2016, arXiv:1607.06450, without its gain and bias. A large common
// part of the elements costs no digits: of Float32 the error is below 3 ulp of 1.
//
// It panics if x has no axis or if eps is not positive.
func LayerNorm(dst, x *Tensor, eps float64) *Tensor {
	const who = "tensor.LayerNorm"
	var buf [maxRank]int
	shape := LayerNormShape(who, buf[:0], x.shape, eps)
	n := shape[len(shape)-1]
	dst = unary(who, dst, x)
	kernel.F64.LayerNorm(dst.f64, x.f64, n, eps)
	kernel.F32.LayerNorm(dst.f32, x.f32, n, eps)
	return dst
}

// LayerNormSlope returns (g − mean(g) − y·mean(g·y))/√(σ²+eps) for each row of
// the last axis: the cotangent of x for the cotangent g of y = LayerNorm(x).
// The shapes are equal.
func LayerNormSlope(dst, g, x *Tensor, eps float64) *Tensor {
	const who = "tensor.LayerNormSlope"
	var buf [maxRank]int
	shape := LayerNormShape(who, buf[:0], x.shape, eps)
	n := shape[len(shape)-1]
	dst = chain(who, dst, g, x)
	kernel.F64.LayerNormSlope(dst.f64, g.f64, x.f64, n, eps)
	kernel.F32.LayerNormSlope(dst.f32, g.f32, x.f32, n, eps)
	return dst
}
