package nn

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Conv is a convolution without its activation, on as many axes as its weights
// have sizes: of sequences [N, C, L], images [N, C, H, W] and so on.
type Conv struct {
	W       *tensor.Tensor // weights, out × in/groups × sizes
	B       *tensor.Tensor // bias, of length out; nil: none
	Options ops.ConvOptions
}

// NewConv returns a convolution from in to out channels with windows of the size.
// Its weights are drawn by init, HeNormal if none is given, as those of a dense layer
// from the in/groups·size numbers of a window; if there are several, the last one
// counts. Its bias is zero. It panics unless in, out and the sizes are at least 1 and
// the groups divide in and out.
func NewConv(r *rand.Rand, in, out int, size []int, o ops.ConvOptions, init ...Init) *Conv {
	const who = "nn.NewConv"
	groups := max(1, o.Groups)
	if in < 1 || out < 1 || in%groups != 0 || out%groups != 0 || len(size) == 0 || slices.Min(size) < 1 {
		panic(tensor.Errorf(who, "cannot make a convolution from %d to %d channels in %d groups with windows of size %v: all must be at least 1, and the groups divide the channels",
			in, out, groups, slices.Clone(size)))
	}
	draw := HeNormal
	if len(init) > 0 {
		draw = init[len(init)-1]
	}
	shape := append([]int{out, in / groups}, size...)
	if draw == nil {
		panic(tensor.Errorf(who, "cannot draw weights %v: init is nil", shape))
	}
	n := in / groups
	for _, s := range size {
		n *= s
	}
	w := tensor.Zeros(out, n)
	draw(r, w)
	return &Conv{W: tensor.Reshape(nil, w, shape...), B: tensor.Zeros(out), Options: o}
}

// Forward returns the convolution of x, [N, in, axes…], with W, plus B.
func (l *Conv) Forward(x *graph.Var) *graph.Var {
	need("nn.Conv", "W", l.W)
	return ops.Conv(x, x.Tape().Watch(l.W), watch(x, l.B), l.Options)
}

// Params yields "W" and, unless it is nil, "B".
func (l *Conv) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *Conv) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "W", l.W, yield) && offer(path, "B", l.B, yield)
}

// offer yields w, unless it is nil, and returns whether the loop goes on.
func offer(path, name string, w *tensor.Tensor, yield func(string, *tensor.Tensor) bool) bool {
	return w == nil || yield(join(path, name), w)
}

// need refuses a layer that nobody filled in.
func need(who, name string, w *tensor.Tensor) {
	if w == nil {
		panic(tensor.Errorf(who, "the layer has no parameters: %s is nil", name))
	}
}

// watch returns the leaf of w on the tape of x, or nil if w is nil.
func watch(x *graph.Var, w *tensor.Tensor) *graph.Var {
	if w == nil {
		return nil
	}
	return x.Tape().Watch(w)
}

// MaxPool is ops.MaxPool as a module.
func MaxPool(size []int, o ops.MaxPoolOptions) Func {
	return func(x *graph.Var) *graph.Var { return ops.MaxPool(x, size, o) }
}

// AvgPool is ops.AvgPool as a module.
func AvgPool(size []int, o ops.AvgPoolOptions) Func {
	return func(x *graph.Var) *graph.Var { return ops.AvgPool(x, size, o) }
}

// Flatten returns x with all axes but the first as one: [N, …] becomes rows, as a
// dense layer wants them after a convolution. It panics if x is a scalar.
func Flatten(x *graph.Var) *graph.Var {
	tensor.Axis("nn.Flatten", 0, x.Shape())
	row := 1
	for _, d := range x.Shape()[1:] {
		row *= d
	}
	return ops.Reshape(x, x.Shape()[0], row)
}
