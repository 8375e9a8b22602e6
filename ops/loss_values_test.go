package ops_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The operations of several operands that have no golden case, or not with all
// settings, against their definitions in plain Go.
func TestValuesOfSeveral(t *testing.T) {
	a, b := tensor.Vector(-7.5, 7.5, -7.5, 7.5, 6, 0.3), tensor.Vector(2, 2, -2, -2, 3, 0.25)
	x, y, v := tensor.Vector(-1, 0.5, 3), tensor.Vector(2, 0.25, -1), tensor.Vector(0.5, 2, 1e-3)
	pairwise := func(f func(a, b float64) float64, a, b *tensor.Tensor) []float64 {
		var out []float64
		for i := range a.Len() {
			out = append(out, f(a.Flat(i), b.Flat(i)))
		}
		return out
	}
	c := graph.Const
	for _, test := range []struct {
		name string
		got  *graph.Var
		want []float64
	}{
		{"Fmod", ops.Fmod(c(a), c(b)), pairwise(math.Mod, a, b)},
		{"Remainder", ops.Remainder(c(a), c(b)), pairwise(func(a, b float64) float64 { return a - b*math.Floor(a/b) }, a, b)},
		{"Dim", ops.Dim(c(a), c(b)), pairwise(math.Dim, a, b)},
		{"Atan2", ops.Atan2(c(a), c(b)), pairwise(math.Atan2, a, b)},
		{"Hypot", ops.Hypot(c(tensor.Vector(3e200, 3e-200)), c(tensor.Vector(4e200, 4e-200))), []float64{5e200, 5e-200}},
		{"LogAddExp", ops.LogAddExp(c(x), c(y)), pairwise(func(a, b float64) float64 { return math.Log(math.Exp(a) + math.Exp(b)) }, x, y)},
		{"Lerp", ops.Lerp(c(x), c(y), c(tensor.Scalar(0.25))), []float64{-0.25, 0.4375, 2}},
		{"AddCMul", ops.AddCMul(c(x), c(y), c(v), 2), []float64{1, 1.5, 2.998}},
		{"XLogY", ops.XLogY(c(tensor.Vector(0, 0, 2)), c(tensor.Vector(0, -1, 3))), []float64{0, 0, 2 * math.Log(3)}},
		{"GaussianNLL", ops.GaussianNLL(c(x), c(y), c(v)), []float64{
			0.5 * (math.Log(0.5) + 18), 0.5 * (math.Log(2) + 0.03125), 0.5 * (math.Log(1e-3) + 16000)}},
		{"PoissonNLL", ops.PoissonNLL(c(x), c(y)), []float64{math.Exp(-1) + 2, math.Exp(0.5) - 0.125, math.Exp(3) + 3}},
		{"SmoothL1 of 0", ops.SmoothL1(c(x), c(y), 0), []float64{3, 0.25, 4}},
		{"TripletMargin", ops.TripletMargin(c(tensor.Vector(0, 0)), c(tensor.Vector(3, 4)), c(tensor.Vector(-6, 8)), 7),
			[]float64{math.Hypot(3-1e-6, 4-1e-6) - math.Hypot(6+1e-6, 8-1e-6) + 7}},
		{"CosineSimilarity", ops.CosineSimilarity(c(tensor.Vector(1, 0, 0)), c(tensor.Vector(1, 1, 0)), 0, 1e-8), []float64{math.Sqrt2 / 2}},
		{"BCE", ops.BCE(c(tensor.Vector(0, 1, 0.25, 1e-300, 0)), c(tensor.Vector(0, 1, 0.5, 1, 1))),
			[]float64{0, 0, -0.5*math.Log(0.25) - 0.5*math.Log(0.75), -math.Log(1e-300), math.Inf(1)}},
		{"KLDiv", ops.KLDiv(c(tensor.Vector(math.Inf(-1), -1)), c(tensor.Vector(0, 0.5))), []float64{0, 0.5 * (math.Log(0.5) + 1)}},
		{"SoftMargin", ops.SoftMargin(c(tensor.Vector(2, 2000)), c(tensor.Vector(1, -1))), []float64{math.Log1p(math.Exp(-2)), 2000}},
	} {
		got := test.got.Value()
		want := tensor.FromSlice(test.want, got.Shape()...)
		if !tensor.Close(got, want, 1e-14, 1e-15) {
			t.Errorf("%s: %v, want %v", test.name, got, want)
		}
	}
}

// The losses of classifiers with each setting, in any place of the classes: NLL of
// log-probabilities is the cross-entropy of logits, a target of one-hot rows is a
// label, smoothing is a target, and weights count as repetitions do.
func TestLabelLosses(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	x := graph.Const(tensor.RandNormal(r, 0, 2, 2, 3, 2)) // classes on axis 1
	w := graph.Const(tensor.Vector(1, 3, 2))
	labels := []int{2, 0, 1, -7}
	s := ops.LabelSettings{Axis: 1, Ignored: []int{-7}, Weight: w}

	y := ops.CrossEntropyWith(x, labels, s)
	for i, label := range labels {
		want := 0.0
		if n, k := i/2, i%2; label >= 0 {
			sum := 0.0
			for j := range 3 {
				sum += math.Exp(x.Value().At(n, j, k))
			}
			want = w.Value().At(label) * (math.Log(sum) - x.Value().At(n, label, k))
		}
		if got := y.Value().Flat(i); !(math.Abs(got-want) <= 1e-14*(1+want)) {
			t.Errorf("cross-entropy %d is %v, want %v", i, got, want)
		}
	}
	same := func(what string, a, b *graph.Var) {
		t.Helper()
		if !tensor.Close(a.Value(), b.Value(), 1e-13, 1e-14) {
			t.Errorf("%s: %v and %v", what, a.Value(), b.Value())
		}
	}
	same("NLL", y, ops.NLL(ops.LogSoftmax(x, 1), labels, s))

	// A class of weight 3 counts as three rows.
	rows := ops.Reshape(x, 4, 3)
	repeated := ops.Take(rows, 0, []int{0, 0, 1, 2, 2, 2})
	weighted := ops.LabelSettings{Weight: w}
	same("weights", ops.LabelMean(ops.CrossEntropyWith(ops.Take(rows, 0, []int{0, 1, 2}), []int{2, 0, 1}, weighted), []int{2, 0, 1}, weighted),
		ops.Mean(ops.CrossEntropy(repeated, []int{2, 2, 0, 1, 1, 1})))

	certain := graph.Const(tensor.OneHot(tensor.Float64, []int{2, 0, 1, 0}, 3))
	for _, s := range []ops.LabelSettings{{}, {Smoothing: 0.3}, {Weight: w}, {Weight: w, Smoothing: 0.3}} {
		soft := ops.SoftCrossEntropy(rows, certain, s)
		same("one-hot", ops.CrossEntropyWith(rows, []int{2, 0, 1, 0}, ops.LabelSettings{Smoothing: s.Smoothing}), ops.SoftCrossEntropy(rows, certain, ops.LabelSettings{Smoothing: s.Smoothing}))
		across := s
		across.Axis = 1
		same("axis", ops.Reshape(soft, 2, 2), ops.SoftCrossEntropy(
			ops.Transpose(ops.Reshape(rows, 2, 2, 3), 0, 2, 1), ops.Transpose(ops.Reshape(certain, 2, 2, 3), 0, 2, 1), across))
	}
	infinite := graph.Const(tensor.Vector(0, 0, math.Inf(-1)))
	same("no part of a class", ops.SoftCrossEntropy(infinite, graph.Const(tensor.Vector(0.5, 0.5, 0)), ops.LabelSettings{}), graph.Const(tensor.Scalar(math.Ln2)))
}

// A step with the activations, the functions and the losses of this package
// allocates nothing after the first.
func TestElementwiseAllocs(t *testing.T) {
	w, target, small := tensor.Full(0.4, 4, 3), tensor.Full(0.2, 4, 3), tensor.Vector(0.1)
	alone := func(f func(x *graph.Var) *graph.Var) func(x, t, a *graph.Var) *graph.Var {
		return func(x, _, _ *graph.Var) *graph.Var { return f(x) }
	}
	var tape graph.Tape
	for name, f := range map[string]func(x, t, a *graph.Var) *graph.Var{
		"ELU":        alone(with(ops.ELU, 0.5)),
		"HardShrink": alone(with(ops.HardShrink, 0.1)),
		"SoftShrink": alone(with(ops.SoftShrink, 0.1)),
		"ReLU6":      alone(ops.ReLU6),
		"HardSwish":  alone(ops.HardSwish),
		"Mish":       alone(ops.Mish),
		"Sinc":       alone(ops.Sinc),
		"Lgamma":     alone(ops.Lgamma),
		"BesselJ":    alone(bessel(ops.BesselJ, 2)),
		"PReLU":      func(x, _, a *graph.Var) *graph.Var { return ops.PReLU(x, a) },
		"Fmod":       func(x, _, a *graph.Var) *graph.Var { return ops.Fmod(x, a) },
		"Hypot":      func(x, _, a *graph.Var) *graph.Var { return ops.Hypot(x, a) },
		"LogAddExp":  func(x, _, a *graph.Var) *graph.Var { return ops.LogAddExp(x, a) },
		"Huber":      func(x, t, _ *graph.Var) *graph.Var { return ops.Huber(x, t, 0.1) },
		"BCE":        func(x, t, _ *graph.Var) *graph.Var { return ops.BCE(x, t) },
		"Gaussian":   func(x, t, _ *graph.Var) *graph.Var { return ops.GaussianNLL(x, t, t) },
		"Cosine":     func(x, t, _ *graph.Var) *graph.Var { return ops.CosineSimilarity(x, t, -1, 1e-8) },
		"Triplet":    func(x, t, _ *graph.Var) *graph.Var { return ops.TripletMargin(x, t, t, 1) },
	} {
		step := func() {
			tape.Reset()
			ops.Sum(f(tape.Watch(w), tape.Input(target), tape.Input(small))).Backward()
		}
		step()
		step()
		if n := testing.AllocsPerRun(5, step); n != 0 {
			t.Errorf("%s allocates %v times in a step", name, n)
		}
	}
}
