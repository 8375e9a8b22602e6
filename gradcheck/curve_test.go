package gradcheck

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A curve is a function of one variable, applied to each element, with as many
// derivatives as it has: f, f′, f″, … They are written by hand, so the tests
// know which are right.
type curve []func(float64) float64

func (curve) Name() string                              { return "curve" }
func (curve) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (c curve) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	for i := range y.Len() {
		y.SetFlat(i, c[0](x[0].Flat(i)))
	}
}
func (c curve) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return times(g, c[1:].of(x[0]))
}

func (c curve) of(x *graph.Var) *graph.Var      { return graph.Apply(c, x) }
func (c curve) first(x []*graph.Var) *graph.Var { return c.of(x[0]) }
func (c curve) with(k int, by float64) (wrong curve) { // derivative k is off by a factor
	wrong = append(wrong, c...)
	wrong[k] = func(x float64) float64 { return by * c[k](x) }
	return wrong
}

func times(a, b *graph.Var) *graph.Var { return graph.Apply(timesOp{}, a, b) }

type timesOp struct{}

func (timesOp) Name() string                              { return "times" }
func (timesOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (timesOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Mul(y, x[0], x[1]) }
func (timesOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return times(g, x[1-i])
}

var (
	exp    = curve{math.Exp, math.Exp, math.Exp, math.Exp}
	square = curve{
		func(x float64) float64 { return x * x }, func(x float64) float64 { return 2 * x },
		func(float64) float64 { return 2 }, func(float64) float64 { return 0 }}
	logarithm = curve{math.Log, func(x float64) float64 { return 1 / x }, func(x float64) float64 { return -1 / (x * x) }}
	root      = curve{math.Sqrt, func(x float64) float64 { return 0.5 / math.Sqrt(x) }}
	tanh      = curve{math.Tanh, func(x float64) float64 { return 1 / (math.Cosh(x) * math.Cosh(x)) }}
	wave      = curve{ // sin 10x
		func(x float64) float64 { return math.Sin(10 * x) }, func(x float64) float64 { return 10 * math.Cos(10*x) },
		func(x float64) float64 { return -100 * math.Sin(10*x) }, func(x float64) float64 { return -1000 * math.Cos(10*x) }}
	ramp = curve{ // ReLU
		func(x float64) float64 { return max(x, 0) }, func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return 0
		}}
)

// A rule is an operation with any value and any rule.
type rule struct {
	shape func(x []*tensor.Tensor) []int // nil: that of the first input
	eval  func(y *tensor.Tensor, x []*tensor.Tensor)
	vjp   func(i int, g *graph.Var, x []*graph.Var) *graph.Var
}

func (rule) Name() string { return "rule" }
func (r rule) Shape(dst []int, x []*tensor.Tensor) []int {
	if r.shape == nil {
		return append(dst, x[0].Shape()...)
	}
	return append(dst, r.shape(x)...)
}
func (r rule) Eval(y *tensor.Tensor, x []*tensor.Tensor) { r.eval(y, x) }
func (r rule) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return r.vjp(i, g, x)
}
func (r rule) call(x []*graph.Var) *graph.Var { return graph.Apply(r, x...) }

// matmul has the rules of a product a·b, as given.
func matmul(forA, forB func(g, a, b *tensor.Tensor) *tensor.Tensor) rule {
	return rule{
		shape: func(x []*tensor.Tensor) []int { return []int{x[0].Dim(0), x[1].Dim(1)} },
		eval:  func(y *tensor.Tensor, x []*tensor.Tensor) { tensor.MatMul(y, x[0], x[1], false, false) },
		vjp: func(i int, g *graph.Var, x []*graph.Var) *graph.Var {
			share := []func(g, a, b *tensor.Tensor) *tensor.Tensor{forA, forB}[i]
			return graph.Const(share(g.Value(), x[0].Value(), x[1].Value()))
		},
	}
}

func gbT(g, a, b *tensor.Tensor) *tensor.Tensor { return tensor.MatMul(nil, g, b, false, true) }
func aTg(g, a, b *tensor.Tensor) *tensor.Tensor { return tensor.MatMul(nil, a, g, true, false) }

// masked is the identity with the rule x̄ = m ȳ.
func masked(m *tensor.Tensor) rule {
	return rule{
		eval: func(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Copy(y, x[0]) },
		vjp:  func(_ int, g *graph.Var, _ []*graph.Var) *graph.Var { return times(g, graph.Const(m)) },
	}
}
