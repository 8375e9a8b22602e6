package optim

import (
	"iter"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Gradients is what an optimizer needs of the result of a sweep; *graph.Grads
// is one.
type Gradients interface {
	// Of returns the gradient of the loss with respect to w, which has the
	// shape and element type of w, or nil if no path leads from w to the loss.
	// It is only read.
	Of(w *tensor.Tensor) *tensor.Tensor
}

// A pair is a parameter, by one of its names, and its gradient.
type pair struct {
	name string
	w, g *tensor.Tensor
}

// A list gathers the parameters of a step, each once however many names it
// has, with gradients that fit. It is kept from step to step so that a step
// allocates nothing.
type list struct {
	who   string // the type that panics are about
	from  Gradients
	pairs []pair
	seen  map[*tensor.Tensor]bool
	visit func(name string, w *tensor.Tensor) bool // add, bound once: the body of a range loop is allocated in each step
}

func newList(who string) *list {
	l := &list{who: who, seen: make(map[*tensor.Tensor]bool)}
	l.visit = l.add
	return l
}

// fill replaces the list by the parameters and their gradients, valid until
// the next fill.
func (l *list) fill(params iter.Seq2[string, *tensor.Tensor], g Gradients) []pair {
	l.pairs, l.from = l.pairs[:0], g
	clear(l.seen)
	params(l.visit)
	if len(l.pairs) == 0 {
		panic(tensor.Errorf(l.who, "params has no parameter in it"))
	}
	return l.pairs
}

func (l *list) add(name string, w *tensor.Tensor) bool {
	if l.seen[w] {
		return true
	}
	g := l.from.Of(w)
	switch {
	case g == nil:
		panic(tensor.Errorf(l.who, "parameter %s has no gradient: the loss does not depend on it; leave it out of params if that is meant", name))
	case g.Type() != w.Type():
		panic(tensor.Errorf(l.who, "parameter %s is %v and its gradient %v: the types differ", name, w.Type(), g.Type()))
	case !slices.Equal(g.Shape(), w.Shape()):
		panic(tensor.Errorf(l.who, "parameter %s has shape %v and its gradient %v: the shapes differ", name, w.Shape(), g.Shape()))
	}
	l.seen[w] = true
	l.pairs = append(l.pairs, pair{name, w, g})
	return true
}

// recall panics unless m, which is remembered of the parameter from earlier
// steps, still has its type and shape. nil is no memory.
func (p pair) recall(who string, m *tensor.Tensor) {
	if m == nil || alike(m, p.w) {
		return
	}
	panic(tensor.Errorf(who, "parameter %s is %v %v and was %v %v in an earlier step: what was remembered of it no longer fits; "+
		"convert parameters before the first step", p.name, p.w.Type(), p.w.Shape(), m.Type(), m.Shape()))
}

func alike(a, b *tensor.Tensor) bool {
	return a.Type() == b.Type() && slices.Equal(a.Shape(), b.Shape())
}

// check panics unless a setting obeys its rule. The condition is written so
// that NaN fails it.
func check(who, field string, v float64, ok bool, rule string) {
	if !ok {
		panic(tensor.Errorf(who, "%s is %v: it must be %s", field, v, rule))
	}
}
