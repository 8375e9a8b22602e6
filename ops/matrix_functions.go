package ops

import (
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// MatrixExp returns exp(a) = Σ aᵏ/k! of square matrices. It panics if the result
// overflows, or if no digit of it is determined (see tensor.MatrixExp).
//
// The rule is the derivative of exp at aᵀ in the direction ȳ, the upper right block of
//
//	exp ⎡aᵀ ȳ ⎤
//	    ⎣0  aᵀ⎦
//
// R. Mathias, "A chain rule for matrix functions and applications", SIAM Journal on
// Matrix Analysis and Applications 17, 1996; N. J. Higham, Functions of Matrices,
// 2008, §3.2. It is an exponential again, so every order of derivative exists, in
// matrices twice as large each time.
func MatrixExp(a *graph.Var) *graph.Var { return apply(matrixExpOp{}, a) }

type matrixExpOp struct{}

func (matrixExpOp) Name() string { return "matrix_exp" }
func (matrixExpOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SquareShape("ops.MatrixExp", dst, x[0].Shape())
}
func (matrixExpOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.MatrixExp")
	tensor.MatrixExp(y, x[0])
}
func (matrixExpOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	a := matrixT(x[0])
	n := a.Value().Dim(-1)
	c := balance(g.Value(), a.Value())
	below := graph.Const(tensor.New(a.Type(), a.Shape()...))
	block := Concat(-2, Concat(-1, a, Scale(g, c)), Concat(-1, below, a))
	return Scale(columnsOf(rowsOf(MatrixExp(block), 0, n), n, 2*n), 1/c)
}

// balance returns a power of two that brings the elements of g to the size of those
// of a, or of 1 if they are smaller: the block would otherwise be scaled down for the sake
// of g, and lose digits of a. Since the result is linear in g, the factor is undone
// after, and has no derivative.
func balance(g, a *tensor.Tensor) float64 {
	size := 0.0
	for i := range g.Len() {
		size = max(size, math.Abs(g.Flat(i)))
	}
	if size == 0 || math.IsInf(size, 0) || math.IsNaN(size) {
		return 1
	}
	want := 1.0
	for i := range a.Len() {
		want = max(want, math.Abs(a.Flat(i)))
	}
	_, from := math.Frexp(size)
	_, to := math.Frexp(want)
	limit := 1000 // so that the factor and its reciprocal are finite
	if g.Type() == tensor.Float32 {
		limit = 120
	}
	return math.Ldexp(1, min(max(to-from, -limit), limit))
}

var _ = register(Entry{
	Name:    "MatrixExp",
	Formula: "y = exp(a) = Σ aᵏ/k!",
	Rule:    "ā = the upper right block of exp [aᵀ ȳ; 0 aᵀ]",
	Domain:  on(-1, 1),
	Samples: squareMatrices(MatrixExp),
	Refused: append(squareRefused(func(x *graph.Var) { MatrixExp(x) }),
		Refusal{"a result that overflows", func() { MatrixExp(graph.Const(tensor.Full(1000, 1, 1))) }}),
})

// MatrixPower returns aⁿ of square matrices by repeated squaring. Of a negative n it
// is the power of the inverse, and the identity matrix, a constant, for n = 0.
func MatrixPower(a *graph.Var, n int) *graph.Var {
	s := a.Shape()
	tensor.SquareShape("ops.MatrixPower", nil, s)
	if n == 0 {
		return BroadcastTo(eyeFor(a), slices.Clone(s)...)
	}
	if n < 0 {
		a = Inverse(a)
	}
	var y *graph.Var
	for k := magnitude(n); ; a = MatMul(a, a) {
		if k&1 == 1 && y == nil {
			y = a
		} else if k&1 == 1 {
			y = MatMul(y, a)
		}
		if k >>= 1; k == 0 {
			return y
		}
	}
}

func magnitude(n int) uint {
	if n < 0 {
		return -uint(n)
	}
	return uint(n)
}

var _ = register(Entry{
	Name:    "MatrixPower",
	Formula: "y = aⁿ",
	Rule:    "that of MatMul and Inverse",
	Domain:  on(-1, 1),
	Samples: slices.Concat(
		squareMatrices(func(x *graph.Var) *graph.Var { return MatrixPower(x, 3) }),
		squareMatrices(func(x *graph.Var) *graph.Var { return MatrixPower(regular(x), -2) })[:1]),
	Refused: append(squareRefused(func(x *graph.Var) { MatrixPower(x, 2) }),
		Refusal{"the inverse of a singular matrix", func() { MatrixPower(zeros(2, 2), -1) }}),
})
