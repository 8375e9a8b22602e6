package explore_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/docs/explore"
)

// What can be broken at the places where u = 2x is read by two others, and what becomes
// of the address when a reader types another number.
func Example() {
	problem, err := explore.NewProblem("(2*x)^2 + 2*x", map[string]string{"x": "3"})
	if err != nil {
		fmt.Println(err)
		return
	}
	mistakes, err := problem.Mistakes()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range mistakes {
		if m.Step != 1 {
			continue // of u² and u² + u
		}
		fmt.Printf("step %d, %s\n", m.Step, m.Name)
	}

	app := explore.NewApp("expr=(2*x)^2 %2B 2*x&at.x=3")
	app.Send("at.x", "4")
	fmt.Println(app.Fragment())
	// Output:
	// step 1, to x: the sign is flipped
	// step 1, to x: a factor 2 too much
	// step 1, to x: the partial is taken at the output, not at the input
	// step 1, to x: the share is dropped
	// step 1, = for +=: only the last share is kept
	// at.x=4&expr=%282%2Ax%29%5E2+%2B+2%2Ax
}
