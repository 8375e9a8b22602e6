package graph

import (
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

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
	return y.grad(plan{who: "graph.Grad"}, nil, x)
}

// GradFrom is Grad for a value of any shape: it returns the vector-Jacobian product
// Σⱼ gⱼ ∂yⱼ/∂x with respect to each x, for a cotangent g of the shape and type of
// y. The products are functions of g as well, to which they are linear; so the
// derivative of Σᵢ⟨uᵢ, x̄ᵢ⟩ with respect to a watched g is the Jacobian times u.
//
// It panics as Grad does, but for the number of elements, and if g is on another
// tape or of another shape or type.
func (y *Var) GradFrom(g *Var, x ...*Var) []*Var {
	const who = "graph.GradFrom"
	y.check(who)
	g.check(who)
	switch {
	case !slices.Equal(g.value.Shape(), y.value.Shape()) || g.Type() != y.Type():
		panic(tensor.Errorf(who, "the cotangent is %v %v for a value of %v %v", g.Type(), g.Shape(), y.Type(), y.Shape()))
	case g.tape != nil && y.tape != nil && g.tape != y.tape:
		panic(tensor.Errorf(who, "the cotangent %v is on another tape than the value %v", g, y))
	}
	return y.grad(plan{who: who}, g, x)
}

// grad completes the plan and carries out what Grad and GradFrom promise.
func (y *Var) grad(p plan, g *Var, x []*Var) []*Var {
	y.checkNotInRule(p.who)
	grads := make([]*Var, len(x))
	for _, v := range x {
		v.checkTarget(p.who, y)
	}
	if !y.wants {
		return grads
	}
	y.checkWanted(p.who)

	t := y.tape
	p.record, p.mark = true, t.markPaths(y.id, x)
	switch {
	case g == nil:
		g = t.seed(y)
	case g.tape == nil: // a rule may return it, and what it returns is on the tape
		g = t.Input(g.value)
	}
	y.sweep(p, g, func(v, g *Var) bool {
		if v.mark == p.mark {
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

func (v *Var) checkTarget(who string, y *Var) {
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

// markPaths marks the values up to a place of the tape that some x leads to with a
// number that is higher than all marks before, and each x itself with one more.
func (t *Tape) markPaths(last int, x []*Var) uint {
	t.marks += 2
	first := last + 1
	for _, v := range x {
		v.mark = t.marks + 1
		first = min(first, v.id)
	}
	for id := first; id <= last; id++ {
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
