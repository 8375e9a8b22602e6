package graph_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Where does the NaN come from? The loss has the logarithm of a masked 0.
func ExampleVar_Hunt() {
	weights := tensor.Vector(0.5, 0)
	mask := graph.Const(tensor.Vector(1, 0))

	tape := graph.Tape{Trace: true}
	loss := ops.Sum(ops.Mul(ops.Log(tape.Watch(weights)), mask))
	fmt.Println(loss.Hunt())
	// Output:
	// graph.Hunt: the value is not finite:
	// 	%1 = log %0 [2] made at hunt_example_test.go:17: log(0) gave -Inf in 1 of 2 elements, first at [1]
	// 	%2 = mul %1 const[2] [2] made at hunt_example_test.go:17: mul(-Inf, 0) gave NaN in 1 of 2 elements, first at [1]; a factor 0 does not hide an infinity or NaN: select before it arises, not after
	// 	%3 = sum[all] %2 [] made at hunt_example_test.go:17: gave NaN; operand 0 [2]: min -0.6931, max -0.6931, 1 NaN
}
