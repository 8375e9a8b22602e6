package tensor

import (
	"math"
	"slices"
	"testing"
)

func TestBooleanMask(t *testing.T) {
	r := source64(21)
	for range 200 {
		x := normal64(r, randShape(r)...)
		leading := x.Shape()[:r.IntN(x.Rank()+1)]
		mask := Zeros(leading...)
		var chosen [][]int
		for i, at := range places(leading) {
			if v := []float64{0, 0, 1, -2, math.NaN()}[r.IntN(5)]; v != 0 {
				mask.SetFlat(i, v)
				chosen = append(chosen, at)
			}
		}
		shape := append([]int{len(chosen)}, x.Shape()[len(leading):]...)
		from := func(i []int) []int { return slices.Concat(chosen[i[0]], i[1:]) }
		want := build(shape, func(i []int) float64 { return x.At(from(i)...) })
		both(t, "BooleanMask", func(typ Type) *Tensor { return BooleanMask(nil, x.To(typ), mask.To(typ)) }, want)

		u, sum := normal64(r, shape...), x.Clone()
		for _, i := range places(shape) {
			sum.Set(sum.At(from(i)...)+u.At(i...), from(i)...)
		}
		both(t, "BooleanMaskAdd", func(typ Type) *Tensor { return BooleanMaskAdd(x.To(typ), u.To(typ), mask.To(typ)) }, sum)
	}
}

func TestScatterFill(t *testing.T) {
	x := Reshape(nil, Arange(0, 6, 1), 2, 3)
	for _, c := range []struct {
		axis  int
		index []int
		shape []int
		want  [][]float64
	}{
		{0, []int{1, 0, -1}, []int{1, 3}, [][]float64{{0, 9, 2}, {9, 4, 9}}},
		{-1, []int{2, -3}, []int{2, 1}, [][]float64{{0, 1, 9}, {9, 4, 5}}},
		{0, nil, []int{0, 3}, [][]float64{{0, 1, 2}, {3, 4, 5}}},
	} {
		both(t, "ScatterFill", func(typ Type) *Tensor { return ScatterFill(nil, x.To(typ), c.axis, c.index, 9, c.shape...) }, Matrix(c.want))
	}
}

func TestTriangles(t *testing.T) {
	r := source64(22)
	for range 100 {
		x := normal64(r, append(randShape(r), r.IntN(5), r.IntN(5))...)
		k := r.IntN(11) - 5
		kept := func(lower bool) *Tensor {
			return build(x.Shape(), func(i []int) float64 {
				d := i[len(i)-1] - i[len(i)-2]
				if d == k || (d < k) == lower {
					return x.At(i...)
				}
				return 0
			})
		}
		both(t, "Triu", func(typ Type) *Tensor { return Triu(nil, x.To(typ), k) }, kept(false))
		both(t, "Tril", func(typ Type) *Tensor { return Tril(nil, x.To(typ), k) }, kept(true))
		in := x.Clone()
		agree(t, "Tril in place", Tril(in, in, k), kept(true))
	}
}

func TestNorm2(t *testing.T) {
	r := source64(23)
	for range 100 {
		x := normal64(r, randShape(r)...)
		var axes []int
		for axis := range x.Rank() {
			if r.IntN(2) == 0 {
				axes = append(axes, axis)
			}
		}
		keep := r.IntN(2) == 0
		want := Sum(nil, Square(nil, x), axes, keep)
		Sqrt(want, want)
		both(t, "Norm2", func(typ Type) *Tensor { return Norm2(nil, x.To(typ), axes, keep) }, want)
	}
	// At both ends of the range of exponents, and beyond it.
	for _, s := range []float64{math.MaxFloat64 / 8, 1e160, 1e-160, 1e-300, 5e-324} {
		if got := Norm2(nil, Vector(3*s, -4*s), nil, false).Item(); math.Abs(got-5*s) > 1e-15*s {
			t.Errorf("norm of 3 and 4 times %g is %g", s, got)
		}
	}
	inf := math.Inf(1)
	for _, c := range []struct{ x, want float64 }{{inf, inf}, {-inf, inf}, {0, 0}, {math.NaN(), math.NaN()}} {
		got := Norm2(nil, Vector(c.x, 0), nil, false).Item()
		if got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("norm of %v and 0 is %v", c.x, got)
		}
	}
	big := Norm2(nil, Vector(3e38, 1e38).To(Float32), nil, false)
	if want := math.Hypot(3e38, 1e38); math.Abs(big.Item()-want) > 1e32 {
		t.Errorf("got %v, want %v", big.Item(), want)
	}
}

func TestMaskMisuse(t *testing.T) {
	for text, f := range map[string]func(){
		"tensor.BooleanMask: a mask of shape [3] does not fit [2 3]: it must have its leading axes":            func() { BooleanMask(nil, Zeros(2, 3), Zeros(3)) },
		"tensor.BooleanMaskAdd: cannot add [2] to the places of [2] that a mask chooses: they have shape [1]":  func() { BooleanMaskAdd(Zeros(2), Zeros(2), Vector(0, 1)) },
		"tensor.Triu: shape [3] is no matrix: it needs two axes at least":                                      func() { Triu(nil, Zeros(3), 0) },
		"tensor.ScatterFill: index 2 at 0 is outside of axis 0 of shape [2]":                                   func() { ScatterFill(nil, Zeros(2), 0, []int{2}, 0, 1) },
		"x: index -1 at 1 names a place of axis 0 of shape [2] for the second time; to add up, use ScatterAdd": func() { ScatterShape("x", nil, []int{2}, 0, []int{1, -1}, []int{2}) },
		"tensor.Norm2: axis 1 is outside of shape [2], which has 1 axes":                                       func() { Norm2(nil, Zeros(2), []int{1}, false) },
	} {
		refuses(t, text, f)
	}
}
