package nn_test

import (
	"iter"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// recurrent makes two steps of both cells a module.
type recurrent struct {
	lstm *nn.LSTMCell
	gru  *nn.GRUCell
}

func (m recurrent) Forward(x *graph.Var) *graph.Var {
	h, c := m.lstm.Step(x, x, x)
	h, _ = m.lstm.Step(x, h, c)
	return m.gru.Step(x, m.gru.Step(x, h))
}

// A checked is a function of x and of parameters that it watches.
type checked struct {
	forward func(x *graph.Var) *graph.Var
	x       *tensor.Tensor
	params  []*tensor.Tensor
}

func network(m nn.Module, x *tensor.Tensor) checked {
	return checked{m.Forward, x, tensors(m.Params())}
}

func tensors(params iter.Seq2[string, *tensor.Tensor]) []*tensor.Tensor {
	var list []*tensor.Tensor
	for _, w := range params {
		list = append(list, w)
	}
	return list
}

// Layers with all their parameters, to the second order.
func TestLayerGradients(t *testing.T) {
	r := source(60)
	images := tensor.RandNormal(r, 0, 1, 2, 2, 3, 3)
	places := tensor.RandNormal(r, 0, 1, 1, 3, 4)
	rows := tensor.RandNormal(r, 0, 1, 2, 2)
	cells := recurrent{nn.NewLSTMCell(r, 2, 2), nn.NewGRUCell(r, 2, 2)}
	table := nn.NewEmbedding(r, 3, 2)
	causal := nn.NewMultiHeadAttention(r, 4, 2)
	causal.Causal = true
	for name, c := range map[string]checked{
		"images": network(nn.Sequential{
			nn.NewConv(r, 2, 2, []int{2, 2}, ops.ConvOptions{Groups: 2}), nn.NewGroupNorm(1, 2), nn.Func(ops.Tanh),
			nn.AvgPool([]int{2, 1}, ops.AvgPoolOptions{}), nn.Func(nn.Flatten), nn.NewLayerNorm(4), nn.NewRMSNorm(4),
		}, images),
		"batch norm": network(nn.Sequential{nn.NewBatchNorm(2), nn.Func(ops.Tanh)}, images),
		"attention":  network(causal, places),
		"embedding": {func(x *graph.Var) *graph.Var {
			return ops.Mul(x, ops.Tanh(table.Rows(x.Tape(), []int{2, 0, 2, 1}, 2, 2)))
		}, tensor.RandNormal(r, 0, 1, 2, 2, 2), tensors(table.Params())},
		"cells": {cells.Forward, rows, slices.Concat(tensors(cells.lstm.Params()), tensors(cells.gru.Params()))},
	} {
		f := func(x []*graph.Var) *graph.Var { return c.forward(x[0]) }
		if err := (gradcheck.Checker{Order: 2}).Check(f, append([]*tensor.Tensor{c.x}, c.params...)...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// On a tape batch norm moves its statistics and dropout drops; on a constant neither
// does, and the statistics are used.
func TestLayersOnConstants(t *testing.T) {
	x := tensor.Matrix([][]float64{{1, 5}, {3, 5}})
	norm := nn.NewBatchNorm(2)
	var tape graph.Tape
	y := norm.Forward(tape.Input(x)).Value()
	if y.At(0, 0) != -y.At(1, 0) || y.At(0, 1) != 0 {
		t.Errorf("normalised to %v", y)
	}
	mean, variance := tensor.Vector(0.1*2, 0.1*5), tensor.Vector(0.9+0.1*2, 0.9)
	if !tensor.Close(norm.Running.Mean, mean, 1e-15, 0) || !tensor.Close(norm.Running.Var, variance, 1e-15, 0) {
		t.Errorf("running statistics %v and %v, want %v and %v", norm.Running.Mean, norm.Running.Var, mean, variance)
	}
	for range 2 {
		y := norm.Forward(graph.Const(x.To(tensor.Float64)))
		want := ops.BatchNormEval(graph.Const(x), graph.Const(mean), graph.Const(variance), nil, nil, 1e-5)
		if !tensor.Close(y.Value(), want.Value(), 1e-14, 0) {
			t.Errorf("evaluated to %v, want %v", y, want)
		}
	}
	nn.Convert(norm, tensor.Float32)
	if y := norm.Forward(graph.Const(x.To(tensor.Float32))); y.Type() != tensor.Float32 {
		t.Errorf("after Convert it is %v", y.Type())
	}

	drop := nn.Dropout(source(61), 0.5)
	many := tensor.Ones(100)
	if y := drop(tape.Input(many)).Value(); tensor.Equal(y, many) {
		t.Error("nothing is dropped on a tape")
	}
	if y := drop(graph.Const(many)).Value(); !tensor.Equal(y, many) {
		t.Errorf("a constant becomes %v", y)
	}
}

func TestLayerNames(t *testing.T) {
	r := source(62)
	mustYield(t, nn.NewConv(r, 1, 2, []int{3}, ops.ConvOptions{}).Params(), "W", "B")
	mustYield(t, (&nn.Conv{W: tensor.Zeros(1, 1, 1)}).Params(), "W")
	mustYield(t, nn.NewBatchNorm(2).Params(), "Gain", "Bias")
	mustYield(t, nn.NewGroupNorm(1, 2).Params(), "Gain", "Bias")
	mustYield(t, nn.NewLayerNorm(2).Params(), "Gain", "Bias")
	mustYield(t, nn.NewEmbedding(r, 2, 2).Params(), "W")
	mustYield(t, nn.NewRMSNorm(2).Params(), "Gain")
	mustYield(t, nn.NewGRUCell(r, 2, 2).Params(), "Wi", "Wh", "Bi", "Bh")
	mustYield(t, nn.NewMultiHeadAttention(r, 4, 2).Params(), "Q.W", "Q.B", "K.W", "K.B", "V.W", "V.B", "Out.W", "Out.B")
	if b := nn.NewLSTMCell(r, 3, 2).Bi; !tensor.Equal(b, tensor.Vector(0, 0, 1, 1, 0, 0, 0, 0)) {
		t.Errorf("the first biases of the gates are %v", b)
	}
}

func TestLayersRefuse(t *testing.T) {
	r := source(63)
	x := graph.Const(tensor.Zeros(1, 2, 3))
	mustPanic(t, "nn.Conv: the layer has no parameters: W is nil", func() { new(nn.Conv).Forward(x) })
	mustPanic(t, "nn.BatchNorm: the layer has no parameters: Running.Mean is nil", func() { new(nn.BatchNorm).Forward(x) })
	mustPanic(t, "nn.LSTMCell: the layer has no parameters: Wi is nil", func() { new(nn.LSTMCell).Step(x, x, x) })
	mustPanic(t, "nn.GRUCell: the layer has no parameters: Wi is nil", func() { new(nn.GRUCell).Step(x, x) })
	mustPanic(t, "nn.MultiHeadAttention: a projection is nil; NewMultiHeadAttention makes them", func() { new(nn.MultiHeadAttention).Forward(x) })
	mustPanic(t, "nn.NewMultiHeadAttention: 3 heads do not divide a width of 4", func() { nn.NewMultiHeadAttention(r, 4, 3) })
	mustPanic(t, "nn.MultiHeadAttention: attention of [2] to [2]: both must be [N T width]", func() {
		nn.NewMultiHeadAttention(r, 2, 1).Forward(graph.Const(tensor.Zeros(2)))
	})
	mustPanic(t, "nn.NewConv: cannot make a convolution from 3 to 4 channels in 2 groups with windows of size [3]: all must be at least 1, and the groups divide the channels", func() {
		nn.NewConv(r, 3, 4, []int{3}, ops.ConvOptions{Groups: 2})
	})
	mustPanic(t, "nn.NewConv: cannot draw weights [4 3 3]: init is nil", func() { nn.NewConv(r, 3, 4, []int{3}, ops.ConvOptions{}, nil) })
	mustPanic(t, "nn.NewGRUCell: cannot make a cell from 0 numbers with a state of 2: both must be at least 1", func() { nn.NewGRUCell(r, 0, 2) })
	mustPanic(t, "nn.NewEmbedding: cannot draw a table of 3 ids × 0 numbers: both must be at least 1, and r not nil", func() { nn.NewEmbedding(r, 3, 0) })
	mustPanic(t, "nn.Embedding: the layer has no parameters: W is nil", func() { new(nn.Embedding).Rows(nil, []int{0}) })
	mustPanic(t, "nn.Dropout: there is no source of random numbers, r is nil", func() { nn.Dropout(nil, 0.5) })
	mustPanic(t, "nn.Flatten: axis 0 is outside of shape [], which has 0 axes", func() { nn.Flatten(graph.Const(tensor.Scalar(1))) })
}

// A step with the layers of images, of sequences and of sets allocates nothing once
// it was made before.
func TestLayerStepAllocatesNothing(t *testing.T) {
	r := source(64)
	pool := ops.MaxPoolOptions{}
	images := nn.Sequential{
		nn.NewConv(r, 1, 4, []int{3, 3}, ops.ConvOptions{Padding: []int{1}}), nn.NewBatchNorm(4), nn.Func(ops.ReLU),
		nn.MaxPool([]int{2, 2}, pool), nn.NewGroupNorm(2, 4), nn.Dropout(r, 0.1), nn.Func(nn.Flatten), nn.NewLinear(r, 16, 3),
	}
	places := nn.Sequential{nn.NewMultiHeadAttention(r, 4, 2), nn.NewLayerNorm(4), nn.NewRMSNorm(4)}
	x, s := tensor.RandNormal(r, 0, 1, 2, 1, 4, 4), tensor.RandNormal(r, 0, 1, 1, 3, 4)
	table, ids, cell := nn.NewEmbedding(r, 3, 4), []int{2, 0}, nn.NewGRUCell(r, 4, 4)
	var sgd optim.SGD
	sgd.Rate = 1e-3
	var tape graph.Tape
	for name, step := range map[string]func(){
		"images": func() {
			tape.Reset()
			loss := ops.Sum(ops.Square(images.Forward(tape.Input(x))))
			sgd.Step(images.Params(), loss.Backward())
		},
		"places": func() {
			tape.Reset()
			loss := ops.Sum(ops.Square(places.Forward(tape.Input(s))))
			sgd.Step(places.Params(), loss.Backward())
		},
		"cells": func() {
			tape.Reset()
			row := table.Rows(&tape, ids)
			grads := ops.Sum(cell.Step(row, row)).Backward()
			sgd.Step(table.Params(), grads)
			sgd.Step(cell.Params(), grads)
		},
	} {
		for range 3 { // the tape has two lists of nodes to fill
			step()
		}
		if n := testing.AllocsPerRun(20, step); n > 0 {
			t.Errorf("%s: %v allocations a step", name, n)
		}
	}
}
