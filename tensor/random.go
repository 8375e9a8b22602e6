package tensor

import "math/rand/v2"

// FillNormal fills t with independent draws from the normal distribution of
// that mean and standard deviation, and returns t. The same source gives the
// same numbers for both element types, but for rounding.
func (t *Tensor) FillNormal(r *rand.Rand, mean, std float64) *Tensor {
	return t.draw(func() float64 { return mean + float64(std*r.NormFloat64()) }) // not fused: the same bits everywhere
}

// FillUniform fills t with independent draws from the uniform distribution on
// lo ≤ x < hi, and returns t. Rounding to Float32 may give hi itself.
func (t *Tensor) FillUniform(r *rand.Rand, lo, hi float64) *Tensor {
	return t.draw(func() float64 { return lo + float64((hi-lo)*r.Float64()) })
}

func (t *Tensor) draw(next func() float64) *Tensor {
	t.version++
	for i := range t.f64 {
		t.f64[i] = next()
	}
	for i := range t.f32 {
		t.f32[i] = float32(next())
	}
	return t
}

// RandNormal returns a Float64 tensor filled by FillNormal.
func RandNormal(r *rand.Rand, mean, std float64, shape ...int) *Tensor {
	return Zeros(shape...).FillNormal(r, mean, std)
}

// RandUniform returns a Float64 tensor filled by FillUniform.
func RandUniform(r *rand.Rand, lo, hi float64, shape ...int) *Tensor {
	return Zeros(shape...).FillUniform(r, lo, hi)
}
