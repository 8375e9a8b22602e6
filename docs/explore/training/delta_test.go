package training

import (
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

// deep are settings with every activation once, but for one, of which sizes all differ.
func deep() Settings {
	return Settings{Set: "spiral", Hidden: []Layer{{5, "swish"}, {7, "sigmoid"}, {6, "leaky_relu"}, {4, "tanh"}}, Seed: 7}
}

// δ of each layer is what Grad gives for z, and how the loss changes with a nudge of z from
// which the layers after it are computed anew.
func TestDeltaIsTheAdjoint(t *testing.T) {
	for _, s := range []Settings{deep(), {Set: "moons", Hidden: []Layer{{3, "relu"}}}, {Set: "xor", Hidden: []Layer{}}} {
		r := newRun(t, s)
		r.Step(3)
		var tape graph.Tape
		p := r.forward(&tape, r.x, r.labels)
		grads := p.loss.Grad(p.z...)
		seen := 0
		for v, delta := range p.loss.Sweep() {
			l := slices.Index(p.z, v)
			if l < 0 {
				continue
			}
			seen++
			if want := grads[l].Value(); !tensor.Close(delta, want, 1e-12, 1e-18) {
				t.Errorf("%s, layer %d: the sweep has δ %v, and Grad %v", s.Set, l, delta, want)
			}
			z := p.z[l].Value().Clone()
			after := func() float64 {
				return nn.CrossEntropy(r.net[2*l+1:].Forward(graph.Const(z)), r.labels).Value().Item()
			}
			for i := 0; i < z.Len(); i += 7 {
				const h = 1e-4
				was := z.Flat(i)
				if math.Abs(was) < h { // the kink of ReLU
					continue
				}
				z.SetFlat(i, was+h)
				up := after()
				z.SetFlat(i, was-h)
				down := after()
				z.SetFlat(i, was)
				if slope := (up - down) / (2 * h); math.Abs(slope-delta.Flat(i)) > 1e-6*rms(delta) && math.Abs(slope-delta.Flat(i)) > 2e-11 {
					t.Errorf("%s, layer %d: δ of element %d is %v, and a nudge gives %v", s.Set, l, i, delta.Flat(i), slope)
				}
			}
		}
		if seen != len(r.acts)+1 {
			t.Errorf("the sweep comes by %d layers", seen)
		}
	}
}

// The sizes of a step are those of the pass before its update, layer after layer.
func TestSizesAreThoseOfTheLastStep(t *testing.T) {
	r, twin := newRun(t, deep()), newRun(t, deep())
	twin.Step(4)
	r.Step(5)
	var tape graph.Tape
	p := twin.forward(&tape, twin.x, twin.labels)
	deltas := p.loss.Grad(p.z...)
	grads := p.loss.Backward()
	plain := func(x *tensor.Tensor) float64 {
		return math.Sqrt(tensor.Mean(nil, tensor.Square(nil, x), nil, false).Item())
	}
	in := graph.Const(twin.x)
	for l, s := range r.Sizes() {
		a := twin.net[:min(2*l+2, len(twin.net))].Forward(in).Value()
		want := Sizes{plain(a), plain(deltas[l].Value()), plain(grads.Of(twin.net[2*l].(*nn.Linear).W))}
		for _, c := range [][2]float64{{s.A, want.A}, {s.Delta, want.Delta}, {s.WBar, want.WBar}} {
			if !(math.Abs(c[0]-c[1]) <= 1e-12*c[1]) || c[1] == 0 {
				t.Errorf("layer %d has %v, want %v", l, s, want)
			}
		}
	}
}

// With a batch the sizes and the step are those of its points, bit for bit what Backward and
// the optimizer of the library make of them.
func TestStepOfABatch(t *testing.T) {
	s := deep()
	s.Batch, s.Optimizer, s.Rate = 7, "sgd", 0.25
	r, twin := newRun(t, s), newRun(t, s)
	for range 20 { // more than once round
		r.Step(1)
		x, labels := twin.next()
		var tape graph.Tape
		loss := nn.CrossEntropy(twin.net.Forward(tape.Input(x)), labels)
		grads := loss.Backward()
		for l, got := range r.Sizes() {
			if want := rms(grads.Of(twin.net[2*l].(*nn.Linear).W)); got.WBar != want {
				t.Fatalf("layer %d: rms of W̄ %v, want %v", l, got.WBar, want)
			}
		}
		for _, w := range twin.net.Params() {
			tensor.AddScaled(w, grads.Of(w), -0.25)
		}
		got := slices.Collect(values(r.net))
		for i, w := range slices.Collect(values(twin.net)) {
			if !tensor.Close(got[i], w, 1e-15, 1e-16) {
				t.Fatalf("parameter %d is %v, want %v", i, got[i], w)
			}
		}
	}
}

func values(m nn.Module) iter.Seq[*tensor.Tensor] {
	return func(yield func(*tensor.Tensor) bool) {
		for _, w := range m.Params() {
			if !yield(w) {
				return
			}
		}
	}
}

// In four layers of sigmoids δ loses at least three quarters of its size with each layer
// that it goes down, up to what the weights make of it; with ReLU it keeps it.
func TestVanishingIsVisible(t *testing.T) {
	ratio := func(act string) float64 {
		s := newRun(t, Settings{Hidden: []Layer{{16, act}, {16, act}, {16, act}, {16, act}}}).Sizes()
		return s[0].Delta / s[4].Delta
	}
	if got := ratio("sigmoid"); got > 0.02 {
		t.Errorf("with sigmoid the ratio of δ is %v", got)
	}
	if got := ratio("relu"); got < 0.1 {
		t.Errorf("with ReLU the ratio of δ is %v", got)
	}
}

func TestStuck(t *testing.T) {
	for _, c := range []struct {
		act    string
		bias   []float64
		n, of  int
		allOff int
	}{
		{"relu", []float64{-50, 0, 50, -50}, 2, 4, 4},
		{"leaky_relu", []float64{-50, 0, 50, -50}, 2, 4, 4},
		{"swish", []float64{-50, 0, 50, -50}, 2, 4, 4},
		{"tanh", []float64{-50, 0, 50, -50}, 3 * 120, 4 * 120, 4 * 120},
		{"sigmoid", []float64{-50, 0, 50, -50}, 3 * 120, 4 * 120, 4 * 120},
	} {
		r := newRun(t, Settings{Hidden: []Layer{{4, c.act}}})
		layer := r.net[0].(*nn.Linear)
		if n, of := r.Stuck(0); n != 0 || of != c.of {
			t.Errorf("%s: %d of %d are stuck at first", c.act, n, of)
		}
		for i, b := range c.bias {
			layer.B.Set(b, i)
		}
		r.judge()
		if n, of := r.Stuck(0); n != c.n || of != c.of {
			t.Errorf("%s: %d of %d are stuck, want %d of %d", c.act, n, of, c.n, c.of)
		}
		layer.B.Fill(-50)
		r.judge()
		if n, _ := r.Stuck(0); n != c.allOff {
			t.Errorf("%s: %d are stuck with all biases at −50, want %d", c.act, n, c.allOff)
		}
	}
}

// The flat part of a sigmoid begins where its slope is a twentieth of the largest: at the z
// for which σ(1 − σ) = 1/80, which is 4.356544; for tanh
// it is half of that.
func TestWhereFlatBegins(t *testing.T) {
	for _, c := range []struct {
		act  string
		edge float64
	}{{"sigmoid", 4.356544}, {"tanh", 2.178272}} {
		act, err := activationOf("act1", c.act)
		if err != nil {
			t.Fatal(err)
		}
		z := tensor.Matrix([][]float64{{c.edge - 1e-5, c.edge + 1e-5, -c.edge + 1e-5, -c.edge - 1e-5}})
		if n, of := act.stuck(z); n != 2 || of != 4 {
			t.Errorf("%s: %d of %d are flat", c.act, n, of)
		}
	}
}

func TestRMS(t *testing.T) {
	for _, c := range []struct {
		x    *tensor.Tensor
		want float64
	}{
		{tensor.Vector(3, -4, 0, 0), 2.5}, {tensor.Zeros(3), 0}, {tensor.Vector(1e200, 1e200), 1e200},
		{tensor.Vector(1, math.Inf(-1)), math.Inf(1)}, {tensor.Vector(1, math.NaN(), 2), math.NaN()},
	} {
		if got := rms(c.x); got != c.want && !(got != got && c.want != c.want) {
			t.Errorf("rms of %v is %v, want %v", c.x, got, c.want)
		}
	}
}
