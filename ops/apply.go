package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
)

// A training step that was made before allocates nothing. What this file does
// is for that alone: graph.Apply keeps an operation in memory that its tape has
// already, so only the list of inputs and the lists among the attributes are
// left to think of.

// apply, apply2 and apply3 are graph.Apply for so many inputs. They are not
// inlined, since the list of inputs would go to the heap if its maker were
// inlined into another package.
//
//go:noinline
func apply[O graph.Op](op O, x *graph.Var) *graph.Var { return graph.Apply(op, x) }

//go:noinline
func apply2[O graph.Op](op O, a, b *graph.Var) *graph.Var { return graph.Apply(op, a, b) }

//go:noinline
func apply3[O graph.Op](op O, a, b, c *graph.Var) *graph.Var { return graph.Apply(op, a, b, c) }

// A short list, one element for each axis, is a value: it holds its elements
// itself up to the ranks that occur.
type short[T any] struct {
	n    int
	few  [8]T
	many []T // all of them, if they are more
}

func shortOf[T any](list []T) short[T] {
	d := short[T]{n: len(list)}
	if copy(d.few[:], list) < d.n {
		d.many = slices.Clone(list)
	}
	return d
}

// zeroed returns a short list of n zero values.
func zeroed[T any](n int) short[T] {
	d := short[T]{n: n}
	if n > len(d.few) {
		d.many = make([]T, n)
	}
	return d
}

func (d *short[T]) list() []T {
	if d.many != nil {
		return d.many
	}
	return d.few[:d.n]
}

// dims are axes or dimensions.
type dims = short[int]

func dimsOf(list []int) dims { return shortOf(list) }
