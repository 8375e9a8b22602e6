package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

var adjointProgram = program{hello: helloAdjoint, prepare: prepareAdjoint}

func helloAdjoint() string {
	text := fmt.Sprintf("adjoint, %s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if set := os.Getenv("ADJOINT_CPU"); set != "" {
		text += ", ADJOINT_CPU=" + set
	}
	return text
}

// kinds are the requests besides gemm, with how many words follow the type.
var kinds = map[string]struct {
	words   int
	prepare func(b *bench, args []string) (workload, error)
}{
	"step":         {3, (*bench).step},
	"map":          {2, (*bench).elementwise},
	"mapgrad":      {2, (*bench).elementwiseGradient},
	"softmax":      {2, (*bench).softmax},
	"crossentropy": {2, (*bench).crossEntropy},
	"chain":        {1, (*bench).chain},
	"cost":         {2, (*bench).cost},
	"memory":       {2, (*bench).memory},
	"first":        {0, (*bench).first},
}

var elementTypes = map[string]tensor.Type{"f32": tensor.Float32, "f64": tensor.Float64}

func prepareAdjoint(request []string) (workload, error) {
	if request[0] == "gemm" {
		return prepareProduct(request)
	}
	kind, ok := kinds[request[0]]
	if !ok || len(request) != 2+kind.words {
		return nil, fmt.Errorf("unknown request %q", strings.Join(request, " "))
	}
	typ, ok := elementTypes[request[1]]
	if !ok {
		return nil, fmt.Errorf("unknown element type %q", request[1])
	}
	return kind.prepare(&bench{typ: typ, r: rand.New(rand.NewPCG(1, 0))}, request[2:])
}

func prepareProduct(request []string) (workload, error) {
	p, err := parseProduct(request)
	if err != nil {
		return nil, err
	}
	b := &bench{typ: elementTypes[p.typ], r: rand.New(rand.NewPCG(1, 0))}
	x, y, dst := b.uniform(p.sizeA()), b.uniform(p.sizeB()), b.uniform(p.m, p.n)
	return calls(func() { tensor.MatMul(dst, x, y, p.ta, p.tb) }), nil
}

// A bench is what all workloads need.
type bench struct {
	typ  tensor.Type
	r    *rand.Rand
	tape graph.Tape
}

// uniform returns a matrix of numbers of [-1, 1).
func (b *bench) uniform(rows, cols int) *tensor.Tensor {
	return tensor.New(b.typ, rows, cols).FillUniform(b.r, -1, 1)
}

func (b *bench) normal(shape ...int) *tensor.Tensor {
	return tensor.New(b.typ, shape...).FillNormal(b.r, 0, 1)
}

func (b *bench) labels(n, classes int) []int {
	labels := make([]int, n)
	for i := range labels {
		labels[i] = b.r.IntN(classes)
	}
	return labels
}

// A model is a network with the batch that it learns.
type model struct {
	net    nn.Sequential
	x      *tensor.Tensor
	labels []int
}

func (b *bench) model(widths, batch string) (model, error) {
	size, err := numbers(append(strings.Split(widths, "-"), batch), strings.Count(widths, "-")+2, 1)
	if err != nil {
		return model{}, err
	}
	layers, rows := size[:len(size)-1], size[len(size)-1]
	m := model{net: nn.MLP(b.r, layers, ops.ReLU)}
	nn.Convert(m.net, b.typ)
	m.x = b.normal(rows, layers[0])
	m.labels = b.labels(rows, layers[len(layers)-1])
	return m, nil
}

// loss records the loss of the model as the tape's only content.
func (b *bench) loss(m model) *graph.Var {
	b.tape.Reset()
	return nn.CrossEntropy(m.net.Forward(b.tape.Input(m.x)), m.labels)
}

func (b *bench) step(args []string) (workload, error) {
	step, err := b.trainer(args)
	if err != nil {
		return nil, err
	}
	return calls(step), nil
}

// trainer returns a training step. Small rates keep the loss from collapsing
// over thousands of steps on one batch: gradients that underflow would slow the
// arithmetic.
func (b *bench) trainer(args []string) (func(), error) {
	m, err := b.model(args[1], args[2])
	if err != nil {
		return nil, err
	}
	switch args[0] {
	case "sgd":
		opt := &optim.SGD{Rate: 1e-4}
		return func() { opt.Step(m.net.Params(), b.loss(m).Backward()) }, nil
	case "adam":
		opt := &optim.Adam{Rate: 1e-6}
		return func() { opt.Step(m.net.Params(), b.loss(m).Backward()) }, nil
	}
	return nil, fmt.Errorf("unknown optimizer %q", args[0])
}

var functions = map[string]func(x *graph.Var) *graph.Var{
	"exp": ops.Exp, "tanh": ops.Tanh, "sigmoid": ops.Sigmoid, "gelu": ops.GELU,
}

// function returns the function and the length that the words name.
func function(args []string) (func(x *graph.Var) *graph.Var, int, error) {
	f, ok := functions[args[0]]
	if !ok {
		return nil, 0, fmt.Errorf("unknown function %q", args[0])
	}
	n, err := numbers(args, 1, 1)
	if err != nil {
		return nil, 0, err
	}
	return f, n[0], nil
}

func (b *bench) elementwise(args []string) (workload, error) {
	f, n, err := function(args)
	if err != nil {
		return nil, err
	}
	x := b.normal(n)
	return calls(func() {
		b.tape.Reset()
		f(b.tape.Input(x))
	}), nil
}

func (b *bench) elementwiseGradient(args []string) (workload, error) {
	f, n, err := function(args)
	if err != nil {
		return nil, err
	}
	x, g := b.normal(n), b.normal(n)
	return calls(func() {
		b.tape.Reset()
		f(b.tape.Watch(x)).BackwardFrom(g)
	}), nil
}

func (b *bench) softmax(args []string) (workload, error) {
	size, err := numbers(args, 2, 1)
	if err != nil {
		return nil, err
	}
	x, g := b.normal(size...), b.normal(size...)
	return calls(func() {
		b.tape.Reset()
		ops.Softmax(b.tape.Watch(x), 1).BackwardFrom(g)
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

// chain repeats v ← tanh(v c + c) x, four operations.
func (b *bench) chain(args []string) (workload, error) {
	n, err := numbers(args, 1, 4)
	if err != nil {
		return nil, err
	}
	start := tensor.Full(0.5).To(b.typ)
	factor := tensor.Full(1.0001).To(b.typ)
	return calls(func() {
		b.tape.Reset()
		x, c := b.tape.Watch(start), b.tape.Input(factor)
		v := x
		for range n[0] / 4 {
			v = ops.Mul(ops.Tanh(ops.Add(ops.Mul(v, c), c)), x)
		}
		v.Backward()
	}), nil
}

// cost answers with the time of value and gradient over that of the value,
// recorded on the same tape: the median of five comparisons.
func (b *bench) cost(args []string) (workload, error) {
	m, err := b.model(args[0], args[1])
	if err != nil {
		return nil, err
	}
	both := calls(func() { b.loss(m).Backward() })
	alone := calls(func() { b.loss(m) })
	return func(d time.Duration) (float64, error) {
		var cost []float64
		for range 5 {
			t, err := both(d / 10)
			if err != nil {
				return 0, err
			}
			u, err := alone(d / 10)
			if err != nil {
				return 0, err
			}
			cost = append(cost, t/u)
		}
		return spread(cost).Median, nil
	}, nil
}

// memory trains and answers with the peak of this process's resident bytes.
func (b *bench) memory(args []string) (workload, error) {
	step, err := b.trainer([]string{"sgd", args[0], args[1]})
	if err != nil {
		return nil, err
	}
	return func(time.Duration) (float64, error) {
		for range 20 {
			step()
		}
		return peakMemory()
	}, nil
}

// first answers with the derivative of x² at 2.
func (b *bench) first([]string) (workload, error) {
	return func(time.Duration) (float64, error) {
		x := tensor.Full(2).To(b.typ)
		return ops.Square(b.tape.Watch(x)).Backward().Of(x).Item(), nil
	}, nil
}
