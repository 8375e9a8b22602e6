package nn

import (
	"iter"
	"strconv"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Module is a function with parameters: a layer, or a whole network.
type Module interface {
	// Forward applies the module to x. It watches its parameters on the tape
	// of x, so on a constant it just computes.
	Forward(x *graph.Var) *graph.Var

	// Params ranges over the parameters with their names, always in the same
	// order. A name is a path: "0.W" is the tensor W of child 0. A tensor that
	// is used in two places comes twice, by both of its names; optimizers
	// update it once.
	Params() iter.Seq2[string, *tensor.Tensor]
}

// A Func is a Module without parameters, such as an activation:
// nn.Func(ops.Tanh).
type Func func(x *graph.Var) *graph.Var

// Forward returns f(x).
func (f Func) Forward(x *graph.Var) *graph.Var { return f(x) }

// Params yields nothing.
func (Func) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(func(string, *tensor.Tensor) bool) {}
}

// A Sequential applies modules one after the other. Its children are named by
// their position, from 0; functions count too. Without modules it is the
// identity.
type Sequential []Module

// Forward returns sₙ(… s₁(s₀(x))).
func (s Sequential) Forward(x *graph.Var) *graph.Var {
	for _, m := range s {
		x = m.Forward(x)
	}
	return x
}

// Params yields the parameters of the first module, then those of the second,
// and so on: "0.W", "0.B", "2.W", ….
func (s Sequential) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) {
		for i, m := range s {
			for name, w := range Under(strconv.Itoa(i), m) {
				if !yield(name, w) {
					return
				}
			}
		}
	}
}

// Under ranges over the parameters of m as those of a child: with the child's
// name and a dot before theirs.
func Under(child string, m Module) iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) {
		for name, w := range m.Params() {
			if !yield(child+"."+name, w) {
				return
			}
		}
	}
}

// Param is a list of the one parameter w, or of none if w is nil.
func Param(name string, w *tensor.Tensor) iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) {
		if w != nil {
			yield(name, w)
		}
	}
}

// Join ranges over several lists of parameters, one after the other. With
// Param and Under it makes the Params of a module that has tensors and children:
//
//	return nn.Join(nn.Param("Scale", m.Scale), nn.Under("inner", m.Inner))
func Join(lists ...iter.Seq2[string, *tensor.Tensor]) iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) {
		for _, params := range lists {
			for name, w := range params {
				if !yield(name, w) {
					return
				}
			}
		}
	}
}

// Convert gives all parameters of m the element type typ, in place. The inputs
// must have that type from then on. Convert before the first step of an
// optimizer, as what one remembers of a parameter keeps its type.
func Convert(m Module, typ tensor.Type) {
	for _, w := range m.Params() {
		w.SetType(typ)
	}
}

// Gather ranges over the parameters of m as they are now, by their names. It
// lists them once, so that ranging over the result allocates nothing: what a
// short training step may want to give to an optimizer.
func Gather(m Module) iter.Seq2[string, *tensor.Tensor] {
	type param struct {
		name string
		w    *tensor.Tensor
	}
	var list []param
	for name, w := range m.Params() {
		list = append(list, param{name, w})
	}
	return func(yield func(string, *tensor.Tensor) bool) {
		for _, p := range list {
			if !yield(p.name, p.w) {
				return
			}
		}
	}
}
