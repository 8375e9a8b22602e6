package museum

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Bug is one mistake in a network's gradient, or in what is done with the gradient.
type Bug struct {
	Name string

	// Rules in place of the library's, each for one kind of operation; nil is no change.
	Linear, Activation, Loss Rule

	// Update, if there is one, returns what the optimizer is given for the gradient g of a
	// parameter w; kept is a tensor that this parameter has for itself, zero at first.
	Update func(w, g, kept *tensor.Tensor, fanIn int) *tensor.Tensor

	// ReLU says that the network has ReLU in place of tanh.
	ReLU bool
}

// only changes the share of one input of one layer.
func only(layer, input int, rule Rule) Rule {
	return func(c Call) *graph.Var {
		if c.Layer != layer || c.I != input {
			return c.Right
		}
		return rule(c)
	}
}

// each changes the share of one input in all layers.
func each(input int, rule Rule) Rule {
	return func(c Call) *graph.Var {
		if c.I != input {
			return c.Right
		}
		return rule(c)
	}
}

// minus returns 1 − x².
func minus(x *graph.Var) *graph.Var { return ops.AddScalar(ops.Neg(ops.Square(x)), 1) }

// constant returns the value of x alone: a rule may not read other nodes of the tape.
func constant(x *graph.Var) *graph.Var { return graph.Const(x.Value()) }

// byClass returns ones at the classes of the samples. The share g(p − y) of a
// cross-entropy tells them: there alone its sign is not that of g.
func byClass(c Call) *graph.Var {
	g := ops.Reshape(c.G, c.G.Shape()[0], 1)
	return ops.Less(ops.Mul(c.Right, g), graph.Const(tensor.Scalar(0)))
}

// Bugs returns the collection: mistakes of the forward and backward pass through a loss, an
// activation and a dense layer, then mistakes in the update. The first one is none.
//
// In a dense layer z = xWᵀ + b, input 0 is x, 1 is W and 2 is b.
func Bugs() []Bug {
	return []Bug{
		{Name: "none"},

		{Name: "sign of p − y flipped", Loss: func(c Call) *graph.Var { return ops.Neg(c.Right) }},
		{Name: "p for p − y", Loss: func(c Call) *graph.Var { return ops.Mul(ops.Reshape(c.G, c.G.Shape()[0], 1), ops.Softmax(c.X[0], 1)) }},
		{Name: "softmax: diagonal of the Jacobian only", Loss: func(c Call) *graph.Var { return ops.Mul(c.Right, byClass(c)) }},
		{Name: "σ′ once more at the output", Loss: func(c Call) *graph.Var {
			p := ops.Softmax(c.X[0], 1)
			return ops.Mul(c.Right, ops.Sub(p, ops.Square(p)))
		}},
		{Name: "sum for mean", Loss: func(c Call) *graph.Var { return ops.Scale(c.Right, float64(c.G.Shape()[0])) }},
		{Name: "1/m twice", Loss: func(c Call) *graph.Var { return ops.Scale(c.Right, 1/float64(c.G.Shape()[0])) }},

		{Name: "tanh′: sign flipped", Activation: func(c Call) *graph.Var { return ops.Neg(c.Right) }},
		{Name: "tanh′: sign flipped in one layer", Activation: only(1, 0, func(c Call) *graph.Var { return ops.Neg(c.Right) })},
		{Name: "tanh′: 1 − z² for 1 − a²", Activation: func(c Call) *graph.Var { return ops.Mul(c.G, minus(c.X[0])) }},
		{Name: "tanh′ taken at a, not at z", Activation: func(c Call) *graph.Var { return ops.Mul(c.G, minus(ops.Tanh(c.Y))) }},
		{Name: "tanh′ forgotten", Activation: func(c Call) *graph.Var { return c.G }},
		{Name: "tanh′ of the other layer", Activation: func(c Call) *graph.Var { return ops.Mul(c.G, minus(constant(c.A[1-c.Layer]))) }},

		{Name: "W for Wᵀ (square layer)", Linear: only(1, 0, func(c Call) *graph.Var { return ops.MatMulT(c.G, c.X[1], false, true) })},
		{Name: "W moved before Wᵀδ reads it", Linear: each(0, func(c Call) *graph.Var {
			return ops.MatMul(c.G, ops.Sub(c.X[1], ops.Scale(ops.MatMulT(c.G, c.X[0], true, false), rate)))
		})},
		{Name: "no gradient to the layer below", Linear: only(1, 0, func(c Call) *graph.Var { return ops.Scale(c.Right, 0) })},
		{Name: "W̄ transposed (square layer)", Linear: only(1, 1, func(c Call) *graph.Var { return ops.Transpose(c.Right) })},
		{Name: "W̄ with the next layer's a", Linear: only(1, 1, func(c Call) *graph.Var { return ops.MatMulT(c.G, constant(c.A[1]), true, false) })},
		{Name: "W̄ of the first sample only", Linear: each(1, func(c Call) *graph.Var { return ops.MatMulT(row(c.G, 0), row(c.X[0], 0), true, false) })},
		{Name: "b̄ missing", Linear: each(2, func(c Call) *graph.Var { return ops.Scale(c.Right, 0) })},
		{Name: "b̄ of the last sample only", Linear: each(2, func(c Call) *graph.Var { return ops.Sum(row(c.G, c.G.Shape()[0]-1), 0) })},
		{Name: "b̄ summed over units as well", Linear: each(2, func(c Call) *graph.Var { return ops.BroadcastTo(ops.Sum(c.G), c.X[2].Shape()...) })},

		{Name: "update: b moved once for each input", Update: func(_, g, _ *tensor.Tensor, fanIn int) *tensor.Tensor {
			if g.Rank() == 2 {
				return g
			}
			return tensor.Scale(nil, g, float64(fanIn))
		}},
		{Name: "update: gradients never zeroed", Update: func(_, g, kept *tensor.Tensor, _ int) *tensor.Tensor {
			return tensor.AddScaled(kept, g, 1)
		}},

		{Name: "ReLU′ taken at a, not at z", ReLU: true, Activation: func(c Call) *graph.Var {
			return ops.Mul(c.G, ops.Greater(c.Y, graph.Const(tensor.Scalar(0))))
		}},
	}
}

// row returns one row of a matrix, as a matrix.
func row(x *graph.Var, i int) *graph.Var {
	return ops.Slice(x, tensor.Span(i, i+1))
}
