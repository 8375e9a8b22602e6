package gradcheck_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The example of A. G. Baydin et al., Automatic differentiation in machine learning: a
// survey (2018), table 3: y = ln x₁ + x₁x₂ − sin x₂ at (2, 5).
func ExampleTraceOf() {
	var tape graph.Tape
	x1, x2 := tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(5))
	y := ops.Sub(ops.Add(ops.Log(x1), ops.Mul(x1, x2)), ops.Sin(x2))
	gradcheck.TraceOf(y).WriteTo(os.Stdout)
	// Output:
	// step  operation    value      adjoint  as the sum of                                 nudge    rel. err
	// v0    input        2          5.5      1 of 2 from v3: 5; 2 of 2 from v2: 0.5        5.5      3e-14
	// v1    input        5          1.71634  1 of 2 from v5: -0.283662; 2 of 2 from v3: 2  1.71634  3e-12
	// v2    log(v0)      0.693147   1        v4: 1                                         1        2e-13
	// v3    mul(v0, v1)  10         1        v4: 1                                         1        0e+00
	// v4    add(v2, v3)  10.6931    1        v6: 1                                         1        2e-14
	// v5    sin(v1)      -0.958924  -1       v6: -1                                        -1       2e-13
	// v6    sub(v4, v5)  11.6521    1                                                      1        7e-14
}

// The example of A. Griewank and A. Walther, Evaluating Derivatives (2008), table 1.2:
// y = (sin(x₁/x₂) + x₁/x₂ − eˣ²)(x₁/x₂ − eˣ²) at (1.5, 0.5).
func TestTraceOfGriewank(t *testing.T) {
	var tape graph.Tape
	x1, x2 := tape.Watch(tensor.Scalar(1.5)), tape.Watch(tensor.Scalar(0.5))
	v1 := ops.Div(x1, x2)
	v2, v3 := ops.Sin(v1), ops.Exp(x2)
	v4 := ops.Sub(v1, v3)
	v5 := ops.Add(v2, v4)
	y := ops.Mul(v5, v4)
	trace := gradcheck.TraceOf(y)
	want := map[*graph.Var][2]float64{ // value and adjoint, to the book's digits
		v1: {3, 1.505922}, v2: {0.141120, 1.351279}, v3: {1.648721, -2.843677}, v4: {1.351279, 2.843677}, v5: {1.492399, 1.351279},
		y: {2.016647, 1}, x1: {1.5, 3.011843}, x2: {0.5, -13.723962},
	}
	for _, r := range trace {
		w := want[r.Var]
		if math.Abs(r.Value.Item()-w[0]) > 5e-7 || math.Abs(r.Adjoint.Item()-w[1]) > 1e-6 {
			t.Errorf("%s: value %v, adjoint %v, want %v", r.Label, r.Value, r.Adjoint, w)
		}
		if math.Abs(r.Nudge-r.Claimed) > 1e-9*math.Abs(r.Claimed) {
			t.Errorf("%s: nudged %v, adjoint %v", r.Label, r.Nudge, r.Claimed)
		}
		sum := 0.0
		for _, s := range r.Shares {
			sum += s.Share.Item()
		}
		if r.Var != y && math.Abs(sum-r.Adjoint.Item()) > 1e-14*math.Abs(sum) {
			t.Errorf("%s: shares come to %v, adjoint %v", r.Label, sum, r.Adjoint)
		}
	}
}

// A rule that is wrong makes the adjoints of its operands wrong, and of what they come
// from; those after it stay right. So the last step whose nudge disagrees is an operand
// of the culprit.
func TestTraceShowsTheCulprit(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Vector(0.3, 0.5))
	before := ops.Exp(x)
	wrong := graph.Apply(bent{1, func(x []*graph.Var) *graph.Var { return ops.Sin(x[0]) },
		func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return g }}, before)
	y := ops.Sum(ops.Square(wrong))
	last := ""
	for _, r := range gradcheck.TraceOf(y) {
		if math.Abs(r.Nudge-r.Claimed) > 1e-6 {
			last = r.Label
		}
	}
	if last != "v1" {
		t.Errorf("the last step that disagrees is %s", last)
	}
	var b strings.Builder
	gradcheck.TraceOf(ops.Sum(ops.Mul(tape.Watch(tensor.Arange(0, 6, 1)), graph.Const(tensor.Scalar(2))))).WriteTo(&b)
	if !strings.Contains(b.String(), "[6] norm 7.4162") || !strings.Contains(b.String(), ", 2)") {
		t.Errorf("many elements:\n%s", &b)
	}
}
