package draw

import (
	"fmt"
	"iter"
	"math"
	"strings"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Picture says what to draw. The zero value of each field but Tape is
// meaningful.
type Picture struct {
	Tape *graph.Tape

	// Of, if it is not nil, is the value whose derivatives are shown: each value
	// it depends on is shown with its adjoint, found by one sweep.
	Of *graph.Var

	// Names, if it is not nil, names watched tensors, as the Params of a model do.
	Names iter.Seq2[string, *tensor.Tensor]

	// Depth, if it is not 0, is how many levels of modules are drawn open. Deeper
	// modules are one box each. HTML draws all levels, and does not read it.
	Depth int
}

// A node is a box: a value, or a module with what is in it.
type node struct {
	id     string // unique in the picture, usable as an identifier
	label  string // the operation or the module
	detail string // shape or number of values
	tip    string // what is shown on hover
	kind   string // watch, input, const, op, result or module
	value  *graph.Var
	parent *node   // the module it is in, nil for the picture itself
	inside []*node // of a module
	from   []*node // operands, of a value
	call   string  // of a module: the place that called it
	first  string  // and what made the first value in it
}

// root returns the picture as a module that holds everything.
func (p Picture) root() *node {
	b := builder{
		names:  map[*tensor.Tensor]string{},
		nodes:  map[*graph.Var]*node{},
		root:   &node{id: "all", kind: "module"},
		traced: map[*graph.Var]*tensor.Tensor{},
	}
	if p.Names != nil {
		for name, w := range p.Names {
			b.names[w] = name
		}
	}
	if p.Of != nil {
		for v, adjoint := range p.Of.Sweep() {
			b.traced[v] = adjoint.Clone()
		}
	}
	for v := range p.Tape.Vars() {
		n := b.add(v, b.module(v))
		for _, in := range v.Inputs() {
			if b.nodes[in] == nil { // a constant, which no tape holds
				b.add(in, n.parent)
			}
			n.from = append(n.from, b.nodes[in])
		}
	}
	if p.Of != nil && b.nodes[p.Of] != nil {
		b.nodes[p.Of].kind = "result"
	}
	b.root.unwrap()
	return b.root
}

type builder struct {
	names   map[*tensor.Tensor]string
	nodes   map[*graph.Var]*node
	traced  map[*graph.Var]*tensor.Tensor // adjoints
	root    *node
	modules int
	consts  int
}

// add makes the box of a value.
func (b *builder) add(v *graph.Var, parent *node) *node {
	n := &node{id: fmt.Sprintf("v%d", v.ID()), value: v, kind: "op", parent: parent, detail: fmt.Sprint(v.Shape())}
	switch {
	case v.Tape() == nil:
		b.consts++
		n.id, n.kind, n.label = fmt.Sprintf("c%d", b.consts), "const", "const"
		if v.Value().Len() == 1 {
			n.label = fmt.Sprintf("%.4g", v.Value().Item())
		}
	case v.Op() == nil:
		n.label, _, _ = strings.Cut(strings.TrimPrefix(v.String(), fmt.Sprintf("%%%d = ", v.ID())), " ")
		n.kind = "input"
		if n.label == "watch" {
			n.kind = "watch"
		}
		if name := b.names[v.Value()]; name != "" {
			n.label = name
		}
	default:
		n.label = operation(v.Op())
	}
	n.tip = v.String()
	n.tip += "\nvalue    " + numbers(v.Value())
	if g := b.traced[v]; g != nil {
		n.tip += "\nadjoint  " + numbers(g)
	}
	b.nodes[v] = n
	parent.inside = append(parent.inside, n)
	return n
}

func operation(op graph.Op) string {
	if s, ok := op.(fmt.Stringer); ok {
		return s.String()
	}
	return op.Name()
}

// module returns the innermost module whose call of Forward made v, as far as the
// calls can be told apart by their places in the program: consecutive values that
// one place called for are in one module, until the place is met again that made
// its first value. A Sequential goes on then, since it calls all its modules from
// one place.
func (b *builder) module(v *graph.Var) *node {
	at := b.root
	frames := v.Frames()
	for i := len(frames) - 1; i >= 0; i-- {
		receiver, ok := strings.CutSuffix(frames[i].Function, ".Forward")
		if !ok {
			continue
		}
		name := strings.Trim(receiver[strings.LastIndexByte(receiver, '.')+1:], "(*)")
		call, place := name, ""
		if i+1 < len(frames) {
			call += fmt.Sprint(" ", frames[i+1].PC)
		}
		for _, f := range frames[:i+1] {
			place += fmt.Sprint(" ", f.PC)
		}
		var m *node
		if n := len(at.inside); n > 0 {
			m = at.inside[n-1]
		}
		if m == nil || m.call != call || m.first == place && name != "Sequential" {
			b.modules++
			m = &node{id: fmt.Sprintf("m%d", b.modules), kind: "module", label: name, parent: at, call: call, first: place}
			at.inside = append(at.inside, m)
		}
		at = m
	}
	return at
}

// unwrap puts the only box of a module in the place of the module, and counts
// the values of the others.
func (n *node) unwrap() {
	for i, child := range n.inside {
		child.unwrap()
		for n.inside[i].kind == "module" && len(n.inside[i].inside) == 1 {
			n.inside[i] = n.inside[i].inside[0]
		}
		n.inside[i].parent = n
	}
	if n.kind == "module" {
		values := n.count()
		n.detail = fmt.Sprintf("%d values", values)
		n.tip = n.label + ", " + n.detail
		for v := range n.values() {
			if v.kind == "watch" && v.label != "watch" {
				if at := strings.LastIndexByte(v.label, '.'); at > 0 && n.parent != nil {
					n.tip = v.label[:at] + ": " + n.tip
				}
				break
			}
		}
	}
}

func (n *node) count() int {
	count := 0
	for range n.values() {
		count++
	}
	return count
}

// values ranges over the values in a module, at any depth.
func (n *node) values() iter.Seq[*node] {
	return func(yield func(*node) bool) { n.visit(yield) }
}

func (n *node) visit(yield func(*node) bool) bool {
	if n.kind != "module" {
		return yield(n)
	}
	for _, child := range n.inside {
		if !child.visit(yield) {
			return false
		}
	}
	return true
}

// modules ranges over n and the modules in it.
func (n *node) modules() iter.Seq[*node] {
	return func(yield func(*node) bool) { n.visitModules(yield) }
}

func (n *node) visitModules(yield func(*node) bool) bool {
	if n.kind != "module" {
		return true
	}
	if !yield(n) {
		return false
	}
	for _, child := range n.inside {
		if !child.visitModules(yield) {
			return false
		}
	}
	return true
}

// numbers describes a tensor in a line: its elements, or the first of many with
// their extremes and root mean square.
func numbers(x *tensor.Tensor) string {
	const few = 6
	var b strings.Builder
	for i := range min(few, x.Len()) {
		fmt.Fprintf(&b, "%.4g ", x.Flat(i))
	}
	if x.Len() <= few {
		return strings.TrimSpace(b.String())
	}
	lo, hi, squares := math.Inf(1), math.Inf(-1), 0.0
	for i := range x.Len() {
		v := x.Flat(i)
		lo, hi, squares = min(lo, v), max(hi, v), squares+v*v
	}
	return fmt.Sprintf("%s… (min %.4g, max %.4g, rms %.4g)", b.String(), lo, hi, math.Sqrt(squares/float64(x.Len())))
}
