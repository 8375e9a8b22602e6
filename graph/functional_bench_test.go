package graph_test

import (
	"fmt"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// network3 is the value of three layers of tanh on a batch of 16, of the given
// widths, as a function of the weights.
func network3(widths [4]int) (f graph.Func, w []*tensor.Tensor) {
	data := draw(9, 16, widths[0])
	for i := range 3 {
		w = append(w, tensor.Scale(nil, draw(uint64(i), widths[i], widths[i+1]), 0.5))
	}
	return func(x []*graph.Var) *graph.Var {
		h := graph.Const(data)
		for _, w := range x {
			h = ops.Tanh(ops.MatMul(h, w))
		}
		return h
	}, w
}

func loss3(widths [4]int) (graph.Func, []*tensor.Tensor) {
	f, w := network3(widths)
	return func(x []*graph.Var) *graph.Var { return ops.Mean(ops.Square(f(x))) }, w
}

func drawLike(x []*tensor.Tensor) []*tensor.Tensor {
	u := make([]*tensor.Tensor, len(x))
	for i := range x {
		u[i] = draw(uint64(20+i), x[i].Shape()...)
	}
	return u
}

// forward3 is the derivative of network3 along u, by rules written by hand that find
// their memory again: what forward mode could cost at best.
type forward3 struct{ h, dh, more [3]*tensor.Tensor }

func (f *forward3) along(data *tensor.Tensor, w, u []*tensor.Tensor) *tensor.Tensor {
	for i := range w {
		h := data
		if i > 0 {
			h = f.h[i-1]
		}
		f.dh[i] = tensor.MatMul(f.dh[i], h, u[i], false, false)
		if i > 0 {
			f.more[i] = tensor.MatMul(f.more[i], f.dh[i-1], w[i], false, false)
			tensor.Add(f.dh[i], f.dh[i], f.more[i])
		}
		f.h[i] = tensor.MatMul(f.h[i], h, w[i], false, false)
		tensor.Tanh(f.h[i], f.h[i])
		dh := f.dh[i].Float64s()
		for k, v := range f.h[i].Float64s() {
			dh[k] *= 1 - v*v
		}
	}
	return f.dh[2]
}

var shapes = [][4]int{{8, 8, 8, 8}, {64, 64, 64, 64}, {256, 256, 256, 10}}

// BenchmarkJVP compares forward mode by transposition with rules by hand, and with
// the value alone.
func BenchmarkJVP(b *testing.B) {
	for _, widths := range shapes {
		f, w := network3(widths)
		u := drawLike(w)
		data := draw(9, 16, widths[0])
		b.Run(fmt.Sprint(widths, "/value"), func(b *testing.B) {
			var tape graph.Tape
			for b.Loop() {
				tape.Reset()
				f([]*graph.Var{tape.Watch(w[0]), tape.Watch(w[1]), tape.Watch(w[2])})
			}
		})
		b.Run(fmt.Sprint(widths, "/transposed"), func(b *testing.B) {
			for b.Loop() {
				_, _, _ = graph.JVP(f, w, u)
			}
		})
		b.Run(fmt.Sprint(widths, "/by hand"), func(b *testing.B) {
			var f forward3
			for b.Loop() {
				f.along(data, w, u)
			}
		})
	}
}

// The two ways to a JVP agree.
func TestForwardByHand(t *testing.T) {
	f, w := network3(shapes[0])
	u := drawLike(w)
	_, got, err := graph.JVP(f, w, u)
	if want := new(forward3).along(draw(9, 16, 8), w, u); err != nil || !tensor.Close(got, want, 1e-12, 1e-14) {
		t.Errorf("%v\n%v\n%v", err, got, want)
	}
}

// BenchmarkJacobian compares with central differences, an element of the weights at a
// time, on a tape that has its memory already.
func BenchmarkJacobian(b *testing.B) {
	for _, widths := range [][4]int{{8, 8, 8, 8}, {32, 32, 32, 1}, {1, 2, 8, 32}} {
		f, w := network3(widths)
		n := w[0].Len() + w[1].Len() + w[2].Len()
		name := fmt.Sprintf("%dx%d", 16*widths[3], n)
		b.Run(name+"/sweeps", func(b *testing.B) {
			for b.Loop() {
				_, _ = graph.Jacobian(f, w...)
			}
		})
		b.Run(name+"/differences", func(b *testing.B) {
			var tape graph.Tape
			at := func(y *tensor.Tensor) *tensor.Tensor {
				tape.Reset()
				return tensor.Copy(y, f([]*graph.Var{tape.Input(w[0]), tape.Input(w[1]), tape.Input(w[2])}).Value())
			}
			up, down := tensor.Zeros(16, widths[3]), tensor.Zeros(16, widths[3])
			for b.Loop() {
				for _, x := range w {
					row := x.Float64s()
					for i, v := range row {
						row[i] = v + 1e-5
						at(up)
						row[i] = v - 1e-5
						at(down)
						row[i] = v
						tensor.Scale(up, tensor.Sub(up, up, down), 1/2e-5)
					}
				}
			}
		})
	}
}

// BenchmarkHVP compares with the central difference of two gradients, and with one
// gradient.
func BenchmarkHVP(b *testing.B) {
	for _, widths := range shapes {
		f, w := loss3(widths)
		v := drawLike(w)
		b.Run(fmt.Sprint(widths, "/gradient"), func(b *testing.B) {
			for b.Loop() {
				_, _ = graph.Grad(f, w...)
			}
		})
		b.Run(fmt.Sprint(widths, "/HVP"), func(b *testing.B) {
			for b.Loop() {
				_, _ = graph.HVP(f, w, v)
			}
		})
		b.Run(fmt.Sprint(widths, "/differences"), func(b *testing.B) {
			for b.Loop() {
				var g [2][]*tensor.Tensor
				for k, h := range []float64{1e-5, -2e-5} {
					for i := range w {
						tensor.AddScaled(w[i], v[i], h)
					}
					g[k], _ = graph.Grad(f, w...)
				}
				for i := range w {
					tensor.AddScaled(w[i], v[i], 1e-5)
					tensor.Scale(g[0][i], tensor.Sub(g[0][i], g[0][i], g[1][i]), 1/2e-5)
				}
			}
		})
	}
}
