package tensor

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// MatrixExp returns exp(a) = Σ aᵏ/k! of each matrix, by scaling, a Padé approximant
// and squaring: N. J. Higham, "The scaling and squaring method for the matrix
// exponential revisited", SIAM Journal on Matrix Analysis and Applications 26, 2005,
// as gonum has it. It panics if the result overflows.
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
		var y mat.Dense
		y.Exp(mat.NewDense(n, n, x.Data))
		for _, v := range y.RawMatrix().Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				panic(Errorf(who, "the exponential of %s overflows: its norm is %.3g", m.name(i), norm1(m.at(i))))
			}
		}
		copy(out[i*n*n:], y.RawMatrix().Data)
	}
	return dst.narrow(out)
}

// norm1 returns the largest sum of magnitudes in a column.
func norm1(a blas64.General) float64 {
	return lapack64.Lange(lapack.MaxColumnSum, a, make([]float64, a.Cols))
}
