package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Prod returns the product over the axes, or of all elements if none is given.
// The product of nothing is 1. The gradient is right with any number of zeros.
func Prod(x *graph.Var, over ...int) *graph.Var { return apply(prodOp{axes{dimsOf(over), false}}, x) }

// ProdKeep is Prod, but keeps the reduced axes with length 1.
func ProdKeep(x *graph.Var, over ...int) *graph.Var {
	return apply(prodOp{axes{dimsOf(over), true}}, x)
}

type prodOp struct{ over axes }

func (prodOp) Name() string     { return "prod" }
func (o prodOp) String() string { return fmt.Sprintf("prod[%v]", o.over) }
func (o prodOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.ReduceShape("ops.Prod", dst, x[0].Shape(), o.over.list(), o.over.keep)
}
func (o prodOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Prod(y, x[0], o.over.list(), o.over.keep)
}

// x̄ᵢ is ȳ times the product of the others: of those before i and those behind,
// so that nothing is divided by xᵢ.
func (o prodOp) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return MulMasked(o.over.spread(g, x[0]), others(x[0], o.over))
}

// others returns, for each element, the product of the others over the axes.
func others(x *graph.Var, over axes) *graph.Var {
	shape := x.Shape()
	if over.n == 1 {
		return othersAlong(x, over.list()[0])
	}
	if over.n == 0 {
		return Reshape(othersAlong(Reshape(x, -1), 0), shape...)
	}
	// The reduced axes go behind the others and become one.
	var buf, buf2 [8]int
	perm, rows, n := buf[:0], 1, 1
	for axis, d := range shape {
		if !over.has(axis, len(shape)) {
			perm = append(perm, axis)
			rows *= d
		}
	}
	for axis, d := range shape {
		if over.has(axis, len(shape)) {
			perm = append(perm, axis)
			n *= d
		}
	}
	turned := Transpose(x, perm...)
	y := Reshape(othersAlong(Reshape(turned, rows, n), 1), turned.Shape()...)
	return Transpose(y, inverse(buf2[:0], perm)...)
}

func (a *axes) has(axis, rank int) bool {
	return slices.Contains(a.list(), axis) || slices.Contains(a.list(), axis-rank)
}

// inverse appends the permutation that undoes perm.
func inverse(dst, perm []int) []int {
	at := len(dst)
	dst = append(dst, perm...)
	for i, axis := range perm {
		dst[at+axis] = i
	}
	return dst
}

func othersAlong(x *graph.Var, axis int) *graph.Var {
	before := shift(apply(cumProdOp{axis, false}, x), axis, false, 1)
	behind := shift(apply(cumProdOp{axis, true}, x), axis, true, 1)
	return Mul(before, behind)
}

var _ = register(Entry{
	Name:    "Prod",
	Formula: "y = Πᵢ xᵢ over the axes",
	Rule:    "x̄ᵢ = ȳ·Πⱼ xⱼ over j ≠ i",
	Domain:  on(-2, 2),
	Samples: slices.Concat(reductions(Prod), samples(func(x []*graph.Var) *graph.Var {
		return Prod(Mul(x[0], constant(x[0].Type(), 1, 0, 1, 0)), 1) // two zeros
	}, [][]int{{2, 4}}), samples(func(x []*graph.Var) *graph.Var { return Prod(x[0], 0, 1) }, [][]int{{2, 2, 3}})),
	Refused: axesRefused(Prod),
})

var _ = register(Entry{
	Name:    "ProdKeep",
	Formula: "y = Πᵢ xᵢ over the axes, which stay with length 1",
	Rule:    "x̄ᵢ = ȳ·Πⱼ xⱼ over j ≠ i",
	Domain:  on(-2, 2),
	Samples: reductions(ProdKeep),
	Refused: axesRefused(ProdKeep),
})
