package gradcheck_test

import (
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// around returns a program of right operations around another.
func around(b bent) gradcheck.Func {
	return func(x []*graph.Var) *graph.Var {
		return ops.Sum(ops.Square(ops.Sin(graph.Apply(b, ops.Exp(x[0])))))
	}
}

// A rule that is wrong for second derivatives only, or in float32 only, leaves a
// program on the tape that is right: no halving finds it.
func TestBlameWhereTheTapeIsRight(t *testing.T) {
	tanh := func(x []*graph.Var) *graph.Var { return ops.Tanh(x[0]) }
	slope := func(g, y *graph.Var) *graph.Var { return ops.Mul(g, ops.AddScalar(ops.Neg(ops.Square(y)), 1)) }
	hides := bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var { return slope(g, y.Detach()) }}
	single := bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
		if g.Type() == tensor.Float32 {
			g = ops.Scale(g, 1.01)
		}
		return slope(g, y)
	}}
	x := tensor.Vector(0.3, -0.4, 0.2)
	for _, c := range []struct {
		name    string
		checker gradcheck.Checker
		target  gradcheck.Target
		hint    gradcheck.Hint
	}{
		{"second", gradcheck.Checker{Order: 2}, gradcheck.Vars(around(hides), x), gradcheck.SecondOnly},
		{"float32", gradcheck.Checker{}, gradcheck.Vars(around(single), x.To(tensor.Float32)), gradcheck.Float32Only},
	} {
		r := c.checker.Run(c.target)
		if len(r.Findings) == 0 {
			t.Errorf("%s: nothing found: %v", c.name, r.Err())
			continue
		}
		f := r.Findings[0]
		if f.Hint != c.hint || f.Culprit == nil || f.Culprit.Op != "bent" || f.Culprit.Operand != 0 || !strings.Contains(f.Culprit.Line, "blame_test.go") {
			t.Errorf("%s: %v, culprit %+v", c.name, f.Hint, f.Culprit)
		}
		if text := r.Err().Error(); strings.Contains(text, "after it are right") {
			t.Errorf("%s: says what was not looked at: %s", c.name, text)
		}
	}
}

// Of an input that is too large to compare all its partial derivatives, the elements
// that are wrong are told, and a gradient that is wrong throughout is no matter of a few.
func TestBlameOfFewElements(t *testing.T) {
	const n = 20000
	x := tensor.Zeros(n)
	for i := range n {
		x.SetFlat(i, 1+float64(i%7)/8)
	}
	target := func(bend func(g []float64)) gradcheck.Target {
		return gradcheck.Scalar(func(x []float64) (sum float64) {
			for _, v := range x {
				sum += v * v
			}
			return sum / 2
		}, func(dst, x []float64) {
			copy(dst, x)
			bend(dst)
		}, x.Float64s())
	}
	few := target(func(g []float64) { g[777] *= 1.01; g[12345] = 0 })
	all := target(func(g []float64) {
		for i := range g {
			g[i] *= 1 + float64(i%5+1)/10
		}
	})
	hint := func(t gradcheck.Target) gradcheck.Hint {
		return gradcheck.Checker{Projections: true}.Run(t).Findings[0].Hint
	}
	if h := hint(few); h != gradcheck.SomeEntries {
		t.Errorf("two of %d elements: %v", n, h)
	}
	if h := hint(all); h != gradcheck.NoPattern {
		t.Errorf("all of %d elements: %v", n, h)
	}
}
