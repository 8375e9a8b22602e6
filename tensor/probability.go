package tensor

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
	"golang.org/x/exp/constraints"
)

// NormalCDF returns Φ(x) = ½·erfc(−x/√2), the standard normal distribution
// function.
func NormalCDF(dst, x *Tensor) *Tensor { return apply("tensor.NormalCDF", dst, x, normal) }

// BCEWithLogits returns −t·log σ(x) − (1−t)·log(1−σ(x)), the binary
// cross-entropy of the logits x and the probabilities t, broadcasting. It is
// computed as max(x, 0) − x·t + log(1 + e^−|x|), which neither overflows nor
// cancels.
func BCEWithLogits(dst, x, t *Tensor) *Tensor {
	return binary("tensor.BCEWithLogits", dst, x, t, bce[float64], bce[float32])
}

func bce[T constraints.Float](dst, x, t []T) {
	kernel.Zip(dst, x, t, func(x, t float64) float64 {
		return max(x, 0) - x*t + math.Log1p(math.Exp(-math.Abs(x)))
	})
}
