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
