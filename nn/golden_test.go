package nn_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A training is one case of testdata/train.jsonl.gz; its README has the format.
type training struct {
	ID, Kind, Act, Loss, Opt, Norm string
	Layers                         []int
	Hyper                          struct {
		LR, Momentum float64
		WeightDecay  float64 `json:"weight_decay"`
	}
	Batch        [][]int
	L2, Clip     float64
	Schedule     []float64
	X, Y         array
	W, B         []array
	Losses       []float64
	Grad0, Final struct{ W, B []array }
	Sums         []float64
	Sens         float64
}

type array struct {
	DType string
	Shape []int
	Data  []float64
}

func (a array) tensor() *tensor.Tensor { return tensor.FromSlice(slices.Clone(a.Data), a.Shape...) }

func trainings(t *testing.T) []training {
	t.Helper()
	f, err := os.Open("testdata/train.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var cases []training
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c training
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields() // a setting that is not read would be ignored
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// The activations that have no name in nn, from their definitions.
var moreActivations = map[string]nn.Func{
	"sin":      ops.Sin,
	"elu":      elu,
	"selu":     func(x *graph.Var) *graph.Var { return ops.Scale(selu(x), 1.0507009873554805) },
	"mish":     func(x *graph.Var) *graph.Var { return ops.Mul(x, ops.Tanh(ops.Softplus(x))) },
	"softsign": func(x *graph.Var) *graph.Var { return ops.Div(x, ops.AddScalar(ops.Abs(x), 1)) },
}

// elu is max(x, 0) + e^min(x, 0) − 1.
func elu(x *graph.Var) *graph.Var { return ops.Add(ops.ReLU(x), expBelow(x)) }

func selu(x *graph.Var) *graph.Var {
	return ops.Add(ops.ReLU(x), ops.Scale(expBelow(x), 1.6732632423543772))
}

func expBelow(x *graph.Var) *graph.Var {
	return ops.AddScalar(ops.Exp(ops.Clip(x, math.Inf(-1), 0)), -1)
}

// standardize subtracts the mean over an axis and divides by √(variance + ε).
func standardize(axis int) nn.Func {
	return func(x *graph.Var) *graph.Var {
		d := ops.Sub(x, ops.MeanKeep(x, axis))
		v := ops.MeanKeep(ops.Square(d), axis)
		return ops.Div(d, ops.Sqrt(ops.AddScalar(v, 1e-5)))
	}
}

// norms are what a case puts before and after each activation.
var norms = map[string]struct{ before, after []nn.Module }{
	"":      {},
	"layer": {after: []nn.Module{standardize(-1)}},
	"batch": {before: []nn.Module{standardize(0)}},
}

// A loss compares the output with the targets of some rows.
type lossFunc func(z *graph.Var, y *tensor.Tensor) *graph.Var

var losses = map[string]lossFunc{
	"mse":             onTargets(nn.MSE),
	"bce_with_logits": onTargets(nn.BCEWithLogits),
	"cross_entropy": func(z *graph.Var, y *tensor.Tensor) *graph.Var {
		labels := make([]int, y.Len())
		for i := range labels {
			labels[i] = int(y.Flat(i))
		}
		return nn.CrossEntropy(z, labels)
	},
	"l1": onTargets(func(z, y *graph.Var) *graph.Var { return ops.Mean(ops.Abs(ops.Sub(z, y))) }),
	// c·(|d| − c/2) with c = min(|d|, 1): d²/2 up to 1, |d| − 1/2 from there on.
	"huber": onTargets(func(z, y *graph.Var) *graph.Var {
		d := ops.Abs(ops.Sub(z, y))
		c := ops.Clip(d, 0, 1)
		return ops.Mean(ops.Mul(c, ops.Sub(d, ops.Scale(c, 0.5))))
	}),
}

func onTargets(f func(z, y *graph.Var) *graph.Var) lossFunc {
	return func(z *graph.Var, y *tensor.Tensor) *graph.Var { return f(z, z.Tape().Input(y)) }
}

type optimizer interface {
	Step(params iter.Seq2[string, *tensor.Tensor], g optim.Gradients)
}

// optimizer returns the optimizer of the case, or nil.
func (c training) optimizer() optimizer {
	h := c.Hyper
	switch {
	case c.Opt == "sgd" && c.Schedule != nil:
		return &optim.SGD{Schedule: optim.Cosine(0.2, 0, 50)}
	case c.Opt == "sgd":
		return &optim.SGD{Rate: h.LR, Momentum: h.Momentum, WeightDecay: h.WeightDecay}
	case c.Opt == "adam":
		return &optim.Adam{Rate: h.LR, WeightDecay: h.WeightDecay}
	case c.Opt == "adamw":
		return &optim.AdamW{Rate: h.LR, WeightDecay: h.WeightDecay}
	}
	return nil
}

func (c training) activation() nn.Func {
	if f, err := nn.Activation(c.Act); err == nil {
		return f
	}
	return moreActivations[c.Act]
}

// missing names the part that the case needs and that does not exist, or "".
func (c training) missing() string {
	_, hasNorm := norms[c.Norm]
	switch {
	case c.activation() == nil:
		return "activation " + c.Act
	case losses[c.Loss] == nil:
		return "loss " + c.Loss
	case c.optimizer() == nil:
		return "optimizer " + c.Opt
	case !hasNorm:
		return "norm " + c.Norm
	}
	return ""
}

// model returns the network, and its linear layers once more.
func (c training) model() (s nn.Sequential, linear []*nn.Linear) {
	for i := range c.W {
		if i > 0 {
			s = append(s, norms[c.Norm].before...)
			s = append(s, c.activation())
			s = append(s, norms[c.Norm].after...)
		}
		l := &nn.Linear{W: c.W[i].tensor(), B: c.B[i].tensor()}
		s, linear = append(s, l), append(linear, l)
	}
	return s, linear
}

// rows returns the samples and targets of a step; after the last step those of
// the first again.
func (c training) rows(step int) (x, y *tensor.Tensor) {
	x, y = c.X.tensor(), c.Y.tensor()
	if c.Batch == nil {
		return x, y
	}
	batch := c.Batch[step%len(c.Batch)]
	return tensor.Take(nil, x, 0, batch), tensor.Take(nil, y, 0, batch)
}

// loss records the loss of a step.
func (c training) loss(tape *graph.Tape, model nn.Module, step int) *graph.Var {
	x, y := c.rows(step)
	loss := losses[c.Loss](model.Forward(tape.Input(x)), y)
	if c.L2 != 0 {
		for _, w := range model.Params() {
			loss = ops.Add(loss, ops.Scale(ops.Sum(ops.Square(tape.Watch(w))), c.L2/2))
		}
	}
	return loss
}

// clip applies the case's rule, whose factor has the norm + 1e-6, where
// optim.Clip has the norm.
func (c training) clip(model nn.Module, g optim.Gradients) optim.Gradients {
	if c.Clip == 0 {
		return g
	}
	var clip optim.Clip
	clip.Apply(model.Params(), g)
	clip.Norm = c.Clip * clip.LastNorm / (clip.LastNorm + 1e-6)
	return clip.Apply(model.Params(), g)
}

// check repeats the run and reports the first number that differs.
func (c training) check() error {
	model, linear := c.model()
	opt := c.optimizer()
	rtol := max(1e-10, c.Sens*1e-14)
	var tape graph.Tape
	for step, want := range c.Losses {
		tape.Reset()
		loss := c.loss(&tape, model, step)
		if err := agree(fmt.Sprint("loss ", step), []float64{loss.Value().Item()}, []float64{want}, rtol); err != nil {
			return err
		}
		if step == len(c.Losses)-1 {
			break
		}
		g := loss.Backward()
		for i, l := range linear {
			if step > 0 {
				break
			}
			if err := agree(fmt.Sprintf("gradient of W of layer %d", i), g.Of(l.W).Float64s(), c.Grad0.W[i].Data, 1e-9); err != nil {
				return err
			}
			if err := agree(fmt.Sprintf("gradient of B of layer %d", i), g.Of(l.B).Float64s(), c.Grad0.B[i].Data, 1e-9); err != nil {
				return err
			}
		}
		opt.Step(model.Params(), c.clip(model, g))
	}
	for i, l := range linear {
		if err := agree(fmt.Sprintf("final W of layer %d", i), l.W.Float64s(), c.Final.W[i].Data, 1e-9); err != nil {
			return err
		}
		if err := agree(fmt.Sprintf("final B of layer %d", i), l.B.Float64s(), c.Final.B[i].Data, 1e-9); err != nil {
			return err
		}
	}
	return agree("sums", sums(model), c.Sums, 1e-9)
}

// sums returns Σ v, Σ v² and Σ vᵢ cos i of all parameters in order.
func sums(m nn.Module) []float64 {
	s := make([]float64, 3)
	i := 0.0
	for _, w := range m.Params() {
		for _, v := range w.Float64s() {
			s[0] += v
			s[1] += v * v
			s[2] += v * math.Cos(i)
			i++
		}
	}
	return s
}

func agree(what string, have, want []float64, rtol float64) error {
	if len(have) != len(want) {
		return fmt.Errorf("%s: %d elements, want %d", what, len(have), len(want))
	}
	for i, v := range want {
		if !(math.Abs(have[i]-v) <= 1e-11+rtol*max(math.Abs(have[i]), math.Abs(v))) {
			return fmt.Errorf("%s: element %d is %v, want %v", what, i, have[i], v)
		}
	}
	return nil
}

func TestGolden(t *testing.T) {
	ran, failed := 0, 0
	var skipped []string
	for _, c := range trainings(t) {
		if part := c.missing(); part != "" {
			skipped = append(skipped, c.ID+" for want of "+part)
			continue
		}
		ran++
		if err := c.check(); err != nil {
			failed++
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	t.Logf("%d ran, %d failed, skipped: %q", ran, failed, skipped)
	// Of the file's 38 cases one wants something that does not exist.
	if want := []string{"train/rmsprop for want of optimizer rmsprop"}; !slices.Equal(skipped, want) {
		t.Errorf("skipped %q, want %q", skipped, want)
	}
	if ran != 37 {
		t.Errorf("%d cases ran, want 37", ran)
	}
}

// A run that differs anywhere by little must be noticed.
func TestGoldenNotices(t *testing.T) {
	i := slices.IndexFunc(trainings(t), func(c training) bool { return c.ID == "train/minibatch" })
	for _, tt := range []struct {
		what  string
		spoil func(c *training)
	}{
		{"", func(*training) {}},
		{"the last loss", func(c *training) { c.Losses[50] *= 1 + 1e-8 }},
		{"a gradient", func(c *training) { c.Grad0.B[1].Data[2] *= 1 + 1e-7 }},
		{"a final weight", func(c *training) { c.Final.W[0].Data[7] *= 1 + 1e-7 }},
		{"a final bias", func(c *training) { c.Final.B[1].Data[0] *= 1 + 1e-7 }},
		{"a sum", func(c *training) { c.Sums[2] *= 1 + 1e-7 }},
		{"the rate", func(c *training) { c.Hyper.LR *= 1 + 1e-6 }},
		{"the momentum", func(c *training) { c.Hyper.Momentum *= 1 + 1e-6 }},
		{"one sample of one batch", func(c *training) { c.Batch[30][0] = c.Batch[30][1] }},
		{"a first weight", func(c *training) { c.W[1].Data[3] *= 1 + 1e-6 }},
		{"the activation", func(c *training) { c.Act = "softsign" }},
		{"some regularization", func(c *training) { c.L2 = 1e-6 }},
	} {
		c := trainings(t)[i]
		tt.spoil(&c)
		if err := c.check(); (err != nil) != (tt.what != "") {
			t.Errorf("with %q changed: error %v", tt.what, err)
		}
	}
}
