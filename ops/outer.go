package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Products of arrays other than MatMul, made of it and of Mul.

// Dot returns the inner product Σ aᵢ·bᵢ of two vectors.
func Dot(a, b *graph.Var) *graph.Var {
	if len(a.Shape()) != 1 || len(b.Shape()) != 1 || a.Shape()[0] != b.Shape()[0] {
		panic(tensor.Errorf("ops.Dot", "shapes %v and %v are not two vectors of one length; use MatMul for matrices", slices.Clone(a.Shape()), slices.Clone(b.Shape())))
	}
	return MatMul(a, b)
}

var _ = register(Entry{
	Name:    "Dot",
	Formula: "y = Σᵢ aᵢ·bᵢ",
	Rule:    "ā = ȳ·b, b̄ = ȳ·a",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return Dot(x[0], x[1]) },
		[][]int{{3}, {3}}, [][]int{{1}, {1}}, [][]int{{0}, {0}}),
	Refused: []Refusal{
		{"lengths that differ", func() { Dot(zeros(2), zeros(3)) }},
		{"a matrix", func() { Dot(zeros(2, 2), zeros(2)) }},
	},
})

// Outer returns the matrix of the products aᵢ·bⱼ of two vectors.
func Outer(a, b *graph.Var) *graph.Var {
	if len(a.Shape()) != 1 || len(b.Shape()) != 1 {
		panic(tensor.Errorf("ops.Outer", "shapes %v and %v are not two vectors; use TensorDot for more axes", slices.Clone(a.Shape()), slices.Clone(b.Shape())))
	}
	return Mul(Unsqueeze(a, 1), b)
}

var _ = register(Entry{
	Name:    "Outer",
	Formula: "y[i, j] = aᵢ·bⱼ",
	Rule:    "ā = ȳ·b, b̄ = ȳᵀ·a",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return Outer(x[0], x[1]) },
		[][]int{{2}, {3}}, [][]int{{1}, {2}}, [][]int{{0}, {2}}),
	Refused: []Refusal{{"a matrix", func() { Outer(zeros(2), zeros(2, 1)) }}},
})

// Kron returns the Kronecker product of a and b: each element of a, multiplied
// by all of b, in its place. Missing axes come in front and count as 1.
func Kron(a, b *graph.Var) *graph.Var {
	var buf, buf2, buf3 [16]int
	left, right, shape := buf[:0], buf2[:0], buf3[:0] // [d 1], [1 e] and [d·e] of each axis
	for i := max(len(a.Shape()), len(b.Shape())); i > 0; i-- {
		d, e := 1, 1
		if i <= len(a.Shape()) {
			d = a.Shape()[len(a.Shape())-i]
		}
		if i <= len(b.Shape()) {
			e = b.Shape()[len(b.Shape())-i]
		}
		left, right, shape = append(left, d, 1), append(right, 1, e), append(shape, d*e)
	}
	return Reshape(Mul(Reshape(a, left...), Reshape(b, right...)), shape...)
}

var _ = register(Entry{
	Name:    "Kron",
	Formula: "y[i·m + k, j·n + l] = a[i, j]·b[k, l] for b of m×n",
	Rule:    "ā[i, j] = Σ ȳ·b over the block of a[i, j], b̄ = Σ ȳ·a over the blocks",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return Kron(x[0], x[1]) },
		[][]int{{2}, {3}}, [][]int{{2, 2}, {1, 3}}, [][]int{{2}, {2, 2}}, [][]int{{}, {2}}, [][]int{{0, 1}, {2, 2}}),
	Refused: []Refusal{{"element types that differ", func() { Kron(zeros(2), constant(tensor.Float32, 1)) }}},
})

// Cross returns the cross product of the vectors in the last axis, which has
// length 3; the other axes broadcast.
func Cross(a, b *graph.Var) *graph.Var {
	for _, x := range []*graph.Var{a, b} {
		if s := x.Shape(); len(s) == 0 || s[len(s)-1] != 3 {
			panic(tensor.Errorf("ops.Cross", "shapes %v and %v: the last axis of both must have length 3", slices.Clone(a.Shape()), slices.Clone(b.Shape())))
		}
	}
	var buf [8]int
	tensor.BroadcastShape("ops.Cross", buf[:0], a.Shape(), b.Shape())
	return Sub(Mul(Take(a, -1, axisAfter), Take(b, -1, axisBefore)), Mul(Take(a, -1, axisBefore), Take(b, -1, axisAfter)))
}

// The axes after and before each of the three.
var axisAfter, axisBefore = []int{1, 2, 0}, []int{2, 0, 1}

var _ = register(Entry{
	Name:    "Cross",
	Formula: "yᵢ = aᵢ₊₁·bᵢ₊₂ − aᵢ₊₂·bᵢ₊₁, indices modulo 3",
	Rule:    "ā = b × ȳ, b̄ = ȳ × a",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return Cross(x[0], x[1]) },
		[][]int{{3}, {3}}, [][]int{{2, 3}, {3}}, [][]int{{2, 1, 3}, {2, 3}}, [][]int{{0, 3}, {3}}),
	Refused: []Refusal{
		{"vectors of another length", func() { Cross(zeros(2), zeros(3)) }},
		{"a scalar", func() { Cross(zeros(3), zeros()) }},
		{"axes that do not broadcast", func() { Cross(zeros(2, 3), zeros(3, 3)) }},
	},
})

// TensorDot returns the sum of products over pairs of axes: overA[i] of a with
// overB[i] of b. The other axes of a come first in the result, those of b behind
// them. Without axes it is the outer product.
func TensorDot(a, b *graph.Var, overA, overB []int) *graph.Var {
	const who = "ops.TensorDot"
	var buf, buf2 [8]int
	tensor.ReduceShape(who, buf[:0], a.Shape(), overA, true)
	tensor.ReduceShape(who, buf2[:0], b.Shape(), overB, true)
	if len(overA) != len(overB) {
		panic(tensor.Errorf(who, "axes %v of %v and %v of %v are not pairs", slices.Clone(overA), slices.Clone(a.Shape()), slices.Clone(overB), slices.Clone(b.Shape())))
	}
	for i, axis := range overA {
		m, n := a.Shape()[tensor.Axis(who, axis, a.Shape())], b.Shape()[tensor.Axis(who, overB[i], b.Shape())]
		if m != n {
			panic(tensor.Errorf(who, "axis %d of %v has length %d and axis %d of %v has %d", axis, slices.Clone(a.Shape()), m, overB[i], slices.Clone(b.Shape()), n))
		}
	}
	var freeA, freeB, permA, permB, result [8]int
	restA, restB := free(freeA[:0], a, overA), free(freeB[:0], b, overB)
	shape, m, n := result[:0], 1, 1
	for _, axis := range restA {
		shape = append(shape, a.Shape()[axis])
		m *= a.Shape()[axis]
	}
	for _, axis := range restB {
		shape = append(shape, b.Shape()[axis])
		n *= b.Shape()[axis]
	}
	k := 1
	for _, axis := range overA {
		k *= a.Shape()[tensor.Axis(who, axis, a.Shape())]
	}
	left := Reshape(Transpose(a, append(append(permA[:0], restA...), overA...)...), m, k)
	right := Reshape(Transpose(b, append(append(permB[:0], overB...), restB...)...), k, n)
	return Reshape(MatMulT(left, right, false, false), shape...)
}

// free appends the axes of x that are not among over.
func free(dst []int, x *graph.Var, over []int) []int {
	rank := len(x.Shape())
	for axis := range rank {
		if !slices.Contains(over, axis) && !slices.Contains(over, axis-rank) {
			dst = append(dst, axis)
		}
	}
	return dst
}

var _ = register(Entry{
	Name:    "TensorDot",
	Formula: "y = Σ a·b over pairs of axes",
	Rule:    "ā = Σ ȳ·b over the other axes of b, b̄ = Σ ȳ·a over those of a",
	Domain:  on(-2, 2),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return TensorDot(x[0], x[1], []int{1}, []int{0}) }, [][]int{{2, 3}, {3, 2}}, [][]int{{2, 2, 2}, {2}}),
		samples(func(x []*graph.Var) *graph.Var { return TensorDot(x[0], x[1], []int{0, -1}, []int{1, 0}) }, [][]int{{2, 3, 2}, {2, 2, 1}}),
		samples(func(x []*graph.Var) *graph.Var { return TensorDot(x[0], x[1], nil, nil) }, [][]int{{2}, {2, 1}}, [][]int{{}, {}})),
	Refused: []Refusal{
		{"lengths that differ", func() { TensorDot(zeros(2, 3), zeros(2, 3), []int{1}, []int{0}) }},
		{"axes without a partner", func() { TensorDot(zeros(2, 3), zeros(2, 3), []int{1}, nil) }},
		{"an axis twice", func() { TensorDot(zeros(2, 2), zeros(2, 2), []int{1, 1}, []int{0, 1}) }},
		{"an axis that is not there", func() { TensorDot(zeros(2), zeros(2), []int{1}, []int{0}) }},
	},
})
