package nn_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestParams(t *testing.T) {
	r := source(1)
	plain := &nn.Linear{W: tensor.Zeros(2, 3)}
	inner := nn.Sequential{nn.NewLinear(r, 3, 3), nn.Func(ops.ReLU), plain}
	w := tensor.Zeros(2)
	for _, tt := range []struct {
		m    nn.Module
		want []string
	}{
		{nn.Func(ops.Tanh), nil},
		{nn.Sequential{}, nil},
		{plain, []string{"W"}},
		{nn.NewLinear(r, 1, 1), []string{"W", "B"}},
		{inner, []string{"0.W", "0.B", "2.W"}},
		{nn.Sequential{nn.Func(ops.Exp), inner, plain}, []string{"1.0.W", "1.0.B", "1.2.W", "2.W"}},
	} {
		mustYield(t, tt.m.Params(), tt.want...)
	}
	mustYield(t, nn.Under("a", inner), "a.0.W", "a.0.B", "a.2.W")
	mustYield(t, nn.Param("w", nil))
	mustYield(t, nn.Join())
	mustYield(t, nn.Join(nn.Param("w", w), nn.Param("v", nil), nn.Under("a", plain), nn.Under("b", inner)),
		"w", "a.W", "b.0.W", "b.0.B", "b.2.W")
	if got := maps.Collect(nn.Join(nn.Param("w", w), nn.Under("a", plain))); got["w"] != w || got["a.W"] != plain.W {
		t.Errorf("the tensors are not those of the modules: %v", got)
	}
}

func TestSequentialOrder(t *testing.T) {
	m := nn.Sequential{
		nn.Func(func(x *graph.Var) *graph.Var { return ops.AddScalar(x, 1) }),
		nn.Func(ops.Square),
	}
	x := graph.Const(tensor.Vector(1, 2, -3))
	if got, want := m.Forward(x).Value(), tensor.Vector(4, 9, 4); !tensor.Equal(got, want) {
		t.Errorf("(x + 1)² is %v, want %v", got, want)
	}
	if (nn.Sequential{}).Forward(x) != x {
		t.Error("an empty Sequential is not the identity")
	}
}

// A layer used twice has the sum of both gradients and moves once in a step.
func TestTied(t *testing.T) {
	r := source(2)
	l := nn.NewLinear(r, 3, 3)
	tied := nn.Sequential{l, nn.Func(ops.Tanh), l}
	first, last := &nn.Linear{W: l.W.Clone(), B: l.B.Clone()}, &nn.Linear{W: l.W.Clone(), B: l.B.Clone()}
	apart := nn.Sequential{first, nn.Func(ops.Tanh), last}
	mustYield(t, tied.Params(), "0.W", "0.B", "2.W", "2.B")

	x, y := tensor.RandNormal(r, 0, 1, 5, 3), tensor.RandNormal(r, 0, 1, 5, 3)
	g := gradients(tied, x, y)
	h := gradients(apart, x, y)
	sum := tensor.Add(nil, h.Of(first.W), h.Of(last.W))
	if !tensor.Close(g.Of(l.W), sum, 1e-14, 1e-16) {
		t.Errorf("gradient of a tied W %v, want %v", g.Of(l.W), sum)
	}

	want := tensor.Sub(nil, l.W, tensor.Scale(nil, g.Of(l.W), 0.5))
	(&optim.SGD{Rate: 0.5}).Step(tied.Params(), g)
	if !tensor.Close(l.W, want, 1e-15, 1e-16) {
		t.Errorf("a step moved a tied W to %v, want %v", l.W, want)
	}
}

func gradients(m nn.Module, x, y *tensor.Tensor) *graph.Grads {
	tape := new(graph.Tape)
	return nn.MSE(m.Forward(tape.Input(x)), tape.Input(y)).Backward()
}

// The mean over all rows is the mean of the means over equal parts of them, and
// so is its gradient. Under -race this finds a write to what is shared.
func TestGoroutinesShareParameters(t *testing.T) {
	const workers, rows = 4, 8
	r := source(3)
	model := nn.MLP(r, []int{5, 16, 2}, ops.GELU)
	x, y := tensor.RandNormal(r, 0, 1, workers*rows, 5), tensor.RandNormal(r, 0, 1, workers*rows, 2)

	parts := make([]*graph.Grads, workers)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			part := tensor.Range{Start: i * rows, Stop: (i + 1) * rows, Step: 1}
			parts[i] = gradients(model, tensor.Slice(nil, x, part), tensor.Slice(nil, y, part))
		})
	}
	wg.Wait()

	whole := gradients(model, x, y)
	for name, w := range model.Params() {
		mean := tensor.Zeros(w.Shape()...)
		for _, g := range parts {
			tensor.Add(mean, mean, tensor.Scale(nil, g.Of(w), 1.0/workers))
		}
		if !tensor.Close(mean, whole.Of(w), 1e-12, 1e-15) {
			t.Errorf("%s: gradients of the parts have the mean %v, that of the whole is %v", name, mean, whole.Of(w))
		}
	}
}

func TestConvert(t *testing.T) {
	r := source(4)
	model := nn.MLP(r, []int{3, 4, 2}, ops.Tanh)
	x := tensor.RandNormal(r, 0, 1, 6, 3)
	exact := model.Forward(graph.Const(x)).Value()
	before := slices.Collect(maps.Values(maps.Collect(model.Params())))

	nn.Convert(model, tensor.Float32)
	for name, w := range model.Params() {
		if w.Type() != tensor.Float32 {
			t.Errorf("%s is still %v", name, w.Type())
		}
		if !slices.Contains(before, w) {
			t.Errorf("%s is another tensor", name)
		}
	}
	y := model.Forward(graph.Const(x.To(tensor.Float32))).Value()
	if y.Type() != tensor.Float32 || !tensor.Close(y.To(tensor.Float64), exact, 1e-5, 1e-5) {
		t.Errorf("float32 output %v, want %v", y, exact)
	}

	// A step in float32 must go where it would go in float64.
	target := tensor.Zeros(6, 2)
	step := func(typ tensor.Type) *tensor.Tensor {
		m := nn.MLP(source(4), []int{3, 4, 2}, ops.Tanh)
		nn.Convert(m, typ)
		(&optim.SGD{Rate: 0.1}).Step(m.Params(), gradients(m, x.To(typ), target.To(typ)))
		return m[0].(*nn.Linear).W.To(tensor.Float64)
	}
	if have, want := step(tensor.Float32), step(tensor.Float64); !tensor.Close(have, want, 1e-5, 1e-6) {
		t.Errorf("after a step in float32 %v, in float64 %v", have, want)
	}
}

// A training step that was made before allocates nothing: no data, no node, no
// header and no shape.
func TestStepAllocatesNothing(t *testing.T) {
	r := source(5)
	model := nn.MLP(r, []int{8, 6, 5, 3}, ops.Tanh)
	x := tensor.RandNormal(r, 0, 1, 4, 8)
	labels := []int{0, 2, 1, 0}
	sgd, adam := &optim.SGD{Rate: 1e-3, Momentum: 0.9}, &optim.Adam{}
	var tape graph.Tape
	for name, step := range map[string]func(){
		"SGD": func() {
			tape.Reset()
			loss := nn.CrossEntropy(model.Forward(tape.Input(x)), labels)
			sgd.Step(model.Params(), loss.Backward())
		},
		"Adam": func() {
			tape.Reset()
			loss := nn.CrossEntropy(model.Forward(tape.Input(x)), labels)
			adam.Step(model.Params(), loss.Backward())
		},
	} {
		for range 3 { // the tape has two lists of nodes to fill
			step()
		}
		if n := testing.AllocsPerRun(20, step); n > 0 {
			t.Errorf("%s: %v allocations a step", name, n)
		}
	}
}
