package ops

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Functions that are constant in pieces: no gradient flows through them.

// Floor returns the greatest integer not above each element.
func Floor(x *graph.Var) *graph.Var { return apply(floor, x) }

// Ceil returns the least integer not below each element.
func Ceil(x *graph.Var) *graph.Var { return apply(ceil, x) }

// Round returns the integer nearest to each element, the even one of two.
func Round(x *graph.Var) *graph.Var { return apply(round, x) }

// Trunc returns each element without its fraction.
func Trunc(x *graph.Var) *graph.Var { return apply(trunc, x) }

// A rounding is an operation; there is one value of it for each direction.
type rounding struct {
	name string
	f    func(x float64) float64
}

var (
	floor = &rounding{"floor", math.Floor}
	ceil  = &rounding{"ceil", math.Ceil}
	round = &rounding{"round", math.RoundToEven}
	trunc = &rounding{"trunc", math.Trunc}
)

func (o *rounding) Name() string                                           { return o.name }
func (*rounding) Shape(dst []int, x []*tensor.Tensor) []int                { return append(dst, x[0].Shape()...) }
func (o *rounding) Eval(y *tensor.Tensor, x []*tensor.Tensor)              { tensor.Map(y, x[0], o.f) }
func (*rounding) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

var (
	_ = register(roundingEntry("Floor", "y = ⌊x⌋", on(-2, 2, -1, 0, 1), Floor))
	_ = register(roundingEntry("Ceil", "y = ⌈x⌉", on(-2, 2, -1, 0, 1), Ceil))
	_ = register(roundingEntry("Round", "y = the integer nearest to x, the even one of two", on(-2, 2, -1.5, -0.5, 0.5, 1.5), Round))
	_ = register(roundingEntry("Trunc", "y = sign(x)·⌊|x|⌋", on(-2, 2, -1, 1), Trunc))
)

func roundingEntry(name, formula string, d Domain, f func(x *graph.Var) *graph.Var) Entry {
	return Entry{
		Name:    name,
		Formula: formula,
		Rule:    "none: the slope is 0",
		Domain:  d,
		Kinks:   "at the jumps: no gradient, as elsewhere",
		Samples: singles(f),
	}
}

// Fmod returns the remainder a − b·trunc(a/b) of a division, broadcasting, exact
// and with the sign of a: math.Mod, and the operator % of Go. It is NaN for b = 0.
// At its jumps the derivatives are those of the side where a is.
func Fmod(a, b *graph.Var) *graph.Var { return apply2(fmod, a, b) }

// Remainder returns the remainder a − b·⌊a/b⌋ of a division, broadcasting, with the
// sign of b: the operator % of Python, not math.Remainder, which rounds a/b to the
// nearest integer. It is NaN for b = 0. At its jumps the derivatives are those of
// the side where a is.
func Remainder(a, b *graph.Var) *graph.Var { return apply2(remainder, a, b) }

// A modulo is an operation; there is one value of it for each way to round the
// quotient.
type modulo struct {
	name, who string // who is the Go function
	f         func(a, b float64) float64
}

var (
	fmod      = &modulo{"fmod", "ops.Fmod", math.Mod}
	remainder = &modulo{"remainder", "ops.Remainder", floorMod}
)

func floorMod(a, b float64) float64 {
	r := math.Mod(a, b)
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r
}

func (o *modulo) Name() string { return o.name }
func (o *modulo) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.BroadcastShape(o.who, dst, x[0].Shape(), x[1].Shape())
}
func (o *modulo) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Map2(y, x[0], x[1], o.f) }
func (o *modulo) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 { // ∂y/∂b is −q for the integer quotient q, which is constant in pieces
		g = MulMasked(g, Round(Div(Sub(y, x[0]), x[1])))
	}
	return unbroadcast(g, x[i])
}

var (
	_ = register(moduloEntry("Fmod", "y = a − b·q, q = trunc(a/b)", Fmod))
	_ = register(moduloEntry("Remainder", "y = a − b·q, q = ⌊a/b⌋", Remainder))
)

// The samples stay away from the jumps: the dividends are from −2.7 to −2.2 and the
// divisors from 0.94 to 0.99, so that no quotient is near an integer.
func moduloEntry(name, formula string, f func(a, b *graph.Var) *graph.Var) Entry {
	return Entry{
		Name:    name,
		Formula: formula,
		Rule:    "ā = ȳ, b̄ = −ȳ·q",
		Domain:  on(2.2, 2.7),
		Kinks:   "where a/b is an integer: the derivatives of the side where a is",
		Samples: pairs(func(a, b *graph.Var) *graph.Var {
			return f(Neg(a), AddScalar(Scale(b, 0.1), 0.72))
		}),
		Refused: broadcastRefused(f),
	}
}
