package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// BooleanMask returns the places of x where mask is not 0, in row-major order, as
// one axis: single elements if mask has the shape of x, or whole rows if it has
// the leading axes of x only. No gradient flows to mask.
func BooleanMask(x, mask *graph.Var) *graph.Var { return apply2(booleanMaskOp{}, x, mask) }

type booleanMaskOp struct{}

func (booleanMaskOp) Name() string { return "boolean_mask" }
func (booleanMaskOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BooleanMaskShape("ops.BooleanMask", dst, x[0].Shape(), x[1])
}
func (booleanMaskOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.BooleanMask(y, x[0], x[1]) }
func (booleanMaskOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return apply2(booleanMaskAddOp{dimsOf(x[0].Shape())}, g, x[1])
}

// booleanMaskAddOp writes its first input to the places of a tensor of zeros that
// its second, the mask, chooses.
type booleanMaskAddOp struct{ shape dims }

func (booleanMaskAddOp) Name() string { return "boolean_mask_add" }
func (o booleanMaskAddOp) Shape(dst []int, _ []*tensor.Tensor) []int {
	return append(dst, o.shape.list()...)
}
func (booleanMaskAddOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(0)
	tensor.BooleanMaskAdd(y, x[0], x[1])
}
func (booleanMaskAddOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return BooleanMask(g, x[1])
}

var _ = register(Entry{
	Name:    "BooleanMask",
	Formula: "y = the xᵢ with maskᵢ ≠ 0",
	Rule:    "x̄ᵢ = its ȳ where maskᵢ ≠ 0, else 0",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var {
			return BooleanMask(x[0], constant(x[0].Type(), 1, 0, 2))
		}, [][]int{{3}}, [][]int{{3, 2}}, [][]int{{3, 0}}),
		samples(func(x []*graph.Var) *graph.Var {
			return BooleanMask(x[0], Reshape(constant(x[0].Type(), 0, 1, 1, 0), 2, 2))
		}, [][]int{{2, 2}}, [][]int{{2, 2, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return BooleanMask(x[0], constant(x[0].Type(), 0, 0)) }, [][]int{{2}})),
	Refused: []Refusal{
		{"a mask of another length", func() { BooleanMask(zeros(3), zeros(2)) }},
		{"a mask of more axes", func() { BooleanMask(zeros(3), zeros(3, 1)) }},
	},
})

// MaskedFill returns x, but a value where mask is not 0; both broadcast. The
// gradient is 0 there, and none flows to mask.
func MaskedFill(x, mask *graph.Var, value float64) *graph.Var {
	return apply2(maskedFillOp{value}, x, mask)
}

type maskedFillOp struct{ value float64 }

func (maskedFillOp) Name() string     { return "masked_fill" }
func (o maskedFillOp) String() string { return fmt.Sprintf("masked_fill[%g]", o.value) }
func (maskedFillOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.MaskedFill", dst, x[0].Shape(), x[1].Shape())
}
func (o maskedFillOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	y.Fill(o.value)
	tensor.Where(y, x[1], y, x[0])
}
func (maskedFillOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	return unbroadcast(mask(apply(truthOp{not: true}, x[1]), g), x[0])
}

var _ = register(Entry{
	Name:    "MaskedFill",
	Formula: "y = x where mask = 0, else a constant",
	Rule:    "x̄ = ȳ where mask = 0, else 0",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var {
		return MaskedFill(x[0], constant(x[0].Type(), 1, 0, 1), 0.5)
	}, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{2, 1}}, [][]int{{}}),
	Refused: []Refusal{{"a mask that does not broadcast", func() { MaskedFill(zeros(3), zeros(2), 0) }}},
})
