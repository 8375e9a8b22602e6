//go:build !solution

package ch10

// Backprop returns the gradient of the loss ½‖a − y‖² for the sample x and its target y. It
// leaves n as it is.
func Backprop(n *Net, x, y []float64) (grad *Net) {
	return &Net{} // your code
}

// Step makes a step of gradient descent for the sample: it changes each parameter of n once.
func Step(n *Net, x, y []float64, rate float64) {
	// your code
}
