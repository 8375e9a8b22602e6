package main

import "math"

// short, long and longest list the functions by the length of their bodies. The
// names are those of kernel.Loops.
var short = []function{
	{"Neg", unary, f1((*vec).neg)},
	{"Abs", unary, f1((*vec).abs)},
	{"Sign", unary, f1((*vec).signOf)},
	{"Square", unary, f1((*vec).square)},
	{"Sqrt", unary, f1((*vec).sqrt)},
	{"Reciprocal", unary, f1((*vec).reciprocal)},
	{"ReLU", unary, f1((*vec).positive)},

	{"Scale", scalar, f2((*vec).mul)},
	{"AddScalar", scalar, f2((*vec).add)},
	{"Over", scalar, f2((*vec).div)},
	{"LeakyReLU", scalar, f2((*vec).leakyReLU)},
	{"Clip", limits, f3((*vec).clip)},

	{"Add", binary, f2((*vec).add)},
	{"Sub", binary, f2((*vec).sub)},
	{"Mul", binary, f2((*vec).mul)},
	{"Div", binary, f2((*vec).div)},
	{"Maximum", binary, f2((*vec).maximum)},
	{"Minimum", binary, f2((*vec).minimum)},
	{"MulMasked", binary, masked(f2((*vec).mul))},
	{"MulZero", binary, masked(f2((*vec).gate))},
	{"Eq", binary, relation(eq)},
	{"Ne", binary, relation(ne)},
	{"Lt", binary, relation(lt)},
	{"Le", binary, relation(le)},
	{"Gt", binary, relation(gt)},
	{"Ge", binary, relation(ge)},
	{"Pick", ternary, f3((*vec).where)},

	{"AbsSlope", slope, masked(f2((*vec).absSlope))},
	{"SquareSlope", slope, masked(f2((*vec).squareSlope))},
	{"SqrtSlope", slope, masked(f2((*vec).sqrtSlope))},
	{"ReciprocalSlope", slope, masked(f2((*vec).reciprocalSlope))},
	{"ExpSlope", slope, masked(f2((*vec).mul))},
	{"LogSlope", slope, masked(f2((*vec).div))},
	{"ReLUSlope", slope, f2((*vec).reluSlope)},
	{"TanhSlope", slope, masked(f2((*vec).tanhSlope))},
	{"SigmoidSlope", slope, masked(f2((*vec).sigmoidSlope))},
	{"LeakyReLUSlope", scalarSlope, masked(f3((*vec).leakyReLUSlope))},
	{"ClipSlope", limitsSlope, f4((*vec).clipSlope)},

	{"lower", limits, f3((*vec).lower)},
	{"softmaxPull", scalarSlope, f3((*vec).softmaxPull)},
	{"normalize", normal, f4((*vec).normalize)},
	{"affine", normal3, (*vec).affine},
	{"addNormed", normals, (*vec).addNormed},
	{"normSlope", normal2, (*vec).normSlope},
}

var long = []function{
	{"Exp", unary, f1((*vec).exp)},
	{"Log", unary, f1((*vec).log)},
	{"Sin", unary, f1((*vec).sin)},
	{"Cos", unary, f1((*vec).cos)},
	{"Tanh", unary, f1((*vec).tanh)},
	{"Sigmoid", unary, f1((*vec).sigmoid)},
	{"Softplus", unary, f1((*vec).softplus)},
	{"GELU", unary, f1((*vec).gelu)},
	{"GELUTanh", unary, f1((*vec).geluTanh)},
	{"NormalCDF", unary, f1((*vec).normalCDF)},
	{"Erf", unary, f1((*vec).erf)},
	{"Swish", scalar, f2((*vec).swish)},
	{"BCE", binary, f2((*vec).bce)},

	{"SinSlope", slope, times(f1((*vec).cos))},
	{"CosSlope", slope, times(f1((*vec).negSin))},
	{"SoftplusSlope", slope, times(f1((*vec).sigmoid))},
	{"GELUSlope", slope, times(f1((*vec).geluSlope))},
	{"ErfSlope", slope, times(f1((*vec).erfSlope))},
	{"GELUTanhSlope", slope, times(f1((*vec).geluTanhSlope))},
	{"SwishSlope", scalarSlope, times(f2((*vec).swishSlope))},

	{"log1p", unary, f1((*vec).log1p)},
	{"logSoftmaxPull", scalarSlope, f3((*vec).logSoftmaxPull)},
}

// longest do not leave the registers for two vectors at a time, of which AVX2 has
// none for long ones either.
var longest = []function{
	{"Pow", binary, f2((*vec).pow)},
	{"power", scalar, f2((*vec).pow)},
	{"powerSlope", limitsSlope, times(f3((*vec).powSlope))},
}

// folds are those that may begin with any number, sums those of a block.
var folds = []fold{
	{"Sum", single, 0, 1, 0, (*vec).add, alone(f2((*vec).add))},
	{"Max", single, 0, 1, math.Inf(-1), (*vec).maximum, alone(f2((*vec).maximum))},
	{"Min", single, 0, 1, math.Inf(1), (*vec).minimum, alone(f2((*vec).minimum))},
	{"top", single, 0, 1, math.Inf(-1), (*vec).top, alone(f2((*vec).top))},
}

var sums = []fold{
	{"dot", double, 0, 1, 0, (*vec).add, alone(f3((*vec).addProduct))},
	{"spread", spread, 128, 2, 0, (*vec).add, (*vec).addSpread},
	{"spreadWith", spreadWith, 128, 2, 0, (*vec).add, (*vec).addSpreadWith},
}

// termSums compute terms, which may be stored, and add them in float64.
var termSums = []fold{
	{"sumExp", shifted, 128, 1, 0, (*vec).add, alone(f2((*vec).shiftedExp))},
	{"expSum", stored, 128, 1, 0, (*vec).add, alone(f2((*vec).shiftedExp))},
}

// A body computes one element of dst, or of a lane, from its operands.
type body func(v *vec, x ...val) val

func f1(f func(v *vec, a val) val) body {
	return func(v *vec, x ...val) val { return f(v, x[0]) }
}

func f2(f func(v *vec, a, b val) val) body {
	return func(v *vec, x ...val) val { return f(v, x[0], x[1]) }
}

func f3(f func(v *vec, a, b, c val) val) body {
	return func(v *vec, x ...val) val { return f(v, x[0], x[1], x[2]) }
}

func f4(f func(v *vec, a, b, c, d val) val) body {
	return func(v *vec, x ...val) val { return f(v, x[0], x[1], x[2], x[3]) }
}

// alone is a body of a fold with one sum.
func alone(f body) func(v *vec, x ...val) []val {
	return func(v *vec, x ...val) []val { return []val{f(v, x...)} }
}

// masked is f(u, …), and 0 where u is 0.
func masked(f body) body {
	return func(v *vec, x ...val) val { return v.unless(x[0], f(v, x...)) }
}

// times is u·f(…), and 0 where u is 0.
func times(f body) body {
	return masked(func(v *vec, x ...val) val { return v.mul(x[0], f(v, x[1:]...)) })
}

// relation is 1 where the relation holds, 0 elsewhere.
func relation(r uint8) body {
	return f2(func(v *vec, a, b val) val { return v.pick(v.compare(a, r, b), v.c(1), v.c(0)) })
}
