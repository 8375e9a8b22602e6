package ops_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Logistic regression: the gradient of the loss with respect to the weights is
// xᵀ(σ(xw) − t)/n.
func Example() {
	x := tensor.Matrix([][]float64{{1, 2}, {1, -1}, {1, 0.5}})
	t := tensor.Vector(1, 0, 1)
	w := tensor.Vector(0.1, 0.4)

	var tape graph.Tape
	logits := ops.MatMul(tape.Input(x), tape.Watch(w))
	loss := ops.Mean(ops.BCEWithLogits(logits, tape.Input(t)))
	fmt.Printf("loss %.4f, gradient %.4f\n", loss.Value().Item(), loss.Backward().Of(w))
	// Output: loss 0.4833, gradient [-0.0964 -0.4055]
}

func ExampleWhere() {
	w := tensor.Vector(0, 4)
	var tape graph.Tape
	x := tape.Watch(w)
	zero := graph.Const(tensor.Scalar(0))
	y := ops.Where(tape.Input(tensor.Vector(0, 1)), ops.Sqrt(x), zero)
	fmt.Println(ops.Sum(y).Backward().Of(w)) // no NaN from the root of 0
	// Output: [0.00 0.25]
}

func ExampleCatalog() {
	for _, e := range ops.Catalog() {
		if e.Name == "Tanh" {
			fmt.Println(e.Formula, "with", e.Rule)
		}
	}
	// Output: y = tanh x with x̄ = ȳ(1 − y²)
}
