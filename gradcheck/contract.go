package gradcheck

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// CheckOp checks an operation as its author wants it checked: [Contract], and if that
// holds, the derivatives of first and second order of [Checker]. f applies it, say as
//
//	func(x []*graph.Var) *graph.Var { return graph.Apply(cube{}, x...) }
//
// and x are values at which it is differentiable.
func CheckOp(f Func, x ...*tensor.Tensor) error {
	if err := Contract(f, x...); err != nil {
		return err
	}
	return Checker{Order: 2}.Check(f, x...)
}

// Contract checks that each operation which f applies at x keeps what [graph.Op]
// promises, beside derivatives that are right. The error joins a message for each
// clause that is broken, which names it. The clauses are:
//
//   - Shape appends to dst, and says the same each time.
//   - Eval overwrites all of the result, writes to nothing else, and depends on the
//     inputs alone.
//   - VJP writes to nothing. What it returns has the shape and type of its input, is
//     linear in the cotangent, is the same when recorded, and is not memory that the
//     operation uses again.
//   - VJP is computed from its arguments by operations. Numbers taken out of them, for
//     a constant, an attribute or a decision, have no derivative; they are noticed as
//     they change when the arguments are moved a little.
//   - Share and AddShare, if there are any, keep the same clauses and agree with VJP,
//     and so does Share over the cotangent itself if there is an InPlace.
//   - f has the same value, bit for bit, each time and when nothing is recorded.
//
// A rule may Detach: whether that is right is seen by second derivatives alone, as are
// numbers behind a pointer among the attributes. An error of f, a panic with a *tensor.Error, is returned; Contract
// panics as [Check] does.
func Contract(f Func, x ...*tensor.Tensor) (err error) {
	Checker{}.validate("gradcheck.Contract", f, x)
	before := takeSnapshot(x)
	defer before.restore()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *tensor.Error:
			err = fmt.Errorf("gradcheck: %w", p)
		default:
			panic(p)
		}
	}()
	tape := graph.Tape{Trace: true}
	y, v := record(&tape, f, x)
	if err := before.changed(); err != nil {
		return err
	}
	c := &contract{random: rand.New(rand.NewPCG(0, 0)), told: map[string]bool{}}
	c.op = "the function"
	c.values(f, x, y)
	for v := range tape.Vars() {
		if v.Op() != nil {
			c.operation(v)
		}
	}
	c.op = "the function"
	if len(c.broken) == 0 && y.Recorded() {
		c.forms(y, v)
	}
	return errors.Join(c.broken...)
}

func record(tape *graph.Tape, f Func, x []*tensor.Tensor) (y *graph.Var, v []*graph.Var) {
	for _, t := range x {
		v = append(v, tape.Watch(t))
	}
	return alone(f)(v)[0], v
}

// contract collects what is broken.
type contract struct {
	op     string // that is looked at
	broken []error
	told   map[string]bool
	random *rand.Rand
}

// breaks adds an error for a clause, once for each operation.
func (c *contract) breaks(clause, format string, args ...any) {
	text := fmt.Sprintf("gradcheck: contract of %s: %s", c.op, clause)
	if !c.told[text] {
		c.told[text] = true
		c.broken = append(c.broken, errors.New(text+": "+fmt.Sprintf(format, args...)))
	}
}

// values compares the value of f that was recorded with others.
func (c *contract) values(f Func, x []*tensor.Tensor, y *graph.Var) {
	constants := make([]*graph.Var, len(x))
	for i := range x {
		constants[i] = graph.Const(x[i])
	}
	const clause = "the value must be the same with and without recording"
	plain := alone(f)(constants)[0].Value()
	var again graph.Tape
	second, _ := record(&again, f, x)
	c.equal(clause, plain, y.Value())
	c.equal("the value must be the same each time", second.Value(), y.Value())
}

// forms compares the gradient of f in the form that Backward computes, at once, with the
// form that is recorded.
func (c *contract) forms(y *graph.Var, v []*graph.Var) {
	g := c.draw(y.Value())
	grads := y.BackwardFrom(g)
	for i, d := range y.GradFrom(graph.Const(g), v...) {
		once := grads.Of(v[i].Value())
		if (once == nil) != (d == nil) {
			c.breaks("the gradient must be the same with and without recording", "for input %d, one of them has no path", i)
		} else if once != nil {
			c.close(fmt.Sprintf("the gradient for input %d must be the same with and without recording", i), once, d.Value(), 1)
		}
	}
}

// operation checks the operation that computed v, at the values it was applied to.
func (c *contract) operation(v *graph.Var) {
	n := node{op: v.Op(), y: v.Value().Clone(), typ: v.Type()}
	c.op = n.op.Name()
	for _, in := range v.Inputs() {
		n.x = append(n.x, in.Value().Clone())
		n.recorded = append(n.recorded, in.Recorded())
	}
	c.shape(n)
	c.eval(n)
	if len(n.y.Shape()) == 0 || n.y.Len() > 0 {
		g, other := c.draw(n.y), c.draw(n.y)
		for i := range n.x {
			if n.recorded[i] {
				c.rule(n, i, g, other)
			}
		}
	}
}

// A node is one operation with the values it is checked at.
type node struct {
	op       graph.Op
	x        []*tensor.Tensor
	recorded []bool // which x may have a gradient
	y        *tensor.Tensor
	typ      tensor.Type
}

func (n node) vars() []*graph.Var {
	v := make([]*graph.Var, len(n.x))
	for i := range n.x {
		v[i] = graph.Const(n.x[i])
	}
	return v
}

func (c *contract) shape(n node) {
	c.try("Shape", func() {
		dst := append(make([]int, 0, 64), 7, 5)
		got := n.op.Shape(dst, n.x)
		if len(got) < 2 || !slices.Equal(got[:2], dst) || !slices.Equal(got[2:], n.y.Shape()) {
			c.breaks("Shape must append the shape of the result to dst and return it",
				"it made %v of %v, and the result is %v", got, dst, n.y.Shape())
		}
	})
}

func (c *contract) eval(n node) {
	for _, left := range []float64{math.NaN(), 1.5} { // what may be in the buffer
		y := tensor.New(n.typ, n.y.Shape()...)
		y.Fill(left)
		before := takeSnapshot(n.x)
		c.try("Eval", func() { n.op.Eval(y, n.x) })
		c.unchanged("Eval must write to nothing but the result", before, "input %d")
		if k := firstChange(y, n.y); k >= 0 && math.Float64bits(y.Flat(k)) == math.Float64bits(left) {
			c.breaks("Eval must overwrite all of the result", "element %v keeps the %v that was in it", index(k, y.Shape()), left)
		} else {
			c.equal("Eval must depend on its inputs alone", y, n.y)
		}
	}
}

// equal breaks a clause if bits differ.
func (c *contract) equal(clause string, got, want *tensor.Tensor) {
	if !slices.Equal(got.Shape(), want.Shape()) || got.Type() != want.Type() {
		c.breaks(clause, "it is %v %v once and %v %v once", got.Type(), got.Shape(), want.Type(), want.Shape())
	} else if k := firstChange(got, want); k >= 0 {
		c.breaks(clause, "element %v is %v once and %v once", index(k, got.Shape()), got.Flat(k), want.Flat(k))
	}
}

// close breaks a clause if elements differ by more than rounding does to terms of a
// size.
func (c *contract) close(clause string, got, want *tensor.Tensor, size float64) {
	if !slices.Equal(got.Shape(), want.Shape()) {
		c.breaks(clause, "shapes %v and %v", got.Shape(), want.Shape())
		return
	}
	eps := 1e-13
	if got.Type() == tensor.Float32 {
		eps = 1e-5
	}
	for k := range want.Len() {
		a, b := got.Flat(k), want.Flat(k)
		if !(math.Abs(a-b) <= eps*math.Abs(b)+10*eps*max(1, size)) && !sameBits(a, b) {
			c.breaks(clause, "element %v is %.9g and %.9g", index(k, got.Shape()), a, b)
			return
		}
	}
}

// unchanged breaks a clause if a tensor of a snapshot was written to, and undoes it.
func (c *contract) unchanged(clause string, before snapshot, what string) {
	for i, t := range before.x {
		if k := firstChange(t, before.was[i]); k >= 0 {
			c.breaks(clause, what+": its element %v was %v and is %v", i, index(k, t.Shape()), before.was[i].Flat(k), t.Flat(k))
		}
	}
	before.restore()
}

// try breaks a clause if do panics with a *tensor.Error.
func (c *contract) try(method string, do func()) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *tensor.Error:
			c.breaks(method+" must not panic where the operation was applied", "%v", p)
		default:
			panic(p)
		}
	}()
	do()
}

// draw returns a random cotangent for y.
func (c *contract) draw(y *tensor.Tensor) *tensor.Tensor {
	g := tensor.New(y.Type(), y.Shape()...)
	for k := range g.Len() {
		g.SetFlat(k, 2*c.random.Float64()-1)
	}
	return g
}
