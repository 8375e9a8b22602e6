package ops_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The test of the tests. A checker that passes everything proves nothing, so
// each rule of each operation is broken on purpose, in each of these ways, and
// the gradient check must notice.
var mutations = []struct {
	name   string
	change func(c *graph.Var) *graph.Var
}{
	{"scaled by 1.001", func(c *graph.Var) *graph.Var { return ops.Scale(c, 1.001) }},
	{"sign flipped", func(c *graph.Var) *graph.Var { return ops.Neg(c) }},
	{"shifted by one element", shift},
}

// shift moves every element of c to the next place, the last to the first.
func shift(c *graph.Var) *graph.Var {
	n := c.Value().Len()
	index := make([]int, n)
	for i := range index {
		index[i] = (i + n - 1) % n
	}
	return ops.Reshape(ops.Take(ops.Reshape(c, n), 0, index), c.Shape()...)
}

// A mutant is an operation whose rule for one input is broken: the form that is
// used in first-order sweeps, which may be one pass (Share), or the one that is
// recorded for higher orders.
type mutant struct {
	graph.Op
	input    int
	recorded bool
	change   func(c *graph.Var) *graph.Var
}

func (m mutant) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	c := m.Op.VJP(i, g, y, x)
	if c == nil || i != m.input || (g.Recorded() || y.Recorded()) != m.recorded {
		return c
	}
	return m.change(c)
}

func (m mutant) Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool {
	op, ok := m.Op.(interface {
		Share(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool
	})
	if !ok || !op.Share(dst, i, g, y, x) {
		return false
	}
	if i == m.input && !m.recorded {
		tensor.Copy(dst, m.change(graph.Const(dst.Clone())).Value())
	}
	return true
}

// breakNode returns the function of a sample with the operation of its k-th
// computed value replaced by a mutant.
func breakNode(s ops.Sample, k int, m mutant) gradcheck.Func {
	return func(x []*graph.Var) *graph.Var {
		y := s.Call(x)
		broken := map[*graph.Var]*graph.Var{}
		computed := 0
		for v := range y.Tape().Vars() { // as they stand now: what is applied here comes behind
			if v.Op() == nil {
				continue
			}
			in := make([]*graph.Var, len(v.Inputs()))
			for i, old := range v.Inputs() {
				in[i] = old
				if b, ok := broken[old]; ok {
					in[i] = b
				}
			}
			op := v.Op()
			if computed == k {
				m.Op = op
				op = m
			}
			computed++
			broken[v] = graph.Apply(op, in...)
		}
		return broken[y]
	}
}

func TestMutantsAreCaught(t *testing.T) {
	planted, caught, same := 0, 0, 0
	for _, e := range ops.Catalog() {
		for si, s := range e.Samples {
			r := rand.New(rand.NewPCG(uint64(si), 7))
			x := s.Draw(r, e.Domain)
			for _, m := range plant(s, x) {
				for _, mutation := range mutations {
					m.change = mutation.change
					for _, m.recorded = range []bool{false, true} {
						f := breakNode(s, m.node, m.mutant)
						if equivalent(s.Call, f, x, m.recorded) {
							same++
							continue
						}
						planted++
						err := gradcheck.Checker{Order: 2, Brief: true}.Check(f, x...)
						if err == nil {
							t.Errorf("%s%v: the rule of %s for input %d, %s (recorded: %v), was not caught",
								e.Name, s.Shapes, m.op, m.input, mutation.name, m.recorded)
							continue
						}
						caught++
					}
				}
			}
		}
	}
	t.Logf("%d mutants planted, %d caught; %d more change no gradient", planted, caught, same)
	if planted < 1000 {
		t.Errorf("only %d mutants were planted", planted)
	}
}

type place struct {
	mutant
	node int
	op   string
}

// plant lists the rules that a sample uses: each input of each computed value
// that leads to a watched tensor.
func plant(s ops.Sample, x []*tensor.Tensor) []place {
	var tape graph.Tape
	record(s, &tape, x)
	var places []place
	node := 0
	for v := range tape.Vars() {
		if v.Op() == nil {
			continue
		}
		for i, in := range v.Inputs() {
			if in.Tape() != nil {
				places = append(places, place{mutant{input: i}, node, fmt.Sprint(v.Op().Name())})
			}
		}
		node++
	}
	return places
}

// equivalent reports whether two functions have the same gradient, to rounding,
// or for recorded rules the same gradient of the gradient. It compares them
// with each other, without the checker. A mutant may be one: a gradient of
// zeros has no wrong sign, and one of equal elements is not changed by a shift.
func equivalent(f, g gradcheck.Func, x []*tensor.Tensor, recorded bool) bool {
	a, b := derivatives(f, x, recorded), derivatives(g, x, recorded)
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) || a[i] != nil && !tensor.Close(a[i], b[i], 1e-9, 1e-12) {
			return false
		}
	}
	return true
}

func derivatives(f gradcheck.Func, x []*tensor.Tensor, second bool) []*tensor.Tensor {
	var tape graph.Tape
	v := watch(&tape, x)
	y := f(v)
	w := cotangent(3, y)
	phi := ops.Sum(ops.Mul(y, tape.Watch(w)))
	all := x
	if second {
		d := phi.Grad(v...)
		phi = graph.Const(tensor.Scalar(0))
		for i, g := range d {
			if g != nil {
				phi = ops.Add(phi, ops.Sum(ops.Mul(g, tape.Input(cotangent(uint64(4+i), g)))))
			}
		}
		if phi.Tape() == nil {
			return nil
		}
		all = append(clones(nil), append(x, w)...)
	}
	grads := phi.Backward()
	out := make([]*tensor.Tensor, len(all))
	for i, t := range all {
		out[i] = grads.Of(t)
	}
	return out
}
