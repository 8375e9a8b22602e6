package chapters_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// baydin computes y = ln x₁ + x₁x₂ − sin x₂, the example of Baydin et al. (2018).
func baydin(x1, x2 *graph.Var) *graph.Var {
	return ops.Sub(ops.Add(ops.Log(x1), ops.Mul(x1, x2)), ops.Sin(x2))
}

func Example_baydin() {
	var tape graph.Tape
	y := baydin(tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(5)))
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

// griewank computes y = (sin(x₁/x₂) + x₁/x₂ − eˣ²)(x₁/x₂ − eˣ²), the example of Griewank and
// Walther (2008).
func griewank(x1, x2 *graph.Var) *graph.Var {
	v1 := ops.Div(x1, x2)
	v2 := ops.Sin(v1)
	v3 := ops.Exp(x2)
	v4 := ops.Sub(v1, v3)
	v5 := ops.Add(v2, v4)
	return ops.Mul(v5, v4)
}

func Example_griewank() {
	var tape graph.Tape
	y := griewank(tape.Watch(tensor.Scalar(1.5)), tape.Watch(tensor.Scalar(0.5)))
	for _, r := range gradcheck.TraceOf(y) {
		fmt.Printf("%s  %-4s %-8s  value %10.6f  adjoint %10.6f  readers %d\n",
			r.Label, r.Op, fmt.Sprint(r.Operands), r.Value.Item(), r.Adjoint.Item(), len(r.Shares))
	}
	// Output:
	// v0  input []        value   1.500000  adjoint   3.011843  readers 1
	// v1  input []        value   0.500000  adjoint -13.723962  readers 2
	// v2  div  [v0 v1]   value   3.000000  adjoint   1.505922  readers 2
	// v3  sin  [v2]      value   0.141120  adjoint   1.351279  readers 1
	// v4  exp  [v1]      value   1.648721  adjoint  -2.843677  readers 1
	// v5  sub  [v2 v4]   value   1.351279  adjoint   2.843677  readers 2
	// v6  add  [v3 v5]   value   1.492399  adjoint   1.351279  readers 1
	// v7  mul  [v6 v5]   value   2.016647  adjoint   1.000000  readers 0
}

// neuron computes σ(w₀x₀ + w₁x₁ + w₂), the example of the notes of CS231n.
func neuron(w0, w1, w2, x0, x1 *graph.Var) *graph.Var {
	return ops.Sigmoid(ops.Add(ops.Add(ops.Mul(w0, x0), ops.Mul(w1, x1)), w2))
}

func Example_neuron() {
	var tape graph.Tape
	var leaves []*graph.Var
	for _, v := range []float64{2, -3, -3, -1, -2} {
		leaves = append(leaves, tape.Watch(tensor.Scalar(v)))
	}
	y := neuron(leaves[0], leaves[1], leaves[2], leaves[3], leaves[4])
	for i, name := range []string{"w0", "w1", "w2", "x0", "x1"} {
		fmt.Printf("%s %2v, adjoint %9.6f\n", name, leaves[i].Value(), y.Grad(leaves[i])[0].Value().Item())
	}
	fmt.Printf("y  %.6f\n", y.Value().Item())
	// Output:
	// w0  2, adjoint -0.196612
	// w1 -3, adjoint -0.393224
	// w2 -3, adjoint  0.196612
	// x0 -1, adjoint  0.393224
	// x1 -2, adjoint -0.589836
	// y  0.731059
}

func Example_fanOut() {
	var tape graph.Tape
	_, y := chapters.FanOut(tape.Watch(tensor.Scalar(3)))
	gradcheck.TraceOf(y).WriteTo(os.Stdout)
	// Output:
	// step  operation     value  adjoint  as the sum of                                            nudge  rel. err
	// v0    input         3      26       v1: 26                                                   26     0e+00
	// v1    scale[2](v0)  6      13       1 of 3 from v3: 1; 2 of 3 from v2: 6; 3 of 3 from v2: 6  13     0e+00
	// v2    mul(v1, v1)   36     1        v3: 1                                                    1      0e+00
	// v3    add(v2, v1)   42     1                                                                 1      0e+00
}

// naive gives each operand of v its share, and then goes on with each operand, without
// waiting for other readers that it may have. The operands come in the order recorded, or
// the other way round.
func naive(v *graph.Var, adjoint map[*graph.Var]float64, reversed bool) {
	var operands []*graph.Var
	for k, operand := range v.Inputs() {
		adjoint[operand] += adjoint[v] * figure.Partial(v, k)
		if !slices.Contains(operands, operand) {
			operands = append(operands, operand)
		}
	}
	if reversed {
		slices.Reverse(operands)
	}
	for _, operand := range operands {
		naive(operand, adjoint, reversed)
	}
}

func Example_naive() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	_, y := chapters.FanOut(x)
	for _, reversed := range []bool{false, true} {
		adjoint := map[*graph.Var]float64{y: 1}
		naive(y, adjoint, reversed)
		fmt.Println("recursion:", adjoint[x])
	}
	fmt.Println("tape:     ", y.Grad(x)[0].Value())
	// Output:
	// recursion: 52
	// recursion: 28
	// tape:      26
}

// visits counts the calls of a recursion that goes from each value to all its operands.
func visits(v *graph.Var) int {
	n := 1
	for _, operand := range v.Inputs() { // eq: C4
		n += visits(operand)
	}
	return n
}

func Example_visits() {
	for _, k := range []int{1, 5, 10, 20} {
		var tape graph.Tape
		fmt.Printf("k = %2d: %7d calls, %2d values\n", k, visits(tower(tape.Watch(tensor.Scalar(1)), k)), tape.Len())
	}
	// Output:
	// k =  1:       3 calls,  2 values
	// k =  5:      63 calls,  6 values
	// k = 10:    2047 calls, 11 values
	// k = 20: 2097151 calls, 21 values
}

// eq: C4
// k fan-outs on top of each other have 2^(k+1) − 1 visits by recursion, and a sweep goes by k
// + 1 values.
func TestRecursionVisitsPaths(t *testing.T) {
	for k := range 15 {
		var tape graph.Tape
		y := tower(tape.Watch(tensor.Scalar(1)), k)
		swept := 0
		for range y.Sweep() {
			swept++
		}
		if got := visits(y); got != 1<<(k+1)-1 || swept != k+1 {
			t.Errorf("%d fan-outs: %d visits, %d swept", k, got, swept)
		}
	}
}

// The traces of the literature, to the digits printed there, and the recursion's two wrong
// answers.
func TestGoldenTraces(t *testing.T) {
	two := func(f func(x1, x2 *graph.Var) *graph.Var) func(x []*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) }
	}
	for name, c := range map[string]struct {
		f        func(x []*graph.Var) *graph.Var
		x        []float64
		values   []float64
		adjoints []float64
	}{
		"fan-out": {func(x []*graph.Var) *graph.Var { _, y := chapters.FanOut(x[0]); return y }, []float64{3},
			[]float64{3, 6, 36, 42}, []float64{26, 13, 1, 1}},
		"Olah": {two(func(a, b *graph.Var) *graph.Var { _, _, e := olah(a, b); return e }), []float64{2, 1},
			[]float64{2, 1, 3, 2, 6}, []float64{2, 5, 2, 3, 1}},
		"CS231n": {func(x []*graph.Var) *graph.Var { return neuron(x[0], x[1], x[2], x[3], x[4]) }, []float64{2, -3, -3, -1, -2},
			[]float64{2, -3, -3, -1, -2, -2, 6, 4, 1, 0.731059},
			[]float64{-0.196612, -0.393224, 0.196612, 0.393224, -0.589836, 0.196612, 0.196612, 0.196612, 0.196612, 1}},
		"Baydin": {two(baydin), []float64{2, 5},
			[]float64{2, 5, 0.693147, 10, 10.693147, -0.958924, 11.652071},
			[]float64{5.5, 1.716338, 1, 1, 1, -1, 1}},
		"Griewank": {two(griewank), []float64{1.5, 0.5},
			[]float64{1.5, 0.5, 3, 0.141120, 1.648721, 1.351279, 1.492399, 2.016647},
			[]float64{3.011843, -13.723962, 1.505922, 1.351279, -2.843677, 2.843677, 1.351279, 1}},
	} {
		var tape graph.Tape
		var leaves []*graph.Var
		for _, x := range c.x {
			leaves = append(leaves, tape.Watch(tensor.Scalar(x)))
		}
		trace := gradcheck.TraceOf(c.f(leaves))
		if len(trace) != len(c.values) {
			t.Fatalf("%s has %d steps, want %d", name, len(trace), len(c.values))
		}
		for i, r := range trace {
			if math.Abs(r.Nudge-r.Adjoint.Item()) > 1e-9 {
				t.Errorf("%s, %s: a nudge shows %v, the adjoint is %v", name, r.Label, r.Nudge, r.Adjoint)
			}
			sum := 0.0
			for _, s := range r.Shares {
				sum += s.Share.Item()
			}
			if len(r.Shares) > 0 && math.Abs(sum-r.Adjoint.Item()) > 1e-12 {
				t.Errorf("%s, %s: the shares add up to %v, the adjoint is %v", name, r.Label, sum, r.Adjoint)
			}
			if math.Abs(r.Value.Item()-c.values[i]) > 1e-6 || math.Abs(r.Adjoint.Item()-c.adjoints[i]) > 1e-6 {
				t.Errorf("%s, %s: value %v, adjoint %v, want %v and %v", name, r.Label, r.Value, r.Adjoint, c.values[i], c.adjoints[i])
			}
		}
	}
	for reversed, want := range map[bool]float64{false: 52, true: 28} {
		var tape graph.Tape
		x := tape.Watch(tensor.Scalar(3))
		_, y := chapters.FanOut(x)
		adjoint := map[*graph.Var]float64{y: 1}
		if naive(y, adjoint, reversed); adjoint[x] != want {
			t.Errorf("the recursion gives %v, want %v", adjoint[x], want)
		}
	}
}

// The recursion is wrong if two readers of a value were not merged into one, also if the
// paths are equally long: u = 2x, y = u² + 3u. It is right on b = a + a, c = b + b.
func TestWhatShowsAMissingOrder(t *testing.T) {
	for name, c := range map[string]struct {
		f     func(x *graph.Var) *graph.Var
		right bool
	}{
		"diamond": {func(x *graph.Var) *graph.Var {
			u := ops.Scale(x, 2)
			return ops.Add(ops.Square(u), ops.Scale(u, 3))
		}, false},
		"square and itself": {func(x *graph.Var) *graph.Var {
			u := ops.Scale(x, 2)
			return ops.Add(ops.Square(u), u)
		}, false},
		"twice a sum": {func(x *graph.Var) *graph.Var { return tower(x, 2) }, true},
	} {
		for _, reversed := range []bool{false, true} {
			var tape graph.Tape
			x := tape.Watch(tensor.Scalar(3))
			y := c.f(x)
			adjoint := map[*graph.Var]float64{y: 1}
			naive(y, adjoint, reversed)
			if want := y.Grad(x)[0].Value().Item(); (adjoint[x] == want) != c.right {
				t.Errorf("%s: the recursion gives %v, the tape %v", name, adjoint[x], want)
			}
		}
	}
}

func TestPictureOfTape(t *testing.T) {
	var tape graph.Tape
	y := baydin(tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(5)))
	trace := gradcheck.TraceOf(y)
	d := figure.New(660, 375, "The tape of Baydin's example",
		"Seven values in the order in which they were computed, with operation, value and adjoint. Arcs join each value to its operands; every arc leads to a line further up.")
	const top, step = 60, 46.0
	d.Text("soft middle", 240, 30, "step")
	d.Text("soft middle", 335, 30, "operation")
	d.Text("soft middle", 450, 30, "value ↓")
	d.Text("soft middle", 570, 30, "adjoint ↑")
	for i, r := range trace {
		line := top + step*float64(i)
		d.Rect("box", 215, line-18, 425, 34)
		d.Text("ink middle bold", 240, line+4, fmt.Sprintf("v%d", i))
		op := r.Op
		for k, in := range r.Operands {
			op += map[bool]string{true: " ", false: ", "}[k == 0] + in
		}
		d.Text("ink middle code", 335, line+4, op)
		d.Number("ink middle", 450, line+4, "%.6f", r.Value.Item())
		d.Number("c2 middle bold", 570, line+4, "%.6f", r.Adjoint.Item())
		for _, in := range r.Var.Inputs() {
			d.Arc("c1", 212, line, 212, top+step*float64(in.ID()), 24+26*float64(i-in.ID()))
		}
	}
	picture(t, "03-tape.svg", d)
}
