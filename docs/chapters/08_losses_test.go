package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// softmax is the one along the only axis of a vector.
func softmax(z *graph.Var) *graph.Var { return ops.Softmax(z, -1) }

// surprise is the cross-entropy −Σ y ln p, from probabilities.
func surprise(p, y *graph.Var) *graph.Var {
	return ops.Neg(ops.Sum(ops.Mul(y, ops.Log(p)))) // eq: L5
}

func Example_firstAdjoint() {
	var tape graph.Tape
	z := tape.Watch(tensor.Vector(1, 2, 3))
	y := graph.Const(tensor.Vector(0, 1, 0))
	p := softmax(z)
	loss := surprise(p, y)
	bar := loss.Grad(p, z)
	nudges := bySteps(func(z *graph.Var) *graph.Var { return surprise(softmax(z), y) }, z.Value())

	fmt.Printf("p       %9.6f\n", p.Value())
	fmt.Printf("loss    %9.6f\n", loss.Value())
	fmt.Printf("p̄       %9.6f\n", bar[0].Value())
	fmt.Printf("z̄       %9.6f\n", bar[1].Value())
	fmt.Printf("nudges  %9.6f\n", nudges.RawMatrix().Data)
	// Output:
	// p       [ 0.090031  0.244728  0.665241]
	// loss     1.407606
	// p̄       [ 0.000000 -4.086161  0.000000]
	// z̄       [ 0.090031 -0.755272  0.665241]
	// nudges  [ 0.090031 -0.755272  0.665241]
}

func Example_threeSquares() {
	var tape graph.Tape
	a := tape.Watch(tensor.Vector(3, 1, 2))
	y := graph.Const(tensor.Vector(1, 2, 2))
	show := func(name string, loss *graph.Var) {
		fmt.Printf("%-11s %.4f, gradient %7.4f\n", name, loss.Value(), loss.Grad(a)[0].Value())
	}
	show("½‖a − y‖²", ops.Scale(ops.Sum(ops.SquaredError(a, y)), 0.5)) // eq: L1
	show("‖a − y‖²", ops.Sum(ops.SquaredError(a, y)))
	show("‖a − y‖²/n", ops.MSE(a, y))

	five := ops.Stack(0, a, a, a, a, a)
	loss := ops.MSE(five, ops.Stack(0, y, y, y, y, y))
	fmt.Printf("for five    %.4f, gradient %7.4f in each row\n", loss.Value(), ops.Take(loss.Grad(five)[0], 0, []int{0}).Value().Float64s())
	// Output:
	// ½‖a − y‖²   2.5000, gradient [ 2.0000 -1.0000  0.0000]
	// ‖a − y‖²    5.0000, gradient [ 4.0000 -2.0000  0.0000]
	// ‖a − y‖²/n  1.6667, gradient [ 1.3333 -0.6667  0.0000]
	// for five    1.6667, gradient [ 0.2667 -0.1333  0.0000] in each row
}

func Example_yesOrNo() {
	var tape graph.Tape
	_, _, _, z, p, _, _, _ := oneSample(&tape)
	y := graph.Const(tensor.Vector(0, 1))
	inP, inZ := ops.Sum(ops.BCE(p, y)), ops.Sum(ops.BCEWithLogits(z, y))
	fmt.Printf("loss from p, from z     %.6f, %.6f\n", inP.Value(), inZ.Value())
	fmt.Printf("p                       %.6f\n", p.Value())
	fmt.Printf("p̄ = (p − y)/(p(1 − p))  %.6f\n", inP.Grad(p)[0].Value())
	fmt.Printf("z̄ = p̄ times the slope   %.6f\n", inP.Grad(z)[0].Value())
	fmt.Printf("z̄ from z in one step    %.6f\n", inZ.Grad(z)[0].Value())
	// Output:
	// loss from p, from z     1.082975, 1.082975
	// p                       [0.464416 0.632182]
	// p̄ = (p − y)/(p(1 − p))  [ 1.867120 -1.581823]
	// z̄ = p̄ times the slope   [ 0.464416 -0.367818]
	// z̄ from z in one step    [ 0.464416 -0.367818]
}

func Example_softmaxTable() {
	z := tensor.Vector(1, 2, 3)
	fmt.Printf("%.4f\n", rows(softmax, z)) // eq: A10
	// Output:
	// [[ 0.0819 -0.0220 -0.0599]
	//  [-0.0220  0.1848 -0.1628]
	//  [-0.0599 -0.1628  0.2227]]
}

// jacobianOf returns diag p − ppᵀ.
func jacobianOf(p []float64) *tensor.Tensor {
	j := tensor.Zeros(len(p), len(p))
	for i := range p {
		for k := range p {
			j.Set(-p[i]*p[k], i, k) // eq: S2
		}
		j.Set(p[i]*(1-p[i]), i, i)
	}
	return j
}

func Example_severalLabels() {
	for _, target := range [][]float64{{0.2, 0.5, 0.3}, {0.5, 0.6, 0.4}} {
		var tape graph.Tape
		z := tape.Watch(tensor.Vector(1, 2, 3))
		y := graph.Const(tensor.Vector(target...))
		p := softmax(z)
		sum := ops.Sum(y)
		right := ops.Sub(ops.Mul(p, sum), y) // eq: S4
		fmt.Printf("Σy = %.1f  the tape %7.4f\n", sum.Value(), ops.SoftCrossEntropy(z, y, ops.LabelSettings{}).Grad(z)[0].Value())
		fmt.Printf("          p Σy − y %7.4f\n", right.Value())
		fmt.Printf("          p − y    %7.4f\n", ops.Sub(p, y).Value())
	}
	// Output:
	// Σy = 1.0  the tape [-0.1100 -0.2553  0.3652]
	//           p Σy − y [-0.1100 -0.2553  0.3652]
	//           p − y    [-0.1100 -0.2553  0.3652]
	// Σy = 1.5  the tape [-0.3650 -0.2329  0.5979]
	//           p Σy − y [-0.3650 -0.2329  0.5979]
	//           p − y    [-0.4100 -0.3553  0.2652]
}

func Example_overflow() {
	var tape graph.Tape
	z := tape.Watch(tensor.Vector(1000, 0))
	e := ops.Exp(z)
	wrong := graph.Const(tensor.Vector(0, 1)) // the class of logit 0
	fmt.Println("e^z / Σ e^z        ", ops.Div(e, ops.Sum(e)).Value())
	fmt.Println("softmax            ", softmax(z).Value()) // eq: S6
	fmt.Println("ln of softmax      ", ops.Log(softmax(z)).Value())
	fmt.Println("log-softmax        ", ops.LogSoftmax(z, -1).Value())

	rounded, whole := surprise(softmax(z), wrong), ops.CrossEntropy(z, []int{1})
	fmt.Println("loss of rounded p  ", rounded.Value(), "with gradient", rounded.Grad(z)[0].Value())
	fmt.Println("loss from logits   ", whole.Value(), "with gradient", whole.Grad(z)[0].Value())

	x := graph.Const(tensor.Scalar(-800))
	fmt.Println("−ln σ(−800)        ", ops.Neg(ops.Log(ops.Sigmoid(x))).Value())
	fmt.Println("from the logit     ", ops.BCEWithLogits(x, graph.Const(tensor.Scalar(1))).Value())
	// Output:
	// e^z / Σ e^z         [NaN   0]
	// softmax             [1 0]
	// ln of softmax       [   0 -Inf]
	// log-softmax         [    0 -1000]
	// loss of rounded p   Inf with gradient [NaN NaN]
	// loss from logits    1000 with gradient [ 1 -1]
	// −ln σ(−800)         Inf
	// from the logit      800
}

// saturated returns the gradients in z of ½(σ(z) − 0)² and of the binary cross-entropy of
// σ(z) and 0.
func saturated(z float64) (squared, entropy float64) {
	var tape graph.Tape
	x, y := tape.Watch(tensor.Scalar(z)), graph.Const(tensor.Scalar(0))
	p := ops.Sigmoid(x)
	squared = ops.Scale(ops.SquaredError(p, y), 0.5).Grad(x)[0].Value().Item()
	return squared, ops.BCEWithLogits(x, y).Grad(x)[0].Value().Item() // eq: S7
}

func Example_sureAndWrong() {
	for _, z := range []float64{0, 5, 10, 20} {
		squared, entropy := saturated(z)
		fmt.Printf("z = %2g: squared error %.2e, cross-entropy %.5f\n", z, squared, entropy)
	}
	// Output:
	// z =  0: squared error 1.25e-01, cross-entropy 0.50000
	// z =  5: squared error 6.60e-03, cross-entropy 0.99331
	// z = 10: squared error 4.54e-05, cross-entropy 0.99995
	// z = 20: squared error 2.06e-09, cross-entropy 1.00000
}

func Example_penalty() {
	const decay = 0.1
	data, labels := chapters.Batch()
	hidden, out := chapters.NewNet()
	var tape graph.Tape
	losses := ops.CrossEntropy(out.Forward(ops.Tanh(hidden.Forward(tape.Input(data)))), labels)
	term := ops.Scale(ops.Sum(ops.Square(tape.Watch(hidden.W))), decay/2) // eq: L7
	grad := func(j *graph.Var) float64 { return j.Backward().Of(hidden.W).At(0, 0) }

	mean, whole := grad(ops.Mean(losses)), grad(ops.Add(ops.Mean(losses), term))
	fmt.Printf("gradient at the weight %.1f    %.6f, with the term %.6f\n", hidden.W.At(0, 0), mean, whole)
	fmt.Printf("the term adds                 %.6f\n", whole-mean)
	fmt.Printf("in each of five, then summed  %.6f\n", grad(ops.Sum(ops.Add(losses, term)))-grad(ops.Sum(losses)))

	j := ops.Mean(losses).Backward()
	weights := &nn.Linear{W: hidden.W} // the layer without its bias
	(&optim.SGD{Rate: 1, WeightDecay: decay}).Step(weights.Params(), j)
	fmt.Printf("WeightDecay moves it by       %.6f\n", hidden.W.At(0, 0)-0.2)
	// Output:
	// gradient at the weight 0.2    -0.131609, with the term -0.111609
	// the term adds                 0.020000
	// in each of five, then summed  0.100000
	// WeightDecay moves it by       0.111609
}

func Example_diagonal() {
	var tape graph.Tape
	z := tape.Watch(tensor.Vector(1, 2, 3))
	y := graph.Const(tensor.Vector(0, 1, 0))
	p := softmax(z)
	loss := surprise(p, y)
	bar := loss.Grad(p, z)
	q := p.Value()
	slope := tensor.Mul(nil, q, tensor.AddScalar(nil, tensor.Neg(nil, q), 1))
	fmt.Printf("p̄ ⊙ p(1 − p)  %.4f\n", tensor.Mul(nil, bar[0].Value(), slope))
	fmt.Printf("the tape      %.4f\n", bar[1].Value())
	// Output:
	// p̄ ⊙ p(1 − p)  [ 0.0000 -0.7553  0.0000]
	// the tape      [ 0.0900 -0.7553  0.6652]
}

// plainSoftmax follows the formula, without the library. It overflows.
func plainSoftmax(z []float64) []float64 {
	p, sum := make([]float64, len(z)), 0.0
	for i, v := range z {
		p[i] = math.Exp(v)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// nudgedEach returns the derivatives of f by central differences.
func nudgedEach(f func(x []float64) float64, at ...float64) []float64 {
	const h = 1e-5
	list := make([]float64, len(at))
	for i := range at {
		up, down := append([]float64{}, at...), append([]float64{}, at...)
		up[i] += h
		down[i] -= h
		list[i] = (f(up) - f(down)) / (up[i] - down[i])
	}
	return list
}

// wantNear reports numbers that are farther from those wanted than tol.
func wantNear(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	for i := range want {
		if len(got) != len(want) || !(math.Abs(got[i]-want[i]) <= tol) {
			t.Errorf("%s is %v, want %v", what, got, want)
			return
		}
	}
}

// fortyLogits returns 40 logits from c to c + 3. The library computes rows of so many classes by
// other loops than short ones.
func fortyLogits(c float64) (z []float64) {
	for i := range 40 {
		z = append(z, c+float64(i%4))
	}
	return z
}

// pulledFrom is the gradient of a loss in one vector x: by Grad, whose sweep is recorded, and
// the same by Backward, which has rules without a record.
func pulledFrom(t *testing.T, f func(x *graph.Var) *graph.Var, at ...float64) []float64 {
	t.Helper()
	var tape graph.Tape
	x := tape.Watch(tensor.Vector(at...))
	y := f(x)
	recorded, other := y.Grad(x)[0].Value().Float64s(), y.Backward().Of(x.Value()).Float64s()
	for i, v := range recorded {
		wantNear(t, "Backward", other[i:i+1], recorded[i:i+1], 1e-14*max(1, math.Abs(v)))
	}
	return recorded
}

// eq: L1, L2, L3
// The three squared errors have the gradients that a hand finds and nudges show. Three
// numbers, not two: for n = 2 the first and the last would agree.
func TestSquaredErrors(t *testing.T) {
	at, y := []float64{3, 1, 2}, graph.Const(tensor.Vector(1, 2, 2))
	square := func(x []float64) float64 { return (x[0]-1)*(x[0]-1) + (x[1]-2)*(x[1]-2) + (x[2]-2)*(x[2]-2) }
	for name, c := range map[string]struct {
		factor float64
		loss   func(a *graph.Var) *graph.Var
		want   []float64
	}{
		"L1": {1. / 2, func(a *graph.Var) *graph.Var { return ops.Scale(ops.Sum(ops.SquaredError(a, y)), 0.5) }, []float64{2, -1, 0}},
		"L2": {1, func(a *graph.Var) *graph.Var { return ops.Sum(ops.SquaredError(a, y)) }, []float64{4, -2, 0}},
		"L3": {1. / 3, func(a *graph.Var) *graph.Var { return ops.MSE(a, y) }, []float64{4. / 3, -2. / 3, 0}},
	} {
		wantNear(t, name, pulledFrom(t, c.loss, at...), c.want, 1e-15)
		wantNear(t, name+" by nudges", nudgedEach(func(x []float64) float64 { return c.factor * square(x) }, at...), c.want, 1e-9)
		if got, want := c.loss(graph.Const(tensor.Vector(at...))).Value().Item(), c.factor*5; math.Abs(got-want) > 1e-15 {
			t.Errorf("%s: the loss is %v, want %v", name, got, want)
		}
	}
	// The mean of a batch of 2 divides by 2·3.
	var tape graph.Tape
	two := tape.Watch(tensor.Matrix([][]float64{at, {0, 0, 0}}))
	g := ops.MSE(two, graph.Const(tensor.Matrix([][]float64{{1, 2, 2}, {0, 0, 0}}))).Grad(two)[0]
	wantNear(t, "a row of two", g.Value().Float64s()[:3], []float64{2. / 3, -1. / 3, 0}, 1e-15)
}

// eq: L4
// The derivatives in p and in z are those of the plain formula by nudges, and the stable
// form has its values where that has some, and the right ones where it has none.
func TestBinaryCrossEntropy(t *testing.T) {
	for _, y := range []float64{0, 0.3, 1} {
		target := graph.Const(tensor.Vector(y))
		inP := func(x []float64) float64 { return -y*math.Log(x[0]) - (1-y)*math.Log(1-x[0]) }
		inZ := func(x []float64) float64 { return inP([]float64{1 / (1 + math.Exp(-x[0]))}) }
		for _, z := range []float64{-4, -0.5, 0, 1, 4} {
			p := 1 / (1 + math.Exp(-z))
			slopeP := pulledFrom(t, func(p *graph.Var) *graph.Var { return ops.BCE(p, target) }, p)
			slopeZ := pulledFrom(t, func(z *graph.Var) *graph.Var { return ops.BCEWithLogits(z, target) }, z)
			through := pulledFrom(t, func(z *graph.Var) *graph.Var { return ops.BCE(ops.Sigmoid(z), target) }, z)
			wantNear(t, "in p", slopeP, []float64{(p - y) / (p * (1 - p))}, 1e-11)
			wantNear(t, "in p by nudges", nudgedEach(inP, p), slopeP, 1e-4)
			wantNear(t, "in z", slopeZ, []float64{p - y}, 1e-15)
			wantNear(t, "in z through p", through, []float64{p - y}, 1e-13)
			wantNear(t, "in z by nudges", nudgedEach(inZ, z), slopeZ, 1e-8)
			stable := max(z, 0) - z*y + math.Log1p(math.Exp(-math.Abs(z)))
			wantNear(t, "the loss", ops.BCEWithLogits(graph.Const(tensor.Vector(z)), target).Value().Float64s(), []float64{stable}, 1e-14)
			wantNear(t, "the loss from p", []float64{inZ([]float64{z})}, []float64{stable}, 1e-12)
		}
	}
	far := ops.BCEWithLogits(graph.Const(tensor.Vector(-800, -800, 800, 800)), graph.Const(tensor.Vector(1, 0, 0, 1)))
	wantNear(t, "far out", far.Value().Float64s(), []float64{800, 0, 800, 0}, 0)
}

// eq: L5, S4
// Through softmax a cross-entropy has the gradient pΣy − y, for any y. p − y is off by
// p(Σy − 1), which is nothing for Σy = 1 only.
func TestCrossEntropyOfAnyTarget(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for n := 2; n <= 6; n++ {
		for _, sum := range []float64{1, 1.5, 0.2} {
			z, y := tensor.RandNormal(r, 0, 2, n).Float64s(), make([]float64, n)
			for i := range y {
				y[i] = r.Float64()
			}
			floats.Scale(sum/floats.Sum(y), y)
			target, p := graph.Const(tensor.Vector(y...)), plainSoftmax(z)
			plain := func(z []float64) (loss float64) {
				for k, p := range plainSoftmax(z) {
					loss -= y[k] * math.Log(p)
				}
				return loss
			}
			overP, want, short := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range y {
				overP[i], want[i], short[i] = -y[i]/p[i], p[i]*sum-y[i], p[i]-y[i]
			}
			inP := pulledFrom(t, func(p *graph.Var) *graph.Var { return surprise(p, target) }, p...)
			for i := range inP {
				wantNear(t, "−y/p", inP[i:i+1], overP[i:i+1], 1e-14*math.Abs(overP[i]))
			}
			wantNear(t, "by softmax", pulledFrom(t, func(z *graph.Var) *graph.Var { return surprise(softmax(z), target) }, z...), want, 1e-14)
			wantNear(t, "from logits", pulledFrom(t, func(z *graph.Var) *graph.Var { return ops.SoftCrossEntropy(z, target, ops.LabelSettings{}) }, z...), want, 1e-14)
			wantNear(t, "by nudges", nudgedEach(plain, z...), want, 1e-8)
			if off := floats.Distance(want, short, math.Inf(1)); (off < 1e-12) != (sum == 1) {
				t.Errorf("p − y is off by %v where Σy is %v", off, sum)
			}
		}
	}
}

// eq: L6
// The loss from logits has the value and the gradient that gonum's logsumexp has, near 0 and
// where exponentials overflow.
func TestCrossEntropyFromLogits(t *testing.T) {
	for _, z := range [][]float64{{1, 2, 3}, {-0.5, 0.25}, {0, 0, 0, 0}, {1000, 0, 999}, {-2000, -1990}, fortyLogits(1000)} {
		for label := range z {
			plain := func(z []float64) float64 { return floats.LogSumExp(z) - z[label] }
			loss := func(z *graph.Var) *graph.Var { return ops.CrossEntropy(z, []int{label}) }
			wantNear(t, "the loss", loss(graph.Const(tensor.Vector(z...))).Value().Float64s(), []float64{plain(z)}, 1e-12)
			want := make([]float64, len(z))
			for i := range z {
				want[i] = math.Exp(z[i] - floats.LogSumExp(z))
			}
			want[label]--
			wantNear(t, "p − e", pulledFrom(t, loss, z...), want, 1e-12)
			wantNear(t, "nudges", nudgedEach(plain, z...), want, 1e-7)
		}
	}
}

// eq: A10, S2
// The table of derivatives is diag p − ppᵀ, and what differences show. It is symmetric, its
// rows sum to 0, and of its eigenvalues one is 0 and the others lie between elements of p.
func TestSoftmaxJacobian(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 2))
	for _, n := range []int{2, 3, 5, 40} {
		z := tensor.RandNormal(r, 0, 1, n)
		p := plainSoftmax(z.Float64s())
		wantNear(t, "softmax", softmax(graph.Const(z)).Value().Float64s(), p, 1e-15)
		got := rows(softmax, z).Dense()
		if want := jacobianOf(p).Dense(); !mat.EqualApprox(got, want, 1e-15) {
			t.Errorf("the table is %v, want %v", mat.Formatted(got), mat.Formatted(want))
		}
		if want := bySteps(softmax, z); !mat.EqualApprox(got, want, 1e-9) {
			t.Errorf("the table is %v, differences %v", mat.Formatted(got), mat.Formatted(want))
		}
		if !mat.EqualApprox(got, got.T(), 1e-16) {
			t.Error("the table is not symmetric")
		}
		for i := range n {
			if sum := floats.Sum(got.RawRowView(i)); math.Abs(sum) > 1e-15 {
				t.Errorf("row %d sums to %v", i, sum)
			}
		}
		var e mat.EigenSym
		if !e.Factorize(mat.NewSymDense(n, got.RawMatrix().Data), false) {
			t.Fatal("no eigenvalues")
		}
		values := e.Values(nil) // rising
		if math.Abs(values[0]) > 1e-15 || values[1] < floats.Min(p)-1e-15 {
			t.Errorf("eigenvalues %v for p = %v", values, p)
		}
	}
}

// eq: S3
// The rule gives the product with the whole table, which no value on the tape is as large
// as: each has n numbers at most, and twice as many for twice the classes.
func TestSoftmaxWithoutItsTable(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 3))
	work := map[int]int{}
	for _, n := range []int{4, 300, 600} {
		z, cotangent := tensor.RandNormal(r, 0, 1, n), tensor.RandNormal(r, 0, 1, n)
		var want mat.VecDense
		want.MulVec(jacobianOf(plainSoftmax(z.Float64s())).Dense().T(), cotangent.VecDense())

		var tape graph.Tape
		x := tape.Watch(z)
		p := softmax(x)
		wantNear(t, "the sweep", p.BackwardFrom(cotangent).Of(z).Float64s(), want.RawVector().Data, 1e-15)
		pulled := ops.Sum(ops.Mul(p, graph.Const(cotangent))).Grad(x)[0]
		wantNear(t, "the tape of the sweep", pulled.Value().Float64s(), want.RawVector().Data, 1e-15)
		for v := range pulled.Sweep() {
			work[n] += v.Len()
			if v.Len() > n {
				t.Errorf("a value of %d numbers for %d classes", v.Len(), n)
			}
		}
	}
	if work[600] > 2*work[300] {
		t.Errorf("%d numbers for 600 classes, %d for 300", work[600], work[300])
	}
}

// eq: S5
// The Jacobian of log-softmax is I − 1pᵀ.
func TestLogSoftmaxRule(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 4))
	logSoftmax := func(z *graph.Var) *graph.Var { return ops.LogSoftmax(z, -1) }
	for _, n := range []int{2, 3, 40} {
		z, cotangent := tensor.RandNormal(r, 0, 2, n), tensor.RandNormal(r, 0, 1, n)
		j := mat.NewDense(n, n, nil)
		for i := range n {
			for k, p := range plainSoftmax(z.Float64s()) {
				j.Set(i, k, -p)
			}
			j.Set(i, i, 1+j.At(i, i))
		}
		if got := bySteps(logSoftmax, z); !mat.EqualApprox(got, j, 1e-9) {
			t.Errorf("differences %v, want %v", mat.Formatted(got), mat.Formatted(j))
		}
		var want mat.VecDense
		want.MulVec(j.T(), cotangent.VecDense())
		var tape graph.Tape
		got := logSoftmax(tape.Watch(z)).BackwardFrom(cotangent).Of(z)
		wantNear(t, "the sweep", got.Float64s(), want.RawVector().Data, 1e-14)
	}
}

// eq: S1
// The same number added to all logits changes nothing, so in that direction the derivative
// is 0, and gradients in z sum to 0.
func TestShiftedLogits(t *testing.T) {
	want := plainSoftmax([]float64{1, 2, 3})
	for _, c := range []float64{0, 5, -1000, 1000, 1e6} {
		z := tensor.Vector(1+c, 2+c, 3+c)
		wantNear(t, "softmax", softmax(graph.Const(z)).Value().Float64s(), want, 1e-15)
		long := softmax(graph.Const(tensor.Vector(fortyLogits(c)...))).Value().Float64s()
		wantNear(t, "softmax of 40", long, plainSoftmax(fortyLogits(0)), 1e-15)
		wantNear(t, "J1", pushed(softmax, z, tensor.Vector(1, 1, 1)).Float64s(), []float64{0, 0, 0}, 1e-15)
		wantNear(t, "p̄ = 1", pulledFrom(t, func(z *graph.Var) *graph.Var { return ops.Sum(softmax(z)) }, z.Float64s()...), []float64{0, 0, 0}, 1e-15)
		for _, y := range [][]float64{{0, 1, 0}, {0.5, 0.6, 0.4}, {3, 0, 0}} {
			loss := func(z *graph.Var) *graph.Var { return surprise(softmax(z), graph.Const(tensor.Vector(y...))) }
			wantNear(t, "Σz̄", []float64{floats.Sum(pulledFrom(t, loss, z.Float64s()...))}, []float64{0}, 1e-14)

			// Two shortcuts show by their sums that they are the gradient of nothing.
			short, diagonal := 0.0, 0.0
			for i, p := range want {
				short += p - y[i]
				diagonal += -y[i] * (1 - p)
			}
			if sum := floats.Sum(y); math.Abs(short-(1-sum)) > 1e-15 || diagonal > -0.1 {
				t.Errorf("p − y sums to %v for Σy = %v, and −y/p ⊙ p(1 − p) to %v", short, sum, diagonal)
			}
		}
	}
}

// eq: S6
// Where the formulas as they stand overflow, the library has the numbers that one finds by
// hand.
func TestOverflow(t *testing.T) {
	if p := plainSoftmax([]float64{1000, 0}); !math.IsNaN(p[0]) {
		t.Errorf("the plain formula gives %v", p)
	}
	if !math.IsInf(math.Exp(710), 1) || math.IsInf(math.Exp(709), 1) {
		t.Error("float64 does not end between e^709 and e^710")
	}
	if loss := -math.Log(1 / (1 + math.Exp(800))); !math.IsInf(loss, 1) {
		t.Errorf("−ln σ(−800) is %v", loss)
	}
	z := graph.Const(tensor.Vector(1000, 0))
	wantNear(t, "softmax", softmax(z).Value().Float64s(), []float64{1, 0}, 0)
	long := softmax(graph.Const(tensor.Vector(append(fortyLogits(0), 1000)...))).Value().Float64s()
	wantNear(t, "softmax of 41", long, append(make([]float64, 40), 1), 0)
	wantNear(t, "log-softmax", ops.LogSoftmax(z, -1).Value().Float64s(), []float64{0, -1000}, 0)
	wantNear(t, "gradient", pulledFrom(t, func(z *graph.Var) *graph.Var { return ops.CrossEntropy(z, []int{1}) }, 1000, 0), []float64{1, -1}, 0)
	wantNear(t, "in z", pulledFrom(t, func(z *graph.Var) *graph.Var {
		return ops.BCEWithLogits(z, graph.Const(tensor.Vector(1)))
	}, -800), []float64{-1}, 0)
}

// eq: S7
// With σ and a target of 0 the squared error has the gradient p²(1 − p), with nothing left of
// it at z = 10, and the cross-entropy has p.
func TestSaturatedUnit(t *testing.T) {
	for _, z := range []float64{-3, 0, 2, 10} {
		p := 1 / (1 + math.Exp(-z))
		squared, entropy := saturated(z)
		wantNear(t, "the gradients", []float64{squared, entropy}, []float64{p * p * (1 - p), p}, 1e-15)
		plain := func(z []float64) float64 { return math.Pow(1/(1+math.Exp(-z[0])), 2) / 2 }
		wantNear(t, "nudges", nudgedEach(plain, z), []float64{squared}, 1e-10)
	}
	squared, entropy := saturated(10)
	if fmt.Sprintf("%.1e %.5f", squared, entropy) != "4.5e-05 0.99995" {
		t.Errorf("the gradients are %v and %v", squared, entropy)
	}
}

// eq: L7
// The term ½λ‖W‖² adds λW to the gradient of a batch of any size, and so does WeightDecay,
// to those parameters that the optimizer is given.
func TestPenaltyOncePerBatch(t *testing.T) {
	const decay, rate = 0.1, 0.5
	all, labels := chapters.Batch()
	for _, m := range []int{1, 5} {
		data := tensor.Slice(nil, all, tensor.Span(0, m)).Clone()
		hidden, out := chapters.NewNet()
		bias := hidden.B.Clone()
		old := hidden.W.Clone()
		objective := func(w *graph.Var, decay float64) *graph.Var {
			z := ops.Linear(graph.Const(data), w, graph.Const(hidden.B))
			mean := nn.CrossEntropy(out.Forward(ops.Tanh(z)), labels[:m])
			return ops.Add(mean, ops.Scale(ops.Sum(ops.Square(w)), decay/2))
		}
		if err := gradcheck.Check(func(v []*graph.Var) *graph.Var { return objective(v[0], decay) }, hidden.W); err != nil {
			t.Error(err)
		}
		var tape graph.Tape
		w := tape.Watch(hidden.W)
		plain := objective(w, 0).Backward()
		g := append([]float64{}, plain.Of(hidden.W).Float64s()...)
		whole := objective(w, decay).Backward().Of(hidden.W).Float64s()
		want := append([]float64{}, g...)
		floats.AddScaled(want, decay, old.Float64s())
		wantNear(t, "the gradient with the term", whole, want, 1e-15)

		next := append([]float64{}, old.Float64s()...)
		floats.AddScaled(next, -rate, want)
		weights := &nn.Linear{W: hidden.W}
		(&optim.SGD{Rate: rate, WeightDecay: decay}).Step(weights.Params(), plain)
		wantNear(t, "the weights after a step", hidden.W.Float64s(), next, 1e-15)
		wantNear(t, "the biases", hidden.B.Float64s(), bias.Float64s(), 0)
	}
}

func TestPictureOfSoftmax(t *testing.T) {
	var tape graph.Tape
	z := tape.Watch(tensor.Vector(1, 2, 3))
	p := softmax(z)
	bar := surprise(p, graph.Const(tensor.Vector(0, 1, 0))).Grad(p, z)
	d := figure.New(715, 250, "A cotangent times the Jacobian of softmax",
		"The row of minus y over p, which is 0, −4.086, 0, times the Jacobian of softmax, 3 by 3, with a positive diagonal and all else negative, is the row p minus y: 0.090, −0.755, 0.665. Row 2 of the Jacobian is lit.")
	const w, h, top = 66.0, 38.0, 70.0
	row := func(v *graph.Var) *tensor.Tensor { return tensor.Reshape(nil, v.Value(), 1, 3) }
	d.Text("ink bold middle", 20+1.5*w, top+h-12, "p̄ᵀ = −(y/p)ᵀ")
	d.Matrix(20, top+h, w, h, "%.4f", row(bar[0]), nil)
	d.Text("ink bold middle", 20+3*w+14, top+1.5*h+5, "·")
	left := 20 + 3*w + 28 + 26
	d.Text("ink bold middle", left+1.5*w, top-34, "J = diag p − ppᵀ")
	for i := range 3 {
		sub := string('₁' + rune(i))
		d.Text("soft small middle", left+(float64(i)+0.5)*w, top-8, "z"+sub)
		d.Text("soft small end", left-6, top+(float64(i)+0.5)*h+4, "p"+sub)
	}
	d.Matrix(left, top, w, h, "%.4f", rows(softmax, z.Value()), func(i, _ int) bool { return i == 1 })
	d.Text("ink bold middle", left+3*w+14, top+1.5*h+5, "=")
	left += 3*w + 28
	d.Text("ink bold middle", left+1.5*w, top+h-12, "z̄ᵀ = (p − y)ᵀ")
	d.Matrix(left, top+h, w, h, "%.4f", row(bar[1]), nil)
	d.Text("soft start", 20, top+3*h+34, "p̄ is 0 but for class 2, so it picks row 2. Its factor −1/p₂ cancels the p₂ of that row.")
	d.Text("soft start", 20, top+3*h+54, "A slope p(1 − p) would know the diagonal only, and leave the other logits without an adjoint.")
	picture(t, "08-softmax.svg", d)
}

func TestPictureOfSaturation(t *testing.T) {
	d := figure.New(700, 330, "Gradients of two losses of a sigmoid whose target is 0",
		"Two curves over the logit z from −6 to 12. The gradient of the cross-entropy rises from 0 to 1 and stays there. That of half the squared error rises to 0.15 near z = 0.7 and falls back to 0: at z = 10 it is 0.000045, where the other one is 0.99995.")
	a := figure.Axes{Left: 60, Top: 36, Width: 600, Height: 240, X: figure.Scale{Lo: -6, Hi: 12, Label: "z"}, Y: figure.Scale{Lo: 0, Hi: 1.2, Label: "gradient in z, for the target 0"}}
	d.Axes(a)
	d.Curve("c1", a, func(z float64) float64 { _, entropy := saturated(z); return entropy })
	d.Curve("c2 dash", a, func(z float64) float64 { squared, _ := saturated(z); return squared })
	x, y := a.At(3.2, 0.85)
	d.Text("c1 start", x, y, "cross-entropy: p")
	x, y = a.At(2.6, 0.17)
	d.Text("c2 start", x, y, "½ squared error: p · p(1 − p)")
	squared, entropy := saturated(10)
	x, y = a.At(10, entropy)
	d.Dot("c1", x, y, 5)
	d.Number("ink middle", x, y-12, "%.5f", entropy)
	x, y = a.At(10, squared)
	d.Dot("c2", x, y, 5)
	d.Number("ink middle", x, y-14, "%.6f", squared)
	picture(t, "08-saturated.svg", d)
}
