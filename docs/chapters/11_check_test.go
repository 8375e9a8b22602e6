package chapters_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A judged is the network of the chapters with its loss, of either element type.
type judged struct {
	hidden, out *nn.Linear
	x           *tensor.Tensor
	labels      []int
	params      []*tensor.Tensor
	plus        float64 // is added to the loss
}

func newJudged(typ tensor.Type) *judged {
	n := &judged{}
	n.hidden, n.out = chapters.NewNet()
	nn.Convert(n.hidden, typ)
	nn.Convert(n.out, typ)
	x, labels := chapters.Batch()
	n.x, n.labels = x.To(typ), labels
	n.params = []*tensor.Tensor{n.hidden.W, n.hidden.B, n.out.W, n.out.B}
	return n
}

func (n *judged) loss(x *graph.Var) *graph.Var {
	return ops.AddScalar(nn.CrossEntropy(n.out.Forward(ops.Tanh(n.hidden.Forward(x))), n.labels), n.plus)
}

func (n *judged) value() float64 { return n.loss(graph.Const(n.x)).Value().Item() }

// gradient lists the derivatives with respect to all parameters, found by the tape.
func (n *judged) gradient() (list []float64) {
	var tape graph.Tape
	g := n.loss(tape.Input(n.x)).Backward()
	for _, w := range n.params {
		for i := range w.Len() {
			list = append(list, g.Of(w).Flat(i))
		}
	}
	return list
}

// A formula takes the derivative at 0 of φ, which a nudge is given, by steps of about h. What it divides by is
// the nudge that φ says it could make.
type formula func(phi func(nudge float64) (value, made float64), h float64) float64

func forward(phi func(float64) (float64, float64), h float64) float64 {
	a, _ := phi(0)
	b, made := phi(h)
	return (b - a) / made // eq: G1
}

func central(phi func(float64) (float64, float64), h float64) float64 {
	a, down := phi(-h)
	b, up := phi(h)
	return (b - a) / (up - down) // eq: G2, G4
}

// fivePoint combines two central differences so that their errors of order h² cancel.
func fivePoint(phi func(float64) (float64, float64), h float64) float64 {
	return (4*central(phi, h) - central(phi, 2*h)) / 3 // eq: G3
}

// differences lists what a formula gives for each parameter.
func (n *judged) differences(f formula, h float64) (list []float64) {
	for _, w := range n.params {
		for i := range w.Len() {
			was := w.Flat(i)
			list = append(list, f(func(nudge float64) (float64, float64) {
				w.SetFlat(i, was+nudge)
				return n.value(), w.Flat(i) - was // the number may not be there: eq: G4
			}, h))
			w.SetFlat(i, was)
		}
	}
	return list
}

// off is the length of the difference of two vectors, relative to that of the second.
func off(a, b []float64) float64 {
	sum, all := 0.0, 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
		all += b[i] * b[i]
	}
	return math.Sqrt(sum / all)
}

var formulas = []struct {
	name string
	f    formula
	typ  tensor.Type
}{{"forward", forward, tensor.Float64}, {"central", central, tensor.Float64}, {"five points", fivePoint, tensor.Float64}, {"central, float32", central, tensor.Float32}}

func Example_valley() {
	exact := newJudged(tensor.Float64).gradient()
	fmt.Printf("%-16s", "h")
	for d := 1; d <= 13; d += 2 {
		fmt.Printf("  1e-%02d", d)
	}
	for _, c := range formulas {
		fmt.Printf("\n%-16s", c.name)
		for d := 1; d <= 13; d += 2 {
			h := math.Pow(10, -float64(d))
			fmt.Printf("  %5.0e", off(newJudged(c.typ).differences(c.f, h), exact))
		}
	}
	// Output:
	// h                 1e-01  1e-03  1e-05  1e-07  1e-09  1e-11  1e-13
	// forward           5e-02  5e-04  5e-06  5e-08  4e-07  5e-05  5e-03
	// central           2e-03  2e-07  3e-11  2e-09  2e-07  2e-05  3e-03
	// five points       2e-05  3e-13  3e-11  3e-09  3e-07  3e-05  3e-03
	// central, float32  2e-03  1e-04  1e-02  1e+00    NaN    NaN    NaN
}

func Example_farAway() {
	exact := newJudged(tensor.Float64).gradient()
	fmt.Println("added  forward  central  five points")
	for _, plus := range []float64{0, 1e3, 1e6} {
		n := newJudged(tensor.Float64)
		n.plus = plus
		_, f := valley(forward, n, exact)
		_, c := valley(central, n, exact)
		_, p := valley(fivePoint, n, exact)
		fmt.Printf("%-5.0g  %.0e    %.0e    %.0e\n", plus, f, c, p)
	}
	// Output:
	// added  forward  central  five points
	// 0      2e-08    3e-11    3e-13
	// 1e+03  4e-07    2e-09    8e-11
	// 1e+06  2e-05    2e-07    2e-08
}

// valley returns where a formula is best, and how far off it is there.
func valley(f formula, n *judged, exact []float64) (step, least float64) {
	least = math.Inf(1)
	for k := 0.5; k < 12; k += 0.25 {
		h := math.Pow(10, -k)
		if e := off(n.differences(f, h), exact); e < least {
			step, least = h, e
		}
	}
	return step, least
}

// eq: G1, G2, G3
// To the right of the valley errors fall with the power of h that the first term left over
// has, to the left they grow with 1/h, and the bottom is where both are of one size.
func TestValleys(t *testing.T) {
	const eps = 0x1p-52
	exact := newJudged(tensor.Float64).gradient()
	for i, c := range []struct{ power, best, atMost float64 }{
		{1, math.Pow(eps, 1.0/2), 1e-7}, {2, math.Pow(eps, 1.0/3), 1e-9}, {4, math.Pow(eps, 1.0/5), 3e-12}, {2, math.Pow(0x1p-23, 1.0/3), 1e-3},
	} {
		f := formulas[i]
		n := newJudged(f.typ)
		if f.typ == tensor.Float64 {
			a, b := off(n.differences(f.f, 0.04), exact), off(n.differences(f.f, 0.01), exact)
			if power := math.Log(a/b) / math.Log(4); math.Abs(power-c.power) > 0.2 {
				t.Errorf("%s: errors fall with h to the power %v, want %v", f.name, power, c.power)
			}
			a, b = off(n.differences(f.f, 1e-10), exact), off(n.differences(f.f, 1e-12), exact)
			if power := math.Log10(b/a) / 2; math.Abs(power-1) > 0.35 {
				t.Errorf("%s: errors grow with 1/h to the power %v", f.name, power)
			}
		}
		step, least := valley(f.f, n, exact)
		if step/c.best > 12 || step/c.best < 1.0/12 || least > c.atMost {
			t.Errorf("%s: best at %.1e, error %.1e", f.name, step, least)
		}
	}
}

func TestPictureOfValleys(t *testing.T) {
	a := figure.Axes{Left: 66, Top: 36, Width: 500, Height: 370,
		X: figure.Scale{Lo: 1e-13, Hi: 1, Log: true, Label: "step h"}, Y: figure.Scale{Lo: 1e-13, Hi: 1, Log: true, Label: "relative error of the gradient"}}
	d := figure.New(720, 460, "Errors of four difference quotients against their step",
		"Four curves like a V on logarithmic axes. Forward differences have their lowest point near h = 1e-8 with an error near 1e-8, central ones near 1e-5 with 1e-11, five points near 1e-3 with 1e-13, and central ones in float32 near 1e-2 with 1e-5. Marks on the axis stand at ε to the powers ½, ⅓ and ⅕. On the left all rise with slope −1, on the right with slopes 1, 2 and 4.")
	d.Axes(a)
	exact := newJudged(tensor.Float64).gradient()
	for i, c := range formulas {
		class := []string{"c1", "c2", "c3", "c4 dash"}[i]
		var x, y []float64
		bx, by := 0.0, math.Inf(1)
		for k := 0.0; k <= 13; k += 0.125 {
			h := math.Pow(10, -k)
			e := off(newJudged(c.typ).differences(c.f, h), exact)
			x, y = append(x, h), append(y, e)
			if e < by {
				bx, by = h, e
			}
		}
		d.Polyline(class, a, x, y)
		px, py := a.At(bx, by)
		d.Dot(class[:2], px, py, 4.5)
		at := [][2]float64{{300, 190}, {434, 264}, {490, 322}, {350, 62}}[i] // beside its curve
		d.Text(class[:2]+" start bold", at[0], at[1], c.name)
	}
	for i, power := range []float64{1. / 2, 1. / 3, 1. / 5} { // where theory has the lowest points
		x, y := a.At(math.Pow(0x1p-52, power), 1e-13)
		class := []string{"c1", "c2", "c3"}[i]
		d.Line(class, x, y-22, x, y)
		d.Text(class+" end", x-5, y-8, []string{"√ε", "∛ε", "ε^⅕"}[i])
	}
	d.Text("soft small start", 578, 130, "truncation:")
	d.Text("soft small start", 578, 148, "slopes 1, 2 and 4")
	d.Text("soft small start", 110, 90, "round-off: slope −1")
	picture(t, "11-valleys.svg", d)
}

func Example_scaledStep() {
	log := func(x float64) float64 { return ops.Log(graph.Const(tensor.Scalar(x))).Value().Item() }
	const x, h = 1e6, 6e-6 // ε to the power ⅓
	slope := func(h float64) float64 { return (log(x+h) - log(x-h)) / ((x + h) - (x - h)) }
	fmt.Printf("step h:     off by %.0e\n", math.Abs(slope(h)*x-1))
	fmt.Printf("step h|x|:  off by %.0e\n", math.Abs(slope(h*x)*x-1)) // eq: G4

	large, small := 1e9, 1e-6 // y = x
	up, down := large+small, large-small
	fmt.Printf("2h = %.2e, step made = %.2e\n", 2*small, up-down)
	// Output:
	// step h:     off by 7e-05
	// step h|x|:  off by 8e-12
	// 2h = 2.00e-06, step made = 1.91e-06
}

// eq: G4
// For ln x a step that grows with x does well anywhere, and one that does not only near 1.
func TestStepsScale(t *testing.T) {
	of := func(f func(x float64) float64, x float64) func(nudge float64) (value, made float64) {
		return func(nudge float64) (float64, float64) { return f(x + nudge), (x + nudge) - x }
	}
	for _, x := range []float64{1e-3, 1, 1e6, 1e12} {
		if e := math.Abs(central(of(math.Log, x), 6e-6*x)*x - 1); e > 1e-8 {
			t.Errorf("at %v off by %v", x, e)
		}
		if x > 1 && math.Abs(central(of(math.Log, x), 6e-6)*x-1) < 1e-7 {
			t.Errorf("at %v a step that does not scale does as well", x)
		}
	}

	// Of y = x any quotient by the step that was made is 1.
	for _, h := range []float64{1e-6, 3e-7, 2.5e-7} {
		for name, f := range map[string]formula{"forward": forward, "central": central, "five points": fivePoint} {
			if got := f(of(func(x float64) float64 { return x }, 1e9), h); math.Abs(got-1) > 1e-12 {
				t.Errorf("%s: the slope of x at a billion is %v with the step %v", name, got, h)
			}
		}
	}
}

// accept reports whether a derivative a agrees with its reference n.
func accept(n, a, rtol, atol float64) bool {
	return math.Abs(n-a) <= atol+rtol*max(math.Abs(n), math.Abs(a)) // eq: G5
}

// acceptAll reports whether all of a are accepted.
func acceptAll(n, a []float64, rtol, atol float64) bool {
	for i := range n {
		if !accept(n[i], a[i], rtol, atol) {
			return false
		}
	}
	return true
}

func Example_tolerance() {
	net := newJudged(tensor.Float64)
	right, wrong := net.gradient(), net.gradient()
	for i := range wrong {
		wrong[i] *= 1.01
	}
	const h = 6e-6
	n := net.differences(central, h)
	floor := 10 * 0x1p-52 * max(1, net.value()) / h
	fmt.Println("rtol   atol     right gradient  off by 1 %")
	for _, c := range [][2]float64{{1e-11, 0}, {1e-2, 1e-2}, {1e-6, floor}} {
		fmt.Printf("%.0e  %-7.0e  %-14v  %v\n", c[0], c[1], acceptAll(n, right, c[0], c[1]), acceptAll(n, wrong, c[0], c[1]))
	}
	// Output:
	// rtol   atol     right gradient  off by 1 %
	// 1e-11  0e+00    false           false
	// 1e-02  1e-02    true            true
	// 1e-06  4e-10    true            false
}

// eq: G5
// With the round-off floor, right gradients of many networks pass, and none that is off
// by a thousandth does.
func TestTolerance(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 5))
	for range 20 {
		net := newJudged(tensor.Float64)
		for _, w := range net.params {
			w.FillNormal(r, 0, 0.5)
		}
		const h = 6e-6
		n, a := net.differences(central, h), net.gradient()
		floor := 10 * 0x1p-52 * max(1, net.value()) / h
		if !acceptAll(n, a, 1e-6, floor) {
			t.Error("a right gradient is refused")
		}
		for i := range a {
			a[i] *= 1.001
		}
		if acceptAll(n, a, 1e-6, floor) {
			t.Error("a wrong gradient is accepted")
		}
	}
}

func Example_bend() {
	relu := func(x float64) float64 { return ops.ReLU(graph.Const(tensor.Scalar(x))).Value().Item() }
	const h = 5e-6
	fmt.Println("x      left  right  both  tape  gradcheck")
	for _, x := range []float64{0, 1e-6, 3e-6, 1e-5} {
		left, right := (relu(x)-relu(x-h))/h, (relu(x+h)-relu(x))/h
		both := (relu(x+h) - relu(x-h)) / (2 * h) // eq: G6

		var tape graph.Tape
		w := tensor.Scalar(x)
		slope := ops.ReLU(tape.Watch(w)).Backward().Of(w).Item()
		f := func(x []*graph.Var) *graph.Var { return ops.ReLU(x[0]) }
		code := gradcheck.Checker{}.Run(gradcheck.Target{Func: f, X: []*tensor.Tensor{w}}).Code()
		fmt.Printf("%-5g  %-4.2g  %-5.2g  %-4.2g  %-4g  %s\n", x, left, right, both, slope, code)
	}
	// Output:
	// x      left  right  both  tape  gradcheck
	// 0      0     1      0.5   0     kink
	// 1e-06  0.2   1      0.6   1     pass
	// 3e-06  0.6   1      0.8   1     pass
	// 1e-05  1     1      1     1     pass
}

func Example_twoBends() {
	f := func(x []*graph.Var) *graph.Var { return ops.Sub(ops.ReLU(x[0]), ops.ReLU(ops.Neg(x[0]))) }
	worst, _ := gradcheck.Checker{}.Run(gradcheck.Target{Func: f, X: []*tensor.Tensor{tensor.Scalar(0)}}).Worst()
	fmt.Printf("ratio of differences to what the tape says: %.6g to %.6g, %s\n", worst.Reference, worst.Tape, worst.Verdict)
	// Output:
	// ratio of differences to what the tape says: 1 to 0, wrong
}

// eq: G6
// Nearer to the kink than h, the central difference of ReLU is ½(1 + x/h), between its two
// slopes 0 and 1. The tape gives one of them, that of the side where x is, and so does gradcheck, but
// at 0 itself.
func TestSlopesAtAKink(t *testing.T) {
	relu := func(x float64) float64 { return ops.ReLU(graph.Const(tensor.Scalar(x))).Value().Item() }
	const h = 0x1p-10
	for x := -h; x <= h; x += h / 8 {
		phi := func(nudge float64) (float64, float64) { return relu(x + nudge), nudge }
		if got, want := central(phi, h), 0.5*(1+x/h); got != want {
			t.Errorf("at %v the difference is %v, want %v", x, got, want)
		}
		slope, verdict := 0.0, gradcheck.Pass
		if x > 0 {
			slope = 1
		}
		if x == 0 {
			verdict = gradcheck.AtKink
		}
		var tape graph.Tape
		w := tensor.Scalar(x)
		if got := ops.ReLU(tape.Watch(w)).Backward().Of(w).Item(); got != slope {
			t.Errorf("at %v the tape gives %v, want %v", x, got, slope)
		}
		if got := code(func(x *graph.Var) *graph.Var { return ops.ReLU(x) }, x); got != verdict {
			t.Errorf("at %v gradcheck says %s, want %s", x, got, verdict)
		}
	}
}

func Example_crossings() {
	r := rand.New(rand.NewPCG(11, 7))
	const n, h = 1_000_000, 1e-4
	crossed := 0
	for range n { // n numbers before a ReLU, as likely anywhere between −1 and 1
		if z := 2*r.Float64() - 1; math.Abs(z) < h {
			crossed++
		}
	}
	fmt.Printf("expected %.0f, crossed %d\n", n*2*h*0.5, crossed) // eq: G7
	// Output:
	// expected 100, crossed 98
}

// eq: G7
// The count of crossings is that of a Poisson distribution.
func TestCrossings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	const n, h = 200_000, 1e-3
	x := tensor.RandNormal(r, 0, 1, n)
	crossed := 0
	for i := range n {
		if math.Abs(x.Flat(i)) < h {
			crossed++
		}
	}
	want := n * 2 * h / math.Sqrt(2*math.Pi)
	if math.Abs(float64(crossed)-want) > 4*math.Sqrt(want) {
		t.Errorf("%d crossed, want about %v", crossed, want)
	}
}

// silent is softmax with a rule that sends nothing back.
func silent(x *graph.Var) *graph.Var {
	return museum.Wrong(ops.Softmax(x, -1), func(c museum.Call) *graph.Var { return ops.Scale(c.Right, 0) })
}

// bent is tanh with the slope 1 − z² in place of 1 − a².
func bent(z *graph.Var) *graph.Var {
	return museum.Wrong(ops.Tanh(z), func(c museum.Call) *graph.Var {
		return ops.Mul(c.G, ops.AddScalar(ops.Neg(ops.Square(c.X[0])), 1))
	})
}

func code(f func(x *graph.Var) *graph.Var, at ...float64) gradcheck.Code {
	return gradcheck.Checker{}.Run(gradcheck.Target{
		Func: func(x []*graph.Var) *graph.Var { return f(x[0]) }, X: []*tensor.Tensor{tensor.Vector(at...)}}).Code()
}

func Example_unseen() {
	sum := func(x *graph.Var) *graph.Var { return ops.Sum(silent(x)) }
	fmt.Println("softmax that sends nothing back, summed: ", code(sum, 0.3, -0.2, 0.5))
	fmt.Println("the same with random weights:            ", code(silent, 0.3, -0.2, 0.5)) // eq: G8
	fmt.Println("tanh with 1 − z², at z = 0:              ", code(bent, 0))
	fmt.Println("the same at z = 0.7:                     ", code(bent, 0.7)) // eq: G9
	// Output:
	// softmax that sends nothing back, summed:  pass
	// the same with random weights:             mismatch
	// tanh with 1 − z², at z = 0:               pass
	// the same at z = 0.7:                      mismatch
}

// eq: G8, G9
// A sum hides a rule that is zero, and the point 0 one that is right only there.
func TestUnseenMistakes(t *testing.T) {
	sum := func(x *graph.Var) *graph.Var { return ops.Sum(silent(x)) }
	for _, c := range []struct {
		f    func(*graph.Var) *graph.Var
		at   []float64
		want gradcheck.Code
	}{{sum, []float64{0.3, -0.2}, gradcheck.Pass}, {silent, []float64{0.3, -0.2}, gradcheck.Mismatch}, {bent, []float64{0}, gradcheck.Pass}, {bent, []float64{0.7}, gradcheck.Mismatch}} {
		if got := code(c.f, c.at...); got != c.want {
			t.Errorf("at %v: %s, want %s", c.at, got, c.want)
		}
	}
}

func Example_report() {
	at := tensor.Vector(0.7, 0, -1.2)
	fmt.Println(gradcheck.Check(func(x []*graph.Var) *graph.Var { return bent(x[0]) }, at))
	// Output:
	// gradcheck: the gradient for input 0 [3] is wrong at [2]: claimed 0.415436, reference -0.287992 ± 3e-13, tolerance 3e-12, claimed/reference -1.44253
	// gradient for input 0: the rule of tanh is wrong, applied at wrong.go:45; all operations after it are right
	// gradient for input 0 [3]: 2 of 3 entries wrong
	//   at   claimed   reference  ±      tolerance  claimed/reference  verdict
	//   [2]  0.415436  -0.287992  3e-13  3e-12      -1.44253           wrong
	//   [0]  0.764963  0.952063   7e-13  7e-12      0.803479           wrong
	// 3 entries, 501 evaluations, seed 0
}

func Example_directions() {
	r := rand.New(rand.NewPCG(11, 10))
	layer := nn.NewLinear(r, 100, 100)
	x := tensor.RandNormal(r, 0, 1, 4, 100)
	loss := func(t *graph.Tape) *graph.Var { return ops.Tanh(layer.Forward(t.Input(x))) }
	for _, projections := range []bool{false, true} {
		report := gradcheck.Checker{Projections: projections, Entries: 10_000}.Run(gradcheck.Model(loss, layer.Params())) // eq: G10
		fmt.Printf("compared: %5d, evaluations: %6d, %s\n", len(report.Entries), report.Evaluations, report.Code())
	}
	// Output:
	// compared: 10100, evaluations: 363613, pass
	// compared:     4, evaluations:    157, pass
}

// eq: G10
// ⟨ȳ, Ju⟩, with Ju from a difference along u, is ⟨Jᵀȳ, u⟩ of the sweep.
func TestDotProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	net := newJudged(tensor.Float64)
	x, u := tensor.RandNormal(r, 0, 1, 5, 3), tensor.RandNormal(r, 0, 1, 5, 3)
	bar := tensor.RandNormal(r, 0, 1, 5, 4)
	f := func(x *graph.Var) *graph.Var { return ops.Tanh(net.hidden.Forward(x)) }
	var tape graph.Tape
	back := f(tape.Watch(x)).BackwardFrom(bar).Of(x)
	const h = 1e-5
	move := func(c float64) *tensor.Tensor { return f(graph.Const(tensor.AddScaled(x.Clone(), u, c))).Value() }
	up, down := move(h), move(-h)
	dot := func(a, b *tensor.Tensor) (s float64) {
		for i := range a.Len() {
			s += a.Flat(i) * b.Flat(i)
		}
		return s
	}
	left, right := (dot(bar, up)-dot(bar, down))/(2*h), dot(back, u)
	if math.Abs(left-right) > 1e-8*math.Abs(right) {
		t.Errorf("⟨ȳ, Ju⟩ = %v, ⟨Jᵀȳ, u⟩ = %v", left, right)
	}

	// Along directions gradcheck finds each mistake of the museum that it finds element by element.
	for _, bug := range museum.Bugs() {
		net := museum.NewNet(bug, 1)
		x, labels := museum.Spiral(3)
		loss := func(t *graph.Tape) *graph.Var { return net.Loss(t, x, labels) }
		code := gradcheck.Checker{Projections: true}.Run(gradcheck.Model(loss, net.Params())).Code()
		want := gradcheck.Pass
		if _, relative := museum.Check(bug); relative > 1e-6 {
			want = gradcheck.Mismatch
		}
		if code != want {
			t.Errorf("%s: along directions the verdict is %s, want %s", bug.Name, code, want)
		}
	}
}

func Example_complexStep() {
	f := func(x *graph.Var) *graph.Var { return ops.Mul(ops.Exp(x), ops.Sin(x)) }
	onComplex := func(z complex128) complex128 { return cmplx.Exp(z) * cmplx.Sin(z) }
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(1.5))
	exact := f(x).Grad(x)[0].Value().Item()
	for _, h := range []float64{1e-3, 1e-8, 1e-20} {
		step := imag(onComplex(complex(1.5, h))) / h // eq: G11
		fmt.Printf("h = %g: relative error below 1e-14 is %v\n", h, math.Abs(step/exact-1) < 1e-14)
	}
	// Output:
	// h = 0.001: relative error below 1e-14 is false
	// h = 1e-08: relative error below 1e-14 is true
	// h = 1e-20: relative error below 1e-14 is true
}

// eq: G11
// Nothing is subtracted, so no h is too small.
func TestComplexStep(t *testing.T) {
	for _, x := range []float64{-2, 0.3, 1.5} {
		z := complex(x, 1e-30)
		want := math.Exp(x) * (math.Sin(x) + math.Cos(x))
		if got := imag(cmplx.Exp(z)*cmplx.Sin(z)) / 1e-30; math.Abs(got-want) > 1e-14*math.Abs(want) {
			t.Errorf("at %v: %v, want %v", x, got, want)
		}
	}
}
