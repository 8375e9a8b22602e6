package main

import (
	"errors"
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A layer is a hidden one: how many units it has and what each of them does.
type layer struct {
	width      int
	name       string // of the activation
	activation nn.Func
}

// newNetwork returns a dense network from pixels to scores of the ten digits,
// with the given layers between them, in float64.
func newNetwork(r *rand.Rand, hidden []layer) nn.Sequential {
	var net nn.Sequential
	in := pixels
	for _, l := range hidden {
		net = append(net, nn.NewLinear(r, in, l.width, initFor(l.name)), l.activation)
		in = l.width
	}
	return append(net, nn.NewLinear(r, in, classes))
}

// initFor returns how to draw weights in front of an activation: He's variance
// if it cuts off half of its inputs, else Glorot's.
func initFor(activation string) nn.Init {
	if slices.Contains([]string{"linear", "sigmoid", "tanh"}, activation) {
		return nn.GlorotUniform
	}
	return nn.HeUniform
}

// checkGradient compares the gradient of the loss of a few pictures, with
// respect to every parameter, with finite differences. The error is that of a
// wrong gradient. A comparison that proves nothing, such as one at the kink of
// a ReLU, is in the report only.
func checkGradient(net nn.Sequential, s set) (*gradcheck.Report, error) {
	few := s.take([]int{0, 1, 2, 3, 4, 5, 6, 7})
	loss := func(x []*graph.Var) *graph.Var {
		return nn.CrossEntropy(net.Forward(x[0].Tape().Input(few.x)), few.labels)
	}
	report, err := gradcheck.Checker{Entries: 128}.Report(loss, slices.Collect(values(net.Params()))...)
	if err != nil {
		return nil, err
	}
	var wrong *gradcheck.Failure
	if err := report.Err(); errors.As(err, &wrong) {
		return nil, err
	}
	return report, nil
}

// values ranges over the tensors of a list of parameters.
func values(params iter.Seq2[string, *tensor.Tensor]) iter.Seq[*tensor.Tensor] {
	return func(yield func(*tensor.Tensor) bool) {
		for _, w := range params {
			if !yield(w) {
				return
			}
		}
	}
}

// An answer is what a network reads in a picture.
type answer struct {
	digit int
	sure  float64 // the probability that the network gives to it
	loss  float64 // −log of the probability that it gives to the truth
}

// read asks the network what the pictures of a set show.
func read(net nn.Sequential, s set) []answer {
	typ := net[0].(*nn.Linear).W.Type()
	scores := net.Forward(graph.Const(s.x.To(typ))).Value().To(tensor.Float64)
	p := tensor.Softmax(nil, scores, 1)
	losses := tensor.CrossEntropy(nil, scores, s.labels)
	answers := make([]answer, s.len())
	for i, digit := range tensor.ArgMax(scores, 1) {
		answers[i] = answer{digit, p.At(i, digit), losses.Flat(i)}
	}
	return answers
}

// score returns the mean loss of answers and the fraction that is right.
func score(answers []answer, labels []int) (loss, accuracy float64) {
	for i, a := range answers {
		loss += a.loss
		if a.digit == labels[i] {
			accuracy++
		}
	}
	n := float64(len(answers))
	return loss / n, accuracy / n
}
