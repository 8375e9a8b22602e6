package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An activation of the table, with its formulas as the chapter has them.
type activation struct {
	name  string
	f     nn.Func                 // the library's
	value func(z float64) float64 // f by package math
	slope func(z float64) float64 // f′ from z, by package math
	byA   func(a float64) float64 // f′ from a; nil where a does not tell
	kink  bool                    // at 0
}

func logisticFunction(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// swishOf returns Swish with β.
func swishOf(beta float64) activation {
	return activation{
		name:  fmt.Sprintf("Swish, β = %g", beta),
		f:     func(z *graph.Var) *graph.Var { return ops.Swish(z, beta) },
		value: func(z float64) float64 { return z * logisticFunction(beta*z) },
		slope: func(z float64) float64 {
			s := logisticFunction(beta * z)
			return beta*z*s + s*(1-beta*z*s)
		},
	}
}

// leakyOf returns leaky ReLU with the slope alpha on the left.
func leakyOf(alpha float64) activation {
	left := func(v float64) float64 {
		if v > 0 {
			return 1
		}
		return alpha
	}
	return activation{
		name:  fmt.Sprintf("leaky ReLU, α = %g", alpha),
		f:     func(z *graph.Var) *graph.Var { return ops.LeakyReLU(z, alpha) },
		value: func(z float64) float64 { return z * left(z) },
		slope: left, byA: left, kink: true,
	}
}

// eluOf returns ELU with alpha.
func eluOf(alpha float64) activation {
	return activation{
		name: fmt.Sprintf("ELU, α = %g", alpha),
		f:    func(z *graph.Var) *graph.Var { return ops.ELU(z, alpha) },
		value: func(z float64) float64 {
			if z > 0 {
				return z
			}
			return alpha * (math.Exp(z) - 1)
		},
		slope: func(z float64) float64 {
			if z > 0 {
				return 1
			}
			return alpha * math.Exp(z)
		},
		byA: func(a float64) float64 {
			if a > 0 {
				return 1
			}
			return a + alpha
		},
		kink: alpha != 1,
	}
}

// activations returns those of the chapter, in its order.
func activations() []activation {
	one := func(float64) float64 { return 1 }
	step := func(v float64) float64 {
		if v > 0 {
			return 1
		}
		return 0
	}
	normal := func(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 } // Φ
	linear, _ := nn.Activation("linear")
	return []activation{
		{name: "linear", f: linear, value: func(z float64) float64 { return z }, slope: one, byA: one},
		{name: "sigmoid", f: ops.Sigmoid, value: logisticFunction,
			slope: func(z float64) float64 { return logisticFunction(z) * logisticFunction(-z) }, byA: func(a float64) float64 { return a * (1 - a) }},
		{name: "tanh", f: ops.Tanh, value: func(z float64) float64 { return 2*logisticFunction(2*z) - 1 },
			slope: func(z float64) float64 { return 1 / (math.Cosh(z) * math.Cosh(z)) }, byA: func(a float64) float64 { return 1 - a*a }},
		{name: "ReLU", f: ops.ReLU, value: func(z float64) float64 { return max(0, z) }, slope: step, byA: step, kink: true},
		leakyOf(0.1),
		swishOf(1),
		swishOf(2),
		{name: "softplus", f: ops.Softplus, value: func(z float64) float64 { return math.Log1p(math.Exp(z)) },
			slope: logisticFunction, byA: func(a float64) float64 { return -math.Expm1(-a) }},
		eluOf(1),
		{name: "GELU", f: ops.GELU, value: func(z float64) float64 { return z * normal(z) },
			slope: func(z float64) float64 { return normal(z) + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi) }},
	}
}

// valueAndSlope returns f(z) and f′(z) by the tape.
func valueAndSlope(f nn.Func, z float64) (a, slope float64) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(z))
	y := f(x)
	return y.Value().Item(), y.Grad(x)[0].Value().Item()
}

// centralRatio is the central difference of the library's value.
func centralRatio(f nn.Func, z float64) float64 {
	const h = 1e-5
	up, _ := valueAndSlope(f, z+h)
	down, _ := valueAndSlope(f, z-h)
	return (up - down) / (2 * h)
}

// merged returns the one layer that two layers without activations amount to.
func merged(first, second *nn.Linear) *nn.Linear {
	column := tensor.Reshape(nil, first.B, first.B.Len(), 1)
	b := tensor.MatMul(nil, second.W, column, false, false)
	return &nn.Linear{
		W: tensor.MatMul(nil, second.W, first.W, false, false),
		B: tensor.Add(nil, tensor.Reshape(nil, b, b.Len()), second.B),
	}
}

// parametersOf counts the numbers that a module learns.
func parametersOf(m nn.Module) (n int) {
	for _, w := range m.Params() {
		n += w.Len()
	}
	return n
}

func Example_collapse() {
	hidden, out := chapters.NewNet()
	x, _ := chapters.Batch()
	linear, _ := nn.Activation("linear") // eq: A1
	two := nn.Sequential{hidden, linear, out}
	one := merged(hidden, out)
	fmt.Printf("W = W2 W1\n%.3f\nb = W2 b1 + b2\n%.3f\n", one.W, one.B)
	fmt.Printf("two layers\n%.3f\n", two.Forward(graph.Const(x)).Value())
	fmt.Printf("one layer\n%.3f\n", one.Forward(graph.Const(x)).Value())
	fmt.Println("parameters:", parametersOf(two), "and", parametersOf(one))
	// Output:
	// W = W2 W1
	// [[ 0.100  0.180 -0.460]
	//  [-0.210 -0.350  0.950]]
	// b = W2 b1 + b2
	// [ 0.290 -0.380]
	// two layers
	// [[ 0.940 -1.715]
	//  [-0.230  0.678]
	//  [ 0.114 -0.004]
	//  [ 0.796 -1.401]
	//  [ 0.070  0.058]]
	// one layer
	// [[ 0.940 -1.715]
	//  [-0.230  0.678]
	//  [ 0.114 -0.004]
	//  [ 0.796 -1.401]
	//  [ 0.070  0.058]]
	// parameters: 26 and 8
}

func Example_exclusiveOr() {
	corners := graph.Const(tensor.Matrix([][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}))
	hidden := &nn.Linear{W: tensor.Matrix([][]float64{{1, 1}, {1, 1}}), B: tensor.Vector(0, -1)}
	out := &nn.Linear{W: tensor.Matrix([][]float64{{1, -2}})}
	for _, name := range []string{"linear", "relu"} {
		f, _ := nn.Activation(name)
		net := nn.Sequential{hidden, f, out}
		fmt.Printf("%-6s  %v\n", name, net.Forward(corners).Value().Float64s())
	}
	// Output:
	// linear  [2 1 1 0]
	// relu    [0 1 1 0]
}

func Example_slopes() {
	const z = -0.7
	fmt.Println("activation            a         slope     from a    ratio")
	for _, f := range activations() {
		a, slope := valueAndSlope(f.f, z)
		byA := "-"
		if f.byA != nil {
			byA = fmt.Sprintf("%.6f", f.byA(a))
		}
		fmt.Printf("%-20s %9.6f %9.6f  %-8s %10.6f\n", f.name, a, slope, byA, centralRatio(f.f, z))
	}
	// Output:
	// activation            a         slope     from a    ratio
	// linear               -0.700000  1.000000  1.000000   1.000000
	// sigmoid               0.331812  0.221713  0.221713   0.221713
	// tanh                 -0.604368  0.634740  0.634740   0.634740
	// ReLU                  0.000000  0.000000  0.000000   0.000000
	// leaky ReLU, α = 0.1  -0.070000  0.100000  0.100000   0.100000
	// Swish, β = 1         -0.232269  0.176613  -          0.176613
	// Swish, β = 2         -0.138471 -0.024343  -         -0.024343
	// softplus              0.403186  0.331812  0.331812   0.331812
	// ELU, α = 1           -0.503415  0.496585  0.496585   0.496585
	// GELU                 -0.169375  0.023386  -          0.023386
}

func Example_steepest() {
	z := tensor.Zeros(120_001)
	for i := range z.Len() {
		z.SetFlat(i, float64(i-60_000)/10_000)
	}
	fmt.Println("activation    least f  at       least f′  at       greatest f′  at")
	for _, f := range []activation{swishOf(1), swishOf(2), {name: "GELU", f: ops.GELU}} {
		var tape graph.Tape
		y := f.f(tape.Watch(z))
		slope := y.BackwardFrom(tensor.Full(1, z.Len())).Of(z)
		least := func(t *tensor.Tensor) int {
			best := 0
			for i := range t.Len() {
				if t.Flat(i) < t.Flat(best) {
					best = i
				}
			}
			return best
		}
		i, j, k := least(y.Value()), least(slope), least(tensor.Neg(nil, slope))
		fmt.Printf("%-12s %8.4f  %7.4f  %8.4f  %7.4f  %11.4f  %6.4f\n",
			f.name, y.Value().Flat(i), z.Flat(i), slope.Flat(j), z.Flat(j), slope.Flat(k), z.Flat(k))
	}
	// Output:
	// activation    least f  at       least f′  at       greatest f′  at
	// Swish, β = 1  -0.2785  -1.2785   -0.0998  -2.3994       1.0998  2.3994
	// Swish, β = 2  -0.1392  -0.6392   -0.0998  -1.1997       1.0998  1.1997
	// GELU          -0.1700  -0.7518   -0.1289  -1.4142       1.1289  1.4142
}

func Example_twoForms() {
	left := func(z *graph.Var) *graph.Var { return ops.Div(ops.Exp(z), ops.AddScalar(ops.Exp(z), 1)) }
	right := func(z *graph.Var) *graph.Var { return ops.Reciprocal(ops.AddScalar(ops.Exp(ops.Neg(z)), 1)) }
	fmt.Println("z      eᶻ/(1+eᶻ)   1/(1+e⁻ᶻ)  ops.Sigmoid")
	for _, z := range []float64{-720, -2, 2, 720} {
		fmt.Printf("%-4g", z)
		for _, f := range []nn.Func{left, right, ops.Sigmoid} {
			a, _ := valueAndSlope(f, z)
			fmt.Printf("  %10.3g", a)
		}
		fmt.Println()
	}
	// Output:
	// z      eᶻ/(1+eᶻ)   1/(1+e⁻ᶻ)  ops.Sigmoid
	// -720   2.03e-313           0   2.03e-313
	// -2         0.119       0.119       0.119
	// 2          0.881       0.881       0.881
	// 720          NaN           1           1
}

func Example_flatTails() {
	fmt.Println("z      sigmoid      tanh  softplus      ReLU  Swish, β = 1")
	for _, z := range []float64{0, 2, 10, 40, -40} {
		fmt.Printf("%-4g", z)
		for _, f := range []nn.Func{ops.Sigmoid, ops.Tanh, ops.Softplus, ops.ReLU, ops.SiLU} {
			_, slope := valueAndSlope(f, z)
			fmt.Printf("  %8.3g", slope)
		}
		fmt.Println()
	}
	// Output:
	// z      sigmoid      tanh  softplus      ReLU  Swish, β = 1
	// 0         0.25         1       0.5         0       0.5
	// 2        0.105    0.0707     0.881         1      1.09
	// 10    4.54e-05  8.24e-09         1         1         1
	// 40           0         0         1         1         1
	// -40   4.25e-18         0  4.25e-18         0  -1.66e-16
}

// unitAtMinus3 returns the pre-activations of the first hidden unit, whose bias is −3, the derivative of
// the loss with respect to this bias, and how far 100 steps of gradient descent move its bias and weights.
func unitAtMinus3(f nn.Func) (z *tensor.Tensor, slope, moved float64) {
	x, labels := chapters.Batch()
	hidden, out := chapters.NewNet()
	hidden.B.Set(-3, 0)
	before := hidden.W.Clone()
	net, sgd := nn.Sequential{hidden, f, out}, &optim.SGD{Rate: 0.5}
	for step := range 100 {
		var tape graph.Tape
		in := tape.Input(x)
		grads := nn.CrossEntropy(net.Forward(in), labels).Backward()
		if step == 0 {
			z = tensor.Slice(nil, hidden.Forward(in).Value(), tensor.All(), tensor.Span(0, 1))
			slope = grads.Of(hidden.B).At(0)
		}
		sgd.Step(net.Params(), grads)
	}
	moved = math.Abs(hidden.B.At(0) + 3)
	for j := range 3 {
		moved += math.Abs(hidden.W.At(0, j) - before.At(0, j))
	}
	return z, slope, moved
}

func Example_deadUnit() {
	z, _, _ := unitAtMinus3(ops.ReLU)
	fmt.Printf("z of the five samples: %.2f\n", z.Float64s())
	fmt.Println("activation           derivative  moves")
	for _, f := range activations()[1:] {
		_, slope, moved := unitAtMinus3(f.f)
		fmt.Printf("%-20s %10.6f  %v\n", f.name, slope, moved > 0)
	}
	// Output:
	// z of the five samples: [-3.10 -2.59 -3.35 -3.41 -2.73]
	// activation           derivative  moves
	// sigmoid                0.001967  true
	// tanh                   0.001008  true
	// ReLU                   0.000000  false
	// leaky ReLU, α = 0.1    0.004654  true
	// Swish, β = 1          -0.010459  true
	// Swish, β = 2          -0.002169  true
	// softplus               0.000509  true
	// ELU, α = 1             0.003296  true
	// GELU                  -0.002871  true
}

func Example_readsOutput() {
	const z, wrong = -0.7, 9
	fmt.Println("activation           right     from a wrong z")
	for _, f := range activations() {
		var tape graph.Tape
		y := f.f(tape.Watch(tensor.Scalar(z)))
		if y.Op() == nil || len(y.Inputs()) > 1 { // the identity, or composed of several operations
			continue
		}
		_, slope := valueAndSlope(f.f, z)
		one := graph.Const(tensor.Scalar(1))
		byRule := y.Op().VJP(0, one, y, []*graph.Var{graph.Const(tensor.Scalar(wrong))})
		fmt.Printf("%-20s %9.6f %9.6f\n", f.name, slope, byRule.Value().Item())
	}
	// Output:
	// activation           right     from a wrong z
	// sigmoid               0.221713  0.221713
	// tanh                  0.634740  0.634740
	// ReLU                  0.000000  1.000000
	// leaky ReLU, α = 0.1   0.100000  1.000000
	// Swish, β = 1          0.176613  0.999848
	// Swish, β = 2         -0.024343  1.000000
	// softplus              0.331812  0.999877
	// GELU                  0.023386  1.000000
}

// A mixed network has a dense layer and an activation of its own in each place, and
// softmax at the end.
type mixed struct {
	dense []*nn.Linear
	f     []activation
}

func newMixed() mixed {
	r := rand.New(rand.NewPCG(7, 1))
	hidden, _ := chapters.NewNet()
	m := mixed{
		dense: []*nn.Linear{hidden, nn.NewLinear(r, 4, 6), nn.NewLinear(r, 6, 7), nn.NewLinear(r, 7, 2)},
		f:     []activation{activations()[2], activations()[3], swishOf(1)},
	}
	for _, layer := range m.dense[1:] {
		layer.B.FillNormal(r, 0, 0.5)
	}
	return m
}

// layers returns the network as the library has it.
func (m mixed) layers() nn.Sequential {
	return nn.Sequential{
		m.dense[0], nn.Func(ops.Tanh),
		m.dense[1], nn.Func(ops.ReLU),
		m.dense[2], nn.Func(ops.SiLU),
		m.dense[3], nn.Func(func(z *graph.Var) *graph.Var { return ops.Softmax(z, -1) }),
	}
}

// record computes the network for one sample, step by step.
func (m mixed) record(x *graph.Var) (z, a []*graph.Var, loss *graph.Var) {
	net := m.layers()
	for l := range m.dense {
		z = append(z, net[2*l].Forward(x))
		x = net[2*l+1].Forward(z[l])
		a = append(a, x)
	}
	return z, a, ops.Scale(ops.Sum(ops.SquaredError(x, graph.Const(tensor.Vector(0, 1)))), 0.5)
}

// deltas takes δ of the last layer to all others. Each layer has a slope of its own.
func deltas(dense []*nn.Linear, slope []func(z float64) float64, z, a [][]float64, last []float64) [][]float64 {
	delta := make([][]float64, len(dense))
	delta[len(dense)-1] = last
	for l := len(dense) - 2; l >= 0; l-- {
		aBar, _, _ := denseBack(dense[l+1].W, a[l], delta[l+1])
		for i := range aBar {
			aBar[i] *= slope[l](z[l][i]) // eq: B2
		}
		delta[l] = aBar
	}
	return delta
}

// byHand returns δ of all layers by deltas and by the tape.
func (m mixed) byHand() (hand, tape [][]float64) {
	var t graph.Tape
	z, a, loss := m.record(t.Watch(tensor.Vector(0.2, -0.7, 0.9)))
	var slope []func(float64) float64
	for _, f := range m.f {
		slope = append(slope, f.slope)
	}
	var zs, as [][]float64
	for l := range z {
		zs, as = append(zs, z[l].Value().Float64s()), append(as, a[l].Value().Float64s())
	}
	for _, g := range loss.Grad(z...) {
		tape = append(tape, g.Value().Float64s())
	}
	return deltas(m.dense, slope, zs, as, tape[len(tape)-1]), tape
}

func Example_mixed() {
	m := newMixed()
	var tape graph.Tape
	z, _, _ := m.record(tape.Watch(tensor.Vector(0.2, -0.7, 0.9)))
	for l, f := range m.f {
		x := graph.Const(z[l].Value())
		var t graph.Tape
		in := t.Watch(x.Value())
		fmt.Printf("slopes of %-12s  %.3f\n", f.name, ops.Sum(f.f(in)).Grad(in)[0].Value())
	}
	hand, byTape := m.byHand()
	fmt.Printf("δ1 by hand  %.6f\nδ1 by tape  %.6f\n", hand[0], byTape[0])

	net, batch := m.layers(), tensor.Matrix([][]float64{{0.2, -0.7, 0.9}, {-1.1, 0.4, 0.3}})
	report := gradcheck.Checker{}.Run(gradcheck.Model(func(t *graph.Tape) *graph.Var { return net.Forward(t.Input(batch)) }, net.Params()))
	fmt.Println("gradcheck of", len(report.Entries), "derivatives:", report.Code())
	// Output:
	// slopes of tanh          [0.779 0.957 0.990 0.522]
	// slopes of ReLU          [1.000 0.000 1.000 0.000 1.000 1.000]
	// slopes of Swish, β = 1  [0.279 0.503 0.599 0.223 0.514 0.503 0.262]
	// δ1 by hand  [0.029038 -0.018740 0.050775 -0.038265]
	// δ1 by tape  [0.029038 -0.018740 0.050775 -0.038265]
	// gradcheck of 111 derivatives: pass
}

func Example_sameOutput() {
	swish := func(z float64) float64 { a, _ := valueAndSlope(ops.SiLU, z); return a }
	for _, between := range [][2]float64{{0, -1.2785}, {-10, -1.2785}} {
		above, below := between[0], between[1] // in value: Swish is lowest at −1.2785
		for range 60 {
			if middle := (above + below) / 2; swish(middle) > -0.2 {
				above = middle
			} else {
				below = middle
			}
		}
		a, slope := valueAndSlope(ops.SiLU, above)
		fmt.Printf("z %.4f  a %.4f  slope %7.4f\n", above, a, slope)
	}
	// Output:
	// z -0.5449  a -0.2000  slope  0.2405
	// z -2.3961  a -0.2000  slope -0.0998
}

// slopeAtOutput is f with its slope taken at a in place of z.
func slopeAtOutput(f nn.Func) nn.Func {
	return func(z *graph.Var) *graph.Var {
		a := f(z)
		op := a.Op()
		return museum.Wrong(a, func(c museum.Call) *graph.Var {
			return op.VJP(0, c.G, f(c.Y), []*graph.Var{c.Y}) // as if a were z
		})
	}
}

// slopeOfSiLU is Swish with β and with the slope σ(1 + z(1 − σ)), σ = σ(βz).
func slopeOfSiLU(beta float64) nn.Func {
	return func(z *graph.Var) *graph.Var {
		return museum.Wrong(ops.Swish(z, beta), func(c museum.Call) *graph.Var {
			s := ops.Sigmoid(ops.Scale(c.X[0], beta))
			rest := ops.Mul(c.X[0], ops.AddScalar(ops.Neg(s), 1))
			return ops.Mul(c.G, ops.Mul(s, ops.AddScalar(rest, 1)))
		})
	}
}

var wrongSlopes = []struct {
	name         string
	right, wrong nn.Func
	hidden       bool // agrees with the right one
}{
	{"sigmoid at a", ops.Sigmoid, slopeAtOutput(ops.Sigmoid), false},
	{"tanh at a", ops.Tanh, slopeAtOutput(ops.Tanh), false},
	{"Swish, β = 1, at a", ops.SiLU, slopeAtOutput(ops.SiLU), false},
	{"softplus at a", ops.Softplus, slopeAtOutput(ops.Softplus), false},
	{"GELU at a", ops.GELU, slopeAtOutput(ops.GELU), false},
	{"ReLU at a", ops.ReLU, slopeAtOutput(ops.ReLU), true},
	{"leaky ReLU at a", leakyOf(0.1).f, slopeAtOutput(leakyOf(0.1).f), true},
	{"tanh, 1 − z²", ops.Tanh, bent, false},
	{"β = 2, σ(1+z(1−σ))", swishOf(2).f, slopeOfSiLU(2), false},
	{"β = 1, σ(1+z(1−σ))", swishOf(1).f, slopeOfSiLU(1), true},
}

func Example_slopeAtOutput() {
	const z = 0.9
	fmt.Println("slope                right     wrong     gradcheck")
	for _, w := range wrongSlopes {
		_, right := valueAndSlope(w.right, z)
		_, wrong := valueAndSlope(w.wrong, z)
		fmt.Printf("%-20s %.6f  %.6f  %s\n", w.name, right, wrong, code(w.wrong, z, -z))
	}
	// Output:
	// slope                right     wrong     gradcheck
	// sigmoid at a         0.205500  0.220892  mismatch
	// tanh at a            0.486917  0.622253  mismatch
	// Swish, β = 1, at a   0.895900  0.799367  mismatch
	// softplus at a        0.710950  0.775765  mismatch
	// GELU at a            1.055417  0.992354  mismatch
	// ReLU at a            1.000000  1.000000  pass
	// leaky ReLU at a      1.000000  1.000000  pass
	// tanh, 1 − z²         0.486917  0.190000  mismatch
	// β = 2, σ(1+z(1−σ))   1.077262  0.967705  mismatch
	// β = 1, σ(1+z(1−σ))   0.895900  0.895900  pass
}

// reluWith is ReLU with the slope c at 0. The library has c = 0.
func reluWith(c float64) nn.Func {
	return func(z *graph.Var) *graph.Var {
		return museum.Wrong(ops.ReLU(z), func(call museum.Call) *graph.Var {
			zero := graph.Const(tensor.Scalar(0))
			above, from := ops.Greater(call.X[0], zero), ops.GreaterEqual(call.X[0], zero)
			return ops.Mul(call.G, ops.Add(ops.Scale(above, 1-c), ops.Scale(from, c)))
		})
	}
}

// joined is relu(x) − relu(−x), which is x, and twice is relu(relu(x)) − relu(x), which is 0.
func joined(relu nn.Func) nn.Func {
	return func(x *graph.Var) *graph.Var { return ops.Sub(relu(x), relu(ops.Neg(x))) }
}

func twice(relu nn.Func) nn.Func {
	return func(x *graph.Var) *graph.Var { return ops.Sub(relu(relu(x)), relu(x)) }
}

func Example_joined() {
	fmt.Println("ReLU′(0)  relu(x) − relu(−x)  relu(relu(x)) − relu(x)")
	for _, c := range []float64{0, 1, 0.5} {
		_, x := valueAndSlope(joined(reluWith(c)), 0)
		_, zero := valueAndSlope(twice(reluWith(c)), 0)
		fmt.Printf("%-8g  %-18g  %g\n", c, x, zero)
	}
	fmt.Printf("a nudge   %-18.3g  %g\n", centralRatio(joined(ops.ReLU), 0), centralRatio(twice(ops.ReLU), 0))
	// Output:
	// ReLU′(0)  relu(x) − relu(−x)  relu(relu(x)) − relu(x)
	// 0         0                   0
	// 1         2                   0
	// 0.5       1                   -0.25
	// a nudge   1                   0
}

// eq: A1, A2, A3, A4, A5, A6, A7, A8, A9
// The library's values are those of formulas in package math, its slopes are central differences of those,
// and the slope from z, and from a where there is one, is the same number.
func TestSlopesOfActivations(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 2))
	list := append(activations(), swishOf(0.3), swishOf(-1.5), eluOf(0.4), leakyOf(0.01))
	for _, f := range list {
		for range 200 {
			z := 8*r.Float64() - 4
			if math.Abs(z) < 1e-3 {
				continue
			}
			a, slope := valueAndSlope(f.f, z)
			var tape graph.Tape // a sweep that records nothing has rules of its own
			x := tape.Watch(tensor.Scalar(z))
			if again := f.f(x).Backward().Of(x.Value()).Item(); math.Abs(slope-again) > 1e-14 {
				t.Errorf("%s has at %v the slope %v, by Grad %v", f.name, z, again, slope)
			}
			const h = 1e-5
			if want := f.value(z); math.Abs(a-want) > 1e-14 {
				t.Errorf("%s of %v is %v, want %v", f.name, z, a, want)
			}
			if want := (f.value(z+h) - f.value(z-h)) / (2 * h); math.Abs(slope-want) > 3e-10 {
				t.Errorf("%s has at %v the slope %v, a difference shows %v", f.name, z, slope, want)
			}
			if want := f.slope(z); math.Abs(slope-want) > 1e-14 {
				t.Errorf("%s has at %v the slope %v, the formula gives %v", f.name, z, slope, want)
			}
			if f.byA == nil {
				continue
			}
			if want := f.byA(a); math.Abs(slope-want) > 1e-14 {
				t.Errorf("%s has at %v the slope %v, by the output %v", f.name, z, slope, want)
			}
		}
	}
}

// eq: A6
// The derivative in β is z²σ(1 − σ), when the tape watches β, and by differences of Swish.
func TestSwishInBeta(t *testing.T) {
	for _, z := range []float64{-3, -0.7, 0, 0.4, 2} {
		for _, b := range []float64{-1, 0, 0.5, 2} {
			var tape graph.Tape
			beta := tape.Watch(tensor.Scalar(b))
			x := graph.Const(tensor.Scalar(z))
			got := ops.Mul(x, ops.Sigmoid(ops.Mul(beta, x))).Grad(beta)[0].Value().Item()
			s := logisticFunction(b * z)
			if want := z * z * s * (1 - s); math.Abs(got-want) > 1e-15 {
				t.Errorf("∂f/∂β at z = %v, β = %v is %v, want %v", z, b, got, want)
			}
			const h = 1e-5
			up, _ := valueAndSlope(swishOf(b+h).f, z)
			down, _ := valueAndSlope(swishOf(b-h).f, z)
			if want := (up - down) / (2 * h); math.Abs(got-want) > 1e-9 {
				t.Errorf("∂f/∂β at z = %v, β = %v is %v, a difference shows %v", z, b, got, want)
			}
		}
	}
}

// What the chapter says about the extremes: the slopes of σ and tanh are largest at 0; Swish is lowest
// where it is z + 1; β scales both axes and leaves the slopes alone; the slopes of GELU are
// extreme at ±√2, and so are the second derivatives of all of these zero there.
func TestExtremesOfSlopes(t *testing.T) {
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	second := func(f nn.Func, z float64) float64 {
		var tape graph.Tape
		x := tape.Watch(tensor.Scalar(z))
		return f(x).Grad(x)[0].Grad(x)[0].Value().Item()
	}
	for _, c := range []struct {
		name          string
		f             nn.Func
		z, slope, off float64
	}{
		{"sigmoid", ops.Sigmoid, 0, 0.25, 1e-15}, {"tanh", ops.Tanh, 0, 1, 1e-15},
		{"Swish", ops.SiLU, 2.3994, 1.0998, 5e-5}, {"Swish", ops.SiLU, -2.3994, -0.0998, 5e-5},
		{"GELU", ops.GELU, math.Sqrt2, 1.1289, 5e-5}, {"GELU", ops.GELU, -math.Sqrt2, -0.1289, 5e-5},
	} {
		_, slope := valueAndSlope(c.f, c.z)
		near(c.name+" at its extreme slope", slope, c.slope, c.off)
		near(c.name+": second derivative", second(c.f, c.z), 0, 2e-5)
	}
	a, slope := valueAndSlope(ops.SiLU, -1.278464542761074)
	near("Swish at its minimum", a, -1.278464542761074+1, 1e-14)
	near("its slope", slope, 0, 1e-14)
	for _, z := range []float64{-3, -0.5, 0, 1, 2.5} {
		a, slope := valueAndSlope(swishOf(2).f, z)
		a1, slope1 := valueAndSlope(ops.SiLU, 2*z)
		near("Swish with β = 2", a, a1/2, 1e-15)
		near("its slope", slope, slope1, 1e-15)
	}
}

// eq: A1
// Two layers without activation are one layer, for any weights, with the same derivatives. With an
// activation they are not.
func TestLinearLayersCollapse(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 3))
	first, second := nn.NewLinear(r, 3, 4), nn.NewLinear(r, 4, 2)
	first.B.FillNormal(r, 0, 1)
	second.B.FillNormal(r, 0, 1)
	one := merged(first, second)
	for _, name := range []string{"linear", "tanh"} {
		f, err := nn.Activation(name)
		if err != nil {
			t.Fatal(err)
		}
		two, apart := nn.Sequential{first, f, second}, 0.0
		for range 10 {
			var tape graph.Tape
			x := tape.Watch(tensor.RandNormal(r, 0, 1, 3))
			a, b := two.Forward(x), one.Forward(x)
			for i := range 2 {
				apart = max(apart, math.Abs(a.Value().At(i)-b.Value().At(i)))
			}
			g := tensor.Vector(1, -2)
			ga, gb := a.BackwardFrom(g).Of(x.Value()).Clone(), b.BackwardFrom(g).Of(x.Value())
			for i := range 3 {
				apart = max(apart, math.Abs(ga.At(i)-gb.At(i)))
			}
		}
		if collapsed := apart < 1e-14; collapsed != (name == "linear") {
			t.Errorf("%s: one layer differs from two by %v", name, apart)
		}
	}
}

// Each layer of the mixed network has its own slope in B2. With the slopes of two layers exchanged δ is
// another one, and with those of the ReLU layer for tanh the check fails.
func TestMixedNet(t *testing.T) {
	m := newMixed()
	hand, tape := m.byHand()
	for l := range hand {
		for i, v := range hand[l] {
			if math.Abs(v-tape[l][i]) > 1e-15 {
				t.Errorf("δ%d: %v by hand, %v by the tape", l+1, hand[l], tape[l])
				break
			}
		}
	}
	net, x := m.layers(), tensor.RandNormal(rand.New(rand.NewPCG(7, 4)), 0, 1, 5, 3)
	if err := (gradcheck.Checker{}).Run(gradcheck.Model(func(t *graph.Tape) *graph.Var { return net.Forward(t.Input(x)) }, net.Params())).Err(); err != nil {
		t.Error(err)
	}
	net[1] = nn.Func(func(z *graph.Var) *graph.Var {
		return museum.Wrong(ops.Tanh(z), func(c museum.Call) *graph.Var {
			return ops.Mul(c.G, ops.Greater(c.X[0], graph.Const(tensor.Scalar(0))))
		})
	})
	wrong := gradcheck.Checker{}.Run(gradcheck.Model(func(t *graph.Tape) *graph.Var { return net.Forward(t.Input(x)) }, net.Params()))
	if wrong.Code() != gradcheck.Mismatch {
		t.Errorf("the slope of another layer's activation: %s", wrong.Code())
	}
	m.f[0], m.f[1] = m.f[1], m.f[0]
	if hand, tape = m.byHand(); math.Abs(hand[0][0]-tape[0][0]) < 1e-3 {
		t.Error("exchanged slopes are not noticed")
	}
}

// A check sees each wrong slope but those that are right by accident.
func TestWrongSlopesAreSeen(t *testing.T) {
	for _, w := range wrongSlopes {
		want := gradcheck.Mismatch
		if w.hidden {
			want = gradcheck.Pass
		}
		if got := code(w.wrong, 0.9, -0.9, 1.7, -2.2); got != want {
			t.Errorf("%s: %s, want %s", w.name, got, want)
		}
		if got := code(w.right, 0.9, -0.9, 1.7, -2.2); got != gradcheck.Pass {
			t.Errorf("%s, done right: %s", w.name, got)
		}
	}
}

// eq: A4
// relu(x) − relu(−x) is x and relu(relu(x)) − relu(x) is 0. Away from 0 all conventions give the slopes of that, at
// 0 none gives both, and a check sees which are wrong.
func TestNoConventionIsRightEverywhere(t *testing.T) {
	for _, c := range []float64{0, 0.25, 0.5, 1} {
		for _, x := range []float64{-2, -1e-3, 0, 0.5} {
			value, slope := valueAndSlope(joined(reluWith(c)), x)
			nothing, level := valueAndSlope(twice(reluWith(c)), x)
			one, zero := 1.0, 0.0
			if x == 0 {
				one, zero = 2*c, c*c-c
			}
			if value != x || slope != one || nothing != 0 || level != zero {
				t.Errorf("ReLU′(0) = %v: at %v the values %v and %v and the slopes %v and %v", c, x, value, nothing, slope, level)
			}
		}
		for _, f := range []struct {
			f     nn.Func
			right bool
		}{{joined(reluWith(c)), c == 0.5}, {twice(reluWith(c)), c == 0 || c == 1}} {
			if got := code(f.f, 0); (got == gradcheck.Pass) != f.right {
				t.Errorf("ReLU′(0) = %v: %s", c, got)
			}
		}
	}
	for _, f := range []struct {
		activation
		want float64
	}{{activations()[3], 0}, {leakyOf(0.1), 0.1}, {eluOf(0.4), 0.4}} {
		if _, slope := valueAndSlope(f.f, 0); slope != f.want {
			t.Errorf("the slope of %s at 0 is %v, want %v", f.name, slope, f.want)
		}
	}
}

// A unit with ReLU whose z is negative for all samples keeps every weight, bit for bit. With another
// activation it moves.
func TestDeadUnitStaysDead(t *testing.T) {
	for _, f := range activations() {
		_, slope, moved := unitAtMinus3(f.f)
		if dead := f.name == "ReLU"; (slope == 0) != dead || (moved == 0) != dead {
			t.Errorf("%s: derivative %v, moved by %v", f.name, slope, moved)
		}
	}
}

func TestPictureOfActivations(t *testing.T) {
	const left, top, width, height = 44.0, 70.0, 194.0, 150.0
	d := figure.New(720, 666, "Nine activations and their slopes",
		"Nine small diagrams over z from −3 to 3, all on one scale, each with an activation as a solid line, its slope as a dashed one, and dots on the slope where gradcheck measured it. "+
			"The slope of linear is 1. Those of sigmoid and tanh are hills at 0, a quarter and one high. Those of ReLU and leaky ReLU are steps at 0, of softplus a smooth step. "+
			"That of ELU is a curve on the left and 1 on the right. Those of Swish and GELU fall a little below 0 on the left and rise a little above 1 on the right.")
	d.Line("c1", 44, 20, 72, 20)
	d.Text("ink small start", 78, 24, "f")
	d.Line("c2 dash", 112, 20, 140, 20)
	d.Text("ink small start", 146, 24, "f′ by the tape")
	d.Dot("c2", 258, 20, 3.5)
	d.Text("ink small start", 268, 24, "f′ by differences: gradcheck passes")
	d.Dot("c4", 506, 20, 4.5)
	d.Text("ink small start", 516, 24, "f′ of the tape at a kink")
	list := slices.DeleteFunc(activations(), func(f activation) bool { return f.name == swishOf(2).name })
	for i, f := range list {
		a := figure.Axes{Left: left + float64(i%3)*(width+42), Top: top + float64(i/3)*(height+48), Width: width, Height: height,
			X: figure.Scale{Lo: -3, Hi: 3}, Y: figure.Scale{Lo: -1.1, Hi: 2.1}}
		if i >= 6 {
			a.X.Label = "z"
		}
		d.Axes(a)
		x0, y0 := a.At(-3, 0)
		d.Line("axis", x0, y0, x0+width, y0)
		if name, leaky := strings.CutSuffix(f.name, "0.1"); leaky {
			d.Number("ink bold start", a.Left, a.Top-9, name+"%g", 0.1)
		} else {
			d.Text("ink bold start", a.Left, a.Top-9, f.name)
		}
		var z, value, slope []float64
		for k := -150; k <= 150; k++ {
			x := float64(k) / 50
			y, s := valueAndSlope(f.f, x)
			if k == 0 && f.kink {
				s = math.NaN()
			}
			z, value, slope = append(z, x), append(value, y), append(slope, s)
		}
		d.Polyline("c1", a, z, value)
		d.Polyline("c2 dash", a, z, slope)
		if f.kink {
			_, s := valueAndSlope(f.f, 0)
			px, py := a.At(0, s)
			d.Dot("c4", px, py, 4.5)
		}
		for _, x := range []float64{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5} {
			report := gradcheck.Checker{}.Run(gradcheck.Target{Func: func(x []*graph.Var) *graph.Var { return f.f(x[0]) }, X: []*tensor.Tensor{tensor.Scalar(x)}})
			if report.Code() != gradcheck.Pass {
				t.Fatalf("%s at %v: %s", f.name, x, report.Code())
			}
			px, py := a.At(x, report.Entries[0].Reference)
			d.Dot("c2", px, py, 3.5)
		}
	}
	picture(t, "07-activations.svg", d)
}
