package training

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Sizes are what a step had at one layer, as roots of mean squares.
type Sizes struct {
	A     float64 // a = f(z), what the layer hands on; z itself for the last one
	Delta float64 // δ = ∂J/∂z, J the mean over the points of the step
	WBar  float64 // W̄ = ∂J/∂W
}

// Sizes returns those of the last step, a layer after the other. Before the first step
// they are those of a pass with all points.
func (r *Run) Sizes() []Sizes { return r.sizes }

// A pass is what one forward pass left on its tape, by layer.
type pass struct {
	layers []*nn.Linear
	z, a   []*graph.Var
	loss   *graph.Var
}

// forward puts the loss of some points on the tape.
func (r *Run) forward(t *graph.Tape, x *tensor.Tensor, labels []int) (p pass) {
	t.Reset()
	v := t.Input(x)
	for _, module := range r.net {
		v = module.Forward(v)
		if layer, ok := module.(*nn.Linear); ok {
			p.layers, p.z, p.a = append(p.layers, layer), append(p.z, v), append(p.a, v)
		} else {
			p.a[len(p.a)-1] = v
		}
	}
	p.loss = nn.CrossEntropy(v, labels)
	return p
}

func (p pass) logits() *graph.Var { return p.z[len(p.z)-1] }

// gradients are what an optimizer is given.
type gradients map[*tensor.Tensor]*tensor.Tensor

func (g gradients) Of(w *tensor.Tensor) *tensor.Tensor { return g[w] }

// sweep goes down the tape once. On its way from the loss it comes by z of each layer, with δ,
// and by the weights, with their gradients, which are those that Backward returns: it
// makes the same sweep, and keeps the latter alone. It must come before the update,
// which changes the weights.
func (p pass) sweep() (sizes []Sizes, g gradients) {
	sizes, g = make([]Sizes, len(p.z)), gradients{}
	for v, adjoint := range p.loss.Sweep() {
		for l, layer := range p.layers {
			switch v {
			case p.z[l]:
				sizes[l].A, sizes[l].Delta = rms(p.a[l].Value()), rms(adjoint)
			case v.Tape().Watch(layer.W):
				g[layer.W], sizes[l].WBar = adjoint.Clone(), rms(adjoint)
			case v.Tape().Watch(layer.B):
				g[layer.B] = adjoint.Clone()
			}
		}
	}
	return sizes, g
}

// rms returns the root of the mean of the squares. It divides by the largest first, whose
// square may be too large for a float64.
func rms(x *tensor.Tensor) float64 {
	largest := 0.0
	for i := range x.Len() {
		largest = max(largest, math.Abs(x.Flat(i))) // which is NaN if one is
	}
	if largest == 0 || !finite(largest) {
		return largest
	}
	sum := 0.0
	for i := range x.Len() {
		v := x.Flat(i) / largest
		sum += v * v
	}
	return largest * math.Sqrt(sum/float64(x.Len()))
}

// Stuck returns how much of hidden layer l, from 0, lets next to nothing through on the way
// back, now and with all points. For sigmoid and tanh it counts values in the flat parts,
// where the slope is less than a twentieth of the largest; for the others units that are
// in the flat part with every point.
func (r *Run) Stuck(l int) (n, of int) {
	return r.acts[l].stuck(r.now.z[l].Value())
}
