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
