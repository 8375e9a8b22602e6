package training

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An activation is one that a layer can have.
type activation struct {
	choice
	apply   nn.Func
	written string  // apply in Go, outside of this package
	flat    float64 // a slope that is smaller counts as flat: a twentieth of the largest
	sides   bool    // it is flat on both sides, so that values are counted and not units
	stuckIs string  // what those that are counted are called
}

// activations lists them, the default first.
func activations() []activation {
	return []activation{
		{choice{"tanh", "tanh"}, ops.Tanh, "nn.Func(ops.Tanh)", 1.0 / 20, true, "saturated"},
		{choice{"sigmoid", "sigmoid"}, ops.Sigmoid, "nn.Func(ops.Sigmoid)", 0.25 / 20, true, "saturated"},
		{choice{"relu", "ReLU"}, ops.ReLU, "nn.Func(ops.ReLU)", 1.0 / 20, false, "dead"},
		{choice{"leaky_relu", "leaky ReLU"}, func(z *graph.Var) *graph.Var { return ops.LeakyReLU(z, 0.01) },
			"nn.Func(func(z *graph.Var) *graph.Var { return ops.LeakyReLU(z, 0.01) })", 1.0 / 20, false, "nearly dead"},
		{choice{"swish", "Swish"}, ops.SiLU, "nn.Func(ops.SiLU)", 1.0 / 20, false, "nearly dead"},
	}
}

func activationChoices() (all []choice) {
	for _, a := range activations() {
		all = append(all, a.choice)
	}
	return all
}

func activationOf(control, name string) (activation, error) {
	chosen, err := oneOf(control, name, activationChoices())
	if err != nil {
		return activation{}, err
	}
	for _, a := range activations() {
		if a.choice == chosen {
			return a, nil
		}
	}
	panic("unreachable: the choices are those of the activations")
}

// init draws weights for a layer in front of the activation: by He's rule if it cuts one
// side off, by Glorot's otherwise.
func (a activation) init() nn.Init {
	if a.apply == nil || a.sides {
		return nn.GlorotUniform
	}
	return nn.HeUniform
}

// stuck counts where the activation lets next to nothing through on the way back. If it is
// flat on both sides, these are the values z in the flat parts. Otherwise they are units,
// columns of z, which are in the flat part with every point: dead, or nearly so if the slope
// there is not 0. The slopes are those that a tape gives.
func (a activation) stuck(z *tensor.Tensor) (n, of int) {
	_, slopes, err := graph.VJP(func(z []*graph.Var) *graph.Var { return a.apply(z[0]) }, tensor.Ones(z.Shape()...), z)
	if err != nil {
		panic(err) // a bug of this package: every activation has a gradient
	}
	points, units := z.Dim(0), z.Dim(1)
	for unit := range units {
		flat := 0
		for point := range points {
			if slope := slopes[0].At(point, unit); slope < a.flat && slope > -a.flat {
				flat++
			}
		}
		switch {
		case a.sides:
			n += flat
		case flat == points:
			n++
		}
	}
	if a.sides {
		return n, points * units
	}
	return n, units
}
