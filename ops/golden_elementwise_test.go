package ops_test

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

var _ = goldens(map[string]builder{
	"exp2":    unary(ops.Exp2),
	"expm1":   unary(ops.Expm1),
	"log1p":   unary(ops.Log1p),
	"log2":    unary(ops.Log2),
	"log10":   unary(ops.Log10),
	"logit":   unary(ops.Logit),
	"rsqrt":   unary(ops.Rsqrt),
	"tan":     unary(ops.Tan),
	"asin":    unary(ops.Asin),
	"acos":    unary(ops.Acos),
	"atan":    unary(ops.Atan),
	"sinh":    unary(ops.Sinh),
	"cosh":    unary(ops.Cosh),
	"asinh":   unary(ops.Asinh),
	"acosh":   unary(ops.Acosh),
	"atanh":   unary(ops.Atanh),
	"sinc":    unary(ops.Sinc),
	"erf":     unary(ops.Erf),
	"erfc":    unary(ops.Erfc),
	"digamma": unary(ops.Digamma),
	"floor":   unary(ops.Floor),
	"ceil":    unary(ops.Ceil),
	"round":   unary(ops.Round),
	"trunc":   unary(ops.Trunc),

	"relu6":         unary(ops.ReLU6),
	"hardtanh":      unary(ops.HardTanh),
	"hardsigmoid":   unary(ops.HardSigmoid),
	"hardswish":     unary(ops.HardSwish),
	"mish":          unary(ops.Mish),
	"selu":          unary(ops.SELU),
	"softsign":      unary(ops.Softsign),
	"tanhshrink":    unary(ops.TanhShrink),
	"elu":           withAlpha(ops.ELU),
	"celu":          withAlpha(ops.CELU),
	"hardshrink":    withAlpha(ops.HardShrink),
	"softshrink":    withAlpha(ops.SoftShrink),
	"softplus_beta": withAlpha(ops.SoftplusBeta),
	"prelu":         binary(ops.PReLU),

	"atan2":     binary(ops.Atan2),
	"hypot":     binary(ops.Hypot),
	"logaddexp": binary(ops.LogAddExp),
	"xlogy":     binary(ops.XLogY),
	"remainder": func(c *goldenCall) []*graph.Var {
		return one(ops.Remainder(c.arg(0), c.constant(attr[float64](c, "y"))))
	},
	"lerp": func(c *goldenCall) []*graph.Var { return one(ops.Lerp(c.arg(0), c.arg(1), c.arg(2))) },
	"addcmul": func(c *goldenCall) []*graph.Var {
		return one(ops.AddCMul(c.arg(0), c.arg(1), c.arg(2), attr[float64](c, "c")))
	},
})

func withAlpha(f func(x *graph.Var, alpha float64) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var { return one(f(c.arg(0), attr[float64](c, "alpha"))) }
}
