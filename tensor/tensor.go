package tensor

import (
	"math"
	"slices"
)

// A Type is the element type of a tensor.
type Type uint8

// The element types. The zero value is Float64.
const (
	Float64 Type = iota
	Float32
)

func (t Type) String() string {
	if t == Float32 {
		return "float32"
	}
	return "float64"
}

// A Tensor is a dense row-major array of float64 or of float32. Its elements
// are always contiguous: there are no strides, offsets or views. A tensor of
// shape [] (rank 0) holds one element; one with a 0 in its shape holds none.
//
// Several goroutines may read a tensor at once; a writer needs it for itself,
// as with a slice.
type Tensor struct {
	shape   []int
	typ     Type
	f64     []float64 // the elements of a Float64 tensor
	f32     []float32 // the elements of a Float32 tensor
	version uint      // how often a function of this package wrote to it
}

// New returns a tensor of zeros. It panics if a dimension is negative.
func New(typ Type, shape ...int) *Tensor {
	return new(Tensor).alloc(typ, size("tensor.New", shape), shape)
}

func (t *Tensor) alloc(typ Type, n int, shape []int) *Tensor {
	t.typ = typ
	t.shape = slices.Clone(shape)
	if typ == Float32 {
		t.f32 = make([]float32, n)
	} else {
		t.f64 = make([]float64, n)
	}
	return t
}

// Zeros returns a Float64 tensor of zeros.
func Zeros(shape ...int) *Tensor { return New(Float64, shape...) }

// Ones returns a Float64 tensor of ones.
func Ones(shape ...int) *Tensor { return Full(1, shape...) }

// Full returns a Float64 tensor whose elements are all v.
func Full(v float64, shape ...int) *Tensor {
	t := New(Float64, shape...)
	t.Fill(v)
	return t
}

// Scalar returns a Float64 tensor of rank 0.
func Scalar(v float64) *Tensor { return FromSlice([]float64{v}) }

// Vector returns a Float64 tensor of rank 1 with a copy of the values.
func Vector(v ...float64) *Tensor { return FromSlice(slices.Clone(v), len(v)) }

// Matrix returns a Float64 tensor of rank 2 with a copy of the rows, which
// must be equally long. Matrix(nil) has shape [0 0].
func Matrix(rows [][]float64) *Tensor {
	if len(rows) == 0 {
		return Zeros(0, 0)
	}
	t := Zeros(len(rows), len(rows[0]))
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			panic(Errorf("tensor.Matrix", "row %d has %d elements, row 0 has %d", i, len(row), len(rows[0])))
		}
		copy(t.f64[i*len(row):], row)
	}
	return t
}

// FromSlice returns a Float64 tensor whose elements are data itself, not a
// copy: a write to either shows in both. len(data) must be the product of
// the shape; FromSlice(data) without a shape is a scalar.
func FromSlice(data []float64, shape ...int) *Tensor {
	checkLen("tensor.FromSlice", len(data), shape)
	return &Tensor{shape: slices.Clone(shape), f64: data}
}

// FromSlice32 is FromSlice for Float32.
func FromSlice32(data []float32, shape ...int) *Tensor {
	checkLen("tensor.FromSlice32", len(data), shape)
	return &Tensor{shape: slices.Clone(shape), typ: Float32, f32: data}
}

func checkLen(who string, have int, shape []int) {
	if n := size(who, shape); n != have {
		panic(Errorf(who, "%d elements cannot have shape %v, which holds %d", have, slices.Clone(shape), n))
	}
}

// Eye returns the n×n identity matrix, in Float64.
func Eye(n int) *Tensor {
	t := Zeros(n, n)
	for i := range n {
		t.f64[i*n+i] = 1
	}
	return t
}

// Arange returns the Float64 vector start, start+step, … of the values before
// stop. It panics if an argument is not finite or step is 0.
func Arange(start, stop, step float64) *Tensor {
	n := math.Ceil((stop - start) / step)
	if !(math.Abs(n) <= mostElements) {
		panic(Errorf("tensor.Arange", "there is no vector from %v to %v in steps of %v", start, stop, step))
	}
	t := Zeros(max(int(n), 0))
	for i := range t.f64 {
		t.f64[i] = start + float64(i)*step
	}
	return t
}

// Type returns the element type.
func (t *Tensor) Type() Type { return t.typ }

// Shape returns the dimensions. The caller must not change them.
func (t *Tensor) Shape() []int { return t.shape }

// Rank returns the number of dimensions.
func (t *Tensor) Rank() int { return len(t.shape) }

// Dim returns one dimension; axis -1 is the last. It panics if there is no
// such axis.
func (t *Tensor) Dim(axis int) int { return t.shape[Axis("tensor.Dim", axis, t.shape)] }

// Len returns the number of elements: the product of the shape.
func (t *Tensor) Len() int {
	if t.typ == Float32 {
		return len(t.f32)
	}
	return len(t.f64)
}

// Version counts the writes to t by functions of this package. A graph uses
// it to notice that a value changed between its recording and its sweep.
// Writes through Float64s or Float32s are not counted.
func (t *Tensor) Version() uint { return t.version }

// Float64s returns the elements themselves in row-major order, not a copy.
// It panics if the element type is not Float64.
func (t *Tensor) Float64s() []float64 {
	if t.typ != Float64 {
		panic(Errorf("tensor.Float64s", "the tensor is %v", t.typ))
	}
	return t.f64
}

// Float32s is Float64s for Float32.
func (t *Tensor) Float32s() []float32 {
	if t.typ != Float32 {
		panic(Errorf("tensor.Float32s", "the tensor is %v", t.typ))
	}
	return t.f32
}

// At returns the element at an index, one number for each axis.
func (t *Tensor) At(index ...int) float64 { return t.Flat(t.offset("tensor.At", index)) }

// Set writes the element at an index.
func (t *Tensor) Set(v float64, index ...int) { t.SetFlat(t.offset("tensor.Set", index), v) }

// Flat returns the i-th element in row-major order. As with a slice, i must be
// at least 0 and less than Len.
func (t *Tensor) Flat(i int) float64 {
	if t.typ == Float32 {
		return float64(t.f32[i])
	}
	return t.f64[i]
}

// SetFlat writes the i-th element in row-major order.
func (t *Tensor) SetFlat(i int, v float64) {
	t.version++
	if t.typ == Float32 {
		t.f32[i] = float32(v)
	} else {
		t.f64[i] = v
	}
}

// Item returns the only element of a tensor that has exactly one.
func (t *Tensor) Item() float64 {
	if t.Len() != 1 {
		panic(Errorf("tensor.Item", "the tensor has shape %v and %d elements, not one", t.shape, t.Len()))
	}
	return t.Flat(0)
}

func (t *Tensor) offset(who string, index []int) int {
	if len(index) != len(t.shape) {
		panic(Errorf(who, "index %v has %d numbers for shape %v", slices.Clone(index), len(index), t.shape))
	}
	o := 0
	for axis, i := range index {
		if i < 0 || i >= t.shape[axis] {
			panic(Errorf(who, "index %v is outside of shape %v on axis %d", slices.Clone(index), t.shape, axis))
		}
		o = o*t.shape[axis] + i
	}
	return o
}

// Clone returns a copy of t.
func (t *Tensor) Clone() *Tensor {
	return &Tensor{shape: slices.Clone(t.shape), typ: t.typ, f64: slices.Clone(t.f64), f32: slices.Clone(t.f32)}
}

// To returns a copy of t with elements of the given type. Float64 values are
// rounded to the nearest Float32.
func (t *Tensor) To(typ Type) *Tensor {
	c := New(typ, t.shape...)
	Copy(c, t)
	return c
}

// SetType changes the element type of t itself, where To makes a copy. If the
// type differs, t gets storage of its own, and no longer that of FromSlice.
func (t *Tensor) SetType(typ Type) {
	if typ == t.typ {
		return
	}
	version := t.version + 1
	*t = *t.To(typ)
	t.version = version
}

// Touch counts a write that was made through Float64s or Float32s.
func (t *Tensor) Touch() { t.version++ }

// Fill sets all elements to v.
func (t *Tensor) Fill(v float64) {
	t.version++
	for i := range t.f64 {
		t.f64[i] = v
	}
	for i := range t.f32 {
		t.f32[i] = float32(v)
	}
}

// Copy copies the elements of src to dst, which must have the same shape, and
// converts them when the element types differ. It returns dst, a new tensor if
// that is nil.
func Copy(dst, src *Tensor) *Tensor {
	if dst == nil {
		return src.Clone()
	}
	if !slices.Equal(dst.shape, src.shape) {
		panic(Errorf("tensor.Copy", "cannot copy %v to %v: the shapes differ", src.shape, dst.shape))
	}
	dst.version++
	switch {
	case dst.typ == Float64 && src.typ == Float64:
		copy(dst.f64, src.f64)
	case dst.typ == Float32 && src.typ == Float32:
		copy(dst.f32, src.f32)
	case dst.typ == Float64:
		for i, v := range src.f32 {
			dst.f64[i] = float64(v)
		}
	default:
		for i, v := range src.f64 {
			dst.f32[i] = float32(v)
		}
	}
	return dst
}

// ReuseAs gives t another shape, keeping its storage when that is large
// enough. The element type stays; the elements are unspecified. It returns t.
func (t *Tensor) ReuseAs(shape ...int) *Tensor {
	if slices.Equal(t.shape, shape) {
		t.version++
		return t
	}
	n := size("tensor.ReuseAs", shape)
	t.version++
	t.shape = append(t.shape[:0], shape...)
	switch {
	case t.typ == Float32 && n > cap(t.f32):
		t.f32 = make([]float32, n)
	case t.typ == Float32:
		t.f32 = t.f32[:n]
	case n > cap(t.f64):
		t.f64 = make([]float64, n)
	default:
		t.f64 = t.f64[:n]
	}
	return t
}
