package optim_test

import (
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// each has one optimizer of every kind, with all that makes it remember.
func each() map[string]stepper {
	return map[string]stepper{
		"SGD":          &optim.SGD{Rate: 0.1},
		"SGD momentum": &optim.SGD{Rate: 0.1, Momentum: 0.9},
		"Adam":         &optim.Adam{},
		"Adam AMSGrad": &optim.Adam{AMSGrad: true},
		"AdamW":        &optim.AdamW{WeightDecay: 0.1},
	}
}

// run takes steps on ½ Σ λ w² from w, of which the gradient is λ w.
func run(o stepper, w *tensor.Tensor, steps int, lambda ...float64) {
	g := w.Clone()
	for range steps {
		for i, l := range lambda {
			g.SetFlat(i, l*w.Flat(i))
		}
		o.Step(named(w), gradients{w: g})
	}
}

func TestDefaults(t *testing.T) {
	for _, test := range []struct {
		name         string
		zero, filled stepper
	}{
		{"Adam", &optim.Adam{}, &optim.Adam{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}},
		{"AdamW", &optim.AdamW{}, &optim.AdamW{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}},
		{"AdamW without decay", &optim.AdamW{}, &optim.Adam{}},
		{"schedule", &optim.SGD{Rate: 0.1}, &optim.SGD{Schedule: optim.Constant(0.1)}},
	} {
		a, b := tensor.Vector(1, -2), tensor.Vector(1, -2)
		run(test.zero, a, 30, 1, 5)
		run(test.filled, b, 30, 1, 5)
		if !slices.Equal(a.Float64s(), b.Float64s()) {
			t.Errorf("%s: %v by default, %v when said", test.name, a.Float64s(), b.Float64s())
		}
	}
}

// A Beta of 1e-300 is a Beta of 0: each step depends on its own gradient only.
func TestBetaZero(t *testing.T) {
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
		o := &optim.Adam{Rate: 0.25, Beta1: 1e-300, Beta2: 1e-300}
		w := tensor.New(typ, 3)
		for _, g := range [][]float64{{8, -3, 1}, {-0.5, -4, 0}} {
			o.Step(named(w), gradients{w: tensor.Vector(g...).To(typ)})
		}
		for i, want := range []float64{0, 0.5, -0.25} { // −0.25 sign g, summed
			if math.Abs(w.Flat(i)-want) > 1e-7 {
				t.Errorf("%v: w[%d] is %v, want %v", typ, i, w.Flat(i), want)
			}
		}
	}
}

// The first step of Adam is Rate long in each element, whatever the gradient,
// since m̂ = g and v̂ = g².
func TestAdamFirstStep(t *testing.T) {
	g := tensor.Vector(1e-3, -1, 1e6)
	w := tensor.Zeros(3)
	(&optim.Adam{Rate: 0.5}).Step(named(w), gradients{w: g})
	for i, want := range []float64{-0.5, 0.5, -0.5} {
		if math.Abs(w.Flat(i)-want) > 1e-5 {
			t.Errorf("a gradient of %v moves w by %v, want %v", g.Flat(i), w.Flat(i), want)
		}
	}
}

// A parameter that joins late takes a first step like any other.
func TestAdamLateParameter(t *testing.T) {
	o := &optim.Adam{Rate: 0.5}
	a, b := tensor.Scalar(1), tensor.Scalar(0)
	run(o, a, 10, 1)
	o.Step(named(a, b), gradients{a: tensor.Scalar(1), b: tensor.Scalar(3)})
	if math.Abs(b.Item()+0.5) > 1e-8 {
		t.Errorf("the late parameter moved to %v, want -0.5", b.Item())
	}
}

// A constant gradient g drives the heavy ball to steps of Rate·g/(1−μ).
func TestMomentumTerminal(t *testing.T) {
	o := &optim.SGD{Rate: 0.1, Momentum: 0.75}
	w, g := tensor.Scalar(0), tensor.Scalar(2)
	var before float64
	for range 200 {
		before = w.Item()
		o.Step(named(w), gradients{w: g})
	}
	if step := before - w.Item(); math.Abs(step-0.8) > 1e-12 {
		t.Errorf("the last step is %v, want 0.1·2/(1−0.75) = 0.8", step)
	}
}

// Sutskever's form of Nesterov's method: v ← μv − η ∇f(θ + μv), θ ← θ + v. Our w
// is θ + μv.
func TestNesterovLooksAhead(t *testing.T) {
	const eta, mu = 0.05, 0.9
	lambda := []float64{1, 7}
	w := tensor.Vector(1, -2)
	o := &optim.SGD{Rate: eta, Momentum: mu, Nesterov: true}
	theta, v := []float64{1, -2}, []float64{0, 0}
	for step := range 40 {
		run(o, w, 1, lambda...)
		for i, l := range lambda {
			v[i] = mu*v[i] - eta*l*(theta[i]+mu*v[i])
			theta[i] += v[i]
			if ahead := theta[i] + mu*v[i]; math.Abs(w.Flat(i)-ahead) > 1e-13 {
				t.Fatalf("step %d: w[%d] is %v, want %v", step, i, w.Flat(i), ahead)
			}
		}
	}
}

// Without a gradient decoupled decay is geometric, and its rate that of the
// schedule.
func TestAdamWDecay(t *testing.T) {
	o := &optim.AdamW{WeightDecay: 0.5, Schedule: optim.StepDecay(0.1, 1, 0.5)}
	w := tensor.Scalar(3)
	run(o, w, 3, 0)
	if want := 3 * (1 - 0.05) * (1 - 0.025) * (1 - 0.0125); math.Abs(w.Item()-want) > 1e-15 {
		t.Errorf("w is %v, want %v", w.Item(), want)
	}
}

// To climb f is to descend −f.
func TestMaximize(t *testing.T) {
	for name, pair := range map[string][2]stepper{
		"SGD":   {&optim.SGD{Rate: 0.1, Momentum: 0.5}, &optim.SGD{Rate: 0.1, Momentum: 0.5, Maximize: true}},
		"Adam":  {&optim.Adam{}, &optim.Adam{Maximize: true}},
		"AdamW": {&optim.AdamW{WeightDecay: 0.1}, &optim.AdamW{WeightDecay: 0.1, Maximize: true}},
	} {
		a, b := tensor.Vector(1, -2), tensor.Vector(1, -2)
		run(pair[0], a, 20, 1, 5)
		run(pair[1], b, 20, -1, -5)
		if !slices.Equal(a.Float64s(), b.Float64s()) {
			t.Errorf("%s: %v down f, %v up −f", name, a.Float64s(), b.Float64s())
		}
	}
}

func TestSchedule(t *testing.T) {
	var asked []int
	o := &optim.SGD{Schedule: func(step int) float64 {
		asked = append(asked, step)
		return []float64{1, 0, 0.5}[step]
	}}
	w := tensor.Scalar(0)
	var path []float64
	for range 3 {
		o.Step(named(w), gradients{w: tensor.Scalar(1)})
		path = append(path, w.Item())
	}
	if !slices.Equal(asked, []int{0, 1, 2}) || !slices.Equal(path, []float64{-1, -1, -1.5}) {
		t.Errorf("steps %v, path %v", asked, path)
	}
}

func TestMinimises(t *testing.T) {
	for name, o := range each() {
		if a, ok := o.(*optim.Adam); ok {
			a.Rate = 0.05
		}
		if a, ok := o.(*optim.AdamW); ok {
			a.Rate = 0.05
		}
		for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
			w := tensor.Vector(1, -2).To(typ)
			run(o, w, 1000, 1, 5)
			if d := math.Hypot(w.Flat(0), w.Flat(1)); d > 1e-3 {
				t.Errorf("%s, %v: %v away from the minimum", name, typ, d)
			}
		}
	}
}

func TestTiedOnce(t *testing.T) {
	for name := range each() {
		a, b := tensor.Vector(1, -2), tensor.Vector(1, -2)
		once, twice := each()[name], each()[name]
		for range 3 {
			once.Step(named(a), gradients{a: tensor.Vector(0.5, 0.25)})
			twice.Step(named(b, b), gradients{b: tensor.Vector(0.5, 0.25)})
		}
		if !slices.Equal(a.Float64s(), b.Float64s()) {
			t.Errorf("%s: %v, but %v with two names", name, a.Float64s(), b.Float64s())
		}
	}
}

// A step counts its write, which a graph looks at, and only reads gradients.
func TestVersions(t *testing.T) {
	for name, o := range each() {
		w, g := tensor.Vector(1, -2), tensor.Vector(0.5, 0.25)
		v := w.Version()
		o.Step(named(w), gradients{w: g})
		if w.Version() == v {
			t.Errorf("%s: the version of w did not change", name)
		}
		if g.Version() != 0 || !slices.Equal(g.Float64s(), []float64{0.5, 0.25}) {
			t.Errorf("%s: the gradient was changed to %v", name, g.Float64s())
		}
	}
}

func TestShapes(t *testing.T) {
	for name, o := range each() {
		scalar, none, matrix := tensor.Scalar(1), tensor.Zeros(0, 3), tensor.Ones(2, 2)
		single := tensor.New(tensor.Float32, 2)
		ws := []*tensor.Tensor{scalar, none, matrix, single}
		g := gradients{}
		for _, w := range ws {
			g[w] = w.Clone()
			g[w].Fill(1)
		}
		o.Step(named(ws...), g)
		for _, w := range []*tensor.Tensor{scalar, matrix, single} {
			start := 1.0
			if w == single {
				start = 0
			}
			for i := range w.Len() {
				if !(w.Flat(i) < start) {
					t.Errorf("%s: element %d of shape %v did not fall from %v", name, i, w.Shape(), start)
				}
			}
		}
	}
}

// A NaN stays in its own element.
func TestNaNStays(t *testing.T) {
	for name, o := range each() {
		w := tensor.Vector(1, 1)
		o.Step(named(w), gradients{w: tensor.Vector(math.NaN(), 1)})
		if !math.IsNaN(w.Flat(0)) || !(w.Flat(1) < 1) {
			t.Errorf("%s: %v", name, w.Float64s())
		}
	}
}

func TestAllocations(t *testing.T) {
	w, x := tensor.Zeros(20), tensor.New(tensor.Float32, 30)
	g := gradients{w: tensor.Ones(20), x: tensor.New(tensor.Float32, 30)}
	params := func(yield func(string, *tensor.Tensor) bool) { _ = yield("w", w) && yield("x", x) }
	all := each()
	all["Schedule"] = &optim.SGD{Schedule: optim.Warmup(0, 5, optim.Cosine(1, 0, 10))}
	for name, o := range all {
		if n := testing.AllocsPerRun(50, func() { o.Step(params, g) }); n != 0 {
			t.Errorf("%s: %v allocations in each step", name, n)
		}
	}
	for _, c := range []*optim.Clip{{Norm: 1}, {Value: 0.5}, {}} {
		if n := testing.AllocsPerRun(50, func() { c.Apply(params, g) }); n != 0 {
			t.Errorf("%+v: %v allocations in each Apply", c, n)
		}
	}
}
