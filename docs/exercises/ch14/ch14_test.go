//go:build exercise || solution

package ch14

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/tensor"
)

func TestUniform(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 1))
	for _, in := range []int{3, 128, 784} {
		sum := 0.0
		b := Uniform(in)
		for range 100_000 {
			w := (2*r.Float64() - 1) * b
			sum += w * w
		}
		if got, want := sum/100_000, 2/float64(in); math.Abs(got-want) > 0.02*want {
			t.Errorf("%d inputs: variance %v, want %v", in, got, want)
		}
	}
}

func TestGain(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
		want float64
	}{
		{"linear", func(z float64) float64 { return z }, 1},
		{"ReLU", func(z float64) float64 { return max(0, z) }, 2},
		{"leaky ReLU 0.2", func(z float64) float64 { return max(0.2*z, z) }, 2 / (1 + 0.04)},
	} {
		if got := Gain(c.f); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// With the variance that you found for tanh, E a² stays at 1/2.54 = 0.39 in a deep network.
	r := rand.New(rand.NewPCG(14, 2))
	const n = 256
	std := math.Sqrt(Gain(math.Tanh) / n)
	a := tensor.RandNormal(r, 0, 1, 20, n)
	for range 10 {
		a = tensor.Tanh(nil, tensor.MatMul(nil, a, tensor.RandNormal(r, 0, std, n, n), false, true))
	}
	sum := 0.0
	for i := range a.Len() {
		sum += a.Flat(i) * a.Flat(i)
	}
	if mean := sum / float64(a.Len()); mean < 0.35 || mean > 0.45 {
		t.Errorf("after ten layers of tanh the mean of a² is %v", mean)
	}
}
