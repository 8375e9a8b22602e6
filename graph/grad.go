package graph

import "github.com/adjoint-ad/adjoint/tensor"

// Grad returns the gradient of y with respect to each x, as values on the tape:
// they can be computed with and differentiated again, to any order. y must
// have exactly one element; each x is a watched tensor's Var or a value
// computed from one.
//
// The gradient is nil where no path leads from x to y: it is zero there for a
// reason of structure, which is often a mistake, so it is not the same as a
// gradient that happens to be zero.
//
// It panics with a *tensor.Error if y is not a scalar, if an x is not on the
// tape of y, or if its gradient was not asked for by Watch.
func (y *Var) Grad(x ...*Var) []*Var {
	y.checkScalar("graph.Grad")
	y.checkNotInRule("graph.Grad")
	grads := make([]*Var, len(x))
	for _, v := range x {
		v.checkTarget(y)
	}
	if !y.wants {
		return grads
	}
	y.checkWanted("graph.Grad")

	t := y.tape
	mark := t.markPaths(y, x)
	y.sweep(plan{who: "graph.Grad", record: true, mark: mark}, t.seed(y), func(v, g *Var) bool {
		if v.mark == mark {
			return true
		}
		for i := range x {
			if x[i] == v {
				grads[i] = g
			}
		}
		return true
	})
	return grads
}

func (v *Var) checkTarget(y *Var) {
	const who = "graph.Grad"
	v.check(who)
	switch {
	case v.tape == nil:
		panic(tensor.Errorf(who, "asked for the gradient with respect to %v, which no tape recorded: Watch its tensor", v))
	case y.tape != nil && v.tape != y.tape:
		panic(tensor.Errorf(who, "asked for the gradient of %v with respect to %v, which is on another tape", y, v))
	case !v.wants:
		panic(tensor.Errorf(who, "asked for the gradient with respect to %v, which depends on no watched tensor: Watch its tensor; Input and Detach want no gradient", v))
	}
}

// markPaths marks the values on a path from some x to y with a number that is
// higher than all marks before, and each x itself with one more.
func (t *Tape) markPaths(y *Var, x []*Var) uint {
	t.marks += 2
	first := y.id + 1
	for _, v := range x {
		v.mark = t.marks + 1
		first = min(first, v.id)
	}
	for id := first; id <= y.id; id++ {
		v := t.vars.at(id)
		for _, in := range v.in {
			if v.wants && in.mark >= t.marks {
				v.mark = max(v.mark, t.marks)
			}
		}
	}
	return t.marks
}

// seed puts the adjoint dy/dy = 1 on the tape.
func (t *Tape) seed(y *Var) *Var {
	one := t.buffers.get(y.value.Type(), y.value.Shape())
	one.Fill(1)
	return t.next(seed, one)
}
