package gradcheck_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// bump is an operation of one's own, y = exp(−(x/width)²). Its rule is written with
// operations, x̄ = ȳ·y·(−2x/width²), so it has derivatives of every order.
type bump struct{ width float64 }

func (bump) Name() string                              { return "bump" }
func (b bump) String() string                          { return fmt.Sprintf("bump[%g]", b.width) }
func (bump) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (b bump) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	for k := range y.Len() {
		y.SetFlat(k, math.Exp(-x[0].Flat(k)*x[0].Flat(k)/(b.width*b.width)))
	}
}
func (b bump) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	return ops.Mul(g, ops.Mul(y, ops.Scale(x[0], -2/(b.width*b.width))))
}

// An operation of ten lines is printed, differentiated twice and checked like those of
// package ops.
func ExampleCheckOp() {
	f := func(x []*graph.Var) *graph.Var { return graph.Apply(bump{2}, x[0]) }
	fmt.Println(gradcheck.CheckOp(f, tensor.Vector(-1, 0.5, 3)))

	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(0))
	y := f([]*graph.Var{x})
	fmt.Print(&tape)
	fmt.Println(y.Grad(x)[0].Grad(x)[0].Value()) // −2/width² at 0
	// Output:
	// <nil>
	// %0 = watch        []
	// %1 = bump[2]  %0  []
	// -0.5
}

// hidden is bump with a mistake that first derivatives do not show: the slope is taken
// out of the tape and put back as a constant.
type hidden struct{ bump }

func (h hidden) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	slope := h.bump.VJP(i, graph.Const(tensor.Ones(g.Shape()...)), y, x).Value()
	return ops.Mul(g, graph.Const(slope))
}

func ExampleContract() {
	f := func(x []*graph.Var) *graph.Var { return graph.Apply(hidden{bump{2}}, x[0]) }
	fmt.Println(gradcheck.Check(f, tensor.Vector(-1, 0.5, 3)))
	clause, detail, _ := strings.Cut(gradcheck.Contract(f, tensor.Vector(-1, 0.5, 3)).Error(), " operations: ")
	fmt.Println(clause)
	fmt.Println(detail)
	// Output:
	// <nil>
	// gradcheck: contract of bump: VJP of input 0 must be computed from its arguments by
	// input 1 of %6 = mul %2 const[3] [3] made at example_op_test.go:54 is a constant that changes when the arguments are moved a little: a number that was taken out of them has no derivative
}
