package draw_test

import (
	"fmt"
	"os"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/graph/draw"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func ExamplePicture_Mermaid() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	ops.Mul(ops.Sin(x), x)
	if err := (draw.Picture{Tape: &tape}).Mermaid(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// flowchart TD
	// 	v0["watch<br>[]"]:::watch
	// 	v1["sin<br>[]"]
	// 	v2["mul<br>[]"]
	// 	v0 --> v1
	// 	v1 --> v2
	// 	v0 --> v2
	// 	classDef watch fill:#fde7c3,color:#1d2430
	// 	classDef input fill:#d6ecd9,color:#1d2430
	// 	classDef const fill:#f4f4f5,color:#1d2430
	// 	classDef result fill:#dcd9fb,color:#1d2430
}

func Example() {
	var tape graph.Tape
	w, x := tensor.Matrix([][]float64{{0.5, -1}}), tensor.Matrix([][]float64{{1}, {0.25}})
	ops.Tanh(ops.MatMul(tape.Watch(w), tape.Input(x)))

	// Mermaid is drawn by sites of repositories; Dot, SVG and HTML are written alike.
	if err := (draw.Picture{Tape: &tape}).Mermaid(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// flowchart TD
	// 	v0["watch<br>[1 2]"]:::watch
	// 	v1["input<br>[2 1]"]:::input
	// 	v2["matmul<br>[1 1]"]
	// 	v3["tanh<br>[1 1]"]
	// 	v0 --> v2
	// 	v1 --> v2
	// 	v2 --> v3
	// 	classDef watch fill:#fde7c3,color:#1d2430
	// 	classDef input fill:#d6ecd9,color:#1d2430
	// 	classDef const fill:#f4f4f5,color:#1d2430
	// 	classDef result fill:#dcd9fb,color:#1d2430
}
