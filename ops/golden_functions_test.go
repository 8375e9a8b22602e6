package ops_test

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The golden functions of one vector, written out with operations.
var functions = map[string]builder{
	"rosenbrock2_min": unary(rosenbrock),
	"rosenbrock_n":    unary(rosenbrock),
	"exp_product": unary(func(x *graph.Var) *graph.Var {
		return ops.Exp(ops.Mul(ops.Mul(at(x, 0), at(x, 1)), at(x, 2)))
	}),
	"norm":       unary(func(x *graph.Var) *graph.Var { return ops.Sqrt(ops.Sum(ops.Square(x))) }),
	"tanh_chain": unary(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Tanh(ops.Tanh(ops.Tanh(x)))) }),
	"poly4": unary(func(x *graph.Var) *graph.Var { // x⁴ − 3x³ + 2x
		quartic := ops.Sub(ops.PowScalar(x, 4), ops.Scale(ops.PowScalar(x, 3), 3))
		return ops.Sum(ops.Add(quartic, ops.Scale(x, 2)))
	}),
	"himmelblau": unary(func(x *graph.Var) *graph.Var { // (u² + v − 11)² + (u + v² − 7)²
		u, v := at(x, 0), at(x, 1)
		a := ops.AddScalar(ops.Add(ops.Square(u), v), -11)
		b := ops.AddScalar(ops.Add(u, ops.Square(v)), -7)
		return ops.Add(ops.Square(a), ops.Square(b))
	}),
	"beale": unary(func(x *graph.Var) *graph.Var { // Σ (c − u + u·vⁱ)²
		u, v := at(x, 0), at(x, 1)
		y := graph.Const(tensor.Scalar(0))
		for i, c := range []float64{1.5, 2.25, 2.625} {
			power := ops.Mul(u, ops.PowScalar(v, float64(i+1)))
			y = ops.Add(y, ops.Square(ops.AddScalar(ops.Sub(power, u), c)))
		}
		return y
	}),
	"ackley": unary(func(x *graph.Var) *graph.Var {
		bowl := ops.Scale(ops.Exp(ops.Scale(ops.Sqrt(ops.Mean(ops.Square(x))), -0.2)), -20)
		waves := ops.Exp(ops.Mean(ops.Cos(ops.Scale(x, 2*math.Pi))))
		return ops.AddScalar(ops.Sub(bowl, waves), 20+math.E)
	}),
	"sigmoid_bce": unary(func(x *graph.Var) *graph.Var { // 6 rows: the formula does not say, the value does
		rows, targets := tensor.Zeros(6, 3), tensor.Vector(0, 1, 0, 1, 0, 1)
		for i := range 6 {
			for j := range 3 {
				rows.Set(math.Sin(float64(i+2*j)), i, j)
			}
		}
		return ops.Sum(ops.BCEWithLogits(ops.MatMul(graph.Const(rows), x), graph.Const(targets)))
	}),
	"layernorm_dot": unary(func(x *graph.Var) *graph.Var {
		return ops.Sum(ops.Mul(standardized(x, 1e-5, 0), graph.Const(tensor.Arange(0, 5, 1))))
	}),
	"log1p_exp":      unary(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Softplus(x)) }),
	"pow_self":       unary(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Pow(x, x)) }),
	"relu_quadratic": unary(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Square(ops.ReLU(x))) }),
	"linear": unary(func(x *graph.Var) *graph.Var {
		return ops.Sum(ops.Mul(x, graph.Const(tensor.Vector(1, 2, 3))))
	}),
	"mlp_tanh_mse": unary(func(x *graph.Var) *graph.Var {
		hidden := ops.Tanh(ops.Linear(threeRows(), part(x, 0, 3, 2), part(x, 6, 3)))
		out := ops.Linear(hidden, part(x, 9, 1, 3), part(x, 12, 1))
		return ops.MSE(out, graph.Const(tensor.FromSlice([]float64{0.3, -0.2, 0.5}, 3, 1)))
	}),
	"xent_linear": unary(func(x *graph.Var) *graph.Var {
		return ops.Mean(ops.CrossEntropy(ops.Linear(threeRows(), part(x, 0, 3, 2), nil), []int{0, 2, 1}))
	}),
	"gmm_tiny": unary(func(x *graph.Var) *graph.Var {
		points := graph.Const(tensor.FromSlice([]float64{-1, 0.2, 1.5, 3}, 4, 1))
		squares := ops.Square(ops.Sub(points, part(x, 2, 2)))
		return ops.Sum(ops.LogSumExp(ops.Sub(part(x, 0, 2), ops.Scale(squares, 0.5)), 1))
	}),
	"gather_repeat": unary(func(x *graph.Var) *graph.Var {
		return ops.Sum(ops.PowScalar(ops.Take(x, 0, []int{0, 0, 1, 2, 0}), 3))
	}),
	"cumsum_sq": unary(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Square(ops.CumSum(x, 0))) }),
	"max_minus": unary(func(x *graph.Var) *graph.Var { return ops.Mul(ops.Max(x), at(x, 0)) }),
}

// at returns the element i of a vector, a scalar.
func at(x *graph.Var, i int) *graph.Var { return ops.Reshape(ops.Slice(x, tensor.Span(i, i+1))) }

// part returns the elements of a vector from start on in a shape.
func part(x *graph.Var, start int, shape ...int) *graph.Var {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return ops.Reshape(ops.Slice(x, tensor.Span(start, start+n)), shape...)
}

// rosenbrock is Σ 100(x[i+1] − x[i]²)² + (1 − x[i])².
func rosenbrock(x *graph.Var) *graph.Var {
	before, after := ops.Slice(x, tensor.Span(0, -1)), ops.Slice(x, tensor.Span(1, tensor.End))
	valley := ops.Square(ops.Sub(after, ops.Square(before)))
	return ops.Sum(ops.Add(ops.Scale(valley, 100), ops.Square(complement(before))))
}

// threeRows is the data of two of the functions.
func threeRows() *graph.Var {
	return graph.Const(tensor.Matrix([][]float64{{0.1, 0.2}, {-0.4, 0.5}, {0.9, -0.7}}))
}
