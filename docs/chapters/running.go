package chapters

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// FanOut computes u = 2x and y = u² + u, the smallest computation that needs all of
// backpropagation: u is read three times, by the two factors of a product and by a sum.
// At x = 3, u = 6, y = 42 and dy/dx = 26.
func FanOut(x *graph.Var) (u, y *graph.Var) {
	u = ops.Scale(x, 2)
	return u, ops.Add(ops.Mul(u, u), u)
}

// NewNet returns the network of the chapters: 3 inputs, 4 hidden units with tanh, 2
// outputs. All sizes differ, also from the 5 samples of Batch, so that a product of
// matrices in the wrong order does not fit.
func NewNet() (hidden, out *nn.Linear) {
	hidden = &nn.Linear{
		W: tensor.Matrix([][]float64{{0.2, -0.4, 0.1}, {-0.5, 0.3, 0.8}, {0.7, 0.1, -0.3}, {0.4, -0.6, 0.5}}),
		B: tensor.Vector(0.1, -0.2, 0.3, -0.1),
	}
	out = &nn.Linear{
		W: tensor.Matrix([][]float64{{0.6, -0.1, 0.3, -0.7}, {-0.2, 0.5, -0.4, 0.9}}),
		B: tensor.Vector(0.05, -0.05),
	}
	return hidden, out
}

// Batch returns five samples, one in each row, and their classes.
func Batch() (x *tensor.Tensor, labels []int) {
	return tensor.Matrix([][]float64{
		{1, 0.5, -1}, {0.2, -0.7, 0.9}, {-1.1, 0.4, 0.3}, {0.6, 1.2, -0.5}, {-0.3, -0.8, 0.1},
	}), []int{0, 1, 1, 0, 1}
}
