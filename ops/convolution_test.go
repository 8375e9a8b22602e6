package ops_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A step of a network with the operations for images, sequences and sets allocates
// nothing once it was made before.
func TestNetworkStepsAllocateNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 0))
	draw := func(shape ...int) *tensor.Tensor { return tensor.RandNormal(r, 0, 1, shape...) }
	image, w, b := draw(2, 4, 6, 6), draw(4, 2, 3, 3), draw(4)
	conv := ops.ConvOptions{Stride: []int{1}, Padding: []int{1}, Groups: 2}
	size := []int{2, 2}
	rows, wi, wh, bi := draw(3, 2), draw(8, 2), draw(8, 2), draw(8)
	for name, f := range map[string]func(tape *graph.Tape) *graph.Var{
		"images": func(tape *graph.Tape) *graph.Var {
			gain := tape.Watch(b)
			y := ops.Conv(tape.Watch(image), tape.Watch(w), gain, conv)
			y = ops.GroupNorm(ops.BatchNorm(y, gain, gain, nil, 0.1), gain, nil, 2, 0.1)
			y = ops.MaxPool(ops.AvgPool(y, size, ops.AvgPoolOptions{}), size, ops.MaxPoolOptions{Ceil: true})
			y = ops.ConvTranspose(y, tape.Watch(w), nil, ops.ConvTransposeOptions{Groups: 2})
			y = ops.UpsampleNearest2d(ops.PixelShuffle(ops.Dropout(y, 0.1, r), 2), 2)
			return ops.Sum(ops.GlobalAvgPool(ops.AdaptiveAvgPool(y, 2, 3)))
		},
		"cells": func(tape *graph.Tape) *graph.Var {
			x := tape.Watch(rows)
			h, c := ops.LSTMCell(x, x, x, tape.Watch(wi), tape.Watch(wh), tape.Watch(bi), nil)
			return ops.Sum(ops.RMSNorm(ops.Add(h, c), nil, 0.1))
		},
		"attention": func(tape *graph.Tape) *graph.Var {
			x := tape.Watch(rows)
			return ops.Sum(ops.Attention(x, x, x, ops.Mask{Causal: true, Add: graphScalar}))
		},
	} {
		var tape graph.Tape
		step := func() {
			tape.Reset()
			f(&tape).Backward()
		}
		for range 3 {
			step()
		}
		if n := testing.AllocsPerRun(20, step); n > 0 {
			t.Errorf("a step with %s allocates %v times", name, n)
		}
	}
}

var graphScalar = graph.Const(tensor.Scalar(1))

// Operations that are others in special cases, and RMSNorm by its definition.
func TestNetworkIdentities(t *testing.T) {
	r := rand.New(rand.NewPCG(42, 0))
	draw := func(shape ...int) *graph.Var { return graph.Const(tensor.RandNormal(r, 0, 1, shape...)) }
	x, w, b := draw(2, 3, 4, 5), draw(6, 3, 1, 1), draw(6)
	dense := ops.Linear(ops.Transpose(x, 0, 2, 3, 1), ops.Reshape(w, 6, 3), b)
	same(t, "a convolution of 1 × 1", ops.Conv(x, w, b, ops.ConvOptions{}), ops.Transpose(dense, 0, 3, 1, 2))

	same(t, "pooling of everything", ops.Reshape(ops.AdaptiveAvgPool(x, 1, 1), 2, 3), ops.GlobalAvgPool(x))
	same(t, "pooling of halves", ops.AdaptiveMaxPool(x, 2, 5), ops.MaxPool(x, []int{2, 1}, ops.MaxPoolOptions{}))
	same(t, "attention to one key", ops.Attention(draw(4, 3), draw(1, 3), ops.Reshape(b, 1, 6), ops.Mask{}), ops.BroadcastTo(b, 4, 6))
	same(t, "instance norm", ops.InstanceNorm(x, nil, nil, 0.1), ops.GroupNorm(x, nil, nil, 3, 0.1))
	zero, v := graph.Const(tensor.Zeros(2, 3)), draw(2, 3)
	same(t, "a bias of -Inf and a mask",
		ops.Attention(zero, zero, v, ops.Mask{Add: graph.Const(tensor.Vector(0, math.Inf(-1))), Causal: true}),
		ops.Attention(zero, zero, v, ops.Mask{Keep: graph.Const(tensor.Vector(1, 0))}))

	row := tensor.Vector(3, -1, 2)
	rms := math.Sqrt((9+1+4)/3. + 0.5)
	same(t, "RMS norm", ops.RMSNorm(graph.Const(row), graph.Const(tensor.Vector(1, 2, 4)), 0.5),
		graph.Const(tensor.Vector(3/rms, -2/rms, 8/rms)))
}

func same(t *testing.T, what string, have, want *graph.Var) {
	t.Helper()
	if !tensor.Close(have.Value(), want.Value(), 1e-12, 1e-12) {
		t.Errorf("%s is %v, want %v", what, have.Value(), want.Value())
	}
}

// Running statistics that carry no gradient move by the momentum, to the unbiased
// variance.
func TestRunning(t *testing.T) {
	running := &ops.Running{Mean: tensor.Vector(1), Var: tensor.Vector(2), Momentum: 0.25}
	x := graph.Const(tensor.Matrix([][]float64{{1}, {2}, {6}}))
	ops.BatchNorm(x, nil, nil, running, 1e-5)
	if m, v := running.Mean.Item(), running.Var.Item(); m != 0.75+0.25*3 || v != 1.5+0.25*7 {
		t.Errorf("the running mean is %v and the variance %v", m, v)
	}
}

// BenchmarkConv is a step of one convolution of 3 × 3 windows, and the time of its
// three products alone.
func BenchmarkConv(b *testing.B) {
	for _, c := range []struct{ n, in, size, out int }{{32, 3, 32, 16}, {16, 64, 28, 64}} {
		for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
			r := rand.New(rand.NewPCG(43, 0))
			draw := func(shape ...int) *tensor.Tensor { return tensor.RandNormal(r, 0, 1, shape...).To(typ) }
			x, w, bias := draw(c.n, c.in, c.size, c.size), draw(c.out, c.in, 3, 3), draw(c.out)
			g := draw(c.n, c.out, c.size, c.size)
			b.Run(fmt.Sprintf("%v/%v/step", x.Shape(), typ), func(b *testing.B) {
				var tape graph.Tape
				for b.Loop() {
					tape.Reset()
					ops.Conv(tape.Watch(x), tape.Watch(w), tape.Watch(bias), ops.ConvOptions{Padding: []int{1}}).BackwardFrom(g)
				}
			})
			b.Run(fmt.Sprintf("%v/%v/products", x.Shape(), typ), func(b *testing.B) {
				m, n, k := c.out, c.size*c.size, 9*c.in
				weights, columns, result := draw(m, k), draw(k, n), draw(m, n)
				for b.Loop() {
					for range c.n {
						tensor.MatMul(result, weights, columns, false, false)
						tensor.MatMul(columns, weights, result, true, false)
						tensor.Gemm(weights, 1, result, columns, 0, false, true)
					}
				}
			})
		}
	}
}
