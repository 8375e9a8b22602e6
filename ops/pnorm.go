package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Norm returns the p-norm (Σ|xᵢ|ᵖ)^(1/p) over the axes, or over all elements if
// none is given; of p = +Inf it is max|xᵢ|. It does not overflow where the norm
// does not. The derivative at 0 is 0, and for p ≤ 1 that in each xᵢ at 0. p must
// be positive.
func Norm(x *graph.Var, p float64, over ...int) *graph.Var {
	return pNorm(x, p, axes{dimsOf(over), false})
}

// NormKeep is Norm, but keeps the reduced axes with length 1.
func NormKeep(x *graph.Var, p float64, over ...int) *graph.Var {
	return pNorm(x, p, axes{dimsOf(over), true})
}

func pNorm(x *graph.Var, p float64, over axes) *graph.Var {
	const who = "ops.Norm"
	var buf [8]int
	shape := tensor.ReduceShape(who, buf[:0], x.Shape(), over.list(), over.keep)
	switch {
	case !(p > 0):
		panic(tensor.Errorf(who, "p is %v: it must be > 0", p))
	case p == 1:
		return apply(sumOp{over}, Abs(x))
	case p == 2:
		return apply(norm2Op{over}, x)
	case math.IsInf(p, 1):
		tensor.ExtremeShape(who, buf[:0], x.Shape(), over.list(), over.keep)
		return apply(maxOp{over}, Abs(x))
	case elements(x.Shape()) == 0:
		return apply(sumOp{over}, x)
	}
	// (Σ|x/s|ᵖ)^(1/p)·s does not depend on s, which is therefore a constant. Where
	// the sum is 0, so is the norm, and its derivative.
	size := Abs(x)
	s := apply(normScaleOp{over.dims}, size)
	ratio := Div(size, s)
	powers := PowScalar(ratio, p)
	if p < 1 { // whose slope at 0 is infinite on both sides
		powers = mask(apply(truthOp{}, ratio), powers)
	}
	sum := apply(sumOp{over}, powers)
	root := mask(apply(truthOp{}, sum), PowScalar(sum, 1/p))
	return Mul(root, Reshape(s, shape...))
}

// normScaleOp is the largest of non-negative elements over the axes, which stay
// with length 1; or 1 if that is 0 or not finite. No gradient flows through it.
type normScaleOp struct{ over dims }

func (normScaleOp) Name() string { return "norm_scale" }
func (o normScaleOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReduceShape("ops.Norm", dst, x[0].Shape(), o.over.list(), true)
}
func (o normScaleOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Max(y, x[0], o.over.list(), true)
	for i := range y.Len() {
		if v := y.Flat(i); !(v > 0 && v <= math.MaxFloat64) {
			y.SetFlat(i, 1)
		}
	}
}
func (normScaleOp) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

type norm2Op struct{ over axes }

func (norm2Op) Name() string     { return "norm" }
func (o norm2Op) String() string { return fmt.Sprintf("norm[%v]", o.over) }
func (o norm2Op) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReduceShape("ops.Norm", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o norm2Op) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Norm2(y, x[0], o.over.list(), o.over.keep)
}

// The derivative is the vector over its length, and 0 where that is 0.
func (o norm2Op) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	length := o.over.spread(y, x[0])
	return MulMasked(o.over.spread(g, x[0]), mask(apply(truthOp{}, length), Div(x[0], length)))
}

var (
	_ = register(normEntry("Norm", "", Norm))
	_ = register(normEntry("NormKeep", ", which stay with length 1", NormKeep))
)

func normEntry(name, kept string, f func(x *graph.Var, p float64, over ...int) *graph.Var) Entry {
	of := func(p float64) func(x *graph.Var, over ...int) *graph.Var {
		return func(x *graph.Var, over ...int) *graph.Var { return f(x, p, over...) }
	}
	return Entry{
		Name:    name,
		Formula: "y = (Σᵢ|xᵢ|ᵖ)^(1/p) over the axes" + kept,
		Rule:    "x̄ᵢ = ȳ·sign(xᵢ)·(|xᵢ|/y)ᵖ⁻¹",
		Domain:  on(-3, 3, 0),
		Kinks:   "y = 0, and for p ≤ 1 xᵢ = 0: the derivative is 0; p = ∞: that of the first largest |xᵢ|",
		Samples: append(reductions(of(2)),
			Sample{[][]int{{3}}, func(x []*graph.Var) *graph.Var { return f(x[0], 3) }},
			Sample{[][]int{{2, 3}}, func(x []*graph.Var) *graph.Var { return f(x[0], 1.5, -1) }},
			Sample{[][]int{{2, 2}}, func(x []*graph.Var) *graph.Var { return f(x[0], 1) }},
			Sample{[][]int{{2, 3}}, func(x []*graph.Var) *graph.Var { return f(x[0], math.Inf(1), 1) }}),
		Refused: append(axesRefused(of(2)),
			Refusal{"a p of 0", func() { f(zeros(2), 0) }},
			Refusal{"a p that is no number", func() { f(zeros(2), math.NaN()) }},
			Refusal{"the largest of nothing", func() { f(zeros(0), math.Inf(1)) }}),
	}
}

// Normalize returns x/max(‖x‖, eps) with the Euclidean norm along an axis.
func Normalize(x *graph.Var, axis int, eps float64) *graph.Var {
	if !(eps > 0) {
		panic(tensor.Errorf("ops.Normalize", "eps is %v: it must be > 0", eps))
	}
	tensor.Axis("ops.Normalize", axis, x.Shape())
	return Div(x, Clip(NormKeep(x, 2, axis), eps, math.Inf(1)))
}

var _ = register(Entry{
	Name:    "Normalize",
	Formula: "y = x/max(‖x‖, ε) along an axis",
	Rule:    "x̄ = (ȳ − y·Σ ȳ·y)/‖x‖ where ‖x‖ ≥ ε, else ȳ/ε",
	Domain:  on(-3, 3, 0),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Normalize(x[0], -1, 1e-12) }, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return Normalize(x[0], 0, 100) }, [][]int{{2, 2}})),
	Refused: []Refusal{
		{"an eps of 0", func() { Normalize(zeros(2), 0, 0) }},
		{"a scalar", func() { Normalize(zeros(), 0, 1) }},
	},
})
