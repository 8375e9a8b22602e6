package museum

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Whatever is wrong with a gradient, gradcheck finds. What is done with a right gradient
// it cannot see, and two steps written out do. ReLU has the same slope at a as at z.
func TestEachBugIsCaught(t *testing.T) {
	// eq: G12
	unseen := 0
	for _, bug := range Bugs() {
		r, want := Judge(bug), "gradcheck"
		switch {
		case bug.Update != nil:
			want = "two steps"
			unseen++
		case bug.Name == "none" || bug.ReLU:
			want = "nothing"
		}
		if r.Caught != want {
			t.Errorf("%s is caught by %s, want %s: %v", bug.Name, r.Caught, want, r)
		}
		if want == "gradcheck" && r.Relative < 0.7 || want != "gradcheck" && r.Relative > 1e-6 {
			t.Errorf("%s: relative error %v", bug.Name, r.Relative)
		}
	}
	if n := len(Bugs()); n < 20 || unseen != 2 {
		t.Errorf("%d bugs, %d that gradcheck cannot see", n, unseen)
	}
}

// Some mistakes train to nine in ten and more, and the right gradient does too.
func TestSomeBugsTrain(t *testing.T) {
	seeds := Seeds
	if testing.Short() {
		seeds = 1
	}
	good := 0
	for _, bug := range Bugs() {
		if testing.Short() && good > 2 {
			break
		}
		r := Result{Bug: bug}
		if r.TrainAll(seeds, PerArm, Steps); r.Accuracy[0] > 0.9 {
			good++
		} else if bug.Name == "none" {
			t.Errorf("the right gradient does not train: %v", r)
		}
	}
	if !testing.Short() && good < 7 {
		t.Errorf("only %d train", good)
	}
}

// The value of Wrong is that of the operation, its derivative that of the rule.
func TestWrong(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(0.5))
	y := Wrong(ops.Tanh(x), func(c Call) *graph.Var { return ops.Scale(c.Right, 3) })
	if got, want := y.Value().Item(), math.Tanh(0.5); math.Abs(got-want) > 1e-15 {
		t.Errorf("tanh 0.5 = %v", got)
	}
	if got, want := y.Grad(x)[0].Value().Item(), 3*(1-math.Pow(math.Tanh(0.5), 2)); math.Abs(got-want) > 1e-15 {
		t.Errorf("derivative %v, want %v", got, want)
	}
	if z := ops.Tanh(x); Wrong(z, nil) != z {
		t.Error("no rule makes another operation")
	}
}

// All the points lie on three arms, and no two arms meet.
func TestSpiral(t *testing.T) {
	x, labels := Spiral(40)
	for i, label := range labels {
		r := math.Hypot(x.At(i, 0), x.At(i, 1))
		angle := math.Atan2(x.At(i, 1), x.At(i, 0)) - 4*r - 2*math.Pi/3*float64(label)
		if off := math.Remainder(angle, 2*math.Pi); math.Abs(off) > 0.1001 {
			t.Errorf("point %d is off its arm by %v", i, off)
		}
	}
}
