package tensor

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// epsilon is the distance from 1 to the next float64.
const epsilon = 0x1p-52

// SolveShape appends the shape of x with a·x = b: that of b, but for the axes of
// the batch, which broadcast. The matrices of a must be square and have as many
// rows as those of b.
func SolveShape(who string, dst, a, b []int) []int {
	var buf [maxRank]int
	SquareShape(who, buf[:0], a)
	batch, rows, columns := matrixAxes(who, b)
	n := a[len(a)-1]
	if n != rows {
		panic(Errorf(who, "cannot solve a·x = b with a %v and b %v: %d ≠ %d rows", slices.Clone(a), slices.Clone(b), n, rows))
	}
	dst, bad := broadcast(dst, a[:len(a)-2], batch)
	if bad != 0 {
		panic(Errorf(who, "cannot solve a·x = b with a %v and b %v: their batches do not broadcast", slices.Clone(a), slices.Clone(b)))
	}
	return append(dst, rows, columns)
}

// Cholesky returns the lower triangular matrix l of positive diagonal with l·lᵀ = a.
// It reads only the lower triangle of a, which is taken to be symmetric. G. H. Golub
// and C. F. Van Loan, Matrix Computations, 4th ed., 2013, §4.2. It panics if a matrix
// is not positive definite.
func Cholesky(dst, a *Tensor) *Tensor {
	const who = "tensor.Cholesky"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SquareShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	copy(out, m.data)
	n := m.rows
	for i := range m.n {
		row, pivot := cholesky(out[i*n*n:(i+1)*n*n], n)
		if row >= 0 {
			panic(Errorf(who, "%s is not positive definite: elimination leaves %.6g on the diagonal in row %d, which must be > 0",
				m.name(i), pivot, row))
		}
	}
	return dst.narrow(out)
}

// cholesky replaces a by its factor. Row is -1, or the first whose pivot, the
// square of its diagonal element, is not positive and finite.
func cholesky(a []float64, n int) (row int, pivot float64) {
	for i := range n {
		li := a[i*n : (i+1)*n]
		for j := range i {
			lj := a[j*n : (j+1)*n]
			li[j] = (li[j] - floats.Dot(li[:j], lj[:j])) / lj[j]
		}
		pivot = li[i] - floats.Dot(li[:i], li[:i])
		if !(pivot > 0 && pivot <= math.MaxFloat64) {
			return i, pivot
		}
		li[i] = math.Sqrt(pivot)
		clear(li[i+1:])
	}
	return -1, 0
}

// A Triangle says which part of a matrix is read by TriangularSolve. The zero
// value is a lower triangle with its diagonal.
type Triangle struct {
	Upper      bool // the upper triangle is read, not the lower
	Unit       bool // the diagonal is not read; its elements count as 1
	Transposed bool // what was read is transposed
	FullRank   bool // a diagonal that is 0 to rounding, beside the other elements, is refused as 0 is
}

// TriangularSolve returns x with t·x = b, where t is a triangle of a, by
// substitution. The axes of the batch broadcast. It panics if a diagonal element
// that is read is 0.
func TriangularSolve(dst, a, b *Tensor, part Triangle) *Tensor {
	const who = "tensor.TriangularSolve"
	dst, m, out := systems(who, dst, a, b)
	t := blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: m.rows, Stride: max(1, m.rows)}
	if part.Upper {
		t.Uplo = blas.Upper
	}
	if part.Unit {
		t.Diag = blas.Unit
	}
	eachSystem(dst, a, b, out, func(i int, x blas64.General) {
		t.Data = m.at(i).Data
		least := 0.0
		if part.FullRank && t.N > 0 {
			least = 4 * float64(t.N) * epsilon * lapack64.Lantr(lapack.MaxAbs, t, nil)
		}
		for k := 0; k < t.N && !part.Unit; k++ {
			if d := t.Data[k*t.N+k]; math.Abs(d) <= least {
				panic(Errorf(who, "%s is singular: its diagonal is %.2g in row %d and must be more than %.2g in magnitude", m.name(i), d, k, least))
			}
		}
		blas64.Trsm(blas.Left, transposed(part.Transposed), 1, t, x)
	})
	return dst.narrow(out)
}

func transposed(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}

// Solve returns x with a·x = b, or aᵀ·x = b with ta, by elimination with row
// pivoting of the equilibrated matrix. The axes of the batch broadcast. It panics
// if a matrix is singular to working precision: if a pivot is 0, or the condition
// number of the equilibrated matrix, as N. J. Higham estimates it (Accuracy and
// Stability of Numerical Algorithms, 2nd ed., 2002, §15.3), is beyond 2⁵².
func Solve(dst, a, b *Tensor, ta bool) *Tensor {
	const who = "tensor.Solve"
	dst, m, out := systems(who, dst, a, b)
	var f elimination
	last := -1
	eachSystem(dst, a, b, out, func(i int, x blas64.General) {
		if i != last { // the same matrix comes again if a is broadcast
			f, last = eliminate(m, i), i
		}
		f.solve(x, ta)
	})
	return dst.narrow(out)
}

// Inverse returns a⁻¹. It panics as Solve does.
func Inverse(dst, a *Tensor) *Tensor {
	const who = "tensor.Inverse"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SquareShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	n := m.rows
	for i := range m.n {
		f := eliminate(m, i)
		x := dense(out[i*n*n:(i+1)*n*n], n, n)
		clear(x.Data)
		for k := range n {
			x.Data[k*n+k] = 1
		}
		f.solve(x, false)
	}
	return dst.narrow(out)
}

// systems returns the checked result of a·x = b, the matrices of a, and where x is
// to be computed.
func systems(who string, dst, a, b *Tensor) (*Tensor, matrices, []float64) {
	sameType(who, a, b)
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SolveShape(who, buf[:0], a.shape, b.shape))
	apart(who, dst, a)
	apart(who, dst, b)
	return dst, matricesOf(who, a), dst.wide()
}

// eachSystem calls f for each right side, with the number of its matrix and a copy
// that f replaces by the solution. A system without elements is left out.
func eachSystem(dst, a, b *Tensor, out []float64, f func(i int, x blas64.General)) {
	batch, rows, columns := matrixAxes("tensor.Solve", dst.shape)
	var buf [maxRank]axis
	w := walk(buf[:0]).over(batch, a.shape[:len(a.shape)-2], b.shape[:len(b.shape)-2])
	right := b.wide()
	n := rows * columns
	var at position
	for len(out) > 0 {
		x := dense(out[:n], rows, columns)
		copy(x.Data, right[at[1]*n:])
		f(at[0], x)
		out = out[n:]
		w.next(&at)
	}
}

// An elimination is a factorization of r·a·c by rows and columns, where r and c
// are diagonal matrices of powers of two that bring the largest element of each row
// and column near to 1. So a matrix is not taken to be singular because its units differ.
type elimination struct {
	lu    blas64.General
	swaps []int
	r, c  []float64
}

func eliminate(m matrices, i int) elimination {
	n := m.rows
	f := elimination{lu: m.copyOf(i), swaps: make([]int, n), r: make([]float64, n), c: make([]float64, n)}
	if n == 0 {
		return f
	}
	a := f.lu.Data
	for k := range n {
		f.r[k] = reciprocalPower(floats.Norm(a[k*n:(k+1)*n], math.Inf(1)))
		floats.Scale(f.r[k], a[k*n:(k+1)*n])
	}
	for k := range n {
		largest := 0.0
		for j := k; j < n*n; j += n {
			largest = max(largest, math.Abs(a[j]))
		}
		f.c[k] = reciprocalPower(largest)
		for j := k; j < n*n; j += n {
			a[j] *= f.c[k]
		}
	}
	norm := lapack64.Lange(lapack.MaxRowSum, f.lu, nil)
	if !lapack64.Getrf(f.lu, f.swaps) {
		for k := range n {
			if a[k*n+k] == 0 {
				panic(Errorf(m.who, "%s is singular: elimination leaves 0 for the pivot of column %d", m.name(i), k))
			}
		}
	}
	inverse := lapack64.Gecon(lapack.MaxRowSum, f.lu, norm, make([]float64, 4*n), make([]int, n))
	if !(inverse >= epsilon) {
		panic(Errorf(m.who, "%s is singular to working precision: its condition number is about %.1g, and must be below %.1g",
			m.name(i), 1/inverse, 1/epsilon))
	}
	return f
}

// reciprocalPower returns a power of two near 1/v, and 1 for 0.
func reciprocalPower(v float64) float64 {
	_, e := math.Frexp(v)
	return math.Ldexp(1, min(max(-e, -1000), 1000))
}

// solve replaces x by a⁻¹·x = c·(r·a·c)⁻¹·r·x, or with t by the solution for aᵀ.
func (f elimination) solve(x blas64.General, t bool) {
	if len(x.Data) == 0 {
		return
	}
	before, after := f.r, f.c
	if t {
		before, after = after, before
	}
	scaleRows(x, before)
	lapack64.Getrs(transposed(t), f.lu, x, f.swaps)
	scaleRows(x, after)
}

func scaleRows(x blas64.General, by []float64) {
	for k, c := range by {
		floats.Scale(c, x.Data[k*x.Stride:][:x.Cols])
	}
}
