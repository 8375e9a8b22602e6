package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// explain tells what a code means.
func explain(e env, args []string) int {
	list := func() {
		fmt.Fprint(e.err, "Usage: gradcheck explain CODE\n\nThe codes are:\n\n")
		for _, c := range gradcheck.Codes() {
			meaning, _, _ := c.Explain()
			fmt.Fprintf(e.err, "\t%-16s %s\n", c, meaning)
		}
	}
	if len(args) != 1 {
		list()
		return cannot
	}
	if args[0] == "-h" || args[0] == "-help" {
		list()
		return right
	}
	meaning, remedy, example := gradcheck.Code(args[0]).Explain()
	if meaning == "" {
		fmt.Fprintf(e.err, "gradcheck explain: there is no code %q; gradcheck explain lists them\n", args[0])
		return cannot
	}
	fmt.Fprintf(e.out, "%s\n\n%s\n\nWhat to do: %s\n\nExample: %s\n", args[0], meaning, remedy, example)
	return right
}
