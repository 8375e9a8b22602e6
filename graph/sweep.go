package graph

import (
	"iter"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Backward returns the gradient of v with respect to every watched tensor, by
// one sweep down the tape. v must have exactly one element.
//
// It panics with a *tensor.Error if v is not a scalar, is a constant or
// depends on no watched tensor, if a tensor on the tape changed since it was
// recorded, or if a rule breaks its contract.
func (v *Var) Backward() *Grads {
	v.checkScalar("graph.Backward")
	return v.backward("graph.Backward", nil)
}

// BackwardFrom is Backward for a value of any shape: it returns the
// vector-Jacobian product with a cotangent of the shape and type of v. It panics
// as Backward does, but for the number of elements.
func (v *Var) BackwardFrom(cotangent *tensor.Tensor) *Grads {
	v.check("graph.BackwardFrom")
	if !slices.Equal(cotangent.Shape(), v.value.Shape()) || cotangent.Type() != v.value.Type() {
		panic(tensor.Errorf("graph.BackwardFrom", "the cotangent is %v %v for a value of %v %v",
			cotangent.Type(), cotangent.Shape(), v.value.Type(), v.value.Shape()))
	}
	return v.backward("graph.BackwardFrom", cotangent)
}

func (v *Var) backward(who string, cotangent *tensor.Tensor) *Grads {
	v.checkWanted(who)
	grads := v.tape.newGrads()
	v.sweep(plan{who: who}, v.tape.start(v, cotangent), func(x, g *Var) bool {
		if x.kind == watched {
			grads.of[x.leaf] = v.tape.keep(g)
		}
		return true
	})
	return grads
}

// Sweep ranges over the values that v depends on, last first, each with its
// finished adjoint: the derivative of v, or of the sum of its elements, with
// respect to that value. Values on no path to a watched tensor are left out.
// An adjoint is valid until the loop goes on; Clone what is to be kept. It
// panics as Backward does, but for the number of elements.
func (v *Var) Sweep() iter.Seq2[*Var, *tensor.Tensor] {
	v.check("graph.Sweep")
	v.checkWanted("graph.Sweep")
	return func(yield func(*Var, *tensor.Tensor) bool) {
		v.check("graph.Sweep")
		v.checkWanted("graph.Sweep")
		v.tape.wasRead(v)
		v.sweep(plan{who: "graph.Sweep"}, v.tape.start(v, nil), func(x, g *Var) bool { return yield(x, g.value) })
	}
}

func (v *Var) checkScalar(who string) {
	v.check(who)
	if v.value.Len() != 1 {
		panic(tensor.Errorf(who, "%v has %d elements; only a scalar has a gradient: reduce it, say by a sum, or use BackwardFrom", v, v.value.Len()))
	}
}

func (v *Var) checkWanted(who string) {
	if v.tape == nil {
		panic(tensor.Errorf(who, "%v is a constant: nothing was recorded; give the model a tape.Input instead of a graph.Const", v))
	}
	v.checkNotInRule(who)
	if !v.wants {
		panic(tensor.Errorf(who, "%v depends on no watched tensor: Watch the parameters, as the layers of nn do; Input and Detach want no gradient", v))
	}
}

func (v *Var) checkNotInRule(who string) {
	if v.tape != nil && v.tape.paused {
		panic(tensor.Errorf(who, "called by a rule that a sweep of the same tape is running: write the rule with operations"))
	}
}

// sweeping is the part of a Tape that sweeps use: memory for adjoints, and the
// ownership of temporaries.
//
// A temporary counts its owners: the rule that made it, until that rule is
// done, and each adjoint that it is. It is recycled when the last lets go. All
// other Vars are borrowed: they are never freed or overwritten by a sweep.
type sweeping struct {
	paused bool     // rules are running, and their results are temporaries
	scope  []*Var   // temporaries of the rules that are running
	spare  []*Var   // temporaries to be used again
	slots  [][]*Var // memory for adjoints by id
	given  Var      // the cotangent that BackwardFrom begins with
}

// A plan says what a sweep is for.
type plan struct {
	who    string // the function that asked, for messages
	record bool   // put what the rules compute on the tape, to be differentiated again
	mark   uint   // visit only Vars with at least this mark; 0 visits all that are wanted
	stop   []*Var // where to go no further
}

func (v *Var) sweep(p plan, g *Var, visit func(x, g *Var) bool) {
	v.tape.sweep(p, []*Var{v}, []*Var{g}, visit)
}

// sweep is the one loop that all derivatives come from. It goes down the tape
// from the values y, whose adjoints it starts with as g. For each value whose
// adjoint has become known it calls visit, and then adds each input's share to
// the adjoint of that input. It ends early if visit returns false.
//
// Unless the plan is to record, rules run with the tape paused: they record
// nothing, and every buffer is given back as soon as it is spent.
func (t *Tape) sweep(p plan, y, g []*Var, visit func(x, g *Var) bool) {
	top, resets := last(y), t.resets
	adjoint, scope := t.takeSlots(top+1), len(t.scope)
	defer func() {
		t.paused = false
		t.release(scope)
		t.returnSlots(adjoint)
	}()

	for k, v := range y {
		t.accumulate(&adjoint[v.id], g[k])
		t.drop(g[k])
	}
	for id := top; id >= 0; id-- {
		g := adjoint[id]
		if g == nil {
			continue // no path to v
		}
		x := t.vars.at(id)
		if !visit(x, g) {
			return
		}
		if t.resets != resets {
			panic(tensor.Errorf(p.who, "the tape was Reset while a sweep of it was running"))
		}
		x.checkUnchanged(p.who)
		if slices.Contains(p.stop, x) {
			continue
		}
		t.paused = !p.record
		final := x.lastOf(p)
		for i, in := range x.in {
			if !in.wants || in.mark < p.mark || !p.record && x.onePass(&adjoint[in.id], i, g, i == final) {
				continue
			}
			scope := len(t.scope)
			t.accumulate(&adjoint[in.id], x.share(i, g)) // eq: V0
			t.release(scope)
		}
		t.paused = false
		adjoint[id] = nil
		t.drop(g)
	}
}

// last returns the highest place on the tape among y.
func last(y []*Var) int {
	id := -1
	for _, v := range y {
		id = max(id, v.id)
	}
	return id
}

// checkUnchanged panics if x or one of its inputs was written to since it was
// recorded: the rules would see the new numbers, and the gradient be wrong.
func (x *Var) checkUnchanged(who string) {
	for _, v := range x.in {
		v.checkVersion(who)
	}
	x.checkVersion(who)
	if len(x.sums) > 0 {
		x.checkSums(who)
	}
}

func (v *Var) checkVersion(who string) {
	if v.value.Version() != v.version {
		v.refuseChanged(who)
	}
}

func (v *Var) refuseChanged(who string) {
	n := v.value.Version() - v.version
	panic(tensor.Errorf(who, "the tensor of %v was changed since it was recorded (writes: %d), so the gradient would be wrong: "+
		"Reset the tape before each step, and write to tensors after its last sweep", v, n))
}

// start returns the adjoint of v that a first-order sweep begins with: ones, or
// a cotangent of the caller's, which is borrowed.
func (t *Tape) start(v *Var, cotangent *tensor.Tensor) *Var {
	if cotangent != nil {
		t.given = Var{tape: t, kind: seed, value: cotangent, reset: t.resets}
		return &t.given
	}
	value := t.buffers.get(v.value.Type(), v.value.Shape())
	value.Fill(1)
	return t.owned(value)
}

// share returns what the rule of x gives to its input i, after a look at
// whether it fits. The sum over all paths is what makes the chain rule work on
// a graph: x̄ᵢ = Σ over the values y that read xᵢ of ȳ·∂y/∂xᵢ.
func (x *Var) share(i int, g *Var) *Var {
	c := x.op.VJP(i, g, x, x.in)
	if c == nil {
		return nil
	}
	in := x.in[i].value
	switch {
	case c.tape == nil && !x.tape.paused:
		panic(x.broken("the cotangent of input %d of %v is a constant, so it has no derivative: "+
			"compute it from the cotangent of the result by operations", i, x))
	case c.tape == nil: // its memory may be that of a temporary
		c = x.tape.temporary(tensor.Copy(x.tape.buffers.get(c.value.Type(), c.value.Shape()), c.value))
	case c.tape != x.tape:
		panic(x.broken("the cotangent of input %d of %v is on another tape", i, x))
	}
	if !slices.Equal(c.value.Shape(), in.Shape()) || c.value.Type() != in.Type() {
		panic(x.broken("the cotangent is %v %v for input %d of %v, which is %v %v; "+
			"what the operation spreads over axes, its rule must sum over them",
			c.value.Type(), c.value.Shape(), i, x, in.Type(), in.Shape()))
	}
	return c
}

func (x *Var) broken(format string, args ...any) *tensor.Error {
	return tensor.Errorf("graph: VJP of "+x.op.Name(), format, args...)
}

// lastOf returns the last input that the plan visits.
func (x *Var) lastOf(p plan) int {
	i := len(x.in) - 1
	for i >= 0 && !(x.in[i].wants && x.in[i].mark >= p.mark) {
		i--
	}
	return i
}

// onePass adds the share of input i to its adjoint by the operation's rule of one
// pass, which overwrites g where that is possible and i is the last to read it. It
// returns false, and has done nothing, if there is no such rule.
func (x *Var) onePass(adjoint **Var, i int, g *Var, last bool) bool {
	t, op, sum := x.tape, x.op.onePass(), *adjoint
	if op.sharer == nil {
		return false
	}
	t.takeArgs(x.in)
	if op.adder != nil && sum != nil && sum.sole() && op.adder.AddShare(sum.value, i, g.value, x.value, t.args) {
		return true
	}
	if op.inPlace != nil && last && g.sole() && op.sharer.Share(g.value, i, g.value, x.value, t.args) {
		t.accumulate(adjoint, g)
		return true
	}
	value := t.buffers.get(x.value.Type(), x.in[i].value.Shape())
	if !op.sharer.Share(value, i, g.value, x.value, t.args) {
		t.buffers.put(value)
		return false
	}
	c := t.owned(value)
	t.accumulate(adjoint, c)
	t.drop(c)
	return true
}

// accumulate adds c to an adjoint: moved there if it is the first share, added
// in place if nobody else owns the sum so far.
func (t *Tape) accumulate(adjoint **Var, c *Var) {
	sum := *adjoint
	switch {
	case c == nil:
	case sum == nil:
		*adjoint = hold(c)
	case sum.sole():
		tensor.Add(sum.value, sum.value, c.value)
	default:
		*adjoint = hold(Apply(addOp{}, sum, c))
		t.drop(sum)
	}
}

// temporary returns a Var for the result of an operation in a rule, which owns it.
func (t *Tape) temporary(value *tensor.Tensor) *Var {
	v := t.owned(value)
	t.scope = append(t.scope, v)
	return v
}

// owned returns a temporary that belongs to the caller.
func (t *Tape) owned(value *tensor.Tensor) *Var {
	var v *Var
	if n := len(t.spare); n > 0 {
		v, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		v = &Var{tape: t, kind: temporary}
	}
	v.value, v.reset, v.refs = value, t.resets, 1
	return v
}

// sole says whether v is a temporary with one owner, who may write to it.
func (v *Var) sole() bool { return v.kind == temporary && v.refs == 1 }

// hold makes the caller an owner of v.
func hold(v *Var) *Var {
	if v.kind == temporary {
		v.refs++
	}
	return v
}

// drop undoes hold.
func (t *Tape) drop(v *Var) {
	if v.kind != temporary {
		return
	}
	if v.refs--; v.refs == 0 {
		if v.value != nil {
			t.buffers.put(v.value)
		}
		v.value = nil
		t.spare = append(t.spare, v)
	}
}

// release drops the temporaries that were made since scope was so long.
func (t *Tape) release(scope int) {
	for _, v := range t.scope[scope:] {
		t.drop(v)
	}
	t.scope = t.scope[:scope]
}

func (t *Tape) takeSlots(n int) []*Var {
	if last := len(t.slots) - 1; last >= 0 {
		s := t.slots[last]
		t.slots = t.slots[:last]
		if cap(s) >= n {
			return s[:n]
		}
	}
	return make([]*Var, n)
}

func (t *Tape) returnSlots(s []*Var) {
	for i, g := range s {
		if g != nil {
			t.drop(g)
			s[i] = nil
		}
	}
	t.slots = append(t.slots, s)
}
