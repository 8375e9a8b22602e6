package graph_test

import (
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// network records two layers and sweeps them.
func network(tape *graph.Tape, x, w1, w2 *tensor.Tensor) *graph.Grads {
	h := ops.Tanh(ops.MatMul(tape.Input(x), tape.Watch(w1)))
	return ops.Sum(ops.Square(ops.Sub(ops.MatMul(h, tape.Watch(w2)), h))).Backward()
}

// What Reset recycles must come back as if it were new.
func TestResetGivesTheSameGradients(t *testing.T) {
	x, w1, w2 := tensor.Full(0.3, 5, 4), tensor.Full(0.1, 4, 4), tensor.Full(-0.2, 4, 4)
	var fresh, used graph.Tape
	want := network(&fresh, x, w1, w2)
	for range 5 {
		used.Reset()
		ops.Exp(ops.Transpose(used.Watch(w1))) // something else in the memory
		used.Reset()
		g := network(&used, x, w1, w2)
		if !tensor.Equal(g.Of(w1), want.Of(w1)) || !tensor.Equal(g.Of(w2), want.Of(w2)) {
			t.Fatal("gradients differ after a Reset")
		}
	}
}

// A chain of elementwise operations, recorded and swept on a tape that was
// Reset, allocates nothing.
func TestNoAllocation(t *testing.T) {
	var tape graph.Tape
	w := tensor.Full(0.5, 4)
	step := func() {
		tape.Reset()
		x := tape.Watch(w)
		for range 20 {
			x = ops.Tanh(ops.Add(ops.Square(x), x))
		}
		x.BackwardFrom(w)
	}
	step()
	step()
	if n := testing.AllocsPerRun(10, step); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func TestUseAfterReset(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(2)
	x := tape.Watch(w)
	y := ops.Square(x)
	g := y.Backward()
	tape.Reset()
	ops.Square(tape.Watch(w)).Backward() // does not take the place of what was there before
	for name, use := range map[string]func(){
		"operation": func() { ops.Neg(y) },
		"value":     func() { y.Value() },
		"backward":  func() { y.Backward() },
		"grad":      func() { y.Grad(x) },
		"sweep":     func() { y.Sweep() },
		"detach":    func() { y.Detach() },
	} {
		t.Run(name, func(t *testing.T) { wantText(t, misuse(t, use), "%1 = square", "before the last Reset", "Clone") })
	}
	wantText(t, misuse(t, func() { g.Of(w) }), "graph.Grads.Of", "before the last Reset")
	for range y.Inputs() { // the structure may be looked at
	}
}

func TestListing(t *testing.T) {
	var tape graph.Tape
	x := tape.Input(tensor.Zeros(2, 3))
	w := tape.Watch(tensor.Zeros(3, 1))
	y := ops.Sum(ops.LeakyReLU(ops.MatMul(x, w), 0.01), 0)
	ops.Mul(y.Detach(), graph.Const(tensor.Scalar(0.5)))
	ops.Add(y, graph.Const(tensor.Vector(1, 2)))
	want := `%0 = input                      [2 3]
%1 = watch                      [3 1]
%2 = matmul            %0 %1    [2 1]
%3 = leaky_relu[0.01]  %2       [2 1]
%4 = sum[0]          %3       [1]
%5 = detach            %4       [1]
%6 = mul               %5 0.5   [1]
%7 = add               %4 const[2]  [2]
`
	if got := tape.String(); squeeze(got) != squeeze(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if tape.Len() != 8 {
		t.Errorf("%d values, want 8", tape.Len())
	}
}

// The line of the user's own call, in listings and in messages.
func TestTrace(t *testing.T) {
	tape := graph.Tape{Trace: true}
	x := tape.Watch(tensor.Zeros(2, 3))
	y := ops.Linear(x, tape.Watch(tensor.Zeros(4, 3)), nil)
	wantText(t, y.String(), "linear %0 %1 [2 4] made at tape_test.go:")
	wantText(t, tape.String(), "[2 3]  tape_test.go:")
	wantText(t, misuse(t, func() { ops.Add(x, y) }), "ops.Add: cannot broadcast [2 3] with [2 4]", "applied at tape_test.go:",
		"to %0 = watch [2 3] made at tape_test.go:", ", %2 = linear %0 %1 [2 4] made at tape_test.go:")
}

func squeeze(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return strings.Join(lines, "\n")
}
