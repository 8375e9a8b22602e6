// Package forms has a pair of each signature that gradcheck packages understands,
// and some mistakes.
package forms

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

func Plane(a, b float64) float64              { return math.Sin(a) * b }
func PlaneGrad(a, b float64) (da, db float64) { return math.Cos(a) * b, math.Sin(a) }

func cube(x []float64) float64       { return x[0] * x[0] * x[0] }
func gradCube(x []float64) []float64 { return []float64{3 * x[0] * x[0]} }

func Four(x []float64) float64 { return x[0]*x[1] + x[2]*x[3] }
func FourGrad(dst, x []float64) []float64 {
	dst[0], dst[1], dst[2], dst[3] = x[1], x[0], x[3], x[2]
	return dst
}
func FourHess(dst *mat.SymDense, _ []float64) {
	dst.Zero()
	dst.SetSym(0, 1, 1)
	dst.SetSym(2, 3, 1)
}

//gradcheck:n 2
//gradcheck:m 3
func Polar(dst, x []float64) {
	dst[0], dst[1], dst[2] = x[0]*math.Cos(x[1]), x[0]*math.Sin(x[1]), x[0]
}
func PolarJacobian(dst *mat.Dense, x []float64) {
	s, c := math.Sincos(x[1])
	dst.SetRow(0, []float64{c, -x[0] * s})
	dst.SetRow(1, []float64{s, x[0] * c})
	dst.SetRow(2, []float64{1, 0})
}

//gradcheck:n 2
func Swap(x []float64) []float64           { return []float64{x[1] * x[1], x[0]} }
func JacobianSwap(x []float64) [][]float64 { return [][]float64{{0, 2 * x[1]}, {1, 0}} }

func Turn(x []float64) []float64 { return []float64{x[0] * x[1], x[0] + x[1]} }
func TurnJacobian(dst [][]float64, x []float64) {
	dst[0][0], dst[0][1], dst[1][0], dst[1][1] = x[1], x[0], 1, 1
}

func Log(x float64) float64         { return math.Log(x) }
func LogGradient(x float64) float64 { return 1 / x }

// Layer is a function of Vars.
//
//gradcheck:vars [2 3] [3]
func Layer(x, b *graph.Var) *graph.Var { return ops.Tanh(ops.Add(x, b)) }

//gradcheck:vars [4] []
func Mixed(x []*graph.Var) *graph.Var { return ops.Mul(ops.Sum(ops.Square(x[0])), x[1]) }

//gradcheck:vars [3]
func Cut(x *graph.Var) *graph.Var { return ops.Mul(x, x.Detach()) }

//gradcheck:skip its gradient is a subgradient
func Abs(x float64) float64     { return math.Abs(x) }
func AbsGrad(x float64) float64 { return 1 }

func Writes(x []float64) float64 { x[0]++; return x[0] }
func WritesGrad(dst, _ []float64) {
	for i := range dst {
		dst[i] = 1
	}
}

func Panics(x []float64) float64 {
	if len(x) > 0 {
		panic("not today")
	}
	return 0
}
func PanicsGrad(dst, _ []float64) { dst[0] = 0 }

//gradcheck:x 0
func Corner(x []float64) float64  { return max(x[0], 0) }
func CornerGrad(dst, _ []float64) { dst[0] = 1 }

// Generic is no pair, nor are the others below.
func Generic[T float64](x T) T     { return x }
func GenericGrad[T float64](x T) T { return 1 }
func Named(x string) float64       { return float64(len(x)) }
func NamedGrad(x float64) float64  { return x }
func Alone(x float64) float64      { return x }
