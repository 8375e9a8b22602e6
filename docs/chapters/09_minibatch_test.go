package chapters_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A miniBatch is the network of the chapters, recorded for some samples of Batch.
type miniBatch struct {
	tape        graph.Tape
	hidden, out *nn.Linear
	labels      []int
	x, z1, a1   *graph.Var
	z2, losses  *graph.Var // losses has a number for each sample
	mean        *graph.Var // J
}

// newMiniBatch records the network for some rows of Batch, and their mean loss.
func newMiniBatch(rows ...int) *miniBatch {
	b := &miniBatch{}
	b.hidden, b.out = chapters.NewNet()
	x, labels := chapters.Batch()
	for _, s := range rows {
		b.labels = append(b.labels, labels[s])
	}
	b.x = b.tape.Watch(tensor.Take(nil, x, 0, rows))
	b.z1 = b.hidden.Forward(b.x)
	b.a1 = ops.Tanh(b.z1)
	b.z2 = b.out.Forward(b.a1)
	b.losses = ops.CrossEntropy(b.z2, b.labels)
	b.mean = ops.Mean(b.losses)
	return b
}

// params lists the parameters: W1, b1, W2, b2.
func (b *miniBatch) params() []*tensor.Tensor {
	return []*tensor.Tensor{b.hidden.W, b.hidden.B, b.out.W, b.out.B}
}

// gradients lists their adjoints.
func (b *miniBatch) gradients() (list []*tensor.Tensor) {
	g := b.mean.Backward()
	for _, w := range b.params() {
		list = append(list, g.Of(w).Clone())
	}
	return list
}

// perSample is ∂ℓ/∂z of the last layer, p − e, a row for each sample and no 1/m anywhere.
func (b *miniBatch) perSample() *tensor.Tensor {
	return tensor.Sub(nil, tensor.Softmax(nil, b.z2.Value(), -1), tensor.OneHot(tensor.Float64, b.labels, 2))
}

var allSamples = []int{0, 1, 2, 3, 4}

func Example_oneWeight() {
	b := newMiniBatch(allSamples...)
	delta := b.mean.Grad(b.z1)[0].Value()
	fmt.Println("sample    x₂   |  δ alone     δ·x₂     |  Δ in batch  Δ·x₂")
	var mean, meanX, sum, sumX float64
	for s := range 5 {
		one := newMiniBatch(s)
		x, alone, inBatch := one.x.Value().At(0, 1), one.mean.Grad(one.z1)[0].Value().At(0, 0), delta.At(s, 0)
		fmt.Printf("%d       %4.1f   |  %9.6f  %9.6f  |  %9.6f  %9.6f\n", s+1, x, alone, alone*x, inBatch, inBatch*x)
		mean, sum = mean+alone/5, sum+inBatch
		meanX, sumX = meanX+float64(alone*x/5), sumX+float64(inBatch*x)
	}
	fmt.Printf("mean           |  %9.6f  %9.6f  |\n", mean, meanX)
	fmt.Printf("sum            |                        |  %9.6f  %9.6f\n", sum, sumX)
	g := b.gradients()
	fmt.Printf("the gradient of the batch: b̄₁ = %.6f, W̄₁₂ = %.6f\n", g[1].At(0), g[0].At(0, 1))
	// Output:
	// sample    x₂   |  δ alone     δ·x₂     |  Δ in batch  Δ·x₂
	// 1        0.5   |  -0.097426  -0.048713  |  -0.019485  -0.009743
	// 2       -0.7   |   0.209019  -0.146314  |   0.041804  -0.029263
	// 3        0.4   |   0.394069   0.157628  |   0.078814   0.031526
	// 4        1.2   |  -0.105530  -0.126636  |  -0.021106  -0.025327
	// 5       -0.8   |   0.352093  -0.281675  |   0.070419  -0.056335
	// mean           |   0.150445  -0.089142  |
	// sum            |                        |   0.150445  -0.089142
	// the gradient of the batch: b̄₁ = 0.150445, W̄₁₂ = -0.089142
}

// stackedBack takes Δ = ∂J/∂Z, a row for each sample, to the three things that
// Z = XWᵀ + 1bᵀ was computed from.
func stackedBack(x, w, delta *tensor.Tensor) (xBar, wBar, bBar *tensor.Tensor) {
	ones := tensor.Ones(delta.Dim(0), 1)
	xBar = tensor.MatMul(nil, delta, w, false, false)   // ΔW
	wBar = tensor.MatMul(nil, delta, x, true, false)    // ΔᵀX
	bBar = tensor.MatMul(nil, delta, ones, true, false) // Δᵀ1
	return xBar, wBar, tensor.Reshape(nil, bBar, -1)
}

func Example_matrixForm() {
	b := newMiniBatch(allSamples...)
	delta2 := tensor.Scale(nil, b.perSample(), 1.0/5) // (p − e)/m
	a1Bar, w2Bar, b2Bar := stackedBack(b.a1.Value(), b.out.W, delta2)
	slope := tensor.AddScalar(nil, tensor.Neg(nil, tensor.Square(nil, b.a1.Value())), 1)
	delta1 := tensor.Mul(nil, a1Bar, slope) // eq: M2
	xBar, w1Bar, b1Bar := stackedBack(b.x.Value(), b.hidden.W, delta1)

	fmt.Printf("W̄1\n%.6f\nb̄1\n%.6f\nx̄\n%.6f\n", w1Bar, b1Bar, xBar)
	g := append(b.gradients(), b.mean.Grad(b.x)[0].Value())
	same := true
	for i, mine := range []*tensor.Tensor{w1Bar, b1Bar, w2Bar, b2Bar, xBar} {
		same = same && tensor.Close(mine, g[i], 0, 1e-14)
	}
	fmt.Println("as on the tape:", same)
	// Output:
	// W̄1
	// [[-0.131609 -0.089142  0.098348]
	//  [ 0.064362  0.074954 -0.062308]
	//  [-0.083330 -0.078619  0.074212]
	//  [ 0.205341  0.155462 -0.142846]]
	// b̄1
	// [ 0.150445 -0.119121  0.160837 -0.262442]
	// x̄
	// [[ 0.003821 -0.009962  0.017342]
	//  [ 0.037731  0.010007 -0.068606]
	//  [ 0.028928  0.031586 -0.098383]
	//  [-0.006900 -0.003421  0.023481]
	//  [ 0.033679  0.049424 -0.133558]]
	// as on the tape: true
}

func Example_oneOverM() {
	b := newMiniBatch(allSamples...)
	g := b.mean.Grad(b.losses, b.z2)
	columns := func(x *tensor.Tensor) *tensor.Tensor { return tensor.Transpose(nil, x) }
	dZ, delta := b.perSample(), g[1].Value()
	fmt.Printf("adjoints of the five losses\n%.6f\n", g[0].Value())
	fmt.Printf("Δ2, a column for each sample\n%.6f\n", columns(delta))
	fmt.Printf("dZ2\n%.6f\n", columns(dZ))
	a := b.a1.Value()
	fmt.Printf("Δ2 A1ᵀ\n%.6f\n", tensor.MatMul(nil, delta, a, true, false))
	fmt.Printf("dZ2 A1ᵀ / m\n%.6f\n", tensor.Scale(nil, tensor.MatMul(nil, dZ, a, true, false), 1.0/5)) // eq: M7
	// Output:
	// adjoints of the five losses
	// [0.200000 0.200000 0.200000 0.200000 0.200000]
	// Δ2, a column for each sample
	// [[-0.024357  0.067066  0.104804 -0.029000  0.100634]
	//  [ 0.024357 -0.067066 -0.104804  0.029000 -0.100634]]
	// dZ2
	// [[-0.121783  0.335332  0.524020 -0.145001  0.503169]
	//  [ 0.121783 -0.335332 -0.524020  0.145001 -0.503169]]
	// Δ2 A1ᵀ
	// [[ 0.050185  0.092640 -0.088645  0.049085]
	//  [-0.050185 -0.092640  0.088645 -0.049085]]
	// dZ2 A1ᵀ / m
	// [[ 0.050185  0.092640 -0.088645  0.049085]
	//  [-0.050185 -0.092640  0.088645 -0.049085]]
}

// meanOfSweeps goes through some samples one by one, and returns the mean of their gradients.
func meanOfSweeps(rows []int) (mean []*tensor.Tensor) {
	for _, s := range rows {
		for i, g := range newMiniBatch(s).gradients() {
			if len(mean) == i {
				mean = append(mean, tensor.Zeros(g.Shape()...))
			}
			tensor.AddScaled(mean[i], g, 1/float64(len(rows))) // eq: M9
		}
	}
	return mean
}

// closeAll reports whether the tensors differ by no more than 1e-12.
func closeAll(a, b []*tensor.Tensor) bool {
	return slices.EqualFunc(a, b, func(a, b *tensor.Tensor) bool { return tensor.Close(a, b, 0, 1e-12) })
}

func Example_loopOverSamples() {
	batch := newMiniBatch(allSamples...)
	permuted := newMiniBatch(3, 0, 4, 2, 1)
	fmt.Println("one sweep for five samples = mean of five sweeps:", closeAll(batch.gradients(), meanOfSweeps(allSamples)))
	fmt.Println("unchanged in another order:", closeAll(batch.gradients(), permuted.gradients()))
	fmt.Println("values on the tape of one sample: ", newMiniBatch(0).tape.Len())
	fmt.Println("values on the tape of five samples:", batch.tape.Len())
	// Output:
	// one sweep for five samples = mean of five sweeps: true
	// unchanged in another order: true
	// values on the tape of one sample:  10
	// values on the tape of five samples: 10
}

func Example_lastBatch() {
	w12 := func(rows ...int) float64 { return newMiniBatch(rows...).gradients()[0].At(0, 1) }
	a, b, c := w12(0, 1), w12(2, 3), w12(4)
	fmt.Printf("samples 1 and 2        %9.6f\n", a)
	fmt.Printf("samples 3 and 4        %9.6f\n", b)
	fmt.Printf("sample 5               %9.6f\n", c)
	fmt.Printf("mean of the three      %9.6f\n", (a+b+c)/3)
	fmt.Printf("weights 2/5, 2/5, 1/5  %9.6f\n", (float64(2*a)+float64(2*b)+c)/5) // eq: M8
	fmt.Printf("all five               %9.6f\n", w12(allSamples...))
	// Output:
	// samples 1 and 2        -0.097513
	// samples 3 and 4         0.015496
	// sample 5               -0.281675
	// mean of the three      -0.121231
	// weights 2/5, 2/5, 1/5  -0.089142
	// all five               -0.089142
}

// squares returns half the squared errors of the network against the classes as 0 and 1,
// summed over the five samples.
func squares(tape *graph.Tape, hidden, out *nn.Linear) *graph.Var {
	x, labels := chapters.Batch()
	y := graph.Const(tensor.OneHot(tensor.Float64, labels, 2))
	return ops.Scale(ops.Sum(ops.SquaredError(out.Forward(ops.Tanh(hidden.Forward(tape.Input(x)))), y)), 0.5)
}

// trainOnSquares makes steps down the sum of the losses, or down their mean, and returns the mean and
// the parameters where it ends.
func trainOnSquares(down string, rate float64, steps int) (loss float64, params []*tensor.Tensor) {
	hidden, out := chapters.NewNet()
	opt := &optim.SGD{Rate: rate}
	var tape graph.Tape
	for range steps {
		tape.Reset()
		j := squares(&tape, hidden, out)
		if down == "mean" {
			j = ops.Scale(j, 1.0/5)
		}
		opt.Step(nn.Join(nn.Under("0", hidden), nn.Under("1", out)), j.Backward())
	}
	tape.Reset()
	return squares(&tape, hidden, out).Value().Item() / 5, []*tensor.Tensor{hidden.W, hidden.B, out.W, out.B}
}

func Example_sumForMean() {
	mean, a := trainOnSquares("mean", 0.5, 50)
	sum, b := trainOnSquares("sum", 0.1, 50)
	far, _ := trainOnSquares("sum", 0.5, 50)
	fmt.Println("mean, rate 0.5: below 0.001:", mean < 1e-3)
	fmt.Println("sum,  rate 0.1: below 0.001:", sum < 1e-3, "and at the same place:", closeAll(a, b))
	fmt.Println("sum,  rate 0.5: above a million:", far > 1e6)
	// Output:
	// mean, rate 0.5: below 0.001: true
	// sum,  rate 0.1: below 0.001: true and at the same place: true
	// sum,  rate 0.5: above a million: true
}

// batchMistakes are ways to get from δ, the derivative of each sample's own loss with
// respect to z1, a row for each of the m samples, to the adjoints of W1 and b1.
var batchMistakes = []struct {
	name string
	of   func(delta, x *tensor.Tensor, m float64) (wBar, bBar *tensor.Tensor)
}{
	{"right", func(delta, x *tensor.Tensor, m float64) (wBar, bBar *tensor.Tensor) {
		delta = tensor.Scale(nil, delta, 1/m)
		return tensor.MatMul(nil, delta, x, true, false), tensor.Sum(nil, delta, []int{0}, false)
	}},
	{"1/m twice", func(delta, x *tensor.Tensor, m float64) (wBar, bBar *tensor.Tensor) {
		delta = tensor.Scale(nil, delta, 1/m)
		return tensor.Scale(nil, tensor.MatMul(nil, delta, x, true, false), 1/m), tensor.Mean(nil, delta, []int{0}, false)
	}},
	{"1/m in the loss only", func(delta, x *tensor.Tensor, _ float64) (wBar, bBar *tensor.Tensor) {
		return tensor.MatMul(nil, delta, x, true, false), tensor.Sum(nil, delta, []int{0}, false)
	}},
	{"bias: last sample only", func(delta, x *tensor.Tensor, m float64) (wBar, bBar *tensor.Tensor) {
		delta = tensor.Scale(nil, delta, 1/m)
		return tensor.MatMul(nil, delta, x, true, false), tensor.Take(nil, delta, 0, []int{-1})
	}},
	{"bias: sum over units", func(delta, x *tensor.Tensor, m float64) (wBar, bBar *tensor.Tensor) {
		delta = tensor.Scale(nil, delta, 1/m)
		return tensor.MatMul(nil, delta, x, true, false), tensor.Sum(nil, delta, []int{1}, false)
	}},
}

// value computes J once more, with what the parameters are now.
func (b *miniBatch) value() float64 {
	z2 := b.out.Forward(ops.Tanh(b.hidden.Forward(graph.Const(b.x.Value()))))
	return nn.CrossEntropy(z2, b.labels).Value().Item()
}

// slopesByNudges takes the derivative of f with respect to each element of x by central differences.
func slopesByNudges(f func() float64, x *tensor.Tensor) *tensor.Tensor {
	const h = 1e-5
	d := tensor.Zeros(x.Shape()...)
	for i := range x.Len() {
		was := x.Flat(i)
		x.SetFlat(i, was+h)
		up := f()
		x.SetFlat(i, was-h)
		d.SetFlat(i, (up-f())/(2*h))
		x.SetFlat(i, was)
	}
	return d
}

func Example_wrongBatches() {
	b := newMiniBatch(allSamples...)
	delta := tensor.Scale(nil, b.mean.Grad(b.z1)[0].Value(), 5)
	fmt.Println("mistake                     W̄₁₂  b̄")
	for _, mistake := range batchMistakes {
		wBar, bBar := mistake.of(delta, b.x.Value(), 5)
		fmt.Printf("%-22s  %9.6f  %9.6f\n", mistake.name, wBar.At(0, 1), bBar.Float64s())
	}
	fmt.Printf("%-22s  %9.6f  %9.6f\n", "nudges", slopesByNudges(b.value, b.hidden.W).At(0, 1), slopesByNudges(b.value, b.hidden.B).Float64s())
	// Output:
	// mistake                     W̄₁₂  b̄
	// right                   -0.089142  [ 0.150445 -0.119121  0.160837 -0.262442]
	// 1/m twice               -0.017828  [ 0.030089 -0.023824  0.032167 -0.052488]
	// 1/m in the loss only    -0.445710  [ 0.752225 -0.595606  0.804184 -1.312209]
	// bias: last sample only  -0.089142  [ 0.070419 -0.057794  0.070415 -0.146481]
	// bias: sum over units    -0.089142  [ 0.010588 -0.006291 -0.019462  0.008324 -0.063440]
	// nudges                  -0.089142  [ 0.150445 -0.119121  0.160837 -0.262442]
}

func Example_fourOfFour() {
	b := newMiniBatch(0, 1, 2, 3)
	delta := tensor.Scale(nil, b.mean.Grad(b.z1)[0].Value(), 4)
	_, right := batchMistakes[0].of(delta, b.x.Value(), 4)
	_, wrong := batchMistakes[4].of(delta, b.x.Value(), 4)
	fmt.Printf("summed over samples  %9.6f\n", right)
	fmt.Printf("summed over units    %9.6f\n", wrong)
	// Output:
	// summed over samples  [ 0.100033 -0.076659  0.113027 -0.144952]
	// summed over units    [ 0.013235 -0.007864 -0.024327  0.010405]
}

// inColumns computes Z, Δ and the adjoints by gonum, as mathematics has them: a column for
// each sample. The order is Z1, Z2, Δ1, Δ2, W̄1, b̄1, W̄2, b̄2, Ā0.
func (b *miniBatch) inColumns() []*mat.Dense {
	m := len(b.labels)
	ones := mat.NewDense(m, 1, slices.Repeat([]float64{1}, m))
	column := func(x *tensor.Tensor) *mat.Dense { return mat.NewDense(x.Len(), 1, x.Float64s()) }
	product := func(a, b mat.Matrix) *mat.Dense {
		var c mat.Dense
		c.Mul(a, b)
		return &c
	}
	layer := func(l *nn.Linear, a *mat.Dense) *mat.Dense {
		z := product(l.W.Dense(), a)
		z.Add(z, product(column(l.B), ones.T()))
		return z
	}
	a0 := mat.DenseCopyOf(b.x.Value().Dense().T())
	z1 := layer(b.hidden, a0)
	var a1, slope, delta1 mat.Dense
	a1.Apply(func(_, _ int, z float64) float64 { return math.Tanh(z) }, z1)
	slope.Apply(func(_, _ int, z float64) float64 { return 1 / math.Pow(math.Cosh(z), 2) }, z1)
	z2 := layer(b.out, &a1)
	delta2 := mat.NewDense(2, m, nil)
	for s, label := range b.labels {
		z := [2]float64{z2.At(0, s), z2.At(1, s)}
		for k := range z {
			p := math.Exp(z[k]) / (math.Exp(z[0]) + math.Exp(z[1]))
			if k == label {
				p--
			}
			delta2.Set(k, s, p/float64(m))
		}
	}
	delta1.MulElem(product(b.out.W.Dense().T(), delta2), &slope)
	return []*mat.Dense{z1, z2, &delta1, delta2, product(&delta1, a0.T()), product(&delta1, ones),
		product(delta2, a1.T()), product(delta2, ones), product(b.hidden.W.Dense().T(), &delta1)}
}

// listOf returns the rows of the transpose of a matrix, or those of the matrix, as one list.
func listOf(m mat.Matrix, transposed bool) []float64 {
	if transposed {
		m = m.T()
	}
	return mat.DenseCopyOf(m).RawMatrix().Data
}

// nearly fails unless two lists are equal but for what is allowed.
func nearly(t *testing.T, what string, got *tensor.Tensor, want []float64, allowed float64) {
	t.Helper()
	if got.Len() != len(want) {
		t.Errorf("%s has %d numbers, want %d", what, got.Len(), len(want))
		return
	}
	for i, v := range want {
		if !(math.Abs(got.Flat(i)-v) <= allowed) {
			t.Errorf("%s is %v at %d, want %v", what, got.Flat(i), i, v)
		}
	}
}

// eq: M1, M2, M3, M4, M5
// The columns of mathematics, multiplied by gonum, are the rows of the tape, and of the
// products in rows.
func TestColumnsAndRowsOfABatch(t *testing.T) {
	b := newMiniBatch(allSamples...)
	want := b.inColumns()
	adjoints := append(b.mean.Grad(b.z1, b.z2, b.x), b.z1, b.z2)
	g := b.gradients()
	for i, c := range []struct {
		name       string
		got        *tensor.Tensor
		transposed bool
	}{
		{"Z1", adjoints[3].Value(), true}, {"Z2", adjoints[4].Value(), true}, {"Δ1", adjoints[0].Value(), true}, {"Δ2", adjoints[1].Value(), true},
		{"W̄1", g[0], false}, {"b̄1", g[1], false}, {"W̄2", g[2], false}, {"b̄2", g[3], false}, {"X̄", adjoints[2].Value(), true},
	} {
		nearly(t, c.name, c.got, listOf(want[i], c.transposed), 1e-14)
	}
	xBar, wBar, bBar := stackedBack(b.x.Value(), b.hidden.W, adjoints[0].Value())
	nearly(t, "ΔW", xBar, listOf(want[8], true), 1e-14)
	nearly(t, "ΔᵀX", wBar, listOf(want[4], false), 1e-14)
	nearly(t, "Δᵀ1", bBar, listOf(want[5], false), 1e-14)
}

// eq: M1, M3, M4, M5
// If the weights are stored in × out, the layer is XV + 1bᵀ, V̄ = XᵀΔ and X̄ = ΔVᵀ.
func TestWeightsStoredInByOut(t *testing.T) {
	b := newMiniBatch(allSamples...)
	var tape graph.Tape
	v := tensor.Transpose(nil, b.hidden.W)
	x, w, bias := tape.Watch(b.x.Value().Clone()), tape.Watch(v), tape.Watch(b.hidden.B)
	z := ops.Add(ops.MatMul(x, w), bias)
	nearly(t, "XV + 1bᵀ", z.Value(), b.z1.Value().Float64s(), 1e-14)
	delta := b.mean.Grad(b.z1)[0].Value()
	g, d := z.BackwardFrom(delta), delta.Dense()
	var wBar, xBar mat.Dense
	wBar.Mul(b.x.Value().Dense().T(), d)
	xBar.Mul(d, v.Dense().T())
	nearly(t, "V̄", g.Of(v), listOf(&wBar, false), 1e-14)
	nearly(t, "X̄", g.Of(x.Value()), listOf(&xBar, false), 1e-14)
	nearly(t, "b̄", g.Of(b.hidden.B), b.gradients()[1].Float64s(), 1e-14)
}

// eq: M2, M3, M4, M5, M6
// Nudges of each weight, bias, input and pre-activation show the adjoints that the columns
// have, with one factor 1/m.
func TestNudgesOfABatch(t *testing.T) {
	b := newMiniBatch(allSamples...)
	want := b.inColumns()
	x, shift1, shift2 := b.x.Value().Clone(), tensor.Zeros(5, 4), tensor.Zeros(5, 2)
	value := func() float64 {
		z1 := ops.Add(b.hidden.Forward(graph.Const(x)), graph.Const(shift1))
		z2 := ops.Add(b.out.Forward(ops.Tanh(z1)), graph.Const(shift2)).Value()
		sum := 0.0
		for s, label := range b.labels {
			sum += math.Log(math.Exp(z2.At(s, 0))+math.Exp(z2.At(s, 1))) - z2.At(s, label)
		}
		return sum / 5
	}
	for i, c := range []struct {
		name       string
		moved      *tensor.Tensor
		transposed bool
	}{
		{"Δ1", shift1, true}, {"Δ2", shift2, true}, {"W̄1", b.hidden.W, false}, {"b̄1", b.hidden.B, false},
		{"W̄2", b.out.W, false}, {"b̄2", b.out.B, false}, {"X̄", x, true},
	} {
		nearly(t, c.name+" by nudges", slopesByNudges(value, c.moved), listOf(want[i+2], c.transposed), 1e-9)
	}
}

// eq: M6
// The adjoint of each loss is 1/m, that of a squared error of m × n numbers, all in one mean,
// 1/(mn).
func TestOneOverMIsInTheMean(t *testing.T) {
	b := newMiniBatch(allSamples...)
	nearly(t, "the adjoint of the losses", b.mean.Grad(b.losses)[0].Value(), slices.Repeat([]float64{0.2}, 5), 0)
	y := graph.Const(tensor.OneHot(tensor.Float64, b.labels, 2))
	got := ops.MSE(b.z2, y).Grad(b.z2)[0].Value()
	for i := range 10 {
		if want := 2 * (b.z2.Value().Flat(i) - y.Value().Flat(i)) / 10; math.Abs(got.Flat(i)-want) > 1e-15 {
			t.Errorf("z̄ of the mean squared error is %v, want %v", got.Flat(i), want)
		}
	}
}

// eq: M7
// dZ is what a nudge of z does to the sample's own loss, Δ what it does to J. Carried down to
// the first layer and divided at the end, dZ gives the same gradients.
func TestOneOverMAtTheEnd(t *testing.T) {
	b := newMiniBatch(allSamples...)
	g, delta := b.gradients(), b.mean.Grad(b.z1, b.z2)
	z := b.z2.Value().Clone()
	dZ2 := b.perSample()
	for s := range 5 {
		loss := func() float64 { return ops.CrossEntropy(graph.Const(z), b.labels).Value().At(s) }
		alone := slopesByNudges(loss, z)
		for k := range 2 {
			if got, want := dZ2.At(s, k), alone.At(s, k); math.Abs(got-want) > 1e-9 {
				t.Errorf("dZ is %v, a nudge moves the sample's own loss by %v", got, want)
			}
			if got, want := delta[1].Value().At(s, k), dZ2.At(s, k); math.Abs(got-want/5) > 1e-15 || math.Abs(got-want) < 0.05 {
				t.Errorf("Δ is %v, dZ %v", got, want)
			}
		}
	}
	var dA, dZ1, dW1, dW2, db1 mat.Dense
	dA.Mul(dZ2.Dense(), b.out.W.Dense())
	dZ1.Apply(func(s, i int, v float64) float64 { return v / math.Pow(math.Cosh(b.z1.Value().At(s, i)), 2) }, &dA)
	dW1.Mul(dZ1.T(), b.x.Value().Dense())
	dW2.Mul(dZ2.Dense().T(), b.a1.Value().Dense())
	db1.Mul(dZ1.T(), mat.NewDense(5, 1, []float64{1, 1, 1, 1, 1}))
	for i, d := range map[int]*mat.Dense{0: &dW1, 1: &db1, 2: &dW2} {
		d.Scale(1.0/5, d)
		nearly(t, fmt.Sprint("parameter ", i), g[i], listOf(d, false), 1e-14)
	}
}

// eq: M8
// A batch of one divides by one; batches of different size get weights to make the whole; and
// the gradient of a sum is m times that of the mean, number by number.
func TestSizesOfBatches(t *testing.T) {
	whole := newMiniBatch(allSamples...)
	a, b, last := newMiniBatch(0, 1).gradients(), newMiniBatch(2, 3).gradients(), newMiniBatch(4)
	c, all := last.gradients(), whole.gradients()
	sum := ops.Sum(whole.losses).Backward()
	for i, w := range whole.params() {
		nearly(t, "the gradient of the sum", tensor.Scale(nil, sum.Of(w), 1.0/5), all[i].Float64s(), 1e-14)
		join := tensor.Scale(nil, c[i], 0.2)
		tensor.AddScaled(tensor.AddScaled(join, a[i], 0.4), b[i], 0.4)
		nearly(t, "the weighted mean", join, all[i].Float64s(), 1e-14)
	}
	for i, w := range last.params() {
		nearly(t, "the gradient of the last batch", c[i], slopesByNudges(last.value, w).Float64s(), 1e-9)
	}
}

// eq: M9
// One sweep for all is the mean of sweeps for each, in any order. It is not where samples
// see each other: here all of them are moved by their mean.
func TestGradientOfABatchIsTheMean(t *testing.T) {
	want := newMiniBatch(allSamples...).gradients()
	for _, order := range [][]int{allSamples, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}} {
		if !closeAll(newMiniBatch(order...).gradients(), want) || !closeAll(meanOfSweeps(order), want) {
			t.Errorf("in the order %v the gradient is another", order)
		}
	}
	if closeAll(meanOfSweeps([]int{0, 1, 2, 3}), want) {
		t.Error("a sample was forgotten, and nothing changed")
	}
	centred := func(rows ...int) *tensor.Tensor {
		b := newMiniBatch(rows...)
		z := ops.Sub(b.z1, ops.MeanKeep(b.z1, 0))
		return nn.CrossEntropy(b.out.Forward(ops.Tanh(z)), b.labels).Backward().Of(b.out.W).Clone()
	}
	mean := tensor.Zeros(2, 4)
	for s := range 5 {
		tensor.AddScaled(mean, centred(s), 0.2)
	}
	if tensor.Close(mean, centred(allSamples...), 0, 0.01) {
		t.Error("samples that see each other have the mean of their gradients")
	}
}

// Nudges tell the right gradient of a layer from each of the mistakes.
func TestMistakesInABatch(t *testing.T) {
	for _, rows := range [][]int{allSamples, {0, 1, 2, 3}} { // 4 samples: as many as units
		b := newMiniBatch(rows...)
		m := float64(len(rows))
		delta := tensor.Scale(nil, b.mean.Grad(b.z1)[0].Value(), m)
		w, bias := slopesByNudges(b.value, b.hidden.W), slopesByNudges(b.value, b.hidden.B)
		for i, mistake := range batchMistakes {
			wBar, bBar := mistake.of(delta, b.x.Value(), m)
			fits := bBar.Len() == bias.Len()
			right := fits && tensor.Close(wBar, w, 0, 1e-9) && tensor.Close(tensor.Reshape(nil, bBar, -1), bias, 0, 1e-9)
			if right != (i == 0) {
				t.Errorf("%s, %v samples: right is %v", mistake.name, m, right)
			}
			if summedOverUnits := i == 4; fits == (summedOverUnits && m == 5) {
				t.Errorf("%s, %v samples: fits is %v", mistake.name, m, fits)
			}
		}
	}
}

func TestPictureOfABatch(t *testing.T) {
	b := newMiniBatch(allSamples...)
	delta, g := b.mean.Grad(b.z1)[0].Value(), b.gradients()
	d := figure.New(720, 470, "A batch of five samples through the network 3, 4, 2, and back to a bias",
		"Above, boxes whose five rows are samples: X, 5 by 3, times W1 transposed, 3 by 4, plus 1 b1 transposed, 5 by 4, is Z1, 5 by 4; its tanh A1, 5 by 4, times W2 transposed, 4 by 2, plus 1 b2 transposed, 5 by 2, is Z2, 5 by 2; the row of sample 2 is marked in X, Z1, A1 and Z2. "+
			"Below, X and Delta1 in numbers, a row for each sample, and under Delta1 the sum of each of its columns, which is the gradient of b1. Column 2 of X and column 1 of Delta1 are framed: multiplied number by number and added up they are the gradient of the weight to unit 1 from input 2.")
	d.Text("ink bold start", 20, 28, "Forward: a row for each sample")
	const u, top = 16.0, 70.0
	left := 30.0
	for _, box := range []struct {
		class, name   string
		rows, columns int
		sample        bool
		sign          string
	}{
		{"box", "X", 5, 3, true, "·"}, {"lit", "W₁ᵀ", 3, 4, false, "+"}, {"box", "1b₁ᵀ", 5, 4, false, "="}, {"box", "Z₁", 5, 4, true, "→"},
		{"box", "A₁", 5, 4, true, "·"}, {"lit", "W₂ᵀ", 4, 2, false, "+"}, {"box", "1b₂ᵀ", 5, 2, false, "="}, {"box", "Z₂", 5, 2, true, ""},
	} {
		y, width := top+(5-float64(box.rows))*u/2, float64(box.columns)*u
		d.Box(box.class, left, y, u, "", box.rows, box.columns)
		if box.sample {
			d.Bar("plus", left+1, y+u, width-2, u)
			for s := 1.0; s < 5; s++ {
				d.Line("axis", left, y+s*u, left+width, y+s*u)
			}
		}
		size := ""
		if box.columns == 2 {
			size = " small"
		}
		d.Text("ink middle bold"+size, left+width/2, top+2.5*u+5, box.name)
		d.Text("ink middle bold", left+width+10, top+2.5*u+5, box.sign)
		if box.sign == "→" {
			d.Text("ink small middle", left+width+18, top+2.5*u-11, "tanh")
		}
		left += width + 38
	}

	const row, x0, w0, d0, wd, numbers = 26.0, 92.0, 52.0, 330.0, 86.0, 236.0
	d.Text("ink bold start", 20, 194, "Backward: Δ₁ = ∂J/∂Z₁ from the tape, beside the samples")
	d.Text("soft middle", x0+1.5*w0, numbers-10, "X")
	d.Matrix(x0, numbers, w0, row, "%.1f", b.x.Value(), func(_, j int) bool { return j == 1 })
	d.Text("soft middle", d0+2*wd, numbers-10, "Δ₁")
	d.Matrix(d0, numbers, wd, row, "%.6f", delta, func(_, i int) bool { return i == 0 })
	for s := range 5 {
		d.Text("soft small end", x0-10, numbers+float64(s)*row+17, fmt.Sprintf("sample %d", s+1))
	}
	bottom := numbers + 5*row
	for i := range 4 {
		at := d0 + (float64(i)+0.5)*wd
		d.Arrow("axis", at, bottom+4, at, bottom+28)
	}
	d.Text("soft small end", d0-12, bottom+20, "sum of each column")
	d.Text("ink bold end", d0-12, bottom+50, "b̄₁ = Δ₁ᵀ1")
	d.Matrix(d0, bottom+32, wd, row, "%.6f", tensor.Reshape(nil, g[1], 1, 4), nil)
	d.Text("soft start", 20, bottom+86, "framed · framed, row by row, added up:")
	d.Number("ink bold start", d0, bottom+86, "W̄₁₂ = %.6f", g[0].At(0, 1))
	picture(t, "09-minibatch.svg", d)
}
