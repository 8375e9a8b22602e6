package ops

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Softmax returns eˣ/Σeˣ along an axis, without overflow: positive numbers with
// the sum 1.
func Softmax(x *graph.Var, axis int) *graph.Var { return apply(softmaxOp{axis}, x) }

type softmaxOp struct{ axis int }

func (softmaxOp) Name() string     { return "softmax" }
func (o softmaxOp) String() string { return fmt.Sprintf("softmax[%d]", o.axis) }
func (o softmaxOp) Shape(dst []int, x []*tensor.Tensor) []int {
	tensor.Axis("ops.Softmax", o.axis, x[0].Shape())
	return append(dst, x[0].Shape()...)
}
func (o softmaxOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Softmax(y, x[0], o.axis) }

// The Jacobian is ∂yᵢ/∂xⱼ = yᵢ([i = j] − yⱼ).
func (o softmaxOp) VJP(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
	return MulMasked(Sub(g, SumKeep(MulMasked(g, y), o.axis)), y) // eq: S3
}
func (o softmaxOp) Share(dst *tensor.Tensor, _ int, g, y *tensor.Tensor, _ []*tensor.Tensor) bool {
	tensor.SoftmaxSlope(dst, g, y, o.axis)
	return true
}

var _ = register(Entry{
	Name:    "Softmax",
	Formula: "yᵢ = e^xᵢ/Σⱼ e^xⱼ along an axis",
	Rule:    "x̄ᵢ = yᵢ(ȳᵢ − Σⱼ ȳⱼyⱼ)",
	Domain:  on(-3, 3),
	Samples: alongAxes(Softmax),
	Refused: axisRefused(Softmax),
})

// LogSoftmax returns x − log Σeˣ along an axis: the logarithm of Softmax, with
// digits where that would be 0.
func LogSoftmax(x *graph.Var, axis int) *graph.Var { return apply(logSoftmaxOp{axis}, x) }

type logSoftmaxOp struct{ axis int }

func (logSoftmaxOp) Name() string     { return "log_softmax" }
func (o logSoftmaxOp) String() string { return fmt.Sprintf("log_softmax[%d]", o.axis) }
func (o logSoftmaxOp) Shape(dst []int, x []*tensor.Tensor) []int {
	tensor.Axis("ops.LogSoftmax", o.axis, x[0].Shape())
	return append(dst, x[0].Shape()...)
}
func (o logSoftmaxOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.LogSoftmax(y, x[0], o.axis) }

// The Jacobian is ∂yᵢ/∂xⱼ = [i = j] − e^yⱼ.
func (o logSoftmaxOp) VJP(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
	return Sub(g, MulMasked(SumKeep(g, o.axis), Exp(y))) // eq: S5
}
func (o logSoftmaxOp) Share(dst *tensor.Tensor, _ int, g, y *tensor.Tensor, _ []*tensor.Tensor) bool {
	tensor.LogSoftmaxSlope(dst, g, y, o.axis)
	return true
}

var _ = register(Entry{
	Name:    "LogSoftmax",
	Formula: "yᵢ = xᵢ − log Σⱼ e^xⱼ along an axis",
	Rule:    "x̄ᵢ = ȳᵢ − e^yᵢ·Σⱼ ȳⱼ",
	Domain:  on(-3, 3),
	Samples: alongAxes(LogSoftmax),
	Refused: axisRefused(LogSoftmax),
})

func alongAxes(f func(x *graph.Var, axis int) *graph.Var) []Sample {
	return append(
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], -1) }, [][]int{{4}}, [][]int{{2, 3}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], 1) }, [][]int{{2, 3, 2}})...)
}

func axisRefused(f func(x *graph.Var, axis int) *graph.Var) []Refusal {
	return []Refusal{
		{"an axis that is not there", func() { f(zeros(2, 3), 2) }},
		{"a scalar", func() { f(zeros(), 0) }},
	}
}
