package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Solve returns the x with a·x = b for square matrices a, by elimination. b is one
// vector or a matrix of columns; the axes before the last two are a batch and
// broadcast. It panics if a matrix is singular to working precision (see
// tensor.Solve). Each rule factors a again.
func Solve(a, b *graph.Var) *graph.Var {
	return withColumn(b, func(b *graph.Var) *graph.Var { return apply2(solveOp{}, a, b) })
}

// withColumn calls f with b, or if that is a vector with it as a column, which is
// made a vector again in the result.
func withColumn(b *graph.Var, f func(b *graph.Var) *graph.Var) *graph.Var {
	if len(b.Shape()) != 1 {
		return f(b)
	}
	x := f(Reshape(b, -1, 1))
	s := x.Shape()
	return Reshape(x, s[:len(s)-1]...)
}

// solveOp solves a·x = b, or aᵀ·x = b.
type solveOp struct{ transposed bool }

func (solveOp) Name() string { return "solve" }
func (o solveOp) String() string {
	if o.transposed {
		return "solve[aᵀ]"
	}
	return "solve"
}
func (solveOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SolveShape("ops.Solve", dst, x[0].Shape(), x[1].Shape())
}
func (o solveOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.Solve")
	tensor.Solve(y, x[0], x[1], o.transposed)
}
func (o solveOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	share := apply2(solveOp{!o.transposed}, x[0], g)
	if i == 0 {
		share = ofMatrix(share, y, o.transposed)
	}
	return unbroadcast(share, x[i])
}

// ofMatrix returns the cotangent of the matrix of a linear system with the solution x,
// if the right side has the cotangent b̄: −b̄·xᵀ, or transposed −x·b̄ᵀ.
func ofMatrix(b, x *graph.Var, transposed bool) *graph.Var {
	if transposed {
		b, x = x, b
	}
	return Neg(MatMulT(b, x, false, true))
}

// linearSystems samples an operation on a matrix and a right side.
func linearSystems(f func(a, b *graph.Var) *graph.Var) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return f(regular(x[0]), x[1]) },
		[][]int{{3, 3}, {3, 2}}, [][]int{{2, 2}, {2}}, [][]int{{1, 1}, {1, 1}}, [][]int{{2, 2, 2}, {2, 1}},
		[][]int{{2, 2}, {2, 2, 1}}, [][]int{{0, 0}, {0, 2}}, [][]int{{2, 2}, {2, 0}})
}

func systemsRefused(f func(a, b *graph.Var)) []Refusal {
	return []Refusal{
		{"a matrix that is not square", func() { f(zeros(3, 2), zeros(3)) }},
		{"a right side of other length", func() { f(zeros(3, 3), zeros(2)) }},
		{"a right side that is a scalar", func() { f(zeros(3, 3), zeros()) }},
		{"batches that do not broadcast", func() { f(zeros(2, 3, 3), zeros(3, 3, 1)) }},
		{"a singular matrix", func() { f(zeros(2, 2), zeros(2)) }},
	}
}

var _ = register(Entry{
	Name:    "Solve",
	Formula: "x with a·x = b",
	Rule:    "b̄ = a⁻ᵀ·x̄, ā = −b̄·xᵀ",
	Domain:  on(-1, 1),
	Samples: linearSystems(Solve),
	Refused: append(systemsRefused(func(a, b *graph.Var) { Solve(a, b) }),
		Refusal{"a matrix that is singular but for rounding", func() {
			a := tensor.Matrix([][]float64{{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}, {0.7, 0.8, 0.9}})
			Solve(graph.Const(a), zeros(3))
		}}),
})

// TriangularSolve returns the x with t·x = b, where t is the triangle of a that part
// says, by substitution. b and the batch are as for Solve. The rest of a is not
// read, and has the gradient 0. It panics if the diagonal has a 0.
func TriangularSolve(a, b *graph.Var, part tensor.Triangle) *graph.Var {
	return triangularSolve("ops.TriangularSolve", a, b, part)
}

func triangularSolve(who string, a, b *graph.Var, part tensor.Triangle) *graph.Var {
	return withColumn(b, func(b *graph.Var) *graph.Var { return apply2(triangularSolveOp{part, who}, a, b) })
}

type triangularSolveOp struct {
	part tensor.Triangle
	who  string // the operation that was called, for messages
}

func (triangularSolveOp) Name() string     { return "triangular_solve" }
func (o triangularSolveOp) String() string { return fmt.Sprintf("triangular_solve%+v", o.part) }
func (o triangularSolveOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SolveShape(o.who, dst, x[0].Shape(), x[1].Shape())
}
func (o triangularSolveOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by(o.who)
	tensor.TriangularSolve(y, x[0], x[1], o.part)
}
func (o triangularSolveOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	back := o
	back.part.Transposed = !o.part.Transposed
	share := apply2(back, x[0], g)
	if i == 1 {
		return unbroadcast(share, x[1])
	}
	share = unbroadcast(ofMatrix(share, y, o.part.Transposed), x[0])
	k := 0 // a diagonal of ones is no input
	if o.part.Unit {
		k = 1
	}
	if o.part.Upper {
		return Triu(share, k)
	}
	return Tril(share, -k)
}

// triangularWith returns TriangularSolve for one part.
func triangularWith(part tensor.Triangle) func(a, b *graph.Var) *graph.Var {
	return func(a, b *graph.Var) *graph.Var { return TriangularSolve(a, b, part) }
}

var _ = register(Entry{
	Name:    "TriangularSolve",
	Formula: "x with t·x = b, t a triangle of a",
	Rule:    "b̄ = t⁻ᵀ·x̄, ā = the triangle of −b̄·xᵀ",
	Domain:  on(-1, 1),
	Samples: slices.Concat(
		linearSystems(triangularWith(tensor.Triangle{})),
		linearSystems(triangularWith(tensor.Triangle{Upper: true}))[:1],
		linearSystems(triangularWith(tensor.Triangle{Unit: true, Transposed: true}))[:1],
		linearSystems(triangularWith(tensor.Triangle{Upper: true, Unit: true, Transposed: true}))[1:2]),
	Refused: systemsRefused(func(a, b *graph.Var) { TriangularSolve(a, b, tensor.Triangle{}) }),
})

// Inverse returns a⁻¹ of square matrices. It panics as Solve does, which is quicker
// and more accurate where the inverse is only to be multiplied.
func Inverse(a *graph.Var) *graph.Var { return apply(inverseOp{"ops.Inverse"}, a) }

type inverseOp struct{ who string } // the operation that was called, for messages

func (inverseOp) Name() string { return "inverse" }
func (o inverseOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SquareShape(o.who, dst, x[0].Shape())
}
func (o inverseOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by(o.who)
	tensor.Inverse(y, x[0])
}
func (inverseOp) VJP(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
	return Neg(MatMulT(y, MatMulT(g, y, false, true), true, false))
}

var _ = register(Entry{
	Name:    "Inverse",
	Formula: "y = a⁻¹",
	Rule:    "ā = −yᵀ·ȳ·yᵀ",
	Domain:  on(-1, 1),
	Samples: squareMatrices(func(x *graph.Var) *graph.Var { return Inverse(regular(x)) }),
	Refused: append(squareRefused(func(x *graph.Var) { Inverse(x) }),
		Refusal{"a singular matrix", func() { Inverse(zeros(3, 2, 2)) }}),
})

// Cholesky returns the lower triangular l of positive diagonal with l·lᵀ = a, for
// symmetric positive definite a, of which it reads only the lower triangle. The
// gradient is the symmetric one: that of a function of symmetric matrices. It panics
// if a matrix is not positive definite.
//
// The rule is that of I. Murray, "Differentiation of the Cholesky decomposition",
// 2016, arXiv:1602.07527, eq. 10.
func Cholesky(a *graph.Var) *graph.Var { return apply(choleskyOp{}, a) }

type choleskyOp struct{}

func (choleskyOp) Name() string { return "cholesky" }
func (choleskyOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SquareShape("ops.Cholesky", dst, x[0].Shape())
}
func (choleskyOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.Cholesky")
	tensor.Cholesky(y, x[0])
}
func (choleskyOp) VJP(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
	p := MatMulT(y, g, true, false)
	p = Add(Tril(p, 0), Tril(p, -1)) // 2Φ(lᵀ·l̄)
	back := tensor.Triangle{Transposed: true}
	p = TriangularSolve(y, matrixT(TriangularSolve(y, p, back)), back) // 2(l⁻ᵀ·Φ·l⁻¹)ᵀ
	return Scale(Add(p, matrixT(p)), 0.25)
}

var _ = register(Entry{
	Name:    "Cholesky",
	Formula: "l lower triangular with l·lᵀ = a",
	Rule:    "ā = (s + sᵀ)/2 for s = l⁻ᵀ·Φ(lᵀ·l̄)·l⁻¹; Φ takes the lower triangle and half of the diagonal",
	Domain:  on(-1, 1),
	Samples: squareMatrices(func(x *graph.Var) *graph.Var { return Cholesky(definite(x)) }),
	Refused: append(squareRefused(func(x *graph.Var) { Cholesky(x) }),
		Refusal{"a matrix that is only semidefinite", func() { Cholesky(zeros(2, 2)) }}),
})

// CholeskySolve returns the x with l·lᵀ·x = b, for the lower triangular l of Cholesky.
// b and the batch are as for Solve.
func CholeskySolve(l, b *graph.Var) *graph.Var {
	return TriangularSolve(l, TriangularSolve(l, b, tensor.Triangle{}), tensor.Triangle{Transposed: true})
}

var _ = register(Entry{
	Name:    "CholeskySolve",
	Formula: "x with l·lᵀ·x = b",
	Rule:    "b̄ = (l·lᵀ)⁻¹·x̄, l̄ = the lower triangle of −(b̄·xᵀ + x·b̄ᵀ)·l",
	Domain:  on(-1, 1),
	Samples: linearSystems(CholeskySolve)[:5],
	Refused: systemsRefused(func(a, b *graph.Var) { CholeskySolve(a, b) }),
})
