package graph_test

import (
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// times is y = c·x, with a VJP that can be added. It counts how its rule is asked.
type times struct {
	c     float64
	asked *struct{ vjp, add, refused int }
	limit int // of additions; then it returns false
}

func (times) Name() string                                { return "times" }
func (times) Shape(dst []int, x []*tensor.Tensor) []int   { return append(dst, x[0].Shape()...) }
func (o times) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Scale(y, x[0], o.c) }
func (o times) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	o.asked.vjp++
	return ops.Scale(g, o.c)
}
func (o times) AddShare(sum *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	if o.asked.add == o.limit {
		o.asked.refused++
		return false
	}
	o.asked.add++
	tensor.AddScaled(sum, g, o.c)
	return true
}

// The first share of an adjoint comes from VJP and moves to its place; the others
// are added to it, as long as the operation does so and nobody else reads the sum.
func TestAddShare(t *testing.T) {
	w := tensor.Vector(1, 2)
	uses := func(limit int, y func(x *graph.Var, op times) *graph.Var) (g float64, vjp, add, refused int) {
		var tape graph.Tape
		op := times{c: 3, asked: new(struct{ vjp, add, refused int }), limit: limit}
		grads := ops.Sum(y(tape.Watch(w), op)).Backward()
		return grads.Of(w).Flat(1), op.asked.vjp, op.asked.add, op.asked.refused
	}
	thrice := func(x *graph.Var, op times) *graph.Var {
		return ops.Add(ops.Add(graph.Apply(op, x), graph.Apply(op, x)), graph.Apply(op, x))
	}
	if g, vjp, add, refused := uses(9, thrice); g != 9 || vjp != 1 || add != 2 || refused != 0 {
		t.Errorf("three uses: gradient %v; asked for %d shares and %d additions", g, vjp, add)
	}
	if g, vjp, add, refused := uses(1, thrice); g != 9 || vjp != 2 || add != 1 || refused != 1 {
		t.Errorf("three uses, one addition allowed: gradient %v; asked for %d shares, %d additions and %d in vain", g, vjp, add, refused)
	}

	// x + x hands one buffer to x twice over, and to the sum that came before:
	// what the buffer holds belongs to other adjoints too.
	shared := func(x *graph.Var, op times) *graph.Var {
		y := graph.Apply(op, x)
		return ops.Add(y, x)
	}
	if g, vjp, add, _ := uses(9, shared); g != 4 || vjp != 1 || add != 0 {
		t.Errorf("a shared sum: gradient %v; asked for %d shares and %d additions", g, vjp, add)
	}

	// A sweep that records needs operations.
	var tape graph.Tape
	op := times{c: 3, asked: new(struct{ vjp, add, refused int }), limit: 9}
	x := tape.Watch(w)
	first := graph.Grad(ops.Sum(ops.Square(thrice(x, op))), x)[0]
	if op.asked.vjp != 3 || op.asked.add != 0 {
		t.Errorf("recorded: asked for %d shares and %d additions", op.asked.vjp, op.asked.add)
	}
	if h := ops.Sum(first).Backward().Of(w).Flat(1); h != 2*81 {
		t.Errorf("the second derivative is %v, want 162", h)
	}
}
