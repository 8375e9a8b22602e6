package optim_test

import (
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// refusal returns the text of the *tensor.Error with which f panics, and ""
// if it returns.
func refusal(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *tensor.Error:
			text = e.Error()
		default:
			t.Errorf("panic with %v of type %T, want a *tensor.Error", e, e)
		}
	}()
	f()
	return ""
}

func TestRefusedSettings(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		opt  stepper
		want string
	}{
		{&optim.SGD{}, "optim.SGD: Rate is 0: it must be finite and > 0"},
		{&optim.SGD{Rate: -1}, "optim.SGD: Rate is -1: it must be finite and > 0"},
		{&optim.SGD{Rate: nan}, "optim.SGD: Rate is NaN: it must be finite and > 0"},
		{&optim.SGD{Rate: inf}, "optim.SGD: Rate is +Inf: it must be finite and > 0"},
		{&optim.SGD{Rate: 1, Momentum: 1}, "optim.SGD: Momentum is 1: it must be in [0, 1)"},
		{&optim.SGD{Rate: 1, Momentum: -0.1}, "optim.SGD: Momentum is -0.1: it must be in [0, 1)"},
		{&optim.SGD{Rate: 1, Momentum: nan}, "optim.SGD: Momentum is NaN: it must be in [0, 1)"},
		{&optim.SGD{Rate: 1, Momentum: 0.5, Dampening: 1}, "optim.SGD: Dampening is 1: it must be in [0, 1)"},
		{&optim.SGD{Rate: 1, WeightDecay: -1}, "optim.SGD: WeightDecay is -1: it must be finite and ≥ 0"},
		{&optim.SGD{Rate: 1, WeightDecay: inf}, "optim.SGD: WeightDecay is +Inf: it must be finite and ≥ 0"},
		{&optim.SGD{Rate: 1, Nesterov: true}, "optim.SGD: Nesterov is set and Momentum is 0: there is nothing to look ahead with"},
		{&optim.SGD{Rate: 1, Dampening: 0.5}, "optim.SGD: Dampening is 0.5 and Momentum is 0: there is nothing to dampen"},
		{&optim.SGD{Rate: 1, Momentum: 0.5, Nesterov: true, Dampening: 0.5}, "optim.SGD: Nesterov is set and Dampening is 0.5: Nesterov's method has none"},
		{&optim.SGD{Rate: 1, Schedule: optim.Constant(1)}, "optim.SGD: Rate is 1 and Schedule is set too: only one of them can give the rate"},
		{&optim.SGD{Schedule: func(int) float64 { return nan }}, "optim.SGD: Schedule gives NaN for step 0: a rate must be finite and ≥ 0"},
		{&optim.Adam{Schedule: func(int) float64 { return -1 }}, "optim.Adam: Schedule gives -1 for step 0: a rate must be finite and ≥ 0"},
		{&optim.Adam{Rate: -1}, "optim.Adam: Rate is -1: it must be finite and > 0"},
		{&optim.Adam{Beta1: 1}, "optim.Adam: Beta1 is 1: it must be in [0, 1), where 0 means 0.9"},
		{&optim.Adam{Beta1: -1}, "optim.Adam: Beta1 is -1: it must be in [0, 1), where 0 means 0.9"},
		{&optim.Adam{Beta2: nan}, "optim.Adam: Beta2 is NaN: it must be in [0, 1), where 0 means 0.999"},
		{&optim.Adam{Epsilon: 1e-31}, "optim.Adam: Epsilon is 1e-31: it must be finite and ≥ 1e-30, or 0, which means 1e-8"},
		{&optim.Adam{Epsilon: inf}, "optim.Adam: Epsilon is +Inf: it must be finite and ≥ 1e-30, or 0, which means 1e-8"},
		{&optim.AdamW{WeightDecay: nan}, "optim.AdamW: WeightDecay is NaN: it must be finite and ≥ 0"},
		{&optim.AdamW{Beta2: 2}, "optim.AdamW: Beta2 is 2: it must be in [0, 1), where 0 means 0.999"},
	} {
		w := tensor.Vector(1)
		got := refusal(t, func() { test.opt.Step(named(w), gradients{w: w.Clone()}) })
		if got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
		if w.Flat(0) != 1 {
			t.Errorf("%s: but w changed", test.want)
		}
	}
}

// Each refusal comes before the first write, so parameter p0 stays as it was.
func TestRefusedGradients(t *testing.T) {
	for _, test := range []struct {
		name string
		g    *tensor.Tensor // of p1, which has shape [2 3]
		want string
	}{
		{"none", nil, "parameter p1 has no gradient: the loss does not depend on it; leave it out of params if that is meant"},
		{"type", tensor.New(tensor.Float32, 2, 3), "parameter p1 is float64 and its gradient float32: the types differ"},
		{"shape", tensor.Zeros(3, 2), "parameter p1 has shape [2 3] and its gradient [3 2]: the shapes differ"},
		{"rank", tensor.Zeros(6), "parameter p1 has shape [2 3] and its gradient [6]: the shapes differ"},
	} {
		for who, o := range map[string]stepper{
			"optim.SGD": &optim.SGD{Rate: 1}, "optim.Adam": &optim.Adam{}, "optim.AdamW": &optim.AdamW{},
		} {
			p0, p1 := tensor.Vector(1), tensor.Zeros(2, 3)
			g := gradients{p0: tensor.Vector(1)}
			if test.g != nil {
				g[p1] = test.g
			}
			if got := refusal(t, func() { o.Step(named(p0, p1), g) }); got != who+": "+test.want {
				t.Errorf("%s: got  %q\nwant %q", test.name, got, who+": "+test.want)
			}
			if p0.Flat(0) != 1 {
				t.Errorf("%s: %s: p0 was written to before the panic", test.name, who)
			}
			g[p1] = tensor.Zeros(2, 3)
			o.Step(named(p0, p1), g)
			if p0.Flat(0) == 1 {
				t.Errorf("%s: %s: no step after a panic that was recovered", test.name, who)
			}
		}
	}
	want := "optim.SGD: params has no parameter in it"
	if got := refusal(t, func() { (&optim.SGD{Rate: 1}).Step(named(), gradients{}) }); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What an optimizer remembers of p1 no longer fits it: that is refused before
// anything is written, and with the types as before it goes on.
func TestRefusedConversions(t *testing.T) {
	for who, o := range map[string]stepper{
		"optim.SGD":   &optim.SGD{Rate: 1, Momentum: 0.5},
		"optim.Adam":  &optim.Adam{},
		"optim.AdamW": &optim.AdamW{},
	} {
		p0, p1 := tensor.Vector(1), tensor.Zeros(2, 3)
		g := gradients{p0: tensor.Vector(1), p1: tensor.Ones(2, 3)}
		o.Step(named(p0, p1), g)
		before := p0.Flat(0)
		for _, test := range []struct {
			change, undo func(w *tensor.Tensor)
			want         string
		}{
			{func(w *tensor.Tensor) { w.SetType(tensor.Float32) }, func(w *tensor.Tensor) { w.SetType(tensor.Float64) },
				"parameter p1 is float32 [2 3] and was float64 [2 3]"},
			{func(w *tensor.Tensor) { w.ReuseAs(3, 2) }, func(w *tensor.Tensor) { w.ReuseAs(2, 3) },
				"parameter p1 is float64 [3 2] and was float64 [2 3]"},
		} {
			test.change(p1)
			test.change(g[p1])
			want := who + ": " + test.want + " in an earlier step: what was remembered of it no longer fits; convert parameters before the first step"
			if got := refusal(t, func() { o.Step(named(p0, p1), g) }); got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			if p0.Flat(0) != before {
				t.Errorf("%s: p0 was written to before the panic", who)
			}
			test.undo(p1)
			test.undo(g[p1])
		}
		if o.Step(named(p0, p1), g); p0.Flat(0) == before {
			t.Errorf("%s: no step after a panic that was recovered", who)
		}
	}
}

// Without momentum there is nothing to remember, so a type may change.
func TestConversionWithoutMomentum(t *testing.T) {
	w := tensor.Vector(3)
	opt, clip := &optim.SGD{Rate: 1}, &optim.Clip{Value: 1}
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32, tensor.Float64} {
		w.SetType(typ)
		opt.Step(named(w), clip.Apply(named(w), gradients{w: tensor.Vector(5).To(typ)}))
	}
	if w.Flat(0) != 0 {
		t.Errorf("after three clipped steps from 3: %v", w)
	}
}

func TestRefusedSchedules(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		make func() optim.Schedule
		want string
	}{
		{func() optim.Schedule { return optim.Constant(-1) }, "optim.Constant: rate is -1: it must be finite and ≥ 0"},
		{func() optim.Schedule { return optim.StepDecay(nan, 1, 1) }, "optim.StepDecay: rate is NaN: it must be finite and ≥ 0"},
		{func() optim.Schedule { return optim.StepDecay(1, 0, 1) }, "optim.StepDecay: every is 0: it must be at least 1"},
		{func() optim.Schedule { return optim.StepDecay(1, 1, 0) }, "optim.StepDecay: factor is 0: it must be finite and > 0"},
		{func() optim.Schedule { return optim.Cosine(math.Inf(1), 0, 1) }, "optim.Cosine: rate is +Inf: it must be finite and ≥ 0"},
		{func() optim.Schedule { return optim.Cosine(1, -1, 1) }, "optim.Cosine: low is -1: it must be finite and ≥ 0"},
		{func() optim.Schedule { return optim.Cosine(1, 0, 0) }, "optim.Cosine: steps is 0: it must be at least 1"},
		{func() optim.Schedule { return optim.Warmup(-1, 1, optim.Constant(1)) }, "optim.Warmup: start is -1: it must be finite and ≥ 0"},
		{func() optim.Schedule { return optim.Warmup(0, -1, optim.Constant(1)) }, "optim.Warmup: steps is -1: it must be at least 0"},
		{func() optim.Schedule { return optim.Warmup(0, 1, nil) }, "optim.Warmup: there is no schedule to follow: s is nil"},
	} {
		if got := refusal(t, func() { test.make() }); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

func TestRefusedClips(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		clip optim.Clip
		g    []float64
		want string
	}{
		{optim.Clip{Norm: -1}, []float64{1, 1}, "optim.Clip: Norm is -1: it must be ≥ 0"},
		{optim.Clip{Norm: nan}, []float64{1, 1}, "optim.Clip: Norm is NaN: it must be ≥ 0"},
		{optim.Clip{Value: nan}, []float64{1, 1}, "optim.Clip: Value is NaN: it must be ≥ 0"},
		{optim.Clip{Norm: 1}, []float64{1, nan}, "optim.Clip: the gradient of p1 has NaN at element 1 of shape [2]: a norm must be finite"},
		{optim.Clip{Norm: 1}, []float64{-inf, 1}, "optim.Clip: the gradient of p1 has -Inf at element 0 of shape [2]: a norm must be finite"},
		{optim.Clip{Value: 1}, []float64{nan, 1}, "optim.Clip: the gradient of p1 has NaN at element 0 of shape [2]: a norm must be finite"},
		{optim.Clip{}, []float64{1, inf}, "optim.Clip: the gradient of p1 has +Inf at element 1 of shape [2]: a norm must be finite"},
		{optim.Clip{Value: 1}, nil, "optim.Clip: parameter p1 has no gradient: the loss does not depend on it; leave it out of params if that is meant"},
		{optim.Clip{Value: 1}, []float64{1}, "optim.Clip: parameter p1 has shape [2] and its gradient [1]: the shapes differ"},
	} {
		p0, p1 := tensor.Zeros(1), tensor.Zeros(2)
		g := gradients{p0: tensor.Vector(1)}
		if test.g != nil {
			g[p1] = tensor.FromSlice(slices.Clone(test.g), len(test.g))
		}
		if got := refusal(t, func() { test.clip.Apply(named(p0, p1), g) }); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

// The result of a Clip lies in the buffers that its next Apply writes to, so it is
// refused as an argument, also behind another Clip; it would refer to itself.
func TestRefusedOwnClip(t *testing.T) {
	p := tensor.Zeros(2)
	params := named(p)
	g := gradients{p: tensor.Vector(3, 4)}
	a, b := &optim.Clip{Norm: 1}, &optim.Clip{Norm: 0.5}
	const want = "optim.Clip: the gradients are what this Clip returned before, in the buffers it would write to: clip twice with two Clips"
	if got := refusal(t, func() { a.Apply(params, a.Apply(params, g)) }); got != want {
		t.Errorf("got %q", got)
	}
	if got := refusal(t, func() { a.Apply(params, b.Apply(params, a.Apply(params, g))) }); got != want {
		t.Errorf("behind another: got %q", got)
	}
	if out := a.Apply(params, g).Of(p); !(math.Abs(out.Flat(0)-0.6)+math.Abs(out.Flat(1)-0.8) < 1e-15) {
		t.Errorf("afterwards %v, want [0.6 0.8]", out)
	}
}
