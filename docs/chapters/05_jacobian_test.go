package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// rows returns the Jacobian of f at x, outputs × inputs, by one sweep for each row.
func rows(f func(x *graph.Var) *graph.Var, x *tensor.Tensor) *tensor.Tensor {
	var tape graph.Tape
	y := f(tape.Watch(x))
	j := tensor.Zeros(y.Value().Len(), x.Len())
	for k := range y.Value().Len() { // eq: J6
		seed := tensor.Zeros(y.Shape()...)
		seed.SetFlat(k, 1)
		row := y.BackwardFrom(seed).Of(x)
		for i := range x.Len() {
			j.Set(row.Flat(i), k, i)
		}
	}
	return j
}

// pushed returns J·u, the derivative of f at x in the direction u. J is linear, so the sweep
// from a cotangent g gives x̄ = Jᵀg, which is linear in g, and a sweep of that gives J·u.
func pushed(f func(x *graph.Var) *graph.Var, x, u *tensor.Tensor) *tensor.Tensor {
	var tape graph.Tape
	in := tape.Watch(x)
	y := f(in)
	g := tape.Watch(tensor.Zeros(y.Shape()...))
	pulled := ops.Sum(ops.Mul(y, g)).Grad(in)[0]
	return ops.Sum(ops.Mul(pulled, graph.Const(u))).Grad(g)[0].Value().Clone()
}

// columns returns the Jacobian of f at x by one direction for each column.
func columns(f func(x *graph.Var) *graph.Var, x *tensor.Tensor) *tensor.Tensor {
	var all []*tensor.Tensor
	for i := range x.Len() { // eq: J6
		u := tensor.Zeros(x.Shape()...)
		u.SetFlat(i, 1)
		column := pushed(f, x, u)
		all = append(all, tensor.Reshape(nil, column, column.Len()))
	}
	return tensor.Stack(nil, 1, all...)
}

// network is the one of the chapters, for one sample.
func network(x *graph.Var) *graph.Var {
	hidden, out := chapters.NewNet()
	return out.Forward(ops.Tanh(hidden.Forward(x)))
}

func Example_jacobian() {
	x := tensor.Vector(1, 0.5, -1)
	fmt.Printf("by rows:    %.4f\n", rows(network, x))
	fmt.Printf("by columns: %.4f\n", columns(network, x))
	// Output:
	// by rows:    [[-0.0388  0.0903 -0.2554]
	//  [ 0.1180 -0.3187  0.4566]]
	// by columns: [[-0.0388  0.0903 -0.2554]
	//  [ 0.1180 -0.3187  0.4566]]
}

func Example_layer() {
	hidden, _ := chapters.NewNet()
	a := tensor.Vector(1, 0.5, -1)
	layer := func(w, b, a *graph.Var) *graph.Var { return ops.Linear(a, w, b) }
	w, b := graph.Const(hidden.W), graph.Const(hidden.B)

	byInput := rows(func(a *graph.Var) *graph.Var { return layer(w, b, a) }, a)                       // eq: J1
	byBias := rows(func(b *graph.Var) *graph.Var { return layer(w, b, graph.Const(a)) }, hidden.B)    // eq: J3
	byWeights := rows(func(w *graph.Var) *graph.Var { return layer(w, b, graph.Const(a)) }, hidden.W) // eq: J4
	slopes := rows(ops.Tanh, layer(w, b, graph.Const(a)).Value())                                     // eq: J2
	fmt.Printf("∂z/∂a\n%v\n", byInput)
	fmt.Printf("∂z/∂b\n%v\n", byBias)
	fmt.Printf("∂z/∂vec W, its first two rows\n%v\n", tensor.Slice(nil, byWeights, tensor.Span(0, 2)))
	fmt.Printf("z\n%.3f\n", layer(w, b, graph.Const(a)).Value())
	fmt.Printf("∂a/∂z\n%.3f\n", slopes)
	// Output:
	// ∂z/∂a
	// [[ 0.2 -0.4  0.1]
	//  [-0.5  0.3  0.8]
	//  [ 0.7  0.1 -0.3]
	//  [ 0.4 -0.6  0.5]]
	// ∂z/∂b
	// [[1 0 0 0]
	//  [0 1 0 0]
	//  [0 0 1 0]
	//  [0 0 0 1]]
	// ∂z/∂vec W, its first two rows
	// [[ 1.0  0.5 -1.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0]
	//  [ 0.0  0.0  0.0  1.0  0.5 -1.0  0.0  0.0  0.0  0.0  0.0  0.0]]
	// z
	// [ 0.000 -1.350  1.350 -0.500]
	// ∂a/∂z
	// [[1.000 0.000 0.000 0.000]
	//  [0.000 0.236 0.000 0.000]
	//  [0.000 0.000 0.236 0.000]
	//  [0.000 0.000 0.000 0.786]]
}

func Example_dotProduct() {
	r := rand.New(rand.NewPCG(5, 1))
	x, u := tensor.RandNormal(r, 0, 1, 3), tensor.RandNormal(r, 0, 1, 3)
	g := tensor.RandNormal(r, 0, 1, 2)
	dot := func(a, b *tensor.Tensor) float64 { return tensor.Sum(nil, tensor.Mul(nil, a, b), nil, false).Item() }

	var tape graph.Tape
	pulled := network(tape.Watch(x)).BackwardFrom(g).Of(x)
	fmt.Printf("⟨g, Ju⟩  = %.6f\n", dot(g, pushed(network, x, u))) // eq: J7
	fmt.Printf("⟨Jᵀg, u⟩ = %.6f\n", dot(pulled, u))
	// Output:
	// ⟨g, Ju⟩  = 1.324996
	// ⟨Jᵀg, u⟩ = 1.324996
}

// bySteps returns the Jacobian of f at x by central differences, with a column for each
// element.
func bySteps(f func(x *graph.Var) *graph.Var, x *tensor.Tensor) *mat.Dense {
	const h = 1e-5
	at := func(i int, h float64) *tensor.Tensor {
		moved := x.Clone()
		moved.SetFlat(i, x.Flat(i)+h)
		return f(graph.Const(moved)).Value()
	}
	j := mat.NewDense(f(graph.Const(x)).Value().Len(), x.Len(), nil)
	for i := range x.Len() {
		up, down := at(i, h), at(i, -h)
		for k := range up.Len() {
			j.Set(k, i, (up.Flat(k)-down.Flat(k))/(2*h))
		}
	}
	return j
}

// eq: J1, J2, J3, J4
// The four Jacobians of a layer are W, a diagonal, the identity, and I ⊗ aᵀ; differences
// agree.
func TestJacobiansOfALayer(t *testing.T) {
	hidden, _ := chapters.NewNet()
	a := tensor.Vector(1, 0.5, -1)
	w, b, in := graph.Const(hidden.W), graph.Const(hidden.B), graph.Const(a)
	z := ops.Linear(in, w, b).Value()
	slopes := mat.NewDense(4, 4, nil)
	for i := range 4 {
		slopes.Set(i, i, 1/math.Pow(math.Cosh(z.At(i)), 2))
	}
	identity := mat.NewDense(4, 4, []float64{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1})
	var kronecker mat.Dense
	kronecker.Kronecker(identity, mat.NewDense(1, 3, []float64{1, 0.5, -1}))
	for name, c := range map[string]struct {
		f    func(x *graph.Var) *graph.Var
		x    *tensor.Tensor
		want *mat.Dense
	}{
		"J1": {func(a *graph.Var) *graph.Var { return ops.Linear(a, w, b) }, a, hidden.W.Dense()},
		"J2": {func(z *graph.Var) *graph.Var { return ops.Tanh(z) }, z, slopes},
		"J3": {func(b *graph.Var) *graph.Var { return ops.Linear(in, w, b) }, hidden.B, identity},
		"J4": {func(w *graph.Var) *graph.Var { return ops.Linear(in, w, b) }, hidden.W, &kronecker},
	} {
		if got := rows(c.f, c.x).Dense(); !mat.EqualApprox(got, c.want, 1e-14) {
			t.Errorf("%s is %v, want %v", name, mat.Formatted(got), mat.Formatted(c.want))
		}
		if got := bySteps(c.f, c.x); !mat.EqualApprox(got, c.want, 1e-9) {
			t.Errorf("%s by differences is %v, want %v", name, mat.Formatted(got), mat.Formatted(c.want))
		}
	}
}

// eq: J5, J6
// The Jacobian of the network by rows, by columns, by differences and as the product of
// those of its parts.
func TestJacobianOfTheNetwork(t *testing.T) {
	hidden, out := chapters.NewNet()
	data, _ := chapters.Batch()
	for s := range data.Dim(0) {
		x := tensor.Vector(data.At(s, 0), data.At(s, 1), data.At(s, 2))
		z := hidden.Forward(graph.Const(x)).Value()
		var inner, product mat.Dense
		inner.Mul(rows(ops.Tanh, z).Dense(), hidden.W.Dense())
		product.Mul(out.W.Dense(), &inner)
		if got := rows(network, x).Dense(); !mat.EqualApprox(got, &product, 1e-14) {
			t.Errorf("by rows %v, want %v", got, product)
		}
		if got := columns(network, x).Dense(); !mat.EqualApprox(got, &product, 1e-14) {
			t.Errorf("by columns %v, want %v", got, product)
		}
		if got := bySteps(network, x); !mat.EqualApprox(got, &product, 1e-9) {
			t.Errorf("by differences %v, want %v", got, product)
		}
	}
}

// twisted is the product w·x whose rule forgets the transpose.
type twisted struct{}

func (twisted) Name() string                              { return "twisted" }
func (twisted) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[1].Shape()...) }
func (twisted) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.MatMul(y, x[0], x[1], false, false)
}
func (twisted) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var { // should be wᵀ·g
	return ops.MatMul(x[0], g)
}

// eq: J7
// The dot products agree in random directions, and do not if a rule forgets a transpose.
func TestDotProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	w := graph.Const(tensor.RandNormal(r, 0, 1, 3, 3))
	right := func(x *graph.Var) *graph.Var { return ops.Tanh(ops.MatMul(w, x)) }
	wrong := func(x *graph.Var) *graph.Var { return ops.Tanh(graph.Apply(twisted{}, w, x)) }
	for range 10 {
		x, u, g := tensor.RandNormal(r, 0, 1, 3, 1), tensor.RandNormal(r, 0, 1, 3, 1), tensor.RandNormal(r, 0, 1, 3, 1)
		for _, c := range []struct {
			f     func(x *graph.Var) *graph.Var
			agree bool
		}{{right, true}, {wrong, false}} {
			var tape graph.Tape
			pulled := c.f(tape.Watch(x)).BackwardFrom(g).Of(x)
			var forward mat.Dense
			forward.Mul(bySteps(c.f, x), u.Dense())
			left := mat.Dot(g.Dense().ColView(0), forward.ColView(0))
			right := mat.Dot(pulled.Dense().ColView(0), u.Dense().ColView(0))
			if agree := math.Abs(left-right) < 1e-8; agree != c.agree {
				t.Errorf("⟨g, Ju⟩ = %v, ⟨Jᵀg, u⟩ = %v", left, right)
			}
		}
	}
}

func TestPictureOfJacobian(t *testing.T) {
	hidden, out := chapters.NewNet()
	x := tensor.Vector(1, 0.5, -1)
	slopes := rows(ops.Tanh, hidden.Forward(graph.Const(x)).Value())
	d := figure.New(715, 330, "The Jacobian of the network as a product of heat maps",
		"W2, 2 by 4, times a diagonal matrix of slopes, 4 by 4, times W1, 4 by 3, is the Jacobian, 2 by 3. Orange cells are positive, blue ones negative. "+
			"Below, a reverse pass: the seed (0, 1) becomes the second row of W2, then that row with each element multiplied by a slope, then the second row of the Jacobian, which is lit.")
	const w, h = 42, 30
	second := func(i, _ int) bool { return i == 1 }
	for _, m := range []struct {
		x, y float64
		name string
		m    *tensor.Tensor
		lit  func(i, j int) bool
	}{
		{20, 70, "W₂", out.W, second}, {210, 40, "D = diag f′(z)", slopes, nil}, {400, 40, "W₁", hidden.W, nil}, {560, 70, "J", rows(network, x), second},
	} {
		columns := float64(m.m.Dim(1))
		d.Text("ink bold middle", m.x+columns*w/2, m.y-12, m.name)
		d.Matrix(m.x, m.y, w, h, "%.2f", m.m, m.lit)
	}
	for _, sign := range []struct {
		x    float64
		text string
	}{{199, "·"}, {389, "·"}, {543, "="}} {
		d.Text("ink bold middle", sign.x, 105, sign.text)
	}
	d.Text("ink bold start", 20, 205, "one reverse pass, from the left")
	row := tensor.Matrix([][]float64{{0, 1}})
	at := 20.0
	for i, m := range []*tensor.Tensor{nil, out.W, slopes, hidden.W} {
		if m != nil {
			row = tensor.MatMul(nil, row, m, false, false)
			d.Arrow("c2", at+6, 260, at+28, 260)
			at += 36
		}
		d.Text("ink middle", at+float64(row.Dim(1))*w/2, 235, []string{"eᵀ", "eᵀW₂", "eᵀW₂D", "eᵀW₂DW₁"}[i])
		d.Matrix(at, 245, w, h, "%.2f", row, nil)
		at += float64(row.Dim(1)) * w
	}
	d.Text("soft start", 20, 308, "Each arrow multiplies the row by the next matrix. No product of two matrices is formed.")
	picture(t, "05-jacobian.svg", d)
}

func TestPictureOfKronecker(t *testing.T) {
	hidden, _ := chapters.NewNet()
	a := graph.Const(tensor.Vector(1, 0.5, -1))
	j := rows(func(w *graph.Var) *graph.Var { return ops.Linear(a, w, nil) }, hidden.W)
	d := figure.New(700, 220, "The Jacobian of z by the weights",
		"A matrix of 4 rows and 12 columns, one column for each weight row by row. Row i holds a = (1, 0.5, −1) in the three columns of the weights of unit i, and zeros elsewhere.")
	for i := range 4 {
		d.Text("soft small middle", 70+50*(3*float64(i)+1.5), 36, fmt.Sprintf("weights of unit %d", i+1))
		d.Text("soft small end", 62, 49+34*float64(i)+22, fmt.Sprintf("z%c", '₁'+rune(i)))
	}
	d.Matrix(70, 50, 50, 34, "%.1f", j, func(i, k int) bool { return k/3 == i })
	picture(t, "05-kronecker.svg", d)
}
