package ops

import (
	"fmt"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Dropout sets each element of x to 0 with the probability p, and divides the others
// by 1−p, so that the expected value stays: N. Srivastava et al., "Dropout: a simple
// way to prevent neural networks from overfitting", 2014. It takes two numbers from r;
// nil means evaluation, and returns x. Derivatives of all orders, and another
// evaluation of the same Var, drop the same elements.
func Dropout(x *graph.Var, p float64, r *rand.Rand) *graph.Var {
	if !(p >= 0 && p < 1) {
		panic(tensor.Errorf("ops.Dropout", "the probability is %v: it must be at least 0 and less than 1", p))
	}
	if r == nil || p == 0 {
		return x
	}
	return apply(dropoutOp{p, [2]uint64{r.Uint64(), r.Uint64()}}, x)
}

type dropoutOp struct {
	p    float64
	seed [2]uint64
}

func (dropoutOp) Name() string                                { return "dropout" }
func (o dropoutOp) String() string                            { return fmt.Sprintf("dropout[%g]", o.p) }
func (dropoutOp) Shape(dst []int, x []*tensor.Tensor) []int   { return append(dst, x[0].Shape()...) }
func (o dropoutOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Dropout(y, x[0], o.p, o.seed) }

// A diagonal matrix is its own transpose.
func (o dropoutOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o, g) }
func (o dropoutOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	tensor.Dropout(dst, g, o.p, o.seed)
	return true
}
func (dropoutOp) InPlace() {}

var _ = register(Entry{
	Name:    "Dropout",
	Formula: "y = m·x/(1−p), with a random m that is 0 with probability p, else 1",
	Rule:    "x̄ = m·ȳ/(1−p), with the same m",
	Domain:  on(-3, 3),
	Samples: singles(func(x *graph.Var) *graph.Var { return Dropout(x, 0.5, rand.New(rand.NewPCG(1, 5))) }),
	Refused: []Refusal{{"a probability of 1", func() { Dropout(zeros(3), 1, nil) }}},
})
