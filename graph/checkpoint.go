package graph

import (
	"encoding"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Checkpoint returns f(x), and keeps on the tape its value alone. What f computes on the
// way is let go, and a sweep that comes to it computes it again: twice the work in f for
// the memory of all its values. A chain of n equal steps, cut into √n segments, then
// keeps some 2√n values in place of n. (A. Griewank, Achieving logarithmic growth of
// temporal and spatial complexity in reverse automatic differentiation, 1992.)
//
// f gets Vars of another tape in the place of x, and must compute with them and with what
// their Tape watches; what it watches there is an input of the checkpoint as well, so that
// f may be a layer. It may contain checkpoints. It must give the same each time: every
// sweep compares its value, bit for bit, with the one that is kept. Random numbers are
// reproduced by CheckpointRandom.
//
// A sweep that records, as Var.Grad does, puts f on the tape for good: derivatives of
// every order are right, but save no memory. On constants, Checkpoint is f.
//
// It panics with a *tensor.Error as Apply does, and if f returns nil or a Var of another
// tape.
func Checkpoint(f Func, x ...*Var) *Var { return CheckpointRandom(nil, f, x...) }

// A RandomState is a source of random numbers whose state can be kept: a *rand.PCG or a
// *rand.ChaCha8 of math/rand/v2. A rand.Rand over it has no state of its own.
type RandomState interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// CheckpointRandom is Checkpoint for an f that draws from a source. Its state is kept, and
// put back while f is computed again. All that f draws from must be this source: several
// are one if a type of one's own joins their states.
func CheckpointRandom(source RandomState, f Func, x ...*Var) *Var {
	const who = "graph.Checkpoint"
	if f == nil {
		panic(tensor.Errorf(who, "the function is nil"))
	}
	t, ok := commonTape(x)
	if !ok {
		refuse("checkpoint", x)
	}
	if t == nil || t.paused {
		return f(x)
	}
	if t.inner == nil {
		t.inner = new(Tape)
	}
	t.inner.Trace = t.Trace
	s := &segment{f: f, n: len(x), source: source, tape: t.inner}
	s.state = s.readState()
	args := make([]*tensor.Tensor, len(x))
	for i, v := range x {
		args[i], s.wants = v.value, append(s.wants, v.wants)
	}
	s.run(args)
	s.first = true
	inputs := slices.Clone(x)
	for _, w := range s.watched {
		inputs = append(inputs, t.Watch(w))
	}
	return Apply(checkpointOp{s}, inputs...)
}

// A segment is the part of a computation that is under a checkpoint. It is evaluated on
// an inner tape, which the checkpoints of a tape use one after the other.
type segment struct {
	f       Func
	n       int              // inputs of f; those beyond are what it watches
	wants   []bool           // of the inputs of f
	watched []*tensor.Tensor // by f on its tape
	source  RandomState
	state   []byte // of source, when f ran first
	ran     bool

	tape   *Tape
	leaves []*Var // the inputs, on tape
	y      *Var   // the value, on tape, until Eval has copied it
	first  bool   // it is that of the run before Apply, and Shape needs no other

	g       *tensor.Tensor // the cotangent that grads are of
	version uint           // of g
	grads   *Grads
	reset   uint // of tape, when grads were made

	recorded *Var   // the cotangent that shares are of
	shares   []*Var // on the tape of the checkpoint
}

// run evaluates f on the inner tape.
func (s *segment) run(x []*tensor.Tensor) {
	const who = "graph.Checkpoint"
	t := s.tape
	t.Reset()
	s.leaves = s.leaves[:0]
	for i, w := range x[:s.n] {
		if s.wants[i] {
			s.leaves = append(s.leaves, t.leaf(w))
		} else {
			s.leaves = append(s.leaves, t.source(input, w))
		}
	}
	s.y = s.call(s.leaves)
	if s.y.tape != nil && s.y.tape != t {
		panic(tensor.Errorf(who, "the function returned %v of another tape: it must compute with its arguments, "+
			"and with what their Tape watches", s.y))
	}
	var also []*tensor.Tensor
	for v := range t.Vars() {
		if v.kind == watched && !slices.Contains(s.leaves, v) {
			also, s.leaves = append(also, v.value), append(s.leaves, v)
		}
	}
	if s.ran && !slices.Equal(also, s.watched) {
		panic(tensor.Errorf(who, "the function watched %d tensors, and %d or others when it was computed again", len(s.watched), len(also)))
	}
	s.watched, s.ran = also, true
}

// call calls f with the random state it had first.
func (s *segment) call(x []*Var) *Var {
	if s.ran && s.source != nil {
		now := s.readState()
		s.setState(s.state)
		defer s.setState(now)
	}
	y := s.f(slices.Clone(x))
	if y == nil {
		panic(tensor.Errorf("graph.Checkpoint", "the function returned nil"))
	}
	y.check("graph.Checkpoint")
	return y
}

func (s *segment) readState() []byte {
	if s.source == nil {
		return nil
	}
	state, err := s.source.MarshalBinary()
	if err != nil {
		panic(tensor.Errorf("graph.Checkpoint", "the state of the random source cannot be kept: %v", err))
	}
	return state
}

func (s *segment) setState(state []byte) {
	if err := s.source.UnmarshalBinary(state); err != nil {
		panic(tensor.Errorf("graph.Checkpoint", "the state of the random source cannot be put back: %v", err))
	}
}

// compare panics if y is not what f gave first, bit for bit.
func (s *segment) compare(y, first *tensor.Tensor) {
	const who = "graph.Checkpoint"
	if !slices.Equal(y.Shape(), first.Shape()) {
		panic(tensor.Errorf(who, "the function gave a value of %v, and of %v when it was computed again", first.Shape(), y.Shape()))
	}
	for k := range y.Len() {
		if a, b := first.Flat(k), y.Flat(k); math.Float64bits(a) != math.Float64bits(b) {
			panic(tensor.Errorf(who, "the function gave %v at element %d of %v, and %v when it was computed again: "+
				"it must depend on its inputs alone, and draw from the source that CheckpointRandom is given", a, k, y.Shape(), b))
		}
	}
}

// gradients makes grads those of the cotangent g, if they are not already.
func (s *segment) gradients(g, y *tensor.Tensor, x []*tensor.Tensor) {
	if s.g == g && s.version == g.Version() && s.reset == s.tape.resets {
		return
	}
	s.run(x)
	s.compare(s.y.value, y)
	s.grads = nil
	if s.y.wants {
		s.grads = s.y.BackwardFrom(g)
	}
	s.y = nil
	s.g, s.version, s.reset = g, g.Version(), s.tape.resets
}

// record puts f on the tape of y and makes shares those of the cotangent g. The sweep
// stops at the inputs, since one may be computed from another: a share is for the use in
// f alone. An input that is listed twice has one share for both.
func (s *segment) record(g, y *Var, x []*Var) {
	if s.recorded == g && s.shares != nil {
		return
	}
	var targets []*Var
	var at []int
	for i, v := range x {
		if v.wants && !slices.Contains(targets, v) {
			targets, at = append(targets, v), append(at, i)
		}
	}
	again := s.call(x[:s.n])
	s.compare(again.value, y.value)
	s.shares = make([]*Var, len(x))
	for k, d := range again.grad(plan{who: "graph.Checkpoint", stop: targets}, g, targets) {
		s.shares[at[k]] = d
	}
	s.recorded = g
}

type checkpointOp struct{ s *segment }

func (checkpointOp) Name() string { return "checkpoint" }

func (o checkpointOp) Shape(dst []int, x []*tensor.Tensor) []int {
	if !o.s.first {
		o.s.run(x)
	}
	o.s.first = false
	return append(dst, o.s.y.value.Shape()...)
}

func (o checkpointOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if o.s.y == nil {
		o.s.run(x)
	}
	tensor.Copy(y, o.s.y.value)
	o.s.y = nil
}

func (o checkpointOp) VJP(i int, g, y *Var, x []*Var) *Var {
	if y.Recorded() {
		o.s.record(g, y, x)
		return o.s.shares[i]
	}
	args := make([]*tensor.Tensor, len(x))
	for k, v := range x {
		args[k] = v.value
	}
	dst := tensor.New(x[i].value.Type(), x[i].value.Shape()...)
	if !o.Share(dst, i, g.value, y.value, args) {
		return nil
	}
	return Const(dst)
}

// Share copies what the sweep of the inner tape found.
func (o checkpointOp) Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool {
	s := o.s
	s.gradients(g, y, x)
	v := s.leaves[i]
	if s.grads == nil || v.kind != watched || s.grads.of[v.leaf] == nil {
		return false
	}
	tensor.Copy(dst, s.grads.of[v.leaf])
	return true
}
