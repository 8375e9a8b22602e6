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
	"gelu":       ops.GELU,
	"gelu_tanh":  ops.GELUTanh,
	"leaky_relu": func(x *graph.Var) *graph.Var { return ops.LeakyReLU(x, 0.01) },
	"linear":     func(x *graph.Var) *graph.Var { return x },
	"relu":       ops.ReLU,
	"sigmoid":    ops.Sigmoid,
	"silu":       ops.SiLU,
	"softplus":   ops.Softplus,
	"swish":      ops.SiLU,
	"tanh":       ops.Tanh,
}

// Activation returns the activation of a name, as given on a command line. The
// slope of "leaky_relu" is 0.01, "swish" is "silu", and "linear" is the
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
