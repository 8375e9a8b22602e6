package graph_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// penalized is the loss of a network with a penalty on its gradient, of which the tape
// holds the gradient too: a program in which sweeps are recorded.
func penalized(tape *graph.Tape, x, w1, w2 *tensor.Tensor) (loss *graph.Var, grads []*graph.Var) {
	a, b := tape.Watch(w1), tape.Watch(w2)
	h := ops.Tanh(ops.MatMul(tape.Input(x), a))
	y := ops.Mean(ops.Square(ops.Sub(ops.MatMul(h, b), h.Detach())))
	loss = ops.Add(y, ops.Sum(ops.Square(y.Grad(a)[0])))
	return loss, loss.Grad(a, b)
}

// What Replay gives has the bits of a fresh recording: values, gradients that are on the
// tape, and those that a sweep finds.
func TestReplay(t *testing.T) {
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
		x, w1, w2 := draw(1, 5, 4).To(typ), draw(2, 4, 3).To(typ), draw(3, 3, 3).To(typ)
		var tape graph.Tape
		loss, grads := penalized(&tape, x, w1, w2)
		for step, change := range []func(){
			func() {},
			func() { tensor.Copy(x, draw(4, 5, 4).To(typ)) },
			func() { w1.SetFlat(2, 0.75) },
			func() { tensor.Scale(w2, w2, -2) },
			func() { // the slice behind a tensor
				if typ == tensor.Float64 {
					x.Float64s()[3] = 0.125
				} else {
					x.Float32s()[3] = 0.125
				}
				x.Touch()
			},
		} {
			change()
			if err := tape.Replay(); err != nil {
				t.Fatal(err)
			}
			var fresh graph.Tape
			wantLoss, wantGrads := penalized(&fresh, x, w1, w2)
			if !tensor.Equal(loss.Value(), wantLoss.Value()) {
				t.Errorf("step %d: loss %v, want %v", step, loss.Value(), wantLoss.Value())
			}
			got, want := loss.Backward(), wantLoss.Backward()
			for i, w := range []*tensor.Tensor{w1, w2} {
				if !tensor.Equal(grads[i].Value(), wantGrads[i].Value()) || !tensor.Equal(got.Of(w), want.Of(w)) {
					t.Errorf("step %d: gradient %d is %v and %v, want %v", step, i, grads[i].Value(), got.Of(w), want.Of(w))
				}
			}
		}
	}
}

func TestReplayAllocatesNothing(t *testing.T) {
	x, w1, w2 := draw(1, 5, 4), draw(2, 4, 3), draw(3, 3, 3)
	var tape graph.Tape
	loss, _ := penalized(&tape, x, w1, w2)
	step := func() {
		x.SetFlat(0, x.Flat(0)+0.01)
		if err := tape.Replay(); err != nil {
			t.Fatal(err)
		}
		g := loss.Backward()
		tensor.AddScaled(w1, g.Of(w1), -0.01)
	}
	step()
	step()
	if n := testing.AllocsPerRun(100, step); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}

// Constants that are made of numbers, decisions and indices: what Replay would get wrong,
// it refuses.
func TestReplayRefuses(t *testing.T) {
	exp := func(tape *graph.Tape, w *tensor.Tensor) *graph.Var { return ops.Exp(tape.Watch(w)) }
	var c *tensor.Tensor
	for _, test := range []struct {
		name   string
		record func(tape *graph.Tape, w *tensor.Tensor)
		change func(w *tensor.Tensor)
		want   []string
	}{
		{"a constant of a value", func(tape *graph.Tape, w *tensor.Tensor) {
			y := exp(tape, w)
			ops.Mul(y, graph.Const(y.Value().Clone()))
		}, nil, []string{"graph.Replay: %1 = exp %0 [2] was read before %2 = mul", "record anew"}},
		{"a decision", func(tape *graph.Tape, w *tensor.Tensor) {
			if y := exp(tape, w); y.Value().Flat(0) > 1 {
				ops.Neg(y)
			}
		}, nil, []string{"%1 = exp", "was read", "%2 = scale[-1]"}},
		{"a decision on a leaf", func(tape *graph.Tape, w *tensor.Tensor) {
			x := tape.Watch(w)
			ops.Scale(x, x.Value().Flat(0))
		}, nil, []string{"%0 = watch [2] was read", "scale"}},
		{"a gradient read", func(tape *graph.Tape, w *tensor.Tensor) {
			y := ops.Sum(exp(tape, w))
			ops.Scale(y, y.Backward().Of(w).Flat(0))
		}, nil, []string{"%0 = watch [2] was read", "scale"}},
		{"adjoints read", func(tape *graph.Tape, w *tensor.Tensor) {
			y := exp(tape, w)
			for _, g := range y.Sweep() {
				ops.Scale(y, g.Flat(0))
			}
		}, nil, []string{"%1 = exp %0 [2] was read", "scale"}},
		{"another shape", func(tape *graph.Tape, w *tensor.Tensor) { ops.Sum(exp(tape, w)) },
			func(w *tensor.Tensor) { w.ReuseAs(1, 2) }, []string{"the tensor of %0 = watch is float64 [1 2] and was float64 [2]"}},
		{"another type", func(tape *graph.Tape, w *tensor.Tensor) { ops.Sum(exp(tape, w)) },
			func(w *tensor.Tensor) { w.SetType(tensor.Float32) }, []string{"is float32 [2] and was float64 [2]"}},
		{"a constant changed", func(tape *graph.Tape, w *tensor.Tensor) {
			c = tensor.Vector(1, 2)
			ops.Mul(exp(tape, w), graph.Const(c))
		}, func(*tensor.Tensor) { c.SetFlat(0, 3) }, []string{"a constant that %2 = mul", "was changed", "Input"}},
		{"an operation refuses", func(tape *graph.Tape, w *tensor.Tensor) {
			graph.Apply(custom{func(y *tensor.Tensor, x []*tensor.Tensor) {
				if x[0].Flat(0) < 0 {
					panic(tensor.Errorf("positive", "%v is negative", x[0].Flat(0)))
				}
				tensor.Copy(y, x[0])
			}, nil}, tape.Watch(w))
		}, func(w *tensor.Tensor) { w.SetFlat(0, -1) }, []string{"positive: -1 is negative"}},
		{"a result of another shape", func(tape *graph.Tape, w *tensor.Tensor) { graph.Apply(nonzero{}, tape.Watch(w)) },
			func(w *tensor.Tensor) { w.SetFlat(0, 0) }, []string{"the value of %1 = nonzero %0 [2] has the shape [1] now"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var tape graph.Tape
			w := tensor.Vector(0.5, 2)
			test.record(&tape, w)
			if test.change != nil {
				if err := tape.Replay(); err != nil {
					t.Fatalf("before the change: %v", err)
				}
				test.change(w)
			}
			err := tape.Replay()
			if err == nil {
				t.Fatal("not refused")
			}
			wantText(t, err.Error(), test.want...)
			tape.Reset()
			w = tensor.Vector(0.5, 2)
			y := exp(&tape, w)
			if err := tape.Replay(); err != nil || y.Value().Flat(0) != y.Value().Flat(0) {
				t.Errorf("after a Reset: %v", err)
			}
		})
	}
}

// nonzero returns the elements that are not zero: a shape that depends on numbers.
type nonzero struct{}

func (nonzero) Name() string { return "nonzero" }
func (nonzero) Shape(dst []int, x []*tensor.Tensor) []int {
	n := 0
	for k := range x[0].Len() {
		if x[0].Flat(k) != 0 {
			n++
		}
	}
	return append(dst, n)
}
func (nonzero) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	n := 0
	for k := range x[0].Len() {
		if v := x[0].Flat(k); v != 0 {
			y.SetFlat(n, v)
			n++
		}
	}
}
func (nonzero) VJP(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }

// Reading when all is recorded, shapes at any time, and rules that read, do no harm.
func TestReplayAfterReading(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(0.5, 2)
	x := tape.Watch(w)
	y := ops.Scale(ops.Exp(x), 1/float64(x.Len()+len(x.Shape())))
	reads := graph.Apply(custom{identity, func(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
		return ops.Scale(g, 1+0*x[0].Value().Flat(0))
	}}, y)
	reads.BackwardFrom(w)
	z := ops.Sum(reads)
	for range 3 {
		old := z.Backward()
		if z.Value().Item() != ops.Sum(graph.Const(y.Value())).Value().Item() || old.Of(w).Flat(0) != y.Value().Flat(0) {
			t.Errorf("value %v, gradient %v", z.Value(), old.Of(w))
		}
		w.SetFlat(0, w.Flat(0)+1)
		wantText(t, misuse(t, func() { z.Backward() }), "changed since it was recorded")
		if err := tape.Replay(); err != nil {
			t.Fatal(err)
		}
		wantText(t, misuse(t, func() { old.Of(w) }), "graph.Grads.Of", "before the last Reset")
	}
}

// Shapes are those of the record that is on the tape, in whatever order it was made.
func TestReplayOfShapes(t *testing.T) {
	var tape graph.Tape
	a, b, c := tensor.Vector(1, 2), tensor.Zeros(3, 2), tensor.Vector(5)
	for _, x := range [][]*tensor.Tensor{{a, b, c}, {c, a, b}, {b}} {
		tape.Reset()
		for _, w := range x {
			tape.Input(w)
			ops.Exp(ops.Neg(tape.Watch(w)).Detach())
		}
		if err := tape.Replay(); err != nil {
			t.Error(err)
		}
	}
}

// When an operation refuses, the tape is half evaluated, and its Vars are refused.
func TestReplayFailing(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(1, 2)
	y := ops.Exp(graph.Apply(nonzero{}, tape.Watch(w)))
	w.SetFlat(0, 0)
	if tape.Replay() == nil {
		t.Fatal("not refused")
	}
	wantText(t, misuse(t, func() { y.Value() }), "before the last Reset")
	w.SetFlat(0, 3)
	if err := tape.Replay(); err != nil || y.Value().Len() != 2 {
		t.Errorf("with numbers that fit: %v, %v", err, y)
	}

	var other graph.Tape
	y = graph.Checkpoint(func(x []*graph.Var) *graph.Var { return ops.Exp(graph.Apply(nonzero{}, x[0])) }, other.Watch(w))
	w.SetFlat(0, 0)
	if other.Replay() == nil {
		t.Fatal("not refused")
	}
	w.Fill(1)
	if err := other.Replay(); err != nil || y.Value().Flat(1) != math.E {
		t.Errorf("a checkpoint with numbers that fit: %v, %v", err, y)
	}
}

// Checkpoints are evaluated again, with the random numbers of the record.
func TestReplayOfCheckpoint(t *testing.T) {
	run := func(tape *graph.Tape, x *tensor.Tensor) *graph.Var {
		source := rand.NewPCG(1, 2)
		random := rand.New(source)
		return ops.Sum(graph.CheckpointRandom(source, func(x []*graph.Var) *graph.Var {
			return ops.Sin(ops.Mul(x[0], x[0].Tape().Input(tensor.RandUniform(random, 0, 1, 3))))
		}, ops.Exp(tape.Watch(x))))
	}
	x := tensor.Vector(0.5, 1, -1)
	var tape graph.Tape
	y := run(&tape, x)
	y.Backward()
	tensor.Copy(x, tensor.Vector(1, 2, 0.25))
	if err := tape.Replay(); err != nil {
		t.Fatal(err)
	}
	var fresh graph.Tape
	want := run(&fresh, x)
	if !tensor.Equal(y.Value(), want.Value()) || !tensor.Equal(y.Backward().Of(x), want.Backward().Of(x)) {
		t.Errorf("%v, gradient %v; want %v, %v", y.Value(), y.Backward().Of(x), want.Value(), want.Backward().Of(x))
	}
}
