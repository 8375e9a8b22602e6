package graph_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// custom is an operation made of functions, so that a test can break a rule.
type custom struct {
	eval func(y *tensor.Tensor, x []*tensor.Tensor)
	vjp  func(i int, g, y *graph.Var, x []*graph.Var) *graph.Var
}

func (custom) Name() string                                { return "custom" }
func (custom) Shape(dst []int, x []*tensor.Tensor) []int   { return append(dst, x[0].Shape()...) }
func (c custom) Eval(y *tensor.Tensor, x []*tensor.Tensor) { c.eval(y, x) }
func (c custom) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	return c.vjp(i, g, y, x)
}

func identity(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Copy(y, x[0]) }

// misuse runs f and returns the text of the *tensor.Error it must panic with.
func misuse(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() {
		t.Helper()
		e, ok := recover().(*tensor.Error)
		if !ok {
			t.Fatal("no *tensor.Error")
		}
		text = e.Error()
	}()
	f()
	return ""
}

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("message %q does not say %q", text, p)
		}
	}
}

// The adjoint of a value is the sum over all paths from it: for y = x·x + sin x,
// with x used three times, dy/dx = 2x + cos x.
func TestSumOverPaths(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(0.5, -1.25)
	x := tape.Watch(w)
	g := ops.Sum(ops.Add(ops.Mul(x, x), ops.Sin(x))).Backward().Of(w)
	for i := range 2 {
		v := w.Flat(i)
		if want := 2*v + math.Cos(v); math.Abs(g.Flat(i)-want) > 1e-15 {
			t.Errorf("dy/dx at %v is %v, want %v", v, g.Flat(i), want)
		}
	}
}

// Widths of fan-out from 1 to 5, each term with its own factor: the sum must
// not lose or repeat one, whoever owns the buffers.
func TestFanOut(t *testing.T) {
	for n := 1; n <= 5; n++ {
		var tape graph.Tape
		w := tensor.Scalar(3)
		y := ops.Scale(tape.Watch(w), 1)
		shared := ops.Scale(y, 10)
		sum := shared
		for i := 1; i < n; i++ {
			sum = ops.Add(sum, ops.Add(shared, ops.Scale(y, float64(i))))
		}
		want := float64(10*n + n*(n-1)/2)
		if g := sum.Backward().Of(w).Item(); g != want {
			t.Errorf("width %d: %v, want %v", n, g, want)
		}
	}
}

func TestTiedWeights(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(2)
	if first := tape.Watch(w); tape.Watch(w) != first {
		t.Fatal("watching twice made two leaves")
	}
	y := ops.Mul(tape.Watch(w), ops.Exp(tape.Watch(w)))
	if g, want := y.Backward().Of(w).Item(), 3*math.Exp(2); math.Abs(g-want) > 1e-14*want {
		t.Errorf("d(w·eʷ)/dw = %v, want %v", g, want)
	}
}

func TestNoPathIsNotZero(t *testing.T) {
	var tape graph.Tape
	used, unused, never := tensor.Scalar(1), tensor.Scalar(2), tensor.Scalar(3)
	x, z := tape.Watch(used), tape.Watch(unused)
	y := ops.Scale(x, 0)
	g := y.Backward()
	if got := g.Of(used); got == nil || got.Item() != 0 {
		t.Errorf("gradient of 0·x is %v, want a zero", got)
	}
	if g.Of(unused) != nil || g.Of(never) != nil {
		t.Error("a gradient without a path is not nil")
	}
	d := y.Grad(x, z)
	if d[0] == nil || d[0].Value().Item() != 0 || d[1] != nil {
		t.Errorf("Grad gives %v", d)
	}
}

// A tensor watched after a Backward has no gradient in it.
func TestWatchedLater(t *testing.T) {
	var tape graph.Tape
	first, second := tensor.Scalar(1), tensor.Scalar(2)
	g := ops.Square(tape.Watch(first)).Backward()
	tape.Watch(second)
	if g.Of(second) != nil {
		t.Error("a gradient with respect to a tensor that was not there")
	}
}

// Grad runs only the rules on paths to what it is asked for.
func TestGradPrunes(t *testing.T) {
	var tape graph.Tape
	x, z := tape.Watch(tensor.Scalar(1)), tape.Watch(tensor.Scalar(2))
	y := ops.Mul(ops.Exp(ops.Exp(x)), ops.Exp(ops.Exp(z)))
	before := tape.Len()
	y.Grad(x)
	one := tape.Len() - before
	y.Grad(x, z)
	if both := tape.Len() - before - one; one >= both {
		t.Errorf("Grad for one input records %d values, for two %d", one, both)
	}
}

// d(a+b) hands one cotangent to both, and a rule may return a value of the
// tape: gradients must be tensors of their own all the same.
func TestGradientsDoNotAlias(t *testing.T) {
	var tape graph.Tape
	a, b := tensor.Vector(1, 2), tensor.Vector(3, 4)
	x, y := tape.Watch(a), tape.Watch(b)
	lazy := graph.Apply(custom{identity, func(_ int, _, _ *graph.Var, in []*graph.Var) *graph.Var { return in[0] }}, x)
	g := ops.Sum(ops.Add(ops.Add(x, y), lazy)).Backward()
	seen := map[*float64]bool{&a.Float64s()[0]: true, &b.Float64s()[0]: true}
	for _, w := range []*tensor.Tensor{a, b} {
		p := &g.Of(w).Float64s()[0]
		if seen[p] {
			t.Error("a gradient shares memory")
		}
		seen[p] = true
	}
	if got, want := g.Of(a), tensor.Vector(2, 3); !tensor.Equal(got, want) {
		t.Errorf("gradient %v, want %v", got, want)
	}
	if got := tape.Watch(a).Value(); !tensor.Equal(got, tensor.Vector(1, 2)) {
		t.Errorf("the sweep changed a value: %v", got)
	}
}

// The derivatives of sin come round after four, each by Grad of the one before.
func TestGradAnyOrder(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(0.7))
	y := ops.Sin(x)
	for order := 1; order <= 8; order++ {
		y = y.Grad(x)[0]
		want := math.Sin(0.7 + float64(order)*math.Pi/2)
		if got := y.Value().Item(); math.Abs(got-want) > 1e-13 {
			t.Errorf("derivative %d of sin is %v, want %v", order, got, want)
		}
	}
}

// The Hessian-vector product by Backward of a Grad: for f = Σ x³, H v = 6xv.
func TestBackwardOfGrad(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(1, -2, 0.5)
	v := tape.Input(tensor.Vector(3, 1, -1))
	x := tape.Watch(w)
	d := ops.Sum(ops.PowScalar(x, 3)).Grad(x)[0]
	hv := ops.Sum(ops.Mul(d, v)).Backward().Of(w)
	if want := tensor.Vector(18, -12, -3); !tensor.Close(hv, want, 1e-14, 0) {
		t.Errorf("H v = %v, want %v", hv, want)
	}
}

func TestGradOfIntermediate(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(2))
	u := ops.Square(x) // 4
	v := ops.Mul(u, x) // 8
	y := ops.Mul(v, u) // 32 = x⁵
	d := y.Grad(u, v, x, y, u)
	// With u and v free: y = v·u and v = u·x, so dy/du = v + u·x = 16, dy/dv = u = 4.
	for i, want := range []float64{16, 4, 5 * 16, 1, 16} {
		if got := d[i].Value().Item(); got != want {
			t.Errorf("gradient %d is %v, want %v", i, got, want)
		}
	}
}

// A linear function has no second derivative by any path.
func TestGradOfConstantGradient(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(2))
	d := ops.Scale(x, 3).Grad(x)[0]
	if d.Value().Item() != 3 {
		t.Fatalf("d(3x)/dx = %v", d.Value())
	}
	if d2 := d.Grad(x)[0]; d2 != nil {
		t.Errorf("second derivative of 3x is %v, want none", d2)
	}
}

func TestDetach(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(3)
	x := tape.Watch(w)
	if g := ops.Mul(x, x.Detach()).Backward().Of(w).Item(); g != 3 {
		t.Errorf("d(x·stop(x))/dx = %v, want 3", g)
	}
	text := misuse(t, func() { x.Detach().Backward() })
	wantText(t, text, "graph.Backward", "detach", "no watched tensor")
}

func TestConstantsAreInference(t *testing.T) {
	x := graph.Const(tensor.Vector(1, 2))
	w := x.Tape().Watch(tensor.Vector(3, 4)) // a nil tape gives constants
	y := ops.Sum(ops.Mul(x, w))
	if y.Tape() != nil || y.Value().Item() != 11 {
		t.Errorf("%v = %v on tape %p", y, y.Value(), y.Tape())
	}
	wantText(t, misuse(t, func() { y.Backward() }), "constant", "tape.Input")
}

// The first layer's input gradient is one of its three products. Nobody wants
// it, so its rule must not be called, nor that of a branch without parameters.
func TestNoWorkForConstants(t *testing.T) {
	var calls []int
	rule := func(i int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
		calls = append(calls, i)
		return g
	}
	add := func(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Add(y, x[0], x[1]) }
	var tape graph.Tape
	x, w := tape.Input(tensor.Scalar(1)), tape.Watch(tensor.Scalar(2))
	data := graph.Apply(custom{add, rule}, x, x)
	graph.Apply(custom{add, rule}, data, w).Backward()
	if fmt.Sprint(calls) != "[1]" {
		t.Errorf("rules called for inputs %v, want [1]", calls)
	}
}

// lazy is an operation whose Shape hands out its input's shape instead of
// appending to dst. That is a mistake, but must not let a later operation write
// into the shape of a tensor.
type lazy struct{ custom }

func (lazy) Shape(_ []int, x []*tensor.Tensor) []int { return x[0].Shape() }

func TestShapeOfAnInput(t *testing.T) {
	var tape graph.Tape
	w, u := tensor.Zeros(2), tensor.Zeros(3)
	graph.Apply(lazy{custom{identity, nil}}, tape.Watch(w))
	ops.Neg(tape.Watch(u))
	if w.Rank() != 1 || w.Dim(0) != 2 {
		t.Errorf("the input's shape became %v", w.Shape())
	}
}

func TestNilRule(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(2)
	x := tape.Watch(w)
	none := func(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var { return nil }
	y := graph.Apply(custom{identity, none}, x)
	if g := y.Backward().Of(w); g != nil {
		t.Errorf("a gradient went through an op without a rule: %v", g)
	}
	if g := ops.Mul(y, x).Backward().Of(w).Item(); g != 2 {
		t.Errorf("d(stop(x)·x)/dx = %v, want 2", g)
	}
}

func TestSweepOrder(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(2))
	unrelated := ops.Exp(x)
	y := ops.Mul(ops.Square(x), ops.AddScalar(x, 1)) // x²(x+1) = x³ + x²
	want := []string{"%4 = mul: 1", "%3 = add_scalar[1]: 4", "%2 = square: 3", "%0 = watch: 16"}
	var got []string
	for v, adjoint := range y.Sweep() {
		if v == unrelated {
			t.Error("the sweep visits a value on no path")
		}
		line, _, _ := strings.Cut(v.String(), " %")
		line, _, _ = strings.Cut(line, " [] ")
		got = append(got, strings.TrimSuffix(line, " []")+": "+adjoint.String())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Leaving a sweep early, or computing and sweeping inside one, must leave the
// tape as it was.
func TestSweepBreakAndNesting(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(2)
	x := tape.Watch(w)
	y := ops.PowScalar(x, 3)
	for range y.Sweep() {
		break
	}
	for v := range y.Sweep() {
		if z := ops.Square(v); !z.Recorded() {
			t.Error("an operation in the loop was not recorded")
		}
		if g := y.Backward().Of(w).Item(); g != 12 {
			t.Errorf("a nested sweep gives %v, want 12", g)
		}
	}
	if g := y.Backward().Of(w).Item(); g != 12 {
		t.Errorf("gradient after a break is %v, want 12", g)
	}
}

func TestPanickingRuleLeavesTapeUsable(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(2)
	x := tape.Watch(w)
	boom := errors.New("boom")
	bad := graph.Apply(custom{identity, func(int, *graph.Var, *graph.Var, []*graph.Var) *graph.Var {
		ops.Neg(x)
		panic(boom)
	}}, ops.Square(x))
	func() {
		defer func() {
			if recover() != boom {
				t.Error("another panic")
			}
		}()
		bad.Backward()
	}()
	if y := ops.Square(x); !y.Recorded() || y.Backward().Of(w).Item() != 4 {
		t.Error("the tape stayed paused")
	}
}

func TestBackwardFrom(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(1, 2, 3)
	y := ops.Square(tape.Watch(w))
	cotangent := tensor.Vector(1, 0, -2)
	g := y.BackwardFrom(cotangent).Of(w)
	if want := tensor.Vector(2, 0, -12); !tensor.Equal(g, want) {
		t.Errorf("vJ = %v, want %v", g, want)
	}
	if !tensor.Equal(cotangent, tensor.Vector(1, 0, -2)) {
		t.Error("the cotangent was changed")
	}
	text := misuse(t, func() { y.BackwardFrom(tensor.Vector(1, 2)) })
	wantText(t, text, "graph.BackwardFrom", "[2]", "[3]")
}

func TestMisuse(t *testing.T) {
	var tape, other graph.Tape
	x := tape.Watch(tensor.Vector(1, 2))
	data := tape.Input(tensor.Vector(5, 6))
	wrongShape := graph.Apply(custom{identity, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return ops.Sum(g) }}, x)
	elsewhere := graph.Apply(custom{identity, func(_ int, _, _ *graph.Var, _ []*graph.Var) *graph.Var {
		return other.Input(tensor.Vector(1, 2))
	}}, x)
	wrongType := graph.Apply(custom{identity, func(_ int, _, _ *graph.Var, _ []*graph.Var) *graph.Var {
		return graph.Const(tensor.New(tensor.Float32, 2))
	}}, x)
	watching := graph.Apply(custom{identity, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
		return ops.Mul(g, g.Tape().Watch(tensor.Scalar(1)))
	}}, x)
	sweeping := graph.Apply(custom{identity, func(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
		ops.Sum(x).Backward()
		return g
	}}, x)
	for _, c := range []struct {
		name string
		do   func()
		want []string
	}{
		{"not a scalar", func() { x.Backward() }, []string{"graph.Backward", "%0", "[2]", "2 elements", "BackwardFrom"}},
		{"no watched tensor", func() { ops.Sum(data).Backward() }, []string{"graph.Backward", "sum", "no watched tensor"}},
		{"two tapes", func() { ops.Add(x, other.Watch(tensor.Scalar(1))) }, []string{"input 1 of add", "another tape", "graph.Const"}},
		{"element types", func() { ops.Add(x, tape.Input(tensor.New(tensor.Float32, 3))) }, []string{"add of float64 [2] and float32 [3]", "element types differ"}},
		{"nil Var", func() { ops.Add(x, nil) }, []string{"graph.Apply", "input 1 of add is nil"}},
		{"nil tensor", func() { tape.Watch(nil) }, []string{"graph.Watch", "nil"}},
		{"no inputs", func() { graph.Apply(custom{}) }, []string{"custom has no inputs"}},
		{"cotangent of a wrong shape", func() { ops.Sum(wrongShape).Backward() }, []string{"VJP of custom", "[]", "input 0", "[2]"}},
		{"cotangent of another tape", func() { ops.Sum(elsewhere).Backward() }, []string{"VJP of custom", "another tape"}},
		{"cotangent of another type", func() { ops.Sum(wrongType).Backward() }, []string{"VJP of custom", "float32 [2]", "float64 [2]"}},
		{"a rule that watches", func() { ops.Sum(watching).Backward() }, []string{"a rule", "must not put", "watch"}},
		{"a rule that sweeps", func() { ops.Sum(sweeping).Backward() }, []string{"graph.Backward", "called by a rule"}},
		{"Grad of a constant's", func() { ops.Sum(x).Grad(graph.Const(tensor.Scalar(1))) }, []string{"graph.Grad", "const float64 []", "Watch"}},
		{"Grad of an input", func() { ops.Sum(x).Grad(data) }, []string{"graph.Grad", "%1 = input", "Watch it"}},
		{"Grad across tapes", func() { ops.Sum(x).Grad(other.Watch(tensor.Scalar(1))) }, []string{"graph.Grad", "another tape"}},
		{"Grad of a vector", func() { x.Grad(x) }, []string{"graph.Grad", "only a scalar"}},
	} {
		t.Run(c.name, func(t *testing.T) { wantText(t, misuse(t, c.do), c.want...) })
	}
	if g := ops.Sum(x).Backward(); g == nil {
		t.Error("unreachable")
	}
}

// A tensor that changes between recording and sweep would give a wrong gradient
// in silence: 20 instead of 6 for x² at 3 changed to 10.
func TestChangedTensor(t *testing.T) {
	w, x, c := tensor.Scalar(3), tensor.Scalar(4), tensor.Scalar(5)
	for _, changed := range []struct {
		what string
		x    func(product *graph.Var) *tensor.Tensor
	}{
		{"watch", func(*graph.Var) *tensor.Tensor { return w }},
		{"input", func(*graph.Var) *tensor.Tensor { return x }},
		{"const", func(*graph.Var) *tensor.Tensor { return c }},
		{"mul", func(product *graph.Var) *tensor.Tensor { return product.Value() }},
	} {
		t.Run(changed.what, func(t *testing.T) {
			var tape graph.Tape
			product := ops.Mul(tape.Watch(w), ops.Mul(tape.Input(x), graph.Const(c)))
			y := ops.Mul(ops.Mul(ops.Exp(product), graph.Const(c)), tape.Input(x))
			if got := y.Backward().Of(w); got == nil {
				t.Fatal("no gradient before the change")
			}
			changed.x(product).Set(0.5)
			wantText(t, misuse(t, func() { y.Backward() }), "graph.Backward", changed.what, "changed since it was recorded (writes: 1)", "Reset")
		})
	}
}

// A rule that makes a constant of numbers has a value and no derivative. A
// first-order sweep can use it, wherever its memory is; one that records must
// not, since the gradient of the gradient would be wrong.
func TestConstantFromARule(t *testing.T) {
	rule := func(_ int, g, _ *graph.Var, in []*graph.Var) *graph.Var {
		return graph.Const(ops.Mul(g, ops.Scale(in[0], 2)).Value())
	}
	square := custom{func(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Square(y, x[0]) }, rule}
	var tape graph.Tape
	w := tensor.Vector(1, -3)
	x := tape.Watch(w)
	y := ops.Sum(ops.Mul(graph.Apply(square, x), ops.Exp(x)))
	want := tensor.Vector(3*math.E, 3*math.Exp(-3)) // (x² + 2x)eˣ
	if got := y.Backward().Of(w); !tensor.Close(got, want, 1e-14, 0) {
		t.Errorf("gradient %v, want %v", got, want)
	}
	wantText(t, misuse(t, func() { y.Grad(x) }), "VJP of custom", "constant", "by operations")
}

func TestGradInARule(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(2))
	nested := graph.Apply(custom{identity, func(_ int, g, _ *graph.Var, in []*graph.Var) *graph.Var {
		return ops.Mul(g, ops.Exp(in[0])).Grad(in[0])[0]
	}}, x)
	wantText(t, misuse(t, func() { nested.Backward() }), "graph.Grad", "called by a rule")
}

func TestResetInASweep(t *testing.T) {
	var tape graph.Tape
	w := tensor.Scalar(2)
	y := ops.Exp(ops.Square(tape.Watch(w)))
	wantText(t, misuse(t, func() {
		for range y.Sweep() {
			tape.Reset()
		}
	}), "graph.Sweep", "Reset while a sweep")
	tape.Reset()
	if g := ops.Square(tape.Watch(w)).Backward().Of(w).Item(); g != 4 {
		t.Errorf("gradient %v afterwards, want 4", g)
	}
}

// Goroutines with a tape each share parameters. Run with -race.
func TestGoroutines(t *testing.T) {
	w := tensor.Vector(1, 2, 3)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			var tape graph.Tape
			for range 10 {
				tape.Reset()
				x := tape.Input(tensor.Scalar(float64(i)))
				g := ops.Sum(ops.Mul(ops.Square(tape.Watch(w)), x)).Backward().Of(w)
				if want := 2 * 3 * float64(i); g.At(2) != want {
					t.Errorf("goroutine %d: %v, want %v", i, g.At(2), want)
				}
			}
		})
	}
	all.Wait()
}

func TestFloat32(t *testing.T) {
	var tape graph.Tape
	w := tensor.Vector(0.5, 2).To(tensor.Float32)
	g := ops.Sum(ops.Log(tape.Watch(w))).Backward().Of(w)
	if g.Type() != tensor.Float32 || g.At(0) != 2 || g.At(1) != 0.5 {
		t.Errorf("gradient %v of type %v", g, g.Type())
	}
}
