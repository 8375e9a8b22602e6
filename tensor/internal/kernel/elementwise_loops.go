package kernel

import (
	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// Loops are the loops over elements in one instruction set: the same bits in
// every one (but for the bits of a NaN), at different speeds.
//
// All slices of a call have the length of dst, except that the operands of
// Pick and of the Binary loops other than slopes may have one element, which
// stands for a whole row. dst may be an operand.
type Loops[T constraints.Float] struct {
	Neg, Abs, Sign, Square, Sqrt, Reciprocal Unary[T]
	Exp, Log, Sin, Cos                       Unary[T]
	ReLU, Tanh, Sigmoid, Softplus            Unary[T]
	GELU, GELUTanh, NormalCDF, Erf           Unary[T]

	Scale, AddScalar, Over, LeakyReLU, Swish Scalar[T] // Over: x/c
	Clip                                     func(dst, x []T, lo, hi T)

	Add, Sub, Mul, Div, Maximum, Minimum Binary[T]
	MulMasked, MulZero                   Binary[T] // 0 where a is 0; where a or b is
	Eq, Ne, Lt, Le, Gt, Ge               Binary[T] // 1 where it holds, else 0
	BCE                                  Binary[T] // of logits and probabilities

	// Pick sets dst to a where cond is not 0, to b where it is.
	Pick func(dst, cond, a, b []T)

	// The slopes set dst to u·f′, and to 0 where u is 0. Those of Sqrt,
	// Reciprocal, Exp, Tanh and Sigmoid take y = f(x) for x.
	AbsSlope, SquareSlope, SqrtSlope, ReciprocalSlope Binary[T]
	ExpSlope, LogSlope, SinSlope, CosSlope            Binary[T]
	ReLUSlope, TanhSlope, SigmoidSlope, SoftplusSlope Binary[T]
	GELUSlope, GELUTanhSlope, ErfSlope                Binary[T]
	LeakyReLUSlope, SwishSlope                        func(dst, u, x []T, c T)
	ClipSlope                                         func(dst, u, x []T, lo, hi T)

	// The parts of softmax: e^(x−m)/s, y·(u−s) and u − s·eʸ.
	ExpOver                       func(dst, x []T, m, s T)
	SoftmaxSlope, LogSoftmaxSlope func(dst, u, y []T, s T)

	// The loops that change slices in place: see update.go.
	AddScaled       func(dst, x []T, c T)
	Descend         func(w, g []T, c Descent[T])
	Roll, RollAhead func(w, b, g []T, c Descent[T])
	Adapt           func(w, m, v, g []T, c Adaptation[T])
	AdaptPeak       func(w, m, v, peak, g []T, c Adaptation[T])

	// The parts of a normalization: see norm.go.
	Normalize  func(dst, x []T, mean, r float64)
	NormSlope  func(dst, u, x []T, mean, r, ubar, s float64)
	Total      func(acc float64, x []T) float64
	Spread     func(acc float64, x []T, c float64) float64
	SpreadWith func(acc float64, x, y []T, c float64) float64

	// The folds of a row into a first value: see reduce.go.
	Sum, Max, Min func(acc T, x []T) T
	SumExp        func(acc float64, x []T, c T) float64 // acc + Σ e^(x−c)
	Dot           func(acc float64, x, y []T) float64
}

// A Unary loop has one operand.
type Unary[T constraints.Float] func(dst, x []T)

// A Scalar loop has one operand and a number.
type Scalar[T constraints.Float] func(dst, x []T, c T)

// A Binary loop has two operands.
type Binary[T constraints.Float] func(dst, a, b []T)

// F64 and F32 are the loops in the best instruction set.
var (
	F64 = allLoops64()[best]
	F32 = allLoops32()[best]
)

// Of returns F64 or F32.
func Of[T constraints.Float]() *Loops[T] {
	if l, ok := any(F64).(*Loops[T]); ok {
		return l
	}
	return any(F32).(*Loops[T])
}

// plain returns the loops in plain Go, the specification of all others.
func plain[T constraints.Float]() *Loops[T] {
	return &Loops[T]{
		Neg: neg[T], Abs: abs[T], Sign: sign[T], Square: square[T], Sqrt: sqrt[T], Reciprocal: reciprocal[T],
		Exp: each[T](exp), Log: each[T](log), Sin: each[T](sin), Cos: each[T](cos),
		ReLU: relu[T], Tanh: each[T](tanh), Sigmoid: each[T](sigmoid), Softplus: each[T](softplus),
		GELU: each[T](gelu), GELUTanh: each[T](geluTanh), NormalCDF: each[T](normalCDF), Erf: each[T](erf),

		Scale: scale[T], AddScalar: addScalar[T], Over: over[T], LeakyReLU: leakyReLU[T],
		Swish: eachScalar[T](swish), Clip: clip[T],

		Add: add[T], Sub: sub[T], Mul: mul[T], Div: div[T], Maximum: maximum[T], Minimum: minimum[T],
		MulMasked: mulMasked[T], MulZero: mulZero[T],
		Eq:  compare(func(a, b T) bool { return a == b }),
		Ne:  compare(func(a, b T) bool { return a != b }),
		Lt:  compare(func(a, b T) bool { return a < b }),
		Le:  compare(func(a, b T) bool { return a <= b }),
		Gt:  compare(func(a, b T) bool { return a > b }),
		Ge:  compare(func(a, b T) bool { return a >= b }),
		BCE: eachPair[T](bce), Pick: pick[T],

		AbsSlope: absSlope[T], SquareSlope: squareSlope[T], SqrtSlope: sqrtSlope[T],
		ReciprocalSlope: reciprocalSlope[T], ExpSlope: expSlope[T], LogSlope: logSlope[T],
		SinSlope: eachSlope[T](cos), CosSlope: eachSlope[T](negSin),
		ReLUSlope: reluSlope[T], TanhSlope: tanhSlope[T], SigmoidSlope: sigmoidSlope[T],
		SoftplusSlope: eachSlope[T](sigmoid), GELUSlope: eachSlope[T](geluSlope), GELUTanhSlope: eachSlope[T](geluTanhSlope),
		ErfSlope:       eachSlope[T](erfSlope),
		LeakyReLUSlope: leakyReLUSlope[T], SwishSlope: eachSlopeScalar[T](swishSlope), ClipSlope: clipSlope[T],

		ExpOver: expOver[T], SoftmaxSlope: softmaxSlope[T], LogSoftmaxSlope: logSoftmaxSlope[T],

		AddScaled: addScaled[T], Descend: descend[T], Roll: roll[T], RollAhead: rollAhead[T],
		Adapt: adapt[T], AdaptPeak: adaptPeak[T],

		Normalize: normalize[T], NormSlope: normSlope[T],
		Total: total[T], Spread: spread[T], SpreadWith: spreadWith[T],

		Sum: sum[T], Max: most[T], Min: least[T],
		SumExp: func(acc float64, x []T, c T) float64 { return sumExp(acc, x, len(x), 1, c) },
		Dot:    func(acc float64, x, y []T) float64 { return dot(acc, x, y, len(x), 1) },
	}
}

// set returns the polynomials for T.
func set[T constraints.Float]() *polynomials.Set[T] {
	if p, ok := any(&polynomials.Double).(*polynomials.Set[T]); ok {
		return p
	}
	return any(&polynomials.Single).(*polynomials.Set[T])
}

// each returns the loop of a function of functions.go.
func each[T constraints.Float](f func(x T, p *polynomials.Set[T]) T) Unary[T] {
	p := set[T]()
	return func(dst, x []T) {
		for i, v := range x {
			dst[i] = f(v, p)
		}
	}
}

func eachScalar[T constraints.Float](f func(x, c T, p *polynomials.Set[T]) T) Scalar[T] {
	p := set[T]()
	return func(dst, x []T, c T) {
		for i, v := range x {
			dst[i] = f(v, c, p)
		}
	}
}

func eachPair[T constraints.Float](f func(a, b T, p *polynomials.Set[T]) T) Binary[T] {
	p := set[T]()
	return func(dst, a, b []T) {
		sa, sb := step(a), step(b)
		for i := range dst {
			dst[i] = f(a[i*sa], b[i*sb], p)
		}
	}
}

// eachSlope returns the loop of u·f(x), 0 where u is 0.
func eachSlope[T constraints.Float](f func(x T, p *polynomials.Set[T]) T) Binary[T] {
	p := set[T]()
	return func(dst, u, x []T) {
		for i, v := range u {
			if v == 0 {
				dst[i] = 0
			} else {
				dst[i] = v * f(x[i], p)
			}
		}
	}
}

func eachSlopeScalar[T constraints.Float](f func(x, c T, p *polynomials.Set[T]) T) func(dst, u, x []T, c T) {
	p := set[T]()
	return func(dst, u, x []T, c T) {
		for i, v := range u {
			if v == 0 {
				dst[i] = 0
			} else {
				dst[i] = v * f(x[i], c, p)
			}
		}
	}
}

// Map sets dst to f(x), computed in float64 and rounded once.
func Map[T constraints.Float](dst, x []T, f func(float64) float64) {
	for i, v := range x {
		dst[i] = T(f(float64(v)))
	}
}

// Zip sets dst to f(a, b), computed in float64 and rounded once.
func Zip[T constraints.Float](dst, a, b []T, f func(a, b float64) float64) {
	sa, sb := step(a), step(b)
	for i := range dst {
		dst[i] = T(f(float64(a[i*sa]), float64(b[i*sb])))
	}
}

// Slope sets dst to u·f(x), and to 0 where u is 0.
func Slope[T constraints.Float](dst, u, x []T, f func(float64) float64) {
	for i, v := range u {
		if v == 0 {
			dst[i] = 0
		} else {
			dst[i] = T(float64(v) * f(float64(x[i])))
		}
	}
}
