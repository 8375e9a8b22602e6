package tensor

import (
	"math"
	"slices"
	"testing"
)

// The softmax over what is kept is that of a row from which the rest is cut.
func TestMaskedSoftmax(t *testing.T) {
	r := source64(34)
	for range 200 {
		shape := []int{1 + r.IntN(3), 1 + r.IntN(4), 1 + r.IntN(4)}
		x := RandNormal(r, 0, 1, shape...)
		keep := build([][]int{shape, shape[1:], shape[2:]}[r.IntN(3)], func([]int) float64 { return float64(r.IntN(2)) })
		causal := r.IntN(2) == 0
		want := Zeros(shape...)
		for _, i := range places(shape[:2]) {
			var row []float64
			var at [][]int
			for j := range shape[2] {
				if p := append(slices.Clone(i), j); read(keep, p) != 0 && !(causal && j > i[1]) {
					row, at = append(row, x.At(p...)), append(at, p)
				}
			}
			for k, v := range Softmax(nil, Vector(row...), 0).Float64s() {
				want.Set(v, at[k]...)
			}
		}
		if y := MaskedSoftmax(nil, x, keep, causal); !Close(y, want, 1e-14, 1e-15) {
			t.Fatalf("%v of %v, causal %v, is %v, want %v", keep, x, causal, y, want)
		}
		if y := MaskedSoftmax(nil, x.To(Float32), keep.To(Float32), causal); !Close(y, want.To(Float32), 1e-5, 1e-6) {
			t.Fatalf("%v of %v, causal %v, is %v in float32, want %v", keep, x, causal, y, want)
		}
	}
	x := Vector(1, math.NaN(), 2).To(Float64)
	if y := MaskedSoftmax(nil, Reshape(nil, x, 1, 3), nil, false); !math.IsNaN(y.At(0, 0)) {
		t.Errorf("a NaN that is kept gives %v", y)
	}
}
