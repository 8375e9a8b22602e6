package ops_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A quadratic form xᵀ·A·x for each of several x.
func ExampleEinsum() {
	a := graph.Const(tensor.Matrix([][]float64{{2, 1}, {0, 3}}))
	x := tensor.Matrix([][]float64{{1, 0}, {1, 2}})

	var tape graph.Tape
	rows := tape.Watch(x)
	y := ops.Einsum("ni,ij,nj->n", rows, a, rows)
	fmt.Println(y.Value())
	fmt.Println(ops.Sum(y).Backward().Of(x)) // (A + Aᵀ)·x
	// Output:
	// [ 2 16]
	// [[ 4  1]
	//  [ 6 13]]
}

// The lengths of what was found, in the order of the scores.
func ExampleTakeAlong() {
	scores := graph.Const(tensor.Vector(0.1, 0.7, 0.2))
	lengths := graph.Const(tensor.Vector(5, 6, 7))

	best, from := ops.TopK(scores, 2, 0)
	fmt.Println(best.Value(), "at", from.List())
	fmt.Println(ops.TakeAlong(lengths, from).Value())
	// Output:
	// [0.7 0.2] at [1 2]
	// [6 7]
}
