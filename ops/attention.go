package ops

import (
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// MaskedSoftmax returns the softmax along the last axis of x over the elements that
// are kept: those where keep, which broadcasts to x and may be nil, is not 0; and, if
// causal, column j of row i only for j ≤ i. The others are 0. So are all of a row of
// which nothing is kept, or only −Inf, where a softmax would be NaN: who attends to
// nothing gets nothing, and sends no gradient. No gradient flows to keep.
func MaskedSoftmax(x, keep *graph.Var, causal bool) *graph.Var {
	if keep == nil {
		return apply(maskedSoftmaxOp{causal: causal}, x)
	}
	return apply2(maskedSoftmaxOp{causal: causal}, x, keep)
}

type maskedSoftmaxOp struct{ causal bool }

func (maskedSoftmaxOp) Name() string { return "masked_softmax" }
func (o maskedSoftmaxOp) String() string {
	if o.causal {
		return "masked_softmax[causal]"
	}
	return "masked_softmax"
}
func (maskedSoftmaxOp) Shape(dst []int, x []*tensor.Tensor) []int {
	var keep [1][]int
	for i, k := range x[1:] {
		keep[i] = k.Shape()
	}
	return tensor.MaskedSoftmaxShape("ops.MaskedSoftmax", dst, x[0].Shape(), keep[:len(x)-1]...)
}
func (o maskedSoftmaxOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	var keep *tensor.Tensor
	if len(x) == 2 {
		keep = x[1]
	}
	tensor.MaskedSoftmax(y, x[0], keep, o.causal)
}

// The rule is that of softmax, as y is 0 where nothing is kept.
func (maskedSoftmaxOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return softmaxOp{-1}.VJP(0, g, y, x)
}
func (maskedSoftmaxOp) Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool {
	return i == 0 && softmaxOp{-1}.Share(dst, 0, g, y, x)
}

var _ = register(Entry{
	Name:    "MaskedSoftmax",
	Formula: "yᵢ = e^xᵢ/Σⱼ e^xⱼ over the kept elements of a row, 0 for the others",
	Rule:    "x̄ᵢ = yᵢ(ȳᵢ − Σⱼ ȳⱼyⱼ)",
	Domain:  on(-3, 3),
	Kinks:   "a row of which nothing is kept, or only −Inf: values and derivatives are 0",
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return MaskedSoftmax(x[0], nil, true) }, [][]int{{2, 3}}, [][]int{{2, 3, 2}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var {
			return MaskedSoftmax(x[0], constant(x[0].Type(), 1, 0, 1), false)
		}, [][]int{{2, 3}}, [][]int{{0, 3}}),
		samples(func(x []*graph.Var) *graph.Var {
			return MaskedSoftmax(x[0], constant(x[0].Type(), 0, 1, 1), true)
		}, [][]int{{2, 3, 3}})),
	Refused: []Refusal{
		{"a vector", func() { MaskedSoftmax(zeros(3), nil, false) }},
		{"a mask that does not broadcast", func() { MaskedSoftmax(zeros(2, 3), zeros(2), false) }},
	},
})

// A Mask says what attention attends to. The zero Mask is: to everything.
type Mask struct {
	Causal bool       // query i attends to keys 0 to i only
	Keep   *graph.Var // attends where it is not 0; broadcasts to [… T S]; nil: everywhere
	Add    *graph.Var // is added to the scores; broadcasts to [… T S]; may be −Inf; nil: nothing
}

// Attention returns softmax(q·kᵀ/√d)·v: for each of T queries, q of shape [… T d], the
// mean of S values, v [… S e], weighted by how its query fits their keys, k [… S d].
// The axes before the last two are a batch and broadcast, as heads do. A. Vaswani et
// al., "Attention is all you need", 2017, arXiv:1706.03762.
//
// A query that may attend to nothing gets zeros; see MaskedSoftmax.
func Attention(q, k, v *graph.Var, m Mask) *graph.Var {
	const who = "ops.Attention"
	for _, x := range [3]*graph.Var{q, k, v} {
		if len(x.Shape()) < 2 {
			panic(tensor.Errorf(who, "queries %v, keys %v, values %v: each must have two axes or more",
				slices.Clone(q.Shape()), slices.Clone(k.Shape()), slices.Clone(v.Shape())))
		}
	}
	d, dk := q.Value().Dim(-1), k.Value().Dim(-1)
	if d != dk || d == 0 || k.Value().Dim(-2) != v.Value().Dim(-2) {
		panic(tensor.Errorf(who, "queries %v, keys %v, values %v must be [… T d], [… S d] and [… S e] with d > 0",
			slices.Clone(q.Shape()), slices.Clone(k.Shape()), slices.Clone(v.Shape())))
	}
	scores := MatMulT(Scale(q, 1/math.Sqrt(float64(d))), k, false, true)
	if m.Add != nil {
		var buf [8]int
		tensor.BroadcastToShape(who, buf[:0], m.Add.Shape(), scores.Shape())
		scores = Add(scores, m.Add)
	}
	if m == (Mask{}) {
		return MatMul(Softmax(scores, -1), v)
	}
	return MatMul(MaskedSoftmax(scores, m.Keep, m.Causal), v)
}

func attentionCase(m Mask) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var { return Attention(x[0], x[1], x[2], m) }
}

var _ = register(Entry{
	Name:    "Attention",
	Formula: "y = softmax(q·kᵀ/√d + mask)·v",
	Rule:    "v̄ = aᵀ·ȳ for a = softmax(s), s = q·kᵀ/√d; s̄ = a·(ȳ·vᵀ − Σ a·(ȳ·vᵀ) of each row); q̄ = s̄·k/√d, k̄ = s̄ᵀ·q/√d",
	Domain:  on(-2, 2),
	Kinks:   "a query that attends to nothing: values and derivatives are 0",
	Samples: slices.Concat(
		samples(attentionCase(Mask{}), [][]int{{2, 2}, {3, 2}, {3, 1}}, [][]int{{2, 1, 2}, {2, 2}, {2, 2, 2}}, [][]int{{0, 2}, {2, 2}, {2, 1}}),
		samples(attentionCase(Mask{Causal: true}), [][]int{{1, 3, 2}, {1, 3, 2}, {1, 3, 2}}),
		samples(func(x []*graph.Var) *graph.Var {
			return Attention(x[0], x[1], x[2], Mask{Keep: constant(x[0].Type(), 1, 0, 1), Add: x[3]})
		}, [][]int{{2, 2}, {3, 2}, {3, 1}, {2, 3}})),
	Refused: []Refusal{
		{"keys of another length", func() { Attention(zeros(2, 3), zeros(2, 4), zeros(2, 4), Mask{}) }},
		{"fewer values than keys", func() { Attention(zeros(2, 3), zeros(4, 3), zeros(2, 3), Mask{}) }},
		{"a vector", func() { Attention(zeros(3), zeros(2, 3), zeros(2, 3), Mask{}) }},
		{"a mask that does not broadcast", func() { Attention(zeros(2, 3), zeros(2, 3), zeros(2, 3), Mask{Keep: zeros(3)}) }},
		{"a bias that does not broadcast", func() { Attention(zeros(2, 3), zeros(2, 3), zeros(2, 3), Mask{Add: zeros(4, 2, 2)}) }},
	},
})
