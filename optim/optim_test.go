package optim_test

import (
	"fmt"
	"iter"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// gradients is a source of gradients without a tape.
type gradients map[*tensor.Tensor]*tensor.Tensor

func (g gradients) Of(w *tensor.Tensor) *tensor.Tensor { return g[w] }

type stepper interface {
	Step(iter.Seq2[string, *tensor.Tensor], optim.Gradients)
}

// named yields tensors under the names p0, p1, ….
func named(ws ...*tensor.Tensor) iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) {
		for i, w := range ws {
			if !yield(fmt.Sprint("p", i), w) {
				return
			}
		}
	}
}
