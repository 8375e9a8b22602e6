package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// NormalCDF returns Φ(x) = ½·erfc(−x/√2), the standard normal distribution
// function, with an error below 3 ulp.
func NormalCDF(dst, x *Tensor) *Tensor {
	return loop("tensor.NormalCDF", dst, x, kernel.F64.NormalCDF, kernel.F32.NormalCDF)
}

// Erf returns the error function, 2/√π·∫₀ˣ e^(−t²) dt = 2Φ(√2·x) − 1, with an
// error below 2 ulp.
func Erf(dst, x *Tensor) *Tensor {
	return loop("tensor.Erf", dst, x, kernel.F64.Erf, kernel.F32.Erf)
}

// ErfSlope returns g·2/√π·e^(−x²).
func ErfSlope(dst, g, x *Tensor) *Tensor {
	return slopeLoop("tensor.ErfSlope", dst, g, x, kernel.F64.ErfSlope, kernel.F32.ErfSlope)
}

// BCEWithLogits returns −t·log σ(x) − (1−t)·log(1−σ(x)), the binary
// cross-entropy of the logits x and the probabilities t, broadcasting. It is
// computed as max(x, 0) − x·t + log(1 + e^−|x|), which neither overflows nor
// cancels.
func BCEWithLogits(dst, x, t *Tensor) *Tensor {
	return binary("tensor.BCEWithLogits", dst, x, t, kernel.F64.BCE, kernel.F32.BCE)
}
