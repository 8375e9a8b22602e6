package expr

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

var constants = map[string]float64{"pi": math.Pi, "e": math.E}

// Functions lists the names of all functions, sorted.
func Functions() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if isLetter(rune(name[0])) {
			names = append(names, name)
		}
	}
	return names
}

// Eval computes the expression with Vars for its variables. It is an error if a
// variable has none, or if an operation refuses its operands; the error is a
// *SyntaxError that points to the place.
func (e *Expr) Eval(vars map[string]*graph.Var) (y *graph.Var, err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *SyntaxError:
			y, err = nil, problem
		default:
			panic(problem)
		}
	}()
	return e.eval(e.root, vars), nil
}

func (e *Expr) eval(n node, vars map[string]*graph.Var) *graph.Var {
	switch n.kind {
	case number:
		return graph.Const(tensor.Scalar(n.num))
	case variable:
		v := vars[n.name]
		if v == nil {
			panic(&SyntaxError{e.source, n.at, fmt.Sprintf("%s has no value: give one as %s=1 or %s=1,2,3", n.name, n.name, n.name)})
		}
		return v
	}
	args := make([]*graph.Var, len(n.args))
	for i, a := range n.args {
		args[i] = e.eval(a, vars)
	}
	return e.apply(n, args)
}

// apply says where in the expression an operation refused its operands.
func (e *Expr) apply(n node, args []*graph.Var) *graph.Var {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *tensor.Error:
			panic(&SyntaxError{e.source, n.at, problem.Error()})
		default:
			panic(problem)
		}
	}()
	return functions[n.name].apply(args)
}
