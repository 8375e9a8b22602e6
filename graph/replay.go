package graph

import (
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Replay evaluates all values of the tape again, from what the watched and the input
// tensors hold now, in the memory that they have. It is what recording the same program on
// them would give, bit for bit, without the program: it allocates nothing and calls the
// operations alone. Vars stay valid. A gradient is then found by the Vars' Backward as
// always, which finds its memory as well; one that Var.Grad has put on the tape is already
// evaluated. Grads of before are taken away, as by Reset.
//
// What was recorded is fixed: the attributes of operations, as the labels of a
// cross-entropy or the indices of a gather; constants; random numbers, as a mask of
// dropout (a CheckpointRandom draws again what it drew); and which operations there are.
// So Replay returns an error, and the reason, if
//
//   - a value or a gradient was read, by Value, Grads.Of or Sweep, before something else
//     was recorded. A decision, an index or a constant may have come of it. What is read
//     when all is recorded does no harm;
//   - a tensor of Watch or Input has another shape or type than it had;
//   - a constant was changed;
//   - an operation refuses the numbers, or its result has another shape.
//
// It cannot see that the program looked at the tensors of the caller themselves and not
// at Vars, and does not know why a Go if went as it did. What Detach returns follows the
// value that it detaches. After an error of the last kind the Vars are invalid, and the
// tape must be Reset.
func (t *Tape) Replay() (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *tensor.Error:
			err = e
		default:
			panic(e)
		}
	}()
	t.checkReplay()
	t.resets++ // what is not evaluated again is of before
	t.takeGrads()
	for id := range t.vars.n {
		t.vars.at(id).evaluate()
	}
	for id := range t.vars.n {
		if v := t.vars.at(id); len(v.sums) > 0 { // all values are new now
			v.sumUp()
		}
	}
	return nil
}

// checkReplay panics with what can be known to be wrong beforehand.
func (t *Tape) checkReplay() {
	const who = "graph.Replay"
	if t.paused {
		panic(tensor.Errorf(who, "called by a rule that a sweep of the tape is running"))
	}
	if t.suspect[0] != nil {
		panic(tensor.Errorf(who, "%v was read before %v was recorded, and what was recorded may depend on the numbers: "+
			"read values and gradients when all is recorded, or record anew", t.suspect[0], t.suspect[1]))
	}
	shapes := t.shapes
	for id := range t.vars.n {
		v := t.vars.at(id)
		if v.kind == watched || v.kind == input {
			shape := shapes[2 : 2+shapes[1]]
			if x := v.value; !slices.Equal(x.Shape(), shape) || int(x.Type()) != shapes[0] {
				panic(tensor.Errorf(who, "the tensor of %s is %v %v and was %v %v when it was recorded: record anew",
					v.label(), x.Type(), x.Shape(), tensor.Type(shapes[0]), shape))
			}
			shapes = shapes[2+shapes[1]:]
		}
		for _, in := range v.in {
			if in.tape == nil && in.value.Version() != in.version {
				panic(tensor.Errorf(who, "a constant that %v reads, %v, was changed: a tensor that changes is an Input", v, in))
			}
		}
	}
}

// evaluate gives v the value that its operation has for its inputs now.
func (v *Var) evaluate() {
	t := v.tape
	if v.kind == computed {
		t.takeArgs(v.in)
		if shape := v.op.Shape(t.shape[:0], t.args); !slices.Equal(shape, v.value.Shape()) {
			panic(tensor.Errorf("graph.Replay", "the value of %v has the shape %v now: record anew", v, shape))
		}
		v.op.Eval(v.value, t.args)
	}
	v.version, v.reset = v.value.Version(), t.resets
}

// keepShape notes the type and shape of a tensor of the caller.
func (t *Tape) keepShape(x *tensor.Tensor) {
	t.shapes = append(t.shapes, int(x.Type()), x.Rank())
	t.shapes = append(t.shapes, x.Shape()...)
}

// wasRead notes that a program has seen the numbers of v. Once it has, what is recorded
// next may depend on them.
func (t *Tape) wasRead(v *Var) {
	if t != nil && !t.paused {
		t.read = v
	}
}
