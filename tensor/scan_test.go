package tensor

import (
	"math"
	"math/big"
	"slices"
	"testing"
)

// eachLine calls f with the indices of the elements of each line along an axis.
func eachLine(shape []int, axis int, f func(line [][]int)) {
	n := shape[axis]
	one := slices.Clone(shape)
	one[axis] = min(n, 1)
	for _, start := range places(one) {
		line := make([][]int, n)
		for k := range line {
			line[k] = slices.Clone(start)
			line[k][axis] = k
		}
		f(line)
	}
}

// lineWise builds what f makes of the elements of each line, or of the line
// backwards.
func lineWise(x *Tensor, axis int, reverse bool, f func(line []float64) float64) *Tensor {
	y := x.Clone()
	eachLine(x.Shape(), axis, func(line [][]int) {
		if reverse {
			slices.Reverse(line)
		}
		var sofar []float64
		for _, at := range line {
			sofar = append(sofar, x.At(at...))
			y.Set(f(sofar), at...)
		}
	})
	return y
}

func TestScans(t *testing.T) {
	r := source64(11)
	sum := func(line []float64) float64 {
		s := 0.0
		for _, v := range line {
			s += v
		}
		return s
	}
	product := func(line []float64) float64 {
		p := 1.0
		for _, v := range line {
			p *= v
		}
		return p
	}
	logSum := func(line []float64) float64 {
		s := 0.0
		for _, v := range line {
			s += math.Exp(v)
		}
		return math.Log(s)
	}
	for range 100 {
		x := normal64(r, append(randShape(r), 1+r.IntN(4))...)
		axis, reverse := r.IntN(x.Rank()), r.IntN(2) == 0
		both(t, "CumSum", func(typ Type) *Tensor { return CumSum(nil, x.To(typ), axis-x.Rank(), reverse) }, lineWise(x, axis, reverse, sum))
		both(t, "CumProd", func(typ Type) *Tensor { return CumProd(nil, x.To(typ), axis, reverse) }, lineWise(x, axis, reverse, product))
		both(t, "LogCumSumExp", func(typ Type) *Tensor { return LogCumSumExp(nil, x.To(typ), axis) }, lineWise(x, axis, false, logSum))

		a := normal64(r, x.Shape()...)
		want := x.Clone()
		eachLine(x.Shape(), axis, func(line [][]int) {
			if reverse {
				slices.Reverse(line)
			}
			for k, at := range line {
				if k > 0 {
					want.Set(a.At(at...)*want.At(line[k-1]...)+x.At(at...), at...)
				}
			}
		})
		both(t, "Recurrence", func(typ Type) *Tensor { return Recurrence(nil, a.To(typ), x.To(typ), axis, reverse, false) }, want)
		in := x.Clone()
		agree(t, "Recurrence in place", Recurrence(in, a, in, axis, reverse, true), want)
	}
}

// A zero wins over an infinite factor if the recurrence is masked, and the first
// factor is never used.
func TestMaskedRecurrence(t *testing.T) {
	inf := math.Inf(1)
	a, b := Vector(inf, inf, 2, inf), Vector(0, 3, 1, -7)
	agree(t, "masked", Recurrence(nil, a, b, 0, false, true), Vector(0, 3, 7, inf))
	agree(t, "masked, reverse", Recurrence(nil, a, Vector(5, 0, 0, 0), 0, true, true), Vector(5, 0, 0, 0))
	if y := Recurrence(nil, a, b, 0, false, false); y.At(0) != 0 || !math.IsNaN(y.At(1)) {
		t.Errorf("not masked: %v", y)
	}
}

// A sum of many float32 does not stop growing where the terms are below its
// last digit.
func TestCumSumOfManyFloat32(t *testing.T) {
	const n = 1 << 20
	x := Full(0.1, n).To(Float32)
	got, want := CumSum(nil, x, 0, false).Flat(n-1), float64(float32(0.1))*n
	if math.Abs(got-want) > 1e-7*want {
		t.Errorf("the sum of %d times 0.1 is %v, want %v", n, got, want)
	}
}

func TestLogCumSumExpAtExtremes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ x, want *Tensor }{
		{Vector(1000, 1000), Vector(1000, 1000+math.Ln2)},
		{Vector(-1000, -1000), Vector(-1000, -1000+math.Ln2)},
		{Vector(0, 1000, -1000), Vector(0, 1000, 1000)},
		{Vector(-inf, -inf, 0, -inf, 0), Vector(-inf, -inf, 0, 0, math.Ln2)},
		{Vector(inf, 0, inf), Vector(inf, inf, inf)},
		{Vector(0, inf, -inf), Vector(0, inf, inf)},
	} {
		agree(t, "LogCumSumExp", LogCumSumExp(nil, c.x, 0), c.want)
		agree32(t, "LogCumSumExp", LogCumSumExp(nil, c.x.To(Float32), 0), c.want)
	}
	for _, x := range []*Tensor{Vector(0, nan, 1), Vector(nan, 0, 1)} {
		if y := LogCumSumExp(nil, x, 0); !math.IsNaN(y.At(1)) || !math.IsNaN(y.At(2)) {
			t.Errorf("of %v: %v", x, y)
		}
	}
	// A small term beside a large one keeps its digits: log(1 + 1e-20) ≈ 1e-20.
	if y := LogCumSumExp(nil, Vector(0, math.Log(1e-20)), 0).At(1); math.Abs(y-1e-20) > 1e-33 {
		t.Errorf("log(1 + 1e-20) is %v", y)
	}
}

// The error of a long scan that rises all the way stays small.
func TestLogCumSumExpAccuracy(t *testing.T) {
	const n = 10000
	x := Zeros(n)
	sum := new(big.Float).SetPrec(100)
	for i := range n {
		x.SetFlat(i, 1e-4*float64(i))
		sum.Add(sum, big.NewFloat(math.Exp(x.Flat(i))))
	}
	want, _ := sum.Float64()
	if got := LogCumSumExp(nil, x, 0).Flat(n - 1); math.Abs(got-math.Log(want)) > 1e-14*got {
		t.Errorf("got %v, want %v", got, math.Log(want))
	}
}
