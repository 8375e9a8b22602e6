package tensor

import (
	"math"
	"testing"
)

// As many elements are dropped as p says, and the others are scaled.
func TestDropout(t *testing.T) {
	for _, typ := range []Type{Float64, Float32} {
		x := Ones(100000).To(typ)
		y := Dropout(nil, x, 0.25, [2]uint64{1, 2})
		zeros := 0
		for i := range y.Len() {
			switch y.Flat(i) {
			case 0:
				zeros++
			case float64(float32(1 / 0.75)), 1 / 0.75:
			default:
				t.Fatalf("element %d is %v", i, y.Flat(i))
			}
		}
		if math.Abs(float64(zeros)-25000) > 5*math.Sqrt(25000*0.75) {
			t.Errorf("%d of 100000 elements were dropped", zeros)
		}
		if Equal(y, Dropout(nil, x, 0.25, [2]uint64{1, 3})) || !Equal(y, Dropout(nil, x, 0.25, [2]uint64{1, 2})) {
			t.Error("the seed does not decide")
		}
	}
}
