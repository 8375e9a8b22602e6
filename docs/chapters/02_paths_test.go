package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// sumOverPaths returns the derivative of y with respect to v as the sum over all paths
// from v to y of the product of the partial derivatives along the path.
func sumOverPaths(y, v *graph.Var) (sum float64, paths int) {
	if y == v {
		return 1, 1
	}
	for k, operand := range y.Inputs() {
		s, n := sumOverPaths(operand, v)
		sum += figure.Partial(y, k) * s
		paths += n
	}
	return sum, paths
}

// olah computes e = (a + b)(b + 1).
func olah(a, b *graph.Var) (c, d, e *graph.Var) {
	c = ops.Add(a, b)
	d = ops.AddScalar(b, 1)
	return c, d, ops.Mul(c, d)
}

func Example_paths() {
	var tape graph.Tape
	a, b := tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(1))
	_, _, e := olah(a, b)
	fmt.Println("e =", e.Value())
	for _, v := range []*graph.Var{a, b} {
		sum, paths := sumOverPaths(e, v)
		fmt.Printf("paths: %d, sum: %.6g, the sweep says: %.6g\n", paths, sum, e.Grad(v)[0].Value())
	}
	// Output:
	// e = 6
	// paths: 1, sum: 2, the sweep says: 2
	// paths: 2, sum: 5, the sweep says: 5
}

func Example_threePaths() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	u, y := chapters.FanOut(x)
	for _, v := range []*graph.Var{u, x} {
		sum, paths := sumOverPaths(y, v)
		fmt.Printf("paths: %d, sum: %.6g\n", paths, sum)
	}
	// Output:
	// paths: 3, sum: 13
	// paths: 3, sum: 26
}

// tower doubles x by a sum with itself, k times.
func tower(x *graph.Var, k int) *graph.Var {
	for range k {
		x = ops.Add(x, x)
	}
	return x
}

func Example_tower() {
	for _, k := range []int{1, 2, 3, 12} {
		var tape graph.Tape
		x := tape.Watch(tensor.Scalar(1))
		sum, paths := sumOverPaths(tower(x, k), x)
		fmt.Printf("sums: %2d, values on the tape: %2d, paths: %4d, derivative: %g\n", k, tape.Len(), paths, sum)
	}
	// Output:
	// sums:  1, values on the tape:  2, paths:    2, derivative: 2
	// sums:  2, values on the tape:  3, paths:    4, derivative: 4
	// sums:  3, values on the tape:  4, paths:    8, derivative: 8
	// sums: 12, values on the tape: 13, paths: 4096, derivative: 4096
}

// overwrite goes through the tape as a sweep does, but an adjoint is set to the share that
// arrived last where it should be the sum of all.
func overwrite(y, v *graph.Var) float64 {
	adjoint := map[*graph.Var]float64{y: 1}
	for at := y; at != v; at = before(at) {
		for k, operand := range at.Inputs() {
			adjoint[operand] = adjoint[at] * figure.Partial(at, k) // should be +=
		}
	}
	return adjoint[v]
}

// before returns the value that was recorded just before v.
func before(v *graph.Var) (last *graph.Var) {
	for u := range v.Tape().Vars() {
		if u == v {
			break
		}
		last = u
	}
	return last
}

func Example_overwrite() {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	_, y := chapters.FanOut(x)
	fmt.Println("overwritten:", overwrite(y, x))
	fmt.Println("summed:     ", y.Grad(x)[0].Value())
	// Output:
	// overwritten: 12
	// summed:      26
}

// randomProgram records n operations on values chosen at random, some of them read often.
func randomProgram(r *rand.Rand, tape *graph.Tape, n int) (x, y *graph.Var) {
	x = tape.Watch(tensor.Scalar(r.NormFloat64()))
	values := []*graph.Var{x}
	for range n {
		a, b := values[r.IntN(len(values))], values[len(values)-1]
		switch r.IntN(4) {
		case 0:
			values = append(values, ops.Sin(b))
		case 1:
			values = append(values, ops.Mul(a, ops.Tanh(b)))
		case 2:
			values = append(values, ops.Add(a, b))
		default:
			values = append(values, ops.Sub(ops.Scale(a, 0.5), b))
		}
	}
	return x, values[len(values)-1]
}

// eq: V0
// The adjoint recursion of the sweep and the sum over paths, which knows no adjoints,
// agree on programs made at random.
func TestSweepIsTheSumOverPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	most := 0
	for range 50 {
		var tape graph.Tape
		x, y := randomProgram(r, &tape, 12)
		sum, paths := sumOverPaths(y, x)
		most = max(most, paths)
		got := 0.0
		if g := y.Grad(x)[0]; g != nil {
			got = g.Value().Item()
		}
		if math.Abs(got-sum) > 1e-12*max(1, math.Abs(sum)) {
			t.Errorf("the sweep gives %v, %d paths %v", got, paths, sum)
		}
	}
	if most < 50 {
		t.Errorf("no program has more than %d paths", most)
	}
}

// The example of C. Olah, Calculus on Computational Graphs (2015).
func TestOlah(t *testing.T) {
	var tape graph.Tape
	a, b := tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(1))
	_, _, e := olah(a, b)
	g := e.Backward()
	if e.Value().Item() != 6 || g.Of(a.Value()).Item() != 2 || g.Of(b.Value()).Item() != 5 {
		t.Errorf("e = %v, gradient (%v, %v)", e.Value(), g.Of(a.Value()), g.Of(b.Value()))
	}
}

func TestPictureOfPaths(t *testing.T) {
	d := figure.New(700, 400, "Two graphs with partial derivatives on the arrows",
		"Above, e = (a + b)(b + 1) at a = 2, b = 1: arrows from a and b to c = 3 with derivative 1 each, from b to d = 2 with 1, from c to e = 6 with 2, from d to e with 3. "+
			"Below, x = 3 to u = 6 with derivative 2, two arrows from u to u² = 36 with 6 each, one from u² to y = 42 with 1, and one from u to y with 1.")
	var tape graph.Tape
	a, b := tape.Watch(tensor.Scalar(2)), tape.Watch(tensor.Scalar(1))
	c, dd, e := olah(a, b)
	d.Tape(0, 0, figure.Tape{Trace: gradcheck.TraceOf(e), Edges: true,
		Names: map[*graph.Var]string{a: "a", b: "b", c: "c", dd: "d", e: "e"},
		At:    map[*graph.Var][2]float64{a: {90, 50}, b: {90, 160}, c: {330, 50}, dd: {330, 160}, e: {590, 105}}})

	var second graph.Tape
	x := second.Watch(tensor.Scalar(3))
	u, y := chapters.FanOut(x)
	d.Tape(0, 215, figure.Tape{Trace: gradcheck.TraceOf(y), Edges: true,
		Names: map[*graph.Var]string{x: "x", u: "u", before(y): "u²", y: "y"},
		At:    map[*graph.Var][2]float64{x: {90, 130}, u: {260, 130}, before(y): {430, 50}, y: {610, 130}}})
	picture(t, "02-paths.svg", d)
}
