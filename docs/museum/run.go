package museum

import (
	"iter"
	"math"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Net is a network 2 → 4 → 4 → 3 in which a Bug lives. The layer from 4 to 4 is square,
// so that a transpose too many or too few fits.
type Net struct {
	Layers [3]*nn.Linear
	bug    Bug
}

// NewNet draws a network with biases that are not 0.
func NewNet(bug Bug, seed uint64) *Net {
	r := rand.New(rand.NewPCG(seed, 12))
	n := &Net{bug: bug}
	widths := []int{2, 4, 4, 3}
	for l := range n.Layers {
		n.Layers[l] = nn.NewLinear(r, widths[l], widths[l+1])
		n.Layers[l].B.FillUniform(r, -0.5, 0.5)
	}
	return n
}

// Forward returns the logits.
func (n *Net) Forward(x *graph.Var) *graph.Var {
	at := Call{A: make([]*graph.Var, len(n.Layers)-1)}
	for l, layer := range n.Layers {
		at.Layer = l
		z := wrong(layer.Forward(x), n.bug.Linear, at)
		if l == len(n.Layers)-1 {
			return z
		}
		a := ops.Tanh(z)
		if n.bug.ReLU {
			a = ops.ReLU(z)
		}
		at.A[l] = a
		x = wrong(a, n.bug.Activation, at)
	}
	return x
}

// Loss returns the mean cross-entropy.
func (n *Net) Loss(t *graph.Tape, x *tensor.Tensor, labels []int) *graph.Var {
	return ops.Mean(Wrong(ops.CrossEntropy(n.Forward(t.Input(x)), labels), n.bug.Loss))
}

// Params ranges over the parameters.
func (n *Net) Params() iter.Seq2[string, *tensor.Tensor] {
	return nn.Join(nn.Under("0", n.Layers[0]), nn.Under("1", n.Layers[1]), nn.Under("2", n.Layers[2]))
}

// Spiral returns points on three arms, which no straight line separates, and their arms.
func Spiral(perArm int) (x *tensor.Tensor, labels []int) {
	r := rand.New(rand.NewPCG(3, 14))
	angle, radius := tensor.Zeros(3*perArm), tensor.Zeros(3*perArm)
	for i := range 3 * perArm {
		arm, along := i%3, float64(i/3+1)/float64(perArm)
		labels = append(labels, arm)
		angle.SetFlat(i, float64(2*math.Pi/3*float64(arm))+float64(4*along)+float64(0.1*(2*r.Float64()-1)))
		radius.SetFlat(i, along)
	}
	cos, sin := tensor.Mul(nil, radius, tensor.Cos(nil, angle)), tensor.Mul(nil, radius, tensor.Sin(nil, angle))
	return tensor.Stack(nil, 1, cos, sin), labels
}

// Check compares the gradient of a net with a bug with differences, on nine points. The
// error is the largest |tape − reference| / max(|tape|, |reference|).
func Check(bug Bug) (report *gradcheck.Report, relative float64) {
	n := NewNet(bug, 1)
	x, labels := Spiral(3)
	report = gradcheck.Checker{}.Run(gradcheck.Model(func(t *graph.Tape) *graph.Var { return n.Loss(t, x, labels) }, n.Params()))
	for _, e := range report.Entries {
		if off := math.Abs(e.Tape - e.Reference); off > 0 {
			relative = max(relative, off/max(math.Abs(e.Tape), math.Abs(e.Reference)))
		}
	}
	return report, relative
}

// updated hands an optimizer what a Bug makes of the gradients.
type updated struct {
	optim.Gradients
	n    *Net
	kept map[*tensor.Tensor]*tensor.Tensor
}

func (u updated) Of(w *tensor.Tensor) *tensor.Tensor {
	g := u.Gradients.Of(w)
	for _, layer := range u.n.Layers {
		if w != layer.W && w != layer.B {
			continue
		}
		if u.kept[w] == nil {
			u.kept[w] = tensor.New(w.Type(), w.Shape()...)
		}
		return u.n.bug.Update(w, g, u.kept[w], layer.W.Dim(1))
	}
	return g
}

// Train makes so many steps of gradient descent on the whole spiral, and returns the loss
// and the part of the points that the net then assigns to their arms.
func Train(bug Bug, seed uint64, perArm, steps int) (loss, accuracy float64) {
	n := NewNet(bug, seed)
	x, labels := Spiral(perArm)
	n.descend(x, labels, steps)

	logits := n.Forward(graph.Const(x))
	right := 0
	for i, class := range tensor.ArgMax(logits.Value(), 1) {
		if class == labels[i] {
			right++
		}
	}
	return nn.CrossEntropy(logits, labels).Value().Item(), float64(right) / float64(len(labels))
}

const rate = 0.5

func (n *Net) descend(x *tensor.Tensor, labels []int, steps int) {
	var tape graph.Tape
	opt := optim.SGD{Rate: rate}
	kept := map[*tensor.Tensor]*tensor.Tensor{}
	for range steps {
		tape.Reset()
		var g optim.Gradients = n.Loss(&tape, x, labels).Backward()
		if n.bug.Update != nil {
			g = updated{g, n, kept}
		}
		opt.Step(n.Params(), g)
	}
}

// TwoSteps makes two steps of training with a bug, and two by θ ← θ − ηg written out with
// gradients that central differences of the loss give. It returns by how much parameters
// differ in the end, relative to how far they moved.
func TwoSteps(bug Bug) float64 {
	x, labels := Spiral(3)
	n := NewNet(bug, 1)
	n.descend(x, labels, 2)

	right := NewNet(Bug{ReLU: bug.ReLU}, 1)
	var params []*tensor.Tensor
	for _, w := range right.Params() {
		params = append(params, w)
	}
	start := map[*tensor.Tensor]*tensor.Tensor{}
	for _, w := range params {
		start[w] = w.Clone()
	}
	for range 2 {
		var moves []*tensor.Tensor
		for _, w := range params {
			g := tensor.New(w.Type(), w.Shape()...)
			for i := range w.Len() {
				g.SetFlat(i, right.difference(x, labels, w, i))
			}
			moves = append(moves, g)
		}
		for i, w := range params {
			tensor.AddScaled(w, moves[i], -rate)
		}
	}
	off, moved := 0.0, 0.0
	i := 0
	for _, got := range n.Params() {
		w := params[i]
		i++
		for k := range w.Len() {
			off = max(off, math.Abs(got.Flat(k)-w.Flat(k)))
			moved = max(moved, math.Abs(w.Flat(k)-start[w].Flat(k)))
		}
	}
	return off / moved
}

func (n *Net) difference(x *tensor.Tensor, labels []int, w *tensor.Tensor, i int) float64 {
	const h = 6e-6
	was := w.Flat(i)
	at := func(v float64) float64 {
		w.SetFlat(i, v)
		return nn.CrossEntropy(n.Forward(graph.Const(x)), labels).Value().Item()
	}
	slope := (at(was+h) - at(was-h)) / ((was + h) - (was - h)) // eq: G2, G4
	w.SetFlat(i, was)
	return slope
}
