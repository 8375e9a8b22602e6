package ops_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The table of docs/conventions.md, row by row.
func TestKinks(t *testing.T) {
	unary := func(f func(*graph.Var) *graph.Var) func([]*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var { return f(x[0]) }
	}
	binary := func(f func(a, b *graph.Var) *graph.Var) func([]*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) }
	}
	v := tensor.Vector
	cases := slices.Concat(arrayKinks(), elementwiseKinks(), networkKinks(), []kink{
		{"ReLU", unary(ops.ReLU), in(v(-1, 0, 1)), in(v(0, 0, 1))},
		{"LeakyReLU", unary(func(x *graph.Var) *graph.Var { return ops.LeakyReLU(x, 0.1) }), in(v(-1, 0, 1)), in(v(0.1, 0.1, 1))},
		{"Abs", unary(ops.Abs), in(v(-1, 0, 1)), in(v(-1, 0, 1))},
		{"Sign", unary(ops.Sign), in(v(-1, 0, 1)), in(nil)},
		{"Clip", unary(func(x *graph.Var) *graph.Var { return ops.Clip(x, -1, 2) }), in(v(-1.5, -1, 0, 2, 2.5)), in(v(0, 1, 1, 1, 0))},
		{"Maximum", binary(ops.Maximum), in(v(1, 2, 3), v(2, 2, 2)), in(v(0, 1, 1), v(1, 0, 0))},
		{"Minimum", binary(ops.Minimum), in(v(1, 2, 3), v(2, 2, 2)), in(v(1, 1, 0), v(0, 0, 1))},
		{"Max", unary(func(x *graph.Var) *graph.Var { return ops.Max(x) }), in(v(1, 3, 3, 2)), in(v(0, 1, 0, 0))},
		{"Min", unary(func(x *graph.Var) *graph.Var { return ops.Min(x) }), in(v(1, 3, 1, 2)), in(v(1, 0, 0, 0))},
		{"Pow", binary(ops.Pow), in(v(0, 0), v(0, 2)), in(v(0, 0), v(0, 0))},
		{"PowScalar 0", unary(func(x *graph.Var) *graph.Var { return ops.PowScalar(x, 0) }), in(v(0, 2)), in(v(0, 0))},
		{"PowScalar 1", unary(func(x *graph.Var) *graph.Var { return ops.PowScalar(x, 1) }), in(v(0, 2)), in(v(1, 1))},
		{"PowScalar 1/2", unary(func(x *graph.Var) *graph.Var { return ops.PowScalar(x, 0.5) }), in(v(0, 4)), in(v(math.Inf(1), 0.25))},
		{"Log", unary(ops.Log), in(v(0, 4)), in(v(math.Inf(1), 0.25))},
		{"Sqrt", unary(ops.Sqrt), in(v(0, 4)), in(v(math.Inf(1), 0.25))},
		{"EigenvaluesSym", unary(ops.EigenvaluesSym), in(tensor.Matrix([][]float64{{2, 0}, {0, 2}})), in(tensor.Eye(2))},
		{"SingularValues", unary(ops.SingularValues), in(tensor.Matrix([][]float64{{3, 0}, {0, 0}})), in(tensor.Matrix([][]float64{{1, 0}, {0, 0}}))},
		{"SingularValues equal", unary(ops.SingularValues), in(tensor.Eye(2)), in(tensor.Eye(2))},
		{"NuclearNorm", unary(ops.NuclearNorm), in(tensor.Zeros(2, 3)), in(tensor.Zeros(2, 3))},
		{"SpectralNorm", unary(ops.SpectralNorm), in(tensor.Zeros(2, 3)), in(tensor.Zeros(2, 3))},
		{"Where", func(x []*graph.Var) *graph.Var {
			return ops.Where(graph.Const(v(1, 0)), x[0], x[1])
		}, in(v(3, 4), v(5, 6)), in(v(1, 0), v(0, 1))},
	})
	for _, e := range ops.Catalog() {
		name := strings.TrimSuffix(e.Name, "Keep")
		if e.Kinks != "" && !slices.ContainsFunc(cases, func(c kink) bool { return strings.Fields(c.name)[0] == name }) {
			t.Errorf("the entry of %s names a kink, and there is no test of it", e.Name)
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var tape graph.Tape
			x := watch(&tape, c.x)
			y := ops.Sum(c.f(x))
			var recorded []*graph.Var
			var grads *graph.Grads
			if c.want[0] == nil {
				if g := y.Grad(x...); g[0] != nil {
					t.Errorf("the gradient is %v, want no path", g[0].Value())
				}
				return
			}
			grads, recorded = y.Backward(), y.Grad(x...)
			for i := range x {
				if g := grads.Of(c.x[i]); !tensor.Equal(g, c.want[i]) {
					t.Errorf("gradient %d is %v, want %v", i, g, c.want[i])
				}
				if g := recorded[i].Value(); !tensor.Equal(g, c.want[i]) {
					t.Errorf("recorded gradient %d is %v, want %v", i, g, c.want[i])
				}
			}
		})
	}
}

type kink struct {
	name string
	f    func(x []*graph.Var) *graph.Var
	x    []*tensor.Tensor
	want []*tensor.Tensor
}

func in(x ...*tensor.Tensor) []*tensor.Tensor { return x }

// A branch that is not taken has no part in the gradient, however singular it
// is there: at first order and at second.
func TestMaskedBranches(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(x *graph.Var) *graph.Var
		at   float64
	}{
		{"sqrt", ops.Sqrt, 0},
		{"sqrt of negative", ops.Sqrt, -1},
		{"log", ops.Log, 0},
		{"log of negative", ops.Log, -1},
		{"reciprocal", ops.Reciprocal, 0},
		{"1/x", func(x *graph.Var) *graph.Var { return ops.Div(graph.Const(tensor.Scalar(1)), x) }, 0},
		{"x/x", func(x *graph.Var) *graph.Var { return ops.Div(x, x) }, 0},
		{"norm", func(x *graph.Var) *graph.Var { return ops.Sqrt(ops.Sum(ops.Square(x))) }, 0},
		{"norm of p = 3", func(x *graph.Var) *graph.Var { return ops.Norm(x, 3) }, 0},
		{"norm of p = 1/2", func(x *graph.Var) *graph.Var { return ops.Norm(ops.Stack(0, x, ops.Log(x)), 0.5) }, 0},
		{"std of infinities", func(x *graph.Var) *graph.Var { return ops.Std(ops.Stack(0, ops.Log(x), ops.Log(x)), 1) }, 0},
		{"product of 0 and infinity", func(x *graph.Var) *graph.Var { return ops.Prod(ops.Stack(0, x, ops.Log(x), x)) }, 0},
		{"cumulative product of 0 and infinity", func(x *graph.Var) *graph.Var {
			return ops.Sum(ops.CumProd(ops.Stack(0, x, ops.Log(x), ops.Reciprocal(x)), 0))
		}, 0},
		{"logcumsumexp of nothing but -Inf", func(x *graph.Var) *graph.Var {
			return ops.Sum(ops.LogCumSumExp(ops.Stack(0, ops.Log(x), ops.Log(x)), 0))
		}, 0},
		{"sorted infinities", func(x *graph.Var) *graph.Var { return ops.Median(ops.Stack(0, ops.Log(x), ops.Reciprocal(x)), 0) }, 0},
		{"x^0.5", func(x *graph.Var) *graph.Var { return ops.PowScalar(x, 0.5) }, 0},
		{"x^-1", func(x *graph.Var) *graph.Var { return ops.PowScalar(x, -1) }, 0},
		{"x^y", func(x *graph.Var) *graph.Var { return ops.Pow(x, ops.AddScalar(x, 0.5)) }, 0},
		{"x log x", func(x *graph.Var) *graph.Var { return ops.Mul(x, ops.Log(x)) }, 0},
		{"softmax of nothing but -Inf", func(x *graph.Var) *graph.Var {
			return ops.Max(ops.Softmax(ops.Stack(0, ops.Log(x), ops.Log(x)), 0))
		}, 0},
		{"log-softmax of nothing but -Inf", func(x *graph.Var) *graph.Var {
			return ops.Max(ops.LogSoftmax(ops.Stack(0, ops.Log(x), ops.Log(x)), 0))
		}, 0},
		{"logsumexp of nothing but -Inf", func(x *graph.Var) *graph.Var {
			return ops.LogSumExp(ops.Stack(0, ops.Log(x), ops.Log(x)))
		}, 0},
		{"cross-entropy of nothing but -Inf", func(x *graph.Var) *graph.Var {
			return ops.CrossEntropy(ops.Stack(0, ops.Log(x), ops.Log(x)), []int{0})
		}, 0},
		{"exp overflow", func(x *graph.Var) *graph.Var { return ops.Exp(ops.Exp(x)) }, 800},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tape graph.Tape
			w := tensor.Scalar(c.at)
			x := tape.Watch(w)
			y := ops.Where(graph.Const(tensor.Scalar(0)), c.f(x), ops.Scale(ops.Square(x), 3))
			if got, want := y.Backward().Of(w).Item(), 6*c.at; got != want {
				t.Errorf("first derivative %v, want %v", got, want)
			}
			d := y.Grad(x)[0]
			if got, want := d.Value().Item(), 6*c.at; got != want {
				t.Errorf("recorded first derivative %v, want %v", got, want)
			}
			if got := d.Grad(x)[0].Value().Item(); got != 6 {
				t.Errorf("second derivative %v, want 6", got)
			}
		})
	}
}

// A condition that is NaN is not 0: value and gradient are those of the first
// side, without a trace of the NaN.
func TestWhereNaN(t *testing.T) {
	var tape graph.Tape
	a, b := tensor.Vector(1, 2), tensor.Vector(3, 4)
	y := ops.Where(graph.Const(tensor.Vector(math.NaN(), 0)), tape.Watch(a), tape.Watch(b))
	g := ops.Sum(y).Backward()
	for _, c := range []struct{ got, want *tensor.Tensor }{
		{y.Value(), tensor.Vector(1, 4)}, {g.Of(a), tensor.Vector(1, 0)}, {g.Of(b), tensor.Vector(0, 1)},
	} {
		if !tensor.Equal(c.got, c.want) {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

// Where the slope is known at infinity, or for numbers as large as they come,
// both forms of a rule know it.
func TestOnePassFormsAgreeAtExtremes(t *testing.T) {
	extremes := []float64{0, 1e-300, 1, 10, 20, 40, 800, 1e20, math.MaxFloat64, math.Inf(1)}
	for _, e := range ops.Catalog() {
		if s := e.Samples[0]; len(s.Shapes) == 1 && len(s.Shapes[0]) == 0 {
			for _, v := range extremes {
				agreeAt(t, e.Name, s, v)
				agreeAt(t, e.Name, s, -v)
			}
		}
	}
}

func agreeAt(t *testing.T, name string, s ops.Sample, v float64) {
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
		tol := map[tensor.Type]float64{tensor.Float64: 1e-12, tensor.Float32: 1e-4}[typ]
		w := tensor.Scalar(v).To(typ)
		var tape graph.Tape
		x := tape.Watch(w)
		y := s.Call([]*graph.Var{x})
		one, recorded := y.Backward().Of(w), y.Grad(x)[0]
		if one == nil || recorded == nil {
			continue
		}
		if !tensor.Close(one, recorded.Value(), tol, 1e-30) {
			t.Errorf("%s at %v in %v: the slope is %v in one pass, %v recorded", name, w, typ, one, recorded.Value())
		}
	}
}

// The softmax does not change with a shift, so neither may the gradient of
// LogSumExp, however much its value is rounded.
func TestLogSumExpOfLargeNumbers(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(1e5, 1e5, 1e5).To(tensor.Float32)
	g := ops.LogSumExp(tape.Watch(w)).Backward().Of(w)
	if want := tensor.Full(1.0/3, 3).To(tensor.Float32); !tensor.Close(g, want, 1e-7, 0) {
		t.Errorf("gradient %v, want %v", g, want)
	}
}
