package tensor

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// DetShape appends the shape of the determinants of x, one for each square matrix.
func DetShape(who string, dst, x []int) []int {
	dst = SquareShape(who, dst, x)
	return dst[:len(dst)-2]
}

// SlogDetShape appends the shape of what SlogDet packs.
func SlogDetShape(who string, dst, x []int) []int { return append(DetShape(who, dst, x), 2) }

// Det returns the determinant of each matrix, by elimination with row pivoting.
// Products on the way to it neither overflow nor underflow. It is 1 of a matrix
// without rows.
func Det(dst, a *Tensor) *Tensor {
	const who = "tensor.Det"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, DetShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	for i := range m.n {
		mantissa, exponent := 1.0, 0
		for _, u := range pivots(m.at(i)) {
			f, e := math.Frexp(mantissa * u)
			mantissa, exponent = f, exponent+e
		}
		out[i] = math.Ldexp(mantissa, exponent)
	}
	return dst.narrow(out)
}

// SlogDet returns pairs on a new last axis: the sign of the determinant, which is
// 0 of a singular matrix, and the logarithm of its absolute value.
func SlogDet(dst, a *Tensor) *Tensor {
	const who = "tensor.SlogDet"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SlogDetShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	for i := range m.n {
		sign, log := 1.0, 0.0
		for _, u := range pivots(m.at(i)) {
			sign *= signOf(u)
			log += math.Log(math.Abs(u))
		}
		out[2*i], out[2*i+1] = sign, log
	}
	return dst.narrow(out)
}

func signOf(v float64) float64 {
	if v == 0 || math.IsNaN(v) {
		return v
	}
	return math.Copysign(1, v)
}

// pivots returns numbers whose product is the determinant of a: the diagonal that
// elimination leaves, the first changed in sign if rows were exchanged an odd
// number of times.
func pivots(a blas64.General) []float64 {
	n := a.Rows
	if n == 0 {
		return nil
	}
	a.Data = slices.Clone(a.Data)
	swaps := make([]int, n)
	lapack64.Getrf(a, swaps)
	u := make([]float64, n)
	for k := range u {
		u[k] = a.Data[k*n+k]
	}
	for k, other := range swaps {
		if k != other {
			u[0] = -u[0]
		}
	}
	return u
}

// Cofactors returns the matrix of cofactors of each matrix, which is ∂det/∂a, and
// det(a)·a⁻ᵀ if a is not singular. It is computed from the singular values,
//
//	a = u·diag(s)·vᵀ:  cof(a) = det(u)·det(v)·u·diag(pᵢ)·vᵀ,  pᵢ = Π sₖ over the k ≠ i,
//
// since cof(x·y) = cof(x)·cof(y), and so is right at singular matrices. (The formula
// for the adjugate stands in G. W. Stewart, "On the adjugate matrix", Linear
// Algebra and its Applications 283, 1998.)
func Cofactors(dst, a *Tensor) *Tensor {
	const who = "tensor.Cofactors"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SquareShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	n := m.rows
	for i := range m.n {
		d := decompose(m, i)
		h := newDense(n, n)
		for k := range n {
			h.Data[k*n+k] = d.orientation() * productWithout(d.s, k, k)
		}
		d.back(dense(out[i*n*n:(i+1)*n*n], n, n), h)
	}
	return dst.narrow(out)
}

// CofactorsSlope returns the derivative of Cofactors in the direction g, which is
// the second derivative of the determinant and so symmetric: it is also the
// cotangent of a for the cotangent g of Cofactors(a). Of a diagonal matrix s the
// cofactors change with e by
//
//	dᵢᵢ = Σ pᵢₖ eₖₖ over the k ≠ i,   dᵢⱼ = −pᵢⱼ eⱼᵢ,   pᵢⱼ = Π sₖ over the k ≠ i, j,
//
// which the decomposition of Cofactors carries over to any matrix, with e = uᵀ·g·v.
func CofactorsSlope(dst, a, g *Tensor) *Tensor {
	const who = "tensor.CofactorsSlope"
	sameShape(who, a, g)
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SquareShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	apart(who, dst, g)
	m, gs := matricesOf(who, a), matricesOf(who, g)
	out := dst.wide()
	n := m.rows
	for i := range m.n {
		d := decompose(m, i)
		e, h := d.into(gs.at(i)), newDense(n, n)
		for r := range n {
			for c := range r {
				p := d.orientation() * productWithout(d.s, r, c)
				h.Data[r*n+c] = -p * e.Data[c*n+r]
				h.Data[c*n+r] = -p * e.Data[r*n+c]
				h.Data[r*n+r] += p * e.Data[c*n+c]
				h.Data[c*n+c] += p * e.Data[r*n+r]
			}
		}
		d.back(dense(out[i*n*n:(i+1)*n*n], n, n), h)
	}
	return dst.narrow(out)
}

// productWithout returns the product of the elements of s but for two.
func productWithout(s []float64, i, j int) float64 {
	p := 1.0
	for k, v := range s {
		if k != i && k != j {
			p *= v
		}
	}
	return p
}

// orientation returns det(u)·det(v), which is 1 or -1.
func (d *singular) orientation() float64 {
	if d.det == 0 {
		d.det = math.Copysign(1, floats.Prod(pivots(d.u))*floats.Prod(pivots(d.vt)))
	}
	return d.det
}
