package tensor

import (
	"math"
	"testing"
)

// normalized is LayerNorm of one row from its definition.
func normalized(x []float64, eps float64) []float64 {
	n := float64(len(x))
	mean, variance := 0.0, 0.0
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / n
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = (v - mean) / math.Sqrt(variance+eps)
	}
	return y
}

// The value against its definition, the slope against central differences of
// Σ g·y, for rows that fill no vector, one and many.
func TestLayerNorm(t *testing.T) {
	r := source64(31)
	const h = 1e-5
	for _, shape := range [][]int{{1}, {2}, {5}, {2, 3}, {3, 2, 8}, {2, 33}, {1, 100}} {
		for _, eps := range []float64{1e-5, 0.3} {
			x, g := normal64(r, shape...).To(Float32).To(Float64), normal64(r, shape...).To(Float32).To(Float64)
			AddScalar(x, x, 10)
			n := shape[len(shape)-1]
			y, slope := Zeros(shape...), Zeros(shape...)
			for i := 0; i < x.Len(); i += n {
				row, out := x.f64[i:i+n], y.f64[i:i+n]
				copy(out, normalized(row, eps))
				weighted := func() (s float64) {
					for k, v := range normalized(row, eps) {
						s += g.f64[i+k] * v
					}
					return s
				}
				for k, v := range row {
					row[k] = v + h
					up := weighted()
					row[k] = v - h
					slope.f64[i+k] = (up - weighted()) / (2 * h)
					row[k] = v
				}
			}
			agree(t, "LayerNorm", LayerNorm(nil, x, nil, nil, eps), y)
			got := LayerNormSlope(nil, g, x, nil, eps)
			if tol := 1e-8 / math.Sqrt(eps); n > 1 && !Close(got, slope, tol, tol) {
				t.Errorf("the slope for %v and eps %v is\n%v\nby differences\n%v", shape, eps, got, slope)
			}
			x32, g32 := x.To(Float32), g.To(Float32)
			agree32(t, "LayerNorm", LayerNorm(nil, x32, nil, nil, eps), LayerNorm(nil, x32.To(Float64), nil, nil, eps))
			if n > 2 { // a pair has the slope of a step: steep, then flat
				agree32(t, "LayerNormSlope", LayerNormSlope(nil, g32, x32, nil, eps), LayerNormSlope(nil, g32.To(Float64), x32.To(Float64), nil, eps))
			}
			want := got.Clone()
			if !Equal(LayerNormSlope(g, g, x, nil, eps), want) {
				t.Error("the slope in the place of g differs")
			}
			LayerNorm(x, x, nil, nil, eps)
			agree(t, "LayerNorm in place", x, y)
		}
	}
}

// A row of equal elements has no spread: its values are 0, its slope is g less
// its mean over √eps. A large common part does not cancel in Float32.
func TestLayerNormLimits(t *testing.T) {
	flat := Full(7, 4)
	if y := LayerNorm(nil, flat, nil, nil, 1e-4); !Equal(y, Zeros(4)) {
		t.Errorf("a flat row gives %v", y)
	}
	agree(t, "LayerNormSlope", LayerNormSlope(nil, Vector(1, 2, 3, 6), flat, nil, 1e-4), Vector(-200, -100, 0, 300))
	x := FromSlice32([]float32{1e6 - 1, 1e6, 1e6 + 1}, 3)
	agree32(t, "LayerNorm far from 0", LayerNorm(nil, x, nil, nil, 1e-9), FromSlice(normalized([]float64{-1, 0, 1}, 1e-9), 3))
	if y := LayerNorm(nil, Zeros(2, 0), nil, nil, 1); y.Len() != 0 {
		t.Errorf("rows of nothing give %v", y)
	}
	if y := LayerNorm(nil, Matrix([][]float64{{1, math.NaN()}, {1, 3}}), nil, nil, 1e-12); !math.IsNaN(y.At(0, 0)) || !(y.At(1, 1) > 0.99) {
		t.Errorf("a NaN in one row gives %v", y)
	}
}

func TestRefusedLayerNorm(t *testing.T) {
	x := Zeros(2, 3)
	refuses(t, "tensor.LayerNorm: eps is 0: it must be > 0", func() { LayerNorm(nil, x, nil, nil, 0) })
	refuses(t, "tensor.LayerNormSlope: eps is NaN: it must be > 0", func() { LayerNormSlope(nil, x, x, nil, math.NaN()) })
	refuses(t, "tensor.LayerNorm: axis -1 is outside of shape [], which has 0 axes", func() { LayerNorm(nil, Scalar(1), nil, nil, 1) })
	refuses(t, "tensor.LayerNormSlope: shapes [3] and [2 3] differ", func() { LayerNormSlope(nil, Zeros(3), x, nil, 1) })
}

// A gain and a bias against LayerNorm without them, and the gain's cotangent
// against its definition, in one row and in more than are summed at once.
func TestLayerNormGain(t *testing.T) {
	r := source64(32)
	for _, shape := range [][]int{{5}, {70, 9}, {3, 2, 40}} {
		n := shape[len(shape)-1]
		x, g, gain, bias := normal64(r, shape...), normal64(r, shape...), normal64(r, n), normal64(r, n)
		y := LayerNorm(nil, x, nil, nil, 0.1)
		agree(t, "LayerNorm with a gain", LayerNorm(nil, x, gain, nil, 0.1), Mul(nil, y, gain))
		agree(t, "LayerNorm with both", LayerNorm(nil, x, gain, bias, 0.1), Add(nil, Mul(nil, y, gain), bias))
		agree(t, "LayerNormSlope with a gain", LayerNormSlope(nil, g, x, gain, 0.1), LayerNormSlope(nil, Mul(nil, g, gain), x, nil, 0.1))
		want := Zeros(n)
		for i := range x.Len() {
			want.f64[i%n] += g.f64[i] * y.f64[i]
		}
		agree(t, "LayerNormGain", LayerNormGain(nil, g, x, 0.1), want)
		agree32(t, "LayerNormGain", LayerNormGain(nil, g.To(Float32), x.To(Float32), 0.1), want)
	}
	x, row := Zeros(2, 3), Zeros(3)
	if y := LayerNormGain(nil, Zeros(0, 2), Zeros(0, 2), 1); !Equal(y, Zeros(2)) {
		t.Errorf("the gain of no rows has the cotangent %v", y)
	}
	refuses(t, "tensor.LayerNorm: there is a bias without a gain", func() { LayerNorm(nil, x, nil, row, 1) })
	refuses(t, "tensor.LayerNorm: bias has shape [2], the rows of x [2 3] have [3]", func() { LayerNorm(nil, x, row, Zeros(2), 1) })
	refuses(t, "tensor.LayerNormSlope: gain has shape [2 3], the rows of x [2 3] have [3]", func() { LayerNormSlope(nil, x, x, x, 1) })
	refuses(t, "tensor.LayerNormSlope: dst [2 3] shares its storage with the operand [2 3]", func() { LayerNormSlope(x, Zeros(2, 3), x, row, 1) })
	refuses(t, "tensor.LayerNormGain: shapes [3] and [2 3] differ", func() { LayerNormGain(nil, row, x, 1) })
}
