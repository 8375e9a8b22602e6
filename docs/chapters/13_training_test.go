package chapters_test

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A stepper is an optimizer.
type stepper interface {
	Step(params iter.Seq2[string, *tensor.Tensor], g optim.Gradients)
}

// descend makes steps from a start, and returns all places it was at.
func descend(opt stepper, j func(w *graph.Var) *graph.Var, start []float64, steps int) (places [][]float64) {
	w := tensor.Vector(start...)
	places = append(places, start)
	var tape graph.Tape
	for range steps {
		tape.Reset()
		opt.Step(nn.Param("w", w), j(tape.Watch(w)).Backward())
		places = append(places, w.Clone().Float64s())
	}
	return places
}

// bowl is ½Σ λᵢwᵢ².
func bowl(lambda ...float64) func(w *graph.Var) *graph.Var {
	l := graph.Const(tensor.Vector(lambda...))
	return func(w *graph.Var) *graph.Var { return ops.Scale(ops.Sum(ops.Mul(l, ops.Square(w))), 0.5) }
}

func Example_rates() {
	for _, rate := range []float64{0.01, 0.1, 0.19, 0.2, 0.21} {
		at := descend(&optim.SGD{Rate: rate}, bowl(10), []float64{1}, 100) // eq: O1
		fmt.Printf("rate %.2f: after 1, 2 and 100 steps %.2g, %.2g, %.2g\n", rate, at[1][0], at[2][0], at[100][0])
	}
	// Output:
	// rate 0.01: after 1, 2 and 100 steps 0.9, 0.81, 2.7e-05
	// rate 0.10: after 1, 2 and 100 steps 0, 0, 0
	// rate 0.19: after 1, 2 and 100 steps -0.9, 0.81, 2.7e-05
	// rate 0.20: after 1, 2 and 100 steps -1, 1, 1
	// rate 0.21: after 1, 2 and 100 steps -1.1, 1.2, 1.4e+04
}

// adaGrad divides by the root of the sum of all squares so far.
type adaGrad struct {
	rate, epsilon float64
	sums          map[string]*tensor.Tensor // one for each parameter
}

func (o *adaGrad) Step(params iter.Seq2[string, *tensor.Tensor], grads optim.Gradients) {
	if o.sums == nil {
		o.sums = map[string]*tensor.Tensor{}
	}
	for name, w := range params {
		if o.sums[name] == nil {
			o.sums[name] = tensor.New(w.Type(), w.Shape()...)
		}
		g, sum := grads.Of(w), o.sums[name]
		tensor.Add(sum, sum, tensor.Square(nil, g)) // eq: O5
		tensor.AddScaled(w, tensor.Div(nil, g, tensor.AddScalar(nil, tensor.Sqrt(nil, sum), o.epsilon)), -o.rate)
	}
}

// rmsProp divides by the root of a mean that fades.
type rmsProp struct {
	rate, rho, epsilon float64
	means              map[string]*tensor.Tensor // one for each parameter
}

func (o *rmsProp) Step(params iter.Seq2[string, *tensor.Tensor], grads optim.Gradients) {
	if o.means == nil {
		o.means = map[string]*tensor.Tensor{}
	}
	for name, w := range params {
		if o.means[name] == nil {
			o.means[name] = tensor.New(w.Type(), w.Shape()...)
		}
		g, mean := grads.Of(w), o.means[name]
		tensor.AddScaled(tensor.Scale(mean, mean, o.rho), tensor.Square(nil, g), 1-o.rho) // eq: O6
		tensor.AddScaled(w, tensor.Div(nil, g, tensor.AddScalar(nil, tensor.Sqrt(nil, mean), o.epsilon)), -o.rate)
	}
}

var methods = []struct {
	name string
	new  func() stepper
	// Two steps on ½·4w² from w = 1 with the rate 0.1, by hand.
	one, two float64
}{
	{"gradient descent", func() stepper { return &optim.SGD{Rate: 0.1} }, 0.6, 0.36},
	{"momentum 0.9", func() stepper { return &optim.SGD{Rate: 0.1, Momentum: 0.9} }, 0.6, 0},
	{"Nesterov 0.9", func() stepper { return &optim.SGD{Rate: 0.1, Momentum: 0.9, Nesterov: true} }, 0.24, -0.2664}, // eq: O4
	{"AdaGrad", func() stepper { return &adaGrad{rate: 0.1, epsilon: 1e-8} }, 0.9, 0.833104},
	{"RMSProp 0.9", func() stepper { return &rmsProp{rate: 0.1, rho: 0.9, epsilon: 1e-8} }, 0.683772, 0.498871},
	{"Adam", func() stepper { return &optim.Adam{Rate: 0.1} }, 0.9, 0.800412},
	{"AdamW, decay 0.1", func() stepper { return &optim.AdamW{Rate: 0.1, WeightDecay: 0.1} }, 0.89, 0.781572},
}

func Example_twoOfEach() {
	for _, m := range methods {
		at := descend(m.new(), bowl(4), []float64{1}, 2)
		fmt.Printf("%-17s %9.6f %9.6f\n", m.name, at[1][0], math.Round(at[2][0]*1e6)/1e6+0)
	}
	// Output:
	// gradient descent   0.600000  0.360000
	// momentum 0.9       0.600000  0.000000
	// Nesterov 0.9       0.240000 -0.266400
	// AdaGrad            0.900000  0.833104
	// RMSProp 0.9        0.683772  0.498871
	// Adam               0.900000  0.800412
	// AdamW, decay 0.1   0.890000  0.781572
}

// eq: O1, O3, O4, O5, O6, O7, O8
// Two steps of each method, worked by hand with a pocket calculator.
func TestTwoSteps(t *testing.T) {
	for _, m := range methods {
		at := descend(m.new(), bowl(4), []float64{1}, 2)
		if math.Abs(at[1][0]-m.one) > 1e-6 || math.Abs(at[2][0]-m.two) > 1e-6 {
			t.Errorf("%s: %v, %v, want %v, %v", m.name, at[1][0], at[2][0], m.one, m.two)
		}
	}
}

// eq: O5, O6
// Each parameter has its own mean: two of them, of different shapes, move as each does alone.
func TestMeansAreNotShared(t *testing.T) {
	for _, m := range methods {
		a, b := tensor.Vector(1, -2), tensor.Vector(3)
		both := m.new()
		var tape graph.Tape
		for range 2 {
			tape.Reset()
			j := ops.Add(bowl(4, 4)(tape.Watch(a)), bowl(4)(tape.Watch(b)))
			both.Step(nn.Join(nn.Param("a", a), nn.Param("b", b)), j.Backward())
		}
		for w, start := range map[*tensor.Tensor][]float64{a: {1, -2}, b: {3}} {
			for i := range start {
				if want := descend(m.new(), bowl(4), start[i:i+1], 2)[2][0]; math.Abs(w.Flat(i)-want) > 1e-15 {
					t.Errorf("%s: %v beside another parameter, %v alone", m.name, w.Flat(i), want)
				}
			}
		}
	}
}

// eq: O1
// On ½λw² each step multiplies by 1 − ηλ, so it converges below 2/λ and not above.
func TestRateBound(t *testing.T) {
	for _, lambda := range []float64{0.5, 4, 100} {
		for _, c := range []struct{ part, want float64 }{{0.99, 0}, {1.01, math.Inf(1)}} {
			at := descend(&optim.SGD{Rate: c.part * 2 / lambda}, bowl(lambda), []float64{1}, 2000)
			got := math.Abs(at[2000][0])
			if c.want == 0 && got > 1e-10 || c.want != 0 && got < 1e10 {
				t.Errorf("λ = %v, rate %v of 2/λ: ends at %v", lambda, c.part, got)
			}
		}
	}
}

// batchGradient returns the gradient of the mean loss over some samples of Batch with
// respect to the hidden weights.
func batchGradient(rows []int) *tensor.Tensor {
	net := newJudged(tensor.Float64)
	labels := make([]int, len(rows))
	for i, r := range rows {
		labels[i] = net.labels[r]
	}
	net.labels = labels
	var tape graph.Tape
	return net.loss(tape.Input(tensor.Take(nil, net.x, 0, rows))).Backward().Of(net.hidden.W).Clone()
}

func Example_smallBatches() {
	whole, mean := batchGradient([]int{0, 1, 2, 3, 4}), tensor.Zeros(4, 3)
	fmt.Printf("all five samples: %7.4f\n", whole.At(0, 0))
	for a := range 5 {
		for b := range a { // each of the ten pairs
			g := batchGradient([]int{a, b})
			tensor.AddScaled(mean, g, 0.1) // eq: O2
			if a == 1 || a == 4 && b == 3 {
				fmt.Printf("samples %d and %d:  %7.4f\n", b, a, g.At(0, 0))
			}
		}
	}
	fmt.Printf("mean of all pairs: %6.4f\n", mean.At(0, 0))
	// Output:
	// all five samples: -0.1316
	// samples 0 and 1:  -0.0278
	// samples 3 and 4:  -0.0845
	// mean of all pairs: -0.1316
}

// eq: O2
// The mean of the gradients of all mini-batches of two is the gradient of all samples.
func TestMiniBatchesAreUnbiased(t *testing.T) {
	mean := tensor.Zeros(4, 3)
	for a := range 5 {
		for b := range a {
			tensor.AddScaled(mean, batchGradient([]int{a, b}), 0.1)
		}
	}
	if whole := batchGradient([]int{0, 1, 2, 3, 4}); !tensor.Close(mean, whole, 1e-12, 1e-15) {
		t.Errorf("mean %v, whole %v", mean, whole)
	}
}

func Example_firstStep() {
	for _, g := range []float64{1e-3, 1, 1000} {
		slope := func(w *graph.Var) *graph.Var { return ops.Sum(ops.Scale(w, g)) }
		at := descend(&optim.Adam{Rate: 0.01}, slope, []float64{0}, 1) // eq: O7
		forgotten := 0.01 * (1 - 0.9) * g / (math.Sqrt((1-0.999)*g*g) + 1e-8)
		fmt.Printf("gradient %5g: Adam moves by %.6f, without correction by %.6f\n", g, -at[1][0], forgotten)
	}
	// Output:
	// gradient 0.001: Adam moves by 0.010000, without correction by 0.031613
	// gradient     1: Adam moves by 0.010000, without correction by 0.031623
	// gradient  1000: Adam moves by 0.010000, without correction by 0.031623
}

// eq: O7
// RMSProp with its mean corrected is Adam without a mean of gradients.
func TestAdamIsCorrectedRMSProp(t *testing.T) {
	adam := descend(&optim.Adam{Rate: 0.1, Beta1: 1e-300, Beta2: 0.9}, bowl(4), []float64{1}, 1)
	plain := descend(&rmsProp{rate: 0.1, rho: 0.9}, bowl(4), []float64{1}, 1)
	if got, want := (1-adam[1][0])/(1-plain[1][0]), math.Sqrt(1-0.9); math.Abs(got-want) > 1e-6 {
		t.Errorf("ratio of the first steps %v, want √0.1", got)
	}
}

func Example_decay() {
	const decay = 0.1
	j, l2 := bowl(4), bowl(4+decay)
	at := func(opt stepper, j func(*graph.Var) *graph.Var) float64 {
		return descend(opt, j, []float64{1}, 5)[5][0]
	}
	fmt.Printf("SGD:  as a term of the loss %.6f, apart from it %.6f\n", at(&optim.SGD{Rate: 0.1}, l2), at(&optim.SGD{Rate: 0.1, WeightDecay: decay}, j))
	fmt.Printf("Adam: as a term of the loss %.6f, apart from it %.6f\n", at(&optim.Adam{Rate: 0.1}, l2), at(&optim.AdamW{Rate: 0.1, WeightDecay: decay}, j)) // eq: O8
	// Output:
	// SGD:  as a term of the loss 0.071492, apart from it 0.071492
	// Adam: as a term of the loss 0.507964, apart from it 0.469953
}

func Example_clipped() {
	net := newJudged(tensor.Float64)
	var tape graph.Tape
	params := nn.Join(nn.Under("0", net.hidden), nn.Under("1", net.out))
	g := net.loss(tape.Input(net.x)).Backward()
	clip := &optim.Clip{Norm: 0.1}
	clipped := clip.Apply(params, g) // eq: O9
	fmt.Printf("norm of all: %.4f\n", clip.LastNorm)
	for name, w := range params {
		if w.Rank() == 1 {
			fmt.Printf("%s: %7.4f becomes %7.4f\n", name, g.Of(w).Flat(0), clipped.Of(w).Flat(0))
		}
	}
	// Output:
	// norm of all: 0.6514
	// 0.B:  0.1504 becomes  0.0231
	// 1.B:  0.2191 becomes  0.0336
}

// eq: O9
// Clipping by the norm of all keeps the direction, and makes the norm what it may be.
func TestClippedNorm(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 9))
	net := newJudged(tensor.Float64)
	for _, w := range net.params {
		w.FillNormal(r, 0, 3)
	}
	var tape graph.Tape
	params := nn.Join(nn.Under("0", net.hidden), nn.Under("1", net.out))
	g := net.loss(tape.Input(net.x)).Backward()
	const bound = 1e-3
	c := (&optim.Clip{Norm: bound}).Apply(params, g)
	sum, dot, all := 0.0, 0.0, 0.0
	for _, w := range params {
		for i := range w.Len() {
			a, b := c.Of(w).Flat(i), g.Of(w).Flat(i)
			sum, dot, all = sum+a*a, dot+a*b, all+b*b
		}
	}
	if math.Abs(math.Sqrt(sum)-bound) > 1e-12 || math.Abs(dot/math.Sqrt(sum*all)-1) > 1e-12 {
		t.Errorf("norm %v, cosine %v", math.Sqrt(sum), dot/math.Sqrt(sum*all))
	}
}

var onTheMap = []struct {
	name string
	opt  func() stepper
}{
	{"gradient descent, 0.075", func() stepper { return &optim.SGD{Rate: 0.075} }},
	{"momentum 0.8, 0.03", func() stepper { return &optim.SGD{Rate: 0.03, Momentum: 0.8} }},
	{"Adam, 0.3", func() stepper { return &optim.Adam{Rate: 0.3} }},
}

func Example_valleyFloor() {
	for _, m := range onTheMap {
		at := descend(m.opt(), bowl(1, 25), []float64{-4, 1}, 300)
		first := 0
		for i, p := range at {
			if 0.5*(p[0]*p[0]+25*p[1]*p[1]) > 1e-4 {
				first = i + 1
			}
		}
		fmt.Printf("%-24s is below 0.0001 for good after %d steps\n", m.name, first)
	}
	// Output:
	// gradient descent, 0.075  is below 0.0001 for good after 73 steps
	// momentum 0.8, 0.03       is below 0.0001 for good after 54 steps
	// Adam, 0.3                is below 0.0001 for good after 112 steps
}

func TestPictureOfPathsOnContours(t *testing.T) {
	a := figure.Axes{Left: 56, Top: 34, Width: 640, Height: 300,
		X: figure.Scale{Lo: -4.4, Hi: 1.6, Label: "w₁"}, Y: figure.Scale{Lo: -1.3, Hi: 1.5, Label: "w₂"}}
	d := figure.New(720, 420, "Three ways down a long valley",
		"Ellipses are the lines of equal loss of a valley that is 25 times as steep across as along. From the left end, gradient descent jumps from wall to wall in a zigzag that gets narrower; momentum swings in a few wide waves; Adam goes down in an arc, over the middle and back.")
	d.Axes(a)
	for _, level := range []float64{0.1, 0.5, 2, 5, 9, 14} {
		var x, y []float64
		for i := range 201 {
			phi := 2 * math.Pi * float64(i) / 200
			x, y = append(x, math.Sqrt(2*level)*math.Cos(phi)), append(y, math.Sqrt(2*level/25)*math.Sin(phi))
		}
		d.Polyline("axis", a, x, y)
	}
	for i, m := range onTheMap {
		class := []string{"c1", "c2", "c3"}[i]
		var x, y []float64
		for _, p := range descend(m.opt(), bowl(1, 25), []float64{-4, 1}, 40) {
			x, y = append(x, p[0]), append(y, p[1])
			px, py := a.At(p[0], p[1])
			d.Dot(class, px, py, 2.5)
		}
		d.Polyline(class, a, x, y)
		at := float64(70 + 220*i)
		d.Line(class, at, 396, at+28, 396)
		d.Text(class+" start bold", at+36, 401, []string{"gradient descent", "momentum", "Adam"}[i])
	}
	picture(t, "13-paths.svg", d)
}

// byVelocity is the other form of momentum, which keeps the rate within the velocity.
func byVelocity(rate func(step int) float64, mu, lambda float64, steps int) float64 {
	w, v := 1.0, 0.0
	for k := range steps {
		v = mu*v - rate(k)*lambda*w
		w += v
	}
	return w
}

func Example_twoMomenta() {
	falling := func(k int) float64 { return 0.1 / float64(1+k) }
	for i, rate := range []optim.Schedule{optim.Constant(0.1), falling} {
		ours := descend(&optim.SGD{Schedule: rate, Momentum: 0.9}, bowl(4), []float64{1}, 3)[3][0]
		fmt.Printf("%s rate: θ ← θ − ηv gives %.4f, v ← μv − ηg gives %.4f\n", []string{"constant", "falling"}[i], ours, byVelocity(rate, 0.9, 4, 3)) // eq: O3
	}
	// Output:
	// constant rate: θ ← θ − ηv gives -0.5400, v ← μv − ηg gives -0.5400
	// falling rate: θ ← θ − ηv gives 0.0800, v ← μv − ηg gives -0.3280
}

// eq: O3
func TestMomentaAgreeAtConstantRate(t *testing.T) {
	for steps := range 20 {
		ours := descend(&optim.SGD{Rate: 0.03, Momentum: 0.8}, bowl(2), []float64{1}, steps)[steps][0]
		if other := byVelocity(optim.Constant(0.03), 0.8, 2, steps); math.Abs(ours-other) > 1e-12 {
			t.Errorf("after %d steps %v and %v", steps, ours, other)
		}
	}
}

// trainNet makes steps on the network of the chapters and returns its loss.
func trainNet(opt stepper, steps int) float64 {
	hidden, out := chapters.NewNet()
	x, labels := chapters.Batch()
	params := nn.Join(nn.Under("0", hidden), nn.Under("1", out))
	var tape graph.Tape
	loss := func(x *graph.Var) *graph.Var {
		return nn.CrossEntropy(out.Forward(ops.Tanh(hidden.Forward(x))), labels)
	}
	for range steps {
		tape.Reset()
		opt.Step(params, loss(tape.Input(x)).Backward())
	}
	return loss(graph.Const(x)).Value().Item()
}

func Example_training() {
	fmt.Printf("before:            %.4f\n", trainNet(&optim.SGD{Rate: 1}, 0))
	fmt.Printf("SGD, 5 steps:      %.4f\n", trainNet(&optim.SGD{Rate: 0.5}, 5))
	fmt.Printf("momentum, 5 steps: %.4f\n", trainNet(&optim.SGD{Rate: 0.5, Momentum: 0.9}, 5))
	fmt.Printf("Adam, 5 steps:     %.4f\n", trainNet(&optim.Adam{Rate: 0.1}, 5))
	// Output:
	// before:            0.4274
	// SGD, 5 steps:      0.0823
	// momentum, 5 steps: 0.0129
	// Adam, 5 steps:     0.0084
}
