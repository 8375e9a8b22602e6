package gradcheck

import (
	"iter"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Target is a function with the derivatives that somebody claims for it, and a
// point to check them at. Functions that know nothing of tapes become targets
// by Scalar, Optimize, Vector and Pullback: each is an operation then, whose rule is
// the claimed derivative.
type Target struct {
	Name  string // for reports
	Func  Func
	X     []*tensor.Tensor // changed while a check runs, and put back
	Names []string         // of X, for reports; nil numbers them

	// Bounds, one for each of X, say where Func may be called: no step leaves
	// them. Nil sets none.
	Bounds []Interval

	// Complex, if there is one, is Func continued to complex numbers, with the
	// elements of its inputs in one row and those of its value in another. The
	// reference is then Im φ(x + ih)/h at a tiny h, which subtracts nothing and is
	// as exact as Func itself (W. Squire and G. Trapp, Using complex variables to
	// estimate derivatives of real functions, 1998).
	Complex func(z []complex128) []complex128

	contract func(t Target) error // what must hold besides, of functions that are not of Vars
}

// An Interval holds the numbers from Lo to Hi. The zero value holds all.
type Interval struct{ Lo, Hi float64 }

func (i Interval) holds(v float64) bool { return i == Interval{} || i.Lo <= v && v <= i.Hi }

// Run checks a target and returns all that was found. Whatever is wrong with the
// function is in the report, as its Problem if it kept the check from comparing.
// Run panics as Report does.
func (c Checker) Run(t Target) *Report {
	c.validate("gradcheck.Run", t.Func, t.X)
	c.bounds, c.complex = t.Bounds, t.Complex
	r, err := c.Report(t.Func, t.X...)
	if err == nil && t.contract != nil {
		err = t.contract(t)
	}
	if err != nil {
		r = &Report{Problem: err, Inputs: len(t.X), Seed: c.Seed}
	}
	if r.anyWrong() && !c.Brief {
		before := takeSnapshot(t.X)
		x := t.X
		if x[0].Type() == tensor.Float32 {
			x = copies(x)
		}
		c.explain(r, t.Func, x)
		before.restore()
	}
	r.Target, r.Names = t.Name, t.Names
	return r
}

// elsewhere returns another point within the bounds.
func (t Target) elsewhere() []*tensor.Tensor {
	s := subject{bounds: t.Bounds}
	moved := make([]*tensor.Tensor, len(t.X))
	for i, x := range t.X {
		moved[i] = x.Clone()
		for k := range x.Len() {
			moved[i].SetFlat(k, s.clamp(i, 0.75*x.Flat(k)))
		}
	}
	return moved
}

// Vars returns the target of a function of Vars at x.
func Vars(f Func, x ...*tensor.Tensor) Target { return Target{Func: f, X: x} }

// Model returns the target of a loss and the parameters it watches, under their
// names: the Params of a module of nn. A tensor that has two names is checked
// once.
func Model(loss func(t *graph.Tape) *graph.Var, params iter.Seq2[string, *tensor.Tensor]) Target {
	t := Target{Func: func(x []*graph.Var) *graph.Var { return loss(x[0].Tape()) }}
	for name, w := range params {
		if !slices.Contains(t.X, w) {
			t.X, t.Names = append(t.X, w), append(t.Names, name)
		}
	}
	return t
}

// Scalar returns the target of a function of n variables and of its gradient,
// which writes to dst all of ∂f/∂x.
func Scalar(f func(x []float64) float64, grad func(dst, x []float64), x []float64) Target {
	return Optimize(optimize.Problem{Func: f, Grad: grad}, x)
}

// Optimize returns the target of a problem of gonum's optimize: its Func, its Grad
// and, if there is one and Order is 2, its Hess.
func Optimize(p optimize.Problem, x []float64) Target {
	return Target{
		Func: func(x []*graph.Var) *graph.Var { return graph.Apply(problemOp{&p}, x[0]) },
		X:    []*tensor.Tensor{tensor.Vector(x...)}, Names: []string{"x"},
		contract: func(t Target) error { return keepsNoPoint(p, x, t.elsewhere()[0].Float64s()) },
	}
}

// keepsNoPoint returns an error if the gradient at x depends on the point at which
// the function was called last: then it uses what that call has left behind.
func keepsNoPoint(p optimize.Problem, x, elsewhere []float64) error {
	if p.Func == nil || p.Grad == nil {
		return nil
	}
	grad := func(before []float64) []float64 {
		dst := make([]float64, len(x))
		p.Func(before)
		p.Grad(dst, slices.Clone(x))
		return dst
	}
	here, there := grad(slices.Clone(x)), grad(elsewhere)
	for i := range here {
		if !sameBits(here[i], there[i]) {
			return problem(Impure, "the gradient at x is %v at %d if the function was called at x before, and %v if it was called elsewhere: "+
				"it must not use what a call of the function left behind", here[i], i, there[i])
		}
	}
	return nil
}

// problemOp is f(x) of a vector x.
type problemOp struct{ p *optimize.Problem }

func (problemOp) Name() string                              { return "func" }
func (problemOp) Shape(dst []int, _ []*tensor.Tensor) []int { return dst }
func (o problemOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.SetFlat(0, o.p.Func(x[0].Float64s()))
}
func (o problemOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return graph.Apply(problemGradOp(o), g, x[0])
}

// problemGradOp is g·∇f(x) for a scalar g.
type problemGradOp struct{ p *optimize.Problem }

func (problemGradOp) Name() string                              { return "grad" }
func (problemGradOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[1].Shape()...) }
func (o problemGradOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if o.p.Grad == nil {
		panic(tensor.Errorf(self, "the function has no Grad, so there is nothing to compare"))
	}
	y.Fill(math.NaN()) // an element that is not written is seen
	o.p.Grad(y.Float64s(), x[1].Float64s())
	tensor.Scale(y, y, x[0].Item())
}
func (o problemGradOp) VJP(i int, h, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return inner(h, graph.Apply(problemGradOp(o), graph.Const(tensor.Scalar(1)), x[1]))
	}
	return graph.Apply(problemHessOp(o), h, x[0], x[1])
}

// problemHessOp is g·H(x)·h, the derivative of ⟨h, g·∇f(x)⟩ with respect to x.
type problemHessOp struct{ p *optimize.Problem }

func (problemHessOp) Name() string                              { return "hess" }
func (problemHessOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[2].Shape()...) }
func (o problemHessOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if o.p.Hess == nil {
		panic(tensor.Errorf(self, "the function has no Hess, so its second derivatives cannot be checked: ask for Order 1"))
	}
	n := y.Len()
	hess := mat.NewSymDense(n, slices.Repeat([]float64{math.NaN()}, n*n))
	o.p.Hess(hess, x[2].Float64s())
	mat.NewVecDense(n, y.Float64s()).MulVec(hess, mat.NewVecDense(n, x[0].Float64s()))
	tensor.Scale(y, y, x[1].Item())
}
func (problemHessOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

// Vector returns the target of a function from n to m variables, which writes all
// of dst, and of its m × n Jacobian.
func Vector(m int, f func(dst, x []float64), jacobian func(dst *mat.Dense, x []float64), x []float64) Target {
	return Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
		y := tensor.Full(math.NaN(), m)
		f(y.Float64s(), x[0].Float64s())
		return y, func(g *tensor.Tensor) []*tensor.Tensor {
			n := x[0].Len()
			jac, share := mat.NewDense(m, n, slices.Repeat([]float64{math.NaN()}, m*n)), tensor.Zeros(n)
			jacobian(jac, x[0].Float64s())
			share.VecDense().MulVec(jac.T(), g.VecDense())
			return []*tensor.Tensor{share}
		}
	}, tensor.Vector(x...)).named("x")
}

func (t Target) named(names ...string) Target {
	t.Names = names
	return t
}

// A Pulled is a function that returns its value with its pullback, which maps a
// cotangent g of the value to those of the inputs, Σⱼ gⱼ ∂yⱼ/∂xᵢ; nil among them
// says that the value does not depend on that input.
type Pulled func(x []*tensor.Tensor) (y *tensor.Tensor, pullback func(g *tensor.Tensor) []*tensor.Tensor)

// Pullback returns the target of a function with its pullback.
func Pullback(f Pulled, x ...*tensor.Tensor) Target {
	return Target{
		X:    x,
		Func: func(x []*graph.Var) *graph.Var { return graph.Apply(pullbackOp{f}, x...) },
		contract: func(t Target) error {
			before := takeSnapshot(x)
			defer before.restore()
			return f.keeps(x, t.elsewhere())
		},
	}
}

// keeps returns an error if the value shares memory with an input, if a pullback
// changes its cotangent, or if it gives something else the second time or after the
// function was called elsewhere.
func (f Pulled) keeps(x, elsewhere []*tensor.Tensor) error {
	y, pullback := f(x)
	for i := range x {
		if y.Len() > 0 && x[i].Len() > 0 && y.Type() == tensor.Float64 && x[i].Type() == tensor.Float64 && &y.Float64s()[0] == &x[i].Float64s()[0] {
			return problem(Impure, "the value shares its memory with input %d: a caller that writes to one changes the other; return a Clone", i)
		}
	}
	g := tensor.Ones(y.Shape()...)
	var first []*tensor.Tensor
	for _, share := range pullback(g) {
		if share != nil {
			share = share.Clone()
		}
		first = append(first, share)
	}
	if !tensor.Equal(g, tensor.Ones(y.Shape()...)) {
		return problem(Impure, "the pullback wrote to its cotangent")
	}
	differs := func(again []*tensor.Tensor) bool {
		return !slices.EqualFunc(first, again, func(a, b *tensor.Tensor) bool {
			return (a == nil) == (b == nil) && (a == nil || firstChange(a, b) < 0)
		})
	}
	if differs(pullback(g)) {
		return problem(NonDeterministic, "the pullback gave two results for one cotangent")
	}
	f(elsewhere)
	if differs(pullback(g)) {
		return problem(Impure, "the pullback gives something else after the function was called elsewhere: "+
			"it must not use memory that the next call writes to")
	}
	return nil
}

// pullbackOp is such a function as an operation. It is evaluated anew for each of
// its methods, so that it has nothing to remember.
type pullbackOp struct{ f Pulled }

func (pullbackOp) Name() string { return "func" }

func (o pullbackOp) Shape(dst []int, x []*tensor.Tensor) []int {
	y, pullback := o.f(x)
	if y == nil || pullback == nil {
		panic(tensor.Errorf(self, "the function returned no value or no pullback"))
	}
	return append(dst, y.Shape()...)
}

func (o pullbackOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	value, _ := o.f(x)
	tensor.Copy(y, value)
}

func (o pullbackOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	values := make([]*tensor.Tensor, len(x))
	for k, v := range x {
		values[k] = v.Value()
	}
	_, pullback := o.f(values)
	shares := pullback(g.Value().Clone())
	if len(shares) != len(x) {
		panic(tensor.Errorf(self, "the pullback returned %d cotangents for %d inputs", len(shares), len(x)))
	}
	if shares[i] == nil {
		return nil
	}
	return graph.Const(shares[i])
}
