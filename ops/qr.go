package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// QR returns the reduced decomposition q·r = a of m×n matrices: q is m×k, for the
// smaller k of m and n, with orthonormal columns, and r is k×n, upper triangular with
// a diagonal that is not negative. It has derivatives where the first k columns of
// a are independent; elsewhere the gradient is refused.
//
// The rule is that of S. F. Walter and L. Lehmann, "Algorithmic differentiation of
// linear algebra functions with application in optimum experimental design", 2010,
// arXiv:1001.1654.
func QR(a *graph.Var) (q, r *graph.Var) {
	s := a.Shape()
	if len(s) < 2 {
		panic(tensor.Errorf("ops.QR", "%v is no matrix: it needs at least two axes", slices.Clone(s)))
	}
	m, n := s[len(s)-2], s[len(s)-1]
	if m >= n {
		return orthogonalized(a)
	}
	// The columns beyond the m-th are combinations of those before them: qᵀ·a is r.
	q, r = orthogonalized(columnsOf(a, 0, m))
	return q, Concat(-1, r, MatMulT(q, columnsOf(a, m, n), true, false))
}

// orthogonalized returns q and r of matrices with at least as many rows as columns.
func orthogonalized(a *graph.Var) (q, r *graph.Var) { return qrParts(apply(qrOp{}, a)) }

func qrParts(y *graph.Var) (q, r *graph.Var) {
	s := y.Shape()
	all, n := s[len(s)-2], s[len(s)-1]
	return rowsOf(y, 0, all-n), rowsOf(y, all-n, all)
}

// qrOp packs q above r.
type qrOp struct{}

func (qrOp) Name() string { return "qr" }
func (qrOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.QRShape("ops.QR", dst, x[0].Shape())
}
func (qrOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.QR")
	tensor.QR(y, x[0])
}
func (qrOp) VJP(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
	q, r := qrParts(y)
	gq, gr := qrParts(g)
	m := Sub(MatMulT(r, gr, false, true), MatMulT(gq, q, true, false))
	m = Add(Tril(m, 0), matrixT(Tril(m, -1))) // its lower triangle, and that mirrored
	b := Add(gq, MatMul(q, m))
	return matrixT(triangularSolve("ops.QR", r, matrixT(b), tensor.Triangle{Upper: true, FullRank: true})) // b·r⁻ᵀ
}

var _ = register(Entry{
	Name:    "QR",
	Formula: "q·r = a, qᵀ·q = 1, r upper triangular",
	Rule:    "ā = (q̄ + q·sym(r·r̄ᵀ − q̄ᵀ·q))·r⁻ᵀ; sym mirrors the lower triangle",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var {
		q, r := QR(x[0])
		return Concat(-1, matrixT(q), r)
	}, [][]int{{3, 2}}, [][]int{{2, 2}}, [][]int{{2, 3}}, [][]int{{1, 1}}, [][]int{{2, 3, 1}}, [][]int{{3, 0}}),
	Refused: []Refusal{{"a vector", func() { QR(zeros(3)) }}},
})

// LeastSquares returns the x that makes ‖a·x − b‖ least or, if a has more columns
// than rows, the shortest x with a·x = b. b is one vector or a matrix of columns. It
// panics if a has not full rank. It is a composition of QR and TriangularSolve
// (G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., 2013, §5.3 and §5.6).
func LeastSquares(a, b *graph.Var) *graph.Var {
	s := a.Shape()
	if len(s) < 2 {
		panic(tensor.Errorf("ops.LeastSquares", "%v is no matrix: it needs at least two axes", slices.Clone(s)))
	}
	m, n := s[len(s)-2], s[len(s)-1]
	if t := b.Shape(); len(t) == 0 || t[max(0, len(t)-2)] != m {
		panic(tensor.Errorf("ops.LeastSquares", "the right side %v has not as many rows as a %v", slices.Clone(t), slices.Clone(s)))
	}
	return withColumn(b, func(b *graph.Var) *graph.Var {
		part := tensor.Triangle{Upper: true, FullRank: true}
		if m >= n {
			q, r := orthogonalized(a)
			return triangularSolve("ops.LeastSquares", r, MatMulT(q, b, true, false), part)
		}
		q, r := orthogonalized(matrixT(a))
		part.Transposed = true
		return MatMul(q, triangularSolve("ops.LeastSquares", r, b, part))
	})
}

var _ = register(Entry{
	Name:    "LeastSquares",
	Formula: "x with least ‖a·x − b‖",
	Rule:    "that of QR and TriangularSolve",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return LeastSquares(x[0], x[1]) },
		[][]int{{3, 2}, {3}}, [][]int{{2, 3}, {2}}, [][]int{{2, 3, 1}, {3, 2}}, [][]int{{3, 0}, {3}}),
	Refused: []Refusal{
		{"a vector", func() { LeastSquares(zeros(3), zeros(3)) }},
		{"a right side of other length", func() { LeastSquares(zeros(3, 2), zeros(2)) }},
		{"a matrix without full rank", func() { LeastSquares(graph.Const(tensor.Ones(3, 2)), zeros(3)) }},
	},
})

// PInv returns the pseudo-inverse of matrices of full rank: (aᵀ·a)⁻¹·aᵀ, or
// aᵀ·(a·aᵀ)⁻¹ if a has more columns than rows. It panics if a matrix has not full
// rank, where the pseudo-inverse is not continuous.
//
// The rule is that of G. H. Golub and V. Pereyra, "The differentiation of
// pseudo-inverses and nonlinear least squares problems whose variables separate",
// SIAM Journal on Numerical Analysis 10, 1973, without the term that vanishes.
func PInv(a *graph.Var) *graph.Var { return apply(pinvOp{}, a) }

type pinvOp struct{}

func (pinvOp) Name() string { return "pinv" }
func (pinvOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.PInvShape("ops.PInv", dst, x[0].Shape())
}
func (pinvOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.PInv")
	tensor.PInv(y, x[0])
}
func (pinvOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	a := x[0]
	share := Neg(MatMulT(y, MatMulT(g, y, false, true), true, false)) // −yᵀ·ȳ·yᵀ
	switch s := a.Shape(); {
	case s[len(s)-2] > s[len(s)-1]:
		w := MatMulT(g, MatMulT(y, y, false, true), true, false) // ȳᵀ·y·yᵀ
		share = Add(share, Sub(w, MatMul(a, MatMul(y, w))))
	case s[len(s)-2] < s[len(s)-1]:
		w := MatMulT(MatMulT(y, y, true, false), g, false, true) // yᵀ·y·ȳᵀ
		share = Add(share, Sub(w, MatMul(MatMul(w, y), a)))
	}
	return share
}

var _ = register(Entry{
	Name:    "PInv",
	Formula: "y = a⁺",
	Rule:    "ā = −yᵀ·ȳ·yᵀ + (1 − a·y)·ȳᵀ·y·yᵀ + yᵀ·y·ȳᵀ·(1 − y·a)",
	Domain:  on(-1, 1),
	Samples: samples(func(x []*graph.Var) *graph.Var { return PInv(regular(x[0])) },
		[][]int{{3, 2}}, [][]int{{2, 3}}, [][]int{{2, 2}}, [][]int{{1, 1}}, [][]int{{2, 2, 1}}, [][]int{{0, 2}}),
	Refused: []Refusal{
		{"a vector", func() { PInv(zeros(3)) }},
		{"a matrix without full rank", func() { PInv(graph.Const(tensor.Ones(2, 3))) }},
	},
})
