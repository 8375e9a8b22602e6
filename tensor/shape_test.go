package tensor

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Each way to misuse the package, and what it says.
func TestMisuse(t *testing.T) {
	z := func(shape ...int) *Tensor { return Zeros(shape...) }
	f32 := func(shape ...int) *Tensor { return New(Float32, shape...) }
	for _, c := range []struct {
		text string
		f    func()
	}{
		{"tensor.New: shape [2 -1] has a negative dimension", func() { New(Float64, 2, -1) }},
		{"tensor.New: shape [1073741824 1073741824 1073741824] has too many elements", func() { New(Float64, 1<<30, 1<<30, 1<<30) }},
		{"tensor.Matrix: row 1 has 1 elements, row 0 has 2", func() { Matrix([][]float64{{1, 2}, {3}}) }},
		{"tensor.FromSlice: 3 elements cannot have shape [2 2], which holds 4", func() { FromSlice(make([]float64, 3), 2, 2) }},
		{"tensor.FromSlice32: 3 elements cannot have shape [], which holds 1", func() { FromSlice32(make([]float32, 3)) }},
		{"tensor.New: shape [16777216 16777216 1] has too many elements", func() { New(Float64, 1<<24, 1<<24, 1) }},
		{"tensor.Arange: there is no vector from 0 to +Inf in steps of 1", func() { Arange(0, math.Inf(1), 1) }},
		{"tensor.Arange: there is no vector from 0 to 1 in steps of 0", func() { Arange(0, 1, 0) }},
		{"tensor.Dim: axis 2 is outside of shape [2 3], which has 2 axes", func() { z(2, 3).Dim(2) }},
		{"tensor.At: index [1] has 1 numbers for shape [2 3]", func() { z(2, 3).At(1) }},
		{"tensor.Set: index [1 3] is outside of shape [2 3] on axis 1", func() { z(2, 3).Set(0, 1, 3) }},
		{"tensor.Item: the tensor has shape [2 3] and 6 elements, not one", func() { z(2, 3).Item() }},
		{"tensor.Float64s: the tensor is float32", func() { f32(1).Float64s() }},
		{"tensor.Float32s: the tensor is float64", func() { z(1).Float32s() }},
		{"tensor.Copy: cannot copy [2] to [3]: the shapes differ", func() { Copy(z(3), z(2)) }},

		{"tensor.Add: cannot mix float64 [2 3] with float32 [3]", func() { Add(nil, z(2, 3), f32(3)) }},
		{"tensor.Add: cannot broadcast [2 3] with [2]: 3 ≠ 2 on axis -1; shapes align at the right: reshaped to [2 1], [2] would go along the first axes (a reduction that keeps its axes gives that shape)", func() { Add(nil, z(2, 3), z(2)) }},
		{"tensor.Lt: cannot broadcast [4 3] with [2 1]: 4 ≠ 2 on axis -2", func() { Lt(nil, z(4, 3), z(2, 1)) }},
		{"tensor.Add: cannot broadcast [3] with [3 2 4]: 3 ≠ 4 on axis -1; shapes align at the right: reshaped to [3 1 1], [3] would go along the first axes (a reduction that keeps its axes gives that shape)", func() { Add(nil, z(3), z(3, 2, 4)) }},
		{"tensor.Mul: dst is float64 [2 2], the result float64 [2 3]", func() { Mul(z(2, 2), z(2, 3), z(3)) }},
		{"tensor.Exp: dst is float32 [2], the result float64 [2]", func() { Exp(f32(2), z(2)) }},
		{"tensor.Where: cannot mix float32 [2] with float64 [2]", func() { Where(nil, f32(2), z(2), z(2)) }},
		{"tensor.Where: cannot broadcast [3] with [2]: 3 ≠ 2 on axis -1", func() { Where(nil, z(3), z(2), z(2)) }},
		{"tensor.TanhSlope: shapes [2] and [1] differ", func() { TanhSlope(nil, z(2), z(1)) }},
		{"tensor.BroadcastTo: cannot broadcast [2] to [2 3]", func() { BroadcastTo(nil, z(2), 2, 3) }},
		{"tensor.BroadcastTo: cannot broadcast [2 3] to [3]", func() { BroadcastTo(nil, z(2, 3), 3) }},
		{"tensor.SumTo: cannot sum [2 3] to [2]: the second does not broadcast to the first", func() { SumTo(nil, z(2, 3), 2) }},

		{"tensor.Sum: axis 2 is outside of shape [2 3], which has 2 axes", func() { Sum(nil, z(2, 3), []int{2}, false) }},
		{"tensor.Sum: axes [0 -2] name axis 0 of shape [2 3] twice", func() { Sum(nil, z(2, 3), []int{0, -2}, false) }},
		{"tensor.Max: the reduced axes of shape [0 3] hold no element", func() { Max(nil, z(0, 3), []int{0}, false) }},
		{"tensor.Min: the reduced axes of shape [0] hold no element", func() { Min(nil, z(0), nil, false) }},
		{"tensor.ArgMax: the reduced axes of shape [2 0] hold no element", func() { ArgMax(z(2, 0), -1) }},
		{"tensor.ArgMin: axis 0 is outside of shape [], which has 0 axes", func() { ArgMin(z(), 0) }},
		{"tensor.ArgMaxMask: axis 1 is outside of shape [2], which has 1 axes", func() { ArgMaxMask(nil, z(2), []int{1}) }},
		{"tensor.Softmax: axis 1 is outside of shape [2], which has 1 axes", func() { Softmax(nil, z(2), 1) }},
		{"tensor.CrossEntropy: logits of shape [] have no axis of classes", func() { CrossEntropy(nil, z(), nil) }},
		{"tensor.CrossEntropy: 1 labels for logits [2 3]: 2 rows want one each", func() { CrossEntropy(nil, z(2, 3), []int{0}) }},
		{"tensor.CrossEntropy: label 3 at 1 is outside of the 3 classes of logits [2 3]", func() { CrossEntropy(nil, z(2, 3), []int{0, 3}) }},
		{"tensor.CrossEntropySlope: g has shape [3], the rows of logits [2 3] have [2]", func() { CrossEntropySlope(nil, z(3), z(2, 3), []int{0, 0}) }},

		{"tensor.MatMul: cannot multiply [32 784] by [128 10]: 784 ≠ 128", func() { MatMul(nil, z(32, 784), z(128, 10), false, false) }},
		{"tensor.MatMul: cannot multiply [784 32]ᵀ by [10 128]ᵀ: 784 ≠ 128", func() { MatMul(nil, z(784, 32), z(10, 128), true, true) }},
		{"tensor.MatMul: cannot multiply [32 784] by [128 784]: 784 ≠ 128; the second one transposed would fit (MatMulT)", func() { MatMul(nil, z(32, 784), z(128, 784), false, false) }},
		{"tensor.MatMul: cannot multiply [784 32] by [784 10]: 32 ≠ 784; the first one transposed would fit (MatMulT)", func() { MatMul(nil, z(784, 32), z(784, 10), false, false) }},
		{"tensor.Linear: cannot apply weights [10 784], which are out × in, to x [4 28 28]: its last axis must be in; reshaped to [4 784], it would fit", func() { Linear(nil, z(4, 28, 28), z(10, 784), nil) }},
		{"tensor.MatMul: cannot multiply [3] by [3 2]: both need at least two axes", func() { MatMul(nil, z(3), z(3, 2), false, false) }},
		{"tensor.MatMul: cannot multiply [2 3 4] by [5 4 2]: 2 ≠ 5 on axis -3", func() { MatMul(nil, z(2, 3, 4), z(5, 4, 2), false, false) }},
		{"tensor.MatMul: cannot mix float64 [1 1] with float32 [1 1]", func() { MatMul(nil, z(1, 1), f32(1, 1), false, false) }},
		{"tensor.MatMul: dst [2 2] shares its storage with the operand [2 2]", func() { a := z(2, 2); MatMul(a, a, z(2, 2), false, false) }},
		{"tensor.MatMul: dst is float64 [2 1], the result float64 [2 3]", func() { MatMul(z(2, 1), z(2, 1), z(1, 3), false, false) }},
		{"tensor.AddMatMul: dst is nil; there is nothing to add to", func() { AddMatMul(nil, z(1, 1), z(1, 1), false, false) }},
		{"tensor.Gemm: dst is nil; there is nothing to add to", func() { Gemm(nil, 1, z(1, 1), z(1, 1), 2, false, false) }},
		{"tensor.Linear: cannot apply weights [784 10], which are out × in, to x [32 784]: its last axis must be in; the weights transposed would fit", func() { Linear(nil, z(32, 784), z(784, 10), nil) }},
		{"tensor.Linear: cannot apply weights [2], which are out × in, to x [2]: its last axis must be in", func() { Linear(nil, z(2), z(2), nil) }},
		{"tensor.Linear: cannot apply weights [1 1], which are out × in, to x []: its last axis must be in", func() { Linear(nil, z(), z(1, 1), nil) }},
		{"tensor.Linear: cannot add bias [3] after weights [10 3]: it must be [10]", func() { Linear(nil, z(2, 3), z(10, 3), z(3)) }},
		{"tensor.Linear: cannot mix float64 [1 1] with float32 [1]", func() { Linear(nil, z(1, 1), z(1, 1), f32(1)) }},
		{"tensor.Linear: dst [1 2] shares its storage with the operand [2]", func() { d := z(1, 2); Linear(d, z(1, 3), z(2, 3), FromSlice(d.Float64s(), 2)) }},

		{"tensor.Reshape: cannot reshape [2 3] to [4]: 6 ≠ 4 elements", func() { Reshape(nil, z(2, 3), 4) }},
		{"tensor.Reshape: cannot reshape [2 3] to [4 -1]: 6 elements leave no dimension for -1", func() { Reshape(nil, z(2, 3), 4, -1) }},
		{"tensor.Reshape: cannot reshape [0] to [0 -1]: 0 elements leave no dimension for -1", func() { Reshape(nil, z(0), 0, -1) }},
		{"tensor.Reshape: shape [-1 -1] has more than one -1", func() { Reshape(nil, z(2, 3), -1, -1) }},
		{"tensor.Reshape: shape [-2 -3] has a negative dimension", func() { Reshape(nil, z(2, 3), -2, -3) }},
		{"tensor.Transpose: [0] is no order of the 2 axes of [2 3]", func() { Transpose(nil, z(2, 3), 0) }},
		{"tensor.Transpose: [0 -2] names axis 0 of [2 3] twice", func() { Transpose(nil, z(2, 3), 0, -2) }},
		{"tensor.Transpose: dst [2 2] shares its storage with the operand [2 2]", func() { a := z(2, 2); Transpose(a, a) }},
		{"tensor.Slice: 2 ranges for shape [3], which has 1 axes", func() { Slice(nil, z(3), All(), All()) }},
		{"tensor.SliceAdd: cannot add [3] to a slice of shape [2]", func() { SliceAdd(z(5), z(3), Span(0, 2)) }},
		{"tensor.SliceAdd: dst is nil; there is nothing to add to", func() { SliceAdd(nil, z(3)) }},
		{"tensor.Concat: no tensors to join", func() { Concat(nil, 0) }},
		{"tensor.Concat: cannot join [2 3] and [2 4] along axis 0: the other axes differ", func() { Concat(nil, 0, z(2, 3), z(2, 4)) }},
		{"tensor.Concat: cannot mix float64 [2] with float32 [2]", func() { Concat(nil, 0, z(2), f32(2)) }},
		{"tensor.Stack: no tensors to stack", func() { Stack(nil, 0) }},
		{"tensor.Stack: cannot stack [2] and [3]: the shapes differ", func() { Stack(nil, 0, z(2), z(3)) }},
		{"tensor.Stack: axis 2 is outside of the 2 axes that stacking [3] gives", func() { Stack(nil, 2, z(3)) }},
		{"tensor.Split: sizes [1 1] add up to 2; axis 0 of [3] has 3", func() { Split(z(3), 0, 1, 1) }},
		{"tensor.Split: size -1 in [4 -1] is negative", func() { Split(z(3), 0, 4, -1) }},
		{"tensor.Take: index 3 at 1 is outside of axis 0 of shape [3]", func() { Take(nil, z(3), 0, []int{0, 3}) }},
		{"tensor.TakeAdd: cannot add [2] to 3 places on axis 0 of [3]", func() { TakeAdd(z(3), z(2), 0, []int{0, 1, 2}) }},
		{"tensor.Gather: cannot gather [3 1] from [2 3] along axis 1: the other axes differ", func() { Gather(nil, z(2, 3), 1, []int{0, 0, 0}, 3, 1) }},
		{"tensor.Gather: 1 indices for shape [2 1], which holds 2", func() { Gather(nil, z(2, 3), 1, []int{0}, 2, 1) }},
		{"tensor.GatherAdd: index -4 at 1 is outside of axis 1 of shape [2 3]", func() { GatherAdd(z(2, 3), z(2, 1), 1, []int{0, -4}) }},
		{"tensor.Pad: 1 pads for shape [2 3], which has 2 axes", func() { Pad(nil, z(2, 3), make([][2]int, 1), 0) }},
		{"tensor.Pad: pad [-3 0] takes more than the 2 elements on axis 0 of shape [2]", func() { Pad(nil, z(2), [][2]int{{-3, 0}}, 0) }},
		{"tensor.OneHot: label 2 at 0 is outside of the 2 classes", func() { OneHot(Float64, []int{2}, 2) }},

		{"tensor.FromDense: the rows of the 2×1 matrix lie 3 apart; FromMatrix copies it", func() {
			FromDense(mat.NewDense(2, 3, nil).Slice(0, 2, 0, 1).(*mat.Dense))
		}},
		{"tensor.FromVecDense: the 2 elements lie 3 apart; FromVec copies them", func() {
			FromVecDense(mat.NewDense(2, 3, nil).ColView(1).(*mat.VecDense))
		}},
		{"tensor.Dense: the tensor is float64 [2], not float64 of rank 2", func() { z(2).Dense() }},
		{"tensor.Dense: the tensor is float32 [2 2], not float64 of rank 2", func() { f32(2, 2).Dense() }},
		{"tensor.Dense: shape [0 2] has a dimension of 0, which gonum does not allow", func() { z(0, 2).Dense() }},
		{"tensor.VecDense: shape [0] has a dimension of 0, which gonum does not allow", func() { z(0).VecDense() }},
		{"tensor.Arange: there is no vector from 0 to 1 in steps of NaN", func() { Arange(0, 1, math.NaN()) }},
	} {
		refuses(t, c.text, c.f)
	}
}
