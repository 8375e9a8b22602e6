package nn

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Linear is a dense layer without its activation: y = x Wᵀ + b, for samples
// in the rows of x.
type Linear struct {
	W *tensor.Tensor // weights, out × in
	B *tensor.Tensor // bias, of length out; nil: none
}

// NewLinear returns a layer from in to out numbers. Its weights are drawn by
// init, GlorotUniform if none is given; if there are several, the last one
// counts. Its bias is zero. It panics unless in and out are at least 1, or if
// init is nil; so do the Inits of this package if r is nil.
func NewLinear(r *rand.Rand, in, out int, init ...Init) *Linear {
	if in < 1 || out < 1 {
		panic(tensor.Errorf("nn.NewLinear", "cannot make a layer from %d to %d numbers: both must be at least 1", in, out))
	}
	w := tensor.Zeros(out, in)
	draw := GlorotUniform
	if len(init) > 0 {
		draw = init[len(init)-1]
	}
	if draw == nil {
		panic(tensor.Errorf("nn.NewLinear", "cannot draw weights %v: init is nil", slices.Clone(w.Shape())))
	}
	draw(r, w)
	return &Linear{W: w, B: tensor.Zeros(out)}
}

// Forward returns x Wᵀ + B. The last axis of x has length in, and becomes out;
// the axes before it, any number of them, stay.
func (l *Linear) Forward(x *graph.Var) *graph.Var {
	l.check()
	tape := x.Tape()
	if l.B == nil {
		return ops.Linear(x, tape.Watch(l.W), nil)
	}
	return ops.Linear(x, tape.Watch(l.W), tape.Watch(l.B))
}

// Params yields "W" and, unless it is nil, "B".
func (l *Linear) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *Linear) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	l.check()
	return yield(join(path, "W"), l.W) && (l.B == nil || yield(join(path, "B"), l.B))
}

// check panics if there are no weights, as in a Linear that nobody filled in.
func (l *Linear) check() {
	if l.W == nil {
		panic(tensor.Errorf("nn.Linear", "the layer has no weights: W is nil; NewLinear draws them"))
	}
}

// MLP returns a multilayer perceptron: linear layers between the widths, with
// act after each but the last. The widths begin with that of the input and end
// with that of the output, so MLP(r, []int{784, 128, 10}, ops.ReLU) is
//
//	Sequential{NewLinear(r, 784, 128), Func(ops.ReLU), NewLinear(r, 128, 10)}
//
// and init goes to each NewLinear. It panics if there are fewer than two widths,
// one is below 1, or act is nil where it is needed.
func MLP(r *rand.Rand, widths []int, act Func, init ...Init) Sequential {
	if len(widths) < 2 {
		panic(tensor.Errorf("nn.MLP", "cannot make a network of widths %v: there must be an input and an output", widths))
	}
	if len(widths) > 2 && act == nil {
		panic(tensor.Errorf("nn.MLP", "cannot make a network of widths %v: act is nil; there must be an activation between its layers", slices.Clone(widths)))
	}
	var s Sequential
	for i, in := range widths[:len(widths)-1] {
		if i > 0 {
			s = append(s, act)
		}
		s = append(s, NewLinear(r, in, widths[i+1], init...))
	}
	return s
}
