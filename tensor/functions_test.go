package tensor

import (
	"math"
	"math/big"
	"testing"
)

// A function with its slope. The slope is checked against a central difference
// of the value, and the value against a formula that another author would use.
type function struct {
	name  string
	f     func(dst, x *Tensor) *Tensor
	ref   func(x float64) float64
	slope func(dst, g, xy *Tensor) *Tensor
	ofY   bool // the slope takes y
	lo    float64
}

var functions = []function{
	{"Neg", Neg, func(x float64) float64 { return -x }, nil, false, -3},
	{"Abs", Abs, func(x float64) float64 { return math.Sqrt(x * x) }, AbsSlope, false, -3},
	{"Sign", Sign, func(x float64) float64 { return x / math.Abs(x) }, nil, false, -3},
	{"Square", Square, func(x float64) float64 { return math.Pow(x, 2) }, SquareSlope, false, -3},
	{"Sqrt", Sqrt, func(x float64) float64 { return math.Pow(x, 0.5) }, SqrtSlope, true, 0.1},
	{"Reciprocal", Reciprocal, func(x float64) float64 { return math.Pow(x, -1) }, ReciprocalSlope, true, 0.1},
	{"Exp", Exp, func(x float64) float64 { return math.Pow(math.E, x) }, ExpSlope, true, -3},
	{"Log", Log, func(x float64) float64 { return math.Log2(x) * math.Ln2 }, LogSlope, false, 0.1},
	{"Sin", Sin, func(x float64) float64 { return math.Cos(x - math.Pi/2) }, SinSlope, false, -3},
	{"Cos", Cos, func(x float64) float64 { return math.Sin(x + math.Pi/2) }, CosSlope, false, -3},
	{"Tanh", Tanh, func(x float64) float64 { return math.Sinh(x) / math.Cosh(x) }, TanhSlope, true, -3},
	{"Sigmoid", Sigmoid, func(x float64) float64 { return (1 + math.Tanh(x/2)) / 2 }, SigmoidSlope, true, -3},
	{"ReLU", ReLU, func(x float64) float64 { return (x + math.Abs(x)) / 2 }, ReLUSlope, false, -3},
	{"Softplus", Softplus, func(x float64) float64 { return math.Log(1 + math.Exp(x)) }, SoftplusSlope, false, -3},
	{"GELU", GELU, func(x float64) float64 { return x * (1 + math.Erf(x/math.Sqrt2)) / 2 }, GELUSlope, false, -3},
	{"Erf", Erf, math.Erf, ErfSlope, false, -3},
	{"GELUTanh", GELUTanh, func(x float64) float64 {
		return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*math.Pow(x, 3))))
	}, GELUTanhSlope, false, -3},
	{"LeakyReLU", func(dst, x *Tensor) *Tensor { return LeakyReLU(dst, x, 0.2) },
		func(x float64) float64 { return math.Max(x, 0.2*x) },
		func(dst, g, x *Tensor) *Tensor { return LeakyReLUSlope(dst, g, x, 0.2) }, false, -3},
	{"Swish", func(dst, x *Tensor) *Tensor { return Swish(dst, x, 1.7) },
		func(x float64) float64 { return x / (1 + math.Exp(-1.7*x)) },
		func(dst, g, x *Tensor) *Tensor { return SwishSlope(dst, g, x, 1.7) }, false, -3},
	{"Clip", func(dst, x *Tensor) *Tensor { return Clip(dst, x, -0.5, 1.1) },
		func(x float64) float64 { return math.Min(math.Max(x, -0.5), 1.1) },
		func(dst, g, x *Tensor) *Tensor { return ClipSlope(dst, g, x, -0.5, 1.1) }, false, -3},
	{"PowScalar", func(dst, x *Tensor) *Tensor { return PowScalar(dst, x, 2.5) },
		func(x float64) float64 { return x * x * math.Sqrt(x) },
		func(dst, g, x *Tensor) *Tensor { return PowScalarSlope(dst, g, x, 2.5) }, false, 0.1},
	{"Scale", func(dst, x *Tensor) *Tensor { return Scale(dst, x, -3) }, func(x float64) float64 { return x * -3 }, nil, false, -3},
	{"AddScalar", func(dst, x *Tensor) *Tensor { return AddScalar(dst, x, 3) }, func(x float64) float64 { return 3 + x }, nil, false, -3},
}

func TestFunctions(t *testing.T) {
	r := source64(1)
	const h = 1e-5
	for _, c := range functions {
		x := RandUniform(r, c.lo, 3, 5, 40).To(Float32).To(Float64)
		y := c.f(nil, x)
		agree(t, c.name, y, build(x.Shape(), func(i []int) float64 { return c.ref(x.At(i...)) }))
		agree32(t, c.name, c.f(nil, x.To(Float32)), y)
		agree(t, c.name+" of a scalar", c.f(nil, Scalar(0.7)), Scalar(c.ref(0.7)))
		if got := c.f(nil, Zeros(2, 0)); got.Len() != 0 || got.Rank() != 2 {
			t.Errorf("%s of nothing has shape %v", c.name, got.Shape())
		}
		if c.slope == nil {
			continue
		}
		g := normal64(r, x.Shape()...)
		g.SetFlat(0, 0)
		at := x
		if c.ofY {
			at = y
		}
		s := c.slope(nil, g, at)
		central := build(x.Shape(), func(i []int) float64 {
			v := x.At(i...)
			return g.At(i...) * (c.ref(v+h) - c.ref(v-h)) / (2 * h)
		})
		if !Close(s, central, 1e-7, 1e-7) {
			t.Errorf("%s: slope\n%v\ncentral difference\n%v", c.name, s, central)
		}
		agree32(t, c.name+" slope", c.slope(nil, g.To(Float32), at.To(Float32)), s)
		if !Equal(c.slope(g, g, at), s) {
			t.Errorf("%s: the slope in place differs", c.name)
		}
	}
}

// A masked branch has g = 0, and gets 0 whatever happens at x there.
func TestSlopeOfZero(t *testing.T) {
	odd := Vector(0, math.Inf(1), math.Inf(-1), math.NaN(), -1)
	for _, c := range functions {
		if c.slope != nil && !Equal(c.slope(nil, Zeros(5), odd), Zeros(5)) {
			t.Errorf("%s: 0 · slope = %v", c.name, c.slope(nil, Zeros(5), odd))
		}
	}
}

func TestKinks(t *testing.T) {
	one := Ones(1)
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"ReLU′(0)", ReLUSlope(nil, one, Vector(0)).Flat(0), 0},
		{"∞·ReLU′(-1)", ReLUSlope(nil, Vector(inf), Vector(-1)).Flat(0), 0},
		{"LeakyReLU′(0)", LeakyReLUSlope(nil, one, Vector(0), 0.3).Flat(0), 0.3},
		{"|0|′", AbsSlope(nil, one, Vector(0)).Flat(0), 0},
		{"sign -0", 1 / Sign(nil, Vector(math.Copysign(0, -1))).Flat(0), inf},
		{"sign NaN", Sign(nil, Vector(nan)).Flat(0), nan},
		{"Clip′(lo)", ClipSlope(nil, one, Vector(-1), -1, 1).Flat(0), 1},
		{"Clip′(hi)", ClipSlope(nil, one, Vector(1), -1, 1).Flat(0), 1},
		{"Clip′ beyond", ClipSlope(nil, Vector(inf), Vector(1.5), -1, 1).Flat(0), 0},
		{"Clip, lo > hi", Clip(nil, Vector(0), 2, 1).Flat(0), 1},
		{"Clip′, lo > hi", ClipSlope(nil, one, Vector(1.5), 2, 1).Flat(0), 0},
		{"Clip NaN", Clip(nil, Vector(nan), 0, 1).Flat(0), nan},
		{"0⁰", PowScalar(nil, Vector(0), 0).Flat(0), 1},
		{"(x⁰)′(0)", PowScalarSlope(nil, one, Vector(0), 0).Flat(0), 0},
		{"(x¹)′(0)", PowScalarSlope(nil, one, Vector(0), 1).Flat(0), 1},
		{"(x²)′(0)", PowScalarSlope(nil, one, Vector(0), 2).Flat(0), 0},
		{"(√x)′(0)", SqrtSlope(nil, one, Vector(0)).Flat(0), inf},
		{"ReLU(NaN)", ReLU(nil, Vector(nan)).Flat(0), nan},
		{"σ(-1000)", Sigmoid(nil, Vector(-1000)).Flat(0), 0},
		{"softplus(1000)", Softplus(nil, Vector(1000)).Flat(0), 1000},
		{"softplus(∞)", Softplus(nil, Vector(inf)).Flat(0), inf},
		{"softplus(-∞)", Softplus(nil, Vector(-inf)).Flat(0), 0},
		{"GELU(-∞)", GELU(nil, Vector(-inf)).Flat(0), 0},
		{"GELU(∞)", GELU(nil, Vector(inf)).Flat(0), inf},
		{"GELU′(-∞)", GELUSlope(nil, one, Vector(-inf)).Flat(0), 0},
		{"GELU′(∞)", GELUSlope(nil, one, Vector(inf)).Flat(0), 1},
		{"GELUTanh(-1e200)", GELUTanh(nil, Vector(-1e200)).Flat(0), 0},
		{"GELUTanh′(-1e200)", GELUTanhSlope(nil, one, Vector(-1e200)).Flat(0), 0},
		{"GELUTanh′(1e200)", GELUTanhSlope(nil, one, Vector(1e200)).Flat(0), 1},
		{"Swish(-∞)", Swish(nil, Vector(-inf), 1).Flat(0), 0},
		{"Swish′(∞)", SwishSlope(nil, one, Vector(inf), 1).Flat(0), 1},
		{"Swish′(-∞)", SwishSlope(nil, one, Vector(-inf), 1).Flat(0), 0},
	} {
		if c.got != c.want && !(c.got != c.got && c.want != c.want) {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
}

// The left tails, where the textbook formulas lose all digits, against the
// series of the exponential and of erfc in 200 bits.
func TestTails(t *testing.T) {
	for _, x := range []float64{-5, -8, -15, -30} {
		e := bigExp(x)
		one := big.NewFloat(1).SetPrec(200)
		sig := new(big.Float).Quo(e, new(big.Float).Add(one, e))
		near := func(what string, got float64, want *big.Float) {
			w, _ := want.Float64()
			if math.Abs(got-w) > 4e-15*math.Abs(w) {
				t.Errorf("%s(%v) = %v, want %v", what, x, got, w)
			}
		}
		near("sigmoid", Sigmoid(nil, Scalar(x)).Item(), sig)
		// log(1+e) = e − e²/2 + e³/3 − …
		sum, term := new(big.Float).SetPrec(200), new(big.Float).SetPrec(200).Set(one)
		for k := 1; k < 60; k++ {
			term.Mul(term, e)
			part := new(big.Float).Quo(term, big.NewFloat(float64(k)).SetPrec(200))
			if k%2 == 0 {
				part.Neg(part)
			}
			sum.Add(sum, part)
		}
		near("softplus", Softplus(nil, Scalar(x)).Item(), sum)
	}
	// Φ(x) for x = −8: Abramowitz and Stegun 26.2.14, the continued fraction
	// Φ(−z) = φ(z)/(z + 1/(z + 2/(z + 3/(z + …)))).
	const z = 8.0
	tail := z
	for k := 200.0; k > 0; k-- {
		tail = z + k/tail
	}
	want := -z * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / tail
	if got := GELU(nil, Scalar(-z)).Item(); math.Abs(got-want) > 1e-13*math.Abs(want) {
		t.Errorf("GELU(−8) = %v, want %v", got, want)
	}
}

// bigExp returns eˣ for x < 0 as 1/Σ |x|ᵏ/k!, whose terms do not cancel.
func bigExp(x float64) *big.Float {
	v := big.NewFloat(-x).SetPrec(200)
	sum, term := big.NewFloat(1).SetPrec(200), big.NewFloat(1).SetPrec(200)
	for k := 1; k < 300; k++ {
		term.Mul(term, v)
		term.Quo(term, big.NewFloat(float64(k)))
		sum.Add(sum, term)
	}
	return new(big.Float).Quo(big.NewFloat(1).SetPrec(200), sum)
}

func TestProbability(t *testing.T) {
	r := source64(2)
	x := RandUniform(r, -3, 3, 4, 5)
	p := RandUniform(r, 0, 1, 5)
	phi := build(x.Shape(), func(i []int) float64 { return (1 + math.Erf(x.At(i...)/math.Sqrt2)) / 2 })
	agree(t, "NormalCDF", NormalCDF(nil, x), phi)
	bce := build(x.Shape(), func(i []int) float64 {
		s, q := 1/(1+math.Exp(-x.At(i...))), read(p, i)
		return -q*math.Log(s) - (1-q)*math.Log(1-s)
	})
	agree(t, "BCEWithLogits", BCEWithLogits(nil, x, p), bce)
	agree32(t, "BCEWithLogits", BCEWithLogits(nil, x.To(Float32), p.To(Float32)), bce)
	agree(t, "BCEWithLogits", BCEWithLogits(nil, Vector(-1e4, 1e4), Vector(1, 1)), Vector(1e4, 0))
}
