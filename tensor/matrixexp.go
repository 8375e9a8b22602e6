package tensor

import (
	"math"

	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// MatrixExp returns exp(a) = Σ aᵏ/k! of each matrix, by scaling, a Padé approximant
// and squaring: N. J. Higham, "The scaling and squaring method for the matrix
// exponential revisited", SIAM Journal on Matrix Analysis and Applications 26, 2005,
// as gonum has it. It panics if the result overflows, or if the 1-norm of a is beyond
// 2⁵²: the condition number is at least the norm (N. J. Higham, Functions of Matrices,
// 2008, §10.2), so that no digit would be right.
func MatrixExp(dst, a *Tensor) *Tensor {
	const who = "tensor.MatrixExp"
	var buf [maxRank]int
	dst = result(who, dst, a.typ, SquareShape(who, buf[:0], a.shape))
	apart(who, dst, a)
	m := matricesOf(who, a)
	out := dst.wide()
	n := m.rows
	if n == 0 {
		return dst
	}
	for i := range m.n {
		x := m.copyOf(i)
		norm := lapack64.Lange(lapack.MaxColumnSum, x, make([]float64, n))
		if norm*epsilon > 1 {
			panic(Errorf(who, "the norm of %s is %.3g: beyond %.1g no digit of its exponential is determined", m.name(i), norm, 1/epsilon))
		}
		var y mat.Dense
		y.Exp(mat.NewDense(n, n, x.Data))
		for _, v := range y.RawMatrix().Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				panic(Errorf(who, "the exponential of %s overflows: its norm is %.3g", m.name(i), norm))
			}
		}
		copy(out[i*n*n:], y.RawMatrix().Data)
	}
	return dst.narrow(out)
}
