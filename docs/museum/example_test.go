package museum_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/docs/museum"
)

// Three of the collection: right, wrong in the gradient, and wrong in what is done with
// a right gradient.
func Example() {
	for _, bug := range museum.Bugs() {
		switch bug.Name {
		case "none", "b̄ missing", "update: gradients never zeroed":
			r := museum.Judge(bug)
			fmt.Printf("%s: caught by %s\n", r.Bug.Name, r.Caught)
		}
	}
	// Output:
	// none: caught by nothing
	// b̄ missing: caught by gradcheck
	// update: gradients never zeroed: caught by two steps
}
