package nn

import (
	"iter"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Gates are the parameters of a recurrent cell; see ops.RNNCell for their shapes.
type Gates struct {
	Wi, Wh *tensor.Tensor // weights of the input and of the state
	Bi, Bh *tensor.Tensor // biases; nil: none
}

// Params yields "Wi", "Wh", "Bi" and "Bh", unless they are nil.
func (g *Gates) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { g.walk("", yield) }
}

func (g *Gates) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "Wi", g.Wi, yield) && offer(path, "Wh", g.Wh, yield) &&
		offer(path, "Bi", g.Bi, yield) && offer(path, "Bh", g.Bh, yield)
}

// newGates draws the weights of each gate by themselves, as those of a dense layer.
func newGates(who string, r *rand.Rand, gates, in, n int, init []Init) Gates {
	if in < 1 || n < 1 {
		panic(tensor.Errorf(who, "cannot make a cell from %d numbers with a state of %d: both must be at least 1", in, n))
	}
	var wi, wh []*tensor.Tensor
	for range gates {
		wi = append(wi, NewLinear(r, in, n, init...).W)
		wh = append(wh, NewLinear(r, n, n, init...).W)
	}
	return Gates{Wi: tensor.Concat(nil, 0, wi...), Wh: tensor.Concat(nil, 0, wh...), Bi: tensor.Zeros(gates * n), Bh: tensor.Zeros(gates * n)}
}

func (g *Gates) check(who string) {
	need(who, "Wi", g.Wi)
	need(who, "Wh", g.Wh)
}

// An LSTMCell is ops.LSTMCell with parameters.
type LSTMCell struct{ Gates }

// NewLSTMCell returns a cell for inputs of in numbers with a state of n. init is as
// in NewLinear, for each gate; the biases are 0 but those of the forget gate, Bi
// there, which are 1 so that the cell begins by remembering: R. Jozefowicz, W.
// Zaremba and I. Sutskever, "An empirical exploration of recurrent network
// architectures", 2015.
func NewLSTMCell(r *rand.Rand, in, n int, init ...Init) *LSTMCell {
	l := &LSTMCell{newGates("nn.NewLSTMCell", r, 4, in, n, init)}
	for i := range n {
		l.Bi.SetFlat(n+i, 1)
	}
	return l
}

// Step returns the next state and cell for an input x, [N, in], a state h and a cell
// c, [N, n].
func (l *LSTMCell) Step(x, h, c *graph.Var) (hNext, cNext *graph.Var) {
	l.check("nn.LSTMCell")
	return ops.LSTMCell(x, h, c, watch(x, l.Wi), watch(x, l.Wh), watch(x, l.Bi), watch(x, l.Bh))
}

// A GRUCell is ops.GRUCell with parameters.
type GRUCell struct{ Gates }

// NewGRUCell returns a cell for inputs of in numbers with a state of n. init is as in
// NewLinear, for each gate; the biases are 0.
func NewGRUCell(r *rand.Rand, in, n int, init ...Init) *GRUCell {
	return &GRUCell{newGates("nn.NewGRUCell", r, 3, in, n, init)}
}

// Step returns the next state for an input x, [N, in], and a state h, [N, n].
func (l *GRUCell) Step(x, h *graph.Var) *graph.Var {
	l.check("nn.GRUCell")
	return ops.GRUCell(x, h, watch(x, l.Wi), watch(x, l.Wh), watch(x, l.Bi), watch(x, l.Bh))
}
