package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
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

// kinds are the requests besides gemm and batch, with how many words follow the type.
var kinds = map[string]struct {
	words   int
	prepare func(b *bench, args []string) (workload, error)
}{
	"step":         {3, (*bench).step},
	"map":          {2, (*bench).elementwise},
	"mapgrad":      {2, (*bench).elementwiseGradient},
	"sum":          {3, (*bench).sum},
	"rows":         {3, (*bench).rows},
	"crossentropy": {2, (*bench).crossEntropy},
	"update":       {2, (*bench).update},
	"chain":        {1, (*bench).chain},
	"chainallocs":  {1, (*bench).chainAllocations},
	"stepallocs":   {3, (*bench).stepAllocations},
	"cost":         {2, (*bench).cost},
	"memory":       {2, (*bench).memory},
	"first":        {0, (*bench).first},
}

var elementTypes = map[string]tensor.Type{"f32": tensor.Float32, "f64": tensor.Float64}

func prepareAdjoint(request []string) (workload, error) {
	switch request[0] {
	case "gemm", "batch":
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
	matrices := func(rows, cols int) *tensor.Tensor {
		shape := []int{p.count, rows, cols}
		if p.count == 1 {
			shape = shape[1:]
		}
		return tensor.New(b.typ, shape...).FillUniform(b.r, -1, 1)
	}
	x, y, dst := matrices(p.sizeA()), matrices(p.sizeB()), matrices(p.m, p.n)
	return calls(func() { tensor.MatMul(dst, x, y, p.ta, p.tb) }), nil
}

// A bench is what all workloads need.
type bench struct {
	typ  tensor.Type
	r    *rand.Rand
	tape graph.Tape
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

func (b *bench) chain(args []string) (workload, error) {
	f, err := b.chained(args)
	if err != nil {
		return nil, err
	}
	return calls(f), nil
}

func (b *bench) chainAllocations(args []string) (workload, error) {
	f, err := b.chained(args)
	if err != nil {
		return nil, err
	}
	return allocations(f), nil
}

func (b *bench) stepAllocations(args []string) (workload, error) {
	f, err := b.trainer(args)
	if err != nil {
		return nil, err
	}
	return allocations(f), nil
}

// allocations is the workload that counts the allocations of one call, after
// some others.
func allocations(f func()) workload {
	return func(time.Duration) (float64, error) {
		for range 3 {
			f()
		}
		return testing.AllocsPerRun(10, f), nil
	}
}

// chained repeats v ← tanh(v c + c) x, four operations.
func (b *bench) chained(args []string) (func(), error) {
	n, err := numbers(args, 1, 4)
	if err != nil {
		return nil, err
	}
	start := tensor.Full(0.5).To(b.typ)
	factor := tensor.Full(1.0001).To(b.typ)
	return func() {
		b.tape.Reset()
		x, c := b.tape.Watch(start), b.tape.Input(factor)
		v := x
		for range n[0] / 4 {
			v = ops.Mul(ops.Tanh(ops.Add(ops.Mul(v, c), c)), x)
		}
		v.Backward()
	}, nil
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
