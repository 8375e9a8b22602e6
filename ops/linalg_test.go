package ops_test

import (
	"fmt"
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

var linearAlgebra = []string{
	"Cholesky", "CholeskySolve", "Det", "EigenSym", "EigenvaluesSym", "Inverse", "LeastSquares", "LogDet", "MatrixExp",
	"MatrixPower", "NuclearNorm", "PInv", "QR", "SVD", "SingularValues", "SlogDet", "Solve", "SpectralNorm", "TriangularSolve",
}

// The third derivative of each: the second one, checked as that of the gradient.
func TestThirdOrderOfLinearAlgebra(t *testing.T) {
	for _, e := range ops.Catalog() {
		if !slices.Contains(linearAlgebra, e.Name) {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			s := e.Samples[0]
			x := s.Draw(rand.New(rand.NewPCG(5, 5)), e.Domain)
			if err := (gradcheck.Checker{Order: 2}).Check(gradientOf(s.Call), x...); err != nil {
				t.Error(err)
			}
		})
	}
}

// gradientOf returns the gradient of a weighted sum of f with respect to the first x.
func gradientOf(f gradcheck.Func) gradcheck.Func {
	return func(x []*graph.Var) *graph.Var {
		y := f(x)
		return ops.Sum(ops.Mul(y, graph.Const(cotangent(1, y)))).Grad(x[0])[0]
	}
}

// ⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩, with J·v found by transposing the sweep, which begins with a
// cotangent of zeros: no rule may take a zero for the absence of a path there.
func TestAdjointIdentityOfLinearAlgebra(t *testing.T) {
	eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
		if !slices.Contains(linearAlgebra, strings.Split(t.Name(), "/")[1]) {
			t.Skip("not of this file")
		}
		var tape graph.Tape
		in := watch(&tape, x)
		y := s.Call(in)
		u := tape.Watch(tensor.Zeros(y.Shape()...))
		pullback := ops.Sum(ops.Mul(y, u)).Grad(in...)
		along := graph.Const(tensor.Scalar(0))
		for i, g := range pullback {
			along = ops.Add(along, ops.Sum(ops.Mul(g, graph.Const(cotangent(uint64(i+2), g)))))
		}
		w := cotangent(1, y)
		left := tensor.Sum(nil, tensor.Mul(nil, along.Backward().Of(u.Value()), w), nil, false).Item()
		right, size := 0.0, 0.0
		grads := y.BackwardFrom(w)
		for i := range x {
			g := tensor.Mul(nil, grads.Of(x[i]), cotangent(uint64(i+2), in[i]))
			right += tensor.Sum(nil, g, nil, false).Item()
			size += tensor.Sum(nil, tensor.Abs(nil, g), nil, false).Item()
		}
		if math.Abs(left-right) > 1e-12*size {
			t.Errorf("⟨w, J·v⟩ is %v, ⟨Jᵀ·w, v⟩ is %v", left, right)
		}
	})
}

func random(seed uint64, shape ...int) *tensor.Tensor {
	return tensor.RandUniform(rand.New(rand.NewPCG(seed, 9)), -1, 1, shape...)
}

func productOf(a, b *tensor.Tensor) *tensor.Tensor { return tensor.MatMul(nil, a, b, false, false) }

// wantRefused calls f, which must panic with a *tensor.Error of this text.
func wantRefused(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if err, ok := recover().(*tensor.Error); !ok || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}()
	f()
}

// At matrices of every rank a determinant has the derivatives of the polynomial that it
// is; its third derivative is refused where the inverse does not exist.
func TestDeterminantOfSingularMatrices(t *testing.T) {
	polynomial := unaryFunc(func(x *graph.Var) *graph.Var { return expansion(ops.Reshape(x, 16), 4) })
	for rank := range 5 {
		a := productOf(random(1, 4, rank), random(2, rank, 4))
		for order := range 2 {
			have, want := derivatives(unaryFunc(ops.Det), in(a), order == 1), derivatives(polynomial, in(a), order == 1)
			for i := range have {
				if !tensor.Close(have[i], want[i], 1e-12, 1e-14) {
					t.Errorf("derivative %d of order %d at rank %d is %v, want %v", i, order+1, rank, have[i], want[i])
				}
			}
		}
	}
	wantRefused(t, "ops.Det: the 2×2 matrix is singular: elimination leaves 0 for the pivot of column 0", func() {
		var tape graph.Tape
		a := tape.Watch(tensor.Zeros(2, 2))
		g := gradientOf(unaryFunc(ops.Det))([]*graph.Var{a})
		h := ops.Sum(ops.Square(g)).Grad(a)[0]
		ops.Sum(ops.Square(h)).Backward()
	})
	wantRefused(t, "ops.SlogDet: the 2×2 matrix is singular", func() {
		var tape graph.Tape
		_, log := ops.SlogDet(tape.Watch(tensor.Ones(2, 2)))
		log.Backward()
	})
}

func unaryFunc(f func(x *graph.Var) *graph.Var) gradcheck.Func {
	return func(x []*graph.Var) *graph.Var { return f(x[0]) }
}

// similar returns q·d·qᵀ for a rotation q, so that the eigenvalues are d but nothing
// else about the matrix is special.
func similar(d ...float64) *tensor.Tensor {
	n := len(d)
	q := tensor.Slice(nil, tensor.QR(nil, random(3, n, n)), tensor.Span(0, n))
	return tensor.MatMul(nil, tensor.Mul(nil, q, tensor.Vector(d...)), q, false, true)
}

func symmetrized(x *graph.Var) *graph.Var { return ops.Scale(ops.Add(x, ops.Transpose(x)), 0.5) }

// Where some eigenvalues are equal, what depends on the others has its gradient, and
// the values their second derivatives; what depends on the vectors of equal ones is refused.
func TestEqualEigenvalues(t *testing.T) {
	a := similar(1, 1, 4)
	largest := unaryFunc(func(x *graph.Var) *graph.Var {
		return ops.Slice(ops.EigenvaluesSym(symmetrized(x)), tensor.Span(2, 3))
	})
	if err := (gradcheck.Checker{Order: 2}).Check(largest, a); err != nil {
		t.Errorf("the value that no other equals: %v", err)
	}
	itsVector := unaryFunc(func(x *graph.Var) *graph.Var {
		_, v := ops.EigenSym(symmetrized(x))
		return ops.Slice(v, tensor.All(), tensor.Span(2, 3))
	})
	if err := gradcheck.Check(itsVector, a); err != nil {
		t.Errorf("the vector that belongs to it: %v", err)
	}
	const text = "ops.EigenSym: the vectors of the 3×3 matrix have no derivative: its eigenvalues 1 and 1 are equal to rounding"
	wantRefused(t, text, func() { derivatives(itsVector, in(a), true) })

	// A symmetric function: Σ exp(wᵢ) is the trace of the exponential.
	byValues := unaryFunc(func(x *graph.Var) *graph.Var { return ops.Sum(ops.Exp(ops.EigenvaluesSym(x))) })
	byMatrix := unaryFunc(func(x *graph.Var) *graph.Var {
		return ops.Sum(ops.Mul(ops.MatrixExp(x), graph.Const(tensor.Eye(3))))
	})
	if have, want := derivatives(byValues, in(a), false)[0], derivatives(byMatrix, in(a), false)[0]; !tensor.Close(have, want, 1e-12, 1e-12) {
		t.Errorf("the gradient of Σ exp(w) is %v, want %v", have, want)
	}
	wantRefused(t, text, func() { derivatives(byValues, in(a), true) })
	wantRefused(t, text, func() {
		derivatives(unaryFunc(func(x *graph.Var) *graph.Var {
			_, v := ops.EigenSym(x)
			return v
		}), in(a), false)
	})
}

func TestEqualSingularValues(t *testing.T) {
	q := tensor.Slice(nil, tensor.QR(nil, random(4, 4, 3)), tensor.Span(0, 4)) // 4×3
	a := productOf(q, similar(1, 1, 3))
	if err := (gradcheck.Checker{Order: 2}).Check(unaryFunc(ops.SpectralNorm), a); err != nil {
		t.Errorf("the value that no other equals: %v", err)
	}
	rankOne := unaryFunc(func(x *graph.Var) *graph.Var { // the best approximation of rank 1
		u, s, v := ops.SVD(x)
		first := func(m *graph.Var) *graph.Var { return ops.Slice(m, tensor.All(), tensor.Span(0, 1)) }
		return ops.Mul(ops.MatMulT(first(u), first(v), false, true), ops.Slice(s, tensor.Span(0, 1)))
	})
	if err := gradcheck.Check(rankOne, a); err != nil {
		t.Errorf("the vectors that belong to it: %v", err)
	}
	vectors := func(k int) gradcheck.Func {
		return unaryFunc(func(x *graph.Var) *graph.Var {
			u, _, _ := ops.SVD(x)
			return ops.Slice(u, tensor.All(), tensor.Span(k, k+1))
		})
	}
	const text = "ops.SVD: the vectors of the "
	wantRefused(t, text+"3×3 matrix have no derivative: its singular values 1 and 1 are equal to rounding",
		func() { derivatives(vectors(1), in(a), false) })
	deficient := productOf(q, similar(1, 2, 0))
	if err := gradcheck.Check(vectors(0), deficient); err != nil {
		t.Errorf("the vector of another value than 0: %v", err)
	}
	wantRefused(t, text, func() { derivatives(vectors(2), in(deficient), false) })
}

// Two ways to one number have one gradient.
func TestLinearAlgebraAgrees(t *testing.T) {
	type fs = gradcheck.Func
	one, two, tall := random(5, 2, 3, 3), random(6, 2, 3, 2), random(7, 4, 3)
	spd := func(x *graph.Var) *graph.Var {
		return ops.Add(ops.MatMulT(x, x, false, true), graph.Const(tensor.Eye(3)))
	}
	for _, c := range []struct {
		name string
		f, g fs
		x    []*tensor.Tensor
	}{
		{"Solve and Inverse",
			func(x []*graph.Var) *graph.Var { return ops.Solve(spd(x[0]), x[1]) },
			func(x []*graph.Var) *graph.Var { return ops.MatMul(ops.Inverse(spd(x[0])), x[1]) }, in(one, two)},
		{"Solve and CholeskySolve",
			func(x []*graph.Var) *graph.Var { return ops.Solve(spd(x[0]), x[1]) },
			func(x []*graph.Var) *graph.Var { return ops.CholeskySolve(ops.Cholesky(spd(x[0])), x[1]) }, in(one, two)},
		{"LogDet and Cholesky",
			func(x []*graph.Var) *graph.Var { return ops.LogDet(spd(x[0])) },
			func(x []*graph.Var) *graph.Var {
				l := ops.Sum(ops.Mul(ops.Cholesky(spd(x[0])), graph.Const(tensor.Eye(3))), -1)
				return ops.Scale(ops.Sum(ops.Log(l), -1), 2)
			}, in(one)},
		{"LogDet and Det",
			func(x []*graph.Var) *graph.Var { return ops.LogDet(spd(x[0])) },
			func(x []*graph.Var) *graph.Var { return ops.Log(ops.Det(spd(x[0]))) }, in(one)},
		{"LogDet and EigenvaluesSym",
			func(x []*graph.Var) *graph.Var { return ops.LogDet(spd(x[0])) },
			func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Log(ops.EigenvaluesSym(spd(x[0]))), -1) }, in(one)},
		{"SingularValues and EigenvaluesSym",
			func(x []*graph.Var) *graph.Var { return ops.Sum(ops.PowScalar(ops.SingularValues(x[0]), 4)) },
			func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Square(ops.EigenvaluesSym(ops.MatMulT(x[0], x[0], true, false))))
			}, in(tall)},
		{"PInv and LeastSquares",
			func(x []*graph.Var) *graph.Var { return ops.MatMul(ops.PInv(x[0]), x[1]) },
			func(x []*graph.Var) *graph.Var { return ops.LeastSquares(x[0], x[1]) }, in(tall, random(8, 4))},
		{"PInv and the normal equations",
			func(x []*graph.Var) *graph.Var { return ops.PInv(x[0]) },
			func(x []*graph.Var) *graph.Var {
				return ops.Solve(ops.MatMulT(x[0], x[0], true, false), ops.Transpose(x[0]))
			}, in(tall)},
		{"QR and Cholesky",
			func(x []*graph.Var) *graph.Var {
				_, r := ops.QR(x[0])
				return ops.Transpose(r)
			},
			func(x []*graph.Var) *graph.Var { return ops.Cholesky(ops.MatMulT(x[0], x[0], true, false)) }, in(tall)},
		{"MatrixPower and MatMul",
			func(x []*graph.Var) *graph.Var { return ops.MatrixPower(spd(x[0]), -5) },
			func(x []*graph.Var) *graph.Var {
				a := spd(x[0])
				y := a
				for range 4 {
					y = ops.MatMul(y, a)
				}
				return ops.Inverse(y)
			}, in(one)},
		{"MatrixExp and EigenSym",
			func(x []*graph.Var) *graph.Var { return ops.MatrixExp(spd(x[0])) },
			func(x []*graph.Var) *graph.Var {
				w, v := ops.EigenSym(spd(x[0]))
				return ops.MatMulT(ops.Mul(v, ops.Exp(ops.Reshape(w, 2, 1, 3))), v, false, true)
			}, in(one)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for order := range 2 {
				have, want := derivatives(c.f, c.x, order == 1), derivatives(c.g, c.x, order == 1)
				for i := range have {
					scale := tensor.Max(nil, tensor.Abs(nil, want[i]), nil, false).Item()
					if !tensor.Close(have[i], want[i], 1e-9, 1e-9*scale) {
						t.Errorf("derivative %d of order %d is %v, and %v", i, order+1, have[i], want[i])
					}
				}
			}
		})
	}
}

// The gradient of a function of a symmetric matrix is symmetric.
func TestSymmetricGradients(t *testing.T) {
	a := similar(1, 2, 4)
	for name, f := range map[string]func(x *graph.Var) *graph.Var{
		"Cholesky":       ops.Cholesky,
		"EigenvaluesSym": ops.EigenvaluesSym,
		"EigenSym": func(x *graph.Var) *graph.Var {
			_, v := ops.EigenSym(x)
			return v
		},
	} {
		g := derivatives(unaryFunc(f), in(a), false)[0]
		if !tensor.Close(g, tensor.Transpose(nil, g), 1e-13, 1e-13) {
			t.Errorf("the gradient of %s is %v", name, g)
		}
	}
}

// A large or small cotangent costs the rule of MatrixExp no digits.
func TestMatrixExpIsLinear(t *testing.T) {
	a := random(10, 3, 3)
	gradient := func(c float64) *tensor.Tensor {
		var tape graph.Tape
		return ops.MatrixExp(tape.Watch(a)).BackwardFrom(tensor.Scale(nil, random(11, 3, 3), c)).Of(a).Clone()
	}
	want := gradient(1)
	for _, c := range []float64{1e-200, 1e-10, 1e10, 1e200} {
		if have := tensor.Scale(nil, gradient(c), 1/c); !tensor.Close(have, want, 1e-13, 1e-14) {
			t.Errorf("the gradient for a cotangent of size %g is %v, want %v", c, have, want)
		}
	}
}

func TestMatrixPowerZero(t *testing.T) {
	var tape graph.Tape
	y := ops.MatrixPower(tape.Watch(random(12, 2, 3, 3)), 0)
	if y.Tape() != nil || !tensor.Equal(y.Value(), tensor.BroadcastTo(nil, tensor.Eye(3), 2, 3, 3)) {
		t.Errorf("a⁰ is %v", y.Value())
	}
}

// What is refused is said in the name of the operation that was called, and in a sweep
// by that whose rule it is.
func TestMessagesOfLinearAlgebra(t *testing.T) {
	ones := graph.Const(tensor.Ones(2, 2))
	wantRefused(t, "ops.Solve: the 2×2 matrix is singular: elimination leaves 0 for the pivot of column 1",
		func() { ops.Solve(ones, ones) })
	wantRefused(t, "ops.LeastSquares: the 2×2 matrix is singular: its diagonal is ",
		func() { ops.LeastSquares(ones, ones) })
	wantRefused(t, "ops.LogDet: matrix 1 of shape [2 1 1] has a negative determinant, whose logarithm is not real; SlogDet gives the sign apart",
		func() { ops.LogDet(graph.Const(tensor.FromSlice([]float64{1, -1}, 2, 1, 1))) })
	wantRefused(t, "ops.QR: the 2×2 matrix is singular: its diagonal is ", func() {
		var tape graph.Tape
		_, r := ops.QR(tape.Watch(tensor.Ones(2, 2)))
		ops.Sum(r).Backward()
	})
	wantRefused(t, "ops.QR: the 3×3 matrix is singular: its diagonal is ", func() { // but for rounding
		var tape graph.Tape
		_, r := ops.QR(tape.Watch(productOf(random(13, 3, 2), random(14, 2, 3))))
		ops.Sum(r).Backward()
	})
	err := gradcheck.Check(func(x []*graph.Var) *graph.Var { return ops.Inverse(x[0]) }, tensor.Ones(2, 2))
	if want := "ops.Inverse: the 2×2 matrix is singular"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("%v, want %s", err, want)
	}
	if y := ops.Det(graph.Const(tensor.Full(math.NaN(), 2, 2))).Value().Item(); !math.IsNaN(y) {
		t.Errorf("the determinant of NaN is %v", y)
	}
}
