package tensor

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
)

// SquareShape appends the shape of x, whose last two axes must be equal.
func SquareShape(who string, dst, x []int) []int {
	n := len(x)
	if n < 2 || x[n-1] != x[n-2] {
		panic(Errorf(who, "%v is no square matrix, nor a batch of them: its last two axes must be equal", slices.Clone(x)))
	}
	return append(dst, x...)
}

// matrixAxes refuses a shape of fewer than two axes and returns the batch and the
// dimensions of the matrices.
func matrixAxes(who string, x []int) (batch []int, rows, cols int) {
	n := len(x) - 2
	if n < 0 {
		panic(Errorf(who, "%v is no matrix: it needs at least two axes", slices.Clone(x)))
	}
	return x[:n], x[n], x[n+1]
}

// matrices is a batch of matrices of float64: the elements of a Float64 tensor
// themselves, or a copy of those of a Float32 tensor.
type matrices struct {
	who              string
	batch            []int
	n, rows, columns int // n is how many
	data             []float64
}

func matricesOf(who string, x *Tensor) matrices {
	batch, rows, columns := matrixAxes(who, x.shape)
	return matrices{who, batch, size(who, batch), rows, columns, x.wide()}
}

// wide returns the elements in float64: themselves, or converted in a copy.
func (t *Tensor) wide() []float64 {
	if t.typ == Float64 {
		return t.f64
	}
	return t.To(Float64).f64
}

// narrow writes the elements that a function computed in what wide returned.
func (t *Tensor) narrow(v []float64) *Tensor {
	for i := range t.f32 {
		t.f32[i] = float32(v[i])
	}
	return t
}

// at returns matrix i, which shares its elements.
func (m matrices) at(i int) blas64.General {
	n := m.rows * m.columns
	return dense(m.data[i*n:(i+1)*n], m.rows, m.columns)
}

// copyOf returns a copy of matrix i, whose elements must be finite.
func (m matrices) copyOf(i int) blas64.General {
	a := m.at(i)
	for k, v := range a.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			panic(Errorf(m.who, "%s has %v in row %d, column %d", m.name(i), v, k/m.columns, k%m.columns))
		}
	}
	return dense(slices.Clone(a.Data), m.rows, m.columns)
}

// name says which matrix i is.
func (m matrices) name(i int) string {
	s := fmt.Sprintf("the %d×%d matrix", m.rows, m.columns)
	if len(m.batch) == 0 {
		return s
	}
	index := make([]int, len(m.batch))
	for axis := len(index) - 1; axis >= 0; axis-- {
		index[axis] = i % m.batch[axis]
		i /= m.batch[axis]
	}
	return fmt.Sprintf("%s at %v of the batch %v", s, index, m.batch)
}

func dense(data []float64, rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: max(1, columns), Data: data}
}

func newDense(rows, columns int) blas64.General {
	return dense(make([]float64, rows*columns), rows, columns)
}

// lapackWork calls a function of lapack twice: with a length of -1 to be told how
// much memory it wants, and with that.
func lapackWork(call func(work []float64, length int)) {
	var want [1]float64
	call(want[:], -1)
	n := max(1, int(want[0]))
	call(make([]float64, n), n)
}
