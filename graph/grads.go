package graph

import "github.com/adjoint-ad/adjoint/tensor"

// Grads holds the gradients that one Backward found, until its tape's Reset.
// They are to be read only, and none shares memory with another or with a
// value of the tape.
type Grads struct {
	tape  *Tape
	reset uint
	of    []*tensor.Tensor // by the number of the leaf
}

// Of returns the gradient with respect to w, in w's shape and type. It is nil
// if no path leads from w to the value that was differentiated, which is not
// the same as a gradient of zeros. It panics after a Reset of the tape, which
// reuses the gradient's memory: Clone what is to be kept.
func (g *Grads) Of(w *tensor.Tensor) *tensor.Tensor {
	if g.reset != g.tape.resets {
		panic(tensor.Errorf("graph.Grads.Of", "the gradients were made before the last Reset of their tape, which took them away: "+
			"use them before the Reset, or keep Clones"))
	}
	v, ok := g.tape.watched[w]
	if !ok || v.leaf >= len(g.of) {
		return nil
	}
	g.tape.wasRead(v)
	return g.of[v.leaf]
}

func (t *Tape) newGrads() *Grads {
	g := t.grads.next(t)
	g.reset = t.resets
	for range t.leaves {
		g.of = append(g.of, nil)
	}
	return g
}

// keep makes an adjoint into a gradient that belongs to a Grads: the buffer of
// a temporary that has no other owner; otherwise a copy, since d(a+b) gives one
// buffer to both a and b, and a rule may return an input itself.
func (t *Tape) keep(g *Var) *tensor.Tensor {
	if g.sole() {
		own := g.value
		g.value = nil
		return own
	}
	return tensor.Copy(t.buffers.get(g.value.Type(), g.value.Shape()), g.value)
}

// gradsList holds the Grads handed out since a Reset.
type gradsList struct {
	all []*Grads // those beyond n wait to be used again
	n   int
}

func (l *gradsList) next(t *Tape) *Grads {
	if l.n == len(l.all) {
		l.all = append(l.all, &Grads{tape: t})
	}
	l.n++
	return l.all[l.n-1]
}

// reset takes the memory of all gradients back.
func (l *gradsList) reset(b *buffers) {
	for _, g := range l.all[:l.n] {
		for _, x := range g.of {
			if x != nil {
				b.put(x)
			}
		}
		g.of = g.of[:0]
	}
	l.n = 0
}
