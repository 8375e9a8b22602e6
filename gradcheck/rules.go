package gradcheck

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A oneRule is one form of the rule for an input: it returns its share of a cotangent,
// nil if there is none.
type oneRule func(g *tensor.Tensor) *tensor.Tensor

// rule checks all forms of the rule for input i, with two cotangents.
func (c *contract) rule(n node, i int, g, other *tensor.Tensor) {
	was := len(c.broken)
	vjp := func(g *tensor.Tensor) (share *tensor.Tensor) {
		d := n.op.VJP(i, graph.Const(g), graph.Const(n.y), constants(n.x))
		if d == nil {
			return nil
		}
		return d.Value()
	}
	share := c.form("VJP", n, i, vjp, g, other)
	if share == nil || len(c.broken) > was {
		return
	}
	c.recorded(n, i, g, share)
	c.onePass(n, i, g, other, share)
}

// form checks what is the same for all forms, and returns the share of g.
func (c *contract) form(name string, n node, i int, f oneRule, g, other *tensor.Tensor) (share *tensor.Tensor) {
	of := fmt.Sprintf("%s of input %d ", name, i)
	ask := func(g *tensor.Tensor) (d *tensor.Tensor) {
		inputs, rest := takeSnapshot(n.x), takeSnapshot([]*tensor.Tensor{n.y, g})
		c.try(name, func() { d = f(g) })
		if d != nil && (d == n.y || d == g || slices.Contains(n.x, d)) {
			d = d.Clone() // it may return an argument
		}
		c.unchanged(of+"must write to nothing", inputs, "input %d")
		c.unchanged(of+"must write to nothing", rest, "of value and cotangent, number %d")
		return d
	}
	first := ask(g)
	if first == nil {
		return nil
	}
	if x := n.x[i]; !slices.Equal(first.Shape(), x.Shape()) || first.Type() != x.Type() {
		c.breaks(of+"must have the shape and type of the input", "it is %v %v for %v %v", first.Type(), first.Shape(), x.Type(), x.Shape())
		return nil
	}
	share = first.Clone()
	second, sum := ask(other), ask(tensor.Sub(nil, tensor.Scale(nil, g, 3), other))
	none := ask(tensor.New(g.Type(), g.Shape()...))
	if second == nil || sum == nil || none == nil {
		c.breaks(of+"must depend on the values of the cotangent only linearly", "it is nil for some")
		return nil
	}
	c.equal(of+"must return memory that is not used again", first, share)
	size := max(norm(values(share)), norm(values(second)))
	c.close(of+"must be linear in the cotangent", sum, tensor.Sub(nil, tensor.Scale(nil, share, 3), second), size)
	c.close(of+"must be linear in the cotangent, so zero for zero", none, tensor.New(share.Type(), share.Shape()...), 0)
	c.equal(of+"must depend on its arguments alone", ask(g), share)
	return share
}

func values(t *tensor.Tensor) []float64 { return t.To(tensor.Float64).Float64s() }

// recorded checks the rule in the form that is put on a tape.
func (c *contract) recorded(n node, i int, g, share *tensor.Tensor) {
	of := fmt.Sprintf("VJP of input %d ", i)
	var here, near recording
	here.tape.Trace = true
	c.try("VJP, recorded,", func() { here.rule(n, i, g) })
	if here.share == nil {
		c.breaks(of+"must be the same with and without recording", "it is nil when recorded")
		return
	}
	if here.share.Tape() == nil {
		c.breaks(of+"must be computed from its arguments by operations", "it is a constant, which has no derivative")
		return
	}
	c.close(of+"must be the same with and without recording", here.share.Value(), share, norm(values(share)))

	nearby := n
	nearby.x = nil
	for k, x := range n.x {
		if n.recorded[k] {
			x = c.move(x)
		}
		nearby.x = append(nearby.x, x)
	}
	if !runs(func() { near.rule(nearby, i, c.move(g)) }) {
		return // outside of the domain
	}
	if what := here.differs(&near); what != "" {
		c.breaks(of+"must be computed from its arguments by operations", "%s: a number that was taken out of them has no derivative", what)
	}
}

// move returns a copy with each element moved by about a millionth of itself.
func (c *contract) move(x *tensor.Tensor) *tensor.Tensor {
	y := x.Clone()
	for k := range y.Len() {
		y.SetFlat(k, y.Flat(k)*(1+1e-6*(1+c.random.Float64())))
	}
	return y
}

// runs reports whether do does not panic with a *tensor.Error.
func runs(do func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, misuse := p.(*tensor.Error); !misuse {
				panic(p)
			}
			ok = false
		}
	}()
	do()
	return true
}

// A recording is a rule on a tape of its own.
type recording struct {
	tape  graph.Tape
	from  int // the first value that the rule made
	share *graph.Var
}

func (r *recording) rule(n node, i int, g *tensor.Tensor) {
	v := make([]*graph.Var, len(n.x))
	for k, x := range n.x {
		if n.recorded[k] {
			v[k] = r.tape.Watch(x.Clone()) // a leaf for each, also of equal ones
		} else {
			v[k] = graph.Const(x)
		}
	}
	y := graph.Apply(n.op, v...)
	seed := r.tape.Watch(g.Clone())
	r.from = r.tape.Len()
	r.share = n.op.VJP(i, seed, y, v)
}

// differs says what is different between two recordings of a rule beside the values of
// operations; nothing should be.
func (r *recording) differs(near *recording) string {
	a, b := slices.Collect(r.tape.Vars())[r.from:], slices.Collect(near.tape.Vars())[near.from:]
	if len(a) != len(b) {
		return fmt.Sprintf("it makes %d values, and %d when its arguments are moved a little", len(a), len(b))
	}
	for k := range a {
		if (a[k].Op() == nil) != (b[k].Op() == nil) || a[k].Op() != nil && attributes(a[k]) != attributes(b[k]) {
			return fmt.Sprintf("it applies %v, and %v when its arguments are moved a little", attributes(a[k]), attributes(b[k]))
		}
		for i, in := range a[k].Inputs() {
			with := b[k].Inputs()[i]
			if in.Tape() == nil && with.Tape() == nil && !tensor.Equal(in.Value(), with.Value()) {
				return fmt.Sprintf("input %d of %v is a constant that changes when the arguments are moved a little", i, a[k])
			}
		}
	}
	return ""
}

// attributes prints an operation with all its fields, but for addresses. The pattern is
// compiled here, so that a program which checks no contract carries no regexp.
func attributes(v *graph.Var) string {
	if v.Op() == nil {
		return v.String()
	}
	address := regexp.MustCompile(`\)\(0x[0-9a-f]+\)`)
	return address.ReplaceAllString(fmt.Sprintf("%#v", v.Op()), ")")
}

// onePass checks Share, AddShare and InPlace.
func (c *contract) onePass(n node, i int, g, other, want *tensor.Tensor) {
	op, ok := n.op.(interface {
		Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool
	})
	if !ok {
		return
	}
	buffer := func(v float64) *tensor.Tensor {
		b := tensor.New(want.Type(), want.Shape()...)
		b.Fill(v)
		return b
	}
	const left = 1.5
	dst, again := buffer(left), buffer(-2.5)
	if op.Share(dst, i, g, n.y, n.x) && op.Share(again, i, g, n.y, n.x) && firstChange(dst, again) >= 0 {
		c.equal(fmt.Sprintf("Share of input %d must overwrite all of dst", i), dst, again)
		return
	}
	share := c.form("Share", n, i, func(g *tensor.Tensor) *tensor.Tensor {
		dst := buffer(left)
		if op.Share(dst, i, g, n.y, n.x) {
			return dst
		}
		c.equal(fmt.Sprintf("Share of input %d must not touch dst if it returns false", i), dst, buffer(left))
		return nil
	}, g, other)
	if share == nil {
		return
	}
	size := norm(values(want))
	c.close(fmt.Sprintf("Share of input %d must agree with VJP", i), share, want, size)
	if _, ok := n.op.(interface{ InPlace() }); ok {
		dst := g.Clone()
		op.Share(dst, i, dst, n.y, n.x)
		c.equal(fmt.Sprintf("Share of input %d must be the same over the cotangent, since there is an InPlace", i), dst, share)
	}
	if op, ok := n.op.(interface {
		AddShare(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool
	}); ok {
		dst := buffer(left)
		if op.AddShare(dst, i, g, n.y, n.x) {
			c.close(fmt.Sprintf("AddShare of input %d must add the share to dst", i), dst, tensor.Add(nil, share, buffer(left)), max(size, left))
		} else {
			c.equal(fmt.Sprintf("AddShare of input %d must not touch dst if it returns false", i), dst, buffer(left))
		}
	}
}
