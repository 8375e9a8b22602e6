package nn_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A hundred thousand steps of training take no more memory than a thousand, and
// no goroutine is left when they are done.
func TestMemoryIsFlat(t *testing.T) {
	steps := 100_000
	if testing.Short() {
		steps = 10_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	model := nn.MLP(r, []int{8, 16, 4}, ops.Tanh)
	x, labels := tensor.RandNormal(r, 0, 1, 8, 8), []int{0, 1, 2, 3, 0, 1, 2, 3}
	opt := &optim.Adam{Rate: 1e-3}
	var tape graph.Tape
	step := func() {
		tape.Reset()
		loss := nn.CrossEntropy(model.Forward(tape.Input(x)), labels)
		opt.Step(model.Params(), loss.Backward())
	}
	inUse := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	goroutines := runtime.NumGoroutine()
	for range steps / 100 {
		step()
	}
	before := inUse()
	for range steps {
		step()
	}
	after := inUse()
	if after > before+64<<10 {
		t.Errorf("%d steps hold %d bytes more", steps, after-before)
	}
	for range 100 { // workers park, and end, a moment after their last part
		if runtime.NumGoroutine() <= goroutines {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), goroutines)
}

// Sixty-four goroutines with a tape each find, on one set of parameters, the
// gradients that one of them finds alone. Run with -race.
func TestSharedParameters(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	model := nn.MLP(r, []int{64, 96, 10}, ops.ReLU)
	var data []*tensor.Tensor
	for range 64 {
		data = append(data, tensor.RandNormal(r, 0, 1, 16, 64))
	}
	gradients := func(tape *graph.Tape, x *tensor.Tensor) []*tensor.Tensor {
		tape.Reset()
		grads := ops.Mean(ops.Square(model.Forward(tape.Input(x)))).Backward()
		var all []*tensor.Tensor
		for _, w := range model.Params() {
			all = append(all, grads.Of(w).Clone())
		}
		return all
	}
	want := make([][]*tensor.Tensor, len(data))
	var tape graph.Tape
	for i, x := range data {
		want[i] = gradients(&tape, x)
	}
	var all sync.WaitGroup
	for i, x := range data {
		all.Go(func() {
			var tape graph.Tape
			for range 3 {
				for k, g := range gradients(&tape, x) {
					if !tensor.Equal(g, want[i][k]) {
						t.Errorf("goroutine %d: gradient %d differs", i, k)
					}
				}
			}
		})
	}
	all.Wait()
}
