package scalar_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/scalar"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func Example() {
	var tape scalar.Tape
	x := tape.Input(3)
	u := x.Add(x)
	y := u.Mul(u).Add(u)
	adjoints := y.Sweep()
	fmt.Println(y.Float(), adjoints.Of(u), adjoints.Of(x))
	// Output: 42 13 26
}

// XOR, from weights that are no solution.
func ExampleNetwork() {
	net := scalar.Network{
		{W: [][]float64{{0.5, -0.6}, {-0.4, 0.7}, {0.3, 0.2}}, B: []float64{0.1, -0.1, 0}, F: scalar.Value.Tanh},
		{W: [][]float64{{0.6, 0.5, -0.4}}, B: []float64{0}, F: scalar.Value.Tanh},
	}
	inputs := [][]float64{{-1, -1}, {-1, 1}, {1, -1}, {1, 1}}
	targets := [][]float64{{-1}, {1}, {1}, {-1}}
	loss := 0.0
	for range 500 {
		loss = net.Step(inputs, targets, 0.2)
	}
	fmt.Println("learnt:", loss < 0.02)
	// Output: learnt: true
}

// An engine is one of the two, as far as the programs of the tests use it.
type engine[V any] struct {
	input               func(float64) V
	add, sub, mul, div  func(a, b V) V
	log, exp, sin, tanh func(V) V
	value               func(V) float64
	adjoints            func(y V, of []V) []float64
}

func small() engine[scalar.Value] {
	tape := &scalar.Tape{}
	return engine[scalar.Value]{
		input: tape.Input,
		add:   scalar.Value.Add, sub: scalar.Value.Sub, mul: scalar.Value.Mul, div: scalar.Value.Div,
		log: scalar.Value.Log, exp: scalar.Value.Exp, sin: scalar.Value.Sin, tanh: scalar.Value.Tanh,
		value: scalar.Value.Float,
		adjoints: func(y scalar.Value, of []scalar.Value) (list []float64) {
			a := y.Sweep()
			for _, v := range of {
				list = append(list, a.Of(v))
			}
			return list
		},
	}
}

func full() engine[*graph.Var] {
	tape := &graph.Tape{}
	return engine[*graph.Var]{
		input: func(x float64) *graph.Var { return tape.Watch(tensor.Scalar(x)) },
		add:   ops.Add, sub: ops.Sub, mul: ops.Mul, div: ops.Div,
		log: ops.Log, exp: ops.Exp, sin: ops.Sin, tanh: ops.Tanh,
		value: func(v *graph.Var) float64 { return v.Value().Item() },
		adjoints: func(y *graph.Var, of []*graph.Var) (list []float64) {
			for _, g := range y.Grad(of...) {
				if g == nil {
					list = append(list, 0)
					continue
				}
				list = append(list, g.Value().Item())
			}
			return list
		},
	}
}

// golden is a trace of the literature: the values of its steps and their adjoints.
type golden struct {
	name             string
	inputs           []float64
	values, adjoints []float64 // of the inputs, then of the steps
}

// The programs of the traces, in the order of traces, each with all its steps.
func programs[V any](e engine[V]) []func(x []V) []V {
	return []func(x []V) []V{
		func(x []V) []V { // u² + u of u = x + x
			u := e.add(x[0], x[0])
			square := e.mul(u, u)
			return []V{u, square, e.add(square, u)}
		},
		func(x []V) []V { // C. Olah, Calculus on Computational Graphs (2015); x[2] is 1
			c, d := e.add(x[0], x[1]), e.add(x[1], x[2])
			return []V{c, d, e.mul(c, d)}
		},
		func(x []V) []V { // Baydin et al., Automatic differentiation in machine learning (2018), table 3
			log, product := e.log(x[0]), e.mul(x[0], x[1])
			sum, sin := e.add(log, product), e.sin(x[1])
			return []V{log, product, sum, sin, e.sub(sum, sin)}
		},
		func(x []V) []V { // Griewank and Walther, Evaluating Derivatives (2008), table 1.2
			v1 := e.div(x[0], x[1])
			v2, v3 := e.sin(v1), e.exp(x[1])
			v4 := e.sub(v1, v3)
			v5 := e.add(v2, v4)
			return []V{v1, v2, v3, v4, v5, e.mul(v5, v4)}
		},
		func(x []V) []V { // a sigmoid unit, Stanford's CS231n notes; x is w₀, w₁, w₂, x₀, x₁, 1 and 0
			p0, p1 := e.mul(x[0], x[3]), e.mul(x[1], x[4])
			s := e.add(p0, p1)
			z := e.add(s, x[2])
			n := e.sub(x[6], z)
			exp := e.exp(n)
			d := e.add(exp, x[5])
			return []V{p0, p1, s, z, n, exp, d, e.div(x[5], d)}
		},
	}
}

var traces = []golden{
	{"fan-out", []float64{3}, []float64{3, 6, 36, 42}, []float64{26, 13, 1, 1}},
	{"Olah", []float64{2, 1, 1}, []float64{2, 1, 1, 3, 2, 6}, []float64{2, 5, 3, 2, 3, 1}},
	{"Baydin", []float64{2, 5},
		[]float64{2, 5, 0.693147, 10, 10.693147, -0.958924, 11.652071},
		[]float64{5.5, 1.716338, 1, 1, 1, -1, 1}},
	{"Griewank and Walther", []float64{1.5, 0.5},
		[]float64{1.5, 0.5, 3, 0.141120, 1.648721, 1.351279, 1.492399, 2.016647},
		[]float64{3.011843, -13.723962, 1.505922, 1.351279, -2.843677, 2.843677, 1.351279, 1}},
	{"CS231n", []float64{2, -3, -3, -1, -2, 1, 0},
		[]float64{2, -3, -3, -1, -2, 1, 0, -2, 6, 4, 1, -1, 0.367879, 1.367879, 0.731059},
		[]float64{-0.196612, -0.393224, 0.196612, 0.393224, -0.589836, 0.196612, -0.196612,
			0.196612, 0.196612, 0.196612, 0.196612, -0.196612, -0.534447, -0.534447, 1}},
}

// follow runs all programs on an engine and compares values and adjoints of all steps.
func follow[V any](t *testing.T, start func() engine[V]) {
	for i, g := range traces {
		e := start()
		var all []V
		for _, x := range g.inputs {
			all = append(all, e.input(x))
		}
		all = append(all, programs(e)[i](all)...)
		adjoints := e.adjoints(all[len(all)-1], all)
		for k, v := range all {
			if math.Abs(e.value(v)-g.values[k]) > 1e-6 || math.Abs(adjoints[k]-g.adjoints[k]) > 1e-6 {
				t.Errorf("%s, value %d: %v with adjoint %v, want %v and %v", g.name, k, e.value(v), adjoints[k], g.values[k], g.adjoints[k])
			}
		}
	}
}

func TestGoldenTraces(t *testing.T) {
	t.Run("scalar", func(t *testing.T) { follow(t, small) })
	t.Run("graph", func(t *testing.T) { follow(t, full) })
}

// random records n steps chosen by r on an engine and returns all values.
func random[V any](e engine[V], r *rand.Rand, n int) []V {
	all := []V{e.input(r.NormFloat64()), e.input(r.NormFloat64())}
	for range n {
		a, b := all[r.IntN(len(all))], all[len(all)-1]
		switch r.IntN(6) {
		case 0:
			all = append(all, e.add(a, b))
		case 1:
			all = append(all, e.mul(e.tanh(a), b))
		case 2:
			all = append(all, e.sub(b, e.sin(a)))
		case 3:
			all = append(all, e.div(b, e.exp(e.sin(a))))
		case 4:
			all = append(all, e.log(e.add(e.exp(e.sin(a)), e.mul(b, b))))
		default:
			all = append(all, e.tanh(b))
		}
	}
	return all
}

// eq: V0
// On programs made at random both engines find the same value and adjoint for every step.
func TestEnginesAgree(t *testing.T) {
	for seed := range uint64(100) {
		first, second := small(), full()
		a := random(first, rand.New(rand.NewPCG(seed, 1)), 12)
		b := random(second, rand.New(rand.NewPCG(seed, 1)), 12)
		x, y := first.adjoints(a[len(a)-1], a), second.adjoints(b[len(b)-1], b)
		for k := range a {
			near := func(p, q float64) bool { return math.Abs(p-q) <= 1e-11*max(1, math.Abs(p)) }
			if !near(first.value(a[k]), second.value(b[k])) || !near(x[k], y[k]) {
				t.Fatalf("program %d, value %d: %v and %v, adjoint %v and %v", seed, k, first.value(a[k]), second.value(b[k]), x[k], y[k])
			}
		}
	}
}

// A step of the network of the chapters moves its weights as the library's gradient says.
func TestStep(t *testing.T) {
	hidden, out := chapters.NewNet()
	data, _ := chapters.Batch()
	targets := tensor.Matrix([][]float64{{1, 0}, {0, 1}, {0, 1}, {1, 0}, {0, 1}})
	rowsOf := func(x *tensor.Tensor) (rows [][]float64) {
		for i := range x.Dim(0) {
			var row []float64
			for j := range x.Dim(1) {
				row = append(row, x.At(i, j))
			}
			rows = append(rows, row)
		}
		return rows
	}
	numbers := func(x *tensor.Tensor) []float64 { return append([]float64(nil), x.Float64s()...) }
	net := scalar.Network{
		{W: rowsOf(hidden.W), B: numbers(hidden.B), F: scalar.Value.Tanh},
		{W: rowsOf(out.W), B: numbers(out.B), F: func(z scalar.Value) scalar.Value { return z }},
	}

	var tape graph.Tape
	y := out.Forward(ops.Tanh(hidden.Forward(tape.Input(data))))
	loss := ops.Scale(ops.Sum(ops.SquaredError(y, tape.Input(targets))), 1.0/5)
	grads := loss.Backward()

	const rate = 0.1
	if got, want := net.Step(rowsOf(data), rowsOf(targets), rate), loss.Value().Item(); math.Abs(got-want) > 1e-12 {
		t.Errorf("the loss is %v, want %v", got, want)
	}
	for l, layer := range []struct{ w, b *tensor.Tensor }{{hidden.W, hidden.B}, {out.W, out.B}} {
		for i := range layer.w.Dim(0) {
			for j := range layer.w.Dim(1) {
				if got, want := net[l].W[i][j], layer.w.At(i, j)-rate*grads.Of(layer.w).At(i, j); math.Abs(got-want) > 1e-12 {
					t.Errorf("layer %d: W[%d][%d] is %v, want %v", l, i, j, got, want)
				}
			}
			if got, want := net[l].B[i], layer.b.At(i)-rate*grads.Of(layer.b).At(i); math.Abs(got-want) > 1e-12 {
				t.Errorf("layer %d: B[%d] is %v, want %v", l, i, got, want)
			}
		}
	}
}

// Four screens.
func TestIsShort(t *testing.T) {
	n := 0
	for _, file := range []string{"tape.go", "operations.go", "network.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n += strings.Count(string(b), "\n")
	}
	if n > 200 {
		t.Errorf("the engine has %d lines, not 200", n)
	}
}
