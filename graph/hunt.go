package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/adjoint-ad/adjoint/tensor"
)

// NonFinite is the error by which Hunt says where NaN or an infinity comes from.
type NonFinite struct {
	Backward bool   // it is in a gradient; the value is finite
	Links    []Link // from the first step that was not finite to the last
	Affected []*Var // the watched tensors whose gradients are not finite
}

// A Link is one step in the history of a NaN or an infinity.
type Link struct {
	Var  *Var   // of whose operation, or of whose operation's rule, this tells
	Text string // what happened, as "log(0) gave -Inf in 3 of 320 elements, first at [4]"
}

// Error returns the history, a line for each step, and ends with the gradients
// it reaches.
func (e *NonFinite) Error() string {
	var b strings.Builder
	what := "the value is"
	if e.Backward {
		what = "the value is finite, its gradient is"
	}
	fmt.Fprintf(&b, "graph.Hunt: %s not finite:", what)
	for _, l := range e.Links {
		fmt.Fprintf(&b, "\n\t%v: %s", l.Var, l.Text)
	}
	if len(e.Affected) > 0 {
		names := make([]string, len(e.Affected))
		for i, v := range e.Affected {
			names[i] = v.label()
		}
		fmt.Fprintf(&b, "\n\tgradients affected: %s", strings.Join(names, ", "))
	}
	return b.String()
}

// Hunt looks for the step that made the first NaN or infinity of those that
// reached y or, if y is finite, the gradient of a watched tensor. It returns a
// *NonFinite, or nil if all of that is finite: an infinity that reaches neither,
// as that of a mask before a softmax, is none of its business.
//
// It reads the values that the tape holds anyway and sweeps once more, so
// a program that does not call it pays nothing. With Trace on, each step names
// its line. It panics as Sweep does.
func (y *Var) Hunt() error {
	y.check("graph.Hunt")
	if bad(y.value) {
		return y.huntValue()
	}
	if !y.wants {
		return nil
	}
	return y.huntGradient()
}

func bad(x *tensor.Tensor) bool { return firstBad(x) >= 0 }

// firstBad returns the position of the first element that is not finite, −1 if
// there is none.
func firstBad(x *tensor.Tensor) int {
	for i := range x.Len() {
		if v := x.Flat(i); math.IsNaN(v) || math.IsInf(v, 0) {
			return i
		}
	}
	return -1
}

// huntValue goes back from y through operands that are not finite to the
// earliest one, and tells the way from there to y.
func (y *Var) huntValue() *NonFinite {
	way := []*Var{y}
	for v := y; ; {
		i := slices.IndexFunc(v.in, func(in *Var) bool { return bad(in.value) })
		if i < 0 {
			break
		}
		v = v.in[i]
		way = append(way, v)
	}
	slices.Reverse(way)
	e := &NonFinite{}
	for _, v := range way {
		e.Links = append(e.Links, Link{v, v.account()})
	}
	return e
}

// account tells of the elements of v that are not finite, and of the operands
// they came from.
func (v *Var) account() string {
	at := firstBad(v.value)
	text := fmt.Sprintf("gave %s", elements(v.value, at))
	switch from := v.operandsAt(at); {
	case len(v.in) == 0:
		return "has " + elements(v.value, at)
	case from != nil:
		text = v.what() + "(" + strings.Join(from, ", ") + ") " + text
		if slices.Contains(from, "0") && math.IsNaN(v.value.Flat(at)) {
			text += "; a factor 0 does not hide an infinity or NaN: select before it arises, not after"
		}
		return text
	}
	for i, in := range v.in {
		text += fmt.Sprintf("; operand %d %s", i, statistics(in.value))
	}
	return text
}

// operandsAt returns the operands of one element of v, if v is computed element
// by element: if the same operation on those numbers alone gives that element.
func (v *Var) operandsAt(at int) (numbers []string) {
	op := v.Op()
	if op == nil {
		return nil
	}
	defer func() {
		if _, refused := recover().(*tensor.Error); refused {
			numbers = nil // it is an operation on matrices, say
		}
	}()
	var args []*tensor.Tensor
	index := position(v.value.Shape(), at)
	for _, in := range v.in {
		n, ok := broadcastAt(in.value, index)
		if !ok {
			return nil
		}
		args = append(args, tensor.Scalar(n).To(in.Type()))
		numbers = append(numbers, number(n))
	}
	if shape := op.Shape(nil, args); len(shape) > 0 {
		return nil
	}
	again := tensor.New(v.Type())
	op.Eval(again, args)
	if number(again.Item()) != number(v.value.Flat(at)) {
		return nil
	}
	return numbers
}

// huntGradient sweeps, goes from the first watched tensor whose gradient is not
// finite up to the rule that was given finite numbers only, and tells the way
// from there.
func (y *Var) huntGradient() error {
	adjoint := map[*Var]*tensor.Tensor{}
	readers := map[*Var][]*Var{}
	e := &NonFinite{Backward: true}
	for v, g := range y.Sweep() {
		adjoint[v] = g.Clone()
		for _, in := range v.in {
			readers[in] = append(readers[in], v)
		}
		if v.kind == watched && bad(g) {
			e.Affected = append(e.Affected, v)
		}
	}
	if len(e.Affected) == 0 {
		return nil
	}
	slices.Reverse(e.Affected)
	for v := e.Affected[0]; v != nil; {
		var text string
		var reader *Var
		for _, r := range readers[v] {
			i := slices.Index(r.in, v)
			share := r.shareOf(i, adjoint[r])
			if share == nil || !bad(share) {
				continue
			}
			reader, text = r, r.accountOfRule(i, adjoint[r], share)
			if bad(adjoint[r]) {
				break
			}
		}
		if reader == nil { // each share is finite
			e.Links = append(e.Links, Link{v, fmt.Sprintf("the sum of the shares of %d values overflows", len(readers[v]))})
			break
		}
		e.Links = append(e.Links, Link{reader, text})
		if !bad(adjoint[reader]) {
			break
		}
		v = reader
	}
	slices.Reverse(e.Links)
	return e
}

// shareOf returns what one rule makes of an adjoint of v for input i, as a
// first-order sweep does.
func (v *Var) shareOf(i int, g *tensor.Tensor) *tensor.Tensor {
	t, scope := v.tape, len(v.tape.scope)
	t.paused = true
	defer func() {
		t.paused = false
		t.release(scope)
	}()
	var share *Var
	from := &Var{tape: t, kind: seed, value: g, reset: t.resets}
	if !v.onePass(&share, i, from, false) {
		t.accumulate(&share, v.share(i, from))
	}
	if share == nil {
		return nil
	}
	defer t.drop(share)
	return share.value.Clone()
}

// accountOfRule tells of the elements that the rule for input i made of the
// adjoint g, and of the numbers that it read, if it works element by element.
func (v *Var) accountOfRule(i int, g, share *tensor.Tensor) string {
	at := firstBad(share)
	text := fmt.Sprintf("its rule gave %s to %s", elements(share, at), v.in[i].label())
	index := position(share.Shape(), at)
	from, elementwise := broadcastAt(g, index)
	if !elementwise || !slices.Equal(g.Shape(), share.Shape()) {
		return text + "; adjoint " + statistics(g)
	}
	text += fmt.Sprintf(", from the adjoint %s", number(from))
	for j, in := range v.in {
		if n, ok := broadcastAt(in.value, index); ok {
			text += fmt.Sprintf(", operand %d = %s", j, number(n))
		}
	}
	return text + fmt.Sprintf(", value %s", number(v.value.Flat(at)))
}
