package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// CumSum returns the sums of each element and those before it along an axis.
func CumSum(x *graph.Var, axis int) *graph.Var { return apply(cumSumOp{axis, false}, x) }

// cumSumOp, if it is reverse, sums each element and those behind it: the two are
// the transpose of each other.
type cumSumOp struct {
	axis    int
	reverse bool
}

func (cumSumOp) Name() string     { return "cumsum" }
func (o cumSumOp) String() string { return fmt.Sprintf("cumsum[%s]", direction(o.axis, o.reverse)) }
func (o cumSumOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return scanShape("ops.CumSum", dst, x[0], o.axis)
}
func (o cumSumOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.CumSum(y, x[0], o.axis, o.reverse)
}
func (o cumSumOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return apply(cumSumOp{o.axis, !o.reverse}, g)
}
func (o cumSumOp) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	tensor.CumSum(dst, g, o.axis, !o.reverse)
	return true
}

func direction(axis int, reverse bool) string {
	if reverse {
		return fmt.Sprint(axis, " reverse")
	}
	return fmt.Sprint(axis)
}

func scanShape(who string, dst []int, x *tensor.Tensor, axis int) []int {
	tensor.Axis(who, axis, x.Shape())
	return append(dst, x.Shape()...)
}

var _ = register(Entry{
	Name:    "CumSum",
	Formula: "yᵢ = Σ xⱼ over j ≤ i along an axis",
	Rule:    "x̄ⱼ = Σ ȳᵢ over i ≥ j",
	Domain:  on(-3, 3),
	Samples: scans(CumSum),
	Refused: scanRefused(CumSum),
})

// CumProd returns the products of each element and those before it along an
// axis. Its gradient is right with any number of zeros.
func CumProd(x *graph.Var, axis int) *graph.Var { return apply(cumProdOp{axis, false}, x) }

type cumProdOp struct {
	axis    int
	reverse bool
}

func (cumProdOp) Name() string     { return "cumprod" }
func (o cumProdOp) String() string { return fmt.Sprintf("cumprod[%s]", direction(o.axis, o.reverse)) }
func (o cumProdOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return scanShape("ops.CumProd", dst, x[0], o.axis)
}
func (o cumProdOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.CumProd(y, x[0], o.axis, o.reverse)
}

// With y₋₁ = 1, xⱼ has the share yⱼ₋₁·s, where s = Σ ȳᵢ·xⱼ₊₁⋯xᵢ over i ≥ j is a
// recurrence from behind: sⱼ = xⱼ₊₁·sⱼ₊₁ + ȳⱼ. Nothing is divided by an x.
func (o cumProdOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	s := recurBack(x[0], g, o.axis, o.reverse)
	return MulMasked(s, shift(y, o.axis, o.reverse, 1))
}

// shift moves the elements along an axis to the next place, or with back to the
// one before. The end that becomes free is filled.
func shift(x *graph.Var, axis int, back bool, fill float64) *graph.Var {
	pads := zeroed[[2]int](len(x.Shape()))
	a := tensor.Axis("ops.shift", axis, x.Shape())
	pads.list()[a] = [2]int{1, -1}
	if back {
		pads.list()[a] = [2]int{-1, 1}
	}
	return apply(padOp{pads, fill}, x)
}

var _ = register(Entry{
	Name:    "CumProd",
	Formula: "yᵢ = Π xⱼ over j ≤ i along an axis",
	Rule:    "x̄ⱼ = Σ ȳᵢ·Π xₖ over i ≥ j and k ≤ i but j",
	Domain:  on(-2, 2),
	Samples: append(scans(CumProd), samples(func(x []*graph.Var) *graph.Var {
		return CumProd(Mul(x[0], constant(x[0].Type(), 1, 0, 1, 0)), 1) // two zeros
	}, [][]int{{2, 4}})...),
	Refused: scanRefused(CumProd),
})

// Recurrence returns y with yᵢ = aᵢ·yᵢ₋₁ + bᵢ along an axis, beginning with b₀: a
// linear recurrence of first order. With a constant a it is a discounted sum.
// a and b have one shape.
func Recurrence(a, b *graph.Var, axis int) *graph.Var {
	return apply2(recurrenceOp{axis: axis}, a, b)
}

// recurBack returns s with sᵢ = aᵢ₊₁·sᵢ₊₁ + gᵢ, or with reverse sᵢ = aᵢ₋₁·sᵢ₋₁ + gᵢ,
// where a zero s wins over any a: it is the recurrence of cotangents.
func recurBack(a, g *graph.Var, axis int, reverse bool) *graph.Var {
	return apply2(recurrenceOp{axis, !reverse, true}, shift(a, axis, !reverse, 0), g)
}

// recurrenceOp goes, if it is reverse, from the last element to the first. If it
// is masked, a zero y wins over any a.
type recurrenceOp struct {
	axis            int
	reverse, masked bool
}

func (recurrenceOp) Name() string { return "recurrence" }
func (o recurrenceOp) String() string {
	return fmt.Sprintf("recurrence[%s]", direction(o.axis, o.reverse))
}
func (o recurrenceOp) Shape(dst []int, x []*tensor.Tensor) []int {
	if !slices.Equal(x[0].Shape(), x[1].Shape()) {
		panic(tensor.Errorf("ops.Recurrence", "a has shape %v and b %v: they must be equal; use BroadcastTo", x[0].Shape(), x[1].Shape()))
	}
	return scanShape("ops.Recurrence", dst, x[0], o.axis)
}
func (o recurrenceOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Recurrence(y, x[0], x[1], o.axis, o.reverse, o.masked)
}

// bᵢ reaches yᵢ, and through it those behind, so b̄ is a recurrence from the other
// end: b̄ᵢ = aᵢ₊₁·b̄ᵢ₊₁ + ȳᵢ. Then āᵢ = b̄ᵢ·yᵢ₋₁.
func (o recurrenceOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	gb := recurBack(x[0], g, o.axis, o.reverse)
	if i == 1 {
		return gb
	}
	before := shift(y, o.axis, o.reverse, 0)
	if o.masked { // both are cotangents
		return mulZero(gb, before)
	}
	return MulMasked(gb, before)
}

var _ = register(Entry{
	Name:    "Recurrence",
	Formula: "yᵢ = aᵢ·yᵢ₋₁ + bᵢ along an axis, y₋₁ = 0",
	Rule:    "b̄ᵢ = aᵢ₊₁·b̄ᵢ₊₁ + ȳᵢ, āᵢ = b̄ᵢ·yᵢ₋₁",
	Domain:  on(-1.5, 1.5),
	Samples: samples(func(x []*graph.Var) *graph.Var { return Recurrence(x[0], x[1], 0) },
		[][]int{{4}, {4}}, [][]int{{3, 2}, {3, 2}}, [][]int{{1}, {1}}, [][]int{{0, 2}, {0, 2}}),
	Refused: []Refusal{
		{"shapes that differ", func() { Recurrence(zeros(3), zeros(1), 0) }},
		{"an axis that is not there", func() { Recurrence(zeros(3), zeros(3), 1) }},
	},
})

// LogCumSumExp returns log Σ eˣ of each element and those before it along an
// axis, without overflow.
func LogCumSumExp(x *graph.Var, axis int) *graph.Var { return apply(logCumSumExpOp{axis}, x) }

type logCumSumExpOp struct{ axis int }

func (logCumSumExpOp) Name() string     { return "logcumsumexp" }
func (o logCumSumExpOp) String() string { return fmt.Sprintf("logcumsumexp[%d]", o.axis) }
func (o logCumSumExpOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return scanShape("ops.LogCumSumExp", dst, x[0], o.axis)
}
func (o logCumSumExpOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.LogCumSumExp(y, x[0], o.axis)
}

// x̄ⱼ = Σ ȳᵢ·e^(xⱼ − yᵢ) = e^(xⱼ − yⱼ)·tⱼ with tⱼ = Σ ȳᵢ·e^(yⱼ − yᵢ), a recurrence
// from behind with the factors e^(yⱼ − yⱼ₊₁). As y rises, no factor is above 1. The
// first of them, which would be that of e^(y₋₁ − y₀), is not used.
func (o logCumSumExpOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	step := Exp(below(shift(y, o.axis, false, 0), y))
	t := recurBack(step, g, o.axis, false)
	return MulMasked(t, Exp(below(x[0], y)))
}

// below is a − b where a < b, and 0 elsewhere: for a ≤ b that is a − b, also
// where both are the same infinity.
func below(a, b *graph.Var) *graph.Var { return mask(compare(less, a, b), Sub(a, b)) }

var _ = register(Entry{
	Name:    "LogCumSumExp",
	Formula: "yᵢ = log Σ e^xⱼ over j ≤ i along an axis",
	Rule:    "x̄ⱼ = Σ ȳᵢ·e^(xⱼ − yᵢ) over i ≥ j",
	Domain:  on(-3, 3),
	Samples: scans(LogCumSumExp),
	Refused: scanRefused(LogCumSumExp),
})

// Diff returns the differences xᵢ₊₁ − xᵢ of neighbours along an axis, which
// becomes one shorter.
func Diff(x *graph.Var, axis int) *graph.Var {
	a := tensor.Axis("ops.Diff", axis, x.Shape())
	if x.Shape()[a] == 0 {
		panic(tensor.Errorf("ops.Diff", "axis %d of shape %v holds no element", axis, slices.Clone(x.Shape())))
	}
	return Sub(span(x, a, 1, tensor.End), span(x, a, 0, -1))
}

// span takes the places from start to stop−1 on an axis, counted from the front.
func span(x *graph.Var, axis, start, stop int) *graph.Var {
	return ranged(x, axis, tensor.Span(start, stop))
}

// ranged takes a range of one axis.
func ranged(x *graph.Var, axis int, r tensor.Range) *graph.Var {
	var buf [8]tensor.Range
	ranges := buf[:0]
	for range axis {
		ranges = append(ranges, tensor.All())
	}
	return Slice(x, append(ranges, r)...)
}

var _ = register(Entry{
	Name:    "Diff",
	Formula: "yᵢ = xᵢ₊₁ − xᵢ along an axis",
	Rule:    "x̄ᵢ = ȳᵢ₋₁ − ȳᵢ",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Diff(x[0], 0) }, [][]int{{4}}, [][]int{{3, 2}}, [][]int{{1, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Diff(x[0], -1) }, [][]int{{2, 3}})),
	Refused: append(scanRefused(Diff), Refusal{"the differences of nothing", func() { Diff(zeros(2, 0), 1) }}),
})

// scans samples a function along the first, the middle and the last axis.
func scans(f func(x *graph.Var, axis int) *graph.Var) []Sample {
	return slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0) }, [][]int{{4}}, [][]int{{3, 2}}, [][]int{{1, 2}}, [][]int{{0, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], 1) }, [][]int{{2, 3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], -1) }, [][]int{{2, 3}}))
}

func scanRefused(f func(x *graph.Var, axis int) *graph.Var) []Refusal {
	return []Refusal{
		{"an axis that is not there", func() { f(zeros(2, 3), 2) }},
		{"a scalar", func() { f(zeros(), 0) }},
	}
}
