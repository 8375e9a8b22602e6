package tensor

import (
	"math"
	"testing"
)

func TestSetType(t *testing.T) {
	data := []float64{1, math.Pi, -1e300}
	x := FromSlice(data, 1, 3)
	version := x.Version()

	x.SetType(Float64)
	if x.Version() != version {
		t.Error("a change to the same type counts as a write")
	}
	if x.Set(2, 0, 0); data[0] != 2 {
		t.Error("a change to the same type moved the elements")
	}

	version = x.Version()
	x.SetType(Float32)
	want := FromSlice32([]float32{2, math.Pi, float32(math.Inf(-1))}, 1, 3)
	if !Equal(x, want) {
		t.Errorf("as float32: %v, want %v", x, want)
	}
	if x.Version() == version {
		t.Error("the change is not counted as a write")
	}
	if x.Len() != 3 || len(x.Float32s()) != 3 {
		t.Errorf("%d elements, want 3", x.Len())
	}
	if x.Fill(0); data[1] != math.Pi {
		t.Error("a write after the change reached the old slice")
	}

	x.SetFlat(1, 0.1)
	x.SetType(Float64)
	if got := x.At(0, 1); got != float64(float32(0.1)) {
		t.Errorf("back in float64: %v, want 0.1 rounded to float32", got)
	}
}
