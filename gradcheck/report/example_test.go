package report_test

import (
	"fmt"
	"os"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/report"
)

func Example() {
	square := func(x []float64) float64 { return x[0] * x[0] }
	half := func(dst, x []float64) { dst[0] = x[0] } // the 2 is forgotten
	results := []report.Result{{
		Name: "Square", File: "square.go", Line: 12,
		Report: gradcheck.Checker{}.Run(gradcheck.Scalar(square, half, []float64{1.5})),
	}}
	if err := report.Text(os.Stdout, results, false); err != nil {
		fmt.Println(err)
	}
	fmt.Println("failed:", report.Failed(results))
	// Output:
	// square.go:12: Square: mismatch (1 entries, 359 evaluations, 0s)
	//     gradcheck: the gradient for x [1] is wrong at [0]: claimed 1.5, reference 3 ± 7e-15, tolerance 8e-14, claimed/reference 0.5
	//     gradient for x: it is 0.5 times the right one: a factor 2 forgotten, or one of two contributions (factor)
	//     gradient for x [1]: 1 of 1 entries wrong
	//       at   claimed  reference  ±      tolerance  claimed/reference  verdict
	//       [0]  1.5      3          7e-15  8e-14      0.5                wrong
	//     1 entries, 359 evaluations, seed 0
	// 1 checked: 0 passed, 0 undecided, 1 wrong
	// failed: true
}
