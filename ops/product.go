package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// MatMul returns the matrix product a·b. The last two axes multiply, the others
// are a batch and broadcast. A vector on the left counts as a row, one on the
// right as a column, and that axis is left out of the result.
func MatMul(a, b *graph.Var) *graph.Var {
	row, column := len(a.Shape()) == 1, len(b.Shape()) == 1
	if row || column {
		checkVector(a.Shape(), b.Shape())
	}
	if row {
		a = Reshape(a, 1, -1)
	}
	if column {
		b = Reshape(b, -1, 1)
	}
	y := MatMulT(a, b, false, false)
	if !row && !column {
		return y
	}
	s := y.Shape()
	shape := append([]int(nil), s[:len(s)-2]...)
	if !row {
		shape = append(shape, s[len(s)-2])
	}
	if !column {
		shape = append(shape, s[len(s)-1])
	}
	return Reshape(y, shape...)
}

// checkVector refuses a product of which one factor is a vector, in the shapes
// that the caller gave.
func checkVector(a, b []int) {
	if len(a) == 0 || len(b) == 0 {
		panic(tensor.Errorf("ops.MatMul", "cannot multiply %v by %v: a scalar is no matrix; use Mul", slices.Clone(a), slices.Clone(b)))
	}
	k, inner := a[len(a)-1], b[max(0, len(b)-2)]
	if k != inner {
		panic(tensor.Errorf("ops.MatMul", "cannot multiply %v by %v: %d ≠ %d", slices.Clone(a), slices.Clone(b), k, inner))
	}
}

// MatMulT is MatMul of tensors of rank 2 or more, of which ta and tb say whether
// they are transposed first, in their last two axes.
func MatMulT(a, b *graph.Var, ta, tb bool) *graph.Var { return apply2(matmulOp{ta, tb}, a, b) }

type matmulOp struct{ ta, tb bool }

func (matmulOp) Name() string { return "matmul" }
func (o matmulOp) String() string {
	return "matmul" + map[matmulOp]string{{true, false}: "[aᵀ b]", {false, true}: "[a bᵀ]", {true, true}: "[aᵀ bᵀ]"}[o]
}
func (o matmulOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.MatMulShape("ops.MatMul", dst, x[0].Shape(), x[1].Shape(), o.ta, o.tb)
}
func (o matmulOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.MatMul(y, x[0], x[1], o.ta, o.tb)
}

// For y = a·b the rules are ā = ȳ·bᵀ and b̄ = aᵀ·ȳ. A transposed operand has the
// transpose of that: (ȳ·bᵀ)ᵀ = b·ȳᵀ. factors returns the two, and whether they
// are transposed.
func factors[V any](o matmulOp, i int, g, a, b V) (p, q V, tp, tq bool) {
	switch {
	case i == 0 && !o.ta:
		return g, b, false, !o.tb
	case i == 0:
		return b, g, o.tb, true
	case !o.tb:
		return a, g, !o.ta, false
	default:
		return g, a, true, o.ta
	}
}

func (o matmulOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	p, q, tp, tq := factors(o, i, g, x[0], x[1])
	return unbroadcast(MatMulT(p, q, tp, tq), x[i])
}

// Share and AddShare are a product, unless an axis of the batch was broadcast.
func (o matmulOp) Share(dst *tensor.Tensor, i int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	return o.multiply(tensor.MatMul, dst, i, g, x)
}
func (o matmulOp) AddShare(dst *tensor.Tensor, i int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	return o.multiply(tensor.AddMatMul, dst, i, g, x)
}

// A product is tensor.MatMul or tensor.AddMatMul.
type product func(dst, a, b *tensor.Tensor, ta, tb bool) *tensor.Tensor

func (o matmulOp) multiply(f product, dst *tensor.Tensor, i int, g *tensor.Tensor, x []*tensor.Tensor) bool {
	if !slices.Equal(batch(x[0]), batch(x[1])) {
		return false
	}
	p, q, tp, tq := factors(o, i, g, x[0], x[1])
	f(dst, p, q, tp, tq)
	return true
}

// batch is the axes before those that multiply.
func batch(x *tensor.Tensor) []int { return x.Shape()[:x.Rank()-2] }

var _ = register(Entry{
	Name:    "MatMul",
	Formula: "y = a·b",
	Rule:    "ā = ȳ·bᵀ, b̄ = aᵀ·ȳ",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var { return MatMul(x[0], x[1]) },
		[][]int{{2, 3}, {3, 2}}, [][]int{{3}, {3}}, [][]int{{3}, {3, 2}}, [][]int{{2, 3}, {3}},
		[][]int{{2, 2, 3}, {3, 2}}, [][]int{{2, 1, 2, 2}, {3, 2, 1}}, [][]int{{2, 0}, {0, 3}}),
	Refused: []Refusal{
		{"inner dimensions that differ", func() { MatMul(zeros(32, 784), zeros(128, 10)) }},
		{"a scalar", func() { MatMul(zeros(), zeros(2, 2)) }},
		{"a vector and a scalar", func() { MatMul(zeros(2), zeros()) }},
		{"a vector of another length", func() { MatMul(zeros(3), zeros(2, 2)) }},
		{"batches that do not broadcast", func() { MatMul(zeros(2, 3, 3), zeros(4, 3, 3)) }},
	},
})

var _ = register(Entry{
	Name:    "MatMulT",
	Formula: "y = a·b with a, b, or both transposed",
	Rule:    "y = aᵀ·b: ā = b·ȳᵀ, b̄ = a·ȳ; y = a·bᵀ: ā = ȳ·b, b̄ = ȳᵀ·a",
	Domain:  on(-2, 2),
	Samples: append(append(
		samples(func(x []*graph.Var) *graph.Var { return MatMulT(x[0], x[1], true, false) }, [][]int{{3, 2}, {3, 1}}),
		samples(func(x []*graph.Var) *graph.Var { return MatMulT(x[0], x[1], false, true) }, [][]int{{2, 3}, {1, 3}}, [][]int{{2, 2, 3}, {1, 3}})...),
		samples(func(x []*graph.Var) *graph.Var { return MatMulT(x[0], x[1], true, true) }, [][]int{{3, 2}, {1, 3}})...),
	Refused: []Refusal{
		{"inner dimensions that differ", func() { MatMulT(zeros(2, 3), zeros(3, 2), true, false) }},
		{"a vector", func() { MatMulT(zeros(3), zeros(3, 2), false, false) }},
	},
})

// Linear returns x·wᵀ + b, a dense layer: rows of x are samples, w is out × in,
// and b, of length out, may be nil. x may have any number of leading axes.
func Linear(x, w, b *graph.Var) *graph.Var {
	if b == nil {
		return apply2(linearOp{}, x, w)
	}
	return apply3(linearOp{}, x, w, b)
}

type linearOp struct{}

func (linearOp) Name() string { return "linear" }
func (linearOp) Shape(dst []int, x []*tensor.Tensor) []int {
	var bias [1][]int
	for i, b := range x[2:] {
		bias[i] = b.Shape()
	}
	return tensor.LinearShape("ops.Linear", dst, x[0].Shape(), x[1].Shape(), bias[:len(x)-2]...)
}
func (linearOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	var bias *tensor.Tensor
	if len(x) == 3 {
		bias = x[2]
	}
	tensor.Linear(y, x[0], x[1], bias) // eq: M1
}

// x̄ = ȳ·w, w̄ = ȳᵀ·x, and b̄ is the sum of the rows of ȳ.
func (linearOp) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	switch i {
	case 0:
		return MatMul(g, x[1])
	case 1:
		return MatMulT(matrix(g), matrix(x[0]), true, false)
	default:
		return SumTo(g, x[2].Shape()...)
	}
}
func (o linearOp) Share(dst *tensor.Tensor, i int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	if i == 2 {
		tensor.SumTo(dst, g, dst.Shape()...) // eq: M4
		return true
	}
	return o.multiply(tensor.MatMul, dst, i, g, x)
}
func (o linearOp) AddShare(dst *tensor.Tensor, i int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	return i < 2 && o.multiply(tensor.AddMatMul, dst, i, g, x)
}

func (linearOp) multiply(f product, dst *tensor.Tensor, i int, g *tensor.Tensor, x []*tensor.Tensor) bool {
	switch {
	case g.Rank() != 2:
		return false
	case i == 0:
		f(dst, g, x[1], false, false) // eq: M5
	default:
		f(dst, g, x[0], true, false) // eq: M3
	}
	return true
}

// matrix returns x as a matrix with all axes but the last in its rows.
func matrix(x *graph.Var) *graph.Var {
	s := x.Shape()
	if len(s) == 2 {
		return x
	}
	rows := 1
	for _, d := range s[:len(s)-1] {
		rows *= d
	}
	return Reshape(x, rows, s[len(s)-1])
}

var _ = register(Entry{
	Name:    "Linear",
	Formula: "y = x·wᵀ + b",
	Rule:    "x̄ = ȳ·w, w̄ = ȳᵀ·x, b̄ = Σ ȳ over the rows",
	Domain:  on(-2, 2),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return Linear(x[0], x[1], x[2]) },
			[][]int{{2, 3}, {4, 3}, {4}}, [][]int{{3}, {2, 3}, {2}}, [][]int{{2, 2, 1}, {2, 1}, {2}}, [][]int{{0, 3}, {2, 3}, {2}}),
		samples(func(x []*graph.Var) *graph.Var { return Linear(x[0], x[1], nil) }, [][]int{{2, 3}, {4, 3}})...),
	Refused: []Refusal{
		{"weights in × out", func() { Linear(zeros(32, 784), zeros(784, 10), nil) }},
		{"a bias of one number", func() { Linear(zeros(32, 784), zeros(1, 784), zeros()) }},
		{"a bias of another length", func() { Linear(zeros(32, 784), zeros(10, 784), zeros(784)) }},
	},
})
