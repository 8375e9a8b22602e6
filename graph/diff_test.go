package graph_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestDiff(t *testing.T) {
	program := func(f func(x, w *graph.Var) *graph.Var) *graph.Tape {
		tape := new(graph.Tape)
		f(tape.Input(tensor.Zeros(2, 3)), tape.Watch(tensor.Zeros(4, 3)))
		return tape
	}
	half := func(c float64) *graph.Var { return graph.Const(tensor.Scalar(c)) }
	first := program(func(x, w *graph.Var) *graph.Var {
		return ops.Mul(ops.Sum(ops.Tanh(ops.Linear(x, w, nil))), half(0.5))
	})
	for _, c := range []struct {
		name string
		tape *graph.Tape
		want string
	}{
		{"the same", program(func(x, w *graph.Var) *graph.Var {
			return ops.Mul(ops.Sum(ops.Tanh(ops.Linear(x, w, nil))), half(0.5))
		}), ""},
		{"another activation", program(func(x, w *graph.Var) *graph.Var {
			return ops.Mul(ops.Sum(ops.Sigmoid(ops.Linear(x, w, nil))), half(0.5))
		}), "- %3 = tanh %2 [2 4]\n+ %3 = sigmoid %2 [2 4]\n~ %4 = sum[all] %3 []  is  %4 = sum[all] %3 []\n"},
		{"one more", program(func(x, w *graph.Var) *graph.Var {
			return ops.Mul(ops.Sum(ops.Tanh(ops.Neg(ops.Linear(x, w, nil)))), half(0.5))
		}), "+ %3 = scale[-1] %2 [2 4]\n~ %3 = tanh %2 [2 4]  is  %4 = tanh %3 [2 4]\n"},
		{"one less", program(func(x, w *graph.Var) *graph.Var {
			return ops.Mul(ops.Sum(ops.Linear(x, w, nil)), half(0.5))
		}), "- %3 = tanh %2 [2 4]\n~ %4 = sum[all] %3 []  is  %3 = sum[all] %2 []\n"},
		{"another constant", program(func(x, w *graph.Var) *graph.Var {
			return ops.Mul(ops.Sum(ops.Tanh(ops.Linear(x, w, nil))), half(0.25))
		}), "~ %5 = mul %4 0.5 []  is  %5 = mul %4 0.25 []\n"},
		{"the end missing", program(func(x, w *graph.Var) *graph.Var { return ops.Tanh(ops.Linear(x, w, nil)) }),
			"- %4 = sum[all] %3 []\n- %5 = mul %4 0.5 []\n"},
		{"an attribute", program(func(x, w *graph.Var) *graph.Var {
			return ops.Mul(ops.Sum(ops.Tanh(ops.Linear(x, w, nil)), 0, 1), half(0.5))
		}), "- %4 = sum[all] %3 []\n+ %4 = sum[0 1] %3 []\n~ %5 = mul %4 0.5 []  is  %5 = mul %4 0.5 []\n"},
		{"nothing", new(graph.Tape), "- %0 = input [2 3]\n- %1 = watch [4 3]\n- %2 = linear %0 %1 [2 4]\n- %3 = tanh %2 [2 4]\n- %4 = sum[all] %3 []\n- %5 = mul %4 0.5 []\n"},
	} {
		if got := graph.Diff(first, c.tape); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
		swapped := strings.NewReplacer("+", "-", "-", "+").Replace(c.want)
		if got := graph.Diff(c.tape, first); strings.Count(got, "\n") != strings.Count(swapped, "\n") {
			t.Errorf("%s, the other way round:\n%s", c.name, got)
		}
	}
}

// Of two programs of which one lacks some steps, exactly these are listed.
func TestDiffOfChains(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	steps := []func(*graph.Var) *graph.Var{ops.Sin, ops.Cos, ops.Exp, ops.Tanh}
	for range 20 {
		var a, b graph.Tape
		x, y := a.Watch(tensor.Scalar(1)), b.Watch(tensor.Scalar(1))
		less := 0
		for range 300 {
			f := steps[r.IntN(len(steps))]
			x = f(x)
			if r.IntN(20) == 0 {
				less++
				continue
			}
			y = f(y)
		}
		if got := strings.Count("\n"+graph.Diff(&a, &b), "\n- "); got != less || strings.Contains(graph.Diff(&a, &b), "+ ") {
			t.Errorf("%d steps are listed as gone, want %d", got, less)
		}
	}
}

// What has changed in a model?
func ExampleDiff() {
	record := func(f func(x *graph.Var) *graph.Var) *graph.Tape {
		tape := new(graph.Tape)
		f(tape.Watch(tensor.Vector(1, 2)))
		return tape
	}
	before := record(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Tanh(x)) })
	after := record(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Tanh(ops.Scale(x, 2))) })
	fmt.Print(graph.Diff(before, after))
	// Output:
	// + %1 = scale[2] %0 [2]
	// ~ %1 = tanh %0 [2]  is  %2 = tanh %1 [2]
}
