package graph_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Programs whose value or gradient is not finite: Hunt finds the step that is to
// blame, and the way from there.
func TestHunt(t *testing.T) {
	mask := graph.Const(tensor.Vector(1, 0, 1))
	inf := graph.Const(tensor.Vector(0, math.Inf(-1), 0))
	huge := graph.Const(tensor.Full(1e200, 3))
	nan := graph.Const(tensor.Vector(0, 1, math.NaN()))
	zero := graph.Const(tensor.Scalar(0))
	for _, c := range []struct {
		name     string
		program  func(x *graph.Var) *graph.Var // x is 1, 0, 4
		backward bool
		steps    string   // the operations that are named, from the cause to the last
		want     []string // in the account of the first
	}{
		{"log of 0", func(x *graph.Var) *graph.Var { return ops.Sum(ops.Log(x)) }, false, "log sum",
			[]string{"log(0) gave -Inf in 1 of 3 elements, first at [1]"}},
		{"log of a negative number", func(x *graph.Var) *graph.Var { return ops.Log(ops.AddScalar(x, -2)) }, false, "log",
			[]string{"log(-1) gave NaN in 2 of 3 elements, first at [0]"}},
		{"a mask after the log", func(x *graph.Var) *graph.Var { return ops.Mean(ops.Mul(mask, ops.Log(x))) }, false, "log mul mean",
			[]string{"log(0)"}},
		{"0/0", func(x *graph.Var) *graph.Var { return ops.Div(x, x) }, false, "div", []string{"div(0, 0) gave NaN", "select before"}},
		{"1/0", func(x *graph.Var) *graph.Var { return ops.Reciprocal(x) }, false, "reciprocal", []string{"reciprocal(0) gave +Inf"}},
		{"a number over 0", func(x *graph.Var) *graph.Var { return ops.Div(huge, x) }, false, "div", []string{"div(1e+200, 0) gave +Inf"}},
		{"∞ − ∞", func(x *graph.Var) *graph.Var { return ops.Sub(inf, ops.Mul(inf, x)) }, false, "const sub",
			[]string{"has -Inf in 1 of 3"}},
		{"overflow of exp", func(x *graph.Var) *graph.Var { return ops.Exp(ops.Scale(x, 1000)) }, false, "exp",
			[]string{"exp(1000) gave +Inf in 2 of 3"}},
		{"overflow of a square", func(x *graph.Var) *graph.Var { return ops.Square(ops.Mul(x, huge)) }, false, "square",
			[]string{"square(1e+200) gave +Inf"}},
		{"overflow of a sum", func(x *graph.Var) *graph.Var { return ops.Sum(ops.Mul(x, graph.Const(tensor.Full(1e308, 3)))) }, false, "mul sum",
			[]string{"mul(4, 1e+308) gave +Inf in 1 of 3 elements, first at [2]"}},
		{"NaN in the data", func(x *graph.Var) *graph.Var { return ops.Sum(ops.Tanh(ops.Mul(x, nan))) }, false, "const mul tanh sum",
			[]string{"has NaN in 1 of 3 elements, first at [2]"}},
		{"NaN in an input", func(x *graph.Var) *graph.Var { return ops.Add(x, x.Tape().Input(nan.Value())) }, false, "input add",
			[]string{"has NaN"}},
		{"the root of a negative number", func(x *graph.Var) *graph.Var { return ops.Sqrt(ops.Neg(x)) }, false, "sqrt",
			[]string{"sqrt(-1) gave NaN in 2 of 3"}},
		{"the mean of nothing", func(x *graph.Var) *graph.Var { return ops.Mean(ops.Slice(x, tensor.Span(0, 0))) }, false, "mean",
			[]string{"gave NaN", "operand 0 [0]"}},
		{"a softmax of a row of −∞", func(x *graph.Var) *graph.Var {
			return ops.Softmax(ops.Add(x, graph.Const(tensor.Full(math.Inf(-1), 3))), -1)
		}, false, "const add softmax", []string{"has -Inf in 3 of 3"}},
		{"a product of matrices", func(x *graph.Var) *graph.Var {
			column := ops.Reshape(ops.Mul(x, huge), 3, 1)
			return ops.MatMulT(column, column, false, true)
		}, false, "matmul", []string{"gave +Inf in 4 of 9 elements, first at [0 0]", "max 4e+200", "1 zeros"}},
		{"a power", func(x *graph.Var) *graph.Var { return ops.PowScalar(x, -2) }, false, "pow", []string{"(0) gave +Inf"}},
		{"a variance of one", func(x *graph.Var) *graph.Var {
			d := ops.Slice(x, tensor.Span(0, 1))
			return ops.Div(ops.Sum(ops.Square(ops.Sub(d, ops.MeanKeep(d)))), zero)
		}, false, "div", []string{"div(0, 0) gave NaN"}},

		{"the slope of √ at 0", func(x *graph.Var) *graph.Var { return ops.Sum(ops.Sqrt(x)) }, true, "sqrt",
			[]string{"its rule gave +Inf in 1 of 3 elements, first at [1] to %0 = watch", "adjoint 1", "operand 0 = 0"}},
		{"√(x²) at 0", func(x *graph.Var) *graph.Var { return ops.Sum(ops.Sqrt(ops.Square(x))) }, true, "sqrt square",
			[]string{"its rule gave +Inf"}},
		{"a length at the origin", func(x *graph.Var) *graph.Var { return ops.Sqrt(ops.Sum(ops.Square(ops.Mul(x, zero)))) }, true,
			"sqrt sum square mul", []string{"its rule gave +Inf to"}},
		{"a root power at 0", func(x *graph.Var) *graph.Var { return ops.Sum(ops.PowScalar(x, 0.5)) }, true, "pow", []string{"its rule gave +Inf"}},
		{"a slope that overflows", func(x *graph.Var) *graph.Var { return ops.Sum(ops.Mul(huge, ops.Mul(huge, ops.Scale(x, 1e-300)))) }, true,
			"mul scale", []string{"+Inf in 3 of 3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tape := graph.Tape{Trace: true}
			x := tape.Watch(tensor.Vector(1, 0, 4))
			err := c.program(x).Hunt()
			var found *graph.NonFinite
			if !errors.As(err, &found) {
				t.Fatalf("found nothing: %v", err)
			}
			var steps []string
			for _, l := range found.Links {
				name, _, _ := strings.Cut(strings.TrimPrefix(l.Var.String(), fmt.Sprintf("%%%d = ", l.Var.ID())), " ")
				name, _, _ = strings.Cut(name, "[")
				steps = append(steps, strings.TrimSuffix(name, "_scalar"))
			}
			if strings.Join(steps, " ") != c.steps || found.Backward != c.backward {
				t.Errorf("steps %v, backward %v; want %s, %v\n%v", steps, found.Backward, c.steps, c.backward, err)
			}
			wantText(t, found.Links[0].Text, c.want...)
			if c.backward != slices.Contains(found.Affected, x) {
				t.Errorf("affected: %v", found.Affected)
			}
			if !strings.Contains(err.Error(), "hunt_test.go:") && found.Links[0].Var.Tape() != nil {
				t.Errorf("no line is named: %v", err)
			}
		})
	}
}

// The share of each path is finite, and their sum is not.
func TestHuntSum(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(0))
	err := ops.Add(ops.Scale(x, 1e308), ops.Neg(ops.Scale(x, -1e308))).Hunt()
	if err == nil {
		t.Fatal("found nothing")
	}
	wantText(t, err.Error(), "the value is finite", "the sum of the shares of 2 values overflows", "gradients affected: %0 = watch")
}

// What reaches neither the value nor a gradient is nobody's business.
func TestHuntNothing(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Vector(1, 0, 4))
	positive, none := graph.Const(tensor.Vector(1, 0, 1)), graph.Const(tensor.Scalar(math.Inf(-1)))
	for name, y := range map[string]*graph.Var{
		"a branch not taken":       ops.Sum(ops.Where(positive, ops.Log(x), x)),
		"√ in a branch not taken":  ops.Sum(ops.Where(positive, ops.Sqrt(x), x)),
		"a mask before a softmax":  ops.Sum(ops.Square(ops.Softmax(ops.Where(positive, x, none), -1))),
		"an input":                 tape.Input(tensor.Scalar(1)),
		"a constant":               graph.Const(tensor.Scalar(1)),
		"nothing that is computed": x,
	} {
		if err := y.Hunt(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if g := ops.Sum(ops.Tanh(x)).Backward().Of(x.Value()); g.At(1) != 1 {
		t.Errorf("a sweep after a hunt gives %v", g)
	}
}
