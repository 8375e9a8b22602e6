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
	o := layerNormOp{eps}
	switch {
	case gain != nil && bias != nil:
		return apply3(o, x, gain, bias)
	case gain != nil:
		return apply2(o, x, gain)
	}
	y := apply(o, x)
	if bias == nil {
		return y
	}
	var buf [8]int
	row := y.Shape()[len(y.Shape())-1:]
	tensor.LayerNormShape("ops.LayerNorm", buf[:0], y.Shape(), eps, row, bias.Shape())
	return Add(y, bias)
}

type layerNormOp struct{ eps float64 }

func (layerNormOp) Name() string     { return "layer_norm" }
func (o layerNormOp) String() string { return fmt.Sprintf("layer_norm[%g]", o.eps) }
func (o layerNormOp) Shape(dst []int, x []*tensor.Tensor) []int {
	var rows [2][]int
	for i, v := range x[1:] {
		rows[i] = v.Shape()
	}
	return tensor.LayerNormShape("ops.LayerNorm", dst, x[0].Shape(), o.eps, rows[:len(x)-1]...)
}
func (o layerNormOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	var rows [2]*tensor.Tensor
	copy(rows[:], x[1:])
	tensor.LayerNorm(y, x[0], rows[0], rows[1], o.eps)
}

func (o layerNormOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	if i == 2 {
		return SumTo(g, x[2].Shape()...)
	}
	if len(x) > 1 {
		y = apply(o, x[0])
	}
	if i == 1 {
		return SumTo(MulMasked(g, y), x[1].Shape()...)
	}
	if len(x) > 1 {
		g = MulMasked(g, x[1])
	}
	d := Sub(x[0], MeanKeep(x[0], -1))
	r := Reciprocal(Sqrt(AddScalar(MeanKeep(Square(d), -1), o.eps)))
	along := MulMasked(MeanKeep(MulMasked(g, y), -1), y)
	return MulMasked(Sub(Sub(g, MeanKeep(g, -1)), along), r)
}
func (o layerNormOp) Share(dst *tensor.Tensor, i int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	switch {
	case i == 2:
		tensor.SumTo(dst, g, dst.Shape()...)
	case i == 1:
		tensor.LayerNormGain(dst, g, x[0], o.eps)
	case len(x) > 1:
		tensor.LayerNormSlope(dst, g, x[0], x[1], o.eps)
	default:
		tensor.LayerNormSlope(dst, g, x[0], nil, o.eps)
	}
	return true
}

var _ = register(Entry{
	Name:    "LayerNorm",
	Formula: "y = (x−μ)/√(σ²+ε)·gain + bias of each row",
	Rule:    "x̄ = (u − mean(u) − ŷ·mean(u·ŷ))/√(σ²+ε) for u = ȳ·gain, ŷ = (x−μ)/√(σ²+ε); gain: Σ ȳ·ŷ, bias: Σ ȳ, of all rows",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return LayerNorm(x[0], nil, nil, 0.1) }, [][]int{{4}}, [][]int{{2, 3}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return LayerNorm(x[0], x[1], x[2], 0.1) }, [][]int{{2, 1, 3}, {3}, {3}}, [][]int{{3}, {3}, {3}}, [][]int{{0, 2}, {2}, {2}}),
		samples(func(x []*graph.Var) *graph.Var { return LayerNorm(x[0], x[1], nil, 0.1) }, [][]int{{2, 3}, {3}}),
		samples(func(x []*graph.Var) *graph.Var { return LayerNorm(x[0], nil, x[1], 0.1) }, [][]int{{2, 3}, {3}})),
	Refused: []Refusal{
		{"a scalar", func() { LayerNorm(zeros(), nil, nil, 1) }},
		{"an eps of 0", func() { LayerNorm(zeros(2), nil, nil, 0) }},
		{"a gain that is no row", func() { LayerNorm(zeros(2, 3), zeros(2, 3), nil, 1) }},
		{"a bias of another length", func() { LayerNorm(zeros(2, 3), zeros(3), zeros(2), 1) }},
		{"a bias that is no row", func() { LayerNorm(zeros(2, 3), nil, zeros(1), 1) }},
	},
})
