package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func Example_sweep() {
	var tape graph.Tape
	_, y := chapters.FanOut(tape.Watch(tensor.Scalar(3)))
	for v, adjoint := range y.Sweep() {
		fmt.Printf("%-20v value %2v, adjoint %v\n", v, v.Value(), adjoint)
	}
	// Output:
	// %3 = add %2 %1 []    value 42, adjoint 1
	// %2 = mul %1 %1 []    value 36, adjoint 1
	// %1 = scale[2] %0 []  value  6, adjoint 13
	// %0 = watch []        value  3, adjoint 26
}

// tangents returns the derivative of each value with respect to the leaf x, by going
// through the tape as the program did: that of a value comes from those of its operands. It
// is 1 for x and 0 for other leaves.
func tangents(tape *graph.Tape, x *graph.Var) map[*graph.Var]float64 {
	dot := map[*graph.Var]float64{x: 1}
	for v := range tape.Vars() {
		for k, operand := range v.Inputs() {
			dot[v] += figure.Partial(v, k) * dot[operand]
		}
	}
	return dot
}

func Example_tangent() {
	var tape graph.Tape
	x1, x2 := tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(5))
	trace := gradcheck.TraceOf(baydin(x1, x2))
	byX1, byX2 := tangents(&tape, x1), tangents(&tape, x2)
	fmt.Println("step  operation    partials    by x1   by x2  adjoint")
	for _, r := range trace {
		partials := ""
		for k := range r.Operands {
			partials += fmt.Sprintf("%.4g ", figure.Partial(r.Var, k))
		}
		fmt.Printf("%-5s %-4s %-7s %-9s %7.4f %7.4f  %7.4f\n", r.Label, r.Op, strings.Join(r.Operands, " "), partials, byX1[r.Var], byX2[r.Var], r.Adjoint.Item())
	}
	// Output:
	// step  operation    partials    by x1   by x2  adjoint
	// v0    input                    1.0000  0.0000   5.5000
	// v1    input                    0.0000  1.0000   1.7163
	// v2    log  v0      0.5        0.5000  0.0000   1.0000
	// v3    mul  v0 v1   5 2        5.0000  2.0000   1.0000
	// v4    add  v2 v3   1 1        5.5000  2.0000   1.0000
	// v5    sin  v1      0.2837     0.0000  0.2837  -1.0000
	// v6    sub  v4 v5   1 -1       5.5000  1.7163   1.0000
}

// flops counts the multiplications and additions in the products of matrices on a tape,
// which are the bulk of the work: 2mkn for one of m×k and k×n.
func flops(tape *graph.Tape, from int) (n int) {
	for v := range tape.Vars() {
		if v.ID() < from || v.Op() == nil {
			continue
		}
		if name := v.Op().Name(); name == "matmul" || name == "linear" {
			inner := v.Inputs()[0].Value().Len() * v.Inputs()[1].Value().Len() / v.Value().Len() // (mk)(kn)/(mn) = k²
			n += 2 * v.Value().Len() * int(math.Sqrt(float64(inner)))
		}
	}
	return n
}

func Example_cheap() {
	r := rand.New(rand.NewPCG(4, 1))
	for _, widths := range [][]int{{3, 4, 2}, {64, 128, 128, 10}, {64, 128, 128, 128, 128, 10}} {
		var tape graph.Tape
		model := nn.MLP(r, widths, ops.Tanh)
		x := tape.Watch(tensor.RandNormal(r, 0, 1, 5, widths[0]))
		loss := ops.Sum(model.Forward(x))
		forward, recorded := flops(&tape, 0), tape.Len() // eq: C1
		wanted := []*graph.Var{x}
		for _, w := range model.Params() {
			wanted = append(wanted, tape.Watch(w))
		}
		loss.Grad(wanted...)
		fmt.Println(widths, "forward", forward, "backward", flops(&tape, recorded))
	}
	// Output:
	// [3 4 2] forward 200 backward 400
	// [64 128 128 10] forward 258560 backward 517120
	// [64 128 128 128 128 10] forward 586240 backward 1172480
}

// chain multiplies a row by square matrices, from the left or from the right.
func chain(row *graph.Var, matrices []*graph.Var, fromLeft bool) *graph.Var {
	if fromLeft { // eq: J5
		for _, m := range matrices {
			row = ops.MatMul(row, m)
		}
		return row
	}
	product := matrices[len(matrices)-1]
	for i := len(matrices) - 2; i >= 0; i-- {
		product = ops.MatMul(matrices[i], product)
	}
	return ops.MatMul(row, product)
}

func Example_brackets() {
	for _, n := range []int{4, 32, 256} {
		var work [2]int
		var result [2]*tensor.Tensor
		for i, fromLeft := range []bool{true, false} {
			var tape graph.Tape
			r := rand.New(rand.NewPCG(4, 3))
			row := tape.Input(tensor.RandNormal(r, 0, 1, 1, n))
			var matrices []*graph.Var
			for range 4 {
				matrices = append(matrices, tape.Input(tensor.RandNormal(r, 0, 1, n, n)))
			}
			result[i] = chain(row, matrices, fromLeft).Value()
			work[i] = flops(&tape, 0)
		}
		fmt.Printf("n = %3d: from the left %7d, from the right %9d, same result: %v\n",
			n, work[0], work[1], tensor.Close(result[0], result[1], 1e-9, 1e-6*float64(n*n)))
	}
	// Output:
	// n =   4: from the left     128, from the right       416, same result: true
	// n =  32: from the left    8192, from the right    198656, same result: true
	// n = 256: from the left  524288, from the right 100794368, same result: true
}

// kept counts the numbers that a tape holds until the sweep.
func kept(tape *graph.Tape) (n int) {
	for v := range tape.Vars() { // eq: C3
		n += v.Value().Len()
	}
	return n
}

func Example_kept() {
	hidden, out := chapters.NewNet()
	parameters := hidden.W.Len() + hidden.B.Len() + out.W.Len() + out.B.Len()
	fmt.Println("parameters:", parameters)
	fmt.Println("evaluations for central differences:", 2*parameters) // eq: C2
	fmt.Println("sweeps for all of them: 1")
	for _, m := range []int{1, 5, 10, 100} {
		var tape graph.Tape
		x := tape.Input(tensor.Zeros(m, 3))
		nn.CrossEntropy(out.Forward(ops.Tanh(hidden.Forward(x))), make([]int, m))
		fmt.Printf("m = %3d: %d values on the tape, %d numbers\n", m, tape.Len(), kept(&tape))
	}
	// Output:
	// parameters: 26
	// evaluations for central differences: 52
	// sweeps for all of them: 1
	// m =   1: 10 values on the tape, 41 numbers
	// m =   5: 10 values on the tape, 97 numbers
	// m =  10: 10 values on the tape, 167 numbers
	// m = 100: 10 values on the tape, 1427 numbers
}

// eq: C1
// A dense layer takes 2 m n_in n_out operations, and its two products backward twice that.
func TestCheapGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 10 {
		m, in, out := 1+r.IntN(20), 1+r.IntN(20), 1+r.IntN(20)
		var tape graph.Tape
		x, w := tape.Watch(tensor.Zeros(m, in)), tape.Watch(tensor.Zeros(out, in))
		y := ops.Sum(ops.Linear(x, w, tape.Watch(tensor.Zeros(out))))
		forward, recorded := flops(&tape, 0), tape.Len()
		y.Grad(x, w)
		if backward := flops(&tape, recorded); forward != 2*m*in*out || backward != 2*forward {
			t.Errorf("m = %d, %d → %d: forward %d, backward %d", m, in, out, forward, backward)
		}
	}
}

// eq: C2
// Central differences find the gradient that one sweep finds, by two evaluations for each
// parameter.
func TestDifferencesTakeTwoEvaluationsEach(t *testing.T) {
	var tape graph.Tape
	_, _, _, _, loss, hidden, out := record(&tape)
	grads := loss.Backward()
	data, labels := chapters.Batch()
	evaluations, parameters := 0, 0
	evaluate := func() float64 {
		evaluations++
		return nn.CrossEntropy(out.Forward(ops.Tanh(hidden.Forward(graph.Const(data)))), labels).Value().Item()
	}
	const h = 1e-5
	for _, w := range []*tensor.Tensor{hidden.W, hidden.B, out.W, out.B} {
		want := grads.Of(w).Clone()
		for i := range w.Len() {
			parameters++
			at := w.Flat(i)
			w.SetFlat(i, at+h)
			up := evaluate()
			w.SetFlat(i, at-h)
			down := evaluate()
			w.SetFlat(i, at)
			if got := (up - down) / (2 * h); math.Abs(got-want.Flat(i)) > 1e-9 {
				t.Errorf("the difference is %v, the sweep's gradient %v", got, want.Flat(i))
			}
		}
	}
	if parameters != 26 || evaluations != 2*parameters {
		t.Errorf("%d evaluations for %d parameters", evaluations, parameters)
	}
}

// eq: C3
// The tape grows by the same for each layer, and what it keeps of a layer by the same for
// each sample.
func TestMemoryGrowsWithTheTape(t *testing.T) {
	numbers := func(layers, m int) int {
		var tape graph.Tape
		x := tape.Input(tensor.Zeros(m, 8))
		w := tensor.Zeros(8, 8)
		for range layers {
			x = ops.Tanh(ops.MatMul(x, tape.Watch(w)))
		}
		return kept(&tape)
	}
	for _, m := range []int{1, 7} {
		for layers := 1; layers < 20; layers++ {
			if grown := numbers(layers+1, m) - numbers(layers, m); grown != 2*8*m {
				t.Errorf("a layer more keeps %d numbers more, with %d samples", grown, m)
			}
		}
	}
}

// eq: J5
// Both bracketings give the product; from the left each factor costs 2n², from the right 2n³.
func TestBrackets(t *testing.T) {
	const n, factors = 6, 4
	var left, right graph.Tape
	r := rand.New(rand.NewPCG(4, 5))
	row := tensor.RandNormal(r, 0, 1, 1, n)
	var want mat.Dense
	want.CloneFrom(row.Dense())
	var onLeft, onRight []*graph.Var
	for range factors {
		m := tensor.RandNormal(r, 0, 1, n, n)
		onLeft, onRight = append(onLeft, left.Input(m)), append(onRight, right.Input(m))
		var next mat.Dense
		next.Mul(&want, m.Dense())
		want = next
	}
	for name, got := range map[string]*graph.Var{"left": chain(left.Input(row), onLeft, true), "right": chain(right.Input(row), onRight, false)} {
		if !mat.EqualApprox(got.Value().Dense(), &want, 1e-12) {
			t.Errorf("from the %s: %v, want %v", name, got.Value(), want)
		}
	}
	if l, r := flops(&left, 0), flops(&right, 0); l != factors*2*n*n || r != (factors-1)*2*n*n*n+2*n*n {
		t.Errorf("from the left %d operations, from the right %d", l, r)
	}
}

// Forward mode and the sweep give one derivative.
func TestTangentIsAdjoint(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 6))
	for range 20 {
		var tape graph.Tape
		x, y := randomProgram(r, &tape, 15)
		got, want := tangents(&tape, x)[y], 0.0
		if g := y.Grad(x)[0]; g != nil {
			want = g.Value().Item()
		}
		if math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
			t.Errorf("forward %v, backward %v", got, want)
		}
	}
}

func TestPictureOfSweep(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	u, y := chapters.FanOut(x)
	square := before(y)
	film := figure.Tape{Trace: gradcheck.TraceOf(y), Edges: true,
		Names: map[*graph.Var]string{x: "x", u: "u", square: "s", y: "y"},
		At:    map[*graph.Var][2]float64{x: {150, 100}, u: {310, 100}, square: {470, 36}, y: {640, 100}}}
	const high = 145
	d := figure.New(715, 4*high+10, "The sweep, step by step",
		"Four frames of the graph of x, u, s = u² and y. First y has the adjoint 1 and has sent 1 to s and 1 to u, of whose three shares one has arrived. "+
			"Then s has sent 6 and 6, and u has its adjoint 13. Then u has sent 26 to x. Last, x, which has nobody to send to.")
	order := []*graph.Var{y, square, u, x}
	for i, lit := range order {
		film.Steps, film.Lit = i+1, lit
		d.Text("ink bold start", 16, float64(i)*high+28, fmt.Sprintf("step %d: %s", i+1, film.Names[lit]))
		if i > 0 {
			d.Line("grid", 0, float64(i)*high, 715, float64(i)*high)
		}
		d.Tape(0, float64(i)*high, film)
	}
	picture(t, "04-sweep.svg", d)
}

func Example_changed() {
	w := tensor.Vector(1, 2)
	var tape graph.Tape
	y := ops.Sum(ops.Square(tape.Watch(w)))

	defer func() { fmt.Println(recover()) }()
	tensor.Scale(w, w, 10)
	y.Backward()
	// Output:
	// graph.Backward: the tensor of %0 = watch [2] was changed since it was recorded (writes: 1), so the gradient would be wrong: Reset the tape before each step, and write to tensors after its last sweep
}
