package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// LayerNorm returns (x−μ)/√(σ²+eps)·gain + bias for each row of the last axis, with
// its mean μ and its biased variance σ² (J. L. Ba et al., "Layer normalization",
// 2016, arXiv:1607.06450). gain and bias have the shape of a row; nil leaves
// them out. It panics if x has no axis or if eps is not positive.
func LayerNorm(x, gain, bias *graph.Var, eps float64) *graph.Var {
	y := apply(layerNormOp{eps}, x)
	if gain != nil {
		checkRow("gain", gain, x)
		y = Mul(y, gain)
	}
	if bias != nil {
		checkRow("bias", bias, x)
		y = Add(y, bias)
	}
	return y
}

func checkRow(what string, v, x *graph.Var) {
	if row := x.Shape()[len(x.Shape())-1:]; !slices.Equal(v.Shape(), row) {
		panic(tensor.Errorf("ops.LayerNorm", "%s has shape %v, the rows of x %v have %v", what, v.Shape(), x.Shape(), slices.Clone(row)))
	}
}

type layerNormOp struct{ eps float64 }

func (layerNormOp) Name() string     { return "layer_norm" }
func (o layerNormOp) String() string { return fmt.Sprintf("layer_norm[%g]", o.eps) }
func (o layerNormOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.LayerNormShape("ops.LayerNorm", dst, x[0].Shape(), o.eps)
}
func (o layerNormOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.LayerNorm(y, x[0], o.eps) }

func (o layerNormOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	d := Sub(x[0], MeanKeep(x[0], -1))
	r := Reciprocal(Sqrt(AddScalar(MeanKeep(Square(d), -1), o.eps)))
	along := MulMasked(MeanKeep(MulMasked(g, y), -1), y)
	return MulMasked(Sub(Sub(g, MeanKeep(g, -1)), along), r)
}
func (o layerNormOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	tensor.LayerNormSlope(dst, g, x[0], o.eps)
	return true
}

var _ = register(Entry{
	Name:    "LayerNorm",
	Formula: "y = (x−μ)/√(σ²+ε)·gain + bias of each row",
	Rule:    "x̄ = (u − mean(u) − ŷ·mean(u·ŷ))/√(σ²+ε) for u = ȳ·gain, ŷ = (x−μ)/√(σ²+ε)",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return LayerNorm(x[0], nil, nil, 0.1) }, [][]int{{4}}, [][]int{{2, 3}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return LayerNorm(x[0], x[1], x[2], 0.1) }, [][]int{{2, 1, 3}, {3}, {3}})...),
	Refused: []Refusal{
		{"a scalar", func() { LayerNorm(zeros(), nil, nil, 1) }},
		{"an eps of 0", func() { LayerNorm(zeros(2), nil, nil, 0) }},
		{"a gain that is no row", func() { LayerNorm(zeros(2, 3), zeros(2, 3), nil, 1) }},
		{"a bias that is no row", func() { LayerNorm(zeros(2, 3), nil, zeros(1), 1) }},
	},
})
