package main

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An optimizer is any from package optim.
type optimizer interface {
	Step(params iter.Seq2[string, *tensor.Tensor], g optim.Gradients)
}

// A method is an optimizer with a name, and settings that suit this task.
type method struct {
	name        string
	rate, decay float64
	optimizer   func(s optim.Schedule, decay float64) optimizer
}

var methods = []method{
	{"adam", 0.003, 0, func(s optim.Schedule, decay float64) optimizer {
		return &optim.Adam{Schedule: s, WeightDecay: decay}
	}},
	{"adamw", 0.003, 0.01, func(s optim.Schedule, decay float64) optimizer {
		return &optim.AdamW{Schedule: s, WeightDecay: decay}
	}},
	{"momentum", 0.1, 0, func(s optim.Schedule, decay float64) optimizer {
		return &optim.SGD{Schedule: s, Momentum: 0.9, WeightDecay: decay}
	}},
	{"nesterov", 0.1, 0, func(s optim.Schedule, decay float64) optimizer {
		return &optim.SGD{Schedule: s, Momentum: 0.9, Nesterov: true, WeightDecay: decay}
	}},
	{"sgd", 0.3, 0, func(s optim.Schedule, decay float64) optimizer {
		return &optim.SGD{Schedule: s, WeightDecay: decay}
	}},
}

func methodNames() []string {
	var names []string
	for _, m := range methods {
		names = append(names, m.name)
	}
	return names
}

// methodDefaults lists a setting of each method, as "adam 0.003, sgd 0.3".
func methodDefaults(setting func(method) float64) string {
	var list []string
	for _, m := range methods {
		list = append(list, fmt.Sprintf("%s %v", m.name, setting(m)))
	}
	return strings.Join(list, ", ")
}

// An epoch is one pass over the training part. Its figures were measured at its
// end, on the pictures as they are.
type epoch struct {
	rate                 float64 // of its last step
	loss, accuracy       float64 // on the training part
	valLoss, valAccuracy float64 // on the validation part
}

// A training improves a network step by step. It has no access to the test part.
type training struct {
	options
	train, validation set
	net               nn.Sequential
	schedule          optim.Schedule
	history           []epoch // those completed
}

func newTraining(net nn.Sequential, p parts, o options) *training {
	t := &training{options: o, train: p.train, validation: p.validation, net: net}
	t.schedule = optim.Cosine(o.rate, 0, t.steps())
	return t
}

// steps returns how many steps there are in all.
func (t *training) steps() int { return t.epochs * t.batches() }

// batches returns how many steps an epoch has. The last one may be smaller.
func (t *training) batches() int { return (t.train.len() + t.batch - 1) / t.batch }

// cut reports whether there are fewer epochs than planned.
func (t *training) cut() bool { return len(t.history) < t.epochs }

// run trains until all epochs are done or ctx ends, which it looks at before
// each step. It is an error if the loss is no longer finite.
func (t *training) run(ctx context.Context, b bar) error {
	defer b.stop()
	r := rand.New(rand.NewPCG(t.seed, 1))
	opt := t.method.optimizer(t.schedule, t.decay)
	var tape graph.Tape
	step := 0
	for range t.epochs {
		order := r.Perm(t.train.len())
		for len(order) > 0 {
			if ctx.Err() != nil {
				return nil
			}
			n := min(t.batch, len(order))
			x, labels := t.draw(r, order[:n])
			order = order[n:]

			tape.Reset()
			loss := nn.CrossEntropy(t.net.Forward(tape.Input(x)), labels)
			if v := loss.Value().Item(); math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("the loss is %v in epoch %d: try a rate below %v", v, len(t.history)+1, t.rate)
			}
			opt.Step(t.net.Params(), loss.Backward())

			b.step(t, t.schedule(step), loss.Value().Item())
			step++
		}
		t.history = append(t.history, t.measure(step-1))
	}
	return nil
}

// draw returns the given pictures of the training part, each moved a little,
// and their labels.
func (t *training) draw(r *rand.Rand, rows []int) (*tensor.Tensor, []int) {
	s := t.train.take(rows)
	for i, row := range rows {
		jitter(r, s.picture(i), t.train.picture(row), t.reach)
	}
	return s.x.To(t.precision), s.labels
}

// measure returns the figures of the epoch that ended with the given step.
func (t *training) measure(step int) epoch {
	e := epoch{rate: t.schedule(step)}
	e.loss, e.accuracy = score(read(t.net, t.train), t.train.labels)
	e.valLoss, e.valAccuracy = score(read(t.net, t.validation), t.validation.labels)
	return e
}
