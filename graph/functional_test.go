package graph_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// layer is tanh(A·B), of shape [2 k] for A of [2 n] and B of [n k].
func layer(x []*graph.Var) *graph.Var { return ops.Tanh(ops.MatMul(x[0], x[1])) }

func draw(seed uint64, shape ...int) *tensor.Tensor {
	return tensor.RandUniform(rand.New(rand.NewPCG(seed, 0)), -1, 1, shape...)
}

// must returns the value of a call that has no error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func dot(a, b *tensor.Tensor) float64 {
	sum := 0.0
	for i := range a.Len() {
		sum += a.Flat(i) * b.Flat(i)
	}
	return sum
}

// slope is the derivative of f at x along u by differences, of fourth order.
func slope(f graph.Func, x, u []*tensor.Tensor) *tensor.Tensor {
	const h = 1e-3
	at := func(t float64) *tensor.Tensor {
		moved := make([]*graph.Var, len(x))
		for i := range x {
			moved[i] = graph.Const(tensor.AddScaled(x[i].Clone(), u[i], t))
		}
		return f(moved).Value()
	}
	near, far := tensor.Sub(nil, at(h), at(-h)), tensor.Sub(nil, at(2*h), at(-2*h))
	return tensor.Sub(nil, tensor.Scale(nil, near, 8/(12*h)), tensor.Scale(nil, far, 1/(12*h)))
}

func TestValueAndGrad(t *testing.T) {
	a, b, unused := tensor.Vector(1, -2), tensor.Vector(3, 0.5), tensor.Vector(7)
	f := func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Mul(x[0], ops.Square(x[1]))) }
	y, g, err := graph.ValueAndGrad(f, a, b, unused)
	if err != nil || y.Item() != 8.5 {
		t.Fatalf("value %v, error %v", y, err)
	}
	if !tensor.Equal(g[0], tensor.Vector(9, 0.25)) || !tensor.Equal(g[1], tensor.Vector(6, -2)) || g[2] != nil {
		t.Errorf("gradients %v", g)
	}
	only := must(graph.Grad(f, a, b))
	if len(only) != 2 || !tensor.Equal(only[0], g[0]) || !tensor.Equal(only[1], g[1]) {
		t.Errorf("Grad gives %v, ValueAndGrad %v", only, g)
	}
	if g := must(graph.Grad(func([]*graph.Var) *graph.Var { return graph.Const(tensor.Scalar(1)) }, a)); g[0] != nil {
		t.Errorf("a constant has the gradient %v", g[0])
	}
	model := func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Exp(x[0].Tape().Watch(b))) } // a closure
	if g := must(graph.Grad(model, a, b)); g[0] != nil || g[1].Flat(0) != math.Exp(3) {
		t.Errorf("gradients of a closure are %v", g)
	}
}

// What is returned belongs to the caller, even if f returns what it was given.
func TestResultsDoNotAlias(t *testing.T) {
	a := tensor.Vector(1, 2)
	y, g, err := graph.VJP(func(x []*graph.Var) *graph.Var { return x[0] }, a, a)
	if err != nil || !tensor.Equal(y, a) || !tensor.Equal(g[0], a) {
		t.Fatalf("%v, %v, %v", y, g, err)
	}
	y.Fill(0)
	g[0].Fill(0)
	if !tensor.Equal(a, tensor.Vector(1, 2)) {
		t.Error("a result shares memory with an input")
	}
}

// A Var that leaves its function is refused, and an error leaves nothing behind.
func TestVarsStayInside(t *testing.T) {
	w := tensor.Vector(2)
	var left *graph.Var
	f := func(x []*graph.Var) *graph.Var { left = ops.Square(x[0]); return left }
	must(graph.Grad(f, w))
	wantText(t, misuse(t, func() { left.Value() }), "before the last Reset")
	for range 3 {
		if _, err := graph.Grad(func(x []*graph.Var) *graph.Var { return ops.Add(f(x), left.Tape().Input(nil)) }, w); err == nil {
			t.Error("no error")
		}
		if g := must(graph.Grad(f, w))[0]; g.Flat(0) != 4 {
			t.Errorf("gradient %v", g)
		}
	}
}

// Tall and wide Jacobians, by rows and by columns, against differences along each
// unit vector, and products with them against the whole.
func TestJacobian(t *testing.T) {
	wide := tensor.Scale(nil, draw(6, 2, 40), 0.5)
	for _, k := range []int{1, 2, 9, 40} {
		x := []*tensor.Tensor{draw(1, 2, 3), draw(2, 3, k)}
		layer := layer
		if k == 40 { // y has 80 elements, x has 12
			x[1] = draw(2, 3, 2)
			layer = func(x []*graph.Var) *graph.Var {
				return ops.MatMul(ops.Tanh(ops.MatMul(x[0], x[1])), graph.Const(wide))
			}
		}
		j := must(graph.Jacobian(layer, x...))
		u := drawLike(x)
		v := draw(5, 2, k)
		_, ju, err := graph.JVP(layer, x, u)
		_, vj, err2 := graph.VJP(layer, v, x...)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		sum := tensor.Zeros(2, k)
		for i := range x {
			if want := append([]int{2, k}, x[i].Shape()...); !slices.Equal(j[i].Shape(), want) {
				t.Fatalf("the Jacobian has the shape %v, want %v", j[i].Shape(), want)
			}
			n := x[i].Len()
			for e := range n {
				unit := []*tensor.Tensor{tensor.Zeros(2, 3), tensor.Zeros(x[1].Shape()...)}
				unit[i].SetFlat(e, 1)
				d := slope(layer, x, unit)
				back := 0.0
				for row := range d.Len() {
					if got := j[i].Flat(row*n + e); math.Abs(got-d.Flat(row)) > 1e-10 {
						t.Errorf("width %d: ∂y%d/∂x%d[%d] is %v, differences show %v", k, row, i, e, got, d.Flat(row))
					}
					back += v.Flat(row) * j[i].Flat(row*n+e)
				}
				if math.Abs(vj[i].Flat(e)-back) > 1e-14 {
					t.Errorf("width %d: VJP gives %v, the Jacobian %v", k, vj[i].Flat(e), back)
				}
				for row := range d.Len() {
					sum.SetFlat(row, sum.Flat(row)+j[i].Flat(row*n+e)*u[i].Flat(e))
				}
			}
		}
		if !tensor.Close(ju, sum, 1e-14, 1e-14) {
			t.Errorf("width %d: JVP gives %v, the Jacobian %v", k, ju, sum)
		}
	}
}

// A Jacobian of 3 rows and 50 columns takes 3 sweeps, and some to begin with; so does
// one of 50 rows and 3 columns.
func TestJacobianTakesFewSweeps(t *testing.T) {
	calls := 0
	var count func(x *graph.Var) *graph.Var
	count = func(x *graph.Var) *graph.Var {
		return graph.Apply(custom{identity, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { calls++; return count(g) }}, x)
	}
	few, many := tensor.Zeros(3), tensor.Zeros(50)
	for name, do := range map[string]func() error{
		"rows": func() error {
			return second(graph.Jacobian(func(x []*graph.Var) *graph.Var { return ops.Slice(count(x[0]), tensor.Span(0, 3)) }, many))
		},
		"columns": func() error {
			return second(graph.Jacobian(func(x []*graph.Var) *graph.Var {
				return ops.Take(count(x[0]), 0, make([]int, 50))
			}, few))
		},
	} {
		calls = 0
		if err := do(); err != nil || calls > 5 {
			t.Errorf("%s: the rule was called %d times, error %v", name, calls, err)
		}
	}
}

// A function may do with its list what it wants.
func TestListBelongsToFunc(t *testing.T) {
	g := must(graph.Grad(func(x []*graph.Var) *graph.Var {
		x[0] = ops.Square(x[0])
		return ops.Sum(x[0])
	}, tensor.Vector(3)))
	if g[0] == nil || g[0].Flat(0) != 6 {
		t.Errorf("gradient %v", g[0])
	}
}

// No path is nil in what sweeps find, and zero where a derivative along a
// direction, or a second one, is asked for.
func TestNoPath(t *testing.T) {
	a, b := tensor.Vector(1, 2), tensor.Vector(3)
	x, u := []*tensor.Tensor{a, b}, []*tensor.Tensor{tensor.Vector(1, 1), tensor.Vector(5)}
	first := func(x []*graph.Var) *graph.Var { return ops.Scale(x[0], 2) }
	for _, f := range []graph.Func{first, func(x []*graph.Var) *graph.Var { return ops.Concat(0, first(x), first(x)) }} {
		if j := must(graph.Jacobian(f, x...)); j[0] == nil || j[1] != nil {
			t.Errorf("Jacobian %v", j)
		}
	}
	if _, dy, err := graph.JVP(first, x, u); err != nil || !tensor.Equal(dy, tensor.Vector(2, 2)) {
		t.Errorf("JVP %v, %v", dy, err)
	}
	constant := func([]*graph.Var) *graph.Var { return graph.Const(tensor.Vector(4)) }
	if _, dy, err := graph.JVP(constant, x, u); err != nil || dy.Flat(0) != 0 {
		t.Errorf("JVP of a constant is %v, %v", dy, err)
	}
	linear := func(x []*graph.Var) *graph.Var { return ops.Sum(first(x)) }
	for i, hv := range must(graph.HVP(linear, x, u)) {
		if !tensor.Equal(hv, tensor.Zeros(x[i].Shape()...)) {
			t.Errorf("HVP of a linear function is %v", hv)
		}
	}
	h := must(graph.Hessian(linear, x...))
	if !tensor.Equal(h[0][1], tensor.Zeros(2, 1)) || !tensor.Equal(h[1][1], tensor.Zeros(1, 1)) {
		t.Errorf("Hessian of a linear function is %v", h)
	}
	square := func(z *graph.Var) *graph.Var { return ops.Sum(ops.Square(z)) }
	if gv := must(graph.GaussNewton(first, square, x, u)); !tensor.Equal(gv[0], tensor.Vector(8, 8)) || gv[1].Flat(0) != 0 {
		t.Errorf("Gauss-Newton product %v", gv)
	}
	if j := must(graph.Jacobian(first, tensor.Zeros(0), b)); j[0] == nil || j[0].Rank() != 2 || j[1] != nil {
		t.Errorf("Jacobian of nothing is %v", j)
	}
}

// The second derivatives of Rosenbrock's function f = Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)².
func TestHessian(t *testing.T) {
	f := func(x []*graph.Var) *graph.Var {
		a, b := ops.Slice(x[0], tensor.Span(0, 3)), ops.Slice(x[0], tensor.Span(1, 4))
		return ops.Sum(ops.Add(ops.Scale(ops.Square(ops.Sub(b, ops.Square(a))), 100), ops.Square(ops.Sub(graph.Const(tensor.Scalar(1)), a))))
	}
	x := tensor.Vector(0.5, -1.5, 2, 1.25)
	want := tensor.Zeros(4, 4)
	for i := range 3 {
		v, w := x.At(i), x.At(i+1)
		want.Set(want.At(i, i)+1200*v*v-400*w+2, i, i)
		want.Set(want.At(i+1, i+1)+200, i+1, i+1)
		want.Set(-400*v, i, i+1)
		want.Set(-400*v, i+1, i)
	}
	h := must(graph.Hessian(f, x))[0][0]
	if !tensor.Close(h, want, 1e-13, 1e-10) {
		t.Errorf("Hessian %v, want %v", h, want)
	}
	v := draw(1, 4)
	hv := must(graph.HVP(f, []*tensor.Tensor{x}, []*tensor.Tensor{v}))[0]
	if product := tensor.Reshape(nil, tensor.MatMul(nil, want, tensor.Reshape(nil, v, 4, 1), false, false), 4); !tensor.Close(hv, product, 1e-13, 1e-10) {
		t.Errorf("H v is %v, want %v", hv, product)
	}
}

// Blocks of several inputs: for y = Σ a²·b they are 2b, 2a and 0 on diagonals.
func TestHessianBlocks(t *testing.T) {
	a, b := tensor.Vector(1, 2), tensor.Vector(5, 7)
	h := must(graph.Hessian(func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Mul(ops.Square(x[0]), x[1])) }, a, b))
	for _, c := range []struct{ got, want *tensor.Tensor }{
		{h[0][0], tensor.Matrix([][]float64{{10, 0}, {0, 14}})},
		{h[0][1], tensor.Matrix([][]float64{{2, 0}, {0, 4}})},
		{h[1][0], tensor.Matrix([][]float64{{2, 0}, {0, 4}})},
		{h[1][1], tensor.Zeros(2, 2)},
	} {
		if !tensor.Equal(c.got, c.want) {
			t.Errorf("block %v, want %v", c.got, c.want)
		}
	}
}

// JᵀHJv with J and H formed.
func TestGaussNewton(t *testing.T) {
	x, v := []*tensor.Tensor{draw(1, 2, 3), draw(2, 3, 2)}, []*tensor.Tensor{draw(3, 2, 3), draw(4, 3, 2)}
	loss := func(z *graph.Var) *graph.Var { return ops.Sum(ops.LogSumExp(z, -1)) }
	y, jv, err := graph.JVP(layer, x, v)
	if err != nil {
		t.Fatal(err)
	}
	h := must(graph.Hessian(func(z []*graph.Var) *graph.Var { return loss(z[0]) }, y))[0][0]
	hjv := tensor.Reshape(nil, tensor.MatMul(nil, tensor.Reshape(nil, h, 4, 4), tensor.Reshape(nil, jv, 4, 1), false, false), 2, 2)
	_, want, err := graph.VJP(layer, hjv, x...)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range must(graph.GaussNewton(layer, loss, x, v)) {
		if !tensor.Close(got, want[i], 1e-13, 1e-14) {
			t.Errorf("product %d is %v, want %v", i, got, want[i])
		}
		if dot(got, v[i]) == 0 {
			t.Errorf("product %d is zero", i)
		}
	}
}

// f may differentiate. For y = |∇ Σ x³|² = Σ 9x⁴, the derivatives are 36x³, 108x²
// and 216x.
func TestNestedDerivatives(t *testing.T) {
	penalty := func(x []*graph.Var) *graph.Var {
		return ops.Sum(ops.Square(ops.Sum(ops.PowScalar(x[0], 3)).Grad(x[0])[0]))
	}
	w, one := tensor.Vector(2), tensor.Vector(1)
	if g := must(graph.Grad(penalty, w))[0].Flat(0); math.Abs(g-288) > 1e-10 {
		t.Errorf("first derivative %v", g)
	}
	if h := must(graph.Hessian(penalty, w))[0][0].Flat(0); math.Abs(h-432) > 1e-10 {
		t.Errorf("second derivative %v", h)
	}
	third := func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Sum(penalty(x).Grad(x[0])[0]).Grad(x[0])[0]) }
	if d := must(graph.Grad(third, w))[0].Flat(0); math.Abs(d-432) > 1e-10 {
		t.Errorf("third derivative %v", d)
	}
	if _, d, err := graph.JVP(third, []*tensor.Tensor{w}, []*tensor.Tensor{one}); err != nil || math.Abs(d.Item()-432) > 1e-10 {
		t.Errorf("third derivative along 1 is %v, %v", d, err)
	}
}

// A cotangent on the tape: products with J and its transpose are functions too.
func TestGradFrom(t *testing.T) {
	var tape, other graph.Tape
	x, g := tape.Watch(tensor.Vector(1, 2)), tape.Watch(tensor.Vector(5, -1))
	y := ops.Square(x)
	d := y.GradFrom(g, x)[0]
	if !tensor.Equal(d.Value(), tensor.Vector(10, -4)) {
		t.Errorf("gᵀJ is %v", d.Value())
	}
	u := graph.Const(tensor.Vector(1, 10)) // the rule of a sum returns a cotangent itself
	if ju := d.GradFrom(u, g)[0]; !tensor.Equal(ju.Value(), tensor.Vector(2, 40)) {
		t.Errorf("J u is %v", ju.Value())
	}
	if same := ops.Add(x, x).GradFrom(u, x)[0]; !tensor.Equal(same.Value(), tensor.Vector(2, 20)) || same.Tape() != &tape {
		t.Errorf("gradient of a sum is %v", same)
	}
	for _, c := range []struct {
		do   func()
		want []string
	}{
		{func() { y.GradFrom(graph.Const(tensor.Vector(1)), x) }, []string{"graph.GradFrom", "[1]", "[2]"}},
		{func() { y.GradFrom(other.Input(tensor.Vector(1, 2)), x) }, []string{"graph.GradFrom", "another tape"}},
		{func() { y.GradFrom(g, u) }, []string{"graph.GradFrom", "const float64 [2]", "Watch"}},
	} {
		wantText(t, misuse(t, c.do), c.want...)
	}
}

func TestFunctionalMisuse(t *testing.T) {
	a, b := tensor.Vector(1, 2), tensor.Matrix([][]float64{{1, 2}})
	one := []*tensor.Tensor{a}
	var other graph.Tape
	sum := func(x []*graph.Var) *graph.Var { return ops.Sum(x[0]) }
	for _, c := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"misuse inside", func() error { return second(graph.Grad(layer, b, b.Clone())) }, []string{"ops.MatMul"}},
		{"a vector", func() error { return second(graph.Grad(func(x []*graph.Var) *graph.Var { return x[0] }, a)) }, []string{"graph.Grad", "2 elements"}},
		{"no function", func() error { return second(graph.Grad(nil, a)) }, []string{"graph.Grad: the function is nil"}},
		{"no input", func() error { return second(graph.Grad(sum, a, nil)) }, []string{"input 1 is nil"}},
		{"one tensor twice", func() error { return second(graph.Jacobian(sum, a, a)) }, []string{"graph.Jacobian", "inputs 0 and 1", "Clone"}},
		{"nothing returned", func() error { return second(graph.Hessian(func([]*graph.Var) *graph.Var { return nil }, a)) }, []string{"graph.Hessian", "returned nil"}},
		{"another tape", func() error { return second(graph.Grad(func([]*graph.Var) *graph.Var { return other.Watch(a) }, a)) }, []string{"another tape", "watches"}},
		{"a cotangent that does not fit", func() error { return third(graph.VJP(sum, a, a)) }, []string{"graph.VJP", "cotangent 0", "[2]", "[]"}},
		{"no direction", func() error { return third(graph.JVP(sum, one, nil)) }, []string{"graph.JVP", "1 inputs", "direction", "0"}},
		{"a direction that is nil", func() error { return third(graph.JVP(sum, one, make([]*tensor.Tensor, 1))) }, []string{"direction 0 is nil"}},
		{"a direction of another type", func() error { return third(graph.JVP(sum, one, []*tensor.Tensor{a.To(tensor.Float32)})) }, []string{"float32 [2]", "float64 [2]"}},
		{"a Hessian of a vector", func() error {
			return second(graph.HVP(func(x []*graph.Var) *graph.Var { return x[0] }, one, one))
		}, []string{"graph.HVP", "only a scalar"}},
		{"a loss that is nil", func() error { return second(graph.GaussNewton(sum, nil, one, one)) }, []string{"graph.GaussNewton", "loss is nil"}},
		{"a loss that is no scalar", func() error {
			return second(graph.GaussNewton(func(x []*graph.Var) *graph.Var { return x[0] }, func(z *graph.Var) *graph.Var { return z }, one, one))
		}, []string{"graph.GaussNewton", "only a scalar"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.do()
			var misuse *tensor.Error
			if !errors.As(err, &misuse) {
				t.Fatalf("error %v", err)
			}
			wantText(t, err.Error(), c.want...)
		})
	}
	boom := errors.New("boom")
	defer func() {
		if recover() != boom {
			t.Error("a panic of another type did not pass")
		}
	}()
	_, _ = graph.Grad(func([]*graph.Var) *graph.Var { panic(boom) }, a)
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestFunctionalFloat32(t *testing.T) {
	x := []*tensor.Tensor{draw(1, 2, 3).To(tensor.Float32), draw(2, 3, 4).To(tensor.Float32)}
	j := must(graph.Jacobian(layer, x...))
	wide := must(graph.Jacobian(layer, x[0].To(tensor.Float64), x[1].To(tensor.Float64)))
	for i := range j {
		if j[i].Type() != tensor.Float32 || !tensor.Close(j[i].To(tensor.Float64), wide[i], 1e-5, 1e-6) {
			t.Errorf("Jacobian %v in float32, %v in float64", j[i], wide[i])
		}
	}
}
