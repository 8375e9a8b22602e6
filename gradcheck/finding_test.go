package gradcheck_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// bent has the value of an operation and a rule that may be another's.
type bent struct {
	operands int
	value    func(x []*graph.Var) *graph.Var
	rule     func(i int, g, y *graph.Var, x []*graph.Var) *graph.Var
}

func (bent) Name() string { return "bent" }
func (b bent) Shape(dst []int, x []*tensor.Tensor) []int {
	return append(dst, b.value(constants(x)).Shape()...)
}
func (b bent) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Copy(y, b.value(constants(x)).Value())
}
func (b bent) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	return b.rule(i, g, y, x)
}

func constants(x []*tensor.Tensor) []*graph.Var {
	v := make([]*graph.Var, len(x))
	for i := range x {
		v[i] = graph.Const(x[i])
	}
	return v
}

// Mistakes in one operation of many: the operation, the operand, the line and
// the pattern are found.
func TestFindings(t *testing.T) {
	one := func(f func(x *graph.Var) *graph.Var) func(x []*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var { return f(x[0]) }
	}
	tanh := func(x []*graph.Var) *graph.Var { return ops.Tanh(x[0]) }
	slope := func(y *graph.Var) *graph.Var { return ops.AddScalar(ops.Neg(ops.Square(y)), 1) }
	matmul := func(x []*graph.Var) *graph.Var { return ops.MatMul(x[0], x[1]) }
	for _, c := range []struct {
		name string
		op   bent
		hint gradcheck.Hint
	}{
		{"a sign", bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var { return ops.Neg(ops.Mul(g, slope(y))) }}, gradcheck.Sign},
		{"a factor", bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var { return ops.Scale(ops.Mul(g, slope(y)), 2) }}, gradcheck.Factor},
		{"f′ of y for f′ of x", bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var { return ops.Mul(g, slope(ops.Tanh(y))) }}, gradcheck.NoPattern},
		{"the factor forgotten", bent{1, tanh, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return g }}, gradcheck.NoPattern},
		{"the square of the cotangent", bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var { return ops.Mul(ops.Square(g), slope(y)) }}, gradcheck.NotLinear},
		{"a cotangent that is ignored", bent{1, tanh, func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
			return ops.Add(ops.Mul(g, graph.Const(tensor.Zeros(g.Shape()...))), slope(y))
		}}, gradcheck.NotLinear},
		{"W for Wᵀ", bent{2, matmul, func(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
			if i == 0 {
				return ops.MatMul(g, x[1])
			}
			return ops.MatMulT(x[0], g, true, false)
		}}, gradcheck.Transposed},
		{"a product's gradient transposed", bent{2, matmul, func(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
			if i == 1 {
				return ops.Transpose(ops.MatMulT(x[0], g, true, false))
			}
			return ops.MatMulT(g, x[1], false, true)
		}}, gradcheck.Transposed},
		{"softmax by its diagonal", bent{1, one(func(x *graph.Var) *graph.Var { return ops.Softmax(x, -1) }), func(_ int, g, y *graph.Var, _ []*graph.Var) *graph.Var {
			return ops.Mul(g, ops.Mul(y, ops.AddScalar(ops.Neg(y), 1)))
		}}, gradcheck.MissingTerm},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		w, v := tensor.RandNormal(r, 0, 1, 4, 4), tensor.RandNormal(r, 0, 1, 4, 4)
		f := func(x []*graph.Var) *graph.Var {
			h := ops.Sigmoid(ops.MatMul(x[0], x[1]))
			for range 5 {
				h = ops.Add(ops.Sin(h), x[1])
			}
			operands := []*graph.Var{h, x[1]}
			h = graph.Apply(c.op, operands[:c.op.operands]...)
			return ops.Sum(ops.Square(ops.Softplus(ops.Exp(ops.Scale(h, 0.1)))))
		}
		report := gradcheck.Checker{}.Run(gradcheck.Vars(f, w, v))
		if report.Code() != gradcheck.Mismatch || len(report.Findings) == 0 {
			t.Errorf("%s: %v", c.name, report.Err())
			continue
		}
		for _, found := range report.Findings {
			if found.Culprit == nil || found.Culprit.Op != "bent" || !strings.HasPrefix(found.Culprit.Line, "finding_test.go:") || found.Hint != c.hint {
				t.Errorf("%s: %+v\n%v", c.name, found, report.Err())
			}
		}
	}
}

// A function that takes numbers off the tape has a gradient that is right for
// what is on it.
func TestNotOnTape(t *testing.T) {
	for name, f := range map[string]gradcheck.Func{
		"Detach": func(x []*graph.Var) *graph.Var { return ops.Mul(ops.Exp(x[0]), x[0].Detach()) },
		"Const":  func(x []*graph.Var) *graph.Var { return ops.Mul(ops.Exp(x[0]), graph.Const(x[0].Value().Clone())) },
	} {
		report := gradcheck.Checker{}.Run(gradcheck.Vars(f, tensor.Vector(0.5, 2)))
		if len(report.Findings) != 1 || report.Findings[0].Culprit != nil || report.Findings[0].Hint != gradcheck.NotOnTape || report.Code() != gradcheck.Detached {
			t.Errorf("%s: %v", name, report.Err())
		}
	}
}

// Mistakes that only a recorded gradient has, or only its derivative.
func TestSecondFindings(t *testing.T) {
	sin := func(x []*graph.Var) *graph.Var { return ops.Sin(x[0]) }
	for name, c := range map[string]struct {
		op   graph.Op
		want gradcheck.Hint
	}{
		"another form": {twoForms{bent{1, sin, func(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var { return ops.Mul(g, ops.Sin(x[0])) }}}, gradcheck.OtherForm},
		"an intermediate that is hidden": {bent{1, sin, func(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
			return ops.Mul(g, ops.Cos(x[0]).Detach())
		}}, gradcheck.SecondOnly},
	} {
		f := func(x []*graph.Var) *graph.Var { return ops.Exp(graph.Apply(c.op, ops.Tanh(x[0]))) }
		report := gradcheck.Checker{Order: 2}.Run(gradcheck.Vars(f, tensor.Vector(0.5, 2)))
		if len(report.Findings) == 0 || report.Findings[0].Hint != c.want {
			t.Errorf("%s: %v", name, report.Err())
		}
	}
}

// twoForms has the right rule in one pass, that of sin.
type twoForms struct{ bent }

func (twoForms) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	tensor.Mul(dst, g, tensor.Cos(nil, x[0]))
	return true
}

// In a chain of a thousand operations a wrong one is found by halving.
func TestFindingIsCheap(t *testing.T) {
	wrong := bent{1, func(x []*graph.Var) *graph.Var { return ops.Sin(x[0]) }, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return g }}
	for _, at := range []int{0, 1, 500, 998, 999} {
		f := func(x []*graph.Var) *graph.Var {
			y := x[0]
			for i := range 1000 {
				if i == at {
					y = ops.Add(y, ops.Scale(graph.Apply(wrong, y), 0.01))
				} else {
					y = ops.Add(y, ops.Scale(ops.Sin(y), 0.01))
				}
			}
			return y
		}
		report := gradcheck.Checker{}.Run(gradcheck.Vars(f, tensor.Scalar(0.3)))
		if len(report.Findings) != 1 || report.Findings[0].Culprit == nil || report.Findings[0].Culprit.Op != "bent" {
			t.Errorf("step %d: %v, %+v", at, report.Err(), report.Findings)
		}
		if report.Evaluations > 6000 {
			t.Errorf("step %d: %d evaluations", at, report.Evaluations)
		}
	}
}

// Values that are not smooth, such as places in an order, are on the way too. They are
// left where they are.
func TestFindingBesidePlaces(t *testing.T) {
	wrong := bent{1, func(x []*graph.Var) *graph.Var { return ops.Sin(x[0]) }, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return g }}
	f := func(x []*graph.Var) *graph.Var {
		sorted, _ := ops.Sort(graph.Apply(wrong, x[0]), -1, false)
		above := ops.Where(ops.Greater(sorted, graph.Const(tensor.Scalar(0.3))), ops.Exp(sorted), sorted)
		return ops.Sum(ops.Mul(above, graph.Const(tensor.Vector(1, 2, 3))))
	}
	report := gradcheck.Checker{}.Run(gradcheck.Vars(f, tensor.Vector(0.5, -1, 0.2)))
	if len(report.Findings) != 1 || report.Findings[0].Culprit == nil || report.Findings[0].Culprit.Op != "bent" {
		t.Errorf("%v", report.Err())
	}
}
