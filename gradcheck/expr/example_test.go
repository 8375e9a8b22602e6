package expr_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/gradcheck/expr"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

func Example() {
	e, err := expr.Parse("log(x) + x*y - sin(y)")
	if err != nil {
		fmt.Println(err)
		return
	}
	var tape graph.Tape
	x, y := tensor.Scalar(2), tensor.Scalar(5)
	v, err := e.Eval(map[string]*graph.Var{"x": tape.Watch(x), "y": tape.Watch(y)})
	if err != nil {
		fmt.Println(err)
		return
	}
	g := v.Backward()
	fmt.Print(&tape)
	fmt.Printf("%.6f, slopes %.6f and %.6f\n", v.Value().Item(), g.Of(x).Item(), g.Of(y).Item())
	// Output:
	// %0 = watch         []
	// %1 = watch         []
	// %2 = log    %0     []
	// %3 = mul    %0 %1  []
	// %4 = add    %2 %3  []
	// %5 = sin    %1     []
	// %6 = sub    %4 %5  []
	// 11.652071, slopes 5.500000 and 1.716338
}
