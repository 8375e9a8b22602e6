package graph_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Eight steps of a recurrence in two segments: of four values each the tape keeps the
// last, and the sweep finds the others again.
func ExampleCheckpoint() {
	four := func(x []*graph.Var) *graph.Var {
		h := x[0]
		for range 4 {
			h = ops.Sin(h)
		}
		return h
	}
	var tape graph.Tape
	w := tensor.Scalar(1)
	y := graph.Checkpoint(four, graph.Checkpoint(four, tape.Watch(w)))
	fmt.Print(&tape)
	fmt.Printf("%.6f %.6f\n", y.Value(), y.Backward().Of(w))
	// Output:
	// %0 = watch           []
	// %1 = checkpoint  %0  []
	// %2 = checkpoint  %1  []
	// 0.502171 0.102057
}

// Dropout under a checkpoint: the mask that the sweep draws is the one of the value.
func ExampleCheckpointRandom() {
	source := rand.NewPCG(1, 2)
	random := rand.New(source)
	noisy := func(x []*graph.Var) *graph.Var {
		noise := tensor.RandUniform(random, 0, 1, 3)
		return ops.Mul(x[0], x[0].Tape().Input(noise))
	}
	var tape graph.Tape
	w := tensor.Vector(1, 1, 1)
	y := graph.CheckpointRandom(source, noisy, tape.Watch(w))
	g := ops.Sum(y).Backward().Of(w)
	fmt.Println(tensor.Equal(g, y.Value()))
	// Output: true
}

func ExampleTape_Kept() {
	var tape graph.Tape // with Trace, the table names lines as well
	x, w := tape.Input(tensor.Zeros(32, 100)), tape.Watch(tensor.Zeros(100, 50))
	ops.Mean(ops.Square(ops.Tanh(ops.MatMul(x, w))))
	for _, s := range tape.Kept().Sites {
		fmt.Println(s.Bytes, s.Op)
	}
	// Output:
	// 12800 matmul
	// 12800 square
	// 12800 tanh
	// 8 mean
}

// A test can hold a computation to the memory that was planned for it.
func ExampleTape_CheckKept() {
	var tape graph.Tape
	ops.Exp(ops.Exp(tape.Watch(tensor.Zeros(1000))))
	fmt.Println(tape.CheckKept(16_000))
	fmt.Println(tape.CheckKept(10_000) != nil)
	// Output:
	// <nil>
	// true
}
