package gradcheck_test

import (
	"errors"
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// cosh is an operation whose rule has the wrong sign: the derivative of cosh x
// is sinh x = (eˣ − e⁻ˣ)/2.
type cosh struct{}

func (cosh) Name() string                              { return "cosh" }
func (cosh) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (cosh) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	for i := range y.Len() {
		y.SetFlat(i, math.Cosh(x[0].Flat(i)))
	}
}
func (cosh) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	sinh := ops.Scale(ops.Sub(ops.Exp(ops.Neg(x[0])), ops.Exp(x[0])), 0.5)
	return ops.Mul(g, sinh)
}

func ExampleCheck() {
	f := func(x []*graph.Var) *graph.Var { return ops.Tanh(ops.MatMul(x[0], x[1])) }
	a := tensor.Matrix([][]float64{{1, 2}, {3, 4}})
	b := tensor.Matrix([][]float64{{0.1}, {-0.2}})
	fmt.Println(gradcheck.Check(f, a, b))
	// Output: <nil>
}

func ExampleCheck_wrong() {
	f := func(x []*graph.Var) *graph.Var { return graph.Apply(cosh{}, x[0]) }
	fmt.Println(gradcheck.Check(f, tensor.Vector(0, 0.5)))
	// Output:
	// gradcheck: the gradient for input 0 [2] is wrong at [1]: claimed -0.459334, reference 0.459334 ± 2e-13, tolerance 2e-12, claimed/reference -1
	// gradient for input 0: the rule of cosh is wrong, applied at example_test.go:39: it is the right one negated (sign)
	// gradient for input 0 [2]: 1 of 2 entries wrong
	//   at   claimed    reference  ±      tolerance  claimed/reference  verdict
	//   [1]  -0.459334  0.459334   2e-13  2e-12      -1                 wrong
	// 2 entries, 426 evaluations, seed 0
}

// A model is checked through a closure over it. The tensors to check are given
// once more as inputs, and the Vars serve to find the tape.
func ExampleCheck_model() {
	w, b := tensor.Matrix([][]float64{{0.3, -0.1}}), tensor.Vector(0.2)
	data := tensor.Matrix([][]float64{{1, 2}, {3, 5}})
	model := func(tape *graph.Tape, x *graph.Var) *graph.Var {
		return ops.Sigmoid(ops.Add(ops.MatMul(x, ops.Transpose(tape.Watch(w))), tape.Watch(b)))
	}
	err := gradcheck.Check(func(x []*graph.Var) *graph.Var {
		tape := x[0].Tape()
		return model(tape, tape.Input(data))
	}, w, b)
	fmt.Println(err)
	// Output: <nil>
}

func ExampleChecker() {
	f := func(x []*graph.Var) *graph.Var { return ops.Exp(x[0]) }
	c := gradcheck.Checker{Order: 2, Seed: 7}
	fmt.Println(c.Check(f, tensor.Vector(-1, 0, 1)))
	// Output: <nil>
}

// The error holds all numbers that were measured.
func ExampleFailure() {
	f := func(x []*graph.Var) *graph.Var { return graph.Apply(cosh{}, x[0]) }
	err := gradcheck.Check(f, tensor.Vector(0, 0.5))
	var failure *gradcheck.Failure
	if errors.As(err, &failure) {
		e := failure.Worst
		fmt.Printf("input %d at %v: %.6f times what it should be\n", e.Input, e.Index, e.Tape/e.Reference)
	}
	// Output: input 0 at [1]: -1.000000 times what it should be
}

// At a kink there is no derivative to compare with.
func ExampleInconclusive() {
	f := func(x []*graph.Var) *graph.Var { return ops.ReLU(x[0]) }
	err := gradcheck.Check(f, tensor.Vector(0, 1))
	var open *gradcheck.Inconclusive
	if errors.As(err, &open) {
		fmt.Println(open.Worst.Index, open.Worst.Verdict)
	}
	// Output: [0] kink
}

// A function that knows nothing of tapes, with a gradient written by hand that
// forgets the chain rule's factor.
func ExampleScalar() {
	f := func(x []float64) float64 { return math.Sin(2*x[0]) * x[1] }
	grad := func(dst, x []float64) {
		dst[0] = math.Cos(2*x[0]) * x[1]
		dst[1] = math.Sin(2 * x[0])
	}
	report := gradcheck.Checker{}.Run(gradcheck.Scalar(f, grad, []float64{0.3, 1.5}))
	fmt.Println(report.Code())
	fmt.Println(report.Err())
	// Output:
	// mismatch
	// gradcheck: the gradient for x [2] is wrong at [0]: claimed 1.238, reference 2.47601 ± 6e-13, tolerance 6e-12, claimed/reference 0.5
	// gradient for x: for 1 of 2 elements of the input it is 0.5 times the right one: a factor 2 forgotten, or one of two contributions (factor)
	// gradient for x [2]: 1 of 2 entries wrong
	//   at   claimed  reference  ±      tolerance  claimed/reference  verdict
	//   [0]  1.238    2.47601    6e-13  6e-12      0.5                wrong
	// 2 entries, 429 evaluations, seed 0
}

// Two gradients of ½‖Wx‖² with respect to x are claimed: WᵀWx, and WWx, which has the
// same shape when W is square.
func Example() {
	w := [2][2]float64{{1, 2}, {3, -1}}
	product := func(x []float64) (y [2]float64) {
		for i := range y {
			y[i] = float64(w[i][0]*x[0]) + float64(w[i][1]*x[1])
		}
		return y
	}
	f := func(x []float64) float64 {
		y := product(x)
		return 0.5 * (float64(y[0]*y[0]) + float64(y[1]*y[1]))
	}
	right := func(dst, x []float64) {
		y := product(x)
		for j := range dst {
			dst[j] = float64(w[0][j]*y[0]) + float64(w[1][j]*y[1])
		}
	}
	wrong := func(dst, x []float64) {
		y := product(x)
		for j := range dst {
			dst[j] = float64(w[j][0]*y[0]) + float64(w[j][1]*y[1])
		}
	}
	for _, gradient := range []func(dst, x []float64){right, wrong} {
		report := gradcheck.Checker{}.Run(gradcheck.Scalar(f, gradient, []float64{0.5, -1.5}))
		fmt.Println(report.Code())
		for _, e := range report.Entries {
			fmt.Printf("%v  claimed %5.2f  found %5.2f  %v\n", e.Index, e.Tape, e.Reference, e.Verdict)
		}
	}
	// Output:
	// pass
	// [0]  claimed  6.50  found  6.50  agrees
	// [1]  claimed -8.00  found -8.00  agrees
	// mismatch
	// [0]  claimed  3.50  found  6.50  wrong
	// [1]  claimed -10.50  found -8.00  wrong
}
