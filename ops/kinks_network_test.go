package ops_test

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// networkKinks are those of the operations of networks.
func networkKinks() []kink {
	v := tensor.Vector
	inf := math.Inf(1)
	maxPool := func(o ops.MaxPoolOptions, size ...int) func(x []*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var { return ops.MaxPool(x[0], size, o) }
	}
	square := tensor.Matrix([][]float64{{1, 2}, {2, 2}})
	weighted := func(y *graph.Var) *graph.Var { // so that the rows of a softmax do not just add up
		return ops.Mul(y, graph.Const(tensor.Matrix([][]float64{{1, 2}, {1, 2}})))
	}
	scores, none := tensor.Zeros(2, 2), graph.Const(tensor.Matrix([][]float64{{1, 1}, {0, 0}}))
	lost := tensor.Matrix([][]float64{{0, 0}, {-inf, -inf}})
	half := tensor.Matrix([][]float64{{-0.25, 0.25}, {0, 0}})
	return []kink{
		{"MaxPool", maxPool(ops.MaxPoolOptions{Stride: []int{1}}, 2), in(v(1, 1, 1, 0)), in(v(1, 1, 1, 0))},
		{"MaxPool of a matrix", maxPool(ops.MaxPoolOptions{}, 2, 2), in(square), in(tensor.Matrix([][]float64{{0, 1}, {0, 0}}))},
		{"MaxPool of -Inf", maxPool(ops.MaxPoolOptions{}, 2), in(v(-inf, -inf)), in(v(1, 0))},
		{"MaxPool of NaN", maxPool(ops.MaxPoolOptions{}, 3), in(v(1, math.NaN(), math.NaN())), in(v(0, 1, 0))},
		{"MaxPool of padding", maxPool(ops.MaxPoolOptions{Stride: []int{9}, Padding: []int{1}, Dilation: []int{4}}, 2), in(v(1, 2, 3)), in(v(0, 0, 0))},
		{"AdaptiveMaxPool", func(x []*graph.Var) *graph.Var { return ops.AdaptiveMaxPool(x[0], 2) }, in(v(1, 1, 1)), in(v(1, 1, 0))},
		{"MaskedSoftmax", func(x []*graph.Var) *graph.Var { return weighted(ops.MaskedSoftmax(x[0], none, false)) }, in(scores), in(half)},
		{"MaskedSoftmax of -Inf", func(x []*graph.Var) *graph.Var { return weighted(ops.MaskedSoftmax(x[0], nil, false)) }, in(lost), in(half)},
		{"Attention", func(x []*graph.Var) *graph.Var {
			q := graph.Const(tensor.Ones(2, 1))
			return ops.Attention(q, q, x[0], ops.Mask{Keep: none})
		}, in(tensor.Matrix([][]float64{{3}, {5}})), in(tensor.Matrix([][]float64{{0.5}, {0.5}}))},
	}
}
