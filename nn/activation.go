package nn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

// activations are the functions that have a name on command lines.
var activations = map[string]Func{
	"celu":        func(x *graph.Var) *graph.Var { return ops.CELU(x, 1) },
	"elu":         func(x *graph.Var) *graph.Var { return ops.ELU(x, 1) },
	"gelu":        ops.GELU,
	"gelu_tanh":   ops.GELUTanh,
	"hardshrink":  func(x *graph.Var) *graph.Var { return ops.HardShrink(x, 0.5) },
	"hardsigmoid": ops.HardSigmoid,
	"hardswish":   ops.HardSwish,
	"hardtanh":    ops.HardTanh,
	"leaky_relu":  func(x *graph.Var) *graph.Var { return ops.LeakyReLU(x, 0.01) },
	"linear":      func(x *graph.Var) *graph.Var { return x }, // eq: A1
	"logsigmoid":  ops.LogSigmoid,
	"mish":        ops.Mish,
	"relu":        ops.ReLU,
	"relu6":       ops.ReLU6,
	"selu":        ops.SELU,
	"sigmoid":     ops.Sigmoid,
	"silu":        ops.SiLU,
	"softplus":    ops.Softplus,
	"softshrink":  func(x *graph.Var) *graph.Var { return ops.SoftShrink(x, 0.5) },
	"softsign":    ops.Softsign,
	"swish":       ops.SiLU,
	"tanh":        ops.Tanh,
	"tanhshrink":  ops.TanhShrink,
}

// Activation returns the activation of a name, as given on a command line. The
// slope of "leaky_relu" is 0.01, α of "elu" and "celu" is 1, the threshold of
// "hardshrink" and "softshrink" is ½, "swish" is "silu", and "linear" is the
// identity. The error of an unknown name lists those there are.
func Activation(name string) (Func, error) {
	f, ok := activations[name]
	if !ok {
		return nil, fmt.Errorf("nn: there is no activation %q; there are %s", name, strings.Join(Activations(), ", "))
	}
	return f, nil
}

// Activations returns the names that Activation knows, sorted.
func Activations() []string { return slices.Sorted(maps.Keys(activations)) }
