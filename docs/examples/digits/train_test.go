package main

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func mustParse(t *testing.T, args string) options {
	t.Helper()
	o, err := parseOptions(strings.Fields(args))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// prepare returns a training as the program would begin it.
func prepare(t *testing.T, args string) *training {
	t.Helper()
	o := mustParse(t, args)
	net := newNetwork(rand.New(rand.NewPCG(o.seed, 0)), o.layers)
	nn.Convert(net, o.precision)
	return newTraining(net, divide(load(t), o.by), o)
}

func TestNetwork(t *testing.T) {
	o := mustParse(t, "-hidden 30,20 -activation relu,tanh")
	net := newNetwork(rand.New(rand.NewPCG(1, 0)), o.layers)
	var shapes [][]int
	for _, w := range net.Params() {
		shapes = append(shapes, w.Shape())
	}
	want := [][]int{{30, 64}, {30}, {20, 30}, {20}, {10, 20}, {10}}
	if !slices.EqualFunc(shapes, want, slices.Equal) {
		t.Errorf("shapes %v, want %v", shapes, want)
	}
	// The same by hand.
	x := tensor.RandUniform(rand.New(rand.NewPCG(2, 0)), 0, 1, 3, pixels)
	l := []*nn.Linear{net[0].(*nn.Linear), net[2].(*nn.Linear), net[4].(*nn.Linear)}
	y := l[2].Forward(ops.Tanh(l[1].Forward(ops.ReLU(l[0].Forward(graph.Const(x))))))
	if got := net.Forward(graph.Const(x)).Value(); !tensor.Equal(got, y.Value()) {
		t.Errorf("got %v, want %v", got, y.Value())
	}
}

// A halved is the identity with half of its gradient: a rule that is wrong.
type halved struct{}

func (halved) Name() string                                          { return "halved" }
func (halved) Shape(dst []int, x []*tensor.Tensor) []int             { return append(dst, x[0].Shape()...) }
func (halved) Eval(y *tensor.Tensor, x []*tensor.Tensor)             { tensor.Copy(y, x[0]) }
func (halved) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return ops.Scale(g, 0.5) }

func TestCheckGradient(t *testing.T) {
	s := load(t)
	wrong := nn.Func(func(x *graph.Var) *graph.Var { return graph.Apply(halved{}, x) })
	for _, c := range []struct {
		activation nn.Func
		fails      bool
	}{{ops.Tanh, false}, {wrong, true}} {
		net := newNetwork(rand.New(rand.NewPCG(1, 0)), []layer{{width: 5, name: "tanh", activation: c.activation}})
		before := net[0].(*nn.Linear).W.Clone()
		report, err := checkGradient(net, s)
		var failure *gradcheck.Failure
		if errors.As(err, &failure) != c.fails {
			t.Errorf("error %v, want one: %v", err, c.fails)
		}
		if err == nil && len(report.Entries) < 5+50+10 {
			t.Errorf("only %d comparisons", len(report.Entries))
		}
		if !tensor.Equal(before, net[0].(*nn.Linear).W) {
			t.Error("the check changed the network")
		}
	}
}

// Twenty epochs are enough for 95 % of either part: with ten classes that is no
// luck, and needs the labels, the batches and the gradient to be right.
func TestTraining(t *testing.T) {
	for _, args := range []string{"", "-precision float64", "-optimizer adamw", "-optimizer momentum", "-optimizer nesterov", "-optimizer sgd"} {
		tr := prepare(t, "-hidden 64 -epochs 20 "+args)
		if err := tr.run(t.Context(), newBar(io.Discard, tr.steps())); err != nil {
			t.Fatal(err)
		}
		first, last := tr.history[0], tr.history[len(tr.history)-1]
		if len(tr.history) != 20 || tr.cut() {
			t.Fatalf("%s: %d epochs", args, len(tr.history))
		}
		if last.valAccuracy < 0.95 || last.accuracy < 0.95 || last.loss > first.loss/2 {
			t.Errorf("%s: from %+v to %+v", args, first, last)
		}
		if first.rate > tr.rate || last.rate > first.rate/100 {
			t.Errorf("%s: the rate falls from %v to %v", args, first.rate, last.rate)
		}
	}
}

func TestDivergence(t *testing.T) {
	tr := prepare(t, "-epochs 2 -rate 1e300")
	err := tr.run(t.Context(), newBar(io.Discard, tr.steps()))
	const want = "the loss is NaN in epoch 1: try a rate below 1e+300"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// A countdown is a context that ends when Err was asked for some times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

func TestInterruptedTraining(t *testing.T) {
	for _, c := range []struct{ steps, epochs int }{{0, 0}, {40, 0}, {41, 1}, {100, 2}, {3 * 41, 3}} {
		tr := prepare(t, "-hidden 8 -epochs 3")
		before := tr.net[0].(*nn.Linear).W.Clone()
		if err := tr.run(&countdown{t.Context(), c.steps}, newBar(io.Discard, tr.steps())); err != nil {
			t.Fatal(err)
		}
		if len(tr.history) != c.epochs || tr.cut() != (c.epochs < 3) {
			t.Errorf("after %d steps: %d epochs, cut %v", c.steps, len(tr.history), tr.cut())
		}
		if changed := !tensor.Equal(before, tr.net[0].(*nn.Linear).W); changed != (c.steps > 0) {
			t.Errorf("after %d steps the network has changed: %v", c.steps, changed)
		}
	}
}

func TestBatches(t *testing.T) {
	for _, c := range []struct {
		args  string
		steps int // 1295 pictures
	}{{"-batch 1", 1295}, {"-batch 32", 41}, {"-batch 1295", 1}, {"-batch 5000", 1}, {"-batch 259", 5}} {
		if got := prepare(t, c.args).batches(); got != c.steps {
			t.Errorf("%s: %d steps, want %d", c.args, got, c.steps)
		}
	}
}

func TestScore(t *testing.T) {
	loss, accuracy := score([]answer{{digit: 3, loss: 1}, {digit: 4, loss: 2}, {digit: 5, loss: 6}, {digit: 3, loss: 3}}, []int{3, 4, 6, 3})
	if loss != 3 || accuracy != 0.75 {
		t.Errorf("loss %v, accuracy %v", loss, accuracy)
	}
}

func TestRead(t *testing.T) {
	// A network that gives digit d the score of pixel d.
	l := nn.NewLinear(rand.New(rand.NewPCG(1, 0)), pixels, classes)
	l.W.Fill(0)
	for d := range classes {
		l.W.Set(1, d, d)
	}
	x := tensor.Zeros(1, pixels)
	x.Set(2, 0, 7)
	got := read(nn.Sequential{l}, set{x, []int{4}})[0]
	e := math.Exp(2)
	if sure, loss := e/(e+9), math.Log(e+9); got.digit != 7 || math.Abs(got.sure-sure) > 1e-15 || math.Abs(got.loss-loss) > 1e-14 {
		t.Errorf("got %+v, want 7, %v, %v", got, sure, loss)
	}
}
