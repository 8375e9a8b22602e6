package nn_test

import (
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// What it takes to check a network's gradient along random directions through each of
// its parameters, beside a step of its training in the same precision.
func BenchmarkCheckNetwork(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	model := nn.MLP(r, []int{784, 512, 512, 10}, ops.Tanh)
	x := tensor.RandNormal(r, 0, 1, 256, 784)
	labels := make([]int, 256)
	for i := range labels {
		labels[i] = i % 10
	}
	loss := func(t *graph.Tape) *graph.Var { return nn.CrossEntropy(model.Forward(t.Input(x)), labels) }
	b.Run("step", func(b *testing.B) {
		var tape graph.Tape
		opt := &optim.SGD{Rate: 1e-3}
		for b.Loop() {
			tape.Reset()
			opt.Step(model.Params(), loss(&tape).Backward())
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			report := gradcheck.Checker{Projections: true}.Run(gradcheck.Model(loss, model.Params()))
			if err := report.Err(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(report.Evaluations), "evaluations")
		}
	})
}
