package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/exp/constraints"
)

// rowCases are the loops over m rows of n elements each, or m lines of n that lie
// side by side.
func rowCases[T constraints.Float](l *Loops[T], m, n int, labels []int) map[string]func(dst, x, y, g []T) {
	return map[string]func(dst, x, y, g []T){
		"Softmax":                    func(dst, x, _, _ []T) { l.Softmax(dst, x, nil, m, n, 1) },
		"Softmax of columns":         func(dst, x, _, _ []T) { l.Softmax(dst, x, nil, 1, n, m) },
		"LogSoftmax":                 func(dst, x, _, _ []T) { l.LogSoftmax(dst, x, nil, m, n, 1) },
		"SoftmaxSlope":               func(dst, x, y, _ []T) { l.SoftmaxSlope(dst, x, y, m, n, 1) },
		"SoftmaxSlope of columns":    func(dst, x, y, _ []T) { l.SoftmaxSlope(dst, x, y, 1, n, m) },
		"LogSoftmaxSlope":            func(dst, x, y, _ []T) { l.LogSoftmaxSlope(dst, x, y, m, n, 1) },
		"LogSumExp":                  func(dst, x, _, _ []T) { l.LogSumExp(dst[:m], x, nil, m, n, 1) },
		"LogSumExp of columns":       func(dst, x, _, _ []T) { l.LogSumExp(dst[:m], x, nil, 1, n, m) },
		"CrossEntropy":               func(dst, x, _, _ []T) { l.CrossEntropy(dst[:m], x, labels) },
		"CrossEntropySlope":          func(dst, x, _, g []T) { l.CrossEntropySlope(dst, g, x, labels) },
		"LayerNorm":                  func(dst, x, _, _ []T) { l.LayerNorm(dst, x, nil, nil, n, 1e-5) },
		"LayerNorm with gain":        func(dst, x, y, _ []T) { l.LayerNorm(dst, x, y[:n], nil, n, 1e-5) },
		"LayerNorm with both":        func(dst, x, y, _ []T) { l.LayerNorm(dst, x, y[:n], y[m*n-n:], n, 1e-5) },
		"LayerNormSlope":             func(dst, x, y, _ []T) { l.LayerNormSlope(dst, y, x, nil, n, 1e-5) },
		"LayerNormSlope with gain":   func(dst, x, y, _ []T) { l.LayerNormSlope(dst, y, x, x[:n], n, 1e-5) },
		"LayerNormSlope in place":    func(dst, x, y, _ []T) { copy(dst, y); l.LayerNormSlope(dst, dst, x, nil, n, 1e-5) },
		"LayerNormGain":              func(dst, x, y, _ []T) { l.LayerNormGain(dst[:n], y, x, 1e-5) },
		"Softmax in place":           func(dst, x, _, _ []T) { copy(dst, x); l.Softmax(dst, dst, nil, m, n, 1) },
		"CrossEntropySlope in place": func(dst, x, _, g []T) { copy(dst, x); l.CrossEntropySlope(dst, g, dst, labels) },
	}
}

// Every instruction set gives the bits of plain Go for rows too, short and long,
// with infinities and NaN in some.
func TestRowLoops(t *testing.T) {
	for set := avx2; set <= machine(); set++ {
		t.Run(isaNames[set]+"/float64", func(t *testing.T) { testRowLoops(t, allLoops64()[set]) })
		t.Run(isaNames[set]+"/float32", func(t *testing.T) { testRowLoops(t, allLoops32()[set]) })
	}
}

func testRowLoops[T constraints.Float](t *testing.T, l *Loops[T]) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, shape := range [][2]int{{1, 1}, {3, 2}, {70, 10}, {5, 32}, {5, 33}, {17, 64}, {20, 100}, {3, 257}, {2, sumBlock + 9}} {
		m, n := shape[0], shape[1]
		for round := range 3 {
			x, y, g := normal[T](r, m*n), normal[T](r, m*n), normal[T](r, m)
			if round > 0 {
				special := odd[T](r, m)
				for i, v := range special {
					x[i*n+r.IntN(n)] = v
				}
				g[r.IntN(m)] = 0
				clear(y[:n])
			}
			labels := make([]int, m)
			for i := range labels {
				labels[i] = r.IntN(n)
			}
			fast := rowCases(l, m, n, labels)
			for name, f := range rowCases(plain[T](), m, n, labels) {
				want, got := make([]T, m*n), make([]T, m*n)
				f(want, x, y, g)
				fast[name](got, slices.Clone(x), slices.Clone(y), g)
				if i := differ(got, want); i >= 0 {
					t.Errorf("%s of %v, round %d: [%d] is %v, want %v", name, shape, round, i, got[i], want[i])
				}
			}
		}
	}
}

// The errors of rows in units in the last place, against float64 for float32: of
// probabilities, to which the rounding of x−m adds up to |x−m| units, of their
// sum, and of the loss of rows that are sure.
func TestRowErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, c := range []struct {
		n             int
		softmax, sums float64
	}{{10, 3, 1}, {100, 3, 1}, {1000, 3, 1}, {50000, 3, 1}} {
		const m = 20
		n := c.n
		x32, x64 := make([]float32, m*n), make([]float64, m*n)
		labels := make([]int, m)
		for i := range x32 {
			x32[i] = float32(3 * r.NormFloat64())
			x64[i] = float64(x32[i])
		}
		for i := range labels {
			labels[i] = r.IntN(n)
			x32[i*n+labels[i]] = 10 + float32(i)
			x64[i*n+labels[i]] = float64(x32[i*n+labels[i]])
		}
		p32, p64 := make([]float32, m*n), make([]float64, m*n)
		F32.Softmax(p32, x32, nil, m, n, 1)
		F64.Softmax(p64, x64, nil, m, n, 1)
		worst := 0.0
		for i, p := range p64 {
			worst = max(worst, ulps32(p32[i], p)+math.Log(p))
		}
		if worst > c.softmax {
			t.Errorf("softmax of %d: an error of %.2f ulp", n, worst)
		}
		for i := range m {
			s32, s64 := 0.0, 0.0
			for j := range n {
				s32, s64 = s32+float64(p32[i*n+j]), s64+p64[i*n+j]
			}
			if math.Abs(s32-1) > c.sums*0x1p-23 || math.Abs(s64-1) > float64(n)*0x1p-53 {
				t.Errorf("%d probabilities add up to 1%+.3g in float32, 1%+.3g in float64", n, s32-1, s64-1)
			}
		}
		l32, l64 := make([]float32, m), make([]float64, m)
		F32.CrossEntropy(l32, x32, labels)
		F64.CrossEntropy(l64, x64, labels)
		worst = 0
		for i, v := range l64 { // a sure row's loss is about the greatest of the others
			worst = max(worst, ulps32(l32[i], v)+min(0, math.Log(v)))
		}
		if worst > 4 {
			t.Errorf("cross-entropy of %d: an error of %.2f ulp", n, worst)
		}
		F32.LayerNorm(p32, x32, nil, nil, n, 1e-5)
		F64.LayerNorm(p64, x64, nil, nil, n, 1e-5)
		worst = 0
		for i, y := range p64 {
			worst = max(worst, math.Abs(float64(p32[i])-y)/max(math.Abs(y), 1)*0x1p23)
		}
		if worst > 3 {
			t.Errorf("layer norm of %d: an error of %.2f ulp of 1", n, worst)
		}
	}
}

// ulps32 is the distance of x from y in units in the last place of y.
func ulps32(x float32, y float64) float64 {
	_, e := math.Frexp(y)
	return math.Abs(float64(x)-y) / math.Ldexp(1, max(e, -125)-24)
}

// Cross-entropy and its slope from their definition, for short rows and long ones,
// with equal elements and a row that is sure.
func TestCrossEntropyRows(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, n := range []int{2, 10, ShortRow, ShortRow + 1, 100} {
		const m = 70
		x, g, labels := make([]float64, m*n), make([]float64, m), make([]int, m)
		for i := range x {
			x[i] = math.Round(4*r.NormFloat64()) / 2
		}
		clear(x[:n]) // all equal
		for i := range labels {
			labels[i], g[i] = r.IntN(n), r.NormFloat64()
		}
		x[n+labels[1]] = 60
		loss, slope := make([]float64, m), make([]float64, m*n)
		F64.CrossEntropy(loss, x, labels)
		F64.CrossEntropySlope(slope, g, x, labels)
		for i, label := range labels {
			row := x[i*n : (i+1)*n]
			others := 0.0 // of the label
			for j, v := range row {
				if j != label {
					others += math.Exp(v - row[label])
				}
			}
			if want := math.Log1p(others); math.Abs(loss[i]-want) > 1e-14*want {
				t.Errorf("n = %d, row %d: the loss is %v, want %v", n, i, loss[i], want)
			}
			for j, v := range row {
				want := g[i] * math.Exp(v-row[label]) / (1 + others)
				if j == label {
					want = -g[i] * others / (1 + others)
				}
				if got := slope[i*n+j]; math.Abs(got-want) > 1e-14*math.Abs(want) {
					t.Errorf("n = %d, row %d: the slope at %d is %v, want %v", n, i, j, got, want)
				}
			}
		}
	}
}

// A mean that lies between two float32 is not rounded to one of them.
func TestLayerNormMean(t *testing.T) {
	const n = 40
	x, y := make([]float32, n), make([]float32, n)
	for i := range x {
		x[i] = 1e6 + 0.0625*float32(i%4) // the mean is 1e6 + 0.09375
	}
	F32.LayerNorm(y, x, nil, nil, n, 1e-9)
	for i := range y {
		want := (float64(i%4) - 1.5) / math.Sqrt(1.25)
		if math.Abs(float64(y[i])-want) > 1e-5 {
			t.Errorf("element %d is %v, want %v", i, y[i], want)
		}
	}
}

// A row has the same bits in a batch, alone, and as a column.
func TestRowsAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	for _, n := range []int{1, 2, 3, 10, ShortRow, ShortRow + 1} {
		const m = 130
		x, y := normal[float32](r, m*n), normal[float32](r, m*n)
		xt, yt := make([]float32, m*n), make([]float32, m*n)
		Transpose(xt, m, x, n, m, n)
		Transpose(yt, m, y, n, m, n)
		type loop = func(dst, a, b []float32, outer, n, inner int)
		for name, f := range map[string]loop{
			"Softmax": F32.Softmax, "LogSoftmax": F32.LogSoftmax, "LogSumExp": F32.LogSumExp,
			"SoftmaxSlope": F32.SoftmaxSlope, "LogSoftmaxSlope": F32.LogSoftmaxSlope,
		} {
			size := n
			if name == "LogSumExp" {
				size = 1
			}
			all, columns, one, back := make([]float32, m*size), make([]float32, m*size), make([]float32, size), make([]float32, m*size)
			f(all, x, y, m, n, 1)
			f(columns, xt, yt, 1, n, m)
			Transpose(back, size, columns, m, size, m)
			for i := range m {
				f(one, x[i*n:(i+1)*n], y[i*n:(i+1)*n], 1, n, 1)
				if differ(one, all[i*size:(i+1)*size]) >= 0 || differ(one, back[i*size:(i+1)*size]) >= 0 {
					t.Fatalf("%s of %d: row %d alone is %v, in a batch %v, as a column %v", name, n, i, one, all[i*size:(i+1)*size], back[i*size:(i+1)*size])
				}
			}
		}
	}
}

// A row whose cotangent is 0 has no gradient, whatever it holds.
func TestIdleRows(t *testing.T) {
	for _, n := range []int{1, 10, ShortRow + 1} {
		const m = 70
		g, y, dst := filled(m*n, 1.0), filled(m*n, 0.1), filled(m*n, 7.0)
		for i := range g {
			g[i] = 1 + float64(i%n)
		}
		for _, i := range []int{0, 5, 63, 64, 69} {
			for j := range n {
				g[i*n+j], y[i*n+j] = 0, math.NaN()
			}
		}
		if n > 1 {
			g[8*n] = 0 // not all of the row
		}
		for _, f := range []func(dst, a, b []float64, outer, n, inner int){F64.SoftmaxSlope, F64.LogSoftmaxSlope} {
			f(dst, g, y, m, n, 1)
			for i, v := range dst {
				if idle := math.IsNaN(y[i]); idle && v != 0 || n > 1 && !idle && v == 0 {
					t.Fatalf("n = %d: element %d of row %d is %v", n, i%n, i/n, v)
				}
			}
		}
	}
}
