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

// The decompositions have several results, which are packed one below the other
// in matrices of as many columns.

// QRShape appends the shape of what QR packs. The matrices of x may not have
// more columns than rows.
func QRShape(who string, dst, x []int) []int {
	batch, rows, columns := matrixAxes(who, x)
	if rows < columns {
		panic(Errorf(who, "%v has more columns than rows", slices.Clone(x)))
	}
	return append(append(dst, batch...), rows+columns, columns)
}

// QR returns q above r: q·r = a, the columns of q are orthonormal, and r is upper
// triangular with a diagonal that is not negative, which makes both unique if the
// columns of a are independent. By reflections (G. H. Golub and C. F. Van Loan,
// Matrix Computations, 4th ed., 2013, §5.2).
func QR(dst, a *Tensor) *Tensor {
	const who = "tensor.QR"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, QRShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	n := m.columns
	if len(out) == 0 {
		return dst
	}
	for i := range m.n {
		q, tau := m.copyOf(i), make([]float64, n)
		lapackWork(func(work []float64, length int) { lapack64.Geqrf(q, tau, work, length) })
		size := (m.rows + n) * n
		packed := out[i*size : (i+1)*size]
		r := dense(packed[m.rows*n:], n, n)
		for k := range n {
			clear(r.Data[k*n : k*n+k])
			copy(r.Data[k*n+k:(k+1)*n], q.Data[k*n+k:(k+1)*n])
		}
		lapackWork(func(work []float64, length int) { lapack64.Orgqr(q, tau, work, length) })
		for k := range n {
			if r.Data[k*n+k] < 0 {
				floats.Scale(-1, r.Data[k*n:(k+1)*n])
				for j := k; j < len(q.Data); j += n {
					q.Data[j] = -q.Data[j]
				}
			}
		}
		copy(packed, q.Data)
	}
	return dst.narrow(out)
}

// EigenSymShape appends the shape of what EigenSym packs.
func EigenSymShape(who string, dst, x []int) []int {
	at := len(dst)
	dst = SquareShape(who, dst, x)
	dst[at+len(x)-2]++
	return dst
}

// EigenSym returns a row of the eigenvalues in ascending order above the matrix
// whose columns are the eigenvectors, of length 1: a·v = v·diag(w). It reads only the
// lower triangle of a, which is taken to be symmetric. The element of a vector
// that is largest in magnitude, the first of several, is positive. By the implicit
// QR algorithm (G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., 2013, §8.3).
func EigenSym(dst, a *Tensor) *Tensor {
	const who = "tensor.EigenSym"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, EigenSymShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	n := m.rows
	if n == 0 {
		return dst
	}
	for i := range m.n {
		v := m.copyOf(i)
		packed := out[i*(n+1)*n : (i+1)*(n+1)*n]
		s := blas64.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: v.Data}
		ok := false
		lapackWork(func(work []float64, length int) {
			ok = lapack64.Syev(lapack.EVCompute, s, packed[:n], work, length)
		})
		if !ok {
			panic(Errorf(who, "no eigenvalues of %s were found: the iteration did not converge", m.name(i)))
		}
		for k := range n {
			orient(v, k)
		}
		copy(packed[n:], v.Data)
	}
	return dst.narrow(out)
}

// orient changes the sign of column k so that its element of largest magnitude
// is positive, and reports whether it did.
func orient(a blas64.General, k int) bool {
	largest := 0.0
	for j := k; j < len(a.Data); j += a.Stride {
		if math.Abs(a.Data[j]) > math.Abs(largest) {
			largest = a.Data[j]
		}
	}
	if largest >= 0 {
		return false
	}
	for j := k; j < len(a.Data); j += a.Stride {
		a.Data[j] = -a.Data[j]
	}
	return true
}

// SVDShape appends the shape of what SVD packs.
func SVDShape(who string, dst, x []int) []int {
	batch, rows, columns := matrixAxes(who, x)
	return append(append(dst, batch...), rows+1+columns, min(rows, columns))
}

// SVD returns u above a row of the singular values s above v: a = u·diag(s)·vᵀ. The
// columns of u and v are orthonormal, as many as the shorter side of a; s is
// descending. The element of a column of u that is largest in magnitude, the
// first of several, is positive. By the implicit QR algorithm (G. H. Golub and C. F.
// Van Loan, Matrix Computations, 4th ed., 2013, §8.6).
func SVD(dst, a *Tensor) *Tensor {
	const who = "tensor.SVD"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SVDShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	k := min(m.rows, m.columns)
	for i := range m.n {
		d := decompose(m, i)
		size := (m.rows + 1 + m.columns) * k
		packed := out[i*size : (i+1)*size]
		packed = packed[copy(packed, d.u.Data):]
		packed = packed[copy(packed, d.s):]
		for c := range m.columns {
			for r := range k {
				packed[c*k+r] = d.vt.Data[r*m.columns+c]
			}
		}
	}
	return dst.narrow(out)
}

// singular is a singular value decomposition, with vᵀ.
type singular struct {
	u, vt blas64.General
	s     []float64
	det   float64 // of u times that of v, if known
}

func decompose(m matrices, i int) *singular {
	k := min(m.rows, m.columns)
	d := &singular{u: newDense(m.rows, k), vt: newDense(k, m.columns), s: make([]float64, k)}
	a := m.copyOf(i)
	if k == 0 {
		return d
	}
	ok := false
	lapackWork(func(work []float64, length int) {
		ok = lapack64.Gesvd(lapack.SVDStore, lapack.SVDStore, a, d.u, d.vt, d.s, work, length)
	})
	if !ok {
		panic(Errorf(m.who, "no singular values of %s were found: the iteration did not converge", m.name(i)))
	}
	for j := range k {
		if orient(d.u, j) {
			floats.Scale(-1, d.vt.Data[j*m.columns:(j+1)*m.columns])
		}
	}
	return d
}

// back sets dst to u·h·vᵀ, and into returns uᵀ·g·v.
func (d *singular) back(dst, h blas64.General) {
	if len(dst.Data) == 0 {
		return
	}
	t := newDense(d.u.Rows, h.Cols)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, d.u, h, 0, t)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, t, d.vt, 0, dst)
}

func (d *singular) into(g blas64.General) blas64.General {
	t, e := newDense(d.u.Cols, g.Cols), newDense(d.u.Cols, d.vt.Rows)
	if len(e.Data) > 0 {
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, d.u, g, 0, t)
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, t, d.vt, 0, e)
	}
	return e
}

// PInvShape appends the shape of the pseudo-inverses of the matrices of x.
func PInvShape(who string, dst, x []int) []int {
	batch, rows, columns := matrixAxes(who, x)
	return append(append(dst, batch...), columns, rows)
}

// PInv returns the pseudo-inverse v·diag(1/s)·uᵀ of each matrix u·diag(s)·vᵀ. It
// panics if one has not full rank: if its smallest singular value is, to rounding, 0
// beside its largest.
func PInv(dst, a *Tensor) *Tensor {
	const who = "tensor.PInv"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, PInvShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	size, k := m.rows*m.columns, min(m.rows, m.columns)
	for i := range m.n {
		d := decompose(m, i)
		if k == 0 {
			continue
		}
		if d.s[k-1] <= float64(max(m.rows, m.columns))*epsilon*d.s[0] {
			panic(Errorf(who, "%s has not full rank: its singular values are from %.3g down to %.3g", m.name(i), d.s[0], d.s[k-1]))
		}
		for j, s := range d.s {
			floats.Scale(1/s, d.vt.Data[j*m.columns:(j+1)*m.columns])
		}
		blas64.Gemm(blas.Trans, blas.Trans, 1, d.vt, d.u, 0, dense(out[i*size:(i+1)*size], m.columns, m.rows))
	}
	return dst.narrow(out)
}

// DivideByGaps returns eᵢⱼ/(qⱼ − pᵢ), where p has a number for each row of e and q
// for each column, along their last axes. It is 0 where e is, and with offDiagonal
// on the diagonal: the rules of eigenvectors and singular vectors consist of such
// quotients. Which of values the caller divides by gaps of, what says in messages.
//
// It panics where e is not 0 and the gap is, to rounding of the element type: then
// the vectors of these values are not determined by the matrix, and have no derivative.
func DivideByGaps(dst, e, p, q *Tensor, offDiagonal bool, what string) *Tensor {
	const who = "tensor.DivideByGaps"
	m := matricesOf(who, e)
	dst = result(who, dst, e.typ, e.shape)
	apart(who, dst, e)
	out, left, right := dst.wide(), p.wide(), q.wide()
	if len(left) != m.n*m.rows || len(right) != m.n*m.columns {
		panic(Errorf(who, "p %v and q %v do not give each row and column of %v a number", p.shape, q.shape, e.shape))
	}
	eps := float64(max(m.rows, m.columns)) * epsilon
	if e.typ == Float32 {
		eps *= 0x1p29
	}
	for i := range m.n {
		p, q, e := left[i*m.rows:(i+1)*m.rows], right[i*m.columns:(i+1)*m.columns], m.at(i)
		y := out[i*len(e.Data) : (i+1)*len(e.Data)]
		least := 0.0
		if len(e.Data) > 0 {
			least = eps * max(floats.Norm(p, math.Inf(1)), floats.Norm(q, math.Inf(1)))
		}
		for k, v := range e.Data {
			r, c := k/m.columns, k%m.columns
			gap := q[c] - p[r]
			switch {
			case v == 0 || offDiagonal && r == c:
				y[k] = 0
			case math.Abs(gap) <= least:
				panic(Errorf(who, "the vectors of %s have no derivative: its %s %.6g and %.6g are equal to rounding", m.name(i), what, p[r], q[c]))
			default:
				y[k] = v / gap
			}
		}
	}
	return dst.narrow(out)
}

// Row returns row k of each matrix, without the axis of rows.
func Row(dst, x *Tensor, k int) *Tensor {
	const who = "tensor.Row"
	batch, rows, columns := matrixAxes(who, x.shape)
	if k < 0 || k >= rows {
		panic(Errorf(who, "there is no row %d in %v", k, x.shape))
	}
	var buf [maxRank]int
	dst = result(who, dst, x.typ, append(append(buf[:0], batch...), columns))
	apart(who, dst, x)
	for i := range size(who, batch) {
		from, to := (i*rows+k)*columns, i*columns
		if x.typ == Float32 {
			copy(dst.f32[to:to+columns], x.f32[from:])
		} else {
			copy(dst.f64[to:to+columns], x.f64[from:])
		}
	}
	return dst
}
