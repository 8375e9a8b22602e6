package tensor

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// FromMatrix returns a Float64 tensor of rank 2 with a copy of m.
func FromMatrix(m mat.Matrix) *Tensor {
	rows, cols := m.Dims()
	t := Zeros(rows, cols)
	for i := range rows {
		for j := range cols {
			t.f64[i*cols+j] = m.At(i, j)
		}
	}
	return t
}

// FromDense returns a Float64 tensor of rank 2 whose elements are those of m,
// not a copy. It panics if the rows of m do not lie next to each other, as in
// a slice of a wider matrix: use FromMatrix for that.
func FromDense(m *mat.Dense) *Tensor {
	raw := m.RawMatrix()
	if raw.Stride != raw.Cols && raw.Rows > 1 {
		panic(Errorf("tensor.FromDense", "the rows of the %d×%d matrix lie %d apart; FromMatrix copies it", raw.Rows, raw.Cols, raw.Stride))
	}
	return FromSlice(raw.Data[:raw.Rows*raw.Cols], raw.Rows, raw.Cols)
}

// Dense returns t, which must be Float64 and of rank 2, as a matrix with the
// same storage. It panics if a dimension is 0, which gonum does not allow.
func (t *Tensor) Dense() *mat.Dense {
	t.wantGonum("tensor.Dense", 2)
	return mat.NewDense(t.shape[0], t.shape[1], t.f64)
}

// FromVec returns a Float64 tensor of rank 1 with a copy of v.
func FromVec(v mat.Vector) *Tensor {
	t := Zeros(v.Len())
	for i := range t.f64 {
		t.f64[i] = v.AtVec(i)
	}
	return t
}

// FromVecDense returns a Float64 tensor of rank 1 whose elements are those of
// v, not a copy. It panics if they do not lie next to each other, as in the
// column of a matrix: use FromVec for that.
func FromVecDense(v *mat.VecDense) *Tensor {
	raw := v.RawVector()
	if raw.Inc != 1 && raw.N > 1 {
		panic(Errorf("tensor.FromVecDense", "the %d elements lie %d apart; FromVec copies them", raw.N, raw.Inc))
	}
	return FromSlice(raw.Data[:raw.N], raw.N)
}

// VecDense returns t, which must be Float64 and of rank 1, as a vector with
// the same storage. It panics if t is empty, which gonum does not allow.
func (t *Tensor) VecDense() *mat.VecDense {
	t.wantGonum("tensor.VecDense", 1)
	return mat.NewVecDense(t.shape[0], t.f64)
}

// wantGonum refuses what gonum cannot hold.
func (t *Tensor) wantGonum(who string, rank int) {
	if t.typ != Float64 || len(t.shape) != rank {
		panic(Errorf(who, "the tensor is %v %v, not float64 of rank %d", t.typ, t.shape, rank))
	}
	if slices.Contains(t.shape, 0) {
		panic(Errorf(who, "shape %v has a dimension of 0, which gonum does not allow", t.shape))
	}
}
