// Package expr is a small language for expressions over adjoint's operations: what
// one would write on a blackboard, as values on a tape.
//
//	e, err := expr.Parse("sum(log(1 + exp(w*x)))")
//	y, err := e.Eval(map[string]*graph.Var{"w": tape.Watch(w), "x": tape.Input(x)})
//
// # The grammar
//
//	sum      = product { ("+" | "-") product }
//	product  = matrices { ("*" | "/") matrices }
//	matrices = unary { "@" unary }
//	unary    = ("-" | "+") unary | power
//	power    = operand [ "^" unary ]
//	operand  = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
//
// So -x^2 is −(x²), and 2^3^2 is 2^9. Operators work element by element and broadcast; @
// is the product of matrices. A name is a variable, or pi or e. Functions have the
// names of package ops in small letters: matmul, logsumexp, softplus. A mistake, in the text
// or in the shapes, is an error that points to its column.
//
// # In the chapters
//
// The traces of docs/chapters/03-tape.md can be had for any expression:
//
//	gradcheck expr 'log(x) + x*y - sin(y)' x=2 y=5
package expr
