package ops

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Comparisons give 1 where they hold and 0 elsewhere, to be conditions of Where.
// They are constant in pieces, so no gradient flows through them. One with NaN
// does not hold.

// Greater returns 1 where a > b and 0 elsewhere, broadcasting.
func Greater(a, b *graph.Var) *graph.Var { return compare(greater, a, b) }

// GreaterEqual returns 1 where a ≥ b and 0 elsewhere, broadcasting.
func GreaterEqual(a, b *graph.Var) *graph.Var { return compare(greaterEqual, a, b) }

// Less returns 1 where a < b and 0 elsewhere, broadcasting.
func Less(a, b *graph.Var) *graph.Var { return compare(less, a, b) }

// LessEqual returns 1 where a ≤ b and 0 elsewhere, broadcasting.
func LessEqual(a, b *graph.Var) *graph.Var { return compare(lessEqual, a, b) }

// A comparison is an operation; there is one value of it for each relation.
type comparison struct {
	name string // of the Go function
	who  string // the same for messages
	eval func(y, a, b *tensor.Tensor) *tensor.Tensor
}

var (
	greater      = &comparison{"Greater", "ops.Greater", tensor.Gt}
	greaterEqual = &comparison{"GreaterEqual", "ops.GreaterEqual", tensor.Ge}
	less         = &comparison{"Less", "ops.Less", tensor.Lt}
	lessEqual    = &comparison{"LessEqual", "ops.LessEqual", tensor.Le}
	notLess      = &comparison{"not Less", "ops.Maximum", negate(tensor.Lt)} // holds with NaN
	notGreater   = &comparison{"not Greater", "ops.Minimum", negate(tensor.Gt)}
)

func negate(eval func(y, a, b *tensor.Tensor) *tensor.Tensor) func(y, a, b *tensor.Tensor) *tensor.Tensor {
	return func(y, a, b *tensor.Tensor) *tensor.Tensor {
		eval(y, a, b)
		return tensor.AddScalar(y, tensor.Scale(y, y, -1), 1)
	}
}

func compare(c *comparison, a, b *graph.Var) *graph.Var { return apply2(c, a, b) }

func (c *comparison) Name() string { return c.name }
func (c *comparison) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape(c.who, dst, x[0].Shape(), x[1].Shape())
}
func (c *comparison) Eval(y *tensor.Tensor, x []*tensor.Tensor)              { c.eval(y, x[0], x[1]) }
func (*comparison) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

var (
	_ = register(comparisonEntry("Greater", "a > b", Greater))
	_ = register(comparisonEntry("GreaterEqual", "a ≥ b", GreaterEqual))
	_ = register(comparisonEntry("Less", "a < b", Less))
	_ = register(comparisonEntry("LessEqual", "a ≤ b", LessEqual))
)

func comparisonEntry(name, relation string, f func(a, b *graph.Var) *graph.Var) Entry {
	return Entry{
		Name:    name,
		Formula: "y = 1 where " + relation + ", else 0",
		Rule:    "none: the slope is 0",
		Domain:  apart(-3, 3),
		Samples: pairs(f),
		Refused: broadcastRefused(f),
	}
}
