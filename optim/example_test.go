package optim_test

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The minimum of (x − 3)² + 10 (y + 1)², with the gradient by hand; with a tape
// it is what Backward returns.
func Example() {
	w := tensor.Vector(0, 0)
	g := tensor.Zeros(2)
	opt := &optim.SGD{Rate: 0.03, Momentum: 0.8}
	for range 200 {
		x, y := w.At(0), w.At(1)
		g.Set(2*(x-3), 0)
		g.Set(20*(y+1), 1)
		opt.Step(named(w), gradients{w: g})
	}
	fmt.Printf("%.4f\n", w.Float64s())
	// Output: [3.0000 -1.0000]
}

// Two groups of parameters, of which only one decays, are two optimizers.
func ExampleAdamW() {
	weights, biases := tensor.Vector(1), tensor.Vector(1)
	still := gradients{weights: tensor.Vector(0), biases: tensor.Vector(0)}
	decaying := &optim.AdamW{Rate: 0.1, WeightDecay: 0.5}
	free := &optim.AdamW{Rate: 0.1}
	for range 10 {
		decaying.Step(named(weights), still)
		free.Step(named(biases), still)
	}
	fmt.Printf("%.3f %.3f\n", weights.Float64s(), biases.Float64s())
	// Output: [0.599] [1.000]
}

func ExampleClip() {
	a, b := tensor.Zeros(2), tensor.Zeros(1)
	g := gradients{a: tensor.Vector(2, -3), b: tensor.Vector(6)}
	clip := &optim.Clip{Norm: 1}
	clipped := clip.Apply(named(a, b), g)
	fmt.Println("norm:", clip.LastNorm)
	fmt.Printf("%.3f %.3f\n", clipped.Of(a).Float64s(), clipped.Of(b).Float64s())
	// Output:
	// norm: 7
	// [0.286 -0.429] [0.857]
}

// A rate that rises for four steps and falls for eight; an optimizer takes it
// as &optim.SGD{Schedule: s}.
func ExampleWarmup() {
	s := optim.Warmup(0, 4, optim.Cosine(1, 0.1, 8))
	for step := range 13 {
		fmt.Printf("%.2f ", s(step))
	}
	// Output: 0.00 0.25 0.50 0.75 1.00 0.97 0.87 0.72 0.55 0.38 0.23 0.13 0.10
}
