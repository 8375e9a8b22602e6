package nn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The equations of the package comment, by columns and sample by sample.
func TestDenseLayerEquations(t *testing.T) {
	const n, in, out = 4, 3, 2
	r := source(10)
	l := nn.NewLinear(r, in, out)
	l.B.FillNormal(r, 0, 1)
	x, ybar := tensor.RandNormal(r, 0, 1, n, in), tensor.RandNormal(r, 0, 1, n, out)

	y, wbar := tensor.Zeros(n, out), tensor.Zeros(out, in)
	bbar, xbar := tensor.Zeros(out), tensor.Zeros(n, in)
	add := func(t *tensor.Tensor, v float64, at ...int) { t.Set(t.At(at...)+v, at...) }
	for s := range n {
		for i := range out {
			z := l.B.At(i)
			for j := range in {
				z += l.W.At(i, j) * x.At(s, j)
			}
			y.Set(math.Tanh(z), s, i)
			delta := ybar.At(s, i) * (1 - math.Tanh(z)*math.Tanh(z))
			add(bbar, delta, i)
			for j := range in {
				add(wbar, delta*x.At(s, j), i, j)
				add(xbar, delta*l.W.At(i, j), s, j)
			}
		}
	}

	var tape graph.Tape
	have := ops.Tanh(l.Forward(tape.Watch(x)))
	g := have.BackwardFrom(ybar)
	for _, tt := range []struct {
		what       string
		have, want *tensor.Tensor
	}{
		{"y", have.Value(), y},
		{"W̄", g.Of(l.W), wbar},
		{"b̄", g.Of(l.B), bbar},
		{"x̄", g.Of(x), xbar},
	} {
		if !tensor.Close(tt.have, tt.want, 1e-13, 1e-14) {
			t.Errorf("%s is %v, want %v", tt.what, tt.have, tt.want)
		}
	}
}

func TestLinearLeadingAxes(t *testing.T) {
	r := source(11)
	l := nn.NewLinear(r, 3, 2)
	x := tensor.RandNormal(r, 0, 1, 2, 4, 3)
	rows := l.Forward(graph.Const(tensor.Reshape(nil, x, 8, 3))).Value()
	if got := l.Forward(graph.Const(x)).Value(); !tensor.Equal(got, tensor.Reshape(nil, rows, 2, 4, 2)) {
		t.Errorf("of [2 4 3]: %v, by rows: %v", got, rows)
	}
	one := tensor.Vector(x.Float64s()[:3]...)
	want := tensor.Vector(rows.Float64s()[:2]...)
	if got := l.Forward(graph.Const(one)).Value(); !tensor.Equal(got, want) {
		t.Errorf("of one sample: %v, want %v", got, want)
	}
}

// A constant gives the same bits as a recorded value, and records nothing.
func TestInference(t *testing.T) {
	r := source(12)
	model := nn.MLP(r, []int{3, 5, 2}, ops.SiLU)
	x := tensor.RandNormal(r, 0, 1, 4, 3)
	var tape graph.Tape
	trained, inferred := model.Forward(tape.Input(x)), model.Forward(graph.Const(x))
	if trained.Tape() != &tape || inferred.Tape() != nil {
		t.Error("the tapes of the outputs are not those of the inputs")
	}
	if !tensor.Equal(trained.Value(), inferred.Value()) {
		t.Errorf("recorded %v, constant %v", trained.Value(), inferred.Value())
	}
}

func TestLinearWithoutBias(t *testing.T) {
	l := &nn.Linear{W: tensor.Matrix([][]float64{{1, 2}, {3, 4}, {5, 6}})}
	var tape graph.Tape
	y := l.Forward(tape.Input(tensor.Matrix([][]float64{{1, -1}})))
	if want := tensor.Matrix([][]float64{{-1, -1, -1}}); !tensor.Equal(y.Value(), want) {
		t.Errorf("x Wᵀ is %v, want %v", y.Value(), want)
	}
	want := tensor.Matrix([][]float64{{1, -1}, {1, -1}, {1, -1}})
	if got := ops.Sum(y).Backward().Of(l.W); !tensor.Equal(got, want) {
		t.Errorf("W̄ is %v, want %v", got, want)
	}
}

func TestLinearWithoutWeights(t *testing.T) {
	const want = "nn.Linear: the layer has no weights: W is nil; NewLinear draws them"
	l := &nn.Linear{}
	mustPanic(t, want, func() { l.Forward(graph.Const(tensor.Zeros(5, 2))) })
	mustPanic(t, want, func() { l.Forward(new(graph.Tape).Input(tensor.Zeros(5, 2))) })
	mustPanic(t, want, func() { nn.Summary(nn.Sequential{l}) })
	mustPanic(t, want, func() { nn.Convert(l, tensor.Float32) })
}

func TestNewLinear(t *testing.T) {
	l := nn.NewLinear(source(13), 3, 2, nn.LeCunNormal, nn.HeUniform)
	w := tensor.Zeros(2, 3)
	if nn.HeUniform(source(13), w); !tensor.Equal(l.W, w) {
		t.Errorf("with HeUniform last: %v, want %v", l.W, w)
	}
	if nn.GlorotUniform(source(13), w); !tensor.Equal(nn.NewLinear(source(13), 3, 2).W, w) {
		t.Error("the default is not GlorotUniform")
	}
	if !tensor.Equal(l.B, tensor.Zeros(2)) {
		t.Errorf("the bias is %v, want zeros", l.B)
	}
	mustPanic(t, "nn.NewLinear: cannot make a layer from 0 to 2 numbers: both must be at least 1",
		func() { nn.NewLinear(source(13), 0, 2) })
	mustPanic(t, "nn.NewLinear: cannot make a layer from 3 to -1 numbers: both must be at least 1",
		func() { nn.NewLinear(source(13), 3, -1) })
	mustPanic(t, "nn.GlorotUniform: cannot draw weights [2 3]: there is no source of random numbers, r is nil",
		func() { nn.NewLinear(nil, 3, 2) })
	mustPanic(t, "nn.HeNormal: cannot draw weights [2 3]: there is no source of random numbers, r is nil",
		func() { nn.NewLinear(nil, 3, 2, nn.HeNormal) })
	mustPanic(t, "nn.NewLinear: cannot draw weights [2 3]: init is nil", func() { nn.NewLinear(source(13), 3, 2, nil) })
	ones := nn.NewLinear(nil, 3, 2, func(_ *rand.Rand, w *tensor.Tensor) { w.Fill(1) })
	if !tensor.Equal(ones.W, tensor.Ones(2, 3)) {
		t.Errorf("an Init without randomness, and nil for it: %v", ones.W)
	}
	mustPanic(t, "ops.Linear: cannot apply weights [2 3], which are out × in, to x [5 2]: its last axis must be in; the weights transposed would fit",
		func() { l.Forward(graph.Const(tensor.Zeros(5, 2))) })
}

func TestMLP(t *testing.T) {
	r := source(14)
	by := nn.Sequential{nn.NewLinear(r, 3, 5, nn.HeNormal), nn.Func(ops.ReLU), nn.NewLinear(r, 5, 4, nn.HeNormal),
		nn.Func(ops.ReLU), nn.NewLinear(r, 4, 2, nn.HeNormal)}
	m := nn.MLP(source(14), []int{3, 5, 4, 2}, ops.ReLU, nn.HeNormal)
	mustYield(t, m.Params(), "0.W", "0.B", "2.W", "2.B", "4.W", "4.B")
	x := graph.Const(tensor.RandNormal(r, 0, 1, 6, 3))
	if got, want := m.Forward(x).Value(), by.Forward(x).Value(); !tensor.Equal(got, want) {
		t.Errorf("MLP gives %v, the same by hand %v", got, want)
	}
	mustYield(t, nn.MLP(r, []int{3, 2}, ops.ReLU).Params(), "0.W", "0.B")
	mustPanic(t, "nn.MLP: cannot make a network of widths [3]: there must be an input and an output",
		func() { nn.MLP(r, []int{3}, ops.ReLU) })
	mustPanic(t, "nn.MLP: cannot make a network of widths [3 5 2]: act is nil; there must be an activation between its layers",
		func() { nn.MLP(r, []int{3, 5, 2}, nil) })
	mustPanic(t, "nn.GlorotUniform: cannot draw weights [5 3]: there is no source of random numbers, r is nil",
		func() { nn.MLP(nil, []int{3, 5, 2}, ops.ReLU) })
	mustYield(t, nn.MLP(r, []int{3, 2}, nil).Params(), "0.W", "0.B") // has no place for an activation
}
