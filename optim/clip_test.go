package optim_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// bigNorm is √Σx² with 200 bits and an exponent that has no bounds to speak of.
func bigNorm(xs ...*tensor.Tensor) *big.Float {
	sum := new(big.Float).SetPrec(200)
	for _, x := range xs {
		for i := range x.Len() {
			v := new(big.Float).SetPrec(200).SetFloat64(x.Flat(i))
			sum.Add(sum, v.Mul(v, v))
		}
	}
	return sum.Sqrt(sum)
}

// The norm after clipping is the bound, and the direction is as before, at any
// scale, however many tensors and whatever their types.
func TestClipNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, scale := range []float64{1e-310, 1e-200, 1e-20, 1, 1e20, 1e200, 1e308} {
		a, b := tensor.Zeros(5), tensor.Zeros(2, 3)
		c := tensor.New(tensor.Float32, 4)
		g := gradients{a: a.Clone(), b: b.Clone(), c: c.Clone()}
		for i := range 5 {
			g[a].SetFlat(i, scale*(0.5+0.5*rng.Float64()))
		}
		for i := range 6 {
			g[b].SetFlat(i, -scale*rng.Float64())
		}
		if scale < 1e30 {
			g[c].Fill(scale)
		}
		norm := bigNorm(g[a], g[b], g[c])
		clip := &optim.Clip{Norm: 0.25 * scale}
		out := clip.Apply(named(a, b, c), g)

		if want, _ := norm.Float64(); math.IsInf(want, 1) != math.IsInf(clip.LastNorm, 1) || !within(clip.LastNorm, want, 1e-14) {
			t.Errorf("scale %v: LastNorm is %v, want %v", scale, clip.LastNorm, want)
		}
		if got, _ := bigNorm(out.Of(a), out.Of(b), out.Of(c)).Float64(); !within(got, clip.Norm, 1e-7) {
			t.Errorf("scale %v: the clipped norm is %v, want %v", scale, got, clip.Norm)
		}
		ratio := out.Of(a).Flat(0) / g[a].Flat(0)
		for i := range 6 {
			if got := out.Of(b).Flat(i); !within(got, ratio*g[b].Flat(i), 1e-12) {
				t.Errorf("scale %v: element %d is %v, want %v", scale, i, got, ratio*g[b].Flat(i))
			}
		}
	}
}

// within allows the rounding of numbers below the normal range too.
func within(got, want, rtol float64) bool {
	return got == want || math.Abs(got-want) <= rtol*math.Abs(want)+16*math.SmallestNonzeroFloat64
}

func TestClipValue(t *testing.T) {
	w := tensor.Zeros(5)
	g := gradients{w: tensor.Vector(-3, 0.25, math.Inf(1), math.Inf(-1), 1)}
	clip := &optim.Clip{Value: 1}
	got := clip.Apply(named(w), g).Of(w).Float64s()
	if want := []float64{-1, 0.25, 1, -1, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if want := math.Sqrt(4 + 1.0/16); !within(clip.LastNorm, want, 1e-15) {
		t.Errorf("LastNorm is %v, want %v", clip.LastNorm, want)
	}
}

// Value first: (3, 4, −30) becomes (3, 3, −3), of norm √27.
func TestClipBoth(t *testing.T) {
	w := tensor.Zeros(3)
	clip := &optim.Clip{Value: 3, Norm: math.Sqrt(3)}
	got := clip.Apply(named(w), gradients{w: tensor.Vector(3, 4, -30)}).Of(w).Float64s()
	for i, want := range []float64{1, 1, -1} {
		if !within(got[i], want, 1e-15) {
			t.Errorf("element %d is %v, want %v", i, got[i], want)
		}
	}
	if !within(clip.LastNorm, math.Sqrt(27), 1e-15) {
		t.Errorf("LastNorm is %v, want √27", clip.LastNorm)
	}
}

// What is within the bounds is handed through, not copied.
func TestClipNothing(t *testing.T) {
	w := tensor.Zeros(2)
	for _, test := range []struct {
		clip optim.Clip
		g    []float64
		norm float64
	}{
		{optim.Clip{}, []float64{30, -40}, 50},
		{optim.Clip{Norm: 50}, []float64{30, -40}, 50},
		{optim.Clip{Value: 40}, []float64{30, -40}, 50},
		{optim.Clip{Norm: math.Inf(1), Value: math.Inf(1)}, []float64{30, -40}, 50},
		{optim.Clip{Norm: 1, Value: 1}, []float64{0, 0}, 0},
	} {
		g := gradients{w: tensor.Vector(test.g...)}
		if got := test.clip.Apply(named(w), g).Of(w); got != g[w] {
			t.Errorf("%+v made a copy: %v", test.clip, got.Float64s())
		}
		if test.clip.LastNorm != test.norm {
			t.Errorf("LastNorm is %v, want %v", test.clip.LastNorm, test.norm)
		}
	}
}

func TestClipReadsOnly(t *testing.T) {
	w := tensor.Zeros(2)
	g := gradients{w: tensor.Vector(3, 4)}
	(&optim.Clip{Norm: 1, Value: 2}).Apply(named(w), g)
	if !slices.Equal(g[w].Float64s(), []float64{3, 4}) || g[w].Version() != 0 {
		t.Errorf("the gradient is now %v", g[w].Float64s())
	}
}

// A tensor with two names counts once in the norm.
func TestClipTied(t *testing.T) {
	w := tensor.Zeros(2)
	clip := &optim.Clip{}
	clip.Apply(named(w, w), gradients{w: tensor.Vector(3, 4)})
	if clip.LastNorm != 5 {
		t.Errorf("the norm is %v, want 5", clip.LastNorm)
	}
}

// Tensors that are not among params pass, also when an earlier Apply had them.
func TestClipOthersPass(t *testing.T) {
	a, b := tensor.Zeros(1), tensor.Zeros(1)
	g := gradients{a: tensor.Vector(10), b: tensor.Vector(20)}
	clip := &optim.Clip{Value: 1}
	clip.Apply(named(a, b), g)
	out := clip.Apply(named(a), g)
	if out.Of(a).Flat(0) != 1 || out.Of(b) != g[b] || out.Of(tensor.Zeros(1)) != nil {
		t.Errorf("a: %v, b: %v", out.Of(a).Float64s(), out.Of(b).Float64s())
	}
}

// Two clips one in the other: by the inner each tensor for itself, by the outer
// all together.
func TestClipNested(t *testing.T) {
	a, b := tensor.Zeros(1), tensor.Zeros(1)
	g := gradients{a: tensor.Vector(100), b: tensor.Vector(4)}
	inner, outer := &optim.Clip{Norm: 3}, &optim.Clip{Norm: 1}
	out := outer.Apply(named(a, b), inner.Apply(named(a), g))
	if !within(out.Of(a).Flat(0), 0.6, 1e-15) || !within(out.Of(b).Flat(0), 0.8, 1e-15) {
		t.Errorf("a: %v, b: %v; want 0.6, 0.8", out.Of(a).Flat(0), out.Of(b).Flat(0))
	}
}
