//go:build !solution

package ch08

// SoftmaxVJP returns the adjoint z̄ of the logits from p = softmax(z) and its adjoint p̄, in
// a time that grows with the number of classes, not with its square.
func SoftmaxVJP(p, pBar []float64) (zBar []float64) {
	return nil // your code
}

// CrossEntropy returns the loss −Σ y ln p for p = softmax(z), and its gradient z̄. The
// elements of y need not sum to 1. Where a probability is too small for a float64, the loss is
// finite all the same.
func CrossEntropy(z, y []float64) (loss float64, zBar []float64) {
	return 0, nil // your code
}

// BinaryCrossEntropy returns the loss −y ln p − (1 − y) ln(1 − p) for p = σ(z), and its
// derivative z̄, for any finite z.
func BinaryCrossEntropy(z, y float64) (loss, zBar float64) {
	return 0, 0 // your code
}
