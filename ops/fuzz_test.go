package ops_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A program is a list of instructions, each of three bytes: which sample of the
// catalog, and where its inputs start among the values so far, and with what
// stride.
type program []byte

// tamed returns the instructions whose inputs fit, which a *tensor.Error denies, and
// whose values are finite and not large.
func (p program) tamed(samples []ops.Sample, x []*graph.Var) (kept program) {
	values := x
	for ; len(p) >= 3 && len(values) < 12; p = p[3:] {
		if y := try(p.instruction(samples, values)); y != nil && tame(y.Value()) {
			values, kept = append(values, y), append(kept, p[:3]...)
		}
	}
	return kept
}

// run executes p on x, without a look at numbers.
func (p program) run(samples []ops.Sample, x []*graph.Var) *graph.Var {
	values := x
	for ; len(p) > 0; p = p[3:] {
		s, in := p.instruction(samples, values)
		values = append(values, s.Call(in))
	}
	return values[len(values)-1]
}

// instruction returns the first of p, and its inputs.
func (p program) instruction(samples []ops.Sample, values []*graph.Var) (s ops.Sample, in []*graph.Var) {
	s = samples[int(p[0])%len(samples)]
	for i := range s.Shapes {
		in = append(in, values[(int(p[1])+i*int(p[2]))%len(values)])
	}
	return s, in
}

func try(s ops.Sample, x []*graph.Var) (y *graph.Var) {
	defer func() {
		if e := recover(); e != nil {
			if _, misuse := e.(*tensor.Error); !misuse {
				panic(e)
			}
		}
	}()
	return s.Call(x)
}

func tame(x *tensor.Tensor) bool {
	for i := range x.Len() {
		if v := x.Flat(i); !(math.Abs(v) < 100) {
			return false
		}
	}
	return true
}

// FuzzPrograms composes operations at random, also with inputs that they must
// refuse. Whatever comes out has the same gradient from a first-order sweep and
// from one that records, and differences confirm it where they can tell.
func FuzzPrograms(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		p := make([]byte, 30)
		for i := range p {
			p[i] = byte(r.UintN(256))
		}
		f.Add(p)
	}
	var samples []ops.Sample
	for _, e := range ops.Catalog() {
		samples = append(samples, e.Samples...)
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		r := rand.New(rand.NewPCG(7, 7))
		x := []*tensor.Tensor{
			tensor.RandUniform(r, 0.5, 1.5, 2, 3), tensor.RandUniform(r, 0.5, 1.5, 3), tensor.RandUniform(r, 0.5, 1.5),
		}
		kept := program(p).tamed(samples, constants(x))
		run := func(v []*graph.Var) *graph.Var { return kept.run(samples, v) }
		if _, err := replayed(run, x, clones(x)); err != nil {
			t.Fatal(err)
		}

		var tape graph.Tape
		v := watch(&tape, x)
		y := run(v)
		phi := ops.Sum(ops.Mul(y, tape.Input(cotangent(1, y))))
		if phi.Value().Len() == 0 || singular(&tape) {
			return
		}
		grads, recorded := sweeps(phi, v)
		if grads == nil {
			return
		}
		for i := range x {
			one := grads.Of(x[i])
			if (one == nil) != (recorded[i] == nil) {
				t.Fatalf("input %d has a path in one of two sweeps\n%v", i, &tape)
			}
			if one != nil && !tensor.Close(one, recorded[i].Value(), 1e-9, 1e-9) {
				t.Fatalf("input %d: %v in one pass, %v recorded\n%v", i, one, recorded[i].Value(), &tape)
			}
		}

		// Near a kink differences prove nothing, and say so.
		var wrong *gradcheck.Failure
		if err := gradcheck.Check(run, x...); errors.As(err, &wrong) {
			t.Fatalf("%v\n%v", err, &tape)
		}
	})
}

// sweeps returns the gradient of both kinds of sweep, or nil where there is none: where
// no x leads to y, or where an operation says so, as of the eigenvectors of equal
// eigenvalues.
func sweeps(y *graph.Var, x []*graph.Var) (grads *graph.Grads, recorded []*graph.Var) {
	defer func() {
		if e := recover(); e != nil {
			if err, ok := e.(*tensor.Error); !ok || !strings.HasPrefix(err.Func, "ops.") {
				panic(e)
			}
			grads = nil
		}
	}()
	recorded = y.Grad(x...)
	if !slices.ContainsFunc(recorded, func(g *graph.Var) bool { return g != nil }) {
		return nil, nil
	}
	return y.Backward(), recorded
}

// singular reports whether the tape applies a function at a point where its slope
// is infinite. A gradient through that is infinite, or NaN where two such paths
// meet.
func singular(tape *graph.Tape) bool {
	for v := range tape.Vars() {
		if v.Op() == nil {
			continue
		}
		points := singularities[v.Op().Name()]
		for _, in := range v.Inputs() {
			for i := range in.Value().Len() {
				if slices.Contains(points, in.Value().Flat(i)) {
					return true
				}
			}
		}
	}
	return false
}

var singularities = map[string][]float64{
	"pow": {0}, "pow_scalar": {0}, "log": {0}, "sqrt": {0}, "reciprocal": {0}, "div": {0}, "cbrt": {0},
	"log2": {0}, "log10": {0}, "log1p": {-1}, "logit": {0, 1}, "asin": {-1, 1}, "acos": {-1, 1}, "acosh": {1}, "atanh": {-1, 1},
	"erfinv": {-1, 1}, "erfcinv": {0, 2}, "hypot": {0}, "atan2": {0}, "bessel_y": {0},
}
