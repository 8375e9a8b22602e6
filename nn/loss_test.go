package nn_test

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestCrossEntropy(t *testing.T) {
	const n, classes = 5, 3
	x := tensor.RandNormal(source(30), 0, 2, n, classes)
	labels := []int{2, 0, 1, 1, 2}
	want, grad := 0.0, tensor.Zeros(n, classes)
	for i, label := range labels {
		sum := 0.0
		for j := range classes {
			sum += math.Exp(x.At(i, j))
		}
		want -= math.Log(math.Exp(x.At(i, label))/sum) / n
		for j := range classes {
			p := math.Exp(x.At(i, j)) / sum
			if j == label {
				p--
			}
			grad.Set(p/n, i, j)
		}
	}
	mustLose(t, want, grad, x, func(x *graph.Var) *graph.Var { return nn.CrossEntropy(x, labels) })
}

func TestMSE(t *testing.T) {
	r := source(31)
	x, y := tensor.RandNormal(r, 0, 2, 3, 2), tensor.RandNormal(r, 0, 2, 3, 2)
	want, grad := 0.0, tensor.Zeros(3, 2)
	for i := range 6 {
		d := x.Flat(i) - y.Flat(i)
		want += d * d / 6
		grad.SetFlat(i, d/3)
	}
	mustLose(t, want, grad, x, func(x *graph.Var) *graph.Var { return nn.MSE(x, graph.Const(y)) })
}

func TestBCEWithLogits(t *testing.T) {
	r := source(32)
	x, y := tensor.RandNormal(r, 0, 2, 3, 2), tensor.RandUniform(r, 0, 1, 3, 2)
	y.SetFlat(0, 0)
	y.SetFlat(1, 1)
	want, grad := 0.0, tensor.Zeros(3, 2)
	for i := range 6 {
		p, q := 1/(1+math.Exp(-x.Flat(i))), y.Flat(i)
		want -= (q*math.Log(p) + (1-q)*math.Log(1-p)) / 6
		grad.SetFlat(i, (p-q)/6)
	}
	mustLose(t, want, grad, x, func(x *graph.Var) *graph.Var { return nn.BCEWithLogits(x, graph.Const(y)) })
}

// mustLose checks a loss and its gradient, which are a scalar and of x's shape.
func mustLose(t *testing.T, want float64, grad, x *tensor.Tensor, f func(x *graph.Var) *graph.Var) {
	t.Helper()
	var tape graph.Tape
	loss := f(tape.Watch(x))
	if len(loss.Shape()) != 0 {
		t.Fatalf("the loss has shape %v", loss.Shape())
	}
	if got := loss.Value().Item(); math.Abs(got-want) > 1e-13*want {
		t.Errorf("the loss is %v, want %v", got, want)
	}
	if got := loss.Backward().Of(x); !tensor.Close(got, grad, 1e-12, 1e-15) {
		t.Errorf("the gradient is %v, want %v", got, grad)
	}
}

// A model that is sure, and wrong, has a large loss, not Inf or NaN.
func TestLossesOfLargeLogits(t *testing.T) {
	x := graph.Const(tensor.Matrix([][]float64{{1000, -1000}}))
	if got := nn.CrossEntropy(x, []int{1}).Value().Item(); got != 2000 {
		t.Errorf("cross-entropy %v, want 2000", got)
	}
	no := graph.Const(tensor.Matrix([][]float64{{0, 1}}))
	if got := nn.BCEWithLogits(x, no).Value().Item(); got != 1000 {
		t.Errorf("binary cross-entropy %v, want 1000", got)
	}
}

func TestLossesRefuse(t *testing.T) {
	zeros := func(shape ...int) *graph.Var { return graph.Const(tensor.Zeros(shape...)) }
	for _, tt := range []struct {
		want string
		call func()
	}{
		{"nn.MSE: cannot compare [32 1] with targets [32]: a loss does not broadcast; reshape the targets to [32 1]",
			func() { nn.MSE(zeros(32, 1), zeros(32)) }},
		{"nn.MSE: cannot compare [4 3] with targets []: a loss does not broadcast",
			func() { nn.MSE(zeros(4, 3), zeros()) }},
		{"nn.MSE: cannot compare [0 3] with targets [0 3]: there is no mean of nothing",
			func() { nn.MSE(zeros(0, 3), zeros(0, 3)) }},
		{"nn.BCEWithLogits: cannot compare [4 1] with targets [4]: a loss does not broadcast; reshape the targets to [4 1]",
			func() { nn.BCEWithLogits(zeros(4, 1), zeros(4)) }},
		{"nn.BCEWithLogits: cannot compare [0] with targets [0]: there is no mean of nothing",
			func() { nn.BCEWithLogits(zeros(0), zeros(0)) }},
		{"nn.CrossEntropy: cannot take logits [3]: they must be n × classes",
			func() { nn.CrossEntropy(zeros(3), []int{0}) }},
		{"nn.CrossEntropy: cannot take logits [0 3]: there is no mean of nothing",
			func() { nn.CrossEntropy(zeros(0, 3), nil) }},
		{"nn.CrossEntropy: 1 labels for logits [2 3]: 2 rows want one each",
			func() { nn.CrossEntropy(zeros(2, 3), []int{0}) }},
		{"nn.CrossEntropy: label 3 at 1 is outside of the 3 classes of logits [2 3]",
			func() { nn.CrossEntropy(zeros(2, 3), []int{0, 3}) }},
		{"nn.CrossEntropy: label -1 at 0 is outside of the 3 classes of logits [2 3]",
			func() { nn.CrossEntropy(zeros(2, 3), []int{-1, 0}) }},
	} {
		mustPanic(t, tt.want, tt.call)
	}
}
