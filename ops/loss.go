package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// CrossEntropy returns −log softmax(logits)[label] of each row of logits: the
// loss of a classifier, computed from the logits in one stable pass. The last
// axis of logits holds the classes; there is one label for each row, and the
// result has the shape of logits without the last axis.
func CrossEntropy(logits *graph.Var, labels []int) *graph.Var {
	return apply(crossEntropyOp{labels}, logits)
}

type crossEntropyOp struct{ labels []int }

func (crossEntropyOp) Name() string { return "cross_entropy" }
func (o *crossEntropyOp) Keep(from crossEntropyOp) {
	o.labels = append(o.labels[:0], from.labels...)
}
func (o crossEntropyOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.CrossEntropyShape("ops.CrossEntropy", dst, x[0].Shape(), o.labels)
}
func (o crossEntropyOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.CrossEntropy(y, x[0], o.labels)
}
func (o crossEntropyOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	logits := x[0]
	// p − onehot is p beside the label, and there less the sum of those, which
	// unlike p − 1 keeps its digits.
	label := tensor.Reshape(nil, tensor.OneHot(logits.Type(), o.labels, logits.Shape()[len(logits.Shape())-1]), logits.Shape()...)
	beside := tensor.AddScalar(nil, tensor.Neg(nil, label), 1)
	others := Mul(Softmax(logits, -1), graph.Const(beside))
	slope := Sub(others, Mul(SumKeep(others, -1), graph.Const(label)))
	return MulMasked(Reshape(g, append(slices.Clone(g.Shape()), 1)...), slope) // eq: L6
}

func (o crossEntropyOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	tensor.CrossEntropySlope(dst, g, x[0], o.labels)
	return true
}

var _ = register(Entry{
	Name:    "CrossEntropy",
	Formula: "y = log Σⱼ e^xⱼ − x[label] of each row",
	Rule:    "x̄ = ȳ(softmax x − onehot label)",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return CrossEntropy(x[0], []int{2, 0}) }, [][]int{{2, 3}}, [][]int{{1, 2, 4}}),
		samples(func(x []*graph.Var) *graph.Var { return CrossEntropy(x[0], []int{1}) }, [][]int{{3}})...),
	Refused: []Refusal{
		{"a label that is no class", func() { CrossEntropy(zeros(2, 3), []int{0, 3}) }},
		{"fewer labels than rows", func() { CrossEntropy(zeros(2, 3), []int{0}) }},
		{"a scalar", func() { CrossEntropy(zeros(), []int{0}) }},
	},
})

// SquaredError returns (x − t)² of each element. The shapes must be equal: a
// loss does not broadcast.
func SquaredError(x, t *graph.Var) *graph.Var {
	sameShape("ops.SquaredError", x, t)
	return Square(Sub(x, t)) // eq: L2
}

var _ = register(Entry{
	Name:    "SquaredError",
	Formula: "y = (x − t)²",
	Rule:    "x̄ = 2(x − t)ȳ, t̄ = −x̄",
	Domain:  on(-3, 3),
	Samples: twins(SquaredError),
	Refused: lossRefused(SquaredError),
})

// MSE returns the mean of (x − t)² over all elements, a scalar. The shapes must
// be equal.
func MSE(x, t *graph.Var) *graph.Var {
	sameShape("ops.MSE", x, t)
	return Mean(SquaredError(x, t)) // eq: L3
}

var _ = register(Entry{
	Name:    "MSE",
	Formula: "y = 1/n Σᵢ (xᵢ − tᵢ)²",
	Rule:    "x̄ = 2/n·(x − t)ȳ, t̄ = −x̄",
	Domain:  on(-3, 3),
	Samples: twins(MSE)[:3],
	Refused: lossRefused(MSE),
})

// BCEWithLogits returns the binary cross-entropy −t·log σ(x) − (1−t)·log(1−σ(x))
// of each element, from the logit x and the target probability t, without
// overflow or cancellation. The shapes must be equal.
func BCEWithLogits(x, t *graph.Var) *graph.Var {
	sameShape("ops.BCEWithLogits", x, t)
	return apply2(bceOp{}, x, t)
}

type bceOp struct{}

func (bceOp) Name() string                              { return "bce_with_logits" }
func (bceOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (bceOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.BCEWithLogits(y, x[0], x[1]) }
func (bceOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return Neg(Mul(g, x[0]))
	}
	return Mul(g, Sub(Sigmoid(x[0]), x[1])) // eq: L4
}

var _ = register(Entry{
	Name:    "BCEWithLogits",
	Formula: "y = log(1 + eˣ) − x·t",
	Rule:    "x̄ = ȳ(σ(x) − t), t̄ = −ȳ·x",
	Domain:  on(0, 1),
	Samples: twins(BCEWithLogits),
	Refused: lossRefused(BCEWithLogits),
})

func sameShape(who string, x, t *graph.Var) {
	if !slices.Equal(x.Shape(), t.Shape()) {
		panic(tensor.Errorf(who, "cannot compare predictions %v with targets %v: the shapes must be equal, a loss does not broadcast", x.Shape(), t.Shape()))
	}
}

// twins samples a loss on predictions and targets of one shape.
func twins(f func(x, t *graph.Var) *graph.Var) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) },
		[][]int{{}, {}}, [][]int{{3}, {3}}, [][]int{{2, 2}, {2, 2}}, [][]int{{0, 2}, {0, 2}})
}

func lossRefused(f func(x, t *graph.Var) *graph.Var) []Refusal {
	return []Refusal{{"shapes that would broadcast", func() { f(zeros(3, 1), zeros(3)) }}}
}
