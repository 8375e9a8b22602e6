package nn

import (
	"iter"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An Embedding is a table with a row of numbers for each id.
type Embedding struct {
	W *tensor.Tensor // ids × width
}

// NewEmbedding returns a table for ids from 0 to ids−1 whose numbers are drawn with
// the mean 0 and the variance 1. It panics unless both are at least 1, or if r is nil.
func NewEmbedding(r *rand.Rand, ids, width int) *Embedding {
	if ids < 1 || width < 1 || r == nil {
		panic(tensor.Errorf("nn.NewEmbedding", "cannot draw a table of %d ids × %d numbers: both must be at least 1, and r not nil", ids, width))
	}
	return &Embedding{tensor.RandNormal(r, 0, 1, ids, width)}
}

// Rows returns the rows at the ids, which are in a shape, as ops.Embedding does,
// without a padding. What is made is on the tape t, or a constant if that is nil.
// A list of ids without a shape is a vector of them.
func (l *Embedding) Rows(t *graph.Tape, ids []int, shape ...int) *graph.Var {
	need("nn.Embedding", "W", l.W)
	if len(shape) == 0 {
		return ops.Embedding(t.Watch(l.W), ids, -1, len(ids))
	}
	return ops.Embedding(t.Watch(l.W), ids, -1, shape...)
}

// Params yields "W".
func (l *Embedding) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *Embedding) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "W", l.W, yield)
}
