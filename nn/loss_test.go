package nn_test

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
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

// The weighted mean over the rows that count, with smoothed targets, from its
// definition; and the row of a label that is ignored may hold anything.
func TestCrossEntropyWith(t *testing.T) {
	const n, classes, e = 6, 3, 0.2
	x := tensor.RandNormal(source(33), 0, 2, n, classes)
	labels, weight := []int{2, 0, -100, 1, 1, 2}, []float64{0.5, 2, 1.25}
	want, total := 0.0, 0.0
	for i, label := range labels {
		if label < 0 {
			continue
		}
		sum := 0.0
		for j := range classes {
			sum += math.Exp(x.At(i, j))
		}
		for j := range classes {
			loss := -weight[j] * math.Log(math.Exp(x.At(i, j))/sum)
			want += e / classes * loss
			if j == label {
				want += (1 - e) * loss
			}
		}
		total += weight[label]
	}
	x.Set(math.NaN(), 2, 1)
	s := ops.LabelSettings{Ignored: []int{-100}, Weight: graph.Const(tensor.Vector(weight...)), Smoothing: e}
	var tape graph.Tape
	loss := nn.CrossEntropyWith(tape.Watch(x), labels, s)
	if got := loss.Value().Item(); !(math.Abs(got-want/total) <= 1e-14*got) {
		t.Errorf("the loss is %v, want %v", got, want/total)
	}
	g := loss.Backward().Of(x)
	for i, label := range labels {
		row := 0.0
		for j := range classes {
			row += math.Abs(g.At(i, j))
		}
		if row != row || (row == 0) != (label < 0) {
			t.Errorf("the gradient of row %d is %v in sum", i, row)
		}
	}
}

// A batch in which nothing counts has the loss 0 and the gradient 0, of first and
// second order, with weights and without.
func TestNothingCounts(t *testing.T) {
	one := graph.Const(tensor.Vector(1, 0, 1))
	for name, s := range map[string]ops.LabelSettings{
		"all ignored":           {Ignored: []int{1}},
		"all ignored, weighted": {Ignored: []int{1}, Weight: one},
		"weight 0":              {Weight: one},
		"smoothed":              {Ignored: []int{1}, Smoothing: 0.1},
	} {
		x := tensor.RandNormal(source(34), 0, 2, 2, 3)
		var tape graph.Tape
		v := tape.Watch(x)
		loss := nn.CrossEntropyWith(v, []int{1, 1}, s)
		zero := tensor.Zeros(2, 3)
		if got := loss.Value().Item(); got != 0 {
			t.Errorf("%s: the loss is %v", name, got)
		}
		if g := loss.Backward().Of(x); !tensor.Equal(g, zero) {
			t.Errorf("%s: the gradient is %v", name, g)
		}
		if g := ops.Sum(ops.Square(loss.Grad(v)[0])).Backward().Of(x); !tensor.Equal(g, zero) {
			t.Errorf("%s: the second derivative is %v", name, g)
		}
	}
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
