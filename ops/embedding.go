package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Embedding returns the rows of the table w at the ids, which are in a shape: the
// result has that shape and the axes of w behind the first. The row at padding
// gets no gradient; −1 means that there is none. Ids count from 0.
func Embedding(w *graph.Var, ids []int, padding int, shape ...int) *graph.Var {
	const who = "ops.Embedding"
	tensor.Axis(who, 0, w.Shape())
	n := w.Shape()[0]
	if elements(shape) != len(ids) {
		panic(tensor.Errorf(who, "%d ids in shape %v, which holds %d", len(ids), slices.Clone(shape), elements(shape)))
	}
	for i, id := range ids {
		if id < 0 || id >= n {
			panic(tensor.Errorf(who, "id %d at %d is outside of the %d rows of w %v", id, i, n, slices.Clone(w.Shape())))
		}
	}
	if padding < -1 || padding >= n {
		panic(tensor.Errorf(who, "padding %d is none of the %d rows of w %v, and not -1", padding, n, slices.Clone(w.Shape())))
	}
	var buf [8]int
	result := append(append(buf[:0], shape...), w.Shape()[1:]...)
	return Reshape(apply(embeddingOp{takeOp{0, ids}, padding}, w), result...)
}

type embeddingOp struct {
	take    takeOp
	padding int
}

func (o *embeddingOp) Keep(from embeddingOp) {
	o.take.Keep(from.take)
	o.padding = from.padding
}

func (embeddingOp) Name() string     { return "embedding" }
func (o embeddingOp) String() string { return fmt.Sprintf("embedding[padding %d]", o.padding) }
func (o embeddingOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.TakeShape("ops.Embedding", dst, x[0].Shape(), 0, o.take.index)
}
func (o embeddingOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { o.take.Eval(y, x) }
func (o embeddingOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	table := o.take.VJP(0, g, y, x)
	if o.padding < 0 {
		return table
	}
	return apply(zeroRowOp{o.padding}, table)
}
func (o embeddingOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	dst.Fill(0)
	tensor.TakeAdd(dst, g, 0, o.take.index)
	if o.padding >= 0 {
		clearRow(dst, o.padding)
	}
	return true
}

// zeroRowOp sets a row of a table to 0. It is its own transpose.
type zeroRowOp struct{ row int }

func (zeroRowOp) Name() string                              { return "zero_row" }
func (zeroRowOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (o zeroRowOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Copy(y, x[0])
	clearRow(y, o.row)
}
func (o zeroRowOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o, g) }

func clearRow(x *tensor.Tensor, row int) {
	n := x.Len() / x.Dim(0)
	if x.Type() == tensor.Float32 {
		clear(x.Float32s()[row*n : (row+1)*n])
	} else {
		clear(x.Float64s()[row*n : (row+1)*n])
	}
	x.Touch()
}

var _ = register(Entry{
	Name:    "Embedding",
	Formula: "y[i, …] = w[ids[i, …]]",
	Rule:    "w̄ᵣ = Σ ȳ over the places with the id r; 0 for the padding",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Embedding(x[0], []int{2, 0, 2, 1}, -1, 2, 2) }, [][]int{{3, 2}}, [][]int{{4}}),
		samples(func(x []*graph.Var) *graph.Var { return Embedding(x[0], []int{2}, -1) }, [][]int{{3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Embedding(x[0], nil, -1, 0) }, [][]int{{2, 2}})),
	Refused: []Refusal{
		{"an id outside", func() { Embedding(zeros(3, 2), []int{3}, -1, 1) }},
		{"a negative id", func() { Embedding(zeros(3, 2), []int{-1}, -1, 1) }},
		{"a padding outside", func() { Embedding(zeros(3, 2), []int{0}, 3, 1) }},
		{"a shape of another size", func() { Embedding(zeros(3, 2), []int{0, 1}, -1, 3) }},
		{"a scalar for a table", func() { Embedding(zeros(), []int{0}, -1, 1) }},
	},
})
