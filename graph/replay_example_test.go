package graph_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Newton's method for the square root of 2, the zero of f = w² − 2. Value and slope are
// recorded once, and evaluated anew after each change of w.
func ExampleTape_Replay() {
	w := tensor.Scalar(1)
	var tape graph.Tape
	x := tape.Watch(w)
	y := ops.AddScalar(ops.Square(x), -2)
	slope := y.Grad(x)[0]
	for range 5 {
		w.Set(w.Item() - y.Value().Item()/slope.Value().Item())
		if err := tape.Replay(); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("%.12f\n", w)
	// Output: 1.414213562373
}

// What the numbers may have decided cannot be evaluated on others.
func ExampleTape_Replay_refused() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	y := ops.Square(x)
	if y.Value().Item() > 1 {
		ops.Log(y)
	}
	fmt.Println(tape.Replay())
	// Output: graph.Replay: %1 = square %0 [] was read before %2 = log %1 [] was recorded, and what was recorded may depend on the numbers: read values and gradients when all is recorded, or record anew
}
