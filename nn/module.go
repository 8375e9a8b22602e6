package nn

import (
	"iter"
	"strconv"
	"sync"

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

func (Func) walk(string, func(string, *tensor.Tensor) bool) bool { return true }

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
	return func(yield func(string, *tensor.Tensor) bool) { s.walk("", yield) }
}

func (s Sequential) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	for i, m := range s {
		if !walk(m, join(path, strconv.Itoa(i)), yield) {
			return false
		}
	}
	return true
}

// A walker yields its parameters as Params does, with path before their names, and
// returns whether the last yield did. The layers of this package are walkers, so
// that a training step need not allocate an iterator for each.
type walker interface {
	walk(path string, yield func(string, *tensor.Tensor) bool) bool
}

func walk(m Module, path string, yield func(string, *tensor.Tensor) bool) bool {
	if w, ok := m.(walker); ok {
		return w.walk(path, yield)
	}
	return walkParams(m, path, yield)
}

// walkParams is apart from walk, which its iterator would make allocate.
func walkParams(m Module, path string, yield func(string, *tensor.Tensor) bool) bool {
	for name, w := range m.Params() {
		if !yield(join(path, name), w) {
			return false
		}
	}
	return true
}

// join returns path.name. It makes each string once: the names of a model are
// asked for in every step.
func join(path, name string) string {
	if path == "" {
		return name
	}
	joined.Lock()
	defer joined.Unlock()
	key := [2]string{path, name}
	s, ok := joined.paths[key]
	if !ok {
		s = path + "." + name
		joined.paths[key] = s
	}
	return s
}

var joined = struct {
	sync.Mutex
	paths map[[2]string]string
}{paths: map[[2]string]string{}}

// Under ranges over the parameters of m as those of a child: with the child's
// name and a dot before theirs.
func Under(child string, m Module) iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { walk(m, child, yield) }
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
