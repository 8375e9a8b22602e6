package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactFMA is x·y + z of finite operands, rounded once.
func exactFMA(x, y, z float32) float32 {
	b := func(x float32) *big.Float { return new(big.Float).SetPrec(600).SetFloat64(float64(x)) }
	s := b(x)
	s.Mul(s, b(y)).Add(s, b(z))
	f, _ := s.Float32()
	return f
}

func checkFMA(t *testing.T, x, y, z float32) {
	t.Helper()
	got, want := fma32(x, y, z), exactFMA(x, y, z)
	if math.Float32bits(got) != math.Float32bits(want) && (got != 0 || want != 0) {
		t.Errorf("fma32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
	}
}

// Sums that lie within a hair of the midpoint of two float32: rounding to
// float64 in between would put them on it.
func TestFMAMidpoints(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	twice := 0 // double roundings that differ
	for range 300000 {
		// z has an odd or even last bit; x·y is half of that bit, and a hair.
		z := float32(math.Ldexp(float64(1<<23+r.IntN(1<<23)), r.IntN(253)-149-3))
		half := math.Ldexp(1, math.Ilogb(float64(z))-24)
		u := 1 + float64(r.IntN(1<<12))*0x1p-23
		x, y := float32(u), float32(half*(2-u+float64(r.IntN(3)-1)*0x1p-23))
		if r.IntN(2) == 0 {
			z = -z
		}
		if r.IntN(2) == 0 {
			x = -x
		}
		checkFMA(t, x, y, z)
		if float32(float64(x)*float64(y)+float64(z)) != exactFMA(x, y, z) {
			twice++
		}
	}
	if twice < 1000 {
		t.Errorf("only %d cases need the correction", twice)
	}
}

// Any bits, and exponents that meet.
func TestFMARandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	finite := func() float32 {
		for {
			if x := math.Float32frombits(r.Uint32()); x-x == 0 {
				return x
			}
		}
	}
	near := func(e int) float32 {
		x := float32(math.Ldexp(float64(r.IntN(1<<24)), e-24))
		if r.IntN(4) == 0 {
			x = float32(math.Ldexp(float64(r.IntN(8)), e-3)) // few bits: exact cases
		}
		if r.IntN(2) == 0 {
			x = -x
		}
		return x
	}
	n := 1000000
	if testing.Short() {
		n /= 10
	}
	for range n {
		checkFMA(t, finite(), finite(), finite())
		e := r.IntN(60) - 30
		checkFMA(t, near(e), near(-e), near(r.IntN(60)-30))
		// Subnormal and overflowing results.
		checkFMA(t, near(-70), near(-70+r.IntN(30)), near(-r.IntN(30)-120))
		checkFMA(t, near(64), near(64+r.IntN(2)), near(127))
	}
}

func TestFMASpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	zero := float32(0)
	for _, c := range [][4]float32{
		{inf, 1, 1, inf}, {inf, -1, 1, -inf}, {1, 1, -inf, -inf},
		{inf, 0, 1, nan}, {inf, 1, -inf, nan}, {nan, 1, 1, nan}, {1, nan, 1, nan}, {1, 1, nan, nan},
		{math.MaxFloat32, 2, 0, inf}, {math.MaxFloat32, 2, -math.MaxFloat32, math.MaxFloat32},
		{zero, 5, -zero, zero}, {1, 1, -1, zero},
	} {
		got := fma32(c[0], c[1], c[2])
		if got != c[3] && (got == got || c[3] == c[3]) {
			t.Errorf("fma32(%v, %v, %v) = %v, want %v", c[0], c[1], c[2], got, c[3])
		}
	}
	minus := float32(math.Copysign(0, -1))
	if got := fma32(minus, 1, minus); math.Float32bits(got) != 1<<31 {
		t.Errorf("−0·1 − 0 = %v, want −0", got)
	}
	if got := fma32(1, 1, -1); math.Float32bits(got) != 0 {
		t.Errorf("1·1 − 1 = %v, want +0", got)
	}
}
