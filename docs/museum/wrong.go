package museum

import "github.com/adjoint-ad/adjoint/graph"

// A Call is what a rule is asked: input I's share of the cotangent G of Y, which an
// operation computed from X.
type Call struct {
	I     int
	G, Y  *graph.Var
	X     []*graph.Var
	Right *graph.Var // what the library's own rule answers

	// Where in the network the operation stands: in which layer, from 0, and what the
	// activations of all layers are, known once the forward pass is over. Nil outside of a Net.
	Layer int
	A     []*graph.Var
}

// A Rule is a wrong rule of an operation.
type Rule func(c Call) *graph.Var

// wrongOp is an operation of the library whose rule is exchanged. It has no one-pass form,
// since embedding an interface takes over its methods only.
type wrongOp struct {
	graph.Op
	rule Rule
	at   Call
}

func (w wrongOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	c := w.at
	c.I, c.G, c.Y, c.X, c.Right = i, g, y, x, w.Op.VJP(i, g, y, x)
	return w.rule(c)
}

// Wrong applies the operation that computed v once more, to the same operands, with
// another rule. The value is that of v; nothing reads v itself any more. A nil rule is
// the right one, and then v is returned.
func Wrong(v *graph.Var, rule Rule) *graph.Var { return wrong(v, rule, Call{}) }

func wrong(v *graph.Var, rule Rule, at Call) *graph.Var {
	if rule == nil || v.Op() == nil {
		return v
	}
	return graph.Apply(wrongOp{v.Op(), rule, at}, v.Inputs()...)
}

// Exchanged returns an operation of the library with another rule, to be applied in its
// place.
func Exchanged(op graph.Op, rule Rule) graph.Op { return wrongOp{op, rule, Call{}} }
