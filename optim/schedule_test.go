package optim_test

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/optim"
)

func TestSchedules(t *testing.T) {
	half := optim.Cosine(0.8, 0.2, 4)
	for _, test := range []struct {
		name string
		s    optim.Schedule
		want []float64 // at steps 0, 1, …
	}{
		{"Constant", optim.Constant(0.5), []float64{0.5, 0.5}},
		{"StepDecay", optim.StepDecay(8, 2, 0.5), []float64{8, 8, 4, 4, 2, 2, 1}},
		{"Cosine", half, []float64{0.8, 0.5 + 0.3/math.Sqrt2, 0.5, 0.5 - 0.3/math.Sqrt2, 0.2, 0.2, 0.2}},
		{"Cosine of one step", optim.Cosine(0.8, 0.2, 1), []float64{0.8, 0.2}},
		{"Warmup", optim.Warmup(0, 4, half), []float64{0, 0.2, 0.4, 0.6, 0.8, 0.5 + 0.3/math.Sqrt2, 0.5}},
		{"Warmup of no steps", optim.Warmup(0, 0, half), []float64{0.8, 0.5 + 0.3/math.Sqrt2}},
	} {
		for step, want := range test.want {
			if got := test.s(step); math.Abs(got-want) > 1e-15 {
				t.Errorf("%s: the rate of step %d is %v, want %v", test.name, step, got, want)
			}
		}
	}
}

// One step before its end, cos²(π/2 − x) = sin² x ≈ x² (1 − x²/3), where
// (1 + cos)/2 in floating point has lost half of its digits.
func TestCosineKeepsDigits(t *testing.T) {
	const steps = 1 << 20
	got := optim.Cosine(1, 0, steps)(steps - 1)
	x := math.Pi / 2 / steps
	if want := x * x * (1 - x*x/3); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("got %v, want %v", got, want)
	}
}
