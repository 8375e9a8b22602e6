package ops_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A nested case is one of the problems of the benchmark suite GradBench, whose names
// they have: small programs with loops, recursion and, in two of them, gradients of
// functions that use gradients.
type nested struct {
	ID, Kind                string
	X, Points, Centroids    goldenNumbers
	Start, Value, Published numberOrList
	Grad, Dir               goldenNumbers
	N, S, Ell, Evaluations  int
	RTol                    float64
}

type numberOrList []float64

func (n *numberOrList) UnmarshalJSON(data []byte) error {
	if data[0] != '[' {
		data = fmt.Appendf(nil, "[%s]", data)
	}
	return json.Unmarshal(data, (*[]float64)(n))
}

func (c *nested) agree(t *testing.T, what string, have *tensor.Tensor, want []float64) {
	t.Helper()
	if have.Len() != len(want) {
		t.Fatalf("%s of %s has %d elements, want %d", what, c.ID, have.Len(), len(want))
	}
	for i, w := range want {
		if h := have.Flat(i); math.Abs(h-w) > c.RTol*max(math.Abs(h), math.Abs(w)) {
			t.Errorf("%s of %s [%d] is %v, want %v", what, c.ID, i, h, w)
		}
	}
}

// count compares how many gradients a search took: one that takes another way to the
// same point takes more or fewer.
func (c *nested) count(t *testing.T, gradients int) {
	t.Helper()
	if gradients != c.Evaluations {
		t.Errorf("%s took %d gradients, want %d", c.ID, gradients, c.Evaluations)
	}
}

func TestGoldenNested(t *testing.T) {
	cases := readCases[nested](t, "nested.jsonl.gz")
	if len(cases) != 10 {
		t.Errorf("%d cases, want 10", len(cases))
	}
	for _, c := range cases {
		name := strings.TrimPrefix(c.ID, "gradbench/")
		t.Run(name, func(t *testing.T) {
			switch problem, _, _ := strings.Cut(name, "_"); problem {
			case "llsq":
				c.gradient(t, func(x *graph.Var) *graph.Var { return leastSquares(x, c.N) })
			case "lse":
				c.gradient(t, func(x *graph.Var) *graph.Var {
					most := ops.Max(x)
					return ops.Add(most, ops.Log(ops.Sum(ops.Exp(ops.Sub(x, most)))))
				})
			case "ode":
				c.gradient(t, func(x *graph.Var) *graph.Var { return rungeKutta(x, c.S) })
			case "det":
				c.gradient(t, func(x *graph.Var) *graph.Var { return expansion(x, c.Ell) })
				c.gradient(t, func(x *graph.Var) *graph.Var { return ops.Det(ops.Reshape(x, c.Ell, c.Ell)) })
			case "kmeans":
				c.kmeans(t)
			case "saddle":
				c.saddle(t)
			case "particle":
				c.particle(t)
			default:
				t.Errorf("problem %q is not known", problem)
			}
		})
	}
}

// gradient compares the value and the gradient of a function, as a first-order sweep
// finds it and on the tape.
func (c *nested) gradient(t *testing.T, f func(x *graph.Var) *graph.Var) {
	t.Helper()
	w := tensor.Vector(c.X...)
	var tape graph.Tape
	x := tape.Watch(w)
	y := f(x)
	c.agree(t, "the value", y.Value(), c.Value)
	c.agree(t, "the gradient", y.Backward().Of(w), c.Grad)
	c.agree(t, "the recorded gradient", y.Grad(x)[0].Value(), c.Grad)
}

// leastSquares fits the sign of n points between -1 and 1 by a polynomial.
func leastSquares(x *graph.Var, n int) *graph.Var {
	m := x.Shape()[0]
	powers, signs := tensor.Zeros(n, m), tensor.Zeros(n)
	for i := range n {
		p := -1 + 2*float64(i)/float64(n-1)
		signs.Set(math.Copysign(1, p), i)
		for j := range m {
			powers.Set(math.Pow(p, float64(j)), i, j)
		}
	}
	apart := ops.Sub(graph.Const(signs), ops.MatMul(graph.Const(powers), x))
	return ops.Scale(ops.Sum(ops.Square(apart)), 0.5)
}

// rungeKutta solves y₀′ = x₀, yᵢ′ = xᵢ·yᵢ₋₁ from 0 to the time 2, and returns the last y.
func rungeKutta(x *graph.Var, steps int) *graph.Var {
	n := x.Shape()[0]
	one := graph.Const(tensor.Vector(1))
	slope := func(y *graph.Var) *graph.Var {
		return ops.Mul(x, ops.Concat(0, one, ops.Slice(y, tensor.Span(0, n-1))))
	}
	h := 2 / float64(steps)
	y := graph.Const(tensor.Zeros(n))
	for range steps {
		k1 := slope(y)
		k2 := slope(ops.Add(y, ops.Scale(k1, h/2)))
		k3 := slope(ops.Add(y, ops.Scale(k2, h/2)))
		k4 := slope(ops.Add(y, ops.Scale(k3, h)))
		sum := ops.Add(ops.Add(k1, k4), ops.Scale(ops.Add(k2, k3), 2))
		y = ops.Add(y, ops.Scale(sum, h/6))
	}
	return at(y, n-1)
}

// expansion is the determinant of an n×n matrix along its first row, by recursion: a
// tape of thousands of scalars.
func expansion(x *graph.Var, n int) *graph.Var {
	elements := make([]*graph.Var, n*n)
	for i := range elements {
		elements[i] = at(x, i)
	}
	var minor func(row int, columns []int) *graph.Var
	minor = func(row int, columns []int) *graph.Var {
		if len(columns) == 0 {
			return graph.Const(tensor.Scalar(1))
		}
		var sum *graph.Var
		for i, column := range columns {
			rest := append(append([]int(nil), columns[:i]...), columns[i+1:]...)
			term := ops.Mul(elements[row*n+column], minor(row+1, rest))
			switch {
			case i == 0:
				sum = term
			case i%2 == 1:
				sum = ops.Sub(sum, term)
			default:
				sum = ops.Add(sum, term)
			}
		}
		return sum
	}
	columns := make([]int, n)
	for i := range columns {
		columns[i] = i
	}
	return minor(0, columns)
}

// kmeans is f = Σᵢ minⱼ |Cⱼ − Pᵢ|² and the step of Newton's method, the gradient over
// the Hessian, which is diagonal: its product with ones is its diagonal.
func (c *nested) kmeans(t *testing.T) {
	var k, n, d int
	if _, err := fmt.Sscanf(c.ID, "gradbench/kmeans_k%d_n%d_d%d", &k, &n, &d); err != nil {
		t.Fatal(err)
	}
	var tape graph.Tape
	points := tape.Input(tensor.FromSlice(c.Points, n, 1, d))
	w := tensor.FromSlice(c.Centroids, k, d)
	centroids := tape.Watch(w)
	f := ops.Sum(ops.Min(ops.Sum(ops.Square(ops.Sub(centroids, points)), -1), 1))
	gradient := f.Grad(centroids)[0]
	diagonal := ops.Sum(gradient).Backward().Of(w)
	c.agree(t, "the value", f.Value(), c.Value)
	c.agree(t, "the gradient", gradient.Value(), c.Grad)
	c.agree(t, "the step", tensor.Div(nil, gradient.Value(), diagonal), c.Dir)
}

// A descent is what the search for a minimum needs to know of a function: its points are
// tensors, or Vars where the search itself is to be differentiated.
type descent[P any] struct {
	value    func(x P) float64
	gradient func(x P) P
	move     func(x, g P, eta float64) P // x − eta·g
	norm     func(g P) float64
}

// search goes downhill with a rate that doubles after ten good steps and is halved after a
// bad one.
func (f descent[P]) search(x P) P {
	const enough = 1e-5
	eta, good := 1e-5, 0
	fx, g := f.value(x), f.gradient(x)
	for f.norm(g) > enough {
		if good == 10 {
			eta, good = 2*eta, 0
			continue
		}
		if eta*f.norm(g) <= enough {
			return x
		}
		next := f.move(x, g, eta)
		if fNext := f.value(next); fNext < fx {
			x, fx, g, good = next, fNext, f.gradient(next), good+1
		} else {
			eta, good = eta/2, 0
		}
	}
	return x
}

// onTape searches along with a tape that records it.
func onTape(f func(x *graph.Var) *graph.Var) descent[*graph.Var] {
	return descent[*graph.Var]{
		value:    func(x *graph.Var) float64 { return f(x).Value().Item() },
		gradient: func(x *graph.Var) *graph.Var { return f(x).Grad(x)[0] },
		move:     func(x, g *graph.Var, eta float64) *graph.Var { return ops.Sub(x, ops.Scale(g, eta)) },
		norm:     func(g *graph.Var) float64 { return norm2(g.Value()) },
	}
}

// apart searches with a tape for each gradient, and counts them.
func apart(f func(x *graph.Var) *graph.Var, gradients *int) descent[*tensor.Tensor] {
	var tape graph.Tape
	return descent[*tensor.Tensor]{
		value: func(x *tensor.Tensor) float64 {
			tape.Reset()
			return f(tape.Watch(x)).Value().Item()
		},
		gradient: func(x *tensor.Tensor) *tensor.Tensor {
			*gradients++
			tape.Reset()
			return f(tape.Watch(x)).Backward().Of(x).Clone()
		},
		move: func(x, g *tensor.Tensor, eta float64) *tensor.Tensor {
			return tensor.Sub(nil, x, tensor.Scale(nil, g, eta))
		},
		norm: norm2,
	}
}

func norm2(x *tensor.Tensor) float64 {
	return math.Sqrt(tensor.Sum(nil, tensor.Mul(nil, x, x), nil, false).Item())
}

// saddle is the p that makes max |p|² − |q|² over q least, and the q: a search whose
// gradient goes through every step of another search.
func (c *nested) saddle(t *testing.T) {
	square := func(x *graph.Var) *graph.Var { return ops.Sum(ops.Square(x)) }
	inner := func(p *graph.Var) *graph.Var { // the q of p
		q := p.Tape().Watch(tensor.Vector(c.Start...))
		return onTape(func(q *graph.Var) *graph.Var { return ops.Sub(square(q), square(p)) }).search(q)
	}
	gradients := 0
	p := apart(func(p *graph.Var) *graph.Var {
		return ops.Sub(square(p), square(inner(p)))
	}, &gradients).search(tensor.Vector(c.Start...))
	var tape graph.Tape
	q := inner(tape.Watch(p))
	c.agree(t, "the saddle point", tensor.Concat(nil, 0, p, q.Value()), c.Value)
	c.agree(t, "the published saddle point", tensor.Concat(nil, 0, p, q.Value()), c.Published)
	c.count(t, gradients)
}

// particle moves a charged particle past two others, the first of which depends on w, by
// the gradient of their potential, and minimises where it comes down: a gradient
// through gradients.
func (c *nested) particle(t *testing.T) {
	const dt = 0.1
	xOf := func(w *graph.Var) *graph.Var { // the square of where it comes down
		tape := w.Tape()
		first := ops.Stack(0, graph.Const(tensor.Scalar(10)), ops.AddScalar(ops.Neg(w), 10))
		second := graph.Const(tensor.Vector(10, 0))
		x, v := tape.Watch(tensor.Vector(0, 8)), graph.Const(tensor.Vector(0.75, 0))
		for {
			distance := func(charge *graph.Var) *graph.Var {
				return ops.Sqrt(ops.Sum(ops.Square(ops.Sub(x, charge))))
			}
			potential := ops.Add(ops.Reciprocal(distance(first)), ops.Reciprocal(distance(second)))
			force := ops.Neg(potential.Grad(x)[0])
			x = ops.Add(x, ops.Scale(v, dt))
			if x.Value().At(1) <= 0 {
				late := ops.Neg(ops.Div(at(x, 1), at(v, 1)))
				return ops.Square(at(ops.Add(x, ops.Mul(v, late)), 0))
			}
			v = ops.Add(v, ops.Scale(force, dt))
		}
	}
	gradients := 0
	w := apart(xOf, &gradients).search(tensor.Scalar(c.Start[0]))
	c.agree(t, "w", w, c.Value)
	c.agree(t, "the published w", w, c.Published)
	c.count(t, gradients)
}
