package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

var functions = map[string]func(x *graph.Var) *graph.Var{
	"exp": ops.Exp, "tanh": ops.Tanh, "sigmoid": ops.Sigmoid, "gelu": ops.GELU, "log": ops.Log, "sin": ops.Sin,
	"softplus": ops.Softplus, "silu": ops.SiLU, "relu": ops.ReLU,
}

var functionsOfTwo = map[string]func(a, b *graph.Var) *graph.Var{"add": ops.Add, "mul": ops.Mul}

// function returns the function that the words name, and its operands of the
// length that they say.
func (b *bench) function(args []string) (f func(x []*graph.Var) *graph.Var, x []*tensor.Tensor, err error) {
	n, err := numbers(args, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	if f := functions[args[0]]; f != nil {
		x := b.normal(n[0])
		if args[0] == "log" {
			x.FillUniform(b.r, 0.1, 3)
		}
		return func(x []*graph.Var) *graph.Var { return f(x[0]) }, []*tensor.Tensor{x}, nil
	}
	if f := functionsOfTwo[args[0]]; f != nil {
		return func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) }, []*tensor.Tensor{b.normal(n[0]), b.normal(n[0])}, nil
	}
	return nil, nil, fmt.Errorf("unknown function %q", args[0])
}

// erf is no operation: its value and slope are timed by themselves.
func (b *bench) erf(args []string, slope bool) (workload, error) {
	n, err := numbers(args, 1, 1)
	if err != nil {
		return nil, err
	}
	x, g := b.normal(n[0]), b.normal(n[0])
	y, gx := x.Clone(), x.Clone()
	return calls(func() {
		tensor.Erf(y, x)
		if slope {
			tensor.ErfSlope(gx, g, x)
		}
	}), nil
}

func (b *bench) elementwise(args []string) (workload, error) {
	if args[0] == "erf" {
		return b.erf(args, false)
	}
	f, x, err := b.function(args)
	if err != nil {
		return nil, err
	}
	vars := make([]*graph.Var, len(x))
	return calls(func() {
		b.tape.Reset()
		for i := range x {
			vars[i] = b.tape.Input(x[i])
		}
		f(vars)
	}), nil
}

func (b *bench) elementwiseGradient(args []string) (workload, error) {
	if args[0] == "erf" {
		return b.erf(args, true)
	}
	f, x, err := b.function(args)
	if err != nil {
		return nil, err
	}
	vars, g := make([]*graph.Var, len(x)), b.normal(x[0].Len())
	return calls(func() {
		b.tape.Reset()
		for i := range x {
			vars[i] = b.tape.Watch(x[i])
		}
		f(vars).BackwardFrom(g)
	}), nil
}

func (b *bench) sum(args []string) (workload, error) {
	size, err := numbers(args, 2, 1)
	if err != nil {
		return nil, err
	}
	axis, err := numbers(args[:1], 1, 0)
	if err != nil || axis[0] > 1 {
		return nil, fmt.Errorf("unknown axis %q", args[0])
	}
	x := b.normal(size...)
	return calls(func() {
		b.tape.Reset()
		ops.Sum(b.tape.Input(x), axis[0])
	}), nil
}

func (b *bench) rows(args []string) (workload, error) {
	size, err := numbers(args, 2, 1)
	if err != nil {
		return nil, err
	}
	x, g := b.normal(size...), b.normal(size...)
	gain, bias := b.normal(size[1]), b.normal(size[1])
	f := map[string]func(x *graph.Var, axis int) *graph.Var{
		"softmax": ops.Softmax, "log-softmax": ops.LogSoftmax,
		"layer-norm": func(x *graph.Var, _ int) *graph.Var {
			return ops.LayerNorm(x, b.tape.Watch(gain), b.tape.Watch(bias), 1e-5)
		},
	}[args[0]]
	if f == nil {
		return nil, fmt.Errorf("unknown function %q", args[0])
	}
	return calls(func() {
		b.tape.Reset()
		f(b.tape.Watch(x), 1).BackwardFrom(g)
	}), nil
}

func (b *bench) crossEntropy(args []string) (workload, error) {
	size, err := numbers(args, 2, 1)
	if err != nil {
		return nil, err
	}
	x, labels := b.normal(size...), b.labels(size[0], size[1])
	return calls(func() {
		b.tape.Reset()
		nn.CrossEntropy(b.tape.Watch(x), labels).Backward()
	}), nil
}

// A gradient is a source of gradients with the same for all parameters.
type gradient struct{ *tensor.Tensor }

func (g gradient) Of(*tensor.Tensor) *tensor.Tensor { return g.Tensor }

func (b *bench) update(args []string) (workload, error) {
	n, err := numbers(args, 1, 1)
	if err != nil {
		return nil, err
	}
	w, g := b.normal(n[0]), gradient{b.normal(n[0])}
	params := func(yield func(string, *tensor.Tensor) bool) { yield("w", w) }
	switch args[0] {
	case "sgd":
		opt := &optim.SGD{Rate: 1e-6}
		return calls(func() { opt.Step(params, g) }), nil
	case "momentum":
		opt := &optim.SGD{Rate: 1e-6, Momentum: 0.9}
		return calls(func() { opt.Step(params, g) }), nil
	case "adam":
		opt := &optim.Adam{Rate: 1e-6}
		return calls(func() { opt.Step(params, g) }), nil
	}
	return nil, fmt.Errorf("unknown optimizer %q", args[0])
}
