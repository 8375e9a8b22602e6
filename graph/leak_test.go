package graph

import (
	"testing"

	"github.com/adjoint-ad/adjoint/tensor"
)

// double is y = 2x, as x + x.
type double struct{ addOp }

func (double) Name() string                              { return "double" }
func (double) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Add(y, x[0], x[0]) }
func (double) VJP(_ int, g, _ *Var, _ []*Var) *Var       { return Apply(addOp{}, g, g) }

// explosive has a rule that panics when it is half done.
type explosive struct{ double }

func (explosive) VJP(_ int, g, _ *Var, _ []*Var) *Var {
	Apply(addOp{}, g, g)
	panic("boom")
}

// Whatever way a sweep ends, every buffer it took comes back: many steps
// allocate no more than a few.
func TestNothingLeaks(t *testing.T) {
	var tape Tape
	w, u := tensor.Vector(1, 2, 3), tensor.Vector(4, 5, 6)
	step := func() {
		tape.Reset()
		x := tape.Watch(w)
		y := Apply(double{}, Apply(addOp{}, x, Apply(double{}, tape.Watch(u))))
		y.BackwardFrom(w)
		y.BackwardFrom(u)
		for range y.Sweep() {
			break
		}
		func() {
			defer func() { _ = recover() }()
			Apply(double{}, Apply(explosive{}, y)).BackwardFrom(w)
		}()
		one := Apply(double{}, tape.Watch(tensor.Scalar(1)))
		one.Grad(tape.Watch(tensor.Scalar(2)), one)[1].Grad(one)
	}
	for range 3 {
		step()
	}
	made, grads, slots := tape.buffers.made, len(tape.grads.all), len(tape.slots)
	for range 20 {
		step()
	}
	if n := tape.buffers.made - made; n != 0 {
		t.Errorf("20 more steps allocated %d buffers", n)
	}
	if len(tape.grads.all) != grads || len(tape.slots) != slots || tape.leaves > 4 || len(tape.scope) != 0 {
		t.Errorf("after 23 steps there are %d Grads and %d lists of adjoints, after 3 there were %d and %d; %d leaves, %d temporaries owned by rules",
			len(tape.grads.all), len(tape.slots), grads, slots, tape.leaves, len(tape.scope))
	}
}
