package nn_test

import (
	"fmt"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// BenchmarkStep is a training step, forward, backward and update, of the networks
// that docs/bench compares with others. GFLOP/s counts the products: three for
// each layer, but two for the first, as nobody wants the gradient of the data.
func BenchmarkStep(b *testing.B) {
	for _, net := range []struct {
		widths []int
		batch  int
	}{
		{[]int{64, 64, 10}, 32},
		{[]int{784, 128, 10}, 64},
		{[]int{784, 512, 512, 10}, 256},
		{[]int{1024, 1024, 1024, 1024}, 512},
	} {
		for _, typ := range []tensor.Type{tensor.Float32, tensor.Float64} {
			sgd, adam := &optim.SGD{Rate: 1e-4}, &optim.Adam{Rate: 1e-6}
			for name, update := range map[string]func(m nn.Sequential, g *graph.Grads){
				"sgd":  func(m nn.Sequential, g *graph.Grads) { sgd.Step(m.Params(), g) },
				"adam": func(m nn.Sequential, g *graph.Grads) { adam.Step(m.Params(), g) },
			} {
				b.Run(fmt.Sprintf("%v/batch=%d/%v/%s", net.widths, net.batch, typ, name), func(b *testing.B) {
					benchmarkStep(b, net.widths, net.batch, typ, update)
				})
			}
		}
	}
}

func benchmarkStep(b *testing.B, widths []int, batch int, typ tensor.Type, update func(nn.Sequential, *graph.Grads)) {
	r := source(1)
	model := nn.MLP(r, widths, ops.ReLU)
	nn.Convert(model, typ)
	x := tensor.RandNormal(r, 0, 1, batch, widths[0]).To(typ)
	labels := make([]int, batch)
	for i := range labels {
		labels[i] = r.IntN(widths[len(widths)-1])
	}
	products := 0
	for i, in := range widths[:len(widths)-1] {
		products += 3 * in * widths[i+1]
	}
	products -= widths[0] * widths[1]
	var tape graph.Tape
	b.ReportAllocs()
	for b.Loop() {
		tape.Reset()
		loss := nn.CrossEntropy(model.Forward(tape.Input(x)), labels)
		update(model, loss.Backward())
	}
	b.ReportMetric(2*float64(products*batch)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
