package ops

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Det returns the determinant of each square matrix. Its gradient, the matrix of
// cofactors, and its second derivatives are right at singular matrices too; a
// third derivative is refused there.
func Det(a *graph.Var) *graph.Var { return apply(detOp{}, a) }

type detOp struct{}

func (detOp) Name() string { return "det" }
func (detOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.DetShape("ops.Det", dst, x[0].Shape())
}
func (detOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Det(y, x[0]) }
func (detOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return MulMasked(eachMatrix(g), apply(cofactorsOp{}, x[0]))
}

// eachMatrix returns x with two more axes, so that it has a number for each matrix.
func eachMatrix(x *graph.Var) *graph.Var {
	return Reshape(x, append(append([]int(nil), x.Shape()...), 1, 1)...)
}

// cofactorsOp is ∂det/∂a, and cofactorsSlopeOp its derivative in the direction g,
// which is linear in g and, as a second derivative, symmetric.
type (
	cofactorsOp      struct{}
	cofactorsSlopeOp struct{}
)

func (cofactorsOp) Name() string                              { return "cofactors" }
func (cofactorsOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (cofactorsOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.Det")
	tensor.Cofactors(y, x[0])
}
func (cofactorsOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply2(cofactorsSlopeOp{}, x[0], g)
}

func (cofactorsSlopeOp) Name() string { return "cofactors_slope" }
func (cofactorsSlopeOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(dst, x[0].Shape()...)
}
func (cofactorsSlopeOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.Det")
	tensor.CofactorsSlope(y, x[0], x[1])
}

// With b = a⁻ᵀ and d = det a, the slope in the direction g is
//
//	d(⟨b, g⟩b − p),   p = b·gᵀ·b
//
// The gradient of its product with h follows by ∂d = d⟨b, ∂a⟩ and ∂b = −b·∂aᵀ·b.
func (cofactorsSlopeOp) VJP(i int, h, y *graph.Var, x []*graph.Var) *graph.Var {
	a, g := x[0], x[1]
	if i == 1 {
		return apply2(cofactorsSlopeOp{}, a, h)
	}
	b, d := matrixT(apply(inverseOp{"ops.Det"}, a)), eachMatrix(Det(a))
	dot := func(x, y *graph.Var) *graph.Var { return SumKeep(Mul(x, y), -1, -2) }
	p, q := MatMul(MatMulT(b, g, false, true), b), MatMul(MatMulT(b, h, false, true), b)
	both := Add(MatMul(MatMulT(p, h, false, true), b), MatMul(MatMulT(q, g, false, true), b))
	both = Sub(both, Add(Mul(dot(b, h), p), Mul(dot(b, g), q)))
	return Add(Mul(dot(h, y), b), Mul(d, both))
}

var _ = register(Entry{
	Name:    "Det",
	Formula: "y = det a",
	Rule:    "ā = ȳ·cof(a), which is ȳ·y·a⁻ᵀ if a is not singular",
	Domain:  on(-2, 2),
	Samples: squareMatrices(Det),
	Refused: squareRefused(func(x *graph.Var) { Det(x) }),
})

// SlogDet returns the sign of the determinant of each square matrix, and the
// logarithm of its absolute value, which neither overflows nor underflows. The sign
// carries no gradient. Of a singular matrix they are 0 and -Inf, and the gradient is
// refused.
func SlogDet(a *graph.Var) (sign, log *graph.Var) {
	y := apply(slogDetOp{}, a)
	return Sign(lastAt(y, 0)), lastAt(y, 1)
}

// LogDet returns log det a of matrices whose determinant is positive, as it is if
// they are positive definite. It is -Inf of a singular matrix, whose gradient is
// refused. It panics if a determinant is negative.
func LogDet(a *graph.Var) *graph.Var { return lastAt(apply(slogDetOp{positive: true}, a), 1) }

// lastAt returns element k of the last axis, which it leaves out.
func lastAt(x *graph.Var, k int) *graph.Var {
	s := x.Shape()
	return Reshape(columnsOf(x, k, k+1), s[:len(s)-1]...)
}

// slogDetOp packs the sign and the logarithm on a new last axis.
type slogDetOp struct{ positive bool }

func (slogDetOp) Name() string { return "slogdet" }
func (o slogDetOp) who() string {
	if o.positive {
		return "ops.LogDet"
	}
	return "ops.SlogDet"
}
func (o slogDetOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SlogDetShape(o.who(), dst, x[0].Shape())
}
func (o slogDetOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.SlogDet(y, x[0])
	for i := 0; o.positive && i < y.Len(); i += 2 {
		if y.Flat(i) < 0 {
			panic(tensor.Errorf(o.who(), "matrix %d of shape %v has a negative determinant, whose logarithm is not real; SlogDet gives the sign apart",
				i/2, x[0].Shape()))
		}
	}
}
func (o slogDetOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return MulMasked(eachMatrix(lastAt(g, 1)), matrixT(apply(inverseOp{o.who()}, x[0])))
}

var _ = register(Entry{
	Name:    "SlogDet",
	Formula: "sign det a, log |det a|",
	Rule:    "ā = ȳ·a⁻ᵀ for the cotangent ȳ of the logarithm",
	Domain:  on(-1, 1),
	Samples: squareMatrices(func(x *graph.Var) *graph.Var {
		sign, log := SlogDet(regular(x))
		return Mul(sign, log)
	}),
	Refused: squareRefused(func(x *graph.Var) { SlogDet(x) }),
})

var _ = register(Entry{
	Name:    "LogDet",
	Formula: "y = log det a",
	Rule:    "ā = ȳ·a⁻ᵀ",
	Domain:  on(-1, 1),
	Samples: squareMatrices(func(x *graph.Var) *graph.Var { return LogDet(definite(x)) }),
	Refused: append(squareRefused(func(x *graph.Var) { LogDet(x) }),
		Refusal{"a negative determinant", func() { LogDet(graph.Const(tensor.Matrix([][]float64{{-1}}))) }}),
})
