package tensor_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/tensor"
)

// The result comes first: nil asks for a new tensor, and a tensor of the
// right shape is filled again without an allocation.
func Example() {
	x := tensor.Matrix([][]float64{{1, 2}, {3, 4}})
	b := tensor.Vector(10, 20)
	y := tensor.Add(nil, x, b)
	fmt.Println(y)
	tensor.Mul(y, y, y)
	fmt.Println(y)
	// Output:
	// [[11 22]
	//  [13 24]]
	// [[121 484]
	//  [169 576]]
}

// A column and a row broadcast to a table.
func ExampleMul() {
	column := tensor.Reshape(nil, tensor.Arange(1, 4, 1), 3, 1)
	row := tensor.Arange(1, 6, 1)
	fmt.Println(tensor.Mul(nil, column, row))
	// Output:
	// [[ 1  2  3  4  5]
	//  [ 2  4  6  8 10]
	//  [ 3  6  9 12 15]]
}

// A linear layer computes x·Wᵀ. Nothing is transposed for that.
func ExampleMatMul() {
	x := tensor.Matrix([][]float64{{1, 2, 3}})
	w := tensor.Matrix([][]float64{{1, 0, 0}, {0, 1, 1}})
	fmt.Println(tensor.MatMul(nil, x, w, false, true))
	// Output: [[1 5]]
}

// A dense layer of two outputs, for two samples.
func ExampleLinear() {
	x := tensor.Matrix([][]float64{{1, 2, 3}, {0, 0, 1}})
	w := tensor.Matrix([][]float64{{1, 0, 0}, {0, 1, 1}})
	fmt.Println(tensor.Linear(nil, x, w, tensor.Vector(10, 20)))
	// Output:
	// [[11 25]
	//  [10 21]]
}

// The product of a column and a row, subtracted from half a matrix.
func ExampleGemm() {
	c := tensor.Matrix([][]float64{{2, 4}, {6, 8}})
	tensor.Gemm(c, -1, tensor.Matrix([][]float64{{1}, {2}}), tensor.Matrix([][]float64{{1, 1}}), 0.5, false, false)
	fmt.Println(c)
	// Output:
	// [[0 1]
	//  [1 2]]
}

// Misuse panics with an Error, which says what was asked for.
func ExampleError() {
	defer func() { fmt.Println(recover()) }()
	tensor.MatMul(nil, tensor.Zeros(32, 784), tensor.Zeros(128, 10), false, false)
	// Output: tensor.MatMul: cannot multiply [32 784] by [128 10]: 784 ≠ 128
}

// Each row less its mean.
func ExampleMean() {
	x := tensor.Matrix([][]float64{{1, 2, 3}, {10, 20, 60}})
	mean := tensor.Mean(nil, x, []int{-1}, true)
	fmt.Println(tensor.Sub(nil, x, mean))
	// Output:
	// [[ -1   0   1]
	//  [-20 -10  30]]
}

func ExampleSoftmax() {
	scores := tensor.Vector(math.Log(1), math.Log(2), math.Log(5))
	fmt.Println(tensor.Softmax(nil, scores, 0))
	// Output: [0.125 0.250 0.625]
}

func ExampleSlice() {
	x := tensor.Reshape(nil, tensor.Arange(0, 20, 1), 4, 5)
	fmt.Println(tensor.Slice(nil, x, tensor.Span(1, 3), tensor.Range{Start: tensor.End, Stop: tensor.Begin, Step: -2}))
	// Output:
	// [[ 9  7  5]
	//  [14 12 10]]
}

// Take looks up the rows of a table, as an embedding does.
func ExampleTake() {
	table := tensor.Matrix([][]float64{{0, 0}, {1, 10}, {2, 20}})
	fmt.Println(tensor.Take(nil, table, 0, []int{2, 1, -1}))
	// Output:
	// [[ 2 20]
	//  [ 1 10]
	//  [ 2 20]]
}

// The score of the right class of each row.
func ExampleGather() {
	scores := tensor.Matrix([][]float64{{0.1, 0.9}, {0.7, 0.3}})
	fmt.Println(tensor.Gather(nil, scores, 1, []int{1, 0}, 2, 1))
	// Output:
	// [[0.9]
	//  [0.7]]
}

// The matrix and the tensor are the same numbers in memory.
func ExampleFromDense() {
	m := mat.NewDense(2, 2, []float64{2, 0, 0, 4})
	t := tensor.FromDense(m)
	m.Set(0, 1, 1)
	fmt.Println(t)
	fmt.Println(mat.Trace(t.Dense()))
	// Output:
	// [[2 1]
	//  [0 4]]
	// 6
}

func ExampleTensor_Format() {
	x := tensor.Matrix([][]float64{{1, -0.5}, {1.0 / 3, 100}})
	fmt.Println(x)
	fmt.Printf("%.1f\n", x)
	fmt.Println(tensor.Arange(0, 5000, 1))
	fmt.Println(tensor.New(tensor.Float32, 2, 0))
	// Output:
	// [[  1.0000  -0.5000]
	//  [  0.3333 100.0000]]
	// [[  1.0  -0.5]
	//  [  0.3 100.0]]
	// [   0    1    2 … 4997 4998 4999]
	// [] shape [2 0] float32
}

func ExampleTensor_FillNormal() {
	r := rand.New(rand.NewPCG(1, 2))
	w := tensor.New(tensor.Float32, 100, 100).FillNormal(r, 0, 0.1)
	fmt.Println(w.Type(), w.Shape())
	// Output: float32 [100 100]
}

func ExampleAddScaled() {
	y := tensor.Vector(1, 2, 3)
	tensor.AddScaled(y, tensor.Vector(10, 20, 30), 0.5)
	fmt.Println(y)
	// Output: [ 6 12 18]
}

func ExampleLayerNorm() {
	x := tensor.Matrix([][]float64{{1, 2, 3}, {-40, 0, 40}})
	fmt.Printf("%.3f\n", tensor.LayerNorm(nil, x, nil, nil, 1e-9))
	// Output:
	// [[-1.225  0.000  1.225]
	//  [-1.225  0.000  1.225]]
}
