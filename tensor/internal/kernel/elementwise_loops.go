package kernel

import (
	"math"

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
	Pow                                  Binary[T]
	PowScalar                            Scalar[T]
	PowScalarSlope                       func(dst, u, x []T, c, d T) // with d = c−1

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

	// The loops that change slices in place: see update.go.
	AddScaled       func(dst, x []T, c T)
	Descend         func(w, g []T, c Descent[T])
	Roll, RollAhead func(w, b, g []T, c Descent[T])
	Adapt           func(w, m, v, g []T, c Adaptation[T])
	AdaptPeak       func(w, m, v, peak, g []T, c Adaptation[T])

	// The folds of a row into a first value, and of rows into a row: see reduce.go.
	Sum, Max, Min             func(acc T, x []T) T
	SumRows, MaxRows, MinRows func(dst, x []T)

	FoldLines func(dst, x []T, row func(acc T, x []T) T, rows func(dst, x []T))

	// The places of extremes: see extreme.go.
	ArgMax, ArgMin                 func(x []T, n, step int) int
	ArgMaxColumns, ArgMinColumns   func(index []int, x []T, n, inner int)
	MaskMaxColumns, MaskMinColumns func(dst, x []T, n, inner int)

	// The loops over rows: see rows.go and norm.go.
	Softmax, LogSoftmax, LogSumExp func(dst, x, none []T, outer, n, inner int)
	SoftmaxSlope, LogSoftmaxSlope  func(dst, g, y []T, outer, n, inner int)
	CrossEntropy                   func(dst, x []T, labels []int)
	CrossEntropySlope              func(dst, g, x []T, labels []int)
	LayerNorm                      func(dst, x, gain, bias []T, n int, eps float64)
	LayerNormSlope                 func(dst, u, x, gain []T, n int, eps float64)
	LayerNormGain                  func(dst, u, x []T, eps float64)

	// Broadcasting: see broadcast.go.
	Zip func(f func(dst, a, b []T), dst, a, b []T, m, n int, stepA, stepB [2]int)

	// What the loops above are made of.
	power                       Scalar[T]
	powerSlope                  func(dst, u, x []T, c, d T)
	top                         func(acc T, x []T) T
	find                        func(x []T, y T) int
	log1p                       Unary[T] // for 0 ≤ x ≤ 1
	dot                         func(x, y []T) float64
	sumExp                      func(x []T, c T) float64
	expSum                      func(dst, x []T, c T) float64
	lower                       func(dst, x []T, a, b T)
	softmaxPull, logSoftmaxPull func(dst, u, y []T, s T)
	spread                      func(x []T, c T) (s, q float64)
	spreadWith                  func(x, y []T, c T) (s, q float64)
	normalize                   func(dst, x []T, c, rest, r T)
	affine                      func(dst, x, gain, bias []T, c, rest, r T)
	addNormed                   func(dst, acc, u, x []T, c, rest, r T)
	normSlope                   func(dst, u, x []T, c, rest, r, ubar, s T)
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
	return rowLoops(&Loops[T]{
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
		BCE: eachPair[T](bce), Pow: eachPair[T](pow), power: eachScalar[T](pow), powerSlope: eachPowSlope[T](), Pick: pick[T],

		AbsSlope: absSlope[T], SquareSlope: squareSlope[T], SqrtSlope: sqrtSlope[T],
		ReciprocalSlope: reciprocalSlope[T], ExpSlope: expSlope[T], LogSlope: logSlope[T],
		SinSlope: eachSlope[T](cos), CosSlope: eachSlope[T](negSin),
		ReLUSlope: reluSlope[T], TanhSlope: tanhSlope[T], SigmoidSlope: sigmoidSlope[T],
		SoftplusSlope: eachSlope[T](sigmoid), GELUSlope: eachSlope[T](geluSlope), GELUTanhSlope: eachSlope[T](geluTanhSlope),
		ErfSlope:       eachSlope[T](erfSlope),
		LeakyReLUSlope: leakyReLUSlope[T], SwishSlope: eachSlopeScalar[T](swishSlope), ClipSlope: clipSlope[T],

		AddScaled: addScaled[T], Descend: descend[T], Roll: roll[T], RollAhead: rollAhead[T],
		Adapt: adapt[T], AdaptPeak: adaptPeak[T],

		Sum: cutFold(sum[T], 0), Max: cutFold(most[T], math.Inf(-1)), Min: cutFold(least[T], math.Inf(1)),
		SumRows: cutColumns(sumRows[T], 0), MaxRows: cutColumns(maxRows[T], math.Inf(-1)), MinRows: cutColumns(minRows[T], math.Inf(1)),

		top: cutFold(top[T], math.Inf(-1)), find: find[T], log1p: each[T](log1p), dot: cutDot(dot[T]),
		sumExp: cutSumExp(sumExp[T]), expSum: cutExpSum(expSum[T]),
		lower: lower[T], softmaxPull: softmaxPull[T], logSoftmaxPull: logSoftmaxPull[T],
		spread: cutSpread(spread[T]), spreadWith: cutSpreadWith(spreadWith[T]),
		normalize: normalize[T], normSlope: normSlope[T],
		affine: affine[T], addNormed: addNormed[T],
	})
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

func eachPowSlope[T constraints.Float]() func(dst, u, x []T, c, d T) {
	p := set[T]()
	return func(dst, u, x []T, c, d T) {
		for i, v := range u {
			if v == 0 {
				dst[i] = 0
			} else {
				dst[i] = v * powSlope(x[i], c, d, p)
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
