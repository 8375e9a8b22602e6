package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The cells of this file make one step of a recurrent network, for x of shape
// [… in] and a state h of [… n]. Their weights are those of dense layers, wi of
// g·n × in for the input and wh of g·n × n for the state, where the rows of g gates
// stand one under the other, in PyTorch's order; the biases bi and bh, of length g·n,
// may be nil.

// gates returns x·wiᵀ + bi and h·whᵀ + bh, of shape [… count·n].
func gates(who string, count int, x, h, wi, wh, bi, bh *graph.Var) (input, state *graph.Var) {
	if len(h.Shape()) == 0 || len(wi.Shape()) != 2 || wi.Shape()[0] != count*h.Value().Dim(-1) {
		panic(tensor.Errorf(who, "weights %v of the input and state %v: with %d gates the weights must be %d·n × in for a state of n",
			slices.Clone(wi.Shape()), slices.Clone(h.Shape()), count, count))
	}
	if wh.Value().Rank() != 2 || wh.Shape()[0] != wi.Shape()[0] {
		panic(tensor.Errorf(who, "weights %v of the input and %v of the state must have as many rows", slices.Clone(wi.Shape()), slices.Clone(wh.Shape())))
	}
	if len(x.Shape()) != len(h.Shape()) || !slices.Equal(x.Shape()[:len(x.Shape())-1], h.Shape()[:len(h.Shape())-1]) {
		panic(tensor.Errorf(who, "input %v and state %v must be equal but for the last axis", slices.Clone(x.Shape()), slices.Clone(h.Shape())))
	}
	return Linear(x, wi, bi), Linear(h, wh, bh)
}

// part returns gate i, of length n, of the last axis.
func part(x *graph.Var, i, n int) *graph.Var { return apply(partOp{i, n}, x) }

// partOp is a Slice of the last axis without a list of ranges to keep.
type partOp struct{ i, n int }

func (partOp) Name() string     { return "part" }
func (o partOp) String() string { return fmt.Sprintf("part[%d]", o.i) }
func (o partOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(append(dst, x[0].Shape()[:x[0].Rank()-1]...), o.n)
}
func (o partOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	var buf [8]tensor.Range
	tensor.Slice(y, x[0], o.ranges(buf[:0], x[0])...)
}
func (o partOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return apply(partAddOp{o, x[0].Value().Dim(-1)}, g)
}

func (o partOp) ranges(r []tensor.Range, x *tensor.Tensor) []tensor.Range {
	for range x.Rank() - 1 {
		r = append(r, tensor.All())
	}
	return append(r, tensor.Span(o.i*o.n, (o.i+1)*o.n))
}

// partAddOp puts a gate at its place on a last axis of zeros.
type partAddOp struct {
	part  partOp
	width int
}

func (partAddOp) Name() string { return "part_add" }
func (o partAddOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(append(dst, x[0].Shape()[:x[0].Rank()-1]...), o.width)
}
func (o partAddOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	var buf [8]tensor.Range
	y.Fill(0)
	tensor.SliceAdd(y, x[0], o.part.ranges(buf[:0], y)...)
}
func (o partAddOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o.part, g) }

// RNNCell returns the next state tanh(x·wiᵀ + bi + h·whᵀ + bh): J. L. Elman, "Finding
// structure in time", 1990.
func RNNCell(x, h, wi, wh, bi, bh *graph.Var) *graph.Var {
	input, state := gates("ops.RNNCell", 1, x, h, wi, wh, bi, bh)
	return Tanh(Add(input, state))
}

var _ = register(Entry{
	Name:    "RNNCell",
	Formula: "h' = tanh(x·wiᵀ + bi + h·whᵀ + bh)",
	Rule:    "as of Linear, Add and Tanh",
	Domain:  on(-1, 1),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return RNNCell(x[0], x[1], x[2], x[3], x[4], x[5]) }, [][]int{{1, 3}, {1, 2}, {2, 3}, {2, 2}, {2}, {2}}),
		samples(func(x []*graph.Var) *graph.Var { return RNNCell(x[0], x[1], x[2], x[3], nil, nil) }, [][]int{{3}, {2}, {2, 3}, {2, 2}}, [][]int{{0, 3}, {0, 2}, {2, 3}, {2, 2}})...),
	Refused: cellRefused(1, func(x, h, wi, wh *graph.Var) { RNNCell(x, h, wi, wh, nil, nil) }),
})

func cellRefused(gates int, f func(x, h, wi, wh *graph.Var)) []Refusal {
	return []Refusal{
		{"weights of the input of other gates", func() { f(zeros(2, 3), zeros(2, 4), zeros(4*gates+1, 3), zeros(4*gates, 4)) }},
		{"weights of the state of other gates", func() { f(zeros(2, 3), zeros(2, 4), zeros(4*gates, 3), zeros(4, 4*gates+1)) }},
		{"a state of another batch", func() { f(zeros(2, 3), zeros(1, 4), zeros(4*gates, 3), zeros(4*gates, 4)) }},
	}
}

// LSTMCell returns the next state h' and the next cell c' of a long short-term memory:
// S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997, with the forget
// gate of F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000. With the
// gates i, f, g, o, in this order, of x·wiᵀ + bi + h·whᵀ + bh,
//
//	c' = σ(f)·c + σ(i)·tanh g
//	h' = σ(o)·tanh c'
func LSTMCell(x, h, c, wi, wh, bi, bh *graph.Var) (hNext, cNext *graph.Var) {
	const who = "ops.LSTMCell"
	if !slices.Equal(h.Shape(), c.Shape()) {
		panic(tensor.Errorf(who, "state %v and cell %v must have one shape", slices.Clone(h.Shape()), slices.Clone(c.Shape())))
	}
	input, state := gates(who, 4, x, h, wi, wh, bi, bh)
	z, n := Add(input, state), h.Value().Dim(-1)
	kept := Mul(Sigmoid(part(z, 1, n)), c)
	cNext = Add(kept, Mul(Sigmoid(part(z, 0, n)), Tanh(part(z, 2, n))))
	return Mul(Sigmoid(part(z, 3, n)), Tanh(cNext)), cNext
}

var _ = register(Entry{
	Name:    "LSTMCell",
	Formula: "c' = σ(f)·c + σ(i)·tanh g, h' = σ(o)·tanh c' with [i f g o] = x·wiᵀ + bi + h·whᵀ + bh",
	Rule:    "as of Linear, Add, Slice, Mul, Sigmoid and Tanh",
	Domain:  on(-1, 1),
	Samples: samples(func(x []*graph.Var) *graph.Var {
		h, c := LSTMCell(x[0], x[1], x[2], x[3], x[4], x[5], nil)
		return Concat(-1, h, c)
	}, [][]int{{1}, {1}, {1}, {4, 1}, {4, 1}, {4}}),
	Refused: append(cellRefused(4, func(x, h, wi, wh *graph.Var) { LSTMCell(x, h, h, wi, wh, nil, nil) }),
		Refusal{"a cell of another shape", func() { LSTMCell(zeros(2, 3), zeros(2, 4), zeros(4), zeros(16, 3), zeros(16, 4), nil, nil) }}),
})

// GRUCell returns the next state of a gated recurrent unit: K. Cho et al., "Learning
// phrase representations using RNN encoder-decoder", 2014, arXiv:1406.1078, in the form
// in which the reset gate acts after the product. With the gates r, z, n, in this
// order, of a = x·wiᵀ + bi and b = h·whᵀ + bh,
//
//	n' = tanh(aₙ + σ(aᵣ + bᵣ)·bₙ)
//	h' = (1 − σ(a_z + b_z))·n' + σ(a_z + b_z)·h
func GRUCell(x, h, wi, wh, bi, bh *graph.Var) *graph.Var {
	a, b := gates("ops.GRUCell", 3, x, h, wi, wh, bi, bh)
	n := h.Value().Dim(-1)
	reset := Sigmoid(Add(part(a, 0, n), part(b, 0, n)))
	z := Sigmoid(Add(part(a, 1, n), part(b, 1, n)))
	next := Tanh(Add(part(a, 2, n), Mul(reset, part(b, 2, n))))
	return Add(next, Mul(z, Sub(h, next)))
}

var _ = register(Entry{
	Name:    "GRUCell",
	Formula: "h' = (1 − z)·tanh(aₙ + r·bₙ) + z·h with r, z = σ(a + b), a = x·wiᵀ + bi, b = h·whᵀ + bh",
	Rule:    "as of Linear, Add, Slice, Mul, Sigmoid and Tanh",
	Domain:  on(-1, 1),
	Samples: samples(func(x []*graph.Var) *graph.Var { return GRUCell(x[0], x[1], x[2], x[3], nil, x[4]) },
		[][]int{{1}, {1}, {3, 1}, {3, 1}, {3}}),
	Refused: cellRefused(3, func(x, h, wi, wh *graph.Var) { GRUCell(x, h, wi, wh, nil, nil) }),
})

// Bilinear returns yₒ = x₁ᵀ·wₒ·x₂ + bₒ for rows x₁ of shape [… m] and x₂ of [… n], with
// weights w of [out m n]; b, of length out, may be nil. The axes before the last are
// equal.
func Bilinear(x1, x2, w, b *graph.Var) *graph.Var {
	s, t, v := x1.Shape(), x2.Shape(), w.Shape()
	if len(v) != 3 || len(s) == 0 || len(s) != len(t) || !slices.Equal(s[:len(s)-1], t[:len(t)-1]) || s[len(s)-1] != v[1] || t[len(t)-1] != v[2] {
		panic(tensor.Errorf("ops.Bilinear", "rows of %v and %v with weights %v: they must be [… m], [… n] and [out m n]", slices.Clone(s), slices.Clone(t), slices.Clone(v)))
	}
	out, m, n, rows := v[0], v[1], v[2], elementsOf(s[:len(s)-1])
	right := Reshape(Linear(Reshape(x2, rows, n), Reshape(w, out*m, n), nil), rows, out, m) // wₒ·x₂
	var buf [8]int
	y := Reshape(MatMul(right, Reshape(x1, rows, m, 1)), append(append(buf[:0], s[:len(s)-1]...), out)...)
	if b == nil {
		return y
	}
	if len(b.Shape()) != 1 || b.Shape()[0] != out {
		panic(tensor.Errorf("ops.Bilinear", "cannot add bias %v after weights %v: it must be [%d]", slices.Clone(b.Shape()), slices.Clone(v), out))
	}
	return Add(y, b)
}

var _ = register(Entry{
	Name:    "Bilinear",
	Formula: "yₒ = x₁ᵀ·wₒ·x₂ + bₒ",
	Rule:    "x̄₁ = Σₒ ȳₒ·wₒ·x₂, x̄₂ = Σₒ ȳₒ·wₒᵀ·x₁, w̄ₒ = Σ ȳₒ·x₁·x₂ᵀ, b̄ = Σ ȳ over the rows",
	Domain:  on(-2, 2),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return Bilinear(x[0], x[1], x[2], x[3]) }, [][]int{{2, 3}, {2, 2}, {2, 3, 2}, {2}}),
		samples(func(x []*graph.Var) *graph.Var { return Bilinear(x[0], x[1], x[2], nil) }, [][]int{{2}, {1}, {3, 2, 1}}, [][]int{{0, 2}, {0, 1}, {3, 2, 1}})...),
	Refused: []Refusal{
		{"rows of another length", func() { Bilinear(zeros(2, 3), zeros(2, 4), zeros(5, 4, 3), nil) }},
		{"another number of rows", func() { Bilinear(zeros(2, 3), zeros(1, 4), zeros(5, 3, 4), nil) }},
		{"a bias of another length", func() { Bilinear(zeros(2, 3), zeros(2, 4), zeros(5, 3, 4), zeros(3)) }},
	},
})
