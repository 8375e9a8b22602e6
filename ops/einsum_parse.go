package ops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/adjoint-ad/adjoint/graph"
)

// parseEinsum makes the plan of an equation for the ranks of x, or panics with what is
// wrong with it.
func parseEinsum(equation string, x []*graph.Var) *einsumPlan {
	p := &einsumPlan{equation: equation}
	left, right, arrow := p.sides()
	terms := strings.Split(left, ",")
	if len(terms) != len(x) {
		p.refuse("the equation has %d operands, %d were given", len(terms), len(x))
	}
	labels := map[string]int{}
	label := func(name string, dots bool) int {
		l, known := labels[name]
		if !known {
			l = len(p.names)
			labels[name] = l
			p.names, p.dots = append(p.names, name), append(p.dots, dots)
		}
		return l
	}
	most := -1 // how many axes the dots stand for, −1 if there are none
	for i, text := range terms {
		before, after, dots := p.letters(fmt.Sprint("operand ", i), text)
		rank := len(x[i].Shape())
		hidden := rank - len(before) - len(after)
		if hidden < 0 || hidden > 0 && !dots {
			p.refuse("operand %d has the letters %q and shape %v: their number must be that of the axes", i, text, slices.Clone(x[i].Shape()))
		}
		var term []int
		for _, c := range before {
			term = append(term, label(string(c), false))
		}
		for k := hidden; k > 0; k-- {
			term = append(term, label(dotsAxis(k), true))
		}
		for _, c := range after {
			term = append(term, label(string(c), false))
		}
		if dots {
			most = max(most, hidden)
		}
		p.terms = append(p.terms, term)
	}
	out := p.result(right, arrow, labels, most)
	p.schedule(out)
	return p
}

// dotsAxis names the axis of the dots that is the k-th from their end.
func dotsAxis(k int) string { return fmt.Sprintf("axis -%d of the dots", k) }

// sides cuts the equation at its arrow and takes the spaces out.
func (p *einsumPlan) sides() (left, right string, arrow bool) {
	for i, c := range p.equation {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && !strings.ContainsRune(",.-> ", c) {
			p.refuse("%q at %d is no letter from a to z or A to Z", c, i)
		}
	}
	left, right, arrow = strings.Cut(strings.ReplaceAll(p.equation, " ", ""), "->")
	switch {
	case strings.Contains(right, "->"):
		p.refuse("there are two arrows")
	case strings.ContainsAny(left, "->") || strings.ContainsAny(right, "->"):
		p.refuse("a - or > is not part of an arrow ->")
	case strings.Contains(right, ","):
		p.refuse("a comma stands behind the arrow: there is one result")
	}
	return left, right, arrow
}

// letters cuts a term at its dots.
func (p *einsumPlan) letters(what, term string) (before, after string, dots bool) {
	before, after, dots = strings.Cut(term, "...")
	switch {
	case strings.Contains(after, "..."):
		p.refuse("%s has dots twice", what)
	case strings.Contains(before, ".") || strings.Contains(after, "."):
		p.refuse("%s has a dot that is not one of three", what)
	}
	return before, after, dots
}

// result returns the labels of the result, for dots that stand for so many axes.
func (p *einsumPlan) result(right string, arrow bool, labels map[string]int, most int) []int {
	var out []int
	allDots := func() {
		for k := most; k > 0; k-- {
			out = append(out, labels[dotsAxis(k)])
		}
	}
	if !arrow {
		allDots()
		var once []string
		for name, l := range labels {
			if !p.dots[l] && p.count(l) == 1 {
				once = append(once, name)
			}
		}
		slices.Sort(once)
		for _, name := range once {
			out = append(out, labels[name])
		}
		return out
	}
	before, after, dots := p.letters("the result", right)
	switch {
	case dots && most < 0:
		p.refuse("the result has dots, and no operand has")
	case !dots && most > 0:
		p.refuse("the dots stand for %d axes, and the result has no dots", most)
	}
	add := func(letters string) {
		for _, c := range letters {
			l, known := labels[string(c)]
			if !known {
				p.refuse("the result has %c, and no operand has", c)
			}
			if slices.Contains(out, l) {
				p.refuse("the result has %c twice", c)
			}
			out = append(out, l)
		}
	}
	add(before)
	allDots()
	add(after)
	return out
}

// count returns how often the operands have a label.
func (p *einsumPlan) count(label int) int {
	n := 0
	for _, term := range p.terms {
		for _, l := range term {
			if l == label {
				n++
			}
		}
	}
	return n
}

// schedule finds the steps from the terms to the result.
func (p *einsumPlan) schedule(out []int) {
	needed := func(label, after int) bool { // in the result or an operand behind
		if slices.Contains(out, label) {
			return true
		}
		for _, term := range p.terms[min(after+1, len(p.terms)):] {
			if slices.Contains(term, label) {
				return true
			}
		}
		return false
	}
	var sofar []int
	for i := range p.terms {
		var a einsumOperand
		term := slices.Clone(p.terms[i])
		for {
			first, second := twice(term)
			if second == 0 {
				break
			}
			var perm, rest []int
			for axis, l := range term {
				if axis != first && axis != second {
					perm, rest = append(perm, axis), append(rest, l)
				}
			}
			a.diagonals = append(a.diagonals, turning(append(perm, first, second)))
			term = append(rest, term[first])
		}
		kept := term[:0:0]
		for axis, l := range term {
			if slices.Contains(sofar, l) || needed(l, i) {
				kept = append(kept, l)
			} else {
				a.sum = append(a.sum, axis)
			}
		}
		p.alone = append(p.alone, a)
		if i == 0 {
			sofar = kept
			continue
		}
		var j einsumJoin
		j, sofar = joining(sofar, kept, func(label int) bool { return needed(label, i) })
		p.joins = append(p.joins, j)
	}
	p.last = permutation(sofar, out)
}

// twice returns two axes that have one label, or 0, 0.
func twice(term []int) (first, second int) {
	for j, l := range term {
		if i := slices.Index(term, l); i < j {
			return i, j
		}
	}
	return 0, 0
}

// joining returns the product of operands with the labels a and b, each once, and
// the labels that it has.
func joining(a, b []int, needed func(label int) bool) (einsumJoin, []int) {
	var j einsumJoin
	for _, l := range a {
		switch {
		case !slices.Contains(b, l):
			j.m = append(j.m, l)
		case needed(l):
			j.batch = append(j.batch, l)
		default:
			j.k = append(j.k, l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			j.n = append(j.n, l)
		}
	}
	// What lies last in memory stays last.
	j.ta = len(a) > 0 && !slices.Contains(j.k, a[len(a)-1])
	j.tb = len(b) > 0 && slices.Contains(j.k, b[len(b)-1])
	orderA, orderB := slices.Concat(j.batch, j.m, j.k), slices.Concat(j.batch, j.k, j.n)
	if j.ta {
		orderA = slices.Concat(j.batch, j.k, j.m)
	}
	if j.tb {
		orderB = slices.Concat(j.batch, j.n, j.k)
	}
	j.turnA, j.turnB = permutation(a, orderA), permutation(b, orderB)
	return j, slices.Concat(j.batch, j.m, j.n)
}

// permutation returns the one that brings labels into another order, nil if it is
// the same.
func permutation(from, to []int) []int {
	perm := make([]int, len(to))
	for i, l := range to {
		perm[i] = slices.Index(from, l)
	}
	return turning(perm)
}

// turning returns perm, or nil if it changes nothing.
func turning(perm []int) []int {
	for i, axis := range perm {
		if i != axis {
			return perm
		}
	}
	return nil
}
