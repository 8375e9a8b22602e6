package expr

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A function is what a name in an expression stands for.
type function struct {
	least, most int // arguments
	apply       func(x []*graph.Var) *graph.Var
}

func unary(f func(x *graph.Var) *graph.Var) function {
	return function{1, 1, func(x []*graph.Var) *graph.Var { return f(x[0]) }}
}

func binary(f func(a, b *graph.Var) *graph.Var) function {
	return function{2, 2, func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) }}
}

// reduction takes axes behind its operand.
func reduction(f func(x *graph.Var, over ...int) *graph.Var) function {
	return function{1, 5, func(x []*graph.Var) *graph.Var { return f(x[0], integers(x[1:])...) }}
}

// integers returns the values of arguments that must be known integers, such as axes.
func integers(x []*graph.Var) []int {
	list := make([]int, len(x))
	for i, v := range x {
		if v.Tape() != nil || v.Value().Len() != 1 || v.Value().Item() != math.Trunc(v.Value().Item()) {
			panic(tensor.Errorf("expr", "an axis must be an integer that is written out"))
		}
		list[i] = int(v.Value().Item())
	}
	return list
}

// power is a^b, with the exact rule of a fixed exponent where b is one.
func power(a, b *graph.Var) *graph.Var {
	if b.Tape() == nil && b.Value().Len() == 1 {
		return ops.PowScalar(a, b.Value().Item())
	}
	return ops.Pow(a, b)
}

// alongAxis takes an axis behind its operand, the last if there is none.
func alongAxis(f func(x *graph.Var, axis int) *graph.Var) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var {
		axis := -1
		if len(x) > 1 {
			axis = integers(x[1:])[0]
		}
		return f(x[0], axis)
	}
}

// withNumber takes a number, written out, behind its operand.
func withNumber(f func(x *graph.Var, c float64) *graph.Var) function {
	return function{2, 2, func(x []*graph.Var) *graph.Var {
		if x[1].Tape() != nil || x[1].Len() != 1 {
			panic(tensor.Errorf("expr", "the second argument must be a number that is written out"))
		}
		return f(x[0], x[1].Value().Item())
	}}
}

// withInteger takes an integer, written out, behind its operand.
func withInteger(f func(x *graph.Var, n int) *graph.Var) function {
	return function{2, 2, func(x []*graph.Var) *graph.Var { return f(x[0], integers(x[1:])[0]) }}
}

// functions are the operations of package ops under their names in small letters.
var functions = map[string]function{
	"+": binary(ops.Add), "-": binary(ops.Sub), "*": binary(ops.Mul), "/": binary(ops.Div), "^": binary(power), "@": binary(ops.MatMul),

	"abs": unary(ops.Abs), "acos": unary(ops.Acos), "acosh": unary(ops.Acosh), "asin": unary(ops.Asin),
	"asinh": unary(ops.Asinh), "atan": unary(ops.Atan), "atanh": unary(ops.Atanh), "cbrt": unary(ops.Cbrt),
	"ceil": unary(ops.Ceil), "cos": unary(ops.Cos), "cosh": unary(ops.Cosh), "digamma": unary(ops.Digamma),
	"erf": unary(ops.Erf), "erfc": unary(ops.Erfc), "erfcinv": unary(ops.Erfcinv), "erfinv": unary(ops.Erfinv),
	"exp": unary(ops.Exp), "exp2": unary(ops.Exp2), "expm1": unary(ops.Expm1), "floor": unary(ops.Floor),
	"gamma": unary(ops.Gamma), "gelu": unary(ops.GELU), "gelutanh": unary(ops.GELUTanh),
	"hardsigmoid": unary(ops.HardSigmoid), "hardswish": unary(ops.HardSwish), "hardtanh": unary(ops.HardTanh),
	"lgamma": unary(ops.Lgamma), "log": unary(ops.Log), "log10": unary(ops.Log10), "log1p": unary(ops.Log1p),
	"log2": unary(ops.Log2), "logsigmoid": unary(ops.LogSigmoid), "logit": unary(ops.Logit), "mish": unary(ops.Mish),
	"neg": unary(ops.Neg), "reciprocal": unary(ops.Reciprocal), "relu": unary(ops.ReLU), "relu6": unary(ops.ReLU6),
	"round": unary(ops.Round), "rsqrt": unary(ops.Rsqrt), "selu": unary(ops.SELU), "sigmoid": unary(ops.Sigmoid),
	"sign": unary(ops.Sign), "silu": unary(ops.SiLU), "sin": unary(ops.Sin), "sinc": unary(ops.Sinc),
	"sinh": unary(ops.Sinh), "softplus": unary(ops.Softplus), "softsign": unary(ops.Softsign), "sqrt": unary(ops.Sqrt),
	"square": unary(ops.Square), "tan": unary(ops.Tan), "tanh": unary(ops.Tanh), "tanhshrink": unary(ops.TanhShrink),
	"trigamma": unary(ops.Trigamma), "trunc": unary(ops.Trunc), "det": unary(ops.Det), "logdet": unary(ops.LogDet),
	"trace": unary(ops.Trace), "inverse": unary(ops.Inverse), "cholesky": unary(ops.Cholesky),

	"maximum": binary(ops.Maximum), "minimum": binary(ops.Minimum), "matmul": binary(ops.MatMul),
	"atan2": binary(ops.Atan2), "hypot": binary(ops.Hypot), "logaddexp": binary(ops.LogAddExp),
	"xlogy": binary(ops.XLogY), "fmod": binary(ops.Fmod), "remainder": binary(ops.Remainder), "dim": binary(ops.Dim),
	"dot": binary(ops.Dot), "outer": binary(ops.Outer), "kron": binary(ops.Kron), "cross": binary(ops.Cross),
	"prelu": binary(ops.PReLU), "solve": binary(ops.Solve),
	"pow": binary(power), "mse": binary(ops.MSE),

	"elu": withNumber(ops.ELU), "celu": withNumber(ops.CELU), "hardshrink": withNumber(ops.HardShrink),
	"softshrink": withNumber(ops.SoftShrink), "softplusbeta": withNumber(ops.SoftplusBeta),
	"leakyrelu": withNumber(ops.LeakyReLU), "swish": withNumber(ops.Swish),
	"besselj": withInteger(ops.BesselJ), "bessely": withInteger(ops.BesselY), "polygamma": withInteger(ops.Polygamma),

	"sum": reduction(ops.Sum), "mean": reduction(ops.Mean), "max": reduction(ops.Max), "min": reduction(ops.Min),
	"prod": reduction(ops.Prod), "logsumexp": reduction(ops.LogSumExp), "transpose": reduction(ops.Transpose),
	"norm":       reduction(func(x *graph.Var, over ...int) *graph.Var { return ops.Norm(x, 2, over...) }),
	"variance":   reduction(func(x *graph.Var, over ...int) *graph.Var { return ops.Variance(x, 0, over...) }),
	"std":        reduction(func(x *graph.Var, over ...int) *graph.Var { return ops.Std(x, 0, over...) }),
	"softmax":    {1, 2, alongAxis(ops.Softmax)},
	"logsoftmax": {1, 2, alongAxis(ops.LogSoftmax)},
	"cumsum":     {1, 2, alongAxis(ops.CumSum)},
	"cumprod":    {1, 2, alongAxis(ops.CumProd)},
	"lerp":       {3, 3, func(x []*graph.Var) *graph.Var { return ops.Lerp(x[0], x[1], x[2]) }},
	"where":      {3, 3, func(x []*graph.Var) *graph.Var { return ops.Where(x[0], x[1], x[2]) }},
	"detach":     unary(func(x *graph.Var) *graph.Var { return x.Detach() }),
}
