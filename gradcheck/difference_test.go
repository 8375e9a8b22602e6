package gradcheck

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// derivative returns the estimate of the derivative of c at x, for weight 1.
func derivative(t *testing.T, c curve, x float64) (e estimate, evaluations int) {
	t.Helper()
	f := func(x []*graph.Var) *graph.Var {
		evaluations++
		return c.of(x[0])
	}
	s, err := Checker{}.newSubject(rand.New(rand.NewPCG(1, 1)), alone(f), []*tensor.Tensor{tensor.Scalar(x)})
	if err != nil {
		t.Fatal(err)
	}
	evaluations = 0
	e = s.estimate(Checker{Entries: 1}.choose(nil, s.x)[0])
	e.slope /= s.w[0]
	e.err /= math.Abs(s.w[0])
	return e, evaluations
}

// The estimate is off by no more than ten times what it says, on smooth
// functions has ten digits or more, and takes at most two sweeps.
func TestAccuracy(t *testing.T) {
	smooth := map[string]struct {
		c curve
		x []float64
	}{
		"exp":       {exp, []float64{-30, -5, -1, -1e-3, 0, 1e-6, 1e-3, 0.03, 0.2, 0.7, 1.3, 5, 20, 300}},
		"logarithm": {logarithm, []float64{1e-6, 1e-3, 0.03, 0.2, 0.7, 1.3, 5, 20, 300}},
		"root":      {root, []float64{1e-6, 1e-3, 0.03, 0.2, 0.7, 1.3, 5, 20, 300}},
		"tanh":      {tanh, []float64{-2, -1, -1e-3, 0, 1e-6, 1e-3, 0.03, 0.2, 0.7, 1.3}},
		"wave":      {wave, []float64{-1, -1e-3, 0, 1e-6, 1e-3, 0.03, 0.2, 0.7, 1.3, 5, 20}},
	}
	for name, f := range smooth {
		for _, x := range f.x {
			e, evaluations := derivative(t, f.c, x)
			want := f.c[1](x)
			off := math.Abs(e.slope - want)
			if off > 10*e.err+1e-15*math.Abs(want) || off > 1e-10*math.Abs(want) {
				t.Errorf("%s at %v: %.17g ± %.1g, want %.17g: off by %.1g", name, x, e.slope, e.err, want, off)
			}
			if evaluations > 72 || evaluations > 36 && x > 0.02 && x < 10 {
				t.Errorf("%s at %v: %d evaluations", name, x, evaluations)
			}
		}
	}
}

// An estimate that is off by more than ten times its own error would make right
// gradients fail. It must not be at random points and for second derivatives.
func TestCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for name, c := range map[string]curve{"exp": exp, "wave": wave, "exp′": exp[1:], "wave′": wave[1:], "logarithm′": logarithm[1:], "tanh": tanh} {
		for range 500 {
			x := 0.01 + 3*r.Float64()
			e, _ := derivative(t, c, x)
			if off := math.Abs(e.slope - c[1](x)); off > 10*e.err {
				t.Errorf("%s at %v: off by %.2g, said %.2g", name, x, off, e.err)
			}
		}
	}
}

func TestAgainstGonum(t *testing.T) {
	for name, c := range map[string]curve{"exp": exp, "tanh": tanh, "logarithm": logarithm} {
		for _, x := range []float64{0.3, 1, 2.5} {
			e, _ := derivative(t, c, x)
			want := fd.Derivative(c[0], x, &fd.Settings{Formula: fd.Central, Step: 1e-5})
			if math.Abs(e.slope-want) > 1e-8*math.Abs(want) {
				t.Errorf("%s at %v: %v, gonum has %v", name, x, e.slope, want)
			}
		}
	}
}

// A bump near x, and kinks at all distances from it, do not mislead.
func TestNotMisled(t *testing.T) {
	bump := func(at, width float64) curve {
		return curve{
			func(x float64) float64 { return math.Exp(-(x - at) * (x - at) / (width * width)) },
			func(x float64) float64 {
				return -2 * (x - at) / (width * width) * math.Exp(-(x-at)*(x-at)/(width*width))
			}}
	}
	bent := func(at float64) curve {
		return curve{func(x float64) float64 { return x + math.Abs(x-at) }, func(x float64) float64 {
			return 1 + math.Copysign(1, x-at)
		}}
	}
	for _, x := range []float64{0.01, 1, 30} {
		for d := 1e-8; d < 1; d *= 3 {
			for name, c := range map[string]curve{"bump": bump(x-d*x, d*x), "kink below": bent(x - d*x), "kink above": bent(x + d*x)} {
				e, _ := derivative(t, c, x)
				want := c[1](x)
				if math.Abs(e.slope-want) > 10*e.err+1e-14 {
					t.Errorf("%s at distance %.1g of %v: %v ± %.1g, want %v", name, d, x, e.slope, e.err, want)
				}
			}
		}
	}
}

func TestKink(t *testing.T) {
	for name, c := range map[string]struct {
		f    func(x float64) float64
		kink bool
	}{
		"abs":    {func(x float64) float64 { return math.Abs(x - 1) }, true},
		"ramp":   {func(x float64) float64 { return math.Exp(x) + max(x-1, 0) }, true},
		"line":   {func(x float64) float64 { return 3 * x }, false},
		"curved": {func(x float64) float64 { return 1e3 * (x - 1) * (x - 1) }, false},
		"cubic":  {func(x float64) float64 { return (x - 1) * (x - 1) * math.Abs(x-1) }, false},
		"above":  {func(x float64) float64 { return math.Abs(x - 1 - 1e-6) }, false},
	} {
		if e, _ := derivative(t, curve{c.f, c.f}, 1); e.kink != c.kink {
			t.Errorf("%s: kink is %v", name, e.kink)
		}
	}
}

func TestElements(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, c := range []struct{ most, n, want int }{{5, 0, 0}, {5, 4, 4}, {5, 5, 5}, {5, 6, 5}, {1, 9, 1}, {256, 100_000, 256}} {
		e := Checker{Entries: c.most}.elements(r, c.n)
		if len(e) != c.want || !slices.IsSorted(e) || len(slices.Compact(slices.Clone(e))) != len(e) {
			t.Errorf("%d of %d: %v", c.most, c.n, e)
		}
		if c.want > 0 && (e[0] < 0 || e[len(e)-1] != c.n-1) {
			t.Errorf("%d of %d: %v does not end with the last", c.most, c.n, e)
		}
	}
}

// Steps along a direction are exact, so they add no noise of their own.
func TestDirection(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for _, v := range []float64{0, 0.05, 1, 1.7, -3e5, 1e-7} {
		at := slices.Repeat([]float64{v}, 20)
		p := probe{at: at, along: direction(r, at)}
		x := tensor.Zeros(20)
		for k := coarsest; k <= 2*finest; k++ {
			h := math.Ldexp(1, -2*k)
			p.move([]*tensor.Tensor{x}, h)
			for i, got := range x.Float64s() {
				u := p.along[i]
				if math.Abs(u) < max(math.Abs(v), nearest)/4 || math.Abs(u) > max(math.Abs(v), nearest) {
					t.Fatalf("component %v for %v", u, v)
				}
				_, e := math.Frexp(v)
				_, moved := math.Frexp(got)
				if e == moved && got-v != h*u {
					t.Errorf("%v moved by %v, not %v", v, got-v, h*u)
				}
			}
		}
		p.restore([]*tensor.Tensor{x})
		if !slices.Equal(x.Float64s(), at) {
			t.Errorf("not restored: %v", x)
		}
	}
}

// After the first evaluations a check allocates nothing per evaluation.
func TestMemory(t *testing.T) {
	x := []*tensor.Tensor{tensor.RandNormal(rand.New(rand.NewPCG(7, 7)), 0, 1, 50)}
	evaluations := 0
	s, err := Checker{}.newSubject(rand.New(rand.NewPCG(1, 1)), alone(func(x []*graph.Var) *graph.Var {
		evaluations++
		return times(x[0], x[0])
	}), x)
	if err != nil {
		t.Fatal(err)
	}
	p := Checker{Entries: 50}.choose(nil, x)[0]
	s.estimate(p)
	evaluations = 0
	const runs = 5
	allocs := testing.AllocsPerRun(runs, func() { s.estimate(p) })
	if each := float64(evaluations) / (runs + 1); allocs > each {
		t.Errorf("%v allocations in %v evaluations; the function itself makes one", allocs, each)
	}
}

// Quotients are taken over the distance that rounding left of 2h. So a straight
// line has the same slope at all steps, to the last digits.
func TestWidth(t *testing.T) {
	identity := func(x []*graph.Var) *graph.Var { return x[0] }
	for _, x := range []float64{0.3, 0.7, 1 / 3.0, 12.3} {
		s, err := Checker{}.newSubject(rand.New(rand.NewPCG(1, 1)), alone(identity), []*tensor.Tensor{tensor.Scalar(x)})
		if err != nil {
			t.Fatal(err)
		}
		s.estimate(Checker{Entries: 1}.choose(nil, s.x)[0])
		for _, p := range s.samples {
			if math.Abs(p.slope-s.w[0]) > 1e-15*math.Abs(s.w[0]) {
				t.Errorf("at %v, h = %.2g: slope %.17g, want %.17g", x, p.h, p.slope, s.w[0])
			}
		}
	}
}

// The operations of the package have derivatives of all orders themselves.
func TestInner(t *testing.T) {
	a, b := tensor.Vector(0.3, -1.2), tensor.Vector(0.8, 0.4)
	f := func(x []*graph.Var) *graph.Var {
		return graph.Apply(scaleOp{}, inner(x[0], x[1], x[0], x[0]), x[1])
	}
	var tape graph.Tape
	y := f([]*graph.Var{tape.Watch(a), tape.Watch(b)}).Value()
	c := 0.3*0.8 - 1.2*0.4 + 0.3*0.3 + 1.2*1.2
	if want := tensor.Scale(nil, b, c); !tensor.Close(y, want, 1e-15, 0) {
		t.Errorf("value %v, want %v", y, want)
	}
	if err := (Checker{Order: 2}).Check(f, a, b); err != nil {
		t.Error(err)
	}
}

// The error that best estimates covers the true one ten times over in each of
// many samples: neighbours also agree by chance, and then tell too little.
func TestEstimateCovers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	x := make([]float64, 6)
	mean := func() float64 {
		sum := 0.0
		for _, v := range x {
			sum += math.Exp(v)
		}
		return sum / 6
	}
	f := func() float64 { return math.Sin(mean()) } // noisier than its size: mean is rounded too
	at := func(d float64) float64 {
		v := x[5]
		defer func() { x[5] = v }()
		x[5] += d
		return f()
	}
	for range 20_000 {
		for i := range x {
			x[i] = 0.5 + random.Float64()
		}
		var p []sample
		for k := coarsest; k <= finest; k++ {
			h := math.Ldexp(1, -2*k)
			near, far := (at(h)-at(-h))/(2*h), (at(2*h)-at(-2*h))/(4*h)
			jump := (at(h) + at(-h) - 2*f()) / h
			p = append(p, sample{h: h, slope: (4*near - far) / 3, jump: jump, size: math.Abs(f())})
		}
		e := best(p, 0)
		want := math.Cos(mean()) * math.Exp(x[5]) / 6
		if off := math.Abs(e.slope - want); off > 10*e.err {
			t.Errorf("at %v the slope is off by %.1e, the estimate is %.1e", x, off, e.err)
		}
	}
}
