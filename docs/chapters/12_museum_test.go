package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func Example_museum() {
	fmt.Print(museum.Table())
	// Output:
	// mistake                                   error  pattern      two  caught by       loss  right, %
	// none                                      <1e-6  -          <1e-6  nothing    0.00 0.28    92  100
	// sign of p − y flipped                      2.00  sign        2.45  gradcheck  6658 6658    33   33
	// p for p − y                                1.85  term        2.89  gradcheck   1.1  1.1    18   35
	// softmax: diagonal of the Jacobian only     1.94  entries     2.49  gradcheck   1.1  1.1    33   48
	// σ′ once more at the output                 1.66  other       0.71  gradcheck  0.08 0.19    96  100
	// sum for mean                               0.89  factor      9.67  gradcheck   120  179    33   33
	// 1/m twice                                  0.89  factor      0.87  gradcheck  0.76 0.87    52   54
	// tanh′: sign flipped                        2.00  sign        1.74  gradcheck   1.1  1.2    18   41
	// tanh′: sign flipped in one layer           2.00  sign        1.92  gradcheck   1.1  1.1    18   28
	// tanh′: 1 − z² for 1 − a²                   0.99  other       0.28  gradcheck   NaN  NaN    33   33
	// tanh′ taken at a, not at z                 1.37  other       0.08  gradcheck  0.02 0.29    86  100
	// tanh′ forgotten                            1.33  other       0.29  gradcheck  0.87 0.93    51   53
	// tanh′ of the other layer                   1.27  other       0.23  gradcheck  0.90 0.98    46   54
	// W for Wᵀ (square layer)                    1.83  transpose   1.42  gradcheck  0.00 0.02   100  100
	// W moved before Wᵀδ reads it                1.22  nonlinear   0.06  gradcheck  0.00 0.01   100  100
	// no gradient to the layer below             1.00  term        0.66  gradcheck  0.05 0.09    98   99
	// W̄ transposed (square layer)               1.97  transpose   1.01  gradcheck  0.17 0.40    77   95
	// W̄ with the next layer's a                 1.79  other       0.69  gradcheck  0.01 0.07    96   99
	// W̄ of the first sample only                1.96  sum         0.52  gradcheck   1.0  1.1    33   46
	// b̄ missing                                 1.00  term        1.00  gradcheck  0.01 0.02    99  100
	// b̄ of the last sample only                 1.75  sum         0.80  gradcheck  0.02 0.15    95  100
	// b̄ summed over units as well               1.68  term        1.14  gradcheck  0.01  1.8    63  100
	// update: b moved once for each input       <1e-6  -           1.54  two steps  0.01 0.01   100  100
	// update: gradients never zeroed            <1e-6  -           0.62  two steps   1.1   10    33   45
	// ReLU′ taken at a, not at z                <1e-6  -          <1e-6  nothing    0.00 0.24    88  100
}

func Example_findings() {
	for _, bug := range museum.Bugs() {
		switch bug.Name {
		case "W for Wᵀ (square layer)", "sum for mean", "b̄ of the last sample only":
			report, _ := museum.Check(bug)
			found := report.Findings[0]
			fmt.Printf("%s: rule of %s, operand %d, %s\n", bug.Name, found.Culprit.Op, found.Culprit.Operand, found.Hint)
		}
	}
	// Output:
	// sum for mean: rule of cross_entropy, operand 0, factor
	// W for Wᵀ (square layer): rule of linear, operand 0, transpose
	// b̄ of the last sample only: rule of linear, operand 2, sum
}

func Example_twoSteps() {
	// eq: G12
	fmt.Println("mistake                             gradcheck  two steps")
	for _, bug := range museum.Bugs() {
		if bug.Name != "none" && bug.Update == nil {
			continue
		}
		_, relative := museum.Check(bug)
		fmt.Printf("%-36s%-9v  %v\n", bug.Name, relative < 1e-6, museum.TwoSteps(bug) < 1e-6)
	}
	// Output:
	// mistake                             gradcheck  two steps
	// none                                true       true
	// update: b moved once for each input true       false
	// update: gradients never zeroed      true       false
}

// mistaken records a program again, with a sign flipped in the rule of one of its steps.
func mistaken(tape *graph.Tape, program *graph.Var, step int) *graph.Var {
	again := map[*graph.Var]*graph.Var{}
	for v := range program.Tape().Vars() {
		if v.Op() == nil {
			again[v] = tape.Watch(v.Value())
			continue
		}
		var operands []*graph.Var
		for _, in := range v.Inputs() {
			operands = append(operands, again[in])
		}
		if again[v] = graph.Apply(v.Op(), operands...); v.ID() == step {
			again[v] = museum.Wrong(again[v], func(c museum.Call) *graph.Var { return ops.Neg(c.Right) })
		}
	}
	return again[program]
}

func Example_wrongRows() {
	var tape, wrong graph.Tape
	right := griewank(tape.Watch(tensor.Scalar(1.5)), tape.Watch(tensor.Scalar(0.5)))
	for _, r := range gradcheck.TraceOf(mistaken(&wrong, right, 3)) { // the sine
		if r.Adjoint == nil {
			continue // the sine with the right rule, which nothing reads
		}
		verdict := "right"
		if math.Abs(r.Claimed-r.Nudge) > 1e-6 {
			verdict = "wrong"
		}
		fmt.Printf("%-3s %-5s %-6s adjoint %10.6f  nudge %10.6f  %s\n", r.Label, r.Op, strings.Join(r.Operands, " "), r.Claimed, r.Nudge, verdict)
	}
	// Output:
	// v0  input        adjoint   8.362867  nudge   3.011843  wrong
	// v1  input        adjoint -29.777031  nudge -13.723962  wrong
	// v2  div   v0 v1  adjoint   4.181433  nudge   1.505922  wrong
	// v4  sin   v2     adjoint   1.351279  nudge   1.351279  right
	// v5  exp   v1     adjoint  -2.843677  nudge  -2.843677  right
	// v6  sub   v2 v5  adjoint   2.843677  nudge   2.843677  right
	// v7  add   v4 v6  adjoint   1.351279  nudge   1.351279  right
	// v8  mul   v7 v6  adjoint   1.000000  nudge   1.000000  right
}

// Whichever rule is wrong, all later rows of the trace are right, and the last wrong row is an operand of it.
func TestLastWrongRowPointsAtTheRule(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 3))
	tried := 0
	for range 30 {
		var tape graph.Tape
		_, y := randomProgram(r, &tape, 12)
		for step := 1; step < tape.Len(); step++ {
			var wrong graph.Tape
			last := -1
			trace := gradcheck.TraceOf(mistaken(&wrong, y, step))
			for i, row := range trace {
				if row.Adjoint != nil && math.Abs(row.Claimed-row.Nudge) > 1e-7*max(1, math.Abs(row.Nudge)) {
					last = i
				}
			}
			if last < 0 {
				continue // nothing reads the step, or shares cancel
			}
			tried++
			culprit := trace[step+1] // the step itself, after the one with the right rule
			if !slices.Contains(culprit.Operands, trace[last].Label) {
				t.Errorf("the rule of %s is wrong, and the last wrong row is %s", culprit.Label, trace[last].Label)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d mistakes were seen", tried)
	}
}

// A check of the gradient of the input alone does not see what is wrong with those of the
// parameters: that they are transposed, missing, or of one sample.
func TestInputAloneShowsLittle(t *testing.T) {
	for _, bug := range museum.Bugs() {
		switch bug.Name {
		case "W̄ transposed (square layer)", "W̄ with the next layer's a", "W̄ of the first sample only",
			"b̄ missing", "b̄ of the last sample only", "b̄ summed over units as well":
		default:
			continue
		}
		n := museum.NewNet(bug, 1)
		x, labels := museum.Spiral(3)
		f := func(x []*graph.Var) *graph.Var {
			return ops.Mean(ops.CrossEntropy(n.Forward(x[0]), labels))
		}
		if err := gradcheck.Check(f, x); err != nil {
			t.Errorf("%s is seen in the gradient of the input: %v", bug.Name, err)
		}
		if report, _ := museum.Check(bug); report.Code() != gradcheck.Mismatch {
			t.Errorf("%s is not seen in those of the parameters", bug.Name)
		}
	}
}

func TestPictureOfTheMuseum(t *testing.T) {
	results := museum.Results()
	const top, step, left, width = 62, 19, 300.0, 220.0
	h := top + step*len(results) + 50
	d := figure.New(720, h, "What gradcheck sees, and what training shows",
		"One row for each mistake, with a bar for the relative error that gradcheck finds, on a logarithmic axis from 1e-12 to 10, and a dot for the accuracy that the worst of three seeds trains to. "+
			"Bars of wrong gradients all end near 1, eight orders of magnitude beyond those of right ones. Dots of wrong gradients lie anywhere between 20 and 100 percent.")
	error := figure.Axes{Left: left, Top: top, Width: width, Height: float64(step * len(results)), X: figure.Scale{Lo: 1e-12, Hi: 10, Log: true}, Y: figure.Scale{Hi: 1}}
	right := figure.Axes{Left: left + width + 40, Top: top, Width: 130, Height: error.Height, X: figure.Scale{Hi: 100}, Y: figure.Scale{Hi: 1}}
	d.Text("ink start", left, 26, "relative error in gradcheck")
	d.Text("ink start", right.Left, 26, "worst seed, % right")
	for e := -12; e <= 0; e += 4 {
		x, _ := error.At(math.Pow(10, float64(e)), 0)
		d.Line("grid", x, top-8, x, top+error.Height)
		d.Text("soft small middle", x, top-14, map[int]string{-12: "10⁻¹²", -8: "10⁻⁸", -4: "10⁻⁴", 0: "1"}[e])
	}
	for v := 0.0; v <= 100; v += 50 {
		x, _ := right.At(v, 0)
		d.Line("grid", x, top-8, x, top+error.Height)
		d.Text("soft small middle", x, top-14, fmt.Sprint(v))
	}
	for i, r := range results {
		y := float64(top + step*i)
		class := "c2"
		if r.Relative < 1e-6 {
			class = "c1"
		}
		end, _ := error.At(max(r.Relative, 1e-12), 0)
		d.Text("ink small end", left-8, y+14, r.Bug.Name)
		d.Bar(class, left, y+4, end-left, 11)
		x, _ := right.At(100*r.Accuracy[0], 0)
		d.Dot(class, x, y+9, 4.5)
	}
	bottom := float64(h) - 20
	d.Bar("c1", left, bottom-10, 24, 11)
	d.Text("soft small start", left+30, bottom, "gradient right")
	d.Bar("c2", left+150, bottom-10, 24, 11)
	d.Text("soft small start", left+180, bottom, "gradient wrong")
	picture(t, "12-museum.svg", d)
}
