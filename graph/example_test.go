package graph_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func Example() {
	w := tensor.Matrix([][]float64{{0.5, -1}})
	x := tensor.Matrix([][]float64{{1}, {0.25}})

	var tape graph.Tape
	y := ops.Tanh(ops.MatMul(tape.Watch(w), tape.Input(x)))
	grads := y.Backward()

	fmt.Print(&tape)
	fmt.Printf("y     = %.4f\n", y.Value().Item())
	fmt.Printf("dy/dw = %.4f\n", grads.Of(w))
	// Output:
	// %0 = watch          [1 2]
	// %1 = input          [2 1]
	// %2 = matmul  %0 %1  [1 1]
	// %3 = tanh    %2     [1 1]
	// y     = 0.2449
	// dy/dw = [[0.9400 0.2350]]
}

// Each value with its adjoint, last first: backpropagation by hand, done by
// the machine.
func ExampleVar_Sweep() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	y := ops.Mul(ops.Square(x), x) // x³
	for v, adjoint := range y.Sweep() {
		fmt.Printf("%-18v= %2v  adjoint %2v\n", v, v.Value(), adjoint)
	}
	// Output:
	// %2 = mul %1 %0 [] = 27  adjoint  1
	// %1 = square %0 [] =  9  adjoint  3
	// %0 = watch []     =  3  adjoint 27
}

// A gradient is a value like any other, so it has a gradient too.
func ExampleVar_Grad() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(2))
	y := ops.PowScalar(x, 3)
	first := y.Grad(x)[0]
	second := first.Grad(x)[0]
	third := second.Grad(x)[0]
	fmt.Println(y.Value(), first.Value(), second.Value(), third.Value())
	// Output: 8 12 12 6
}

// cube is an operation of one's own: y = x³. Its rule is written with
// operations, so it can be differentiated to any order.
type cube struct{}

func (cube) Name() string                              { return "cube" }
func (cube) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (cube) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.PowScalar(y, x[0], 3) }
func (cube) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return ops.Mul(g, ops.Scale(ops.Square(x[0]), 3))
}

func ExampleApply() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(2))
	y := graph.Apply(cube{}, x)
	d := y.Grad(x)[0]
	fmt.Println(y.Value(), d.Value(), d.Grad(x)[0].Value())
	// Output: 8 12 12
}
