package ops_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
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

// run executes p on x. An instruction whose inputs do not fit, which a
// *tensor.Error says, or whose value is large or not finite is left out.
func (p program) run(samples []ops.Sample, x []*graph.Var) *graph.Var {
	values := x
	for ; len(p) >= 3 && len(values) < 12; p = p[3:] {
		s := samples[int(p[0])%len(samples)]
		in := make([]*graph.Var, len(s.Shapes))
		for i := range in {
			in[i] = values[(int(p[1])+i*int(p[2]))%len(values)]
		}
		if y := try(s, in); y != nil && tame(y.Value()) {
			values = append(values, y)
		}
	}
	return values[len(values)-1]
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
		run := func(v []*graph.Var) *graph.Var { return program(p).run(samples, v) }

		var tape graph.Tape
		v := watch(&tape, x)
		y := run(v)
		phi := ops.Sum(ops.Mul(y, tape.Input(cotangent(1, y))))
		if phi.Value().Len() == 0 || !leads(phi, v) {
			return
		}
		if singular(&tape) {
			return
		}
		grads, recorded := phi.Backward(), phi.Grad(v...)
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

// leads reports whether y can be differentiated with respect to one of x.
func leads(y *graph.Var, x []*graph.Var) bool {
	for _, g := range y.Grad(x...) {
		if g != nil {
			return true
		}
	}
	return false
}
