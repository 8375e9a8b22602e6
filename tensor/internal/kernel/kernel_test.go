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
		"Add": add[float32], "Sub": sub[float32], "Mul": mul[float32], "Div": div[float32],
		"Maximum": maximum[float32], "Minimum": minimum[float32], "MulMasked": mulMasked[float32], "MulZero": mulZero[float32],
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

// The order of sum, written down a second time: lane i sums the elements i,
// i+32, i+64, …; lanes are added in pairs 16, 8, 4, 2 and one apart.
func TestSumOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 150 {
		x := draw(r, n)
		var lane [32]float32
		for i, v := range x {
			lane[i%32] += v
		}
		var fold func(x []float32) float32
		fold = func(x []float32) float32 {
			if len(x) == 1 {
				return x[0]
			}
			h := len(x) / 2
			y := make([]float32, h)
			for i := range y {
				y[i] = x[i] + x[i+h]
			}
			return fold(y)
		}
		want := fold(lane[:])
		if got := sum(0.5, x); got != 0.5+want {
			t.Errorf("the sum of %d elements is %v, want %v", n, got, 0.5+want)
		}
	}
}

// The error of a sum is below that of (n/32 + 5) roundings of Σ|x|.
func TestSumError(t *testing.T) {
	x := draw(rand.New(rand.NewPCG(5, 6)), 10000)
	exact, size := new(big.Float).SetPrec(200), 0.0
	for _, v := range x {
		exact.Add(exact, big.NewFloat(float64(v)))
		size += math.Abs(float64(v))
	}
	want, _ := exact.Float64()
	bound := (10000.0/32 + 5) * 0x1p-24 * size
	if got := float64(sum(0, x)); math.Abs(got-want) > bound {
		t.Errorf("the sum is %v, want %v ± %v", got, want, bound)
	}
}

func TestArgMax(t *testing.T) {
	nan := math.NaN()
	for set := generic; set <= machine(); set++ {
		l := allLoops64()[set]
		for _, c := range []struct {
			x        []float64
			max, min int
		}{
			{[]float64{1, 3, 3, 2}, 1, 0},
			{[]float64{1, nan, 5, nan}, 1, 1},
			{[]float64{math.Copysign(0, -1), 0}, 0, 0},
			{[]float64{math.Inf(-1), math.Inf(-1)}, 0, 0},
			{[]float64{nan, 7}, 0, 0},
			{append(make([]float64, 40), 1, -1, 1), 40, 41},
		} {
			apart := make([]float64, 3*len(c.x))
			for i, v := range c.x {
				apart[3*i] = v
			}
			for step, x := range map[int][]float64{1: c.x, 3: apart} {
				if i, j := l.ArgMax(x, len(c.x), step), l.ArgMin(x, len(c.x), step); i != c.max || j != c.min {
					t.Errorf("step %d, %v: the greatest is at %d, the least at %d, want %d and %d", step, c.x, i, j, c.max, c.min)
				}
			}
		}
	}
}
