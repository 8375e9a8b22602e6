package graph

import (
	"iter"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Tape is the list of the values of one computation in the order they were
// made. A value comes after the values it reads, so walking the tape backwards
// visits each one only when its whole adjoint is known: the order of the tape
// is the topological order that a sweep needs.
//
// The zero Tape is ready to use and must not be copied. A tape is for one
// goroutine at a time. Several goroutines, each with a tape of its own, may
// watch the same tensors as long as nobody writes to them.
type Tape struct {
	// Trace makes the tape remember where each value was made; listings, and
	// the messages of Apply and of sweeps, then name the line. It costs some
	// 0.3 µs a value.
	Trace bool

	// Checksum makes the tape sum up the elements of all that an operation reads
	// and returns, and each sweep look whether they are still the same. It finds
	// every write to a tensor between the recording and the sweep, also to the
	// slice behind it, where otherwise only writes by functions of package tensor
	// are noticed. It costs a pass over the elements each time.
	Checksum bool

	_      noCopy
	vars   slab
	grads  gradsList
	before struct { // what was on the tape before the last Reset, kept so that its use is noticed
		vars  slab
		grads gradsList
	}
	watched map[*tensor.Tensor]*Var
	leaves  int
	resets  uint
	marks   uint

	buffers buffers
	args    []*tensor.Tensor // of the Apply that is running
	shape   [8]int           // of its result, up to this rank
	inner   *Tape            // on which checkpoints are evaluated

	shapes  []int   // type, rank and dimensions of the tensors of the caller
	read    *Var    // the last whose numbers the program saw
	suspect [2]*Var // one that was seen, and the first that was recorded then

	sweeping
}

// Watch returns the leaf for w: the Var through which a computation reads w
// when the gradient with respect to w is wanted. Watching w again returns the
// same Var, so a parameter that is used twice gets one gradient, the sum. On a
// nil tape the result is a constant.
//
// w must not be nil, nor change between the first Watch and the last sweep.
func (t *Tape) Watch(w *tensor.Tensor) *Var {
	checkTensor("graph.Watch", w)
	if t == nil {
		return Const(w)
	}
	if v, ok := t.watched[w]; ok {
		return v
	}
	if t.watched == nil {
		t.watched = make(map[*tensor.Tensor]*Var)
	}
	v := t.leaf(w)
	t.watched[w] = v
	return v
}

// leaf returns a new Var that w is read through and whose gradient is wanted.
func (t *Tape) leaf(w *tensor.Tensor) *Var {
	v := t.source(watched, w)
	v.wants = true
	v.leaf = t.leaves
	t.leaves++
	return v
}

// Input returns x as a value of the tape whose gradient is not wanted: the
// data of a training step. On a nil tape the result is a constant. x must not
// be nil, nor change before the last sweep.
func (t *Tape) Input(x *tensor.Tensor) *Var {
	checkTensor("graph.Input", x)
	if t == nil {
		return Const(x)
	}
	return t.source(input, x)
}

// source puts a value on the tape that no operation computed and whose tensor
// the tape does not own.
func (t *Tape) source(k kind, x *tensor.Tensor) *Var {
	if t.paused {
		panic(tensor.Errorf("graph.Tape", "a rule of a first-order sweep must not put a value (%v, shape %v) on the tape: "+
			"a VJP may only use its arguments and operations on them", k, x.Shape()))
	}
	if k != detached {
		t.keepShape(x)
	}
	return t.next(k, x)
}

// next returns the next Var of the tape. It keeps the memory of the one that
// had its place two Resets ago.
func (t *Tape) next(k kind, value *tensor.Tensor) *Var {
	v := t.vars.next()
	v.tape, v.kind, v.value, v.reset = t, k, value, t.resets
	v.in, v.wants, v.mark, v.version = v.in[:0], false, 0, value.Version()
	v.site, v.sums = v.site[:0], v.sums[:0]
	if t.Trace {
		v.site = callers(v.site)
	}
	if t.read != nil && t.suspect[0] == nil {
		t.suspect = [2]*Var{t.read, v}
	}
	return v
}

// Reset empties the tape for the next step. It takes back the memory of all
// values and gradients, so that recording a program like the last one
// allocates nothing. Vars and gradients of the tape are invalid from then on;
// the use of one is noticed, with a panic, until the next Reset.
func (t *Tape) Reset() {
	for v := range t.Vars() {
		if v.kind == computed || v.kind == seed {
			t.buffers.put(v.value)
		}
		v.value = nil
	}
	clear(t.watched)
	t.leaves = 0
	t.takeGrads()
	t.vars, t.before.vars = t.before.vars, t.vars
	t.vars.n = 0
	t.shapes, t.read, t.suspect = t.shapes[:0], nil, [2]*Var{}
	t.resets++
}

// takeGrads takes back the memory of all gradients.
func (t *Tape) takeGrads() {
	t.grads.reset(&t.buffers)
	t.grads, t.before.grads = t.before.grads, t.grads
}

// Len returns the number of values on the tape.
func (t *Tape) Len() int { return t.vars.n }

// Vars ranges over the values of the tape in the order they were made.
func (t *Tape) Vars() iter.Seq[*Var] {
	return func(yield func(*Var) bool) {
		for i := range t.vars.n {
			if !yield(t.vars.at(i)) {
				return
			}
		}
	}
}

// noCopy makes go vet report copies of a Tape, which would share its memory.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A slab is a growing list of Vars that stay where they are: a Var is
// referred to by pointer, so append must not move it.
type slab struct {
	chunks []*[slabChunk]Var
	n      int
}

const slabChunk = 256

func (s *slab) at(i int) *Var { return &s.chunks[i/slabChunk][i%slabChunk] }

// next returns the next Var, as its last use left it.
func (s *slab) next() *Var {
	if s.n == len(s.chunks)*slabChunk {
		s.chunks = append(s.chunks, new([slabChunk]Var))
	}
	v := s.at(s.n)
	v.id = s.n
	s.n++
	return v
}
