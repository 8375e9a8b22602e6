package gradcheck

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Functions that know nothing of tapes, with derivatives that are right and with
// some that are wrong in one way.
func TestTargets(t *testing.T) {
	f := func(x []float64) float64 { return math.Sin(x[0]) * math.Exp(x[1]) }
	grad := func(dst, x []float64) {
		dst[0], dst[1] = math.Cos(x[0])*math.Exp(x[1]), math.Sin(x[0])*math.Exp(x[1])
	}
	at := []float64{0.7, -0.3}
	polar := func(dst, x []float64) { dst[0], dst[1], dst[2] = x[0]*math.Cos(x[1]), x[0]*math.Sin(x[1]), x[0]*x[0] }
	jacobian := func(dst *mat.Dense, x []float64) {
		s, c := math.Sincos(x[1])
		dst.SetRow(0, []float64{c, -x[0] * s})
		dst.SetRow(1, []float64{s, x[0] * c})
		dst.SetRow(2, []float64{2 * x[0], 0})
	}
	product := func(right bool) Target {
		return Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
			y := tensor.MatMul(nil, x[0], x[1], false, false)
			return y, func(g *tensor.Tensor) []*tensor.Tensor {
				return []*tensor.Tensor{tensor.MatMul(nil, g, x[1], false, true), tensor.MatMul(nil, x[0], g, right, false)}
			}
		}, tensor.Matrix([][]float64{{1, 2}, {3, -1}}), tensor.Matrix([][]float64{{0.5, 1}, {2, 0.1}}))
	}
	var rosenbrock functions.ExtendedRosenbrock
	hess := func(h *mat.SymDense, x []float64) {
		h.SetSym(0, 0, 1200*x[0]*x[0]-400*x[1]+2)
		h.SetSym(0, 1, -400*x[0])
		h.SetSym(1, 1, 200)
	}
	for _, c := range []struct {
		name  string
		t     Target
		order int
		want  Code
	}{
		{"a gradient", Scalar(f, grad, at), 1, Pass},
		{"a wrong sign", Scalar(f, func(dst, x []float64) { grad(dst, x); dst[1] = -dst[1] }, at), 1, Mismatch},
		{"an element that is not written", Scalar(f, func(dst, x []float64) { dst[0] = math.Cos(x[0]) * math.Exp(x[1]) }, at), 1, NonFinite},
		{"gonum's", Optimize(optimize.Problem{Func: rosenbrock.Func, Grad: rosenbrock.Grad}, []float64{-1.2, 1, 0.4}), 1, Pass},
		{"with its Hessian", Optimize(optimize.Problem{Func: rosenbrock.Func, Grad: rosenbrock.Grad, Hess: hess}, []float64{-1.2, 1}), 2, Pass},
		{"with a wrong Hessian", Optimize(optimize.Problem{Func: rosenbrock.Func, Grad: rosenbrock.Grad, Hess: func(h *mat.SymDense, x []float64) {
			hess(h, x)
			h.SetSym(0, 1, 0)
		}}, []float64{-1.2, 1}), 2, Mismatch},
		{"without the Hessian asked for", Scalar(f, grad, at), 2, Misuse},
		{"without a gradient", Scalar(f, nil, at), 1, Misuse},
		{"a Jacobian", Vector(3, polar, jacobian, []float64{1.5, 0.4}), 1, Pass},
		{"a Jacobian with a row of another", Vector(3, polar, func(dst *mat.Dense, x []float64) {
			jacobian(dst, x)
			dst.Set(2, 1, 1)
		}, []float64{1.5, 0.4}), 1, Mismatch},
		{"a pullback", product(true), 1, Pass},
		{"a pullback that lacks a transposition", product(false), 1, Mismatch},
		{"a pullback of the wrong number", Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
			return x[0].Clone(), func(*tensor.Tensor) []*tensor.Tensor { return nil }
		}, tensor.Vector(1, 2)), 1, Misuse},
		{"a pullback that says there is no path", Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
			return x[0].Clone(), func(*tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{nil} }
		}, tensor.Vector(1, 2)), 1, Mismatch},
		{"a function that writes to its inputs", Scalar(func(x []float64) float64 { x[0]++; return x[0] }, grad, at), 1, Impure},
		{"a gradient that writes to its inputs", Scalar(f, func(dst, x []float64) { grad(dst, x); x[1] = 0 }, at), 1, Impure},
		{"a gradient from the last call of the function", cached(), 1, Impure},
		{"a value that is the input", Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
			return x[0], func(g *tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{g} }
		}, tensor.Vector(1, 2)), 1, Impure},
		{"a pullback that scales its cotangent", Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
			return tensor.Scale(nil, x[0], 2), func(g *tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{tensor.Scale(g, g, 2)} }
		}, tensor.Vector(1, 2)), 1, Impure},
		{"a pullback of the last call", lastCall(), 1, Impure},
		{"a function of the clock", Scalar(counter(), grad, at), 1, NonDeterministic},
		{"a logarithm below 0", Scalar(func(x []float64) float64 { return math.Log(x[0]) }, grad, []float64{-1, 0}), 1, NonFinite},
		{"a corner", Scalar(func(x []float64) float64 { return math.Abs(x[0]) },
			func(dst, x []float64) { dst[0] = 1 }, []float64{0}), 1, AtKink},
	} {
		before := c.t.X[0].Clone()
		r := Checker{Order: c.order}.Run(c.t)
		if got := r.Code(); got != c.want {
			t.Errorf("%s: %s, want %s: %v", c.name, got, c.want, r.Err())
		}
		if !tensor.Equal(c.t.X[0], before) {
			t.Errorf("%s: the point was changed", c.name)
		}
	}
}

// cached is x² with a gradient that uses the x of the last call of the function.
func cached() Target {
	var last float64
	return Scalar(func(x []float64) float64 { last = x[0]; return x[0] * x[0] },
		func(dst, _ []float64) { dst[0] = 2 * last }, []float64{3})
}

// lastCall is x² with a pullback that reads memory which each call writes to.
func lastCall() Target {
	kept := tensor.Zeros(2)
	return Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
		tensor.Copy(kept, x[0])
		return tensor.Square(nil, x[0]), func(g *tensor.Tensor) []*tensor.Tensor {
			return []*tensor.Tensor{tensor.Scale(nil, tensor.Mul(nil, g, kept), 2)}
		}
	}, tensor.Vector(1, 2))
}

// A function is not called outside of its bounds, and is checked at their edge
// only where there is room on both sides.
func TestBounds(t *testing.T) {
	inside := func(x []float64) float64 {
		if x[0] < 1 || x[0] > 2 {
			panic("outside")
		}
		return math.Sqrt(x[0] - 1)
	}
	grad := func(dst, x []float64) { dst[0] = 0.5 / math.Sqrt(x[0]-1) }
	for x, want := range map[float64]Code{1.5: Pass, 1.001: Pass, 1.999999: Pass, 2: AtEdge} {
		target := Scalar(inside, grad, []float64{x})
		target.Bounds = []Interval{{1, 2}}
		if r := (Checker{}).Run(target); r.Code() != want {
			t.Errorf("at %v: %v, want %v: %v", x, r.Code(), want, r.Err())
		}
	}
}

// The complex step finds what differences cannot: an error of 10⁻¹³ in a function
// that loses half of its digits.
func TestComplexStep(t *testing.T) {
	f := func(x []float64) float64 { return (x[0] + 1e8) - 1e8 }
	for by, want := range map[float64]Code{1: Pass, 1 + 1e-12: Mismatch} {
		target := Scalar(f, func(dst, x []float64) { dst[0] = by }, []float64{0.3})
		if r := (Checker{}).Run(target); r.Code() == Mismatch {
			t.Errorf("differences tell %v from 1", by)
		}
		target.Complex = func(z []complex128) []complex128 { return []complex128{(z[0] + 1e8) - 1e8} }
		if r := (Checker{}).Run(target); r.Code() != want {
			t.Errorf("a slope of %v: %v, want %v: %v", by, r.Code(), want, r.Err())
		}
	}
}

// Two directions see one wrong element among 65,536, and halving finds it.
func TestProjections(t *testing.T) {
	const n = 1 << 16
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Cos(float64(i))
	}
	f := func(x []float64) float64 {
		sum := 0.0
		for _, v := range x {
			sum += v * v
		}
		return sum / 2
	}
	for _, at := range []int{-1, 0, 33_333, n - 1} {
		target := Scalar(f, func(dst, x []float64) {
			copy(dst, x)
			if at >= 0 {
				dst[at] *= 1.01
			}
		}, x)
		r := Checker{Projections: true, Brief: true}.Run(target)
		if at < 0 {
			if r.Code() != Pass {
				t.Errorf("a right gradient: %v", r.Err())
			}
			continue
		}
		var found []int
		for _, e := range r.Entries {
			if e.Direction == 0 && e.Verdict == Wrong {
				found = append(found, e.Index[0])
			}
		}
		if len(found) != 1 || found[0] != at {
			t.Errorf("element %d: found %v: %v", at, found, r.Err())
		}
		if r.Evaluations > 4000 {
			t.Errorf("%d evaluations", r.Evaluations)
		}
	}
}

func counter() func(x []float64) float64 {
	n := 0.0
	return func(x []float64) float64 { n++; return x[0] + n }
}

// Reports call the parameters of a model by their names.
func TestModel(t *testing.T) {
	w, b := tensor.Vector(1, 2), tensor.Vector(0.5, 0.25)
	params := func(yield func(string, *tensor.Tensor) bool) {
		_ = yield("0.W", w) && yield("0.B", b) && yield("tied", w)
	}
	model := Model(func(tape *graph.Tape) *graph.Var {
		return times(exp.of(tape.Watch(w)), exp.with(1, 1.5).of(tape.Watch(b)))
	}, params)
	r := Checker{}.Run(model)
	var wrong *Failure
	if !errors.As(r.Err(), &wrong) || r.Code() != Mismatch || len(model.X) != 2 {
		t.Fatalf("%v of %d tensors: %v", r.Code(), len(model.X), r.Err())
	}
	if !strings.HasPrefix(wrong.Error(), "gradcheck: the gradient for 0.B [2] is wrong at [") || strings.Contains(wrong.Error(), "0.W") {
		t.Errorf("error %v", wrong)
	}
}
