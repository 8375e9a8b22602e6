package nn

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A MultiHeadAttention is attention of several heads, each to its part of the
// projections: section 3.2.2 of A. Vaswani et al., "Attention is all you need", 2017,
// arXiv:1706.03762.
type MultiHeadAttention struct {
	Q, K, V, Out *Linear
	Heads        int
	Causal       bool // Forward lets a place attend to itself and those before it only
}

// NewMultiHeadAttention returns attention of so many heads in width numbers, which
// the heads must divide.
func NewMultiHeadAttention(r *rand.Rand, width, heads int, init ...Init) *MultiHeadAttention {
	if heads < 1 || width < 1 || width%heads != 0 {
		panic(tensor.Errorf("nn.NewMultiHeadAttention", "%d heads do not divide a width of %d", heads, width))
	}
	linear := func() *Linear { return NewLinear(r, width, width, init...) }
	return &MultiHeadAttention{Q: linear(), K: linear(), V: linear(), Out: linear(), Heads: heads}
}

// Forward returns the attention of the places of x, [N, T, width], to each other.
func (l *MultiHeadAttention) Forward(x *graph.Var) *graph.Var {
	return l.Attend(x, x, ops.Mask{Causal: l.Causal})
}

// Attend returns the attention of x, [N, T, width], to y, [N, S, width]. The tensors
// of the mask broadcast to [N, heads, T, S].
func (l *MultiHeadAttention) Attend(x, y *graph.Var, m ops.Mask) *graph.Var {
	l.check()
	if len(x.Shape()) != 3 || len(y.Shape()) != 3 {
		panic(tensor.Errorf("nn.MultiHeadAttention", "attention of %v to %v: both must be [N T width]", slices.Clone(x.Shape()), slices.Clone(y.Shape())))
	}
	a := ops.Attention(l.split(l.Q.Forward(x)), l.split(l.K.Forward(y)), l.split(l.V.Forward(y)), m)
	a = ops.Transpose(a, 0, 2, 1, 3)
	s := a.Shape()
	return l.Out.Forward(ops.Reshape(a, s[0], s[1], s[2]*s[3]))
}

// split turns [N, T, heads·d] to [N, heads, T, d].
func (l *MultiHeadAttention) split(x *graph.Var) *graph.Var {
	s := x.Shape()
	if l.Heads < 1 || s[2]%l.Heads != 0 {
		panic(tensor.Errorf("nn.MultiHeadAttention", "%d heads do not divide projections %v", l.Heads, slices.Clone(s)))
	}
	return ops.Transpose(ops.Reshape(x, s[0], s[1], l.Heads, s[2]/l.Heads), 0, 2, 1, 3)
}

// Params yields those of the projections: "Q.W", "Q.B", "K.W", …, "Out.B".
func (l *MultiHeadAttention) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *MultiHeadAttention) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	l.check()
	return l.Q.walk(join(path, "Q"), yield) && l.K.walk(join(path, "K"), yield) &&
		l.V.walk(join(path, "V"), yield) && l.Out.walk(join(path, "Out"), yield)
}

// check panics if a projection is missing.
func (l *MultiHeadAttention) check() {
	if l.Q == nil || l.K == nil || l.V == nil || l.Out == nil {
		panic(tensor.Errorf("nn.MultiHeadAttention", "a projection is nil; NewMultiHeadAttention makes them"))
	}
}
