package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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

// oneSample records the network for the second sample of the batch, with tanh in the
// hidden layer, σ at the output, and the loss ½‖a − y‖² for y = (0, 1).
func oneSample(tape *graph.Tape) (x, z1, a1, z2, a2, loss *graph.Var, hidden, out *nn.Linear) {
	hidden, out = chapters.NewNet()
	x = tape.Watch(tensor.Vector(0.2, -0.7, 0.9))
	z1 = hidden.Forward(x)
	a1 = ops.Tanh(z1) // eq: F3
	z2 = out.Forward(a1)
	a2 = ops.Sigmoid(z2)
	target := graph.Const(tensor.Vector(0, 1))
	return x, z1, a1, z2, a2, ops.Scale(ops.Sum(ops.SquaredError(a2, target)), 0.5), hidden, out
}

// dense computes z = Wa + b, one number at a time.
func dense(w *tensor.Tensor, b, a []float64) []float64 {
	z := slices.Clone(b)
	for i := range z {
		for j := range a {
			z[i] += w.At(i, j) * a[j] // eq: F2
		}
	}
	return z
}

// denseBack takes δ = ∂ℓ/∂z to the three things that z was computed from.
func denseBack(w *tensor.Tensor, a, delta []float64) (aBar []float64, wBar [][]float64, bBar []float64) {
	aBar = make([]float64, len(a))
	wBar = make([][]float64, len(delta))
	for i := range delta {
		wBar[i] = make([]float64, len(a))
		for j := range a {
			wBar[i][j] = delta[i] * a[j]     // eq: B3
			aBar[j] += w.At(i, j) * delta[i] // eq: B5, B6
		}
	}
	return aBar, wBar, slices.Clone(delta) // eq: B4
}

// times multiplies element by element.
func times(a, b []float64) []float64 {
	c := slices.Clone(a)
	for i := range c {
		c[i] *= b[i]
	}
	return c
}

func Example_oneSample() {
	var tape graph.Tape
	_, z1, a1, z2, a2, loss, _, _ := oneSample(&tape)
	fmt.Printf("z1    %.6f\n", z1.Value())
	fmt.Printf("a1    %.6f\n", a1.Value())
	fmt.Printf("z2    %.6f\n", z2.Value())
	fmt.Printf("a2    %.6f\n", a2.Value())
	fmt.Printf("loss  %.6f\n", loss.Value())
	// Output:
	// z1    [0.510000 0.210000 0.100000 0.850000]
	// a1    [0.469945 0.206966 0.099668 0.691069]
	// z2    [-0.142578  0.541590]
	// a2    [0.464416 0.632182]
	// loss  0.175486
}

func Example_dense() {
	var tape graph.Tape
	x, z1, a1, _, a2, _, hidden, out := oneSample(&tape)
	fmt.Printf("z1   %.6f\n", dense(hidden.W, hidden.B.Float64s(), x.Value().Float64s())) // eq: F1

	a := a2.Value().Float64s()
	delta2 := []float64{(a[0] - 0) * a[0] * (1 - a[0]), (a[1] - 1) * a[1] * (1 - a[1])} // eq: B1
	a1Bar, w2Bar, b2Bar := denseBack(out.W, a1.Value().Float64s(), delta2)
	slope := make([]float64, 4)
	for i, z := range z1.Value().Float64s() {
		slope[i] = 1 - math.Tanh(z)*math.Tanh(z)
	}
	delta1 := times(a1Bar, slope) // eq: B2
	xBar, w1Bar, b1Bar := denseBack(hidden.W, x.Value().Float64s(), delta1)
	fmt.Printf("δ2   %.6f\n", delta2)
	fmt.Printf("W̄2   %.6f\nb̄2   %.6f\n", w2Bar, b2Bar)
	fmt.Printf("δ1   %.6f\n", delta1)
	fmt.Printf("W̄1   %.6f\nb̄1   %.6f\n", w1Bar, b1Bar)
	fmt.Printf("x̄    %.6f\n", xBar)
	// Output:
	// z1   [0.510000 0.210000 0.100000 0.850000]
	// δ2   [0.115516 -0.085528]
	// W̄2   [[0.054286 0.023908 0.011513 0.079830] [-0.040193 -0.017701 -0.008524 -0.059106]]
	// b̄2   [0.115516 -0.085528]
	// δ1   [0.067330 -0.051989 0.068182 -0.082457]
	// W̄1   [[0.013466 -0.047131 0.060597] [-0.010398 0.036392 -0.046790] [0.013636 -0.047727 0.061364] [-0.016491 0.057720 -0.074212]]
	// b̄1   [0.067330 -0.051989 0.068182 -0.082457]
	// x̄    [0.054205 0.013764 -0.096541]
}

func Example_denseTape() {
	var tape graph.Tape
	x, z1, _, z2, _, loss, hidden, out := oneSample(&tape)
	grads := loss.Backward()
	delta := loss.Grad(z1, z2)
	fmt.Printf("δ2\n%.6f\n", delta[1].Value())
	fmt.Printf("W̄2\n%.6f\n", grads.Of(out.W))
	fmt.Printf("δ1\n%.6f\n", delta[0].Value())
	fmt.Printf("W̄1\n%.6f\n", grads.Of(hidden.W))
	fmt.Printf("x̄\n%.6f\n", grads.Of(x.Value()))
	// Output:
	// δ2
	// [ 0.115516 -0.085528]
	// W̄2
	// [[ 0.054286  0.023908  0.011513  0.079830]
	//  [-0.040193 -0.017701 -0.008524 -0.059106]]
	// δ1
	// [ 0.067330 -0.051989  0.068182 -0.082457]
	// W̄1
	// [[ 0.013466 -0.047131  0.060597]
	//  [-0.010398  0.036392 -0.046790]
	//  [ 0.013636 -0.047727  0.061364]
	//  [-0.016491  0.057720 -0.074212]]
	// x̄
	// [ 0.054205  0.013764 -0.096541]
}

// cost counts what the dense layers of a tape hold and what they do for one sample, a
// multiplication and an addition for each weight.
func cost(y *graph.Var) (parameters, operations int) {
	for v := range y.Sweep() {
		if op := v.Op(); op == nil || op.Name() != "linear" {
			continue
		}
		w, b := v.Inputs()[1].Value(), v.Inputs()[2].Value()
		parameters += w.Len() + b.Len() // eq: F4
		operations += 2 * w.Len()       // eq: F5
	}
	return parameters, operations
}

func Example_cost() {
	var tape graph.Tape
	_, _, _, _, _, loss, _, _ := oneSample(&tape)
	parameters, operations := cost(loss)
	fmt.Println("parameters:", parameters)
	fmt.Println("operations:", operations)
	// Output:
	// parameters: 26
	// operations: 40
}

func Example_notTheError() {
	var tape graph.Tape
	_, _, _, z2, a2, loss, _, _ := oneSample(&tape)
	y := tensor.Vector(0, 1)
	bce := ops.Sum(ops.BCEWithLogits(z2, graph.Const(y))) // eq: B7
	fmt.Printf("a - y                %.6f\n", tensor.Sub(nil, a2.Value(), y))
	fmt.Printf("δ, squared error     %.6f\n", loss.Grad(z2)[0].Value())
	fmt.Printf("δ, cross-entropy     %.6f\n", bce.Grad(z2)[0].Value())
	// Output:
	// a - y                [ 0.464416 -0.367818]
	// δ, squared error     [ 0.115516 -0.085528]
	// δ, cross-entropy     [ 0.464416 -0.367818]
}

// square is a layer from 4 numbers to 4.
var square = tensor.Matrix([][]float64{{1, 2, 0, 0}, {0, 1, 3, 0}, {0, 0, 1, 4}, {5, 0, 0, 1}})

func Example_squareLayer() {
	var tape graph.Tape
	x := tape.Watch(tensor.Vector(1, 0, 0, 0))
	cotangent := tensor.Vector(1, 0, 0, 0)
	y := ops.Linear(x, tape.Watch(square), nil)
	column := tensor.Reshape(nil, cotangent, 4, 1)
	fmt.Printf("W ȳ       %v\n", tensor.MatMul(nil, square, column, false, false).Float64s())
	fmt.Printf("Wᵀ ȳ      %v\n", tensor.MatMul(nil, square, column, true, false).Float64s())
	fmt.Printf("the tape  %v\n", y.BackwardFrom(cotangent).Of(x.Value()).Float64s())
	// Output:
	// W ȳ       [1 0 0 5]
	// Wᵀ ȳ      [1 2 0 0]
	// the tape  [1 2 0 0]
}

// eq: F1, F2, B1, B2, B3, B4, B5
// The loops, the matrices of gonum and the tape have the same numbers, and so do nudges.
func TestThreeEquations(t *testing.T) {
	var tape graph.Tape
	x, z1, a1, z2, a2, loss, hidden, out := oneSample(&tape)
	same := func(what string, got []float64, want ...float64) {
		t.Helper()
		for i := range want {
			if len(got) != len(want) || math.Abs(got[i]-want[i]) > 1e-15 {
				t.Errorf("%s is %v, want %v", what, got, want)
				return
			}
		}
	}
	vector := func(v *graph.Var) *mat.VecDense { return v.Value().VecDense() }
	raw := func(m *mat.Dense) []float64 { return m.RawMatrix().Data }

	var z, delta1, xBar mat.VecDense
	var w1Bar, w2Bar mat.Dense
	z.MulVec(hidden.W.Dense(), vector(x))
	z.AddVec(&z, hidden.B.VecDense())
	same("z1", dense(hidden.W, hidden.B.Float64s(), x.Value().Float64s()), z.RawVector().Data...)
	same("z1 on the tape", z1.Value().Float64s(), z.RawVector().Data...)

	a := vector(a2)
	delta2 := mat.NewVecDense(2, []float64{a.AtVec(0) * a.AtVec(0) * (1 - a.AtVec(0)), -a.AtVec(1) * (1 - a.AtVec(1)) * (1 - a.AtVec(1))})
	w2Bar.Outer(1, delta2, vector(a1))
	delta1.MulVec(out.W.Dense().T(), delta2)
	loops, _, _ := denseBack(out.W, a1.Value().Float64s(), delta2.RawVector().Data)
	same("ā1 by loops", loops, delta1.RawVector().Data...)
	for i := range 4 {
		delta1.SetVec(i, delta1.AtVec(i)/math.Pow(math.Cosh(z.AtVec(i)), 2))
	}
	w1Bar.Outer(1, &delta1, vector(x))
	xBar.MulVec(hidden.W.Dense().T(), &delta1)

	grads, delta := loss.Backward(), loss.Grad(z1, z2)
	same("δ2", delta[1].Value().Float64s(), delta2.RawVector().Data...)
	same("δ1", delta[0].Value().Float64s(), delta1.RawVector().Data...)
	same("W̄2", grads.Of(out.W).Float64s(), raw(&w2Bar)...)
	same("W̄1", grads.Of(hidden.W).Float64s(), raw(&w1Bar)...)
	same("b̄2", grads.Of(out.B).Float64s(), delta2.RawVector().Data...)
	same("b̄1", grads.Of(hidden.B).Float64s(), delta1.RawVector().Data...)
	same("x̄", grads.Of(x.Value()).Float64s(), xBar.RawVector().Data...)

	err := gradcheck.Check(func(v []*graph.Var) *graph.Var {
		a := ops.Sigmoid(ops.Linear(ops.Tanh(ops.Linear(v[0], v[1], v[2])), v[3], v[4]))
		return ops.Sum(ops.SquaredError(a, graph.Const(tensor.Vector(0, 1))))
	}, x.Value().Clone(), hidden.W, hidden.B, out.W, out.B)
	if err != nil {
		t.Error(err)
	}
}

// eq: B6
// ⟨ȳ, Wu⟩ = ⟨x̄, u⟩ for any u, and likewise for changes of W and b: x̄, W̄ and b̄ say how ⟨ȳ, y⟩
// moves.
func TestTrioOfTheDenseLayer(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	draw := func(shape ...int) *tensor.Tensor { return tensor.RandNormal(r, 0, 1, shape...) }
	w, x, b, yBar := draw(4, 3), draw(3), draw(4), draw(4)
	dw, dx, db := draw(4, 3), draw(3), draw(4)
	at := func(s float64) float64 {
		y := dense(tensor.Add(nil, w, tensor.Scale(nil, dw, s)), tensor.Add(nil, b, tensor.Scale(nil, db, s)).Float64s(), tensor.Add(nil, x, tensor.Scale(nil, dx, s)).Float64s())
		sum := 0.0
		for i := range y {
			sum += y[i] * yBar.At(i)
		}
		return sum
	}
	aBar, wBar, bBar := denseBack(w, x.Float64s(), yBar.Float64s())
	got := 0.0
	for i := range 4 {
		got += bBar[i] * db.At(i)
		for j := range 3 {
			got += wBar[i][j] * dw.At(i, j)
		}
	}
	for j := range 3 {
		got += aBar[j] * dx.At(j)
	}
	if want := (at(0.5) - at(-0.5)); math.Abs(got-want) > 1e-13 { // a polynomial of degree 2 in s
		t.Errorf("⟨ȳ, y⟩ moves by %v, the trio says %v", want, got)
	}
}

// eq: F3
// Each layer has its function: ∂a/∂z is that of tanh in the one, of σ in the other.
func TestLayersHaveTheirOwnFunctions(t *testing.T) {
	var tape graph.Tape
	_, z1, a1, z2, a2, _, _, _ := oneSample(&tape)
	for i := range 4 {
		e := math.Exp(2 * z1.Value().At(i))
		if got, want := a1.Value().At(i), (e-1)/(e+1); math.Abs(got-want) > 1e-15 {
			t.Errorf("a1 is %v, want %v", got, want)
		}
	}
	for i := range 2 {
		if got, want := a2.Value().At(i), 1/(1+math.Exp(-z2.Value().At(i))); math.Abs(got-want) > 1e-15 {
			t.Errorf("a2 is %v, want %v", got, want)
		}
	}
}

// eq: F4, F5
// Srihari (Deep Learning, lecture slides) counts (D+1)M + (M+1)K parameters for one hidden
// layer; and the loops are counted.
func TestCountOfParametersAndOperations(t *testing.T) {
	const d, m, k = 3, 4, 2
	var tape graph.Tape
	_, _, _, _, _, loss, hidden, out := oneSample(&tape)
	parameters, operations := cost(loss)
	if want := (d+1)*m + (m+1)*k; parameters != want {
		t.Errorf("%d parameters, want %d", parameters, want)
	}
	counted := 0
	for _, layer := range []*nn.Linear{hidden, out} {
		for range layer.W.Dim(0) {
			for range layer.W.Dim(1) {
				counted += 2
			}
		}
	}
	if operations != counted {
		t.Errorf("%d operations, want %d", operations, counted)
	}
}

// eq: B7
// δ is a − y for the canonical pair only.
func TestDeltaIsNotTheError(t *testing.T) {
	var tape graph.Tape
	_, _, _, z2, a2, loss, _, _ := oneSample(&tape)
	y := tensor.Vector(0, 1)
	canonical := ops.Sum(ops.BCEWithLogits(z2, graph.Const(y))).Grad(z2)[0].Value()
	other := loss.Grad(z2)[0].Value()
	for i := range 2 {
		a := a2.Value().At(i)
		e := a - y.At(i)
		if got := canonical.At(i); math.Abs(got-e) > 1e-15 {
			t.Errorf("δ is %v, a − y is %v", got, e)
		}
		if got := other.At(i); math.Abs(got-e) < 0.1 || math.Abs(got-e*a*(1-a)) > 1e-15 {
			t.Errorf("δ is %v, (a − y)a(1 − a) is %v", got, e*a*(1-a))
		}
	}
}

// Of a square layer nudges show that the transpose is right, though both products fit.
func TestSquareLayerNeedsTheTranspose(t *testing.T) {
	x, yBar := []float64{1, 0, 0, 0}, []float64{1, 0, 0, 0}
	aBar, _, _ := denseBack(square, x, yBar)
	for j := range x {
		moved := slices.Clone(x)
		moved[j]++
		zero := make([]float64, 4)
		nudge := dense(square, zero, moved)[0] - dense(square, zero, x)[0]
		if aBar[j] != nudge {
			t.Errorf("x̄ %d is %v, a nudge shows %v", j, aBar[j], nudge)
		}
	}
	if forgotten := dense(square, make([]float64, 4), yBar); slices.Equal(forgotten, aBar) {
		t.Error("W and its transpose give the same")
	}
}

func TestPictureOfDense(t *testing.T) {
	var tape graph.Tape
	x, z1, _, _, _, loss, hidden, _ := oneSample(&tape)
	grads := loss.Backward()
	delta := loss.Grad(z1)[0].Value()
	d := figure.New(700, 420, "The products of a dense layer from 3 numbers to 4",
		"Above, boxes with dimensions: W, 4 by 3, times x, 3 by 1, is z, 4 by 1; W transposed, 3 by 4, times delta, 4 by 1, is x bar, 3 by 1; delta, 4 by 1, times x transposed, 1 by 3, is W bar, 4 by 3. "+
			"Below, the last product in numbers: row i of W bar is x, delta i times as long.")
	const u = 18
	type box struct {
		class, name   string
		rows, columns int
	}
	product := func(left float64, title string, boxes ...box) {
		d.Text("ink bold start", left-16, 28, title)
		for i, b := range boxes {
			d.Box(b.class, left, 58+(4-float64(b.rows))*u/2, u, b.name, b.rows, b.columns)
			left += float64(b.columns) * u
			if i < 2 {
				d.Text("ink middle bold", left+13, 58+2*u+5, []string{"·", "="}[i])
			}
			left += 36
		}
	}
	product(36, "Forward", box{"lit", "W", 4, 3}, box{"box", "x", 3, 1}, box{"box", "z", 4, 1})
	product(250, "To the input", box{"lit", "Wᵀ", 3, 4}, box{"box", "δ", 4, 1}, box{"box", "x̄", 3, 1})
	product(478, "To the weights", box{"box", "δ", 4, 1}, box{"box", "xᵀ", 1, 3}, box{"lit", "W̄", 4, 3})

	const top, w, h = 272.0, 92.0, 30.0
	d.Text("ink bold start", 20, 205, "W̄ = δ xᵀ in numbers")
	d.Text("soft middle", 150, top-12, "δ")
	d.Matrix(150-w/2, top, w, h, "%.6f", delta, nil)
	d.Text("soft end", 255, top-46+20, "xᵀ")
	d.Matrix(270, top-46, w, h, "%.6f", tensor.Reshape(nil, x.Value(), 1, 3), nil)
	d.Matrix(270, top, w, h, "%.6f", grads.Of(hidden.W), nil)
	d.Text("soft start", 270+3*w+14, top+2*h+4, "W̄")
	picture(t, "06-products.svg", d)
}
