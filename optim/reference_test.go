package optim_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The rules once more, for one element and in the plainest arithmetic: one
// function call per rounding, so that nothing can be fused. Steps must have
// the same bits as these.

//go:noinline
func add[T constraints.Float](a, b T) T { return a + b }

//go:noinline
func mul[T constraints.Float](a, b T) T { return a * b }

//go:noinline
func div[T constraints.Float](a, b T) T { return a / b }

func refSGD[T constraints.Float](o optim.SGD, w T, gs []T) T {
	var b T
	for t, g := range gs {
		if o.Maximize {
			g = -g
		}
		g = add(g, mul(T(o.WeightDecay), w))
		if o.Momentum != 0 {
			fresh := T(1)
			if t > 0 {
				fresh = T(1 - o.Dampening)
			}
			b = add(mul(T(o.Momentum), b), mul(fresh, g))
			if o.Nesterov {
				g = add(g, mul(T(o.Momentum), b))
			} else {
				g = b
			}
		}
		w = add(w, -mul(T(o.Rate), g))
	}
	return w
}

func refAdam[T constraints.Float](o optim.Adam, decoupled bool, w T, gs []T) T {
	var m, v, peak T
	p1, p2 := 1.0, 1.0
	for _, g := range gs {
		if o.Maximize {
			g = -g
		}
		keep := 1.0
		if decoupled {
			keep = add(1, -mul(o.Rate, o.WeightDecay))
		} else {
			g = add(g, mul(T(o.WeightDecay), w))
		}
		p1, p2 = mul(p1, o.Beta1), mul(p2, o.Beta2)
		m = add(mul(T(o.Beta1), m), mul(T(1-o.Beta1), g))
		v = add(mul(T(o.Beta2), v), mul(mul(T(1-o.Beta2), g), g))
		peak = max(peak, v)
		u := v
		if o.AMSGrad {
			u = peak
		}
		c := math.Sqrt(1 - p2)
		rate, eps := T(mul(o.Rate, div(c, 1-p1))), T(mul(o.Epsilon, c))
		w = add(mul(T(keep), w), -div(mul(rate, m), add(T(math.Sqrt(float64(u))), eps)))
	}
	return w
}

// steps gives an optimizer the gradients gs[t] one after the other, starting
// from w.
func steps[T constraints.Float](o stepper, w []T, gs [][]T) []T {
	p := box(slices.Clone(w))
	for _, g := range gs {
		o.Step(named(p), gradients{p: box(slices.Clone(g))})
	}
	out := make([]T, len(w))
	for i := range out {
		out[i] = T(p.Flat(i))
	}
	return out
}

func box[T constraints.Float](x []T) *tensor.Tensor {
	if x, ok := any(x).([]float32); ok {
		return tensor.FromSlice32(x, len(x))
	}
	return tensor.FromSlice(any(x).([]float64), len(x))
}

func random[T constraints.Float](rng *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(rng.NormFloat64() * math.Exp(3*rng.NormFloat64()))
	}
	return x
}

func testBits[T constraints.Float](t *testing.T) {
	const n, count = 7, 25
	rng := rand.New(rand.NewPCG(1, 2))
	w := random[T](rng, n)
	gs := make([][]T, count)
	for i := range gs {
		gs[i] = random[T](rng, n)
	}
	column := func(i int) []T {
		c := make([]T, count)
		for t := range gs {
			c[t] = gs[t][i]
		}
		return c
	}
	same := func(name string, have []T, want func(i int) T) {
		t.Helper()
		for i := range have {
			if have[i] != want(i) {
				t.Errorf("%s: element %d is %v, want %v", name, i, have[i], want(i))
			}
		}
	}
	for _, o := range []optim.SGD{
		{Rate: 0.03},
		{Rate: 0.03, WeightDecay: 0.07, Maximize: true},
		{Rate: 0.03, Momentum: 0.9},
		{Rate: 0.03, Momentum: 0.9, Dampening: 0.3, WeightDecay: 0.07},
		{Rate: 0.03, Momentum: 0.9, Nesterov: true, WeightDecay: 0.07, Maximize: true},
	} {
		name := fmt.Sprintf("%+v", o)
		used := o
		same(name, steps(&used, w, gs), func(i int) T { return refSGD(o, w[i], column(i)) })
	}
	for _, o := range []optim.Adam{
		{Rate: 0.03, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
		{Rate: 0.03, Beta1: 0.8, Beta2: 0.99, Epsilon: 1e-3, WeightDecay: 0.07, Maximize: true},
		{Rate: 0.03, Beta1: 0.7, Beta2: 0.6, Epsilon: 1e-8, WeightDecay: 0.07, AMSGrad: true},
	} {
		name := fmt.Sprintf("%+v", o)
		a, b := o, optim.AdamW(o)
		same("Adam "+name, steps(&a, w, gs), func(i int) T { return refAdam(o, false, w[i], column(i)) })
		same("AdamW "+name, steps(&b, w, gs), func(i int) T { return refAdam(o, true, w[i], column(i)) })
	}
}

func TestBits64(t *testing.T) { testBits[float64](t) }
func TestBits32(t *testing.T) { testBits[float32](t) }
