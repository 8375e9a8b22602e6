package ops

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The rules are those of M. B. Giles, "Collected matrix derivative results for
// forward and reverse mode algorithmic differentiation", 2008, where no other
// source is named.

// by puts the operation that was called in place of the function of tensor that
// refused a matrix. It is deferred by Eval.
func by(who string) {
	switch e := recover().(type) {
	case nil:
	case *tensor.Error:
		panic(&tensor.Error{Func: who, Text: e.Text})
	default:
		panic(e)
	}
}

// matrixT returns xᵀ of each matrix.
func matrixT(x *graph.Var) *graph.Var {
	rank := len(x.Shape())
	perm := make([]int, rank)
	for i := range perm {
		perm[i] = i
	}
	perm[rank-1], perm[rank-2] = rank-2, rank-1
	return Transpose(x, perm...)
}

// rowsOf returns the rows from start to stop of each matrix.
func rowsOf(x *graph.Var, start, stop int) *graph.Var {
	part := make([]tensor.Range, len(x.Shape())-1)
	for i := range part {
		part[i] = tensor.All()
	}
	part[len(part)-1] = tensor.Span(start, stop)
	return Slice(x, part...)
}

// columnsOf returns the columns from start to stop of each matrix.
func columnsOf(x *graph.Var, start, stop int) *graph.Var {
	part := make([]tensor.Range, len(x.Shape()))
	for i := range part {
		part[i] = tensor.All()
	}
	part[len(part)-1] = tensor.Span(start, stop)
	return Slice(x, part...)
}

// definite returns x·xᵀ + I, a matrix that is symmetric and positive definite for any
// x: samples of operations on such matrices are drawn through it.
func definite(x *graph.Var) *graph.Var {
	square := MatMulT(x, x, false, true)
	return Add(square, eyeFor(square))
}

// symmetric returns x + xᵀ of square matrices.
func symmetric(x *graph.Var) *graph.Var {
	tensor.SquareShape("ops.symmetric", nil, x.Shape())
	return Add(x, matrixT(x))
}

// regular returns x + 3·I, which is of full rank, and not nearly of less, for x of
// elements up to 1.
func regular(x *graph.Var) *graph.Var { return Add(x, Scale(eyeFor(x), 3)) }

// eyeFor returns a matrix of the shape of those of x with ones on its diagonal.
func eyeFor(x *graph.Var) *graph.Var {
	s := x.Shape()
	if len(s) < 2 {
		panic(tensor.Errorf("ops.eyeFor", "%v is no matrix: it needs at least two axes", append([]int(nil), s...)))
	}
	m, n := s[len(s)-2], s[len(s)-1]
	eye := tensor.New(x.Type(), m, n)
	for i := range min(m, n) {
		eye.Set(1, i, i)
	}
	return graph.Const(eye)
}

// squareMatrices are the shapes of square matrices that operations are sampled with.
func squareMatrices(f func(x *graph.Var) *graph.Var) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return f(x[0]) },
		[][]int{{2, 2}}, [][]int{{3, 3}}, [][]int{{1, 1}}, [][]int{{2, 2, 2}}, [][]int{{0, 0}})
}

func squareRefused(f func(x *graph.Var)) []Refusal {
	return []Refusal{
		{"a matrix that is not square", func() { f(zeros(2, 3)) }},
		{"a vector", func() { f(zeros(3)) }},
	}
}
