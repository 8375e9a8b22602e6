package gradcheck

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The examples of explanations get the codes they are examples of.
func TestExplainedExamples(t *testing.T) {
	vars := func(f Func, x ...float64) Target { return Vars(f, tensor.Vector(x...)) }
	scalar := func(f, df func(x float64) float64, x float64) Target {
		return Scalar(func(x []float64) float64 { return f(x[0]) }, func(dst, x []float64) { dst[0] = df(x[0]) }, []float64{x})
	}
	edge := scalar(math.Sqrt, func(x float64) float64 { return 0.5 / math.Sqrt(x) }, 2)
	edge.Bounds = []Interval{{1, 2}}
	for code, target := range map[Code]Target{
		AtEdge:       edge,
		Pass:         scalar(func(x float64) float64 { return x * math.Sin(x) }, func(x float64) float64 { return math.Sin(x) + x*math.Cos(x) }, 2),
		Mismatch:     scalar(func(x float64) float64 { return x * x }, func(x float64) float64 { return x }, 3),
		AtKink:       scalar(func(x float64) float64 { return max(x, 0) }, func(float64) float64 { return 1 }, 0),
		NoiseLimited: scalar(func(x float64) float64 { return (x + 1e12) - 1e12 }, func(float64) float64 { return 1 }, 0.3),
		Impure:       cached(),
		Misfit: Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
			return x[0].Clone(), func(*tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{tensor.Zeros(2)} }
		}, tensor.Vector(1, 2, 3)),
		NonFinite: vars(func(x []*graph.Var) *graph.Var { return root.of(square.of(x[0])) }, 0),
		Detached:  vars(func(x []*graph.Var) *graph.Var { return times(x[0], x[0].Detach()) }, 3),
		Imprecise: Vars(func(x []*graph.Var) *graph.Var { return graph.Apply(turn{}, x[0]) }, tensor.Vector(1, 2).To(tensor.Float32)),
	} {
		if got := (Checker{}).Run(target); got.Code() != code {
			t.Errorf("the example of %s gets %s: %v", code, got.Code(), got.Err())
		}
	}
	if got := (Checker{Order: 2}).Run(scalar(math.Sin, math.Cos, 1)); got.Code() != Misuse {
		t.Errorf("the example of misuse gets %s", got.Code())
	}
}

// turn is π·x, with another π in float32.
type turn struct{ timesOp }

func (turn) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	pi := math.Pi
	if y.Type() == tensor.Float32 {
		pi = 3.14
	}
	tensor.Scale(y, x[0], pi)
}
func (turn) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
	return times(g, graph.Const(tensor.Full(math.Pi, g.Shape()...).To(g.Type())))
}
