package ops

import (
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Variance returns Σ(xᵢ − mean)²/(n − ddof) of the n elements over the axes, or of
// all if none is given: ddof is 0 for the variance of a population, 1 for an
// estimate from a sample. The mean is taken off first, so that a large one costs
// no digits. It panics unless ddof < n.
func Variance(x *graph.Var, ddof int, over ...int) *graph.Var {
	d, freedom := deviations("ops.Variance", x, ddof, over)
	return Scale(Sum(Square(d), over...), 1/freedom)
}

// VarianceKeep is Variance, but keeps the reduced axes with length 1.
func VarianceKeep(x *graph.Var, ddof int, over ...int) *graph.Var {
	d, freedom := deviations("ops.VarianceKeep", x, ddof, over)
	return Scale(SumKeep(Square(d), over...), 1/freedom)
}

// Std returns the standard deviation: the root of Variance. Its derivative is 0
// where the elements are equal.
func Std(x *graph.Var, ddof int, over ...int) *graph.Var {
	d, freedom := deviations("ops.Std", x, ddof, over)
	return Scale(Norm(d, 2, over...), 1/math.Sqrt(freedom))
}

// StdKeep is Std, but keeps the reduced axes with length 1.
func StdKeep(x *graph.Var, ddof int, over ...int) *graph.Var {
	d, freedom := deviations("ops.StdKeep", x, ddof, over)
	return Scale(NormKeep(d, 2, over...), 1/math.Sqrt(freedom))
}

// deviations returns x less its means over the axes, and n − ddof.
func deviations(who string, x *graph.Var, ddof int, over []int) (d *graph.Var, freedom float64) {
	var buf [8]int
	means := elements(tensor.ReduceShape(who, buf[:0], x.Shape(), over, false))
	n := 1
	for axis, length := range x.Shape() {
		if len(over) == 0 || slices.Contains(over, axis) || slices.Contains(over, axis-len(x.Shape())) {
			n *= length
		}
	}
	if ddof < 0 || means > 0 && ddof >= n {
		panic(tensor.Errorf(who, "ddof is %d for the %d elements over the axes of shape %v: it must be from 0 to n − 1", ddof, n, slices.Clone(x.Shape())))
	}
	return Sub(x, MeanKeep(x, over...)), float64(n - ddof)
}

var (
	_ = register(varianceEntry("Variance", "Σᵢ(xᵢ − mean)²/(n − ddof) over the axes", varianceRule, "", Variance))
	_ = register(varianceEntry("VarianceKeep", "Σᵢ(xᵢ − mean)²/(n − ddof) over the axes, which stay with length 1", varianceRule, "", VarianceKeep))
	_ = register(varianceEntry("Std", "the root of the variance over the axes", stdRule, stdKink, Std))
	_ = register(varianceEntry("StdKeep", "the root of the variance over the axes, which stay with length 1", stdRule, stdKink, StdKeep))
)

const (
	varianceRule = "x̄ᵢ = ȳ·2(xᵢ − mean)/(n − ddof)"
	stdRule      = "x̄ᵢ = ȳ·(xᵢ − mean)/(y·(n − ddof))"
	stdKink      = "equal elements: the derivative is 0"
)

func varianceEntry(name, formula, rule, kinks string, f func(x *graph.Var, ddof int, over ...int) *graph.Var) Entry {
	population := func(x *graph.Var, over ...int) *graph.Var { return f(x, 0, over...) }
	return Entry{
		Name:    name,
		Formula: "y = " + formula,
		Rule:    rule,
		Domain:  apart(-3, 3),
		Kinks:   kinks,
		Samples: slices.Concat(
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0) }, [][]int{{2, 2}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0, 0, -1) }, [][]int{{2, 1, 2}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 1, -1) }, [][]int{{2, 3}}, [][]int{{0, 2}})),
		Refused: append(axesRefused(population),
			Refusal{"as many degrees of freedom as elements", func() { f(zeros(2, 1), 1, 1) }},
			Refusal{"a negative ddof", func() { f(zeros(2), -1) }},
			Refusal{"the variance of nothing", func() { f(zeros(0), 0) }}),
	}
}
