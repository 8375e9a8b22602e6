package tensor

import (
	"math"
	"slices"
	"testing"
)

// Pooling is its definition, and what spreads a cotangent is its adjoint.
func TestPool(t *testing.T) {
	r := source64(33)
	for trial := range 300 {
		c := randGeometry(r)
		for a := range c.at {
			w := &c.at[a]
			if w.Before = min(w.Before, w.Size/2); trial%3 == 0 && c.shape[2+a] > 0 {
				c.out[a] = 1 + r.IntN(4)
				*w = Window{Parts: c.out[a]}
			}
			reach := w.Dilation*(w.Size-1) + 1
			c.shape[2+a] = max(c.shape[2+a], reach-w.Before-w.After)
			if w.Parts == 0 {
				c.out[a] = (w.Before+c.shape[2+a]+w.After-reach)/w.Stride + 1
			}
		}
		x := build(c.shape, func([]int) float64 { return float64(r.IntN(5)) }) // with ties
		shape := append(slices.Clone(c.shape[:2]), c.out...)
		largest, first := Zeros(shape...), Zeros(c.shape...)
		mean, inside := Zeros(shape...), Zeros(shape...)
		g := RandNormal(r, 0, 1, shape...)
		for _, i := range places(shape) {
			var best []int
			sum, n := 0.0, 0
			for _, p := range places(c.shape[2:]) {
				if !c.holds(i[2:], p) {
					continue
				}
				at := append(slices.Clone(i[:2]), p...)
				sum += x.At(at...)
				n++
				if best == nil || x.At(at...) > x.At(best...) {
					best = at
				}
			}
			largest.Set(math.Inf(-1), i...)
			if best != nil {
				largest.Set(x.At(best...), i...)
				first.Set(first.At(best...)+g.At(i...), best...)
			}
			all := n
			if c.at[0].Parts == 0 {
				all = len(places(c.sizes()))
			}
			mean.Set(sum/float64(max(1, all)), i...)
			inside.Set(sum/float64(max(1, n)), i...)
		}
		mixed := slices.ContainsFunc(c.at, func(w Window) bool { return (w.Parts == 0) != (c.at[0].Parts == 0) })
		for _, typ := range []Type{Float64, Float32} {
			eps := map[Type]float64{Float64: 1e-14, Float32: 1e-6}[typ]
			x, g := x.To(typ), g.To(typ)
			if y := MaxPool(nil, x, c.at); !Equal(y, largest.To(typ)) {
				t.Fatalf("%v: the largest are %v, want %v", c, y, largest)
			}
			if y := MaxPoolSpread(nil, g, x, c.at); !Close(y, first.To(typ), eps, eps) {
				t.Fatalf("%v: spread to the largest %v, want %v", c, y, first)
			}
			if got, want := inner(MaxPoolPick(nil, x, x, c.at).To(Float64), Ones(shape...)), inner(x.To(Float64), MaxPoolSpread(nil, Ones(shape...).To(typ), x, c.at).To(Float64)); !sameForm(got, want) {
				t.Fatalf("%v: picked %v, want %v", c, got, want)
			}
			if y := AvgPool(nil, x, c.at, true); !Close(y, inside.To(typ), eps, eps) {
				t.Fatalf("%v: the means inside are %v, want %v", c, y, inside)
			}
			if y := AvgPool(nil, x, c.at, false); !mixed && !Close(y, mean.To(typ), eps, eps) {
				t.Fatalf("%v: the means are %v, want %v", c, y, mean)
			}
			for _, in := range []bool{true, false} {
				got, want := inner(x, AvgPoolSpread(nil, g, c.at, in, c.shape...)), inner(g, AvgPool(nil, x, c.at, in))
				if math.Abs(got-want) > 1e3*eps*max(1, math.Abs(want)) {
					t.Fatalf("%v: the adjoint of means gives %v, want %v", c, got, want)
				}
			}
		}
	}
}

// holds reports whether window o holds the place p.
func (g geometry) holds(o, p []int) bool {
	for a, w := range g.at {
		if w.Parts != 0 {
			n := float64(g.shape[2+a])
			from, to := math.Floor(float64(o[a])*n/float64(w.Parts)), math.Ceil(float64(o[a]+1)*n/float64(w.Parts))
			if float64(p[a]) < from || float64(p[a]) >= to {
				return false
			}
			continue
		}
		k := p[a] - o[a]*w.Stride + w.Before
		if k < 0 || k%w.Dilation != 0 || k/w.Dilation >= w.Size {
			return false
		}
	}
	return true
}
