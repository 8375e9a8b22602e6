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
	elu := func(x float64) float64 { return math.Max(x, 0) + math.Min(0, math.Exp(x)-1) }
	hardSigmoid := func(x float64) float64 { return math.Max(0, math.Min(1, x/6+0.5)) }
	definitions := map[string]func(x float64) float64{
		"celu": elu,
		"elu":  elu,
		"gelu": func(x float64) float64 { return x * math.Erfc(-x/math.Sqrt2) / 2 },
		"gelu_tanh": func(x float64) float64 {
			return x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		},
		"hardshrink": func(x float64) float64 {
			if math.Abs(x) > 0.5 {
				return x
			}
			return 0
		},
		"hardsigmoid": hardSigmoid,
		"hardswish":   func(x float64) float64 { return x * hardSigmoid(x) },
		"hardtanh":    func(x float64) float64 { return math.Max(-1, math.Min(1, x)) },
		"leaky_relu":  func(x float64) float64 { return max(x, 0.01*x) },
		"linear":      func(x float64) float64 { return x },
		"logsigmoid":  func(x float64) float64 { return math.Log(logistic(x)) },
		"mish":        func(x float64) float64 { return x * math.Tanh(math.Log(1+math.Exp(x))) },
		"relu":        func(x float64) float64 { return max(x, 0) },
		"relu6":       func(x float64) float64 { return math.Max(0, math.Min(6, x)) },
		"selu": func(x float64) float64 {
			if x > 0 {
				return 1.0507009873554805 * x
			}
			return 1.0507009873554805 * 1.6732632423543772 * (math.Exp(x) - 1)
		},
		"sigmoid":    logistic,
		"silu":       func(x float64) float64 { return x * logistic(x) },
		"softplus":   func(x float64) float64 { return math.Log(1 + math.Exp(x)) },
		"softshrink": func(x float64) float64 { return math.Max(x-0.5, 0) + math.Min(x+0.5, 0) },
		"softsign":   func(x float64) float64 { return x / (1 + math.Abs(x)) },
		"swish":      func(x float64) float64 { return x * logistic(x) },
		"tanh":       math.Tanh,
		"tanhshrink": func(x float64) float64 { return x - math.Tanh(x) },
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
	const want = `nn: there is no activation "Relu"; there are celu, elu, gelu, gelu_tanh, hardshrink, hardsigmoid, ` +
		`hardswish, hardtanh, leaky_relu, linear, logsigmoid, mish, relu, relu6, selu, sigmoid, silu, softplus, softshrink, softsign, ` +
		`swish, tanh, tanhshrink`
	if f != nil || err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
