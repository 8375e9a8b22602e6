package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func draw(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// An operand of one element gives the same bits as a row of it, and so does
// dst in the place of an operand.
func TestRows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, f := range map[string]func(dst, a, b []float32){
		"Add": Add[float32], "Sub": Sub[float32], "Mul": Mul[float32], "Div": Div[float32],
		"Maximum": Maximum[float32], "Minimum": Minimum[float32], "MulMasked": MulMasked[float32], "MulZero": MulZero[float32],
	} {
		for _, n := range []int{1, 2, 7, 8, 33} {
			a, c := draw(r, n), draw(r, 1)
			row := slices.Repeat(c, n)
			want, got := make([]float32, n), make([]float32, n)
			f(want, a, row)
			f(got, a, c)
			if !slices.Equal(got, want) {
				t.Errorf("%s of %d by one differs", name, n)
			}
			f(want, row, a)
			f(got, c, a)
			if !slices.Equal(got, want) {
				t.Errorf("%s of one by %d differs", name, n)
			}
			f(want, a, row)
			if f(a, a, c); !slices.Equal(a, want) {
				t.Errorf("%s in place differs", name)
			}
		}
	}
}

// The order of Sum, written down a second time: lane i sums the elements i,
// i+8, i+16, …; lanes are added in pairs four, two and one apart.
func TestSumOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 40 {
		x := draw(r, n)
		var lane [8]float32
		for i, v := range x {
			lane[i%8] += v
		}
		want := ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]))
		if got := Sum(0.5, x); got != 0.5+want {
			t.Errorf("the sum of %d elements is %v, want %v", n, got, 0.5+want)
		}
	}
}

// The error of a sum is below that of (n/8 + 3) roundings of Σ|x|.
func TestSumError(t *testing.T) {
	x := draw(rand.New(rand.NewPCG(5, 6)), 10000)
	exact, size := new(big.Float).SetPrec(200), 0.0
	for _, v := range x {
		exact.Add(exact, big.NewFloat(float64(v)))
		size += math.Abs(float64(v))
	}
	want, _ := exact.Float64()
	bound := (10000.0/8 + 3) * 0x1p-24 * size
	if got := float64(Sum(0, x)); math.Abs(got-want) > bound {
		t.Errorf("the sum is %v, want %v ± %v", got, want, bound)
	}
}

func TestFirst(t *testing.T) {
	greater := func(a, b float64) bool { return a > b }
	nan := math.NaN()
	for _, c := range []struct {
		best  float64
		x     []float64
		at    int
		found bool
	}{
		{math.Inf(-1), []float64{1, 3, 3, 2}, 1, true},
		{math.Inf(-1), []float64{1, nan, 5, nan}, 1, true},
		{3, []float64{1, 3}, 0, false},
		{nan, []float64{nan, 7}, 0, false},
		{0, nil, 0, false},
	} {
		if at, found := First(c.best, c.x, len(c.x), 1, greater); at != c.at || found != c.found {
			t.Errorf("best %v, then %v: %d, %v", c.best, c.x, at, found)
		}
	}
	if at, _ := First(math.Inf(-1), []float64{1, 9, 2, 9}, 2, 2, greater); at != 2 {
		t.Errorf("with step 2 the place is %d", at)
	}
}
