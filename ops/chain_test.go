package ops_test

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// link returns w·tanh(x) + b: three values of a chain.
func link(x, w, b *graph.Var) *graph.Var { return ops.Add(ops.Mul(ops.Tanh(x), w), b) }

// A chain of a million values is swept: there is no recursion that its depth
// could exhaust. With w = 1 and b = 0 the derivatives fall off only as powers
// of the length, so every link has a part in the gradients.
func TestMillion(t *testing.T) {
	const links = 1_000_000 / 3
	x, w, b := tensor.Scalar(0.8), tensor.Scalar(1), tensor.Scalar(0)

	var tape graph.Tape
	y, wv, bv := tape.Watch(x), tape.Watch(w), tape.Watch(b)
	for range links {
		y = link(y, wv, bv)
	}
	if n := tape.Len(); n < 999_999 {
		t.Fatalf("the tape has %d values", n)
	}
	grads := y.Backward()

	// The same value with its three derivatives, forwards.
	v, dx, dw, db := 0.8, 1.0, 0.0, 0.0
	for range links {
		v = math.Tanh(v)
		slope := 1 - v*v
		dx, dw, db = slope*dx, slope*dw+v, slope*db+1
	}
	for _, test := range []struct {
		name       string
		have, want float64
	}{
		{"y", y.Value().Item(), v},
		{"dy/dx", grads.Of(x).Item(), dx},
		{"dy/dw", grads.Of(w).Item(), dw},
		{"dy/db", grads.Of(b).Item(), db},
	} {
		if math.Abs(test.have-test.want) > 1e-9*math.Abs(test.want) {
			t.Errorf("%s is %v, want %v", test.name, test.have, test.want)
		}
	}
}
