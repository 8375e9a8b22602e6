package graph

import (
	"slices"
	"sync"

	"github.com/adjoint-ad/adjoint/tensor"
)

// The functions of this file differentiate functions: each runs f on a tape of its
// own and returns tensors that belong to the caller. Misuse, in the call or inside
// of f, comes back as an error, a *tensor.Error; other panics pass. When the function
// returns, the tape is Reset and serves the next: Vars of f must not leave it.
//
// f may use gradients itself, by Var.Grad or Var.GradFrom: these are differentiated
// like all else, so that every order can be had. The functions of this file leave
// the tape of f when they are called in it, and what they return has no history.

// A Func is a differentiable function of tensors. It takes them as one list, as
// package gradcheck does, so that the function that is differentiated is the one that
// is checked, whatever the number of its arguments.
//
// The Vars are watched tensors, and x[i].Tape() is their tape. A Func may as well
// ignore them and be a closure over a model whose parameters are the tensors that
// it is differentiated in: watching a tensor on the tape gives the same Var.
type Func = func(x []*Var) *Var

// Grad returns the gradient of f, whose value has one element, with respect to each
// x: tensors of the shapes of x. It is nil where no path leads from x to the value.
//
// It is an error if f is nil or panics with a *tensor.Error; if its value is nil, of
// another tape or has more than one element; or if an x is nil or listed twice.
func Grad(f Func, x ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	_, grads, err := valueAndGrad("graph.Grad", f, x)
	return grads, err
}

// ValueAndGrad returns the value of f as well as what Grad returns. Its errors are
// those of Grad.
func ValueAndGrad(f Func, x ...*tensor.Tensor) (y *tensor.Tensor, grads []*tensor.Tensor, err error) {
	return valueAndGrad("graph.ValueAndGrad", f, x)
}

func valueAndGrad(who string, f Func, x []*tensor.Tensor) (y *tensor.Tensor, grads []*tensor.Tensor, err error) {
	err = evaluate(who, f, x, func(p *program) {
		p.y.checkScalar(who)
		y, grads = p.y.value.Clone(), p.pull([]*Var{p.y}, []*Var{p.like(p.y, 1)}, p.x)
	})
	return y, grads, err
}

// VJP returns the value y of f at x and the vector-Jacobian products Σⱼ gⱼ ∂yⱼ/∂x,
// with respect to each x, for a cotangent g of the shape and type of y. Such a
// product is nil where no path leads from x to y. The errors are those of Grad, but
// that y may have any shape.
func VJP(f Func, g *tensor.Tensor, x ...*tensor.Tensor) (y *tensor.Tensor, gx []*tensor.Tensor, err error) {
	err = evaluate("graph.VJP", f, x, func(p *program) {
		p.checkLike("cotangent", []*tensor.Tensor{g}, []*Var{p.y})
		y, gx = p.y.value.Clone(), p.pull([]*Var{p.y}, p.copies([]*tensor.Tensor{g}), p.x)
	})
	return y, gx, err
}

// JVP returns the value y of f at x and the Jacobian-vector product
// Σᵢ (∂y/∂xᵢ) uᵢ, the derivative of y along the direction u: a tensor of the shape of
// y. There is a uᵢ for each xᵢ, of its shape and type. The product is zero where no
// path leads from x to y. The errors are those of VJP.
//
// There are no rules for it. The product g ↦ Jᵀg that VJP computes is linear in g,
// so its own transpose is u ↦ J u, whatever g is: one sweep records the first, a
// second one transposes it. (J. Townsend, A new trick for calculating Jacobian
// vector products, 2017.)
func JVP(f Func, x, u []*tensor.Tensor) (y, dy *tensor.Tensor, err error) {
	err = evaluate("graph.JVP", f, x, func(p *program) {
		p.checkLike("direction", u, p.x)
		y, dy = p.y.value.Clone(), p.push(p.pullback(), u)
	})
	return y, dy, err
}

// HVP returns the product of the Hessian of f, whose value has one element, with v:
//
//	Σⱼ (∂²y/∂xᵢ∂xⱼ) vⱼ   for each xᵢ, in its shape.
//
// There is a vⱼ for each xⱼ, of its shape and type. The Hessian is never formed: the
// product is the gradient of ⟨∇y, v⟩, and costs a small multiple of y (B. Pearlmutter,
// Fast exact multiplication by the Hessian, 1994). It is zero where no path leads from
// x to the gradient, as in a function that is linear. The errors are those of Grad.
func HVP(f Func, x, v []*tensor.Tensor) (hv []*tensor.Tensor, err error) {
	const who = "graph.HVP"
	err = evaluate(who, f, x, func(p *program) {
		p.y.checkScalar(who)
		p.checkLike("vector", v, p.x)
		hv = zeroed(p.x, p.hessianTimes(p.y, p.x, v))
	})
	return hv, err
}

// GaussNewton returns the product Jᵀ H J v of the Gauss-Newton matrix of the composite
// loss(f(x)) with v, where J is the Jacobian of f at x and H the Hessian of loss, whose
// value has one element, at f(x). There is a v for each x, of its shape and type, and a
// product for each. The matrix is the Hessian without the term that the curvature of
// f makes, and has no negative eigenvalues if loss is convex. (N. N. Schraudolph, Fast
// curvature matrix-vector products for second-order gradient descent, 2002.)
//
// It is zero where no path leads. The errors are those of Grad, for both functions.
func GaussNewton(f Func, loss func(z *Var) *Var, x, v []*tensor.Tensor) (gv []*tensor.Tensor, err error) {
	const who = "graph.GaussNewton"
	err = evaluate(who, f, x, func(p *program) {
		if loss == nil {
			panic(tensor.Errorf(who, "the loss is nil"))
		}
		p.checkLike("vector", v, p.x)
		jv := p.push(p.pullback(), v)
		z := []*Var{p.tape.Watch(p.y.value.Clone())}
		l := loss(z[0])
		p.checkValue(l)
		l.checkScalar(who)
		hjv := zeroed(z, p.hessianTimes(l, z, []*tensor.Tensor{jv}))
		gv = zeroed(p.x, p.pull([]*Var{p.y}, p.copies(hjv), p.x))
	})
	return gv, err
}

// A program is one evaluation of a Func on a tape of its own.
type program struct {
	who  string
	tape *Tape
	x    []*Var
	y    *Var
}

// tapes keeps the memory of programs that are done. To find it again is what makes a
// small program fast.
var tapes = sync.Pool{New: func() any { return new(Tape) }}

// evaluate calls use with f evaluated at x. Misuse, a panic with a *tensor.Error, makes
// it an error; other panics pass. Either way the tape is then in no state to be used
// again.
func evaluate(who string, f Func, x []*tensor.Tensor, use func(p *program)) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *tensor.Error:
			err = e
		default:
			panic(e)
		}
	}()
	if f == nil {
		panic(tensor.Errorf(who, "the function is nil"))
	}
	p := &program{who: who, tape: tapes.Get().(*Tape)}
	for i, w := range x {
		if w == nil {
			panic(tensor.Errorf(who, "input %d is nil", i))
		}
		if first := slices.Index(x, w); first < i {
			panic(tensor.Errorf(who, "inputs %d and %d are one tensor, so their derivatives cannot be told apart: pass a Clone", first, i))
		}
		p.x = append(p.x, p.tape.Watch(w))
	}
	p.y = f(slices.Clone(p.x))
	p.checkValue(p.y)
	use(p)
	p.tape.Reset()
	p.tape.Trace, p.tape.Checksum = false, false
	tapes.Put(p.tape)
	return nil
}

func (p *program) checkValue(y *Var) {
	switch {
	case y == nil:
		panic(tensor.Errorf(p.who, "the function returned nil"))
	case y.tape != nil && y.tape != p.tape:
		panic(tensor.Errorf(p.who, "the function returned %v of another tape: it must compute with its arguments, "+
			"or with what x[0].Tape() watches", y))
	}
	y.check(p.who)
}

// checkLike panics unless there is a tensor u for each Var, of its shape and type.
func (p *program) checkLike(what string, u []*tensor.Tensor, like []*Var) {
	if len(u) != len(like) {
		panic(tensor.Errorf(p.who, "%d inputs need a %s each, and there are %d", len(like), what, len(u)))
	}
	for i, v := range like {
		if u[i] == nil {
			panic(tensor.Errorf(p.who, "%s %d is nil", what, i))
		}
		if !slices.Equal(u[i].Shape(), v.value.Shape()) || u[i].Type() != v.value.Type() {
			panic(tensor.Errorf(p.who, "%s %d is %v %v and belongs to a tensor of %v %v",
				what, i, u[i].Type(), u[i].Shape(), v.value.Type(), v.value.Shape()))
		}
	}
}

// like returns a cotangent of the shape of v, all of whose elements are c.
func (p *program) like(v *Var, c float64) *Var {
	g := p.tape.buffers.get(v.value.Type(), v.value.Shape())
	g.Fill(c)
	return p.tape.owned(g)
}

func (p *program) copies(g []*tensor.Tensor) []*Var {
	c := make([]*Var, len(g))
	for i := range g {
		c[i] = p.tape.owned(tensor.Copy(p.tape.buffers.get(g[i].Type(), g[i].Shape()), g[i]))
	}
	return c
}

// pull carries cotangents g of values y down to values x, all on the tape. It leaves
// out what is on no path, and gives nil for an x on none. A y may be nil.
func (p *program) pull(y, g, x []*Var) []*tensor.Tensor {
	gx := make([]*tensor.Tensor, len(x))
	p.pullEach(y, g, x, func(i int, g *Var) { gx[i] = p.tape.keep(g) })
	return gx
}

func (p *program) pullEach(y, g, x []*Var, got func(i int, g *Var)) {
	from, start := make([]*Var, 0, len(y)), make([]*Var, 0, len(y))
	for k, v := range y {
		if v != nil && v.wants {
			from, start = append(from, v), append(start, g[k])
		} else {
			p.tape.drop(g[k])
		}
	}
	if len(from) == 0 {
		return
	}
	mark := p.tape.markPaths(last(from), x)
	p.tape.sweep(plan{who: p.who, mark: mark}, from, start, func(v, g *Var) bool {
		if v.mark > mark {
			got(slices.Index(x, v), g)
		}
		return true
	})
}

// A pullback is g ↦ Jᵀg on the tape: gx as functions of g.
type pullback struct {
	g  *Var
	gx []*Var
}

// pullback records the rules of f. The numbers in g do not matter; those that
// follow from zeros overflow nowhere.
func (p *program) pullback() pullback {
	g := p.tape.Watch(tensor.New(p.y.value.Type(), p.y.value.Shape()...))
	return pullback{g, p.y.GradFrom(g, p.x...)}
}

// push returns J u, the transpose of the pullback applied to u.
func (p *program) push(b pullback, u []*tensor.Tensor) *tensor.Tensor {
	g := []*Var{b.g}
	return zeroed(g, p.pull(b.gx, p.copies(u), g))[0]
}

// hessianTimes returns the product of the Hessian of y with v, nil where there is no
// path to the gradient.
func (p *program) hessianTimes(y *Var, x []*Var, v []*tensor.Tensor) []*tensor.Tensor {
	return p.pull(y.Grad(x...), p.copies(v), x)
}

// zeroed puts zeros in the place of what is nil.
func zeroed(like []*Var, g []*tensor.Tensor) []*tensor.Tensor {
	for i := range g {
		if g[i] == nil {
			g[i] = tensor.New(like[i].value.Type(), like[i].value.Shape()...)
		}
	}
	return g
}
