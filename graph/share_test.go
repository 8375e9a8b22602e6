package graph_test

import (
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// times is y = c·x, with a rule in all forms. It counts how it is asked.
type times struct {
	c     float64
	asked *asked
	limit int // of additions; then it returns false
}

type asked struct{ vjp, share, add, refused int }

func (times) Name() string                                { return "times" }
func (times) Shape(dst []int, x []*tensor.Tensor) []int   { return append(dst, x[0].Shape()...) }
func (o times) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Scale(y, x[0], o.c) }
func (o times) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	o.asked.vjp++
	return ops.Scale(g, o.c)
}
func (o times) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	o.asked.share++
	tensor.Scale(dst, g, o.c)
	return true
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

// The first share of an adjoint moves to its place; the others are added to it, by
// the operation if it does so and nobody else reads the sum.
func TestAddShare(t *testing.T) {
	w := tensor.Vector(1, 2)
	thrice := func(x *graph.Var, op times) *graph.Var {
		return ops.Add(ops.Add(graph.Apply(op, x), graph.Apply(op, x)), graph.Apply(op, x))
	}
	for _, c := range []struct {
		name  string
		limit int
		y     func(x *graph.Var, op times) *graph.Var
		g     float64
		asked asked
	}{
		{"three uses", 9, thrice, 9, asked{share: 1, add: 2}},
		{"three uses, one addition allowed", 1, thrice, 9, asked{share: 2, add: 1, refused: 1}},
		// The cotangent of y + x belongs to y too when x gets its share of y.
		{"a sum with another owner", 9, func(x *graph.Var, op times) *graph.Var { return ops.Add(graph.Apply(op, x), x) }, 4, asked{share: 1}},
	} {
		var tape graph.Tape
		op := times{c: 3, asked: new(asked), limit: c.limit}
		g := ops.Sum(c.y(tape.Watch(w), op)).Backward().Of(w)
		if g.Flat(0) != c.g || g.Flat(1) != c.g || *op.asked != c.asked {
			t.Errorf("%s: gradient %v, asked %+v; want %v and %+v", c.name, g, *op.asked, c.g, c.asked)
		}
	}

	// A sweep that records needs operations.
	var tape graph.Tape
	op := times{c: 3, asked: new(asked), limit: 9}
	x := tape.Watch(w)
	first := ops.Sum(ops.Square(thrice(x, op))).Grad(x)[0]
	if *op.asked != (asked{vjp: 3}) {
		t.Errorf("recorded: asked %+v, want VJP alone", *op.asked)
	}
	if h := ops.Sum(first).Backward().Of(w).Flat(1); h != 2*81 {
		t.Errorf("the second derivative is %v, want 162", h)
	}
}

// halves is y = x/2, whose rule may overwrite the cotangent. It notes where it wrote.
type halves struct{ wrote *[]*tensor.Tensor }

func (halves) Name() string                              { return "halves" }
func (halves) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (halves) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Scale(y, x[0], 0.5) }
func (halves) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return ops.Scale(g, 0.5)
}
func (o halves) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	*o.wrote = append(*o.wrote, g, dst)
	tensor.Scale(dst, g, 0.5)
	return true
}
func (halves) InPlace() {}

// A cotangent is overwritten when it has no other reader: not when a sum hands it
// to two values, nor when it is the caller's.
func TestInPlace(t *testing.T) {
	w := tensor.Vector(1, 2)
	for _, c := range []struct {
		name string
		y    func(x *graph.Var, op halves) *graph.Var
		g    float64
		own  []bool // for each rule in its turn: whether it wrote over the cotangent
	}{
		{"a chain", func(x *graph.Var, op halves) *graph.Var {
			return ops.Scale(graph.Apply(op, graph.Apply(op, x)), 1)
		}, 0.25, []bool{true, true}},
		{"the caller's cotangent", func(x *graph.Var, op halves) *graph.Var {
			return graph.Apply(op, graph.Apply(op, x))
		}, 0.25, []bool{false, true}},
		{"a sum", func(x *graph.Var, op halves) *graph.Var {
			return ops.Scale(ops.Add(graph.Apply(op, x), graph.Apply(op, ops.Scale(x, 10))), 1)
		}, 5.5, []bool{false, true}},
	} {
		var tape graph.Tape
		var wrote []*tensor.Tensor
		cotangent := tensor.Vector(1, 1)
		g := c.y(tape.Watch(w), halves{&wrote}).BackwardFrom(cotangent).Of(w)
		if g.Flat(0) != c.g || g.Flat(1) != c.g {
			t.Errorf("%s: the gradient is %v, want %v", c.name, g, c.g)
		}
		if !tensor.Equal(cotangent, tensor.Vector(1, 1)) {
			t.Errorf("%s: the caller's cotangent is %v now", c.name, cotangent)
		}
		for i, own := range c.own {
			if (wrote[2*i] == wrote[2*i+1]) != own {
				t.Errorf("%s: rule %d wrote over its cotangent: %v, want %v", c.name, i, !own, own)
			}
		}
	}
}
