package graph_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// direct is what Checkpoint is to be equal to.
func direct(f graph.Func, x ...*graph.Var) *graph.Var { return f(x) }

type checkpointer = func(f graph.Func, x ...*graph.Var) *graph.Var

// Programs with checkpoints, as functions of what a checkpoint is.
func checkpointed(u *tensor.Tensor) map[string]func(check checkpointer) graph.Func {
	twoLayers := func(x []*graph.Var) *graph.Var { return ops.Tanh(ops.MatMul(layer(x), x[1])) }
	return map[string]func(check checkpointer) graph.Func{
		"two inputs": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var { return check(twoLayers, x...) }
		},
		"a chain": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				h := x[0]
				for range 3 {
					h = check(func(h []*graph.Var) *graph.Var { return ops.Exp(ops.Sin(h[0])) }, h)
				}
				return ops.MatMul(h, x[1])
			}
		},
		"an input of the other": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				h := ops.Sin(x[0])
				return check(func(x []*graph.Var) *graph.Var { return ops.Mul(ops.Exp(x[0]), ops.Square(x[1])) }, x[0], h)
			}
		},
		"one input twice": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var { return check(twoLayersOf3, x[1], x[1], x[0]) }
		},
		"what it watches": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				y := check(func(x []*graph.Var) *graph.Var {
					return ops.MatMul(ops.Tanh(x[0]), ops.Square(x[0].Tape().Watch(u)))
				}, x[0])
				return ops.Mul(y, ops.MatMul(x[0], ops.Exp(x[0].Tape().Watch(u)))) // and so do others
			}
		},
		"nested": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				return check(func(x []*graph.Var) *graph.Var {
					h := check(layer, x...)
					w := x[0].Tape().Watch(u)
					return ops.MatMul(h, check(func(w []*graph.Var) *graph.Var { return ops.Sin(ops.Mul(w[0], w[0].Tape().Watch(u))) }, w))
				}, x[0], x[1])
			}
		},
		"no path to an input": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				y := check(func(x []*graph.Var) *graph.Var { return ops.Sin(x[0]) }, x[0], x[1])
				none := check(func([]*graph.Var) *graph.Var { return graph.Const(tensor.Ones(2, 3)) }, x...)
				same := check(func(x []*graph.Var) *graph.Var { return x[0] }, x[0])
				return ops.Add(ops.Add(y, none), same)
			}
		},
		"a constant input": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				c := graph.Const(tensor.Full(0.5, 2, 3))
				return check(func(x []*graph.Var) *graph.Var { return ops.Mul(ops.Mul(x[0], x[1]), x[2]) }, c, x[0], x[0].Tape().Input(tensor.Full(2, 2, 3)))
			}
		},
		"a gradient inside": func(check checkpointer) graph.Func {
			return func(x []*graph.Var) *graph.Var {
				return check(func(x []*graph.Var) *graph.Var { return ops.Sum(ops.PowScalar(x[0], 3)).Grad(x[0])[0] }, x[0])
			}
		},
	}
}

func twoLayersOf3(x []*graph.Var) *graph.Var {
	return ops.MatMul(ops.Tanh(x[2]), ops.Mul(ops.Exp(x[0]), x[1]))
}

// Values and derivatives of first and second order are those without checkpoints.
func TestCheckpoint(t *testing.T) {
	x := []*tensor.Tensor{draw(1, 2, 3), draw(2, 3, 3), draw(3, 3, 3)}
	v := drawLike(x)
	for name, program := range checkpointed(x[2]) {
		t.Run(name, func(t *testing.T) {
			of := func(check checkpointer) graph.Func {
				return func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Sin(program(check)(x))) }
			}
			y, g, err := graph.ValueAndGrad(of(graph.Checkpoint), x...)
			y0, g0, err0 := graph.ValueAndGrad(of(direct), x...)
			if err != nil || err0 != nil || !tensor.Equal(y, y0) {
				t.Fatalf("%v, want %v; errors %v, %v", y, y0, err, err0)
			}
			for i := range g {
				if (g[i] == nil) != (g0[i] == nil) || g[i] != nil && !tensor.Close(g[i], g0[i], 1e-14, 1e-14) {
					t.Errorf("gradient %d is %v, want %v", i, g[i], g0[i])
				}
			}
			hv, hv0 := must(graph.HVP(of(graph.Checkpoint), x, v)), must(graph.HVP(of(direct), x, v))
			for i := range hv {
				if !tensor.Close(hv[i], hv0[i], 1e-13, 1e-13) {
					t.Errorf("H v %d is %v, want %v", i, hv[i], hv0[i])
				}
			}
			if err := (gradcheck.Checker{Order: 2}).Check(of(graph.Checkpoint), x...); err != nil {
				t.Error(err)
			}
		})
	}
	if err := gradcheck.CheckOp(func(x []*graph.Var) *graph.Var { return graph.Checkpoint(layer, x...) }, x[0], x[1]); err != nil {
		t.Error(err)
	}
}

// f runs once when it is recorded and once in each sweep, however many inputs it has.
func TestCheckpointRuns(t *testing.T) {
	runs := 0
	f := func(x []*graph.Var) *graph.Var { runs++; return layer(x) }
	var tape graph.Tape
	a, b := tape.Watch(draw(1, 2, 3)), tape.Watch(draw(2, 3, 3))
	y := graph.Checkpoint(f, a, b)
	z := graph.Checkpoint(f, y, b)
	g := tensor.Ones(2, 3)
	for k, do := range []func(){
		func() {}, func() { z.BackwardFrom(g) }, func() { z.BackwardFrom(g) }, func() { ops.Sum(z).Grad(a, b) },
	} {
		do()
		if want := 2 * (k + 1); runs != want {
			t.Errorf("after step %d f ran %d times, want %d", k, runs, want)
		}
	}
}

// What a sweep found for one cotangent is not taken for another in the same tensor.
func TestCheckpointCotangents(t *testing.T) {
	var tape graph.Tape
	w, g := tensor.Vector(1, 2), tensor.Vector(1, 1)
	y := graph.Checkpoint(func(x []*graph.Var) *graph.Var { return ops.Square(x[0]) }, tape.Watch(w))
	for k := range 3 {
		g.Fill(float64(k))
		if d := y.BackwardFrom(g).Of(w); d.Flat(1) != 4*float64(k) {
			t.Errorf("cotangent %d: gradient %v", k, d)
		}
	}
}

// Random numbers are drawn again as they were, and the stream goes on as if it had been
// used once.
func TestCheckpointRandom(t *testing.T) {
	type source interface {
		graph.RandomState
		rand.Source
	}
	for name, fresh := range map[string]func() source{
		"PCG":     func() source { return rand.NewPCG(1, 2) },
		"ChaCha8": func() source { return rand.NewChaCha8([32]byte{3}) },
	} {
		t.Run(name, func(t *testing.T) {
			run := func(check func(s graph.RandomState, f graph.Func, x ...*graph.Var) *graph.Var) (g *tensor.Tensor, next uint64) {
				s := fresh()
				r := rand.New(s)
				noisy := func(x []*graph.Var) *graph.Var {
					noise := x[0].Tape().Input(tensor.RandUniform(r, 0, 1, x[0].Shape()...))
					return ops.Sin(ops.Mul(x[0], noise))
				}
				var tape graph.Tape
				x := tape.Watch(draw(1, 4))
				y := check(s, func(x []*graph.Var) *graph.Var { return check(s, noisy, noisy(x)) }, x)
				sum := ops.Sum(check(s, noisy, y))
				first := sum.Grad(x)[0]
				return ops.Add(ops.Sum(ops.Square(first)), sum).Backward().Of(x.Value()), r.Uint64()
			}
			g, next := run(graph.CheckpointRandom)
			g0, next0 := run(func(_ graph.RandomState, f graph.Func, x ...*graph.Var) *graph.Var { return f(x) })
			if !tensor.Close(g, g0, 1e-14, 1e-14) || next != next0 {
				t.Errorf("gradient %v, then %d; want %v, then %d", g, next, g0, next0)
			}
		})
	}
}

func TestCheckpointMisuse(t *testing.T) {
	var tape, other graph.Tape
	x := tape.Watch(tensor.Vector(1, 2))
	calls := 0.0
	random := rand.New(rand.NewPCG(1, 2))
	extra := []*tensor.Tensor{tensor.Vector(1), tensor.Vector(2)}
	backward := func(f graph.Func) func() {
		return func() { ops.Sum(graph.Checkpoint(f, x)).Backward() }
	}
	grad := func(f graph.Func) func() { return func() { ops.Sum(graph.Checkpoint(f, x)).Grad(x) } }
	for _, c := range []struct {
		name string
		do   func()
		want []string
	}{
		{"no function", func() { graph.Checkpoint(nil, x) }, []string{"graph.Checkpoint: the function is nil"}},
		{"no inputs", func() { graph.Checkpoint(layer) }, []string{"checkpoint has no inputs"}},
		{"two tapes", func() { graph.Checkpoint(layer, x, other.Watch(extra[0])) }, []string{"input 1 of checkpoint", "another tape"}},
		{"nothing returned", backward(func([]*graph.Var) *graph.Var { return nil }), []string{"graph.Checkpoint: the function returned nil"}},
		{"a Var from outside", backward(func([]*graph.Var) *graph.Var { return x }), []string{"another tape", "arguments"}},
		{"with a Var from outside", backward(func(v []*graph.Var) *graph.Var { return ops.Add(v[0], x) }), []string{"input 1 of add", "another tape"}},
		{"it counts", backward(func(x []*graph.Var) *graph.Var { calls++; return ops.Scale(x[0], calls) }),
			[]string{"graph.Checkpoint: the function gave 1 at element 0 of [2], and 2 when it was computed again"}},
		{"it draws", grad(func(x []*graph.Var) *graph.Var { return ops.Scale(x[0], random.Float64()) }), []string{"when it was computed again", "CheckpointRandom"}},
		{"another shape", backward(func(x []*graph.Var) *graph.Var {
			calls++
			return ops.BroadcastTo(x[0], int(calls), 2)
		}), []string{"a value of [3 2], and of [4 2] when"}},
		{"it watches others", backward(func(x []*graph.Var) *graph.Var {
			calls++
			x[0].Tape().Watch(extra[int(calls)%2])
			return ops.Sin(x[0])
		}), []string{"watched 1 tensors, and 1 or others"}},
	} {
		t.Run(c.name, func(t *testing.T) { wantText(t, misuse(t, c.do), c.want...) })
	}
	if y := graph.Checkpoint(func(x []*graph.Var) *graph.Var { return ops.Sin(x[0]) }, graph.Const(tensor.Scalar(0))); y.Tape() != nil {
		t.Error("a checkpoint of constants was recorded")
	}
	if g := ops.Sum(x).Backward(); g == nil {
		t.Error("unreachable")
	}
}

// deep is a chain of n steps of two operations each, in segments of a length; 0 is for no
// checkpoints.
func deep(x *graph.Var, n, length int) *graph.Var {
	step := func(x *graph.Var) *graph.Var { return ops.Sin(ops.AddScalar(x, 0.1)) }
	for k := 0; k < n; k += max(1, length) {
		if length == 0 {
			x = step(x)
			continue
		}
		x = graph.Checkpoint(func(x []*graph.Var) *graph.Var {
			y := x[0]
			for range length {
				y = step(y)
			}
			return y
		}, x)
	}
	return x
}

// A chain of 400 values of 8,000 bytes keeps 400 of them, or one for each of 20 segments.
func TestKept(t *testing.T) {
	for length, values := range map[int]int{0: 400, 10: 20} {
		tape := graph.Tape{Trace: true}
		x := tape.Watch(draw(1, 1000))
		y := deep(x, 200, length)
		if k := tape.Kept(); k.Values != values || k.Bytes != 8000*values {
			t.Errorf("segments of %d keep %v", length, k)
		}
		if err := tape.CheckKept(8000 * values); err != nil {
			t.Error(err)
		}
		err := tape.CheckKept(8000*values - 1)
		if err == nil {
			t.Fatal("no error")
		}
		op := map[int]string{0: "add_scalar", 10: "checkpoint"}[length]
		wantText(t, err.Error(), fmt.Sprintf("more than %d bytes", 8000*values-1), op, "checkpoint_test.go:")
		y.BackwardFrom(x.Value())
	}
	var tape graph.Tape
	w := tape.Watch(draw(1, 1000).To(tensor.Float32))
	ops.Sum(ops.Mul(w, w.Detach())).Grad(w)
	if k := tape.Kept(); k.Bytes != 3*4000+3*4 || k.Values != 6 {
		t.Errorf("kept: %v", k)
	}
}
