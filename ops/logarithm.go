package ops

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Exp2 returns 2ˣ of each element.
func Exp2(x *graph.Var) *graph.Var { return draw(exp2{}, x) }

type exp2 struct{}

func (exp2) Name() string                     { return "exp2" }
func (exp2) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Exp2) }
func (exp2) Slope(_, y *graph.Var) *graph.Var { return Scale(y, math.Ln2) }

var _ = register(Entry{
	Name:    "Exp2",
	Formula: "y = 2ˣ",
	Rule:    "x̄ = ȳ·y·ln 2",
	Domain:  on(-3, 3),
	Samples: singles(Exp2),
})

// Expm1 returns eˣ − 1 of each element, without cancellation near 0.
func Expm1(x *graph.Var) *graph.Var { return draw(expm1{}, x) }

type expm1 struct{}

func (expm1) Name() string                     { return "expm1" }
func (expm1) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Expm1) }
func (expm1) Slope(x, _ *graph.Var) *graph.Var { return Exp(x) } // y + 1 would lose the digits of a small eˣ

var _ = register(Entry{
	Name:    "Expm1",
	Formula: "y = eˣ − 1",
	Rule:    "x̄ = ȳ·eˣ",
	Domain:  on(-3, 3),
	Samples: singles(Expm1),
})

// Log1p returns log(1 + x) of each element, without cancellation near 0: −Inf at
// −1, NaN below.
func Log1p(x *graph.Var) *graph.Var { return draw(log1p{}, x) }

type log1p struct{}

func (log1p) Name() string                     { return "log1p" }
func (log1p) Eval(y, x *tensor.Tensor)         { tensor.Map(y, x, math.Log1p) }
func (log1p) Slope(x, _ *graph.Var) *graph.Var { return Reciprocal(AddScalar(x, 1)) }

var _ = register(Entry{
	Name:    "Log1p",
	Formula: "y = ln(1 + x)",
	Rule:    "x̄ = ȳ/(1 + x)",
	Domain:  on(-0.7, 3),
	Kinks:   "x = −1: the slope is +Inf",
	Samples: singles(Log1p),
})

// Log2 returns the binary logarithm of each element: −Inf at 0, NaN below.
func Log2(x *graph.Var) *graph.Var { return draw(log2{}, x) }

type log2 struct{}

func (log2) Name() string                     { return "log2" }
func (log2) Eval(y, x *tensor.Tensor)         { tensor.Log2(y, x) }
func (log2) Slope(x, _ *graph.Var) *graph.Var { return Scale(Reciprocal(x), math.Log2E) }

var _ = register(Entry{
	Name:    "Log2",
	Formula: "y = log₂ x",
	Rule:    "x̄ = ȳ/(x·ln 2)",
	Domain:  on(0.3, 4),
	Kinks:   "x = 0: the slope is +Inf",
	Samples: singles(Log2),
})

// Log10 returns the decimal logarithm of each element: −Inf at 0, NaN below.
func Log10(x *graph.Var) *graph.Var { return draw(log10{}, x) }

type log10 struct{}

func (log10) Name() string                     { return "log10" }
func (log10) Eval(y, x *tensor.Tensor)         { tensor.Log10(y, x) }
func (log10) Slope(x, _ *graph.Var) *graph.Var { return Scale(Reciprocal(x), math.Log10E) }

var _ = register(Entry{
	Name:    "Log10",
	Formula: "y = log₁₀ x",
	Rule:    "x̄ = ȳ/(x·ln 10)",
	Domain:  on(0.3, 4),
	Kinks:   "x = 0: the slope is +Inf",
	Samples: singles(Log10),
})

// Logit returns log(x/(1 − x)) of each element, the inverse of Sigmoid: −Inf at
// 0, +Inf at 1 and NaN outside.
func Logit(x *graph.Var) *graph.Var { return draw(logit{}, x) }

type logit struct{}

func (logit) Name() string                     { return "logit" }
func (logit) Eval(y, x *tensor.Tensor)         { tensor.Logit(y, x) }
func (logit) Slope(x, _ *graph.Var) *graph.Var { return Reciprocal(Mul(x, oneMinus(x))) }

var _ = register(Entry{
	Name:    "Logit",
	Formula: "y = ln(x/(1 − x))",
	Rule:    "x̄ = ȳ/(x(1 − x))",
	Domain:  on(0.1, 0.9),
	Kinks:   "x = 0 and x = 1: the slope is +Inf",
	Samples: singles(Logit),
})

// LogAddExp returns log(eᵃ + eᵇ), broadcasting, without overflow: a sum of numbers
// that are kept as logarithms. −Inf is the logarithm of 0, and the gradients of
// two equal infinities are halves.
func LogAddExp(a, b *graph.Var) *graph.Var { return apply2(logAddExpOp{}, a, b) }

type logAddExpOp struct{}

func (logAddExpOp) Name() string { return "logaddexp" }
func (logAddExpOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape("ops.LogAddExp", dst, x[0].Shape(), x[1].Shape())
}
func (logAddExpOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.LogAddExp(y, x[0], x[1]) }
func (logAddExpOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return unbroadcast(MulMasked(g, Sigmoid(apply2(gapOp{}, x[i], x[1-i]))), x[i])
}

// gapOp is a − b, and 0 where they are equal infinities.
type gapOp struct{ subOp }

func (gapOp) Name() string { return "gap" }
func (gapOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Map2(y, x[0], x[1], func(a, b float64) float64 {
		if a == b {
			return 0
		}
		return a - b
	})
}

var _ = register(Entry{
	Name:    "LogAddExp",
	Formula: "y = ln(eᵃ + eᵇ)",
	Rule:    "ā = ȳ·σ(a − b), b̄ = ȳ·σ(b − a)",
	Domain:  on(-3, 3),
	Kinks:   "a = b = ±Inf: the derivatives are ½",
	Samples: pairs(LogAddExp),
	Refused: broadcastRefused(LogAddExp),
})

// XLogY returns x·log y, broadcasting, and 0 where x is 0 whatever y is: the
// terms of an entropy.
func XLogY(x, y *graph.Var) *graph.Var {
	checkBroadcast("ops.XLogY", x, y)
	return MulMasked(x, Log(y))
}

var _ = register(Entry{
	Name:    "XLogY",
	Formula: "y = a·ln b, and 0 where a = 0",
	Rule:    "ā = ȳ·ln b, b̄ = ȳ·a/b",
	Domain:  on(0.3, 3),
	Kinks:   "a = 0: the derivative in b is 0, also at b = 0",
	Samples: pairs(XLogY),
	Refused: broadcastRefused(XLogY),
})
