package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"golang.org/x/exp/constraints"
)

// The error of x^y where it is largest, at results near the ends of the range,
// and where x is near 1; of float64 against numbers of many digits, of float32 against
// float64.
func TestPowAccuracy(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	const n = 600
	x, y, got := make([]float64, n), make([]float64, n), make([]float64, n)
	for _, c := range []struct {
		name string
		draw func() (x, y float64)
	}{
		{"ordinary", func() (x, y float64) { return 3 * r.Float64(), 6*r.Float64() - 3 }},
		{"large", func() (x, y float64) {
			x = math.Exp(20 * r.NormFloat64())
			return x, 709 * (1 - 2*r.Float64()) / math.Log(x)
		}},
		{"near 1", func() (x, y float64) {
			x = 1 + 1e-3*r.NormFloat64()
			return x, 700 * (1 - 2*r.Float64()) / math.Log(x)
		}},
		{"small", func() (x, y float64) { return 0x1p-1060 * r.Float64(), 1 - 1.9*r.Float64() }},
	} {
		for i := range x {
			x[i], y[i] = c.draw()
		}
		F64.Pow(got, x, y)
		worst, at := 0.0, 0
		for i, v := range got {
			want := bigExp(times(num(y[i]), bigLog(num(x[i]))))
			w, _ := want.Float64()
			_, e := math.Frexp(w)
			d, _ := new(big.Float).Sub(want, num(v)).Float64()
			if u := math.Abs(d) / math.Ldexp(1, max(e, -1021)-53); u > worst {
				worst, at = u, i
			}
		}
		if t.Logf("%s: %.2f ulp", c.name, worst); worst > 1.5 {
			t.Errorf("%s: the error of %v^%v is %.2f ulp", c.name, x[at], y[at], worst)
		}
	}
	const many = 200000
	x32, y32, got32 := make([]float32, many), make([]float32, many), make([]float32, many)
	worst, at := 0.0, 0
	for i := range x32 {
		x32[i] = float32(math.Exp(20 * r.NormFloat64()))
		if i%2 == 0 {
			x32[i] = float32(1 + 0.1*r.NormFloat64())
		}
		y32[i] = float32(87 * (1 - 2*r.Float64()) / math.Log(float64(x32[i])))
	}
	F32.Pow(got32, x32, y32)
	for i, v := range got32 {
		want := math.Pow(float64(x32[i]), float64(y32[i]))
		if u := ulps32(v, want); u > worst && want < math.MaxFloat32 {
			worst, at = u, i
		}
	}
	if t.Logf("float32: %.2f ulp", worst); worst > 1.5 {
		t.Errorf("the error of %v^%v is %.2f ulp", x32[at], y32[at], worst)
	}
}

// Every special case is that of math.Pow, and whole powers of negative numbers.
func TestPowSpecial(t *testing.T) {
	t.Run("float64", testPowSpecial[float64])
	t.Run("float32", testPowSpecial[float32])
}

func testPowSpecial[T constraints.Float](t *testing.T) {
	inf := math.Inf(1)
	numbers := []float64{0, 1, 2, 3, 0.5, 1.5, 7, 1e30, inf, 1 << 22, 1<<22 + 1, 1<<23 - 1, 1 << 24, 1e-30, 33, math.NaN()}
	for _, v := range numbers {
		numbers = append(numbers, -v)
	}
	l := Of[T]()
	for _, a := range numbers {
		for _, b := range numbers {
			x, y, got := []T{T(a), T(a)}, []T{T(b), T(b)}, make([]T, 2)
			l.Pow(got, x, y)
			want := T(math.Pow(float64(x[0]), float64(y[0])))
			if !near(got[0], want) {
				t.Errorf("%v^%v is %v, want %v", a, b, got[0], want)
			}
			l.PowScalar(got, x, y[0])
			if !near(got[0], want) {
				t.Errorf("%v^%v with a scalar is %v, want %v", a, b, got[0], want)
			}
		}
	}
}

// near reports whether x is y but for its last digits.
func near[T constraints.Float](x, y T) bool {
	return same(x, y) || math.Abs(float64(x-y)) <= 2e-7*math.Abs(float64(y)) && math.Signbit(float64(x)) == math.Signbit(float64(y))
}
