package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/exp/constraints"
)

// An entry is one of the loops, called with three operands, of which it may
// read less, and scalars.
type entry[T constraints.Float] struct {
	name  string
	steps bool // operands of one element may stand for a row
	call  func(dst, a, b, c []T)
}

func entries[T constraints.Float](l *Loops[T], c, d T) []entry[T] {
	var all []entry[T]
	unary := func(name string, f Unary[T]) {
		all = append(all, entry[T]{name, false, func(dst, a, _, _ []T) { f(dst, a) }})
	}
	scalar := func(name string, f Scalar[T]) {
		all = append(all, entry[T]{name, false, func(dst, a, _, _ []T) { f(dst, a, c) }})
	}
	binary := func(name string, f Binary[T]) {
		all = append(all, entry[T]{name, true, func(dst, a, b, _ []T) { f(dst, a, b) }})
	}
	slope := func(name string, f Binary[T]) {
		all = append(all, entry[T]{name, false, func(dst, a, b, _ []T) { f(dst, a, b) }})
	}
	unary("Neg", l.Neg)
	unary("Abs", l.Abs)
	unary("Sign", l.Sign)
	unary("Square", l.Square)
	unary("Sqrt", l.Sqrt)
	unary("Reciprocal", l.Reciprocal)
	unary("Exp", l.Exp)
	unary("Log", l.Log)
	unary("Sin", l.Sin)
	unary("Cos", l.Cos)
	unary("ReLU", l.ReLU)
	unary("Tanh", l.Tanh)
	unary("Sigmoid", l.Sigmoid)
	unary("Softplus", l.Softplus)
	unary("GELU", l.GELU)
	unary("GELUTanh", l.GELUTanh)
	unary("NormalCDF", l.NormalCDF)
	unary("Erf", l.Erf)
	unary("log1p", l.log1p)
	scalar("Scale", l.Scale)
	scalar("AddScalar", l.AddScalar)
	scalar("Over", l.Over)
	scalar("LeakyReLU", l.LeakyReLU)
	scalar("Swish", l.Swish)
	binary("Add", l.Add)
	binary("Sub", l.Sub)
	binary("Mul", l.Mul)
	binary("Div", l.Div)
	binary("Maximum", l.Maximum)
	binary("Minimum", l.Minimum)
	binary("MulMasked", l.MulMasked)
	binary("MulZero", l.MulZero)
	binary("Eq", l.Eq)
	binary("Ne", l.Ne)
	binary("Lt", l.Lt)
	binary("Le", l.Le)
	binary("Gt", l.Gt)
	binary("Ge", l.Ge)
	binary("BCE", l.BCE)
	binary("Pow", l.Pow)
	scalar("power", l.power)
	scalar("PowScalar", l.PowScalar)
	slope("AbsSlope", l.AbsSlope)
	slope("SquareSlope", l.SquareSlope)
	slope("SqrtSlope", l.SqrtSlope)
	slope("ReciprocalSlope", l.ReciprocalSlope)
	slope("ExpSlope", l.ExpSlope)
	slope("LogSlope", l.LogSlope)
	slope("SinSlope", l.SinSlope)
	slope("CosSlope", l.CosSlope)
	slope("ReLUSlope", l.ReLUSlope)
	slope("TanhSlope", l.TanhSlope)
	slope("SigmoidSlope", l.SigmoidSlope)
	slope("SoftplusSlope", l.SoftplusSlope)
	slope("GELUSlope", l.GELUSlope)
	slope("GELUTanhSlope", l.GELUTanhSlope)
	slope("ErfSlope", l.ErfSlope)
	return append(all,
		entry[T]{"Clip", false, func(dst, a, _, _ []T) { l.Clip(dst, a, c, d) }},
		entry[T]{"LeakyReLUSlope", false, func(dst, a, b, _ []T) { l.LeakyReLUSlope(dst, a, b, c) }},
		entry[T]{"SwishSlope", false, func(dst, a, b, _ []T) { l.SwishSlope(dst, a, b, c) }},
		entry[T]{"ClipSlope", false, func(dst, a, b, _ []T) { l.ClipSlope(dst, a, b, c, d) }},
		entry[T]{"powerSlope", false, func(dst, a, b, _ []T) { l.powerSlope(dst, a, b, c, d) }},
		entry[T]{"lower", false, func(dst, a, _, _ []T) { l.lower(dst, a, c, d) }},
		entry[T]{"softmaxPull", false, func(dst, a, b, _ []T) { l.softmaxPull(dst, a, b, c) }},
		entry[T]{"logSoftmaxPull", false, func(dst, a, b, _ []T) { l.logSoftmaxPull(dst, a, b, c) }},
		entry[T]{"normalize", false, func(dst, a, _, _ []T) { l.normalize(dst, a, c, d/8, d/3) }},
		entry[T]{"normSlope", false, func(dst, a, b, _ []T) { l.normSlope(dst, a, b, c, d/8, d/3, 0.1, 0.7) }},
		entry[T]{"Pick", true, func(dst, a, b, c []T) { l.Pick(dst, a, b, c) }},
	)
}

// odd draws numbers of every magnitude and the special ones.
func odd[T constraints.Float](r *rand.Rand, n int) []T {
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), math.Pi / 2,
		0x1p-149, 0x1p-1074, -0x1p-1070, 0x1p-1022, math.MaxFloat32, math.MaxFloat64, -88, 88.8, -104, 709.8, -745.2, far, -far - 1}
	x := make([]T, n)
	for i := range x {
		v := r.NormFloat64()
		switch r.IntN(8) {
		case 0:
			v = special[r.IntN(len(special))]
		case 1:
			v *= math.Ldexp(1, r.IntN(2100)-1050)
		case 2:
			v *= math.Ldexp(1, r.IntN(270)-140)
		case 3:
			v *= 20
		case 4:
			v *= 400
		}
		x[i] = T(v)
	}
	return x
}

// same reports whether the numbers are the same to the bit; NaN is NaN.
func same[T constraints.Float](a, b T) bool {
	return a != a && b != b || a == b && math.Signbit(float64(a)) == math.Signbit(float64(b))
}

// differ returns the first index at which a and b differ, -1 if there is none.
func differ[T constraints.Float](a, b []T) int {
	for i := range a {
		if !same(a[i], b[i]) {
			return i
		}
	}
	return -1
}

// Every instruction set gives the bits of plain Go, for every length and
// alignment, and writes no element beyond.
func TestLoops(t *testing.T) {
	loops64, loops32 := allLoops64(), allLoops32()
	for i := avx2; i <= machine(); i++ {
		t.Run(isaNames[i]+"/float64", func(t *testing.T) { testLoops(t, loops64[i]) })
		t.Run(isaNames[i]+"/float32", func(t *testing.T) { testLoops(t, loops32[i]) })
	}
}

func testLoops[T constraints.Float](t *testing.T, l *Loops[T]) {
	r := rand.New(rand.NewPCG(1, 2))
	lengths := []int{255, 256, 257, run - 1, run, run + 1}
	for n := range 71 {
		lengths = append(lengths, n)
	}
	for round := range 4 {
		c, d := odd[T](r, 1)[0], T(r.NormFloat64())
		fast := entries(l, c, d)
		for i, e := range entries(plain[T](), c, d) {
			for _, n := range lengths {
				const pad = 20
				at := r.IntN(17)
				a, b, c := odd[T](r, n+at)[at:], odd[T](r, n+at)[at:], odd[T](r, n+at)[at:]
				forms := 1
				if e.steps && n > 0 {
					forms = 8 // each operand a row or one element
				}
				for form := range forms {
					x := [3][]T{a, b, c}
					for k := range x {
						if form>>k&1 != 0 {
							x[k] = x[k][:1]
						}
					}
					got := slices.Repeat([]T{-7}, n+2*pad)
					want := slices.Clone(got)
					e.call(want[pad:pad+n], x[0], x[1], x[2])
					fast[i].call(got[pad:pad+n], x[0], x[1], x[2])
					if j := differ(got, want); j >= 0 {
						where := fmt.Sprintf("before or after of %d", n)
						if j -= pad; 0 <= j && j < n {
							where = fmt.Sprintf("at %v %v %v", x[0][j%len(x[0])], x[1][j%len(x[1])], x[2][j%len(x[2])])
						}
						t.Fatalf("%s, round %d, n = %d, form %d: [%d] is %v (%x), want %v (%x) %s", e.name, round, n, form, j, got[j+pad], got[j+pad], want[j+pad], want[j+pad], where)
					}
				}
				want := make([]T, n)
				e.call(want, a, b, c)
				for k, x := range [][]T{a, b, c} {
					operands := [3][]T{a, b, c}
					y := slices.Clone(x)
					operands[k] = y
					fast[i].call(y, operands[0], operands[1], operands[2])
					if differ(y, want) >= 0 {
						t.Fatalf("%s in the place of operand %d differs", e.name, k)
					}
				}
			}
		}
	}
}

func TestFolds(t *testing.T) {
	loops64, loops32 := allLoops64(), allLoops32()
	for i := avx2; i <= machine(); i++ {
		t.Run(isaNames[i]+"/float64", func(t *testing.T) { testFolds(t, loops64[i]) })
		t.Run(isaNames[i]+"/float32", func(t *testing.T) { testFolds(t, loops32[i]) })
	}
}

func testFolds[T constraints.Float](t *testing.T, l *Loops[T]) {
	r := rand.New(rand.NewPCG(3, 4))
	p := plain[T]()
	for n := range 300 {
		for _, c := range []struct {
			name       string
			fast, want func(acc T, x []T) T
		}{
			{"Sum", l.Sum, p.Sum}, {"Max", l.Max, p.Max}, {"Min", l.Min, p.Min},
			{"top", l.top, p.top}, {"sumExp", exps(l), exps(p)}, {"expSum", expsStored(l), expsStored(p)}, {"dot", products(l), products(p)},
			{"spread", spreads(l), spreads(p)}, {"spreadWith", spreadsWith(l), spreadsWith(p)}, {"find", finds(l), finds(p)},
		} {
			at := r.IntN(17)
			x := odd[T](r, n+at)[at:]
			if n%3 != 0 { // else it is NaN
				for i := range x {
					x[i] = T(r.NormFloat64())
				}
			}
			if n%3 == 2 {
				for i := range x {
					x[i] *= 0 // of both signs
				}
			}
			acc := T(r.NormFloat64()) * T(n%2)
			if got, want := c.fast(acc, x), c.want(acc, x); !same(got, want) {
				t.Errorf("%s of %v and %v is %v, want %v", c.name, acc, x, got, want)
			}
		}
	}
	x := make([]T, 2*block+17)
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
	if got, want := l.Sum(1, x), p.Sum(1, x); got != want {
		t.Errorf("the sum of %d elements is %v, want %v", len(x), got, want)
	}
	for name, f := range map[string]func(l *Loops[T]) func(acc T, x []T) T{
		"dot": products[T], "sumExp": exps[T], "expSum": expsStored[T], "spread": spreads[T], "spreadWith": spreadsWith[T], "find": finds[T],
	} {
		if got, want := f(l)(1, x), f(p)(1, x); !same(got, want) {
			t.Errorf("%s of %d elements is %v, want %v", name, len(x), got, want)
		}
	}
	if got, want := l.Max(1, x), p.Max(1, x); got != want || l.top(1, x) != want {
		t.Errorf("the maximum of %d elements is %v, want %v", len(x), got, want)
	}
}

func exps[T constraints.Float](l *Loops[T]) func(acc T, x []T) T {
	return func(acc T, x []T) T { return lowBits[T](l.sumExp(x, acc)) }
}

func expsStored[T constraints.Float](l *Loops[T]) func(acc T, x []T) T {
	return func(acc T, x []T) T {
		y := make([]T, len(x)+1)
		y[len(x)] = -7
		s := l.expSum(y[:len(x)], x, acc)
		var h uint64
		for _, v := range y {
			if v == v {
				h = 31*h + math.Float64bits(float64(v))
			}
		}
		return lowBits[T](s) + T(h>>44)
	}
}

func products[T constraints.Float](l *Loops[T]) func(acc T, x []T) T {
	return func(acc T, x []T) T { return lowBits[T](l.dot(x, x)) }
}

func spreads[T constraints.Float](l *Loops[T]) func(acc T, x []T) T {
	return func(acc T, x []T) T { return bothSums[T](l.spread(x, 0.125)) }
}

func spreadsWith[T constraints.Float](l *Loops[T]) func(acc T, x []T) T {
	return func(acc T, x []T) T {
		y := slices.Clone(x)
		slices.Reverse(y)
		return bothSums[T](l.spreadWith(x, y, 0.125))
	}
}

// finds looks for the last element, and for one that is not there.
func finds[T constraints.Float](l *Loops[T]) func(acc T, x []T) T {
	return func(acc T, x []T) T {
		if len(x) == 0 {
			return T(l.find(x, 0))
		}
		return T(l.find(x, x[len(x)-1]) + 1000*l.find(x, 0.3))
	}
}

// lowBits returns the last bits of y, which rounding to float32 would hide.
func lowBits[T constraints.Float](y float64) T {
	if y != y {
		return T(y)
	}
	return T(math.Float64bits(y) & (1<<23 - 1))
}

func bothSums[T constraints.Float](s, q float64) T { return lowBits[T](s) + 2*lowBits[T](q) }

// A row longer than a block is cut, and an operand that is too short refused.
func TestLongRows(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	n := 2*block + 5
	x, y := odd[float32](r, n), odd[float32](r, n)
	for set := avx2; set <= machine(); set++ {
		fast := entries(allLoops32()[set], 0.5, 2)
		for i, e := range entries(plain[float32](), 0.5, 2) {
			got, want := make([]float32, n), make([]float32, n)
			e.call(want, x, y, x)
			fast[i].call(got, x, y, x)
			if j := differ(got, want); j >= 0 {
				t.Errorf("%s: [%d] is %v, want %v", e.name, j, got[j], want[j])
			}
			for _, n := range []int{1, 2} {
				if n == 1 && e.steps {
					continue
				}
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s takes operands of %d elements for a row of 3", e.name, n)
						}
					}()
					fast[i].call(got[:3], x[:n:n], y[:n:n], x[:n:n])
				}()
			}
		}
	}
}
