package gradcheck

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

func square33(r *rand.Rand) *tensor.Tensor { return tensor.RandNormal(r, 0, 1, 3, 3) }

func TestRight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	tests := map[string]struct {
		f Func
		x []*tensor.Tensor
	}{
		"exp":            {exp.first, []*tensor.Tensor{tensor.RandNormal(r, 0, 1, 2, 3)}},
		"scalar":         {exp.first, []*tensor.Tensor{tensor.Scalar(0.3)}},
		"zero-size":      {exp.first, []*tensor.Tensor{tensor.Zeros(0, 2)}},
		"at zero":        {square.first, []*tensor.Tensor{tensor.Zeros(3)}},
		"zeros ±":        {exp.first, []*tensor.Tensor{tensor.Vector(0, math.Copysign(0, -1))}},
		"matmul":         {matmul(gbT, aTg).call, []*tensor.Tensor{tensor.RandNormal(r, 0, 1, 2, 3), tensor.RandNormal(r, 0, 1, 3, 4)}},
		"same one twice": {func(x []*graph.Var) *graph.Var { return times(x[0], x[1]) }, slices.Repeat([]*tensor.Tensor{tensor.Vector(1, 2)}, 2)},
		"identity":       {func(x []*graph.Var) *graph.Var { return x[0] }, []*tensor.Tensor{tensor.Vector(1, 2)}},
		"no path":        {func(x []*graph.Var) *graph.Var { return exp.of(x[1]) }, []*tensor.Tensor{tensor.Vector(1, 2), tensor.Scalar(1)}},
		"a constant":     {func([]*graph.Var) *graph.Var { return graph.Const(tensor.Vector(1, 2)) }, []*tensor.Tensor{tensor.Vector(1)}},
		"large":          {wave.first, []*tensor.Tensor{tensor.RandNormal(r, 0, 1, 500)}},
		"dead ramp":      {ramp.first, []*tensor.Tensor{tensor.Vector(-1e-5, -1e-3, -1)}},
		"fast":           {wave.first, []*tensor.Tensor{tensor.Vector(1e4, 1e6)}},
		"saturated":      {tanh.first, []*tensor.Tensor{tensor.Vector(0.5, 8, 40)}},
		"mixed sizes":    {square.first, []*tensor.Tensor{tensor.Vector(1e-8, 1, 1e8)}},
	}
	for name, c := range tests {
		for seed := range uint64(5) {
			if err := (Checker{Seed: seed}).Check(c.f, c.x...); err != nil {
				t.Errorf("%s, seed %d: %v", name, seed, err)
			}
		}
	}
}

// Single elements at the extremes: next to a kink or to the edge of a domain,
// and of all magnitudes. A wrong factor is found there as well.
func TestExtremes(t *testing.T) {
	tests := map[string]struct {
		c curve
		x []float64
	}{
		"ramp":      {ramp, []float64{1e-3, 1e-5, 1e-9, 1e-30, 1e-300, 1e300}},
		"logarithm": {logarithm, []float64{1e-3, 1e-6, 1e-9, 1e-100, 1e-300, 1e100, 1e300}},
		"root":      {root, []float64{1e-3, 1e-6, 1e-9, 1e-100, 1e-300, 1e100, 1e300}},
		"square":    {square, []float64{1e-6, 1e-9, 1e-100, 1e100, 1e150}},
		"wave":      {wave, []float64{1e-9, 1e-100, 1e2, 1e4, 1e6}},
		"tanh":      {tanh, []float64{1e-100, 8, 10}},
	}
	for name, c := range tests {
		for _, x := range c.x {
			if err := Check(c.c.first, tensor.Scalar(x)); err != nil {
				t.Errorf("%s at %g: %v", name, x, err)
			}
			if err := Check(c.c.with(1, 1.001).first, tensor.Scalar(x)); !errors.As(err, new(*Failure)) {
				t.Errorf("wrong %s at %g: %v", name, x, err)
			}
		}
	}
}

func TestWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	vector := []*tensor.Tensor{tensor.Vector(0.3, 1.2, -0.7)}
	matrices := []*tensor.Tensor{square33(r), square33(r)}
	oneOff := func(n, at int, by float64) Func {
		m := tensor.Ones(n)
		m.SetFlat(at, by)
		return masked(m).call
	}
	scaled := func(share func(g, a, b *tensor.Tensor) *tensor.Tensor, by float64) func(g, a, b *tensor.Tensor) *tensor.Tensor {
		return func(g, a, b *tensor.Tensor) *tensor.Tensor { return tensor.Scale(nil, share(g, a, b), by) }
	}
	tests := map[string]struct {
		f     Func
		x     []*tensor.Tensor
		input int
		wrong int
	}{
		"factor":          {exp.with(1, 1.001).first, vector, 0, 3},
		"tiny factor":     {exp.with(1, 1+1e-9).first, vector, 0, 3},
		"sign":            {exp.with(1, -1).first, vector, 0, 3},
		"zero":            {exp.with(1, 0).first, vector, 0, 3},
		"not a number":    {exp.with(1, math.NaN()).first, vector, 0, 3},
		"infinite":        {exp.with(1, math.Inf(1)).first, vector, 0, 3},
		"no rule":         {rule{eval: exp.Eval, vjp: func(int, *graph.Var, []*graph.Var) *graph.Var { return nil }}.call, vector, 0, 3},
		"missing term":    {func(x []*graph.Var) *graph.Var { return times(x[0], x[0].Detach()) }, vector, 0, 3},
		"second input":    {matmul(gbT, scaled(aTg, 1.001)).call, matrices, 1, 9},
		"b for bᵀ":        {matmul(func(g, a, b *tensor.Tensor) *tensor.Tensor { return tensor.MatMul(nil, g, b, false, false) }, aTg).call, matrices, 0, 9},
		"one of many":     {oneOff(100, 37, 1.001), []*tensor.Tensor{tensor.RandNormal(r, 0, 1, 100)}, 0, 1},
		"the last":        {oneOff(1000, 999, 1.001), []*tensor.Tensor{tensor.RandNormal(r, 0, 1, 1000)}, 0, 3},
		"a needle":        {oneOff(1000, 537, 1.001), []*tensor.Tensor{tensor.RandNormal(r, 0, 1, 1000)}, 0, -1},
		"far from 0":      {square.with(1, 1.001).first, []*tensor.Tensor{tensor.Scalar(1e100)}, 0, 1},
		"near the domain": {logarithm.with(1, 1.001).first, []*tensor.Tensor{tensor.Vector(1e-6, 1e-100)}, 0, 2},
		"of a constant":   {curve{func(float64) float64 { return 3 }, func(float64) float64 { return 1e-9 }}.first, vector, 0, 3},
		"near a kink":     {ramp.with(1, 1.001).first, []*tensor.Tensor{tensor.Vector(1e-3, 1e-9)}, 0, 2},
		"permuted": {rule{ // its gradients add up to what they should
			eval: func(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Copy(y, x[0]) },
			vjp: func(_ int, g *graph.Var, _ []*graph.Var) *graph.Var {
				return graph.Const(tensor.Take(nil, g.Value(), 0, []int{1, 2, 0}))
			}}.call, vector, 0, 3},
	}
	for name, c := range tests {
		for seed := range uint64(5) {
			err := Checker{Seed: seed}.Check(c.f, c.x...)
			var f *Failure
			if !errors.As(err, &f) {
				t.Errorf("%s, seed %d: %v, want a Failure", name, seed, err)
				continue
			}
			n := 0
			for _, e := range f.Report.Entries {
				if e.Verdict != Wrong {
					continue
				}
				n++
				if e.Input != c.input {
					t.Errorf("%s: input %d is said to be wrong", name, e.Input)
				}
			}
			if c.wrong >= 0 && n != c.wrong {
				t.Errorf("%s, seed %d: %d entries wrong, want %d:\n%v", name, seed, n, c.wrong, err)
			}
		}
	}
}

func TestSecondOrder(t *testing.T) {
	x := tensor.Vector(0.3, 1.2, -0.7)
	tests := map[string]struct {
		f    Func
		want Derivative
		ok   bool
	}{
		"right":        {f: exp.first, ok: true},
		"with product": {f: func(x []*graph.Var) *graph.Var { return times(wave.of(x[0]), square.of(x[0])) }, ok: true},
		"linear":       {f: func(x []*graph.Var) *graph.Var { return x[0] }, ok: true},
		"to a scalar":  {f: func(x []*graph.Var) *graph.Var { return inner(exp.of(x[0]), wave.of(x[0])) }, ok: true},
		"no path":      {f: func([]*graph.Var) *graph.Var { return graph.Const(tensor.Vector(1, 2)) }, ok: true},
		"first wrong":  {f: exp.with(1, 1.001).first, want: Gradient},
		"second wrong": {f: exp.with(2, 1.001).first, want: Second},
		"second lost":  {f: exp.with(2, 0).first, want: Second},
		"recorded form": {want: Recorded, f: rule{eval: exp.Eval, vjp: func(_ int, g *graph.Var, x []*graph.Var) *graph.Var {
			if g.Recorded() {
				return times(g, exp.with(0, 1.001).of(x[0]))
			}
			return times(g, exp.of(x[0]))
		}}.call},
		"not linear in g": {want: Second, f: rule{eval: exp.Eval, vjp: func(_ int, g *graph.Var, x []*graph.Var) *graph.Var {
			return times(g.Detach(), exp.of(x[0])) // its value is right, its derivative in g is zero
		}}.call},
	}
	for name, c := range tests {
		err := Checker{Order: 2}.Check(c.f, x)
		if c.ok {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var f *Failure
		if !errors.As(err, &f) || f.Worst.Derivative != c.want {
			t.Errorf("%s: %v, want a Failure of the %v", name, err, c.want)
			continue
		}
		for _, e := range f.Report.Entries {
			if e.Derivative > c.want {
				t.Errorf("%s: goes on after a wrong %v to %v, which rests on it", name, c.want, e.Derivative)
				break
			}
		}
	}
	oneOfTwo := func(x []*graph.Var) *graph.Var { return exp.of(x[1]) }
	if err := (Checker{Order: 2}).Check(oneOfTwo, tensor.Vector(1, 2, 3), x); err != nil {
		t.Errorf("no path from one of two: %v", err)
	}
	if err := Check(exp.with(2, 1.001).first, x); err != nil {
		t.Errorf("a wrong second derivative at first order: %v", err)
	}
}

func TestInconclusive(t *testing.T) {
	lossy := func(x float64) float64 { return (x + 1e10) - 1e10 }
	zero := func(float64) float64 { return 0 }
	one := func(float64) float64 { return 1 }
	tests := map[string]struct {
		c    curve
		x    float64
		want Verdict
		text string
	}{
		"kink":      {ramp, 0, Kink, "one slope to the left and another to the right"},
		"edge":      {curve{math.Sqrt, zero}, 0, Undefined, "not finite on both sides"},
		"noise":     {curve{lossy, one}, 0.7, Noisy, "inexact"},
		"swallowed": {curve{func(x float64) float64 { return x + 1e20 }, one}, 0.7, Noisy, "inexact"},
		"unseen":    {curve{func(x float64) float64 { return math.Log(math.Exp(x)+1) - x }, func(x float64) float64 { return -1 / (math.Exp(x) + 1) }}, 40, Noisy, "inexact"},
		"near edge": {curve{func(x float64) float64 { return (math.Log(x) + 7.9e10) - 7.9e10 }, func(x float64) float64 { return 1 / x }}, 0.0018, Noisy, "inexact"},
		"too fast":  {wave, 1e13, Noisy, "vary so fast"},
	}
	for name, c := range tests {
		err := Check(c.c.first, tensor.Vector(c.x))
		var in *Inconclusive
		if !errors.As(err, &in) || in.Worst.Verdict != c.want || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %v with %q", name, err, c.want, c.text)
		}
	}
}

// A function that loses half of its digits can still be checked, to the
// accuracy that is left.
func TestNoise(t *testing.T) {
	f := curve{func(x float64) float64 { return (math.Exp(x) + 1e6) - 1e6 }, math.Exp}
	for _, x := range []float64{-1, 0.2, 1.7} {
		r, err := Checker{}.Report(f.first, tensor.Scalar(x))
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if e := r.Entries[0]; e.Estimate < 1e-12 || e.Estimate > 1e-5 {
			t.Errorf("at %v: estimate %g for values that are off by 1e-10", x, e.Estimate)
		}
		if err := Check(f.with(1, 1.001).first, tensor.Scalar(x)); !errors.As(err, new(*Failure)) {
			t.Errorf("at %v: a wrong factor in the noise: %v", x, err)
		}
	}
}

func TestErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	changeAfter := func(n int) Func {
		return func(x []*graph.Var) *graph.Var {
			if n--; n >= 0 {
				return x[0]
			}
			return inner(x[0], x[0])
		}
	}
	tests := map[string]struct {
		f    Func
		want string
	}{
		"random": {func(x []*graph.Var) *graph.Var {
			return times(x[0], graph.Const(tensor.RandNormal(r, 0, 1, 2)))
		}, "gradcheck: the function gave two values for the same inputs"},
		"random rule": {rule{eval: exp.Eval, vjp: func(_ int, g *graph.Var, _ []*graph.Var) *graph.Var {
			return times(g, graph.Const(tensor.RandNormal(r, 0, 1, 2)))
		}}.call, "gradcheck: two sweeps gave two gradients: that of input 0 [2] is"},
		"writes": {func(x []*graph.Var) *graph.Var {
			y := exp.of(x[0])
			x[0].Value().SetFlat(1, 7)
			return y
		}, "gradcheck: the function wrote to input 0 [2]: its element [1] was 2 and is 7"},
		"writes unseen": {func(x []*graph.Var) *graph.Var {
			x[0].Value().Float64s()[0] = -1
			return exp.of(x[0])
		}, "gradcheck: the function wrote to input 0 [2]: its element [0] was 1 and is -1"},
		"rule writes": {rule{eval: exp.Eval, vjp: func(_ int, g *graph.Var, x []*graph.Var) *graph.Var {
			x[0].Value().Float64s()[1] = 5
			return times(g, exp.of(x[0]))
		}}.call, "gradcheck: the function wrote to input 0 [2]: its element [1] was 2 and is 5"},
		"writes late": {func(x []*graph.Var) *graph.Var {
			if v := x[0].Value().Float64s(); v[0] != 1 {
				v[1] = 9
			}
			return exp.of(x[0])
		}, "gradcheck: the function wrote to input 0 [2]: its element [1] was 2 and is"},
		"not finite": {logarithm.with(0, math.Inf(1)).first, "gradcheck: the value is NaN at element 0 of 2"},
		"nil":        {func([]*graph.Var) *graph.Var { return nil }, "gradcheck: the function returned nil"},
		"misuse": {func(x []*graph.Var) *graph.Var {
			panic(tensor.Errorf("ops.Nothing", "cannot do it"))
		}, "gradcheck: ops.Nothing: cannot do it"},
		"wrong shape of a share": {rule{eval: exp.Eval, vjp: func(_ int, g *graph.Var, _ []*graph.Var) *graph.Var {
			return inner(g, g)
		}}.call, "the cotangent is float64 [] for input 0"},
		"other tape": {func([]*graph.Var) *graph.Var {
			return exp.of(new(graph.Tape).Watch(tensor.Vector(1, 2)))
		}, "is on another tape"},
		"other type": {func([]*graph.Var) *graph.Var {
			return graph.Const(tensor.New(tensor.Float32, 2))
		}, "the value is float32 for inputs in float64"},
		"shape changes at once": {changeAfter(1), "the function gave a value of 2 elements and then one of 1"},
		"in a sweep":            {changeAfter(2), "the function gave a value of shape [2] and then one of []"},
		"late":                  {changeAfter(20), "the function gave a value of 2 elements and then one of 1"},
	}
	for name, c := range tests {
		x := tensor.Vector(1, 2)
		err := Check(c.f, x)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if x.Flat(0) != 1 || x.Flat(1) != 2 {
			t.Errorf("%s: the input is left as %v", name, x)
		}
	}
	var misuse *tensor.Error
	if err := Check(tests["misuse"].f, tensor.Vector(1)); !errors.As(err, &misuse) || misuse.Func != "ops.Nothing" {
		t.Errorf("misuse is not wrapped: %v", err)
	}
}

func TestMisuse(t *testing.T) {
	single := tensor.New(tensor.Float32, 1)
	tests := map[string]struct {
		c    Checker
		f    Func
		x    []*tensor.Tensor
		want string
	}{
		"order":     {Checker{Order: 3}, exp.first, []*tensor.Tensor{single}, "Order is 3: it must be 0, 1 or 2"},
		"entries":   {Checker{Entries: -1}, exp.first, []*tensor.Tensor{single}, "Entries is -1: it must not be negative"},
		"function":  {Checker{}, nil, []*tensor.Tensor{single}, "cannot check nil: there must be a function"},
		"none":      {Checker{}, exp.first, nil, "there are no inputs, so there is nothing to compare"},
		"nil":       {Checker{}, exp.first, []*tensor.Tensor{nil}, "input 0 is nil: each input must be a tensor"},
		"nil later": {Checker{}, exp.first, []*tensor.Tensor{single, nil}, "input 1 is nil: each input must be a tensor"},
		"types":     {Checker{}, exp.first, []*tensor.Tensor{single, tensor.Scalar(1)}, "input 0 is float32 and input 1 is float64: a computation has one element type"},
	}
	refused := func(name, want string, call func()) {
		defer func() {
			if e, ok := recover().(*tensor.Error); !ok || e.Error() != want {
				t.Errorf("%s: panic %v, want %s", name, e, want)
			}
		}()
		call()
	}
	for name, c := range tests {
		refused(name, "gradcheck.Check: "+c.want, func() { c.c.Check(c.f, c.x...) })
		refused(name, "gradcheck.Report: "+c.want, func() { c.c.Report(c.f, c.x...) })
	}
}

// Inputs are what they were, bit for bit, after any end of a check.
func TestRestored(t *testing.T) {
	negative := math.Copysign(0, -1)
	want := []float64{0.1, negative, 1e300, 5e-324}
	calls := 0
	for stop := 1; stop < 60; stop += 7 {
		x := tensor.Vector(want...)
		func() {
			defer func() {
				if p := recover(); p != "stop" {
					t.Errorf("panic %v did not pass", p)
				}
			}()
			calls = 0
			Check(func(v []*graph.Var) *graph.Var {
				if calls++; calls == stop {
					panic("stop")
				}
				return v[0]
			}, x)
		}()
		if !slices.EqualFunc(x.Float64s(), want, sameBits) {
			t.Errorf("after a panic in call %d: %v", stop, x)
		}
	}
	x := tensor.Vector(want...)
	if err := (Checker{Entries: 2}).Check(func(v []*graph.Var) *graph.Var { return v[0] }, x); err != nil {
		t.Error(err)
	}
	if !slices.EqualFunc(x.Float64s(), want, sameBits) {
		t.Errorf("after a check: %v", x)
	}
}

// A model is checked by a closure over it that ignores the Vars.
func TestClosure(t *testing.T) {
	w, b := tensor.Vector(0.5, -0.2), tensor.Vector(0.1, 0.3)
	model := func(c curve) Func {
		return func(x []*graph.Var) *graph.Var {
			tape := x[0].Tape()
			return times(c.of(tape.Watch(w)), tape.Watch(b))
		}
	}
	if err := (Checker{Order: 2}).Check(model(exp), w, b); err != nil {
		t.Error(err)
	}
	if err := Check(model(exp.with(1, 1.001)), b, w); !errors.As(err, new(*Failure)) {
		t.Errorf("a wrong model: %v", err)
	}
}

func TestFloat32(t *testing.T) {
	x := tensor.Vector(0.3, 1.2, -0.7).To(tensor.Float32)
	onlySingle := func(y *tensor.Tensor, x []*tensor.Tensor) {
		exp.Eval(y, x)
		if y.Type() == tensor.Float32 {
			y.SetFlat(1, 1.01*y.Flat(1))
		}
	}
	wrongValue := rule{eval: onlySingle, vjp: func(_ int, g *graph.Var, x []*graph.Var) *graph.Var { return times(g, exp.of(x[0])) }}
	wrongSlope := rule{eval: exp.Eval, vjp: func(_ int, g *graph.Var, x []*graph.Var) *graph.Var {
		return times(g, graph.Apply(rule{eval: onlySingle}, x[0].Detach()))
	}}
	value := math.Exp(x.Flat(1))
	apart := fmt.Sprintf("element 1 of the value is %.9g in float32 and %.9g in float64", float32(1.01*float64(float32(value))), value)
	unlike := graph.Const(tensor.Vector(1, 2, 3).To(tensor.Float32))
	tests := map[string]struct {
		f    Func
		want string // "" for none
	}{
		"right":       {exp.first, ""},
		"wrong":       {exp.with(1, 1.001).first, "the gradient for input 0 [3] is wrong"},
		"value":       {wrongValue.call, apart},
		"slope":       {wrongSlope.call, "the float32 gradient for input 0 [3] is wrong at [1]"},
		"closes over": {func(x []*graph.Var) *graph.Var { return times(x[0], unlike) }, "convert the model to float64"},
		"shape": {func(x []*graph.Var) *graph.Var {
			if x[0].Type() == tensor.Float32 {
				return inner(x[0], x[0])
			}
			return x[0]
		}, "the value has 1 elements in float32 and 3 in float64"},
		"ignores": {func([]*graph.Var) *graph.Var { return unlike }, "convert the model to float64"},
	}
	for name, c := range tests {
		err := Check(c.f, x)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if err := (Checker{Entries: 2, Order: 2}).Check(exp.first, x, x); err != nil {
		t.Errorf("one tensor twice, in directions: %v", err)
	}
	huge := tensor.Vector(100).To(tensor.Float32)
	if err := Check(exp.first, huge); err == nil || !strings.HasSuffix(err.Error(), "(in float32)") {
		t.Errorf("overflow in float32 only: %v", err)
	}
}
