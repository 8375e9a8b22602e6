package ops_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Values written by hand, where no golden case has them.
func TestArrayValues(t *testing.T) {
	v := func(x ...float64) *graph.Var { return graph.Const(tensor.Vector(x...)) }
	m := func(rows ...[]float64) *graph.Var { return graph.Const(tensor.Matrix(rows)) }
	type r = []float64
	first := func(y *graph.Var, _ ops.Places) *graph.Var { return y }
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name      string
		got, want *graph.Var
	}{
		{"CumMax", first(ops.CumMax(v(1, 3, 2, 4), 0)), v(1, 3, 3, 4)},
		{"CumMin", first(ops.CumMin(m(r{3, 1}, r{2, 5}), 0)), m(r{3, 1}, r{2, 1})},
		{"Median, odd", ops.Median(v(5, 1, 3), 0), graph.Const(tensor.Scalar(3))},
		{"Median, even", ops.Median(m(r{4, 1, 3, 9}), 1), v(3.5)},
		{"Recurrence", ops.Recurrence(v(9, 2, 3), v(1, 1, 1), 0), v(1, 3, 10)},
		{"LogCumSumExp of -Inf", ops.LogCumSumExp(v(-inf, -inf, 0), 0), v(-inf, -inf, 0)},

		{"Roll by more than the length", ops.Roll(v(1, 2, 3), 4, 0), v(3, 1, 2)},
		{"Roll to the front", ops.Roll(v(1, 2, 3), -1, 0), v(2, 3, 1)},
		{"Repeat", ops.Repeat(m(r{1, 2}, r{3, 4}), 2, 1), m(r{1, 1, 2, 2}, r{3, 3, 4, 4})},
		{"Repeat rows", ops.Repeat(m(r{1, 2}, r{3, 4}), 2, 0), m(r{1, 2}, r{1, 2}, r{3, 4}, r{3, 4})},
		{"Tile", ops.Tile(m(r{1}, r{2}), 2, 2), m(r{1, 1}, r{2, 2}, r{1, 1}, r{2, 2})},
		{"Tile no times", ops.Tile(v(1, 2), 0), v()},
		{"MoveDim", ops.At(ops.MoveDim(ops.Reshape(v(0, 1, 2, 3, 4, 5, 6, 7), 2, 2, 2), 0, -1), 0), m(r{0, 4}, r{1, 5})},
		{"SwapAxes", ops.SwapAxes(m(r{1, 2, 3}), 0, -1), m(r{1}, r{2}, r{3})},
		{"At", ops.At(m(r{1, 2}, r{3, 4}), -1, 0), graph.Const(tensor.Scalar(3))},
		{"Pad that cuts", ops.Pad(v(1, 2, 3), 9, [2]int{-1, 2}), v(2, 3, 9, 9)},
		{"Pad that cuts all", ops.Pad(v(1, 2), 9, [2]int{-3, 2}), v(9)},
		{"PadReflect", ops.PadReflect(v(0, 1, 2), [2]int{2, 2}), v(2, 1, 0, 1, 2, 1, 0)},
		{"PadReflect that cuts", ops.PadReflect(v(0, 1, 2), [2]int{1, -2}), v(1, 0)},
		{"PadEdge", ops.PadEdge(v(0, 1, 2), [2]int{1, 3}), v(0, 0, 1, 2, 2, 2, 2)},
		{"PadWrap", ops.PadWrap(v(0, 1, 2), [2]int{2, 3}), v(1, 2, 0, 1, 2, 0, 1, 2)},
		{"Diag", ops.Diag(v(1, 2), -1), m(r{0, 0, 0}, r{1, 0, 0}, r{0, 2, 0})},
		{"Diagonal beyond", ops.Diagonal(m(r{1, 2}, r{3, 4}), 2), v()},
		{"Diagonal below", ops.Diagonal(m(r{1, 2}, r{3, 4}, r{5, 6}), -1), v(3, 6)},

		{"Index", ops.Index(m(r{1, 2}, r{3, 4}), ops.Indices{Values: []int{1, 0, -1}, Shape: []int{3}}), m(r{3, 4}, r{1, 2}, r{3, 4})},
		{"Index, broadcast", ops.Index(m(r{1, 2, 3}, r{4, 5, 6}),
			ops.Indices{Values: []int{1, 0}, Shape: []int{2, 1}}, ops.Indices{Values: []int{0, -1}}), m(r{4, 6}, r{1, 3})},
		{"Scatter", ops.Scatter(m(r{1, 2, 3}, r{4, 5, 6}), 1, []int{0, -1}, m(r{7}, r{8})), m(r{7, 2, 3}, r{4, 5, 8})},
		{"Scatter over NaN", ops.Scatter(v(nan, 1), 0, []int{0}, v(2)), v(2, 1)},
		{"ScatterAdd", ops.ScatterAdd(v(1, 2), 0, []int{1, 1, 0}, v(10, 20, 30)), v(31, 32)},
		{"IndexAdd", ops.IndexAdd(m(r{1, 2}, r{3, 4}), 1, []int{1, 1}, m(r{10, 20}, r{30, 40})), m(r{1, 32}, r{3, 74})},
		{"BooleanMask", ops.BooleanMask(m(r{1, 2}, r{3, 4}), m(r{0, 1}, r{1, 0})), v(2, 3)},
		{"BooleanMask of rows", ops.BooleanMask(m(r{1, 2}, r{3, 4}), v(0, 1)), m(r{3, 4})},
		{"MaskedFill over NaN", ops.MaskedFill(v(nan, 1), v(1, 0), 5), v(5, 1)},

		{"Outer", ops.Outer(v(1, 2), v(3, 4)), m(r{3, 4}, r{6, 8})},
		{"Kron", ops.Kron(m(r{1, 2}), m(r{3}, r{4})), m(r{3, 6}, r{4, 8})},
		{"Cross", ops.Cross(v(1, 0, 0), v(0, 1, 0)), v(0, 0, 1)},
		{"Norm, p = 1", ops.Norm(m(r{1, -2}, r{3, 0}), 1, 1), v(3, 3)},
		{"Norm, p = ∞", ops.Norm(m(r{1, -2}, r{3, 0}), inf, 1), v(2, 3)},
		{"Norm, p = 1/2", ops.Norm(v(4, 9), 0.5), graph.Const(tensor.Scalar(25))},
		{"Norm of infinity", ops.Norm(v(1, -inf), 3), graph.Const(tensor.Scalar(inf))},
		{"Norm of nothing", ops.Norm(v(), 3), graph.Const(tensor.Scalar(0))},
		{"Normalize 0", ops.Normalize(v(0, 0), 0, 1e-12), v(0, 0)},
	} {
		if !tensor.Close(c.got.Value(), c.want.Value(), 1e-14, 0) {
			t.Errorf("%s: %v, want %v", c.name, c.got.Value(), c.want.Value())
		}
	}
}

// The norm of large and of small numbers, whose powers do not exist.
func TestNormOfExtremes(t *testing.T) {
	for _, p := range []float64{0.5, 1, 2, 3, 10, math.Inf(1)} {
		for _, s := range []float64{1e300, 1e-300} {
			w := tensor.Vector(3*s, -4*s)
			var tape graph.Tape
			y := ops.Norm(tape.Watch(w), p)
			unit := ops.Norm(graph.Const(tensor.Vector(3, 4)), p).Value().Item()
			if got := y.Value().Item(); math.Abs(got-unit*s) > 1e-13*unit*s {
				t.Errorf("p = %v: the norm is %g, want %g", p, got, unit*s)
			}
			g := y.Backward().Of(w)
			for i, a := range []float64{3, -4} {
				want := math.Copysign(math.Pow(math.Abs(a)/unit, p-1), a)
				if math.IsInf(p, 1) {
					want = []float64{0, -1}[i]
				}
				if math.Abs(g.Flat(i)-want) > 1e-13 {
					t.Errorf("p = %v, scale %g: derivative %d is %v, want %v", p, s, i, g.Flat(i), want)
				}
			}
		}
	}
}

func TestSplit(t *testing.T) {
	w := tensor.Matrix([][]float64{{1, 2, 3}, {4, 5, 6}})
	var tape graph.Tape
	parts := ops.Split(tape.Watch(w), -1, 1, 0, 2)
	if got := parts[2].Value(); len(parts) != 3 || !tensor.Equal(got, tensor.Matrix([][]float64{{2, 3}, {5, 6}})) {
		t.Fatalf("%d parts, the last %v", len(parts), got)
	}
	if g := ops.Sum(parts[2]).Backward().Of(w); !tensor.Equal(g, tensor.Matrix([][]float64{{0, 1, 1}, {0, 1, 1}})) {
		t.Errorf("gradient %v", g)
	}
	for text, f := range map[string]func(){
		"ops.Split: sizes [1 1] add up to 2; axis 1 of [2 3] has 3": func() { ops.Split(graph.Const(w), 1, 1, 1) },
		"ops.Split: size -1 in [4 -1] is negative":                  func() { ops.Split(graph.Const(w), 1, 4, -1) },
	} {
		func() {
			defer func() {
				if e, _ := recover().(*tensor.Error); e == nil || e.Error() != text {
					t.Errorf("%v, want %s", e, text)
				}
			}()
			f()
		}()
	}
}

// Elements of -Inf, as of a mask, leave the gradient finite.
func TestLogCumSumExpGradientAtInfinity(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ x, want *tensor.Tensor }{
		{tensor.Vector(-inf, 0), tensor.Vector(1, 1)},
		{tensor.Vector(0, -inf, 0), tensor.Vector(2.5, 0, 0.5)},
		{tensor.Vector(-inf, -inf), tensor.Vector(2, 1)},
		{tensor.Vector(0, inf), tensor.Vector(1, 1)},
	} {
		var tape graph.Tape
		g := ops.Sum(ops.LogCumSumExp(tape.Watch(c.x), 0)).Backward().Of(c.x)
		if !tensor.Close(g, c.want, 1e-15, 0) {
			t.Errorf("gradient at %v is %v, want %v", c.x, g, c.want)
		}
	}
}

// Places are as the functions say, and go with the values.
func TestPlaces(t *testing.T) {
	x := graph.Const(tensor.Matrix([][]float64{{3, 1, 3}, {2, 5, 4}}))
	for _, c := range []struct {
		name string
		f    func() (*graph.Var, ops.Places)
		want []int
	}{
		{"Sort", func() (*graph.Var, ops.Places) { return ops.Sort(x, 1, false) }, []int{1, 0, 2, 0, 2, 1}},
		{"Sort rows", func() (*graph.Var, ops.Places) { return ops.Sort(x, 0, true) }, []int{0, 1, 1, 1, 0, 0}},
		{"TopK", func() (*graph.Var, ops.Places) { return ops.TopK(x, 2, -1) }, []int{0, 2, 1, 2}},
		{"CumMax", func() (*graph.Var, ops.Places) { return ops.CumMax(x, 1) }, []int{0, 0, 0, 0, 1, 1}},
		{"CumMin", func() (*graph.Var, ops.Places) { return ops.CumMin(x, 0) }, []int{0, 0, 0, 1, 0, 0}},
	} {
		if _, from := c.f(); !slices.Equal(from.List(), c.want) {
			t.Errorf("%s: %v, want %v", c.name, from.List(), c.want)
		}
	}
}

// The gradient of products with zeros, to the third order, in the values of a
// polynomial: d³(x₀x₁x₂)/dx₀dx₁dx₂ = 1 wherever.
func TestProductsWithZeros(t *testing.T) {
	for name, f := range map[string]func(x *graph.Var) *graph.Var{
		"Prod":        func(x *graph.Var) *graph.Var { return ops.Prod(x) },
		"Prod of two": func(x *graph.Var) *graph.Var { return ops.Prod(ops.Reshape(x, 3, 1, 1), 0, -1) },
		"CumProd":     func(x *graph.Var) *graph.Var { return ops.At(ops.CumProd(x, 0), 2) },
	} {
		for zeros := range 4 {
			w := tensor.Vector(2, 3, 5)
			for i := range zeros {
				w.Set(0, i)
			}
			x := w.Float64s()
			var tape graph.Tape
			v := tape.Watch(w)
			first := ops.Sum(f(v)).Grad(v)[0]
			if want := tensor.Vector(x[1]*x[2], x[0]*x[2], x[0]*x[1]); !tensor.Equal(first.Value(), want) {
				t.Errorf("%s of %v: gradient %v, want %v", name, w, first.Value(), want)
			}
			second := ops.At(first, 0).Grad(v)[0]
			if want := tensor.Vector(0, x[2], x[1]); !tensor.Equal(second.Value(), want) {
				t.Errorf("%s of %v: second derivative %v, want %v", name, w, second.Value(), want)
			}
			third := ops.At(second, 1).Grad(v)[0]
			if want := tensor.Vector(0, 0, 1); !tensor.Equal(third.Value(), want) {
				t.Errorf("%s of %v: third derivative %v, want %v", name, w, third.Value(), want)
			}
		}
	}
}

// A step that was made before allocates nothing.
func TestArrayStepsAllocateNothing(t *testing.T) {
	w, mask := tensor.Matrix([][]float64{{3, 1, 2}, {5, 4, 6}, {9, 7, 8}}), tensor.Vector(1, 0, 1)
	row := tensor.Vector(1, 2, 3)
	index, ids, axes := []int{0, 2, 1}, []int{2, 2, 0, 1}, []int{0}
	var tape graph.Tape
	for name, f := range map[string]func(x, m, v *graph.Var) *graph.Var{
		"CumSum":       func(x, _, _ *graph.Var) *graph.Var { return ops.CumSum(x, 1) },
		"CumProd":      func(x, _, _ *graph.Var) *graph.Var { return ops.CumProd(x, 0) },
		"LogCumSumExp": func(x, _, _ *graph.Var) *graph.Var { return ops.LogCumSumExp(x, 0) },
		"Prod":         func(x, _, _ *graph.Var) *graph.Var { return ops.Prod(x, 0, 1) },
		"Sort": func(x, _, v *graph.Var) *graph.Var {
			y, from := ops.Sort(x, 0, true)
			return ops.Add(y, ops.TakeAlong(x, from))
		},
		"TopK": func(x, _, _ *graph.Var) *graph.Var {
			y, _ := ops.TopK(x, 2, 1)
			return y
		},
		"Median":      func(x, _, _ *graph.Var) *graph.Var { return ops.Median(x, 0) },
		"Roll":        func(x, _, _ *graph.Var) *graph.Var { return ops.Roll(x, 1, 1) },
		"Tile":        func(x, _, _ *graph.Var) *graph.Var { return ops.Tile(x, 2, 2) },
		"Repeat":      func(x, _, _ *graph.Var) *graph.Var { return ops.Repeat(x, 2, 1) },
		"PadReflect":  func(x, _, _ *graph.Var) *graph.Var { return ops.PadReflect(x, [2]int{1, 1}, [2]int{-1, 2}) },
		"PadEdge":     func(x, _, _ *graph.Var) *graph.Var { return ops.PadEdge(x, [2]int{1, 1}, [2]int{-1, 2}) },
		"Diagonal":    func(x, _, _ *graph.Var) *graph.Var { return ops.Diag(ops.Diagonal(x, 1), 1) },
		"Tril":        func(x, _, _ *graph.Var) *graph.Var { return ops.Tril(x, 0) },
		"At":          func(x, _, _ *graph.Var) *graph.Var { return ops.At(x, 1, -1) },
		"Take":        func(x, _, _ *graph.Var) *graph.Var { return ops.Take(x, 0, index) },
		"Embedding":   func(x, _, _ *graph.Var) *graph.Var { return ops.Embedding(x, ids, 2, 2, 2) },
		"Scatter":     func(x, _, v *graph.Var) *graph.Var { return ops.Scatter(x, 0, index, ops.Unsqueeze(v, 0)) },
		"ScatterAdd":  func(x, _, v *graph.Var) *graph.Var { return ops.ScatterAdd(x, 0, index, ops.Unsqueeze(v, 0)) },
		"IndexAdd":    func(x, _, _ *graph.Var) *graph.Var { return ops.IndexAdd(x, 0, index, x) },
		"BooleanMask": func(x, m, _ *graph.Var) *graph.Var { return ops.BooleanMask(x, m) },
		"MaskedFill":  func(x, m, _ *graph.Var) *graph.Var { return ops.MaskedFill(x, m, 1) },
		"Norm":        func(x, _, _ *graph.Var) *graph.Var { return ops.Norm(x, 3, 1) },
		"Std":         func(x, _, _ *graph.Var) *graph.Var { return ops.Std(x, 1) },
		"Kron":        func(x, _, v *graph.Var) *graph.Var { return ops.Kron(x, v) },
		"Cross":       func(x, _, v *graph.Var) *graph.Var { return ops.Cross(x, v) },
		"TensorDot":   func(x, _, v *graph.Var) *graph.Var { return ops.TensorDot(x, v, axes, axes) },
		"Einsum":      func(x, _, v *graph.Var) *graph.Var { return ops.Einsum("ij,kj,k->jk", x, x, v) },
		"Concat":      func(x, _, _ *graph.Var) *graph.Var { return ops.Concat(1, x, x) },
		"Stack":       func(x, _, _ *graph.Var) *graph.Var { return ops.Stack(1, x, x) },
		"Max":         func(x, _, _ *graph.Var) *graph.Var { return ops.Max(x, 1) },
		"Maximum":     func(x, _, v *graph.Var) *graph.Var { return ops.Maximum(x, v) },
	} {
		step := func() {
			tape.Reset()
			ops.Sum(f(tape.Watch(w), tape.Input(mask), tape.Watch(row))).Backward()
		}
		for range 3 {
			step()
		}
		if n := testing.AllocsPerRun(10, step); n != 0 {
			t.Errorf("%s: %v allocations a step", name, n)
		}
	}
}

// The second derivative of a norm at its kinks is a number too.
func TestNormSecondDerivatives(t *testing.T) {
	for name, f := range map[string]func(x *graph.Var, p float64) *graph.Var{
		"Norm":      func(x *graph.Var, p float64) *graph.Var { return ops.Norm(x, p) },
		"Normalize": func(x *graph.Var, _ float64) *graph.Var { return ops.Sum(ops.Normalize(x, 0, 1e-12)) },
		"Std":       func(x *graph.Var, _ float64) *graph.Var { return ops.Std(x, 1) },
	} {
		for _, p := range []float64{0.5, 1, 1.5, 2, 3, math.Inf(1)} {
			for _, w := range []*tensor.Tensor{tensor.Vector(0, 0), tensor.Vector(0, 4), tensor.Vector(2, 2)} {
				var tape graph.Tape
				x := tape.Watch(w)
				g := f(x, p).Grad(x)[0]
				for i := range 2 {
					h := ops.At(g, i).Grad(x)[0]
					if h == nil {
						continue
					}
					if v := h.Value(); math.IsNaN(v.Flat(0) + v.Flat(1)) {
						t.Errorf("%s, p = %v at %v: row %d of the Hessian is %v", name, p, w, i, v)
					}
				}
			}
		}
	}
}

// More axes than an operation has room for in itself.
func TestArraysOfManyAxes(t *testing.T) {
	shape := []int{1, 2, 1, 1, 3, 1, 1, 1, 2, 1}
	w := tensor.RandNormal(rand.New(rand.NewPCG(8, 9)), 0, 1, shape...)
	for name, f := range map[string]func(x *graph.Var) *graph.Var{
		"Flip":    func(x *graph.Var) *graph.Var { return ops.Flip(x, 4, -2) },
		"CumProd": func(x *graph.Var) *graph.Var { return ops.CumProd(x, 4) },
		"Prod":    func(x *graph.Var) *graph.Var { return ops.Prod(x, 1, 8) },
		"Pad":     func(x *graph.Var) *graph.Var { return ops.Pad(x, 1, slices.Repeat([][2]int{{0, 1}}, 10)...) },
		"Tile":    func(x *graph.Var) *graph.Var { return ops.Tile(x, 2, 1, 1) },
		"Std":     func(x *graph.Var) *graph.Var { return ops.Std(x, 1, 4, 8) },
		"Einsum":  func(x *graph.Var) *graph.Var { return ops.Einsum("...ab,...ab->...b", x, x) },
		"MoveDim": func(x *graph.Var) *graph.Var { return ops.MoveDim(x, 4, -1) },
	} {
		if err := (gradcheck.Checker{Order: 2}).Check(func(x []*graph.Var) *graph.Var { return f(x[0]) }, w); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
