package figure_test

import (
	"fmt"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/figure"
)

func Example() {
	d := figure.New(120, 60, "one third", "A dot with the number 0.333 beside it")
	d.Dot("c1", 20, 30, 4)
	d.Number("ink", 32, 34, "%.3f", 1.0/3)
	for line := range strings.Lines(d.String()) {
		if strings.Contains(line, "data-v") {
			fmt.Print(line)
		}
	}
	// Output:
	// <text class="ink" x="32" y="34" data-v="0.3333333333333333">0.333</text>
}
