package graph_test

import (
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A write to the slice behind a tensor has no version. Checksums find it,
// whichever tensor it is.
func TestChecksum(t *testing.T) {
	w, x, c := tensor.Vector(3, 1), tensor.Vector(4, 1), tensor.Vector(5, 1)
	for _, changed := range []struct {
		what, role string
		x          func(y *graph.Var) *tensor.Tensor
	}{
		{"watch", "an operand of %2 = mul", func(*graph.Var) *tensor.Tensor { return w }},
		{"input", "an operand of %4 = mul", func(*graph.Var) *tensor.Tensor { return x }},
		{"const", "an operand of %2 = mul", func(*graph.Var) *tensor.Tensor { return c }},
		{"exp", "an operand of %4 = mul", func(y *graph.Var) *tensor.Tensor { return y.Inputs()[0].Inputs()[0].Value() }},
		{"sum", "its result", func(y *graph.Var) *tensor.Tensor { return y.Value() }},
	} {
		t.Run(changed.what, func(t *testing.T) {
			for _, traced := range []bool{false, true} {
				tape := graph.Tape{Checksum: true, Trace: traced}
				in := tape.Input(x)
				exp := ops.Exp(ops.Mul(tape.Watch(w), graph.Const(c)))
				y := ops.Sum(ops.Mul(exp, in))
				want := y.Backward().Of(w).Clone()
				if again := y.Backward().Of(w); !tensor.Close(again, want, 0, 0) {
					t.Fatalf("gradient %v, then %v", want, again)
				}
				written := changed.x(y).Float64s()
				old := written[len(written)-1]
				written[len(written)-1] = 0.5
				text := misuse(t, func() { y.Backward() })
				wantText(t, text, "graph.Backward", changed.what, "was changed since it was recorded")
				if !traced {
					wantText(t, text, changed.role)
				} else {
					wantText(t, text, "made at checksum_test.go:")
				}
				written[len(written)-1] = old
			}
		})
	}
}

// A replay renews the sums.
func TestChecksumOfReplay(t *testing.T) {
	w := tensor.Vector(1, 2)
	tape := graph.Tape{Checksum: true}
	y := ops.Sum(ops.Square(tape.Watch(w)))
	w.Float64s()[0] = 5
	if err := tape.Replay(); err != nil {
		t.Fatal(err)
	}
	if g := y.Backward().Of(w); g.At(0) != 10 {
		t.Errorf("gradient %v", g)
	}
	w.Float64s()[1] = 7
	wantText(t, misuse(t, func() { y.Backward() }), "was changed since it was recorded")
}

// A tape that keeps checksums allocates no more than another once it has seen
// the program, and one that stops keeping them does not look at old ones.
func TestChecksumTwice(t *testing.T) {
	w := tensor.Vector(1, 2)
	tape := graph.Tape{Checksum: true}
	step := func() {
		tape.Reset()
		ops.Sum(ops.Square(tape.Watch(w))).Backward()
	}
	for range 3 {
		step()
	}
	if n := testing.AllocsPerRun(10, step); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
	tape.Checksum = false
	step()
	y := ops.Sum(ops.Square(tape.Watch(w)))
	w.Float64s()[0] = 7
	y.Backward()
}
