package ops

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// EigenSym returns the eigenvalues of symmetric matrices, ascending on the last axis,
// and the matrices whose columns are the eigenvectors, of length 1:
// a·v = v·diag(w). Only the lower triangle of a is read; the gradient is the
// symmetric one. The element of a vector that is largest in magnitude, the first of
// several, is positive.
//
// The vectors of equal eigenvalues are not determined by the matrix. A gradient
// through one of them is refused, and a second derivative through any vector; through
// the values alone the gradient is that of EigenvaluesSym.
func EigenSym(a *graph.Var) (w, v *graph.Var) {
	packed := apply(eigenSymOp{}, a)
	return apply2(eigenvaluesOp{}, a, packed), rowsOf(packed, 1, tensor.End)
}

// EigenvaluesSym returns the eigenvalues of EigenSym. Where some are equal, one
// alone has no derivative, but symmetric functions of them have, such as their sum:
// the gradient is right for these. A second derivative is refused if it depends on
// one of them.
func EigenvaluesSym(a *graph.Var) *graph.Var {
	return apply2(eigenvaluesOp{}, a, apply(eigenSymOp{}, a))
}

// eigenSymOp packs the values in a row above the vectors. Its rule is that of the
// vectors, since the values are read by eigenvaluesOp alone.
type eigenSymOp struct{}

func (eigenSymOp) Name() string { return "eigen_sym" }
func (eigenSymOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.EigenSymShape("ops.EigenSym", dst, x[0].Shape())
}
func (eigenSymOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.EigenSym")
	tensor.EigenSym(y, x[0])
}
func (eigenSymOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	w, v, gv := apply2(eigenvaluesOp{}, x[0], y), rowsOf(y, 1, tensor.End), rowsOf(g, 1, tensor.End)
	m := divideByGaps(MatMulT(v, gv, true, false), w, w, gapsOp{true, "ops.EigenSym", "eigenvalues"})
	m = Scale(Add(m, matrixT(m)), 0.5)
	return MatMul(v, MatMulT(m, v, false, true))
}

// asRow returns x, a vector for each matrix, as matrices of one row.
func asRow(x *graph.Var) *graph.Var {
	s := x.Shape()
	n := len(s) - 1
	return Reshape(x, append(append([]int(nil), s[:n]...), 1, s[n])...)
}

// eigenvaluesOp takes the values out of what eigenSymOp computed of a. No gradient
// goes through the latter: with vectors v of length 1 and a symmetric, ∂wᵢ is vᵢᵀ·∂a·vᵢ.
type eigenvaluesOp struct{}

func (eigenvaluesOp) Name() string { return "eigenvalues" }
func (eigenvaluesOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(dst, x[0].Shape()[:x[0].Rank()-1]...)
}
func (eigenvaluesOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Row(y, x[1], 0)
}
func (eigenvaluesOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	v := rowsOf(x[1], 1, tensor.End)
	return MatMulT(MulMasked(asRow(g), v), v, false, true)
}

// divideByGaps returns eᵢⱼ/(qⱼ − pᵢ).
func divideByGaps(e, p, q *graph.Var, op gapsOp) *graph.Var { return apply3(op, e, p, q) }

type gapsOp struct {
	offDiagonal bool
	who, what   string // for messages: the operation, and which of its values
}

func (gapsOp) Name() string                              { return "divide_by_gaps" }
func (o gapsOp) String() string                          { return fmt.Sprintf("divide_by_gaps[%s]", o.what) }
func (gapsOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (o gapsOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by(o.who)
	tensor.DivideByGaps(y, x[0], x[1], x[2], o.offDiagonal, o.what)
}
func (o gapsOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return divideByGaps(g, x[1], x[2], o)
	}
	d := divideByGaps(mulZero(g, y), x[1], x[2], o) // −∂/∂qⱼ and ∂/∂pᵢ of each term of ⟨g, y⟩
	if i == 1 {
		return Sum(d, -1)
	}
	return Neg(Sum(d, -2))
}

var _ = register(Entry{
	Name:    "EigenSym",
	Formula: "w, v with a·v = v·diag(w), vᵀ·v = 1",
	Rule:    "ā = v·(diag(w̄) + sym(vᵀ·v̄/(wⱼ − wᵢ)))·vᵀ, the quotient 0 on the diagonal",
	Domain:  on(-2, 2),
	Samples: squareMatrices(func(x *graph.Var) *graph.Var {
		w, v := EigenSym(symmetric(x))
		return Concat(-2, asRow(w), v)
	}),
	Refused: squareRefused(func(x *graph.Var) { EigenSym(x) }),
})

var _ = register(Entry{
	Name:    "EigenvaluesSym",
	Formula: "w of EigenSym",
	Rule:    "ā = v·diag(w̄)·vᵀ",
	Domain:  on(-2, 2),
	Kinks:   "equal eigenvalues: that of the vectors which were found, right for symmetric functions",
	Samples: squareMatrices(func(x *graph.Var) *graph.Var { return EigenvaluesSym(symmetric(x)) }),
	Refused: squareRefused(func(x *graph.Var) { EigenvaluesSym(x) }),
})
