package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestActivation(t *testing.T) {
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	definitions := map[string]func(x float64) float64{
		"gelu": func(x float64) float64 { return x * math.Erfc(-x/math.Sqrt2) / 2 },
		"gelu_tanh": func(x float64) float64 {
			return x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		},
		"leaky_relu": func(x float64) float64 { return max(x, 0.01*x) },
		"linear":     func(x float64) float64 { return x },
		"relu":       func(x float64) float64 { return max(x, 0) },
		"sigmoid":    logistic,
		"silu":       func(x float64) float64 { return x * logistic(x) },
		"softplus":   func(x float64) float64 { return math.Log(1 + math.Exp(x)) },
		"swish":      func(x float64) float64 { return x * logistic(x) },
		"tanh":       math.Tanh,
	}
	listed := nn.Activations()
	if !slices.IsSorted(listed) || len(listed) != len(definitions) {
		t.Errorf("names %q, want those of the %d definitions, sorted", listed, len(definitions))
	}
	x := tensor.Vector(-2.5, -0.3, 0, 0.7, 3)
	for _, name := range listed {
		f, err := nn.Activation(name)
		if err != nil {
			t.Fatal(err)
		}
		want := x.Clone()
		for i, v := range x.Float64s() {
			want.SetFlat(i, definitions[name](v))
		}
		if got := f.Forward(graph.Const(x)).Value(); !tensor.Close(got, want, 1e-14, 1e-15) {
			t.Errorf("%s of %v is %v, want %v", name, x, got, want)
		}
	}

	f, err := nn.Activation("Relu")
	const want = `nn: there is no activation "Relu"; there are gelu, gelu_tanh, leaky_relu, linear, relu, sigmoid, silu, softplus, swish, tanh`
	if f != nil || err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
