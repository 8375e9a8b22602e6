package chapters_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// record computes the network of the chapters for its batch, step by step.
func record(tape *graph.Tape) (x, z1, a1, z2, loss *graph.Var, hidden, out *nn.Linear) {
	hidden, out = chapters.NewNet()
	data, labels := chapters.Batch()
	x = tape.Watch(data)
	z1 = hidden.Forward(x)
	a1 = ops.Tanh(z1)
	z2 = out.Forward(a1)
	return x, z1, a1, z2, nn.CrossEntropy(z2, labels), hidden, out
}

func Example_shapes() {
	var tape graph.Tape
	x, z1, a1, z2, loss, hidden, out := record(&tape)
	grads := loss.Backward()
	delta := loss.Grad(z1, z2) // eq: N5

	fmt.Println("samples         ", x.Shape())        // eq: N7
	fmt.Println("hidden weights  ", hidden.W.Shape()) // eq: N1, N2
	fmt.Println("hidden z, a     ", z1.Shape(), a1.Shape())
	fmt.Println("output weights  ", out.W.Shape())
	fmt.Println("output z        ", z2.Shape())
	fmt.Println("their gradients ", grads.Of(hidden.W).Shape(), delta[0].Shape(), grads.Of(out.W).Shape(), delta[1].Shape()) // eq: N4
	fmt.Printf("objective        %.6f\n", loss.Value().Item())                                                               // eq: N3
	// Output:
	// samples          [5 3]
	// hidden weights   [4 3]
	// hidden z, a      [5 4] [5 4]
	// output weights   [2 4]
	// output z         [5 2]
	// their gradients  [4 3] [5 4] [2 4] [5 2]
	// objective        0.427373
}

// eq: N1, N2
// W_ij goes to unit i from unit j: a change of input j alone moves unit i by W_ij.
func TestWeightsGoToRowsFromColumns(t *testing.T) {
	hidden, _ := chapters.NewNet()
	at := func(x ...float64) *tensor.Tensor { return hidden.Forward(graph.Const(tensor.Vector(x...))).Value() }
	zero := at(0, 0, 0)
	for j := range 3 {
		x := make([]float64, 3)
		x[j] = 1
		for i := range 4 {
			if got, want := at(x...).At(i)-zero.At(i), hidden.W.At(i, j); math.Abs(got-want) > 1e-15 {
				t.Errorf("unit %d moves by %v with input %d, and W is %v", i, got, j, want)
			}
		}
	}
}

// eq: N3
// The objective is the mean of the losses of single samples.
func TestObjectiveIsTheMean(t *testing.T) {
	var tape graph.Tape
	_, _, _, z2, loss, _, _ := record(&tape)
	_, labels := chapters.Batch()
	sum := 0.0
	for s, label := range labels {
		a, b := z2.Value().At(s, 0), z2.Value().At(s, 1)
		right := a
		if label == 1 {
			right = b
		}
		sum += math.Log(math.Exp(a)+math.Exp(b)) - right
	}
	if got := loss.Value().Item(); math.Abs(got-sum/5) > 1e-14 {
		t.Errorf("the objective is %v, the mean %v", got, sum/5)
	}
}

// eq: N4, N5, N6
// A gradient has the shape of its variable, and the one of z is what a nudge of each
// element of z shows, f′ being taken at z.
func TestGradientsHaveTheShapeOfTheirVariables(t *testing.T) {
	var tape graph.Tape
	x, z1, a1, z2, loss, hidden, out := record(&tape)
	grads := loss.Backward()
	for _, w := range []*tensor.Tensor{hidden.W, hidden.B, out.W, out.B, x.Value()} {
		if fmt.Sprint(grads.Of(w).Shape()) != fmt.Sprint(w.Shape()) {
			t.Errorf("the gradient of %v is %v", w.Shape(), grads.Of(w).Shape())
		}
	}
	g := loss.Grad(z1, a1, z2)
	_, labels := chapters.Batch()
	const h = 1e-5
	for i := range z1.Value().Len() {
		z := z1.Value().Flat(i)
		at := func(h float64) float64 {
			moved := z1.Value().Clone()
			moved.SetFlat(i, z+h)
			return nn.CrossEntropy(out.Forward(ops.Tanh(graph.Const(moved))), labels).Value().Item()
		}
		if got, want := g[0].Value().Flat(i), (at(h)-at(-h))/(2*h); math.Abs(got-want) > 1e-9 {
			t.Errorf("δ %d is %v, a nudge of z shows %v", i, got, want)
		}
		slope := 1 / math.Pow(math.Cosh(z), 2)
		if got, want := g[0].Value().Flat(i), g[1].Value().Flat(i)*slope; math.Abs(got-want) > 1e-15 {
			t.Errorf("δ %d is %v, ā ⊙ f′(z) is %v", i, got, want)
		}
	}
}

// eq: N7
// Rows of code are the columns of mathematics: (WA + b1ᵀ)ᵀ = XWᵀ + 1bᵀ.
func TestRowsAreColumns(t *testing.T) {
	var tape graph.Tape
	x, z1, _, _, _, hidden, _ := record(&tape)
	var z mat.Dense
	z.Mul(hidden.W.Dense(), x.Value().Dense().T())
	for i := range 4 {
		for s := range 5 {
			if got, want := z1.Value().At(s, i), z.At(i, s)+hidden.B.At(i); math.Abs(got-want) > 1e-15 {
				t.Errorf("z of unit %d and sample %d is %v, want %v", i, s, got, want)
			}
		}
	}
}

func TestPictureOfShapes(t *testing.T) {
	var tape graph.Tape
	x, z1, _, z2, _, hidden, out := record(&tape)
	d := figure.New(715, 335, "The shapes of the network 3, 4, 2",
		"Above, as mathematics has it, columns are samples: W1, 4 by 3, times A0, 3 by 5, is Z1, 4 by 5; W2, 2 by 4, times A1, 4 by 5, is Z2, 2 by 5. "+
			"Below, as code has it, rows are samples: X, 5 by 3, times W1 transposed, 3 by 4, is Z1, 5 by 4; A1, 5 by 4, times W2 transposed, 4 by 2, is Z2, 5 by 2.")
	const u = 16
	type box struct {
		class, name   string
		rows, columns int
	}
	row := func(y float64, title string, boxes []box, signs string) {
		d.Text("ink bold start", 20, y, title)
		left := 46.0
		for i, b := range boxes {
			d.Box(b.class, left, y+36+(5-float64(b.rows))*u/2, u, b.name, b.rows, b.columns)
			left += float64(b.columns)*u + 18
			if i < len(signs) {
				d.Text("ink middle bold", left-2, y+36+5*u/2+5, map[byte]string{'*': "·", '=': "=", ' ': ""}[signs[i]])
			}
			left += 24
			if i == 2 {
				left += 12
			}
		}
	}
	m, n0 := x.Value().Dim(0), x.Value().Dim(1)
	n1, n2 := z1.Value().Dim(1), z2.Value().Dim(1)
	row(30, "Mathematics: a column for each sample", []box{
		{"lit", "W₁", hidden.W.Dim(0), hidden.W.Dim(1)}, {"box", "A₀", n0, m}, {"box", "Z₁", n1, m},
		{"lit", "W₂", out.W.Dim(0), out.W.Dim(1)}, {"box", "A₁", n1, m}, {"box", "Z₂", n2, m}}, "*= *=")
	row(195, "Code: a row for each sample", []box{
		{"box", "X", m, n0}, {"lit", "W₁ᵀ", n0, n1}, {"box", "Z₁", m, n1},
		{"box", "A₁", m, n1}, {"lit", "W₂ᵀ", n1, n2}, {"box", "Z₂", m, n2}}, "*= *=")
	picture(t, "00-shapes.svg", d)
}
