package nn_test

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// With n draws of variance σ² and kurtosis κ, the mean has the standard error
// σ/√n and the sample variance σ²√((κ−1)/n). Five of them leave one chance in a
// million for each, but the seed is fixed. Wrong factors, fans the wrong way
// round and the other distribution are hundreds of them away.
func TestInit(t *testing.T) {
	const in, out = 300, 700
	const n = in * out
	for _, tt := range []struct {
		name     string
		init     nn.Init
		variance float64
		kurtosis float64 // 3 if normal, 9/5 if uniform
	}{
		{"GlorotUniform", nn.GlorotUniform, 2.0 / (in + out), 1.8},
		{"GlorotNormal", nn.GlorotNormal, 2.0 / (in + out), 3},
		{"HeUniform", nn.HeUniform, 2.0 / in, 1.8},
		{"HeNormal", nn.HeNormal, 2.0 / in, 3},
		{"LeCunUniform", nn.LeCunUniform, 1.0 / in, 1.8},
		{"LeCunNormal", nn.LeCunNormal, 1.0 / in, 3},
	} {
		w := tensor.Zeros(out, in)
		tt.init(source(20), w)
		var mean, second, fourth float64
		for _, v := range w.Float64s() {
			mean += v / n
			second += v * v / n
			fourth += v * v * v * v / n
		}
		if limit := 5 * math.Sqrt(tt.variance/n); math.Abs(mean) > limit {
			t.Errorf("%s: mean %v, want 0 ± %v", tt.name, mean, limit)
		}
		if limit := 5 * math.Sqrt((tt.kurtosis-1)/n); math.Abs(second/tt.variance-1) > limit {
			t.Errorf("%s: variance %v, want %v (1 ± %v)", tt.name, second, tt.variance, limit)
		}
		if k := fourth / (second * second); math.Abs(k-tt.kurtosis) > 0.3 {
			t.Errorf("%s: kurtosis %v, want %v", tt.name, k, tt.kurtosis)
		}

		again, single := tensor.Zeros(out, in), tensor.New(tensor.Float32, out, in)
		tt.init(source(20), again)
		tt.init(source(20), single)
		if !tensor.Equal(w, again) {
			t.Errorf("%s: the same source gives other numbers", tt.name)
		}
		if !tensor.Equal(w.To(tensor.Float32), single) {
			t.Errorf("%s: float32 weights are not the rounded float64 ones", tt.name)
		}
		tt.init(source(20), tensor.Zeros(0, 3)) // nothing to draw
		mustPanic(t, "nn."+tt.name+": cannot initialise shape [5]: weights must be out × in",
			func() { tt.init(source(20), tensor.Zeros(5)) })
	}
}

// With He's variance E a² is the same after each ReLU, as Var z = in·(2/in)·E a²
// and a ReLU keeps half of it. On a square matrix Glorot's variance is 1/in, and
// E a² halves. In a layer of 512 the ratio has a standard error of about
// √(5/512), in ten layers 1/3, so a factor of 4 is four of them.
func TestHeKeepsSignal(t *testing.T) {
	const depth, width = 10, 512
	gain := func(init nn.Init) float64 {
		r := source(21)
		var m nn.Sequential
		for range depth {
			m = append(m, nn.NewLinear(r, width, width, init), nn.Func(ops.ReLU))
		}
		x := graph.Const(tensor.RandNormal(r, 0, 1, width))
		zero := graph.Const(tensor.Zeros(width))
		return nn.MSE(m.Forward(x), zero).Value().Item() / nn.MSE(x, zero).Value().Item()
	}
	for _, tt := range []struct {
		name string
		init nn.Init
		want float64
	}{
		{"HeNormal", nn.HeNormal, 1},
		{"GlorotNormal", nn.GlorotNormal, math.Pow(2, -depth)},
	} {
		if got := gain(tt.init); got < tt.want/4 || got > tt.want*4 {
			t.Errorf("%s: %d layers change the mean square by a factor %v, want about %v", tt.name, depth, got, tt.want)
		}
	}
}
