//go:build exercise || solution

package ch07

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The one layer gives for four inputs what the two give. 0 and the unit vectors are enough,
// as the difference is affine.
func TestCollapse(t *testing.T) {
	w1, b1 := [][]float64{{0.2, -0.4, 0.1}, {-0.5, 0.3, 0.8}, {0.7, 0.1, -0.3}, {0.4, -0.6, 0.5}}, []float64{0.1, -0.2, 0.3, -0.1}
	w2, b2 := [][]float64{{0.6, -0.1, 0.3, -0.7}, {-0.2, 0.5, -0.4, 0.9}}, []float64{0.05, -0.05}
	w, b := Collapse(w1, b1, w2, b2)
	if len(w) != 2 || len(w[0]) != 3 || len(w[1]) != 3 || len(b) != 2 {
		t.Fatalf("W is %v, b is %v, want 2 rows of 3, and 2", w, b)
	}
	two := nn.Sequential{&nn.Linear{W: tensor.Matrix(w1), B: tensor.Vector(b1...)}, &nn.Linear{W: tensor.Matrix(w2), B: tensor.Vector(b2...)}}
	for _, x := range [][]float64{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}} {
		want := two.Forward(graph.Const(tensor.Vector(x...))).Value()
		for i := range b {
			got := b[i] + w[i][0]*x[0] + w[i][1]*x[1] + w[i][2]*x[2]
			if !(math.Abs(got-want.At(i)) < 1e-12) {
				t.Errorf("for %v output %d is %v, want %v", x, i, got, want.At(i))
			}
		}
	}
}

// The slope by the output is the one that the tape finds at z.
func TestByOutput(t *testing.T) {
	for _, name := range []string{"sigmoid", "tanh", "relu", "softplus", "elu"} {
		f, err := nn.Activation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, z := range []float64{-2, -0.7, -0.1, 0.1, 0.9, 3} {
			var tape graph.Tape
			x := tape.Watch(tensor.Scalar(z))
			a := f(x)
			want := a.Backward().Of(x.Value()).Item()
			if got := ByOutput(name, a.Value().Item()); !(math.Abs(got-want) < 1e-12) {
				t.Errorf("%s where it is %v: %v, want %v", name, a.Value().Item(), got, want)
			}
		}
	}
}

// Value and derivatives are those of a tape that watches z and β.
func TestSwish(t *testing.T) {
	for _, beta := range []float64{1, 2, 0.5} { // 1 alone would hide a missing β
		for _, z := range []float64{-2000, -30, -0.7, 0, 0.7, 30, 2000} {
			var tape graph.Tape
			x, b := tape.Watch(tensor.Scalar(z)), tape.Watch(tensor.Scalar(beta))
			a := ops.Mul(x, ops.Sigmoid(ops.Mul(b, x)))
			grads := a.Backward()
			want := [3]float64{a.Value().Item(), grads.Of(x.Value()).Item(), grads.Of(b.Value()).Item()}
			f, inZ, inBeta := Swish(z, beta)
			for i, got := range [3]float64{f, inZ, inBeta} {
				if !(math.Abs(got-want[i]) < 1e-12*max(1, math.Abs(want[i]))) {
					t.Errorf("z = %v, β = %v: %v, want %v", z, beta, [3]float64{f, inZ, inBeta}, want)
					break
				}
			}
		}
	}
}
