package nn

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// An Init draws the first values of weights, which are out × in. Biases begin
// at zero.
//
// The mean of every draw is 0; what the rules below choose is the variance. In
// z = W a, with independent terms, Var z = in·Var w·E a², so weights too large
// make the signal grow from layer to layer, and weights too small make it
// vanish. On the way back ā = Wᵀ z̄ does the same with out in the place of in.
//
// A uniform distribution on ±b has the variance b²/3. Its values have a bound,
// unlike those of a normal distribution; otherwise the choice between
// the two matters little.
//
// Each Init panics if r is nil or unless the weights have rank 2.
type Init func(r *rand.Rand, w *tensor.Tensor)

// GlorotUniform draws with the variance 2/(in + out), a compromise between both
// directions, which suits tanh and other functions that are near the identity
// at 0. It is eq. 16 of X. Glorot and Y. Bengio, "Understanding the difficulty
// of training deep feedforward neural networks", 2010, and is also called
// Xavier's.
func GlorotUniform(r *rand.Rand, w *tensor.Tensor) {
	in, out := fans("nn.GlorotUniform", r, w)
	uniform(r, w, 2/(in+out))
}

// GlorotNormal is GlorotUniform with a normal distribution.
func GlorotNormal(r *rand.Rand, w *tensor.Tensor) {
	in, out := fans("nn.GlorotNormal", r, w)
	normal(r, w, 2/(in+out))
}

// HeUniform is HeNormal with a uniform distribution.
func HeUniform(r *rand.Rand, w *tensor.Tensor) {
	in, _ := fans("nn.HeUniform", r, w)
	uniform(r, w, 2/in)
}

// HeNormal draws with the variance 2/in, for layers that follow a ReLU or one
// of its relatives: as that is zero on one side, it halves E a². It is eq. 10
// of K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", 2015,
// arXiv:1502.01852, and is also called Kaiming's.
func HeNormal(r *rand.Rand, w *tensor.Tensor) {
	in, _ := fans("nn.HeNormal", r, w)
	normal(r, w, 2/in)
}

// LeCunUniform is LeCunNormal with a uniform distribution.
func LeCunUniform(r *rand.Rand, w *tensor.Tensor) {
	in, _ := fans("nn.LeCunUniform", r, w)
	uniform(r, w, 1/in)
}

// LeCunNormal draws with the variance 1/in, which keeps the variance of inputs
// that are normalised. It is eq. 16 of Y. LeCun, L. Bottou, G. B. Orr and K.-R.
// Müller, "Efficient backprop", 1998.
func LeCunNormal(r *rand.Rand, w *tensor.Tensor) {
	in, _ := fans("nn.LeCunNormal", r, w)
	normal(r, w, 1/in)
}

// fans returns the number of inputs and of outputs of weights to be drawn.
func fans(who string, r *rand.Rand, w *tensor.Tensor) (in, out float64) {
	if r == nil {
		panic(tensor.Errorf(who, "cannot draw weights %v: there is no source of random numbers, r is nil", slices.Clone(w.Shape())))
	}
	if w.Rank() != 2 {
		panic(tensor.Errorf(who, "cannot initialise shape %v: weights must be out × in", slices.Clone(w.Shape())))
	}
	return float64(w.Dim(1)), float64(w.Dim(0))
}

func uniform(r *rand.Rand, w *tensor.Tensor, variance float64) {
	b := math.Sqrt(3 * variance)
	w.FillUniform(r, -b, b)
}

func normal(r *rand.Rand, w *tensor.Tensor, variance float64) {
	w.FillNormal(r, 0, math.Sqrt(variance))
}
