package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// rms returns the root of the mean of the squares of all elements.
func rms(x *tensor.Tensor) float64 {
	sum := 0.0
	for i := range x.Len() {
		sum += x.Flat(i) * x.Flat(i)
	}
	return math.Sqrt(sum / float64(x.Len()))
}

// deep sends 16 random samples through layers of width 128, and a random cotangent back. It returns the rms of the
// activations and of their adjoints, from the input on.
func deep(layers int, act nn.Func, std float64) (activations, adjoints []float64) {
	const width = 128
	r := rand.New(rand.NewPCG(14, 3))
	var tape graph.Tape
	a := []*graph.Var{tape.Watch(tensor.RandNormal(r, 0, 1, 16, width))}
	for range layers {
		layer := &nn.Linear{W: tensor.RandNormal(r, 0, std, width, width), B: tensor.Zeros(width)}
		a = append(a, act(layer.Forward(a[len(a)-1])))
	}
	cotangent := graph.Const(tensor.RandNormal(r, 0, 1, 16, width))
	loss := ops.Sum(ops.Mul(cotangent, a[layers]))
	for i, g := range loss.Grad(a...) {
		activations, adjoints = append(activations, rms(a[i].Value())), append(adjoints, rms(g.Value()))
	}
	return activations, adjoints
}

var starts = []struct {
	name string
	act  nn.Func
	std  float64 // of the weights, whose layers have 128 inputs
}{
	{"tanh, std 0.01", ops.Tanh, 0.01},
	{"tanh, std 1", ops.Tanh, 1},
	{"tanh, variance 1/n", ops.Tanh, math.Sqrt(1.0 / 128)},
	{"ReLU, variance 1/n", ops.ReLU, math.Sqrt(1.0 / 128)},
	{"ReLU, variance 2/n", ops.ReLU, math.Sqrt(2.0 / 128)}, // eq: I2
	{"sigmoid, variance 1/n", ops.Sigmoid, math.Sqrt(1.0 / 128)},
}

func Example_twentyLayers() {
	fmt.Println("                       last activation  adjoint at the input : at the output")
	for _, s := range starts {
		a, g := deep(20, s.act, s.std)
		fmt.Printf("%-23s%-17.1g%.1g\n", s.name, a[20], g[0]/g[20]) // eq: I3
	}
	// Output:
	// last activation  adjoint at the input : at the output
	// tanh, std 0.01         1e-19            1e-19
	// tanh, std 1            1                1e+08
	// tanh, variance 1/n     0.2              0.2
	// ReLU, variance 1/n     0.002            0.001
	// ReLU, variance 2/n     2                1
	// sigmoid, variance 1/n  0.5              2e-13
}

// eq: I3
// The adjoint at the input is the product of the factors DW, taken one after the other
// with numbers that the tape of another pass gives.
func TestAdjointIsAProduct(t *testing.T) {
	const layers, width = 4, 6
	r := rand.New(rand.NewPCG(14, 4))
	var tape graph.Tape
	x := tape.Watch(tensor.RandNormal(r, 0, 1, 1, width))
	a := x
	var ws, slopes []*tensor.Tensor
	for range layers {
		w := tensor.RandNormal(r, 0, 0.5, width, width)
		a = ops.Tanh(ops.MatMulT(a, graph.Const(w), false, true))
		d := tensor.Zeros(width)
		for i := range width {
			d.SetFlat(i, 1-a.Value().Flat(i)*a.Value().Flat(i))
		}
		ws, slopes = append(ws, w), append(slopes, d)
	}
	want := tensor.Ones(1, width)
	for l := layers - 1; l >= 0; l-- {
		want = tensor.MatMul(nil, tensor.Mul(nil, want, slopes[l]), ws[l], false, false)
	}
	if got := ops.Sum(a).Grad(x)[0].Value(); !tensor.Close(got, want, 1e-12, 1e-14) {
		t.Errorf("%v, want %v", got, want)
	}
}

// eq: I2
// One layer of many units has Var z = n Var w E[a²], and with He's variance a ReLU keeps the mean square.
func TestVariances(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 2))
	const n = 400
	x := tensor.RandNormal(r, 0, 1, 100, n)
	for name, c := range map[string]struct {
		init nn.Init
		out  int // Glorot's variance is that of LeCun if a layer has as many outputs as inputs
		want float64
	}{
		"He": {nn.HeNormal, n, 2}, "LeCun": {nn.LeCunNormal, n, 1}, "Glorot": {nn.GlorotNormal, n, 1},
		"He, 3 : 1": {nn.HeNormal, n / 3, 2}, "LeCun, 3 : 1": {nn.LeCunNormal, n / 3, 1}, "Glorot, 1 : 3": {nn.GlorotNormal, 3 * n, 0.5},
		"Glorot, 3 : 1, uniform": {nn.GlorotUniform, n / 3, 1.5},
	} {
		layer := nn.NewLinear(r, n, c.out, c.init)
		z := layer.Forward(graph.Const(x))
		if got := math.Pow(rms(z.Value()), 2); math.Abs(got-c.want) > 0.06*c.want {
			t.Errorf("%s: mean of z² is %v, want %v", name, got, c.want)
		}
		if got := math.Pow(rms(ops.ReLU(z).Value()), 2); math.Abs(got-c.want/2) > 0.06*c.want {
			t.Errorf("%s: mean of a² is %v, want %v", name, got, c.want/2)
		}
	}
}

// twentyOf applies an activation twenty times, with a weight of 1 each time, and returns the derivative at x.
func twentyOf(act nn.Func, x float64) float64 {
	var tape graph.Tape
	v := tape.Watch(tensor.Scalar(x))
	y := v
	for range 20 {
		y = act(y)
	}
	return y.Grad(v)[0].Value().Item()
}

func Example_chainOfTwenty() {
	for _, c := range []struct {
		name string
		act  nn.Func
	}{{"sigmoid", ops.Sigmoid}, {"tanh", ops.Tanh}, {"ReLU", ops.ReLU}} {
		fmt.Printf("%-8s %.2g\n", c.name, twentyOf(c.act, 0.5)) // eq: I4
	}
	fmt.Printf("¼ to the power 20: %.2g\n", math.Pow(0.25, 20))
	// Output:
	// sigmoid  1.1e-13
	// tanh     0.11
	// ReLU     1
	// ¼ to the power 20: 9.1e-13
}

// eq: I4
// A sigmoid lets at most a quarter through, and ReLU all that is positive.
func TestChains(t *testing.T) {
	for x := -2.0; x <= 2; x += 0.25 {
		if d := twentyOf(ops.Sigmoid, x); d <= 0 || d > math.Pow(0.25, 20) {
			t.Errorf("sigmoid at %v: %v", x, d)
		}
		want := 0.0
		if x > 0 {
			want = 1
		}
		if d := twentyOf(ops.ReLU, x); d != want {
			t.Errorf("ReLU at %v: %v", x, d)
		}
		for name, c := range map[string]struct {
			act   nn.Func
			f     func(z float64) float64
			slope func(a float64) float64
		}{
			"tanh":    {ops.Tanh, math.Tanh, func(a float64) float64 { return 1 - a*a }},
			"sigmoid": {ops.Sigmoid, func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }, func(a float64) float64 { return a * (1 - a) }},
		} {
			product, y := 1.0, x
			for range 20 {
				y = c.f(y)
				product *= c.slope(y)
			}
			if d := twentyOf(c.act, x); math.Abs(d-product) > 1e-12*product {
				t.Errorf("%s at %v: %v, want %v", name, x, d, product)
			}
		}
	}
}

// trained makes steps from given weights and returns the hidden layer with the gradient of its first step.
func trained(weight float64, steps int) (hidden *nn.Linear, first *tensor.Tensor, loss float64) {
	net := newJudged(tensor.Float64)
	for _, w := range net.params {
		w.Fill(weight)
	}
	for unit := range 4 { // the classes must differ, or δ of the one cancels that of the other
		net.out.W.Set(-weight, 1, unit)
	}
	params := nn.Join(nn.Under("0", net.hidden), nn.Under("1", net.out))
	opt := &optim.SGD{Rate: 0.5}
	var tape graph.Tape
	for range steps {
		tape.Reset()
		g := net.loss(tape.Input(net.x)).Backward()
		if first == nil {
			first = g.Of(net.hidden.W).Clone()
		}
		opt.Step(params, g)
	}
	return net.hidden, first, net.value()
}

func Example_equalUnits() {
	// eq: I1
	for _, weight := range []float64{0.5, 0} {
		hidden, first, loss := trained(weight, 200)
		fmt.Printf("all weights %g: first gradient %.4f, loss after 200 steps %.3f\n", weight, first.At(0, 0), loss)
		fmt.Printf("hidden weights then: %.3f\n", hidden.W)
	}
	// Output:
	// all weights 0.5: first gradient -0.1703, loss after 200 steps 0.002
	// hidden weights then: [[ 0.924  0.945 -0.185]
	//  [ 0.924  0.945 -0.185]
	//  [ 0.924  0.945 -0.185]
	//  [ 0.924  0.945 -0.185]]
	// all weights 0: first gradient 0.0000, loss after 200 steps 0.673
	// hidden weights then: [[0.000 0.000 0.000]
	//  [0.000 0.000 0.000]
	//  [0.000 0.000 0.000]
	//  [0.000 0.000 0.000]]
}

// eq: I1
// Units of a layer that start equal have equal weights for ever, and with W = 0 nothing
// comes through to the layer below.
func TestEqualUnitsStayEqual(t *testing.T) {
	hidden, first, _ := trained(0.3, 100)
	for i := range 4 {
		for j := range 3 {
			if hidden.W.At(i, j) != hidden.W.At(0, j) {
				t.Errorf("weight %d %d is %v, and %v in unit 0", i, j, hidden.W.At(i, j), hidden.W.At(0, j))
			}
		}
	}
	if rms(first) < 1e-3 {
		t.Error("equal weights have no gradient")
	}
	if _, first, _ = trained(0, 1); rms(first) != 0 {
		t.Errorf("W = 0, and the layer below has the gradient %v", first)
	}
}

func TestPictureOfDepth(t *testing.T) {
	d := figure.New(720, 400, "Activations and adjoints by depth",
		"Two diagrams over the depth of 20 layers, on logarithmic axes. Activations stay near 1 for ReLU with variance 2/n and for tanh with std 1, and fall for ReLU with 1/n and steeply for tanh with std 0.01. Adjoints, from the right end to the left, stay near 1 for ReLU with 2/n, fall for sigmoid and tanh with std 0.01, and rise for tanh with std 1.")
	left := figure.Axes{Left: 56, Top: 36, Width: 270, Height: 250, X: figure.Scale{Hi: 20, Label: "layer"}, Y: figure.Scale{Lo: 1e-8, Hi: 100, Log: true, Label: "rms of activations"}}
	right := figure.Axes{Left: 420, Top: 36, Width: 270, Height: 250, X: figure.Scale{Hi: 20, Label: "layer"}, Y: figure.Scale{Lo: 1e-12, Hi: 1e9, Log: true, Label: "rms of adjoints"}}
	d.Axes(left)
	d.Axes(right)
	depth := []float64{}
	for l := range 21 {
		depth = append(depth, float64(l))
	}
	for i, s := range starts {
		class := []string{"c2 dash", "c2", "c3", "c1 dash", "c1", "c4"}[i]
		a, g := deep(20, s.act, s.std)
		d.Polyline(class, left, depth, a)
		d.Polyline(class, right, depth, g)
		x, y := float64(56+225*(i%3)), float64(350+26*(i/3))
		d.Line(class, x, y, x+34, y)
		d.Text("ink small start", x+42, y+4, s.name)
	}
	picture(t, "14-depth.svg", d)
}
