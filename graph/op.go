package graph

import (
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// An Op is one primitive operation: a small value whose fields are its
// attributes (an axis, a slope, a list of indices). It must not change after
// it was applied. That an Op keeps what is said here, gradcheck.CheckOp finds out.
//
// Some more methods may be of use. If an attribute is a slice that its owner may
// write to, give the Op a method Keep(from O) on its pointer that copies from,
// slice and all: the tape calls it to keep an Op of type O. If one pass over the
// elements computes a share for which the VJP makes several, give it a method
//
//	Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool
//
// that overwrites all of dst, which has the shape of x[i], with input i's share of
// g; or returns false, and has not touched dst, where it cannot. A sweep that
// records nothing tries it before VJP. If an element of the share depends on that
// element of g alone, so that dst may be g itself, say so with a method InPlace().
// And if the pass can as well add to what dst holds, as a product of matrices can,
// give it a method AddShare with the parameters of Share: it is tried for all but
// the first share of an adjoint.
type Op interface {
	// Name is what a listing of the tape calls the operation. An Op with a
	// String method is listed by that instead, which may show attributes.
	Name() string

	// Shape appends the shape of the result to dst and returns it. It panics
	// with a *tensor.Error when the inputs do not fit.
	Shape(dst []int, x []*tensor.Tensor) []int

	// Eval overwrites all of y, which comes with the shape that Shape gave,
	// the inputs' element type, and unspecified elements. It writes to
	// nothing else. It serves both element types: use functions of package
	// tensor, or Flat and SetFlat.
	Eval(y *tensor.Tensor, x []*tensor.Tensor)

	// VJP returns input i's share of the cotangent g of y, the vector-Jacobian
	// product Σⱼ gⱼ ∂yⱼ/∂xᵢ. It has the shape of x[i] and is linear in g. The
	// rule is written with operations on Vars, so it has derivatives itself.
	// It returns nil where y is not differentiable in x[i], and is not called
	// for an input whose gradient nobody wants. What it returns must be computed
	// from g by operations: a Const made from numbers of g or x has the right
	// value and no derivative, which a sweep that records refuses. A rule must
	// not Watch, Backward or Grad.
	VJP(i int, g, y *Var, x []*Var) *Var
}

// Apply evaluates op and records it on the tape of its inputs. When all inputs
// are constants there is no tape, and the result is a constant.
//
// It panics with a *tensor.Error if op refuses the inputs, if there is none,
// if one is nil or was made before the last Reset of its tape, or if they have
// different element types or belong to two tapes.
func Apply[O Op](op O, x ...*Var) *Var {
	t, ok := commonTape(x)
	if !ok {
		refuse(op.Name(), x)
	}
	if t == nil {
		return applyConst(op, x)
	}
	if t.Trace {
		defer blame(x)
	}
	t.takeArgs(x)
	value := t.buffers.get(x[0].value.Type(), op.Shape(t.shape[:0], t.args))
	op.Eval(value, t.args)
	if t.paused {
		return t.temporary(value)
	}
	v := t.next(computed, value)
	v.setInputs(x)
	keep(v, op)
	if t.Checksum {
		v.sumUp()
	}
	return v
}

// takeArgs sets args to the values of x.
func (t *Tape) takeArgs(x []*Var) {
	t.args = t.args[:0]
	for _, v := range x {
		t.args = append(t.args, v.value)
	}
}

func applyConst(op Op, x []*Var) *Var {
	args := make([]*tensor.Tensor, len(x))
	for i, v := range x {
		args[i] = v.value
	}
	y := tensor.New(args[0].Type(), op.Shape(nil, args)...)
	op.Eval(y, args)
	return Const(y)
}

// commonTape returns the one tape of the inputs, nil if all are constants. It
// is not ok if there is no input, or if tapes or element types differ.
func commonTape(x []*Var) (t *Tape, ok bool) {
	if len(x) == 0 {
		return nil, false
	}
	for _, v := range x {
		if v == nil {
			return nil, false
		}
		v.check("graph.Apply")
		if v.tape != nil && t == nil {
			t = v.tape
		}
		if v.tape != nil && v.tape != t || v.value.Type() != x[0].value.Type() {
			return nil, false
		}
	}
	return t, true
}

// refuse panics with what commonTape found.
func refuse(op string, x []*Var) {
	const who = "graph.Apply"
	if slices.ContainsFunc(x, func(v *Var) bool { return v != nil && v.tape != nil && v.tape.Trace }) {
		defer blame(nil)
	}
	if len(x) == 0 {
		panic(tensor.Errorf(who, "%s has no inputs; values without inputs are made by Const, Watch and Input", op))
	}
	if i := slices.Index(x, nil); i >= 0 {
		panic(tensor.Errorf(who, "input %d of %s is nil", i, op))
	}
	var t *Tape
	for i, v := range x {
		if v.value.Type() != x[0].value.Type() {
			panic(tensor.Errorf(who, "%s of %v %v and %v %v: element types differ; convert data with To, a model with nn.Convert",
				op, x[0].value.Type(), x[0].value.Shape(), v.value.Type(), v.value.Shape()))
		}
		if t != nil && v.tape != nil && v.tape != t {
			panic(tensor.Errorf(who, "input %d of %s, %v, is on another tape than the inputs before it: "+
				"a computation has one tape; take the value over as graph.Const(v.Value())", i, op, v))
		}
		if v.tape != nil {
			t = v.tape
		}
	}
}

// A keptOp is the operation of a Var, in memory that stays with the Var's place
// on the tape. A tape that records a program again finds an operation of the
// same type there and writes over it; an interface would be allocated anew.
type keptOp interface {
	Op
	self() Op
	onePass() *onePass
}

type kept[O Op] struct {
	op     O
	keeper keeper[O] // op, if its attributes have memory of their own
	fast   onePass
	late   bool // O is Op itself: what the operation has is known at run time only
}

// A keeper is an operation with slices among its attributes. Keep makes it equal
// to from, without sharing memory with it.
type keeper[O any] interface{ Keep(from O) }

// onePass is what an operation has of rules of one pass: itself, or nil.
type onePass struct {
	sharer  sharer
	adder   adder
	inPlace inPlacer
}

type (
	sharer interface {
		Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool
	}
	adder interface {
		AddShare(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool
	}
	inPlacer interface{ InPlace() }
)

func onePassOf(op any) (r onePass) {
	r.sharer, _ = op.(sharer)
	r.adder, _ = op.(adder)
	r.inPlace, _ = op.(inPlacer)
	return r
}

func keep[O Op](v *Var, op O) {
	k, ok := v.op.(*kept[O])
	if !ok {
		k = new(kept[O])
		k.keeper, _ = any(&k.op).(keeper[O])
		k.fast = onePassOf(&k.op)
		_, k.late = any(&k.op).(*Op)
		v.op = k
	}
	if k.keeper != nil {
		k.keeper.Keep(op)
	} else {
		k.op = op
	}
	if k.late {
		k.fast = onePassOf(op)
	}
}

func (k *kept[O]) self() Op                                  { return k.op }
func (k *kept[O]) onePass() *onePass                         { return &k.fast }
func (k *kept[O]) Name() string                              { return k.op.Name() }
func (k *kept[O]) Shape(dst []int, x []*tensor.Tensor) []int { return k.op.Shape(dst, x) }
func (k *kept[O]) Eval(y *tensor.Tensor, x []*tensor.Tensor) { k.op.Eval(y, x) }
func (k *kept[O]) VJP(i int, g, y *Var, x []*Var) *Var       { return k.op.VJP(i, g, y, x) }

// addOp is the sum of two cotangents of one value, the only operation the
// engine needs for itself.
type addOp struct{}

func (addOp) Name() string                              { return "add" }
func (addOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (addOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Add(y, x[0], x[1]) }
func (addOp) VJP(_ int, g, _ *Var, _ []*Var) *Var       { return g }
