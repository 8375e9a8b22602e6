// Package expr is a small language for expressions over adjoint's operations: what
// one would write on a blackboard, as values on a tape.
//
//	e, err := expr.Parse("sum(log(1 + exp(w*x)))")
//	y, err := e.Eval(map[string]*graph.Var{"w": tape.Watch(w), "x": tape.Input(x)})
//
// Operators work element by element and broadcast; @ is the product of matrices.
// Functions have the names of package ops in small letters. A mistake, in the text
// or in the shapes, is an error that points to its column.
package expr
