package optim_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A golden is one case of testdata/optim.jsonl.gz; its README has the format.
type golden struct {
	ID, Kind, Opt, Problem, Sched, How string
	Hyper                              json.RawMessage
	Init                               []array
	Grads                              json.RawMessage // by step and parameter, or by parameter in kind "clip"
	Traj                               [][]array
	A, B                               array
	Loss                               []float64
	BaseLR                             float64 `json:"base_lr"`
	LR                                 []float64
	Norm                               float64
	Out                                []array
	RTol                               float64
}

type array struct {
	Shape []int
	Data  []float64
}

func (a array) tensor() *tensor.Tensor {
	return tensor.FromSlice(slices.Clone(a.Data), a.Shape...)
}

func tensors(as []array) []*tensor.Tensor {
	ts := make([]*tensor.Tensor, len(as))
	for i, a := range as {
		ts[i] = a.tensor()
	}
	return ts
}

// A hyper is the settings of those cases that have an optimizer here. Reading
// one with a field that is not below fails.
type hyper struct {
	LR                  float64
	Momentum, Dampening float64
	Nesterov            bool
	WeightDecay         float64 `json:"weight_decay"`
	Maximize            bool
	Betas               [2]float64
	Eps                 float64
	AMSGrad             bool
	StepSize            int `json:"step_size"`
	Gamma               float64
	TMax                int     `json:"T_max"`
	EtaMin              float64 `json:"eta_min"`
	T0                  int     `json:"T_0"`
	TMult               int     `json:"T_mult"`
	StartFactor         float64 `json:"start_factor"`
	EndFactor           float64 `json:"end_factor"`
	TotalIters          int     `json:"total_iters"`
	Note                string
}

func strictly(t *testing.T, data []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}

func goldens(t *testing.T) []golden {
	t.Helper()
	f, err := os.Open("testdata/optim.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c golden
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// optimizer returns the optimizer that a case names, or nil.
func optimizer(name string, h hyper) stepper {
	switch name {
	case "sgd":
		return &optim.SGD{Rate: h.LR, Momentum: h.Momentum, Dampening: h.Dampening,
			Nesterov: h.Nesterov, WeightDecay: h.WeightDecay, Maximize: h.Maximize}
	case "adam":
		return adam(h)
	case "adamw":
		return (*optim.AdamW)(adam(h))
	}
	return nil
}

func adam(h hyper) *optim.Adam {
	a := &optim.Adam{Rate: h.LR, Epsilon: h.Eps, WeightDecay: h.WeightDecay, AMSGrad: h.AMSGrad}
	if h.Betas != [2]float64{} {
		a.Beta1, a.Beta2 = max(h.Betas[0], 1e-300), h.Betas[1] // as the doc of Adam has it for 0
	}
	return a
}

// schedule returns the schedule that a case names, or nil, and for how many
// steps the case applies.
func schedule(c golden, h hyper) (s optim.Schedule, steps int) {
	switch {
	case c.Sched == "step":
		return optim.StepDecay(c.BaseLR, h.StepSize, h.Gamma), len(c.LR)
	case c.Sched == "exponential":
		return optim.StepDecay(c.BaseLR, 1, h.Gamma), len(c.LR)
	case c.Sched == "cosine": // PyTorch's rises again after T_max, ours stays
		return optim.Cosine(c.BaseLR, h.EtaMin, h.TMax), min(len(c.LR), h.TMax+1)
	case c.Sched == "cosine_warm_restarts" && h.TMult == 1:
		s := optim.Cosine(c.BaseLR, h.EtaMin, h.T0)
		return func(t int) float64 { return s(t % h.T0) }, len(c.LR)
	case c.Sched == "linear_warmup" && h.EndFactor == 1:
		return optim.Warmup(h.StartFactor*c.BaseLR, h.TotalIters, optim.Constant(c.BaseLR)), len(c.LR)
	case c.Sched == "sequential": // described by the case's note, in words
		return optim.Warmup(0.1*c.BaseLR, 5, optim.Cosine(c.BaseLR, 0, 25)), len(c.LR)
	}
	return nil, 0
}

func agree(have, want, rtol float64) bool {
	return math.Abs(have-want) <= 1e-11+rtol*max(math.Abs(have), math.Abs(want))
}

func compare(what string, have []float64, want array, rtol float64) error {
	if len(have) != len(want.Data) {
		return fmt.Errorf("%s has %d elements, want %d", what, len(have), len(want.Data))
	}
	for i, v := range want.Data {
		if !agree(have[i], v, rtol) {
			return fmt.Errorf("%s[%d] is %v, want %v", what, i, have[i], v)
		}
	}
	return nil
}

// gradient returns the loss of a problem at w and its gradient by hand.
func (c golden) gradient(w []*tensor.Tensor) (loss float64, g []*tensor.Tensor) {
	x := w[0].Float64s()
	if c.Problem == "rosenbrock" {
		u, v := 1-x[0], x[1]-x[0]*x[0]
		return u*u + 100*v*v, []*tensor.Tensor{tensor.Vector(-2*u-400*x[0]*v, 200*v)}
	}
	gx := tensor.Zeros(len(x))
	m := float64(len(c.B.Data))
	for i, b := range c.B.Data {
		row := c.A.Data[i*len(x) : (i+1)*len(x)]
		r := -b
		for j, a := range row {
			r += a * x[j]
		}
		loss += r * r / (2 * m)
		for j, a := range row {
			gx.Float64s()[j] += r * a / m
		}
	}
	return loss, []*tensor.Tensor{gx}
}

// follow runs the case with one optimizer for all parameters or one for each,
// and reports where it leaves the trajectory.
func (c golden) follow(opts ...stepper) error {
	var feed [][]array
	if len(c.Grads) > 0 {
		if err := json.Unmarshal(c.Grads, &feed); err != nil {
			return err
		}
	}
	w := tensors(c.Init)
	for step, want := range c.Traj {
		var g []*tensor.Tensor
		if feed != nil {
			g = tensors(feed[step])
		} else {
			var loss float64
			if loss, g = c.gradient(w); !agree(loss, c.Loss[step], c.RTol) {
				return fmt.Errorf("the loss before step %d is %v, want %v", step, loss, c.Loss[step])
			}
		}
		grads := gradients{}
		for i := range w {
			grads[w[i]] = g[i]
		}
		if len(opts) == 1 {
			opts[0].Step(named(w...), grads)
		} else {
			for i, o := range opts {
				o.Step(named(w[i]), grads)
			}
		}
		for i := range w {
			if err := compare(fmt.Sprintf("parameter %d after step %d", i, step), w[i].Float64s(), want[i], c.RTol); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c golden) clip(norm, value float64) error {
	var feed []array
	if err := json.Unmarshal(c.Grads, &feed); err != nil {
		return err
	}
	w, g := tensors(feed), gradients{}
	for i, p := range w {
		g[p] = feed[i].tensor()
	}
	clip := &optim.Clip{Norm: norm, Value: value}
	got := clip.Apply(named(w...), g)
	exact := 1.0 // our factor divided by PyTorch's
	if c.How == "norm" {
		if !agree(clip.LastNorm, c.Norm, c.RTol) {
			return fmt.Errorf("the norm is %v, want %v", clip.LastNorm, c.Norm)
		}
		exact = min(1, norm/c.Norm) / min(1, norm/(c.Norm+1e-6))
	}
	for i, p := range w {
		want := array{Data: slices.Clone(c.Out[i].Data)}
		for j := range want.Data {
			want.Data[j] *= exact
		}
		if err := compare(fmt.Sprint("gradient ", i), got.Of(p).Float64s(), want, c.RTol); err != nil {
			return err
		}
	}
	return nil
}

// run checks a case. ran is false if there is nothing here to check with it.
func (c golden) run(t *testing.T) (ran bool, err error) {
	switch c.Kind {
	case "optim":
		if optimizer(c.Opt, hyper{}) == nil {
			return false, nil
		}
		var h hyper
		strictly(t, c.Hyper, &h)
		return true, c.follow(optimizer(c.Opt, h))
	case "groups":
		var hs []hyper
		strictly(t, c.Hyper, &hs)
		var opts []stepper
		for _, h := range hs {
			opts = append(opts, optimizer(c.Opt, h))
		}
		return true, c.follow(opts...)
	case "sched":
		var h hyper
		_ = json.Unmarshal(c.Hyper, &h) // those without a schedule may not fit
		s, steps := schedule(c, h)
		if s == nil {
			return false, nil
		}
		strictly(t, c.Hyper, &h)
		rates := make([]float64, steps)
		for i := range rates {
			rates[i] = s(i)
		}
		return true, compare("rate", rates, array{Data: c.LR[:steps]}, c.RTol)
	case "clip":
		var h struct {
			MaxNorm float64 `json:"max_norm"`
			Clip    float64
			P       any
		}
		strictly(t, c.Hyper, &h)
		if c.How == "norm" && h.P != 2.0 {
			return false, nil
		}
		return true, c.clip(h.MaxNorm, h.Clip)
	}
	t.Fatalf("%s has the unknown kind %q", c.ID, c.Kind)
	return false, nil
}

func TestGolden(t *testing.T) {
	ran := map[string]int{}
	var skipped []string
	for _, c := range goldens(t) {
		ok, err := c.run(t)
		if !ok {
			skipped = append(skipped, c.ID)
			continue
		}
		ran[c.Kind+" "+c.Opt+c.Sched+c.How]++
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	// Counted in the file by another program; of its six clip norms two have
	// p ≠ 2, and of its two restarts one has periods that grow.
	want := map[string]int{
		"optim sgd": 20, "optim adam": 15, "optim adamw": 9, "groups sgd": 1, "groups adamw": 1,
		"sched step": 1, "sched exponential": 1, "sched cosine": 2, "sched cosine_warm_restarts": 1,
		"sched linear_warmup": 1, "sched sequential": 1, "clip norm": 4, "clip value": 1,
	}
	if !maps.Equal(ran, want) {
		t.Errorf("these ran:\n%v\nthe file has\n%v", ran, want)
	}
	t.Logf("ran %v; %d have nothing here to run:\n%s", ran, len(skipped), strings.Join(skipped, "\n"))
}

// Each setting matters: a value that is off by a thousandth leaves the
// trajectory.
func TestGoldenCatchesWrongSetting(t *testing.T) {
	cases := map[string]golden{}
	for _, c := range goldens(t) {
		cases[c.ID] = c
	}
	for _, test := range []struct {
		name, id string
		opt      stepper
	}{
		{"SGD Rate", "optim/sgd_lr0.1/feed", &optim.SGD{Rate: 0.1001}},
		{"SGD Momentum", "optim/sgd_lr0.1_momentum0.9/lsq", &optim.SGD{Rate: 0.1, Momentum: 0.9009}},
		{"SGD Nesterov", "optim/sgd_lr0.1_momentum0.9_nesterovTrue/lsq", &optim.SGD{Rate: 0.1, Momentum: 0.9}},
		{"SGD Dampening", "optim/sgd_lr0.1_momentum0.9_dampening0.5/feed", &optim.SGD{Rate: 0.1, Momentum: 0.9, Dampening: 0.5005}},
		{"SGD WeightDecay", "optim/sgd_lr0.1_weight_decay0.05/feed", &optim.SGD{Rate: 0.1, WeightDecay: 0.05005}},
		{"SGD Maximize", "optim/sgd_lr0.05_momentum0.9_maximizeTrue/feed", &optim.SGD{Rate: 0.05, Momentum: 0.9}},
		{"Adam Rate", "optim/adam_lr0.01/lsq", &optim.Adam{Rate: 0.01001}},
		{"Adam Beta1", "optim/adam_lr0.01/lsq", &optim.Adam{Rate: 0.01, Beta1: 0.9009}},
		{"Adam Beta2", "optim/adam_lr0.01/lsq", &optim.Adam{Rate: 0.01, Beta2: 0.998}},
		{"Adam Epsilon", "optim/adam_lr0.01/lsq", &optim.Adam{Rate: 0.01, Epsilon: 1.1e-8}},
		{"Adam WeightDecay", "optim/adam_lr0.01_weight_decay0.1/feed", &optim.Adam{Rate: 0.01, WeightDecay: 0.1001}},
		{"Adam AMSGrad", "optim/adam_lr0.02_amsgradTrue/feed", &optim.Adam{Rate: 0.02}},
		{"AdamW WeightDecay", "optim/adamw_lr0.05_weight_decay0.3/feed", &optim.AdamW{Rate: 0.05, WeightDecay: 0.3003}},
		{"AdamW for Adam", "optim/adam_lr0.01_weight_decay0.1/feed", &optim.AdamW{Rate: 0.01, WeightDecay: 0.1}},
	} {
		c, ok := cases[test.id]
		if !ok {
			t.Fatalf("no case %s", test.id)
		}
		if c.follow(test.opt) == nil {
			t.Errorf("%s: a wrong value keeps to %s", test.name, test.id)
		}
	}
}
