package training

import (
	"iter"
	"math"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Run is a network in training. It must not be copied.
type Run struct {
	settings Settings // with defaults filled in
	points   []Point
	x        *tensor.Tensor // a point in each row
	labels   []int
	net      nn.Sequential // linear, activation, …, linear
	acts     []activation  // of the hidden layers
	opt      optimizer
	random   *rand.Rand // of the first weights, and then of the batches
	order    []int      // the points that are left of this time round

	tape, small graph.Tape // of passes with all points; with a batch
	now         pass       // with all points, and the weights as they are
	steps       int
	past        history
	sizes       []Sizes
}

// An optimizer is one of package optim.
type optimizer interface {
	Step(params iter.Seq2[string, *tensor.Tensor], g optim.Gradients)
}

// New draws a network for the settings, which has made no step yet.
func New(s Settings) (*Run, error) {
	s, err := s.resolved()
	if err != nil {
		return nil, err
	}
	r := &Run{settings: s, points: s.Data(), random: rand.New(rand.NewPCG(s.Seed, 2))}
	r.x = tensor.Zeros(len(r.points), 2)
	for i, p := range r.points {
		r.x.Set(p.X, i, 0)
		r.x.Set(p.Y, i, 1)
		r.labels = append(r.labels, p.Class)
	}
	in := 2
	for l, layer := range s.Hidden {
		act, err := activationOf(actKey(l), layer.Activation)
		if err != nil {
			return nil, err
		}
		r.acts = append(r.acts, act)
		r.net = append(r.net, nn.NewLinear(r.random, in, layer.Width, act.init()), act.apply)
		in = layer.Width
	}
	r.net = append(r.net, nn.NewLinear(r.random, in, r.classes()))
	switch s.Optimizer {
	case "sgd":
		r.opt = &optim.SGD{Rate: s.Rate}
	case "momentum":
		r.opt = &optim.SGD{Rate: s.Rate, Momentum: 0.9}
	default:
		r.opt = &optim.Adam{Rate: s.Rate}
	}
	r.judge()
	r.sizes, _ = r.now.sweep()
	return r, nil
}

// classes is the number of classes, at least 2.
func (r *Run) classes() int {
	n := 2
	for _, p := range r.points {
		n = max(n, p.Class+1)
	}
	return n
}

// Step makes n steps of training, or fewer if the loss stops being finite.
func (r *Run) Step(n int) {
	for range n {
		if r.Diverged() {
			return
		}
		p := r.now
		if r.batches() {
			x, labels := r.next()
			p = r.forward(&r.small, x, labels)
		}
		var grads gradients
		r.sizes, grads = p.sweep()
		r.opt.Step(r.net.Params(), grads)
		r.steps++
		r.judge()
	}
}

// next returns a batch of points that have not been taken this time round.
func (r *Run) next() (x *tensor.Tensor, labels []int) {
	if len(r.order) == 0 {
		r.order = r.random.Perm(len(r.points))
	}
	pick := r.order[:min(r.settings.Batch, len(r.order))]
	r.order = r.order[len(pick):]
	for _, i := range pick {
		labels = append(labels, r.labels[i])
	}
	return tensor.Take(nil, r.x, 0, pick), labels
}

// batches reports whether a step has less than all points.
func (r *Run) batches() bool { return r.settings.Batch > 0 && r.settings.Batch < len(r.points) }

// judge makes a pass with all points. If steps are made with all points, it is the first
// half of the next one.
func (r *Run) judge() {
	r.now = r.forward(&r.tape, r.x, r.labels)
	r.past.note(r.steps, r.Loss())
}

// Steps returns the number of steps made.
func (r *Run) Steps() int { return r.steps }

// Loss returns the loss with the weights as they are now: the mean over all points of the
// cross-entropy, also if steps are made with batches.
func (r *Run) Loss() float64 { return r.now.loss.Value().Item() }

// Diverged reports whether the last step made the loss NaN or infinite. Such a run is at
// its end.
func (r *Run) Diverged() bool { return !finite(r.Loss()) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Accuracy returns how many of the points are assigned to their class. With a loss that is
// not finite none is.
func (r *Run) Accuracy() (right, of int) {
	for _, ok := range r.right() {
		if ok {
			right++
		}
	}
	return right, len(r.points)
}

func (r *Run) right() []bool {
	ok := make([]bool, len(r.points))
	if r.Diverged() {
		return ok
	}
	for i, class := range classes(r.now.logits()) {
		ok[i] = class == r.labels[i]
	}
	return ok
}

// classes returns the class of the largest logit of each row.
func classes(logits *graph.Var) []int { return tensor.ArgMax(logits.Value(), 1) }
