package nn_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A network learns the exclusive or.
func Example() {
	x := tensor.Matrix([][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}})
	t := tensor.Matrix([][]float64{{0}, {1}, {1}, {0}})
	model := nn.MLP(rand.New(rand.NewPCG(1, 2)), []int{2, 8, 1}, ops.Tanh)
	opt := &optim.Adam{Rate: 0.05}
	var tape graph.Tape
	for range 300 {
		tape.Reset()
		loss := nn.BCEWithLogits(model.Forward(tape.Input(x)), tape.Input(t))
		opt.Step(model.Params(), loss.Backward())
	}
	y := ops.Sigmoid(model.Forward(graph.Const(x)))
	fmt.Printf("%.1f\n", y.Value().Float64s())
	// Output: [0.0 1.0 1.0 0.0]
}

func ExampleSummary() {
	r := rand.New(rand.NewPCG(1, 2))
	fmt.Print(nn.Summary(nn.MLP(r, []int{784, 128, 10}, ops.ReLU)))
	// Output:
	// 0.W    [128 784]  100352
	// 0.B    [128]      128
	// 2.W    [10 128]   1280
	// 2.B    [10]       10
	// total             101770
}

func ExampleActivation() {
	_, err := nn.Activation("rleu")
	fmt.Println(err)
	// Output: nn: there is no activation "rleu"; there are celu, elu, gelu, gelu_tanh, hardshrink, hardsigmoid, hardswish, hardtanh, leaky_relu, linear, logsigmoid, mish, relu, relu6, selu, sigmoid, silu, softplus, softshrink, softsign, swish, tanh, tanhshrink
}
