package nn_test

import (
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Whole networks, each loss with respect to the samples, the parameters and the
// targets, to the second order. The activations are smooth: differences across
// a kink say nothing.
func TestNetworkGradients(t *testing.T) {
	targets := tensor.RandUniform(source(50), 0, 1, 5, 2)
	residual := &Residual{tensor.Vector(0.5, -1, 2), nn.MLP(source(51), []int{3, 4, 3}, ops.Tanh)}
	shared := nn.NewLinear(source(52), 3, 3)
	plain := &nn.Linear{W: tensor.RandNormal(source(53), 0, 1, 2, 3)}
	for _, tt := range []struct {
		name  string
		model nn.Module
		loss  func(z, t *graph.Var) *graph.Var
	}{
		{"mse", nn.MLP(source(54), []int{3, 4, 4, 2}, ops.Tanh), nn.MSE},
		{"bce", nn.Sequential{residual, plain}, nn.BCEWithLogits},
		{"cross-entropy", nn.Sequential{shared, nn.Func(ops.Softplus), shared, nn.Func(ops.SiLU), plain},
			func(z, _ *graph.Var) *graph.Var { return nn.CrossEntropy(z, []int{0, 1, 1, 0, 1}) }},
	} {
		inputs := []*tensor.Tensor{tensor.RandNormal(source(55), 0, 1, 5, 3), targets}
		for _, w := range tt.model.Params() {
			if !slices.Contains(inputs, w) {
				inputs = append(inputs, w)
			}
		}
		f := func(x []*graph.Var) *graph.Var { return tt.loss(tt.model.Forward(x[0]), x[1]) }
		for order := 1; order <= 2; order++ {
			if err := (gradcheck.Checker{Order: order}).Check(f, inputs...); err != nil {
				t.Errorf("%s, order %d: %v", tt.name, order, err)
			}
		}
	}
}

// A module that hides half of its derivative must be found out.
func TestNetworkGradientsNotice(t *testing.T) {
	wrong := nn.Func(func(x *graph.Var) *graph.Var { return ops.Mul(x, x.Detach()) })
	model := nn.Sequential{nn.NewLinear(source(56), 3, 3), wrong, nn.NewLinear(source(57), 3, 2)}
	var inputs []*tensor.Tensor
	for _, w := range model.Params() {
		inputs = append(inputs, w)
	}
	x, targets := tensor.RandNormal(source(58), 0, 1, 5, 3), tensor.Zeros(5, 2)
	f := func(w []*graph.Var) *graph.Var {
		tape := w[0].Tape()
		return nn.MSE(model.Forward(tape.Input(x)), tape.Input(targets))
	}
	if gradcheck.Check(f, inputs...) == nil {
		t.Error("a wrong gradient passed")
	}
}
