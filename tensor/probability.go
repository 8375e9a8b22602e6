package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// NormalCDF returns Φ(x) = ½·erfc(−x/√2), the standard normal distribution
// function, with an error below 4 ulp.
func NormalCDF(dst, x *Tensor) *Tensor {
	return loop("tensor.NormalCDF", dst, x, kernel.F64.NormalCDF, kernel.F32.NormalCDF)
}

// BCEWithLogits returns −t·log σ(x) − (1−t)·log(1−σ(x)), the binary
// cross-entropy of the logits x and the probabilities t, broadcasting. It is
// computed as max(x, 0) − x·t + log(1 + e^−|x|), which neither overflows nor
// cancels.
func BCEWithLogits(dst, x, t *Tensor) *Tensor {
	return binary("tensor.BCEWithLogits", dst, x, t, kernel.F64.BCE, kernel.F32.BCE)
}
