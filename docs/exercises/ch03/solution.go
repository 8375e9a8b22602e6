//go:build solution

package ch03

import "github.com/adjoint-ad/adjoint/graph"

// Order searches in depth: a value is listed when the search leaves it, so after all its
// operands.
func Order(y *graph.Var) []*graph.Var {
	var list []*graph.Var
	seen := map[*graph.Var]bool{}
	var visit func(v *graph.Var)
	visit = func(v *graph.Var) {
		if seen[v] {
			return
		}
		seen[v] = true
		for _, operand := range v.Inputs() {
			visit(operand)
		}
		list = append(list, v)
	}
	visit(y)
	return list
}

// ReadersFirst counts readers down, as A. B. Kahn has it (Topological sorting of large
// networks, 1962). A reader with two operands that are one value counts twice.
func ReadersFirst(y *graph.Var) []*graph.Var {
	readers := map[*graph.Var]int{}
	for _, v := range Order(y) {
		for _, operand := range v.Inputs() {
			readers[operand]++
		}
	}
	list := []*graph.Var{y}
	for i := 0; i < len(list); i++ {
		for _, operand := range list[i].Inputs() {
			if readers[operand]--; readers[operand] == 0 {
				list = append(list, operand)
			}
		}
	}
	return list
}
