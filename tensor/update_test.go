package tensor

import (
	"math"
	"testing"
)

// Steps of every kind against the formulas, element by element.
func TestUpdates(t *testing.T) {
	r := source64(30)
	for _, typ := range []Type{Float64, Float32} {
		draw := func() *Tensor { return normal64(r, 5, 7).To(typ) }
		each := func(f func(i int) float64) *Tensor {
			n := 0
			return build([]int{5, 7}, func([]int) float64 { n++; return f(n - 1) })
		}
		check := func(what string, got, want *Tensor, version uint) {
			t.Helper()
			if got.Type() != typ || !Close(got.To(Float64), want, 1e-5, 1e-5) {
				t.Errorf("%s of %v: got %v\nwant %v", what, typ, got, want)
			}
			if typ == Float64 && !Close(got, want, 1e-13, 1e-13) {
				t.Errorf("%s: got %v\nwant %v", what, got, want)
			}
			if got.Version() != version+1 {
				t.Errorf("%s of %v: %d writes are counted, want 1", what, typ, got.Version()-version)
			}
		}
		w, g, b, m, v, peak := draw(), draw(), draw(), draw(), Square(nil, draw()), Square(nil, draw())

		sum := w.Clone()
		if AddScaled(sum, g, 0.3) != sum {
			t.Error("AddScaled does not return dst")
		}
		check("AddScaled", sum, each(func(i int) float64 { return w.Flat(i) + 0.3*g.Flat(i) }), 0)

		c := Descent{Rate: 0.1, Decay: 0.2, Sign: -1, Momentum: 0.9, Fresh: 0.7}
		d := func(i int) float64 { return -g.Flat(i) + 0.2*w.Flat(i) }
		plain := w.Clone()
		Descend(plain, g, nil, c)
		check("Descend", plain, each(func(i int) float64 { return w.Flat(i) - 0.1*d(i) }), 0)
		next := func(i int) float64 { return 0.9*b.Flat(i) + 0.7*d(i) }
		heavy, velocity := w.Clone(), b.Clone()
		Descend(heavy, g, velocity, c)
		check("Descend with momentum", heavy, each(func(i int) float64 { return w.Flat(i) - 0.1*next(i) }), 0)
		check("its momentum", velocity, each(next), 0)
		ahead, velocity := w.Clone(), b.Clone()
		c.Nesterov = true
		Descend(ahead, g, velocity, c)
		check("Descend ahead", ahead, each(func(i int) float64 { return w.Flat(i) - 0.1*(d(i)+0.9*next(i)) }), 0)
		check("its momentum", velocity, each(next), 0)

		a := Adaptation{Rate: 0.1, Epsilon: 1e-2, Beta1: 0.9, Beta2: 0.6, Decay: 0.2, Keep: 0.8, Sign: -1}
		newM := func(i int) float64 { return 0.9*m.Flat(i) + 0.1*d(i) }
		newV := func(i int) float64 { return 0.6*v.Flat(i) + 0.4*d(i)*d(i) }
		newPeak := func(i int) float64 { return max(peak.Flat(i), newV(i)) }
		step := func(i int, s float64) float64 {
			return 0.8*w.Flat(i) - 0.1*newM(i)/(math.Sqrt(s)+1e-2)
		}
		w1, m1, v1 := w.Clone(), m.Clone(), v.Clone()
		Adapt(w1, g, m1, v1, nil, a)
		check("Adapt", w1, each(func(i int) float64 { return step(i, newV(i)) }), 0)
		check("its m", m1, each(newM), 0)
		check("its v", v1, each(newV), 0)
		w1, m1, v1 = w.Clone(), m.Clone(), v.Clone()
		top := peak.Clone()
		Adapt(w1, g, m1, v1, top, a)
		check("Adapt with a peak", w1, each(func(i int) float64 { return step(i, newPeak(i)) }), 0)
		check("its m", m1, each(newM), 0)
		check("its v", v1, each(newV), 0)
		check("its peak", top, each(newPeak), 0)
	}
}

// w may be its own gradient, and may have no element.
func TestUpdateOfSelf(t *testing.T) {
	w := Vector(1, -2, 4)
	Descend(w, w, nil, Descent{Rate: 0.25, Sign: 1})
	if want := Vector(0.75, -1.5, 3); !Equal(w, want) {
		t.Errorf("a step against w itself gives %v, want %v", w, want)
	}
	if AddScaled(w, w, 1); !Equal(w, Vector(1.5, -3, 6)) {
		t.Errorf("w + 1·w = %v", w)
	}
	empty := func() *Tensor { return Zeros(2, 0) }
	Adapt(empty(), empty(), empty(), empty(), empty(), Adaptation{})
	one := Scalar(1)
	if AddScaled(one, Scalar(2), 3); one.Item() != 7 {
		t.Errorf("1 + 3·2 = %v", one.Item())
	}
}

func TestRefusedUpdates(t *testing.T) {
	data := make([]float64, 7)
	w, x, y := Zeros(3), Zeros(3), Zeros(3)
	low, high := FromSlice(data[:3], 3), FromSlice(data[2:5], 3)
	refuses(t, "tensor.AddScaled: dst is nil; there is nothing to add to", func() { AddScaled(nil, x, 1) })
	refuses(t, "tensor.AddScaled: shapes [3] and [1 3] differ", func() { AddScaled(w, Zeros(1, 3), 1) })
	refuses(t, "tensor.AddScaled: cannot mix float64 [3] with float32 [3]", func() { AddScaled(w, New(Float32, 3), 1) })
	refuses(t, "tensor.AddScaled: dst [3] shares its storage with the operand [3]", func() { AddScaled(low, high, 1) })
	refuses(t, "tensor.Descend: shapes [3] and [4] differ", func() { Descend(w, Zeros(4), nil, Descent{}) })
	refuses(t, "tensor.Descend: shapes [3] and [2] differ", func() { Descend(w, x, Zeros(2), Descent{}) })
	refuses(t, "tensor.Descend: dst [3] shares its storage with the operand [3]", func() { Descend(w, x, x, Descent{}) })
	refuses(t, "tensor.Descend: dst [3] shares its storage with the operand [3]", func() { Descend(w, x, w, Descent{}) })
	refuses(t, "tensor.Adapt: cannot mix float64 [3] with float32 [3]", func() { Adapt(w, x, New(Float32, 3), y, nil, Adaptation{}) })
	refuses(t, "tensor.Adapt: dst [3] shares its storage with the operand [3]", func() { Adapt(w, x, y, y, nil, Adaptation{}) })
	refuses(t, "tensor.Adapt: dst [3] shares its storage with the operand [3]", func() { Adapt(w, x, y, Zeros(3), y, Adaptation{}) })
	refuses(t, "tensor.Adapt: shapes [3] and [5] differ", func() { Adapt(w, x, y, Zeros(3), Zeros(5), Adaptation{}) })
}
