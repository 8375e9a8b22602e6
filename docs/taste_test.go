package docs

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func Example_taste() {
	w := tensor.Matrix([][]float64{{0.5, -1}})
	x := tensor.Matrix([][]float64{{1}, {0.25}})

	var tape graph.Tape
	y := ops.Tanh(ops.MatMul(tape.Watch(w), tape.Input(x)))
	gradient := y.Backward().Of(w)

	fmt.Print(&tape)
	fmt.Printf("y     = %.4f\n", y.Value().Item())
	fmt.Printf("dy/dw = %.4f\n", gradient)
	// Output:
	// %0 = watch          [1 2]
	// %1 = input          [2 1]
	// %2 = matmul  %0 %1  [1 1]
	// %3 = tanh    %2     [1 1]
	// y     = 0.2449
	// dy/dw = [[0.9400 0.2350]]
}
