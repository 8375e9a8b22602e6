package graph

import (
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Var is one value of a computation: a node of the graph. It is made by
// Watch, Input, Const or Apply and does not change afterwards. A Var of a tape
// is valid until the tape's Reset.
type Var struct {
	tape  *Tape // nil for a constant
	value *tensor.Tensor
	op    keptOp // of a computed value; otherwise what once stood here
	in    []*Var // what op was applied to
	two   [2]*Var
	kind  kind
	wants bool // a watched tensor is upstream: the adjoint is wanted
	id    int  // position on the tape
	reset uint // how often the tape had been Reset when this was made
	mark  uint // the last Grad that wanted the adjoint
	refs  int  // owners of a temporary of a first-order sweep
	leaf  int  // of a watched tensor: its number among the watched

	version uint     // of value, when it was recorded
	site    site     // where it was made, if the tape traces
	sums    []uint64 // of what op was applied to and of value, if the tape keeps checksums
}

// A kind says how a Var came about.
type kind uint8

const (
	constant  kind = iota
	watched        // a tensor whose gradient is wanted
	input          // a tensor whose gradient is not wanted
	seed           // the cotangent that a Grad starts from
	detached       // the value of another Var, without its history
	computed       // by an operation
	temporary      // computed, but not recorded: of a first-order sweep
)

func (k kind) String() string {
	return [...]string{"const", "watch", "input", "seed", "detach", "op", "temporary"}[k]
}

// Const returns x as a Var that no tape records. Operations on constants alone
// just compute: a model applied to a constant is inference. x must not change
// while the Var is in use.
func Const(x *tensor.Tensor) *Var {
	checkTensor("graph.Const", x)
	return &Var{value: x, version: x.Version()}
}

func checkTensor(who string, x *tensor.Tensor) {
	if x == nil {
		panic(tensor.Errorf(who, "the tensor is nil"))
	}
}

// Value returns the value itself, not a copy. The caller must not change it,
// and should Clone what is to survive the tape's Reset, which reuses it. It
// panics if v is of a step before the last Reset.
func (v *Var) Value() *tensor.Tensor {
	v.check("graph.Value")
	v.tape.wasRead(v)
	return v.value
}

// Shape returns the dimensions of the value. The caller must not change them. It panics as Value does.
func (v *Var) Shape() []int {
	v.check("graph.Shape")
	return v.value.Shape()
}

// Len returns the number of elements of the value. It panics as Value does.
func (v *Var) Len() int {
	v.check("graph.Len")
	return v.value.Len()
}

// Type returns the element type of the value. It panics as Value does.
func (v *Var) Type() tensor.Type {
	v.check("graph.Type")
	return v.value.Type()
}

// Tape returns the tape that v is on, nil for a constant. Layers find with it
// the tape to watch their parameters on; on a nil tape, Watch and Input return
// constants.
func (v *Var) Tape() *Tape { return v.tape }

// ID returns the position of v on its tape, by which a listing calls it. It is
// 0 for a constant, which is on no tape.
func (v *Var) ID() int { return v.id }

// Op returns the operation that computed v, nil if none did.
func (v *Var) Op() Op {
	if v.kind != computed {
		return nil
	}
	return v.op.self()
}

// Inputs returns what the operation was applied to. The caller must not change
// the slice.
func (v *Var) Inputs() []*Var { return v.in }

// Recorded reports whether an operation on v would be recorded, so that a
// derivative of it may be asked for later. It is false for constants, and for
// all values while a first-order sweep runs the rules.
func (v *Var) Recorded() bool { return v.tape != nil && !v.tape.paused }

// Detach returns the value of v without its history: no gradient flows back
// through it. In formulas it is often written stop_gradient(v). It panics as
// Value does.
func (v *Var) Detach() *Var {
	v.check("graph.Detach")
	if !v.Recorded() {
		return v
	}
	d := v.tape.source(detached, v.value)
	d.in = append(d.two[:0], v)
	return d
}

// check panics if v is of a step before the last Reset of its tape.
func (v *Var) check(who string) {
	if v.stale() {
		v.refuseStale(who)
	}
}

func (v *Var) stale() bool { return v.tape != nil && v.reset != v.tape.resets }

func (v *Var) refuseStale(who string) {
	panic(tensor.Errorf(who, "%s%s is from before the last Reset of its tape, which took its value away: "+
		"compute it again, or keep a Clone of the value", v.label(), v.at(" made at ")))
}

// setInputs keeps the slot's own storage, so that a tape that records the same
// program again allocates nothing.
func (v *Var) setInputs(x []*Var) {
	if cap(v.in) < len(x) && len(x) <= len(v.two) {
		v.in = v.two[:0]
	}
	v.in = v.in[:0]
	v.wants = false
	for _, in := range x {
		v.in = append(v.in, in)
		v.wants = v.wants || in.wants
	}
}
