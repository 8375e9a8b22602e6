package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"golang.org/x/exp/constraints"
)

// The functions, with the greatest errors that are stated for them in units in
// the last place, of float64 and of float32. Where a result may pass through 0 or its
// tail is a product of rounded factors, the units are those of 1 at least.
type function struct {
	name     string
	f64      func(dst, x []float64)
	f32      func(dst, x []float32)
	ref      func(x *big.Float) *big.Float
	ulp      float64
	ulp32    float64
	absolute bool
	ranges   [][2]float64
}

var functions = []function{
	{"Exp", F64.Exp, F32.Exp, bigExp, 1, 1, false, [][2]float64{{-745, 709}, {-5, 5}}},
	{"Log", F64.Log, F32.Log, bigLog, 1, 1, false, [][2]float64{{0, 2}, {0, 1e30}}},
	{"Sin", F64.Sin, F32.Sin, bigSin, 1.5, 2, false, [][2]float64{{-7, 7}, {-far, far}}},
	{"Cos", F64.Cos, F32.Cos, bigCos, 1.5, 2, false, [][2]float64{{-7, 7}, {-far, far}}},
	{"Tanh", F64.Tanh, F32.Tanh, bigTanh, 3, 3, false, [][2]float64{{-20, 20}, {-0.5, 0.5}}},
	{"Sigmoid", F64.Sigmoid, F32.Sigmoid, bigSigmoid, 2.5, 2.5, false, [][2]float64{{-80, 40}, {-745, -700}}},
	{"Softplus", F64.Softplus, F32.Softplus, bigSoftplus, 2.5, 2.5, false, [][2]float64{{-80, 40}}},
	{"NormalCDF", F64.NormalCDF, F32.NormalCDF, bigNormal, 3, 3, false, [][2]float64{{-13, 6}, {-38, -10}}},
	{"GELU", F64.GELU, F32.GELU, bigGELU, 3, 3, false, [][2]float64{{-10, 6}, {-38, -10}}},
	{"Erf", F64.Erf, F32.Erf, bigErf, 2, 2, false, [][2]float64{{-1.5, 1.5}, {-6, 6}}},
	{"ErfSlope", by(F64.ErfSlope), by(F32.ErfSlope), bigErfSlope, 2, 2.1, false, [][2]float64{{-27.5, 27.5}}},
	{"Swish", of(F64.Swish, 1), of(F32.Swish, 1), bigSwish, 3, 3, false, [][2]float64{{-80, 40}, {-751, -700}}},
	{"GELUTanh", F64.GELUTanh, F32.GELUTanh, bigGELUTanh, 3, 3, true, [][2]float64{{-10, 6}}},
	{"SinSlope", by(F64.SinSlope), by(F32.SinSlope), bigCos, 1.5, 2, false, [][2]float64{{-7, 7}}},
	{"SoftplusSlope", by(F64.SoftplusSlope), by(F32.SoftplusSlope), bigSigmoid, 2.5, 2.5, false, [][2]float64{{-80, 40}, {-745, -700}}},
	{"GELUSlope", by(F64.GELUSlope), by(F32.GELUSlope), bigGELUSlope, 3, 3, true, [][2]float64{{-10, 10}}},
	{"GELUTanhSlope", by(F64.GELUTanhSlope), by(F32.GELUTanhSlope), bigGELUTanhSlope, 3, 3, true, [][2]float64{{-10, 10}}},
	{"SwishSlope", by1(F64.SwishSlope), by1(F32.SwishSlope), bigSwishSlope, 3, 3, true, [][2]float64{{-40, 40}}},
	{"BCE", pair(F64.BCE), pair(F32.BCE), bigBCE, 2.5, 2.5, true, [][2]float64{{-40, 40}}},
}

// The error of float64 over random points of intervals, and from that of
// float32 over numbers of every size, against float64.
func TestAccuracy(t *testing.T) {
	for _, f := range functions {
		for _, c := range f.ranges {
			e, at := worst(f.f64, f.ref, c[0], c[1], f.absolute)
			if e > f.ulp {
				t.Errorf("%s: the error is %.2f ulp at %v", f.name, e, at)
			}
			t.Logf("%-14s of float64 from %6g to %6g: %.2f ulp", f.name, c[0], c[1], e)
		}
	}
	for _, f := range functions {
		e, at := worst32(f.f32, f.f64, f.absolute)
		if e > f.ulp32 {
			t.Errorf("%s of float32: the error is %.3f ulp at %v", f.name, e, at)
		}
		t.Logf("%-14s of float32: %.2f ulp at %v", f.name, e, at)
	}
}

// stride is the distance of the float32 that are tested: one in so many of all.
func stride(every uint64) uint64 {
	if testing.Short() {
		return 61 * every
	}
	return every
}

// worst32 returns the greatest error of f32 and where it occurs.
func worst32(f32 func(dst, x []float32), f64 func(dst, x []float64), absolute bool) (worst float64, at float32) {
	const n = 4096
	x, y := make([]float32, n), make([]float32, n)
	wide, want := make([]float64, n), make([]float64, n)
	step := stride(499)
	for b := uint64(0); b < 1<<32; b += n * step {
		for i := range x {
			x[i] = math.Float32frombits(uint32(b + uint64(i)*step))
			wide[i] = float64(x[i])
		}
		f32(y, x)
		f64(want, wide)
		for i, v := range want {
			if y[i] == float32(v) || y[i] != y[i] && v != v {
				continue
			}
			_, power := math.Frexp(v)
			power = max(power-24, -149)
			if absolute {
				power = max(power, -23)
			}
			e := math.Abs(float64(y[i])-v) / math.Ldexp(1, power)
			if math.IsInf(float64(y[i]), 0) && math.Abs(v) > math.MaxFloat32 {
				e = 0.5
			}
			if !(e <= worst) {
				worst, at = e, x[i]
			}
		}
	}
	return max(worst, 0.5), at
}

// The elementary functions of float32 have the same bits in every instruction
// set, over numbers of every size.
func TestStride(t *testing.T) {
	const n = 1000
	x, u := make([]float32, n), filled[float32](n, 1.5)
	got, want := make([]float32, n), make([]float32, n)
	step := stride(7919)
	all, specification := allLoops32(), entries(plain[float32](), 1, 2)
	for b := uint64(0); b < 1<<32; b += n * step {
		for i := range x {
			x[i] = math.Float32frombits(uint32(b + uint64(i)*step))
		}
		for k, e := range specification {
			e.call(want, x, u, u)
			for set := avx2; set <= machine(); set++ {
				entries(all[set], 1, 2)[k].call(got, x, u, u)
				if i := differ(got, want); i >= 0 {
					t.Fatalf("%s of %v by %s is %v, want %v", e.name, x[i], isaNames[set], got[i], want[i])
				}
			}
		}
	}
}

// The functions below make loops of one operand.

func of[T constraints.Float](f Scalar[T], c T) func(dst, x []T) {
	return func(dst, x []T) { f(dst, x, c) }
}

func by[T constraints.Float](slope Binary[T]) func(dst, x []T) {
	return func(dst, x []T) { slope(dst, filled[T](len(x), 1), x) }
}

func by1[T constraints.Float](slope func(dst, u, x []T, c T)) func(dst, x []T) {
	return func(dst, x []T) { slope(dst, filled[T](len(x), 1), x, 1) }
}

func pair[T constraints.Float](f Binary[T]) func(dst, x []T) {
	return func(dst, x []T) { f(dst, x, []T{0.25}) }
}

func filled[T constraints.Float](n int, c T) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = c
	}
	return x
}

// worst returns the greatest error of f and where it occurs.
func worst(f func(dst, x []float64), ref func(x *big.Float) *big.Float, lo, hi float64, absolute bool) (worst, at float64) {
	r := rand.New(rand.NewPCG(7, 8))
	x := make([]float64, 1000)
	for i := range x {
		x[i] = lo + r.Float64()*(hi-lo)
		if i%4 == 0 && lo <= 0 && hi > 0 {
			x[i] *= math.Ldexp(1, -r.IntN(40))
		}
	}
	y := make([]float64, len(x))
	f(y, x)
	for i, v := range x {
		if y[i] != y[i] {
			return math.Inf(1), v
		}
		want := ref(num(v))
		power := max(want.MantExp(nil)-53, -1074)
		if absolute {
			power = max(power, -52)
		}
		e, _ := quo(minus(num(y[i]), want), num(math.Ldexp(1, power))).Float64()
		if e = math.Abs(e); e > worst {
			worst, at = e, v
		}
	}
	return worst, at
}

// The special cases, of both types.
func TestSpecial(t *testing.T) {
	special(t, F64, 709.79, -745.14, math.SmallestNonzeroFloat64, 0x1p-1074)
	special(t, F32, 88.73, -103.98, math.SmallestNonzeroFloat32, 0x1p-149)
}

func special[T constraints.Float](t *testing.T, l *Loops[T], over, under, tiny, least T) {
	inf, nan, zero := T(math.Inf(1)), T(math.NaN()), T(0)
	_, power := math.Frexp(float64(least)) // of ½
	for _, c := range []struct {
		name string
		f    func(dst, x []T)
		x, y []T
	}{
		{"Exp", l.Exp, []T{0, -zero, inf, -inf, nan, over, under, under + 0.7}, []T{1, 1, inf, 0, nan, inf, 0, least}},
		{"Log", l.Log, []T{least}, []T{T(float64(power-1) * math.Ln2)}},
		{"Log", l.Log, []T{1, 0, neg0[T](), -1, inf, -inf, nan}, []T{0, -inf, -inf, nan, inf, nan, nan}},
		{"Sin", l.Sin, []T{0, neg0[T](), inf, -inf, nan, tiny, -tiny}, []T{0, neg0[T](), nan, nan, nan, tiny, -tiny}},
		{"Cos", l.Cos, []T{0, neg0[T](), inf, -inf, nan, tiny}, []T{1, 1, nan, nan, nan, 1}},
		{"Tanh", l.Tanh, []T{0, neg0[T](), inf, -inf, nan, tiny, -tiny, 20}, []T{0, neg0[T](), 1, -1, nan, tiny, -tiny, 1}},
		{"Sigmoid", l.Sigmoid, []T{0, neg0[T](), inf, -inf, nan, 40, under}, []T{0.5, 0.5, 1, 0, nan, 1, 0}},
		{"Softplus", l.Softplus, []T{inf, -inf, nan, under, under + 0.7, 1000}, []T{inf, 0, nan, 0, least, 1000}},
		{"NormalCDF", l.NormalCDF, []T{0, inf, -inf, nan, 40, -40}, []T{0.5, 1, 0, nan, 1, 0}},
		{"Erf", l.Erf, []T{0, neg0[T](), inf, -inf, nan, 6, -40, 1e30}, []T{0, neg0[T](), 1, -1, nan, 1, -1, 1}},
		{"ErfSlope", by(l.ErfSlope), []T{inf, -inf, nan, 30, -1e30}, []T{0, 0, nan, 0, 0}},
		{"GELU", l.GELU, []T{0, inf, -inf, nan, 40, -40, 1e30}, []T{0, inf, 0, nan, 40, 0, 1e30}},
		{"GELUTanh", l.GELUTanh, []T{0, inf, -inf, nan, 40, -40, 1e30}, []T{0, inf, 0, nan, 40, 0, 1e30}},
		{"Swish", of(l.Swish, 1), []T{0, inf, -inf, nan, 1000, -1000}, []T{0, inf, 0, nan, 1000, 0}},
		{"GELUSlope", by(l.GELUSlope), []T{0, inf, -inf, nan, 50, -50}, []T{0.5, 1, 0, nan, 1, 0}},
		{"GELUTanhSlope", by(l.GELUTanhSlope), []T{0, inf, -inf, nan, 50, -50}, []T{0.5, 1, 0, nan, 1, 0}},
		{"SwishSlope", by1(l.SwishSlope), []T{0, inf, -inf, nan, 1000, -1000}, []T{0.5, 1, 0, nan, 1, 0}},
		{"ReLU", l.ReLU, []T{neg0[T](), -1, inf, nan}, []T{0, 0, inf, nan}},
	} {
		y := make([]T, len(c.x))
		c.f(y, c.x)
		for i := range y {
			if !same(y[i], c.y[i]) && (y[i] != 0 || c.y[i] != 0 || c.name == "Sin" || c.name == "Erf" || c.name == "Tanh") {
				t.Errorf("%s(%v) of %T is %v, want %v", c.name, c.x[i], c.x[i], y[i], c.y[i])
			}
		}
	}
}

func neg0[T constraints.Float]() T { return T(math.Copysign(0, -1)) }

// Beyond far, sine and cosine are those of package math, whatever stands
// beside them.
func TestFar(t *testing.T) {
	x := []float64{1, 1e6, 1.1e6, -1e22, 3, 1e300}
	sines, cosines, slopes := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	F64.Sin(sines, x)
	F64.Cos(cosines, x)
	F64.SinSlope(slopes, filled(len(x), 1.0), x)
	for i, v := range x {
		if s, c := math.Sincos(v); math.Abs(v) > far && (sines[i] != s || cosines[i] != c || slopes[i] != c) {
			t.Errorf("at %v: sine %v and cosine %v, want %v and %v", v, sines[i], cosines[i], s, c)
		}
	}
}

// Logarithms of subnormal numbers, on which math.Log fails on some machines.
func TestLogSubnormal(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for i := range 300 {
		x := []float64{math.Float64frombits(r.Uint64N(1<<52) >> r.IntN(52))}
		if i < 52 {
			x[0] = math.Ldexp(1, -1074+i)
		}
		if x[0] == 0 {
			continue
		}
		want, _ := bigLog(num(x[0])).Float64()
		for set := generic; set <= machine(); set++ {
			y := make([]float64, 1)
			if allLoops64()[set].Log(y, x); math.Abs(y[0]-want) > 0x1p-43 { // 1 ulp of 512 to 1024
				t.Errorf("log of %v by %s is %v, want %v", x[0], isaNames[set], y[0], want)
			}
		}
	}
	for shift := range 23 {
		x, y := []float32{math.Float32frombits(1 << shift)}, make([]float32, 1)
		if F32.Log(y, x); y[0] != float32(float64(shift-149)*math.Ln2) {
			t.Errorf("log of %v is %v", x[0], y[0])
		}
	}
}

// The sum of the exponentials of a row of float32, each of which has the error of
// a float32, is itself more exact than that.
func TestSumExpError(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, n := range []int{10, 1000, 100000} {
		x := draw(r, n)
		for i := range x {
			x[i] *= 4
		}
		top := F32.Max(x[0], x)
		want := 0.0
		for _, v := range x {
			want += math.Exp(float64(v) - float64(top))
		}
		if got := F32.sumExp(x, top); math.Abs(got-want) > 0x1p-24*want {
			t.Errorf("the sum of %d exponentials is %v, want %v", n, got, want)
		} else {
			t.Logf("the error of %d exponentials is %.2g ulp", n, math.Abs(got-want)/want*0x1p24)
		}
	}
}
