package graph_test

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// squares is y = Σ a·x², elementwise.
func squares(x []*graph.Var) *graph.Var { return ops.Sum(ops.Mul(x[0], ops.Square(x[1]))) }

func ExampleGrad() {
	g, err := graph.Grad(squares, tensor.Vector(1, 2), tensor.Vector(3, 5))
	fmt.Println(g, err)
	// Output: [[ 9 25] [ 6 20]] <nil>
}

// Misuse inside of the function comes back as an error.
func ExampleGrad_misuse() {
	_, err := graph.Grad(squares, tensor.Vector(1, 2), tensor.Vector(3, 5, 7))
	fmt.Println(err)
	// Output: ops.Mul: cannot broadcast [2] with [3]: 2 ≠ 3 on axis -1
}

func ExampleValueAndGrad() {
	y, g, err := graph.ValueAndGrad(squares, tensor.Vector(1, 2), tensor.Vector(3, 5))
	fmt.Println(y, g, err)
	// Output: 59 [[ 9 25] [ 6 20]] <nil>
}

// polar takes a radius and an angle to a point of the plane.
func polar(x []*graph.Var) *graph.Var {
	r, angle := x[0], x[1]
	return ops.Mul(r, ops.Concat(0, ops.Cos(angle), ops.Sin(angle)))
}

func ExampleVJP() {
	y, g, err := graph.VJP(polar, tensor.Vector(1, 0), tensor.Vector(2), tensor.Vector(math.Pi/3))
	fmt.Printf("%.3f %.3f %v\n", y, g, err)
	// Output: [1.000 1.732] [[0.500] [-1.732]] <nil>
}

// How fast the point moves if the radius stays and the angle grows by one in a
// unit of time.
func ExampleJVP() {
	x := []*tensor.Tensor{tensor.Vector(2), tensor.Vector(math.Pi / 3)}
	u := []*tensor.Tensor{tensor.Vector(0), tensor.Vector(1)}
	_, dy, err := graph.JVP(polar, x, u)
	fmt.Printf("%.3f %v\n", dy, err)
	// Output: [-1.732  1.000] <nil>
}

func ExampleJacobian() {
	j, err := graph.Jacobian(polar, tensor.Vector(2), tensor.Vector(math.Pi/3))
	fmt.Printf("∂/∂r:\n%.3f\n∂/∂φ:\n%.3f\n%v\n", j[0], j[1], err)
	// Output:
	// ∂/∂r:
	// [[0.500]
	//  [0.866]]
	// ∂/∂φ:
	// [[-1.732]
	//  [ 1.000]]
	// <nil>
}

func ExampleHessian() {
	h, err := graph.Hessian(squares, tensor.Vector(1, 2), tensor.Vector(3, 5))
	fmt.Println(err)
	fmt.Println(h[0][1])
	fmt.Println(h[1][1])
	// Output:
	// <nil>
	// [[ 6  0]
	//  [ 0 10]]
	// [[2 0]
	//  [0 4]]
}

func ExampleHVP() {
	x := []*tensor.Tensor{tensor.Vector(1, 2), tensor.Vector(3, 5)}
	v := []*tensor.Tensor{tensor.Vector(1, 0), tensor.Vector(0, 1)}
	hv, err := graph.HVP(squares, x, v)
	fmt.Println(hv, err)
	// Output: [[ 0 10] [6 4]] <nil>
}

// For a sum of squares the product is 2JᵀJv.
func ExampleGaussNewton() {
	norm := func(z *graph.Var) *graph.Var { return ops.Sum(ops.Square(z)) }
	x := []*tensor.Tensor{tensor.Vector(2), tensor.Vector(math.Pi / 3)}
	v := []*tensor.Tensor{tensor.Vector(1), tensor.Vector(1)}
	gv, err := graph.GaussNewton(polar, norm, x, v)
	fmt.Printf("%.3f %v\n", gv, err)
	// Output: [[2.000] [8.000]] <nil>
}

// A product with the Jacobian on the tape: the derivative along u of what GradFrom
// gives, with respect to its cotangent.
func ExampleVar_GradFrom() {
	var tape graph.Tape
	x, g := tape.Watch(tensor.Vector(1, 2)), tape.Watch(tensor.Zeros(2))
	u := tape.Input(tensor.Vector(1, 10))
	y := ops.Square(x)
	ju := y.GradFrom(g, x)[0].GradFrom(u, g)[0]
	fmt.Println(ju.Value())
	// Output: [ 2 40]
}
