package tensor

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Sizes without elements, of one, small, and beyond the blocks of lapack.
var matrixSizes = []int{0, 1, 2, 3, 7, 70}

func product2(a, b *Tensor) *Tensor { return MatMul(nil, a, b, false, false) }

func turned(a *Tensor) *Tensor { return Transpose(nil, a, 1, 0) }

// regular64 returns a random matrix that is far from singular, and spd64 one that is
// symmetric and positive definite.
func regular64(seed uint64, n int) *Tensor {
	a := normal64(source64(seed), n, n)
	return Add(a, a, Scale(nil, Eye(n), 3*math.Sqrt(float64(n))))
}

func spd64(seed uint64, n int) *Tensor {
	a := normal64(source64(seed), n, n)
	return Add(nil, MatMul(nil, a, a, false, true), Eye(n))
}

func close64(t *testing.T, what string, have, want *Tensor, tolerance float64) {
	t.Helper()
	if !Close(have, want, tolerance, tolerance) {
		t.Errorf("%s is %v, want %v", what, have, want)
	}
}

func TestCholesky(t *testing.T) {
	for _, n := range matrixSizes {
		a := spd64(1, n)
		l := Cholesky(nil, a)
		close64(t, fmt.Sprint("l·lᵀ of ", n), MatMul(nil, l, l, false, true), a, 1e-13)
		close64(t, "the lower triangle", Tril(nil, l, 0), l, 0)
		if n == 0 {
			continue
		}
		var reference mat.Cholesky
		reference.Factorize(mat.NewSymDense(n, a.Float64s()))
		var want mat.TriDense
		reference.LTo(&want)
		close64(t, "gonum's factor", l, FromMatrix(&want), 1e-12)
		close64(t, "the factor of a lower triangle", Cholesky(nil, Tril(nil, a, 0)), l, 0)
	}
}

func TestSolve(t *testing.T) {
	for _, n := range matrixSizes {
		a, b := regular64(2, n), normal64(source64(3), n, 2)
		close64(t, "a·x", product2(a, Solve(nil, a, b, false)), b, 1e-13)
		close64(t, "aᵀ·x", product2(turned(a), Solve(nil, a, b, true)), b, 1e-13)
		inverse := Inverse(nil, a)
		close64(t, "a·a⁻¹", product2(a, inverse), Eye(n), 1e-13)
		close64(t, "a⁻¹·a", product2(inverse, a), Eye(n), 1e-13)
	}
}

// Each part of a matrix as TriangularSolve reads it, beside the matrix it stands for.
func TestTriangularSolve(t *testing.T) {
	for _, n := range matrixSizes {
		a, b := regular64(4, n), normal64(source64(5), n, 2)
		for i := range 8 {
			part := Triangle{Upper: i&1 > 0, Unit: i&2 > 0, Transposed: i&4 > 0}
			k := 0
			if part.Unit {
				k = map[bool]int{false: -1, true: 1}[part.Upper]
			}
			full := triangleOf(Scale(nil, a, 0.1), part.Upper, k)
			read := full
			if part.Unit {
				full = Add(nil, full, Eye(n))
				read = Add(nil, full, Eye(n)) // its diagonal is not looked at
			}
			x := TriangularSolve(nil, read, b, part)
			close64(t, fmt.Sprint("t·x of ", n, part), MatMul(nil, full, x, part.Transposed, false), b, 1e-13)
		}
	}
}

// A solution is as exact as the condition of the problem allows, in any units.
func TestIllConditioned(t *testing.T) {
	const n = 8 // condition 1.5e10
	hilbert, ones := Zeros(n, n), Ones(n, 1)
	for i := range n {
		for j := range n {
			hilbert.Set(1/float64(i+j+1), i, j)
		}
	}
	b := product2(hilbert, ones)
	close64(t, "the residual", product2(hilbert, Solve(nil, hilbert, b, false)), b, 1e-15)
	close64(t, "the solution", Solve(nil, hilbert, b, false), ones, 1e-5)
	exact := Matrix([][]float64{{9, -36, 30}, {-36, 192, -180}, {30, -180, 180}}) // of order 3: M.-D. Choi, "Tricks or treats with the Hilbert matrix", 1983
	close64(t, "the inverse", Inverse(nil, Slice(nil, hilbert, Span(0, 3), Span(0, 3))), exact, 1e-13)

	a := regular64(6, 3)
	units := Matrix([][]float64{{1e150, 0, 0}, {0, 1, 0}, {0, 0, 1e-150}})
	scaled := product2(product2(units, a), units)
	close64(t, "the inverse in units that differ", product2(product2(units, Inverse(nil, scaled)), units), Inverse(nil, a), 1e-13)
}

func TestDeterminant(t *testing.T) {
	for _, n := range matrixSizes {
		a := Scale(nil, regular64(7, n), 0.1)
		det := Det(nil, a)
		want := 1.0
		if n > 0 {
			want = mat.Det(a.Dense())
		}
		if math.Abs(det.Item()-want) > 1e-12*math.Abs(want) {
			t.Errorf("the determinant of order %d is %v, want %v", n, det.Item(), want)
		}
		pair := SlogDet(nil, a)
		close64(t, "sign·exp(log)", Scalar(pair.At(0)*math.Exp(pair.At(1))), det, 1e-12)
		close64(t, "the cofactors over the determinant", Div(nil, Cofactors(nil, a), det), turned(Inverse(nil, a)), 1e-12)
	}
	wide := Zeros(4, 4)
	for i, v := range []float64{1e200, 1e200, 1e-200, -1e-200} {
		wide.Set(v, i, i)
	}
	if d := Det(nil, wide).Item(); math.Abs(d+1) > 1e-13 {
		t.Errorf("the determinant of %v is %v", wide, d)
	}
	close64(t, "of a singular matrix", SlogDet(nil, Zeros(2, 2)), Vector(0, math.Inf(-1)), 0)
}

// Cofactors by their definition, at matrices of every rank, and their derivative, for
// which central differences are exact: it is a polynomial of degree 2.
func TestCofactors(t *testing.T) {
	for rank := range 4 {
		a := product2(normal64(source64(8), 3, rank), normal64(source64(9), rank, 3))
		want := Zeros(3, 3)
		for i := range 3 {
			for j := range 3 {
				r, s, u, v := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
				want.Set(a.At(r, u)*a.At(s, v)-a.At(r, v)*a.At(s, u), i, j)
			}
		}
		close64(t, fmt.Sprint("the cofactors at rank ", rank), Cofactors(nil, a), want, 1e-13)
		g := normal64(source64(10), 3, 3)
		ahead, behind := Cofactors(nil, Add(nil, a, g)), Cofactors(nil, Sub(nil, a, g))
		close64(t, "their derivative", CofactorsSlope(nil, a, g), Scale(nil, Sub(nil, ahead, behind), 0.5), 1e-12)
	}
}

func TestQR(t *testing.T) {
	for _, n := range matrixSizes {
		for _, rows := range []int{n, n + 3} {
			a := normal64(source64(11), rows, n)
			packed := QR(nil, a)
			q, r := Slice(nil, packed, Span(0, rows)), Slice(nil, packed, Span(rows, End))
			close64(t, "q·r", product2(q, r), a, 1e-13)
			close64(t, "qᵀ·q", MatMul(nil, q, q, true, false), Eye(n), 1e-13)
			close64(t, "the upper triangle", Triu(nil, r, 0), r, 0)
			for i := range n {
				if r.At(i, i) < 0 {
					t.Errorf("%v is on the diagonal", r.At(i, i))
				}
			}
		}
	}
}

func TestEigenSym(t *testing.T) {
	for _, n := range matrixSizes {
		a := spd64(12, n)
		packed := EigenSym(nil, a)
		w, v := Row(nil, packed, 0), Slice(nil, packed, Span(1, End))
		close64(t, "v·diag(w)·vᵀ", MatMul(nil, Mul(nil, v, w), v, false, true), a, 1e-12)
		close64(t, "vᵀ·v", MatMul(nil, v, v, true, false), Eye(n), 1e-13)
		close64(t, "log det a", Sum(nil, Log(nil, w), nil, false), Scalar(SlogDet(nil, a).At(1)), 1e-12)
		for i := 1; i < n; i++ {
			if w.At(i) < w.At(i-1) {
				t.Errorf("the values do not ascend: %v", w)
			}
		}
		close64(t, "of a lower triangle", EigenSym(nil, Tril(nil, a, 0)), packed, 0)
	}
}

func TestSVD(t *testing.T) {
	for _, n := range matrixSizes {
		for _, shape := range [][]int{{n, n}, {n, n + 3}, {n + 3, n}} {
			a := normal64(source64(13), shape...)
			packed := SVD(nil, a)
			u, s, v := Slice(nil, packed, Span(0, shape[0])), Row(nil, packed, shape[0]), Slice(nil, packed, Span(shape[0]+1, End))
			close64(t, "u·diag(s)·vᵀ", MatMul(nil, Mul(nil, u, s), v, false, true), a, 1e-12)
			close64(t, "uᵀ·u", MatMul(nil, u, u, true, false), Eye(n), 1e-13)
			close64(t, "vᵀ·v", MatMul(nil, v, v, true, false), Eye(n), 1e-13)
			for i := range n {
				if s.At(i) < 0 || i > 0 && s.At(i) > s.At(i-1) {
					t.Errorf("the values do not descend: %v", s)
				}
			}
			if n == 70 && shape[0] == n { // its condition is no better
				continue
			}
			p := PInv(nil, a) // the conditions of R. Penrose, "A generalized inverse for matrices", 1955
			ap, pa := product2(a, p), product2(p, a)
			close64(t, "a·p·a", product2(ap, a), a, 1e-11)
			close64(t, "p·a·p", product2(pa, p), p, 1e-11)
			close64(t, "(a·p)ᵀ", turned(ap), ap, 1e-11)
			close64(t, "(p·a)ᵀ", turned(pa), pa, 1e-11)
		}
	}
}

// By eigenvalues where there are real ones, by its inverse where not, for norms that
// need no squaring and that need much.
func TestMatrixExp(t *testing.T) {
	for _, n := range matrixSizes {
		for _, size := range []float64{0.001, 0.1, 1, 10} {
			a := Scale(nil, normal64(source64(14), n, n), size/max(1, math.Sqrt(float64(n))))
			symmetric := Add(nil, a, turned(a))
			packed := EigenSym(nil, symmetric)
			w, v := Row(nil, packed, 0), Slice(nil, packed, Span(1, End))
			want := MatMul(nil, Mul(nil, v, Exp(nil, w)), v, false, true)
			have := MatrixExp(nil, symmetric)
			if n > 0 {
				least := 1e-13 * max(1, size) * Max(nil, want, nil, false).Item()
				if !Close(have, want, 1e-12, least) {
					t.Errorf("exp of order %d and size %g is %v, want %v", n, size, have, want)
				}
			}
			skew := Sub(nil, a, turned(a)) // exp is a rotation
			rotation := MatrixExp(nil, skew)
			close64(t, "a rotation", MatMul(nil, rotation, rotation, false, true), Eye(n), 1e-12)
			close64(t, "exp(a)·exp(−a)", product2(rotation, MatrixExp(nil, Scale(nil, skew, -1))), Eye(n), 1e-12)
		}
	}
	jordan := Matrix([][]float64{{2, 1, 0}, {0, 2, 1}, {0, 0, 2}})
	want := Scale(nil, Matrix([][]float64{{1, 1, 0.5}, {0, 1, 1}, {0, 0, 1}}), math.Exp(2))
	close64(t, "exp of a Jordan block", MatrixExp(nil, jordan), want, 1e-15)
}

// A batch is its matrices one by one, and a Float32 result that of Float64 rounded.
func TestMatrixBatches(t *testing.T) {
	a := Stack(nil, 0, spd64(15, 3), spd64(16, 3), spd64(17, 3), spd64(18, 3))
	g := normal64(source64(19), 4, 3, 3)
	for name, f := range map[string]func(dst, a, g *Tensor) *Tensor{
		"Cholesky":       func(dst, a, _ *Tensor) *Tensor { return Cholesky(dst, a) },
		"Solve":          func(dst, a, g *Tensor) *Tensor { return Solve(dst, a, g, false) },
		"Inverse":        func(dst, a, _ *Tensor) *Tensor { return Inverse(dst, a) },
		"Det":            func(dst, a, _ *Tensor) *Tensor { return Det(dst, a) },
		"SlogDet":        func(dst, a, _ *Tensor) *Tensor { return SlogDet(dst, a) },
		"Cofactors":      func(dst, a, _ *Tensor) *Tensor { return Cofactors(dst, a) },
		"CofactorsSlope": CofactorsSlope,
		"QR":             func(dst, a, _ *Tensor) *Tensor { return QR(dst, a) },
		"EigenSym":       func(dst, a, _ *Tensor) *Tensor { return EigenSym(dst, a) },
		"SVD":            func(dst, a, _ *Tensor) *Tensor { return SVD(dst, a) },
		"PInv":           func(dst, a, _ *Tensor) *Tensor { return PInv(dst, a) },
		"MatrixExp":      func(dst, a, _ *Tensor) *Tensor { return MatrixExp(dst, a) },
		"Row":            func(dst, a, _ *Tensor) *Tensor { return Row(dst, a, 1) },
		"TriangularSolve": func(dst, a, g *Tensor) *Tensor {
			return TriangularSolve(dst, a, g, Triangle{})
		},
		"DivideByGaps": func(dst, a, g *Tensor) *Tensor {
			return DivideByGaps(dst, g, Row(nil, a, 0), Row(nil, a, 0), true, "values")
		},
	} {
		all := f(nil, a, g)
		for i := range 4 {
			shape := a.Shape()[1:]
			one := f(nil, Reshape(nil, Take(nil, a, 0, []int{i}), shape...), Reshape(nil, Take(nil, g, 0, []int{i}), shape...))
			if have := Reshape(nil, Take(nil, all, 0, []int{i}), one.Shape()...); !Equal(have, one) {
				t.Errorf("%s of matrix %d is %v in a batch, and %v alone", name, i, have, one)
			}
		}
		dst := New(Float64, all.Shape()...)
		dst.Fill(math.NaN())
		if version := dst.Version(); f(dst, a, g) != dst || !Equal(dst, all) || dst.Version() == version {
			t.Errorf("%s does not write to dst as it should: %v", name, dst)
		}
		a32, g32 := a.To(Float32), g.To(Float32)
		want := f(nil, a32.To(Float64), g32.To(Float64)).To(Float32)
		if have := f(nil, a32, g32); !Equal(have, want) {
			t.Errorf("%s in float32 is %v, want %v", name, have, want)
		}
	}
}

// The products of lapack are cut into parts that processors share, and each part has one
// order of summation.
func TestMatricesOnAnyProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const n = 200 // more than one part
	a := spd64(24, n)
	results := func(processors int) []*Tensor {
		runtime.GOMAXPROCS(processors)
		return []*Tensor{Inverse(nil, a), QR(nil, a), EigenSym(nil, a), Cofactors(nil, Scale(nil, a, 0.01)), MatrixExp(nil, Scale(nil, a, 0.01))}
	}
	want := results(1)
	for _, processors := range []int{2, 3, 8} {
		for i, have := range results(processors) {
			if !Equal(have, want[i]) {
				t.Errorf("result %d differs on %d processors", i, processors)
			}
		}
	}
}

func TestSolveBroadcasts(t *testing.T) {
	a := Stack(nil, 0, regular64(20, 3), regular64(21, 3))
	b := normal64(source64(22), 4, 1, 3, 2)
	x := Solve(nil, a, b, false)
	close64(t, "a·x", product2(a, x), BroadcastTo(nil, b, 4, 2, 3, 2), 1e-14)
	one := regular64(23, 3)
	close64(t, "one matrix for many", product2(one, Solve(nil, one, b, true)).To(Float64), product2(one, Solve(nil, BroadcastTo(nil, one, 4, 1, 3, 3), b, true)), 0)
}

// Each message names the matrix, what was found, and the rule.
func TestMatricesRefused(t *testing.T) {
	batch := Zeros(2, 2, 2, 2) // one bad matrix, at [1 0]
	for i := range 4 {
		copy(batch.Float64s()[4*i:], []float64{2, 1, 1, 2})
	}
	bad := func(v ...float64) *Tensor {
		b := batch.Clone()
		copy(b.Float64s()[8:], v)
		return b
	}
	nan := math.NaN()
	for _, c := range []struct {
		call func()
		want string
	}{
		{func() { Cholesky(nil, bad(1, 2, 2, 1)) }, "tensor.Cholesky: the 2×2 matrix at [1 0] of the batch [2 2] is not positive definite: elimination leaves -3 on the diagonal in row 1, which must be > 0"},
		{func() { Cholesky(nil, bad(nan, 0, 0, 1)) }, "tensor.Cholesky: the 2×2 matrix at [1 0] of the batch [2 2] is not positive definite: elimination leaves NaN on the diagonal in row 0, which must be > 0"},
		{func() { Inverse(nil, bad(1, 2, 2, 4)) }, "tensor.Inverse: the 2×2 matrix at [1 0] of the batch [2 2] is singular: elimination leaves 0 for the pivot of column 1"},
		{func() { Inverse(nil, Matrix([][]float64{{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}, {0.7, 0.8, 0.9}})) }, "tensor.Inverse: the 3×3 matrix is singular to working precision: its condition number is about "},
		{func() { Inverse(nil, bad(1, math.Inf(1), 2, 4)) }, "tensor.Inverse: the 2×2 matrix at [1 0] of the batch [2 2] has +Inf in row 0, column 1"},
		{func() { Solve(nil, Zeros(2, 3), Zeros(2, 1), false) }, "tensor.Solve: [2 3] is no square matrix, nor a batch of them: its last two axes must be equal"},
		{func() { Solve(nil, Zeros(2, 2), Zeros(3, 1), false) }, "tensor.Solve: cannot solve a·x = b with a [2 2] and b [3 1]: 2 ≠ 3 rows"},
		{func() { Solve(nil, Zeros(2, 2, 2), Zeros(3, 2, 1), false) }, "tensor.Solve: cannot solve a·x = b with a [2 2 2] and b [3 2 1]: their batches do not broadcast"},
		{func() { Solve(nil, Zeros(2, 2), Zeros(2), false) }, "tensor.Solve: [2] is no matrix: it needs at least two axes"},
		{func() { Solve(nil, Zeros(2, 2), New(Float32, 2, 1), false) }, "tensor.Solve: cannot mix float64 [2 2] with float32 [2 1]"},
		{func() { TriangularSolve(nil, bad(1, 0, 1, 0), Zeros(2, 1), Triangle{}) }, "tensor.TriangularSolve: the 2×2 matrix at [1 0] of the batch [2 2] is singular: its diagonal is 0 in row 1 and must be more than 0 in magnitude"},
		{func() { QR(nil, Zeros(2, 3)) }, "tensor.QR: [2 3] has more columns than rows"},
		{func() { TriangularSolve(nil, bad(1, 0, 1, 1e-16), Zeros(2, 1), Triangle{FullRank: true}) }, "tensor.TriangularSolve: the 2×2 matrix at [1 0] of the batch [2 2] is singular: its diagonal is 1e-16 in row 1 and must be more than 1.8e-15 in magnitude"},
		{func() { PInv(nil, bad(1, 1, 1, 1)) }, "tensor.PInv: the 2×2 matrix at [1 0] of the batch [2 2] has not full rank: its singular values are from 2 down to "},
		{func() { EigenSym(nil, bad(nan, 0, 0, 1)) }, "tensor.EigenSym: the 2×2 matrix at [1 0] of the batch [2 2] has NaN in row 0, column 0"},
		{func() { SVD(nil, bad(1, 0, 0, nan)) }, "tensor.SVD: the 2×2 matrix at [1 0] of the batch [2 2] has NaN in row 1, column 1"},
		{func() { MatrixExp(nil, bad(1000, 0, 0, 1)) }, "tensor.MatrixExp: the exponential of the 2×2 matrix at [1 0] of the batch [2 2] overflows: its norm is 1e+03"},
		{func() { MatrixExp(nil, bad(0, 1e20, 0, 1)) }, "tensor.MatrixExp: the norm of the 2×2 matrix at [1 0] of the batch [2 2] is 1e+20: beyond 5e+15 no digit of its exponential is determined"},
		{func() { Inverse(batch, batch) }, "tensor.Inverse: dst [2 2 2 2] shares its storage with the operand [2 2 2 2]"},
		{func() { Row(nil, Zeros(2, 3), 2) }, "tensor.Row: there is no row 2 in [2 3]"},
		{func() { DivideByGaps(nil, Ones(2, 2), Vector(1, 3), Vector(2, 3), false, "values") }, "tensor.DivideByGaps: the vectors of the 2×2 matrix have no derivative: its values 3 and 3 are equal to rounding"},
		{func() {
			near := Vector(1, 1+0x1p-23).To(Float32) // neighbours
			DivideByGaps(nil, Ones(2, 2).To(Float32), near, near, true, "values")
		}, "tensor.DivideByGaps: the vectors of the 2×2 matrix have no derivative: its values 1 and 1 are equal to rounding"},
		{func() { DivideByGaps(nil, Ones(2, 2), Vector(1), Vector(2, 3), false, "values") }, "tensor.DivideByGaps: p [1] and q [2] do not give each row and column of [2 2] a number"},
	} {
		func() {
			defer func() {
				err, ok := recover().(*Error)
				if !ok || !strings.HasPrefix(err.Error(), c.want) {
					t.Errorf("%v, want %s", err, c.want)
				}
			}()
			c.call()
		}()
	}
}

func BenchmarkMatrices(b *testing.B) {
	const n = 32
	a, g, dst := spd64(1, n), normal64(source64(2), n, n), Zeros(n, n)
	w := Arange(0, n, 1)
	for name, f := range map[string]func(){
		"Cholesky":        func() { Cholesky(dst, a) },
		"TriangularSolve": func() { TriangularSolve(dst, a, g, Triangle{}) },
		"Solve":           func() { Solve(dst, a, g, false) },
		"Inverse":         func() { Inverse(dst, a) },
		"Det":             func() { Det(nil, a) },
		"SlogDet":         func() { SlogDet(nil, a) },
		"Cofactors":       func() { Cofactors(dst, a) },
		"CofactorsSlope":  func() { CofactorsSlope(dst, a, g) },
		"QR":              func() { QR(nil, a) },
		"EigenSym":        func() { EigenSym(nil, a) },
		"SVD":             func() { SVD(nil, a) },
		"PInv":            func() { PInv(dst, a) },
		"MatrixExp":       func() { MatrixExp(dst, a) },
		"Row":             func() { Row(nil, a, 1) },
		"DivideByGaps":    func() { DivideByGaps(dst, g, w, w, true, "values") },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}

func triangleOf(x *Tensor, upper bool, k int) *Tensor {
	if upper {
		return Triu(nil, x, k)
	}
	return Tril(nil, x, k)
}
