package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// LayerNorm returns y·gain + bias, y = (x−μ)/√(σ²+eps), for each row of the last
// axis, with its mean μ and its biased variance σ² = mean((x−μ)²). J. L. Ba et al.,
// "Layer normalization", 2016, arXiv:1607.06450. gain and bias have the shape of a
// row; bias, or both, may be nil. A large common part of the elements costs no
// digits: of Float32 the error of y is below 3 ulp of 1.
//
// It panics if x has no axis, if eps is not positive, or if there is a bias alone.
func LayerNorm(dst, x, gain, bias *Tensor, eps float64) *Tensor {
	const who = "tensor.LayerNorm"
	if gain == nil && bias != nil {
		panic(Errorf(who, "there is a bias without a gain"))
	}
	n := rows(who, x, eps, gain, bias)
	dst = unary(who, dst, x)
	gain, bias = beside(who, dst, gain), beside(who, dst, bias)
	kernel.F64.LayerNorm(dst.f64, x.f64, gain.f64, bias.f64, n, eps)
	kernel.F32.LayerNorm(dst.f32, x.f32, gain.f32, bias.f32, n, eps)
	return dst
}

// LayerNormSlope returns (u − mean(u) − y·mean(u·y))/√(σ²+eps), u = g·gain, for
// each row of the last axis: the cotangent of x for the cotangent g of
// LayerNorm(x). The shapes of g and x are equal, and gain may be nil.
func LayerNormSlope(dst, g, x, gain *Tensor, eps float64) *Tensor {
	const who = "tensor.LayerNormSlope"
	n := rows(who, x, eps, gain)
	dst = chain(who, dst, g, x)
	if gain != nil {
		apart(who, dst, x)
	}
	gain = beside(who, dst, gain)
	kernel.F64.LayerNormSlope(dst.f64, g.f64, x.f64, gain.f64, n, eps)
	kernel.F32.LayerNormSlope(dst.f32, g.f32, x.f32, gain.f32, n, eps)
	return dst
}

// LayerNormGain returns Σ g·y over all rows, y = (x−μ)/√(σ²+eps): the cotangent of
// gain for the cotangent g of LayerNorm(x). The shapes of g and x are equal.
func LayerNormGain(dst, g, x *Tensor, eps float64) *Tensor {
	const who = "tensor.LayerNormGain"
	sameShape(who, g, x)
	var buf [maxRank]int
	shape := LayerNormShape(who, buf[:0], x.shape, eps)
	dst = result(who, dst, x.typ, shape[len(shape)-1:])
	apart(who, dst, g)
	apart(who, dst, x)
	kernel.F64.LayerNormGain(dst.f64, g.f64, x.f64, eps)
	kernel.F32.LayerNormGain(dst.f32, g.f32, x.f32, eps)
	return dst
}

// rows returns the length of the rows of x, which those given must have too.
func rows(who string, x *Tensor, eps float64, given ...*Tensor) int {
	var buf [maxRank]int
	shape := LayerNormShape(who, buf[:0], x.shape, eps)
	for i, v := range given {
		if v != nil {
			sameType(who, x, v)
			checkRow(who, i, v.shape, x.shape)
		}
	}
	return shape[len(shape)-1]
}

// beside returns v, which may not share storage with dst, or nothing for nil.
func beside(who string, dst, v *Tensor) *Tensor {
	if v == nil {
		return &none
	}
	apart(who, dst, v)
	return v
}
