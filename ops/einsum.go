package ops

import (
	"slices"
	"sync"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Einsum returns the sum of products that an equation names by letters, one for
// each axis, as in "ij,jk->ik", the matrix product: for all values of the letters
// that the result has, the product of the operands' elements is summed over the
// values of all others. (A. Einstein, "Die Grundlage der allgemeinen
// Relativitätstheorie", 1916, §5; in NumPy's notation.)
//
// A letter that an operand has twice takes its diagonal. Without an arrow the
// result has the letters that occur once, in alphabetical order. Three dots stand
// for any number of axes, which broadcast and which the result must have too,
// first if there is no arrow. Spaces do not matter.
//
// Operands are multiplied from left to right, two at a time, as batches of
// matrices. It panics if the equation is not well formed or does not fit the
// operands, of which a letter must have the same length everywhere.
func Einsum(equation string, x ...*graph.Var) *graph.Var {
	p := einsumPlanOf(equation, x)
	var buf [24]int
	sizes := p.measure(buf[:0], x)
	y := p.operand(0, x, sizes)
	for i := range p.joins {
		y = p.joins[i].product(y, p.operand(i+1, x, sizes), sizes)
	}
	return turn(y, p.last)
}

// An einsumPlan is what an equation means for operands of certain ranks. Labels, which
// are letters or axes of the three dots, have numbers in it.
type einsumPlan struct {
	equation string
	names    []string        // of the labels, for messages
	dots     []bool          // which labels are axes of the dots
	terms    [][]int         // the label of each axis of each operand
	alone    []einsumOperand // what is done to each operand first
	joins    []einsumJoin    // then the second is joined to the first, and so on
	last     []int           // the permutation that is done at the end
}

// An einsumOperand is what is done to one operand: diagonals, each of the last two axes
// after a permutation, and then a sum over the axes that nothing else has.
type einsumOperand struct {
	diagonals [][]int
	sum       []int
}

// An einsumJoin multiplies two operands a and b as batches of matrices m×k and k×n, of
// which each dimension may stand for several labels: batch for those that both
// have and that stay, k for those that end here.
type einsumJoin struct {
	turnA, turnB   []int
	batch, m, k, n []int
	ta, tb         bool
}

// einsumPlans are kept by equation and ranks, since a program has few, and uses them
// often.
var einsumPlans struct {
	sync.Mutex
	of map[einsumKey]*einsumPlan
}

const (
	mostOperands = 8    // operands of an equation that is kept
	mostPlans    = 1000 // after which all are forgotten
)

type einsumKey struct {
	equation string
	n        int
	ranks    [mostOperands]int
}

func einsumPlanOf(equation string, x []*graph.Var) *einsumPlan {
	if len(x) > mostOperands {
		return parseEinsum(equation, x)
	}
	key := einsumKey{equation: equation, n: len(x)}
	for i, v := range x {
		key.ranks[i] = len(v.Shape())
	}
	einsumPlans.Lock()
	defer einsumPlans.Unlock()
	p := einsumPlans.of[key]
	if p == nil {
		p = parseEinsum(equation, x)
		if einsumPlans.of == nil || len(einsumPlans.of) >= mostPlans {
			einsumPlans.of = map[einsumKey]*einsumPlan{}
		}
		einsumPlans.of[key] = p
	}
	return p
}

// measure appends the length of each label, in which the operands must agree.
// Axes of the dots broadcast.
func (p *einsumPlan) measure(sizes []int, x []*graph.Var) []int {
	for range p.names {
		sizes = append(sizes, -1)
	}
	for i, term := range p.terms {
		for axis, label := range term {
			d := x[i].Shape()[axis]
			switch have := sizes[label]; {
			case have == d || p.dots[label] && d == 1 && have >= 0:
			case have < 0 || p.dots[label] && have == 1:
				sizes[label] = d
			default:
				p.refuseLengths(label, i, axis, x)
			}
		}
	}
	return sizes
}

// refuseLengths panics since a label has another length on an axis of operand i
// than somewhere before.
func (p *einsumPlan) refuseLengths(label, i, axis int, x []*graph.Var) {
	for j, term := range p.terms {
		for a, l := range term {
			if d := x[j].Shape()[a]; l == label && d != x[i].Shape()[axis] && !(p.dots[label] && d == 1) {
				p.refuse("%s has length %d in operand %d %v and %d in operand %d %v", p.names[label],
					d, j, slices.Clone(x[j].Shape()), x[i].Shape()[axis], i, slices.Clone(x[i].Shape()))
			}
		}
	}
}

// operand returns operand i with each label once, and none that it alone has and
// the result has not.
func (p *einsumPlan) operand(i int, x []*graph.Var, sizes []int) *graph.Var {
	var buf [8]int
	y := BroadcastTo(x[i], lengthsOf(buf[:0], p.terms[i], sizes)...)
	for _, perm := range p.alone[i].diagonals {
		y = Diagonal(turn(y, perm), 0)
	}
	if p.alone[i].sum != nil {
		y = Sum(y, p.alone[i].sum...)
	}
	return y
}

func (j *einsumJoin) product(a, b *graph.Var, sizes []int) *graph.Var {
	a, b = turn(a, j.turnA), turn(b, j.turnB)
	var bufA, bufB, buf [8]int
	shapeA, shapeB := lengthsOf(bufA[:0], j.batch, sizes), lengthsOf(bufB[:0], j.batch, sizes)
	shape := lengthsOf(lengthsOf(lengthsOf(buf[:0], j.batch, sizes), j.m, sizes), j.n, sizes)
	if len(j.k) == 0 { // nothing is summed: the elements are multiplied
		shapeA = lengthsOf(shapeA, j.m, sizes)
		for range j.n {
			shapeA = append(shapeA, 1)
		}
		for range j.m {
			shapeB = append(shapeB, 1)
		}
		return Mul(Reshape(a, shapeA...), Reshape(b, lengthsOf(shapeB, j.n, sizes)...))
	}
	m, k, n := volume(j.m, sizes), volume(j.k, sizes), volume(j.n, sizes)
	if j.ta {
		shapeA = append(shapeA, k, m)
	} else {
		shapeA = append(shapeA, m, k)
	}
	if j.tb {
		shapeB = append(shapeB, n, k)
	} else {
		shapeB = append(shapeB, k, n)
	}
	y := MatMulT(Reshape(a, shapeA...), Reshape(b, shapeB...), j.ta, j.tb)
	return Reshape(y, shape...)
}

// turn permutes axes, if there is something to permute.
func turn(x *graph.Var, perm []int) *graph.Var {
	if perm == nil {
		return x
	}
	return Transpose(x, perm...)
}

// lengthsOf appends those of labels.
func lengthsOf(dst, labels, sizes []int) []int {
	for _, l := range labels {
		dst = append(dst, sizes[l])
	}
	return dst
}

// volume is the product of the lengths.
func volume(labels, sizes []int) int {
	n := 1
	for _, l := range labels {
		n *= sizes[l]
	}
	return n
}

var _ = register(Entry{
	Name:    "Einsum",
	Formula: "y = Σ Π x over the letters that y has not, as in ij,jk→ik",
	Rule:    "x̄ᵢ = Σ ȳ·Π xⱼ over j ≠ i and the letters that xᵢ has not",
	Domain:  on(-2, 2),
	Samples: slices.Concat(
		einsums("ij,jk->ik", [][]int{{2, 3}, {3, 2}}, [][]int{{1, 0}, {0, 2}}),
		einsums("ij,kj,k->ki", [][]int{{2, 3}, {2, 3}, {2}}),
		einsums("...i,...ij", [][]int{{2, 3}, {1, 3, 2}}),
		einsums("iij->j", [][]int{{2, 2, 3}}),
		einsums("bij,bjk,b->", [][]int{{2, 1, 2}, {2, 2, 1}, {2}}),
		einsums("i,j->ji", [][]int{{2}, {3}})),
	Refused: []Refusal{
		{"a letter of two lengths", func() { Einsum("ij,jk->ik", zeros(2, 3), zeros(2, 3)) }},
		{"a letter that no operand has", func() { Einsum("ij->k", zeros(2, 3)) }},
		{"another number of operands", func() { Einsum("ij,jk->ik", zeros(2, 3)) }},
		{"another number of axes", func() { Einsum("ij", zeros(2)) }},
	},
})

func einsums(equation string, shapes ...[][]int) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return Einsum(equation, x...) }, shapes...)
}

func (p *einsumPlan) refuse(format string, args ...any) {
	panic(tensor.Errorf("ops.Einsum", "%q: "+format, append([]any{p.equation}, args...)...))
}
