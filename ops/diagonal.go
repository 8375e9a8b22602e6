package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Diagonal k of a matrix is the elements [i, i+k]: 0 is the main one, those with
// k > 0 lie above it. In row-major order its elements are one row and one column
// apart, so it is a range.

// diagonal returns the range of diagonal k in an m×n matrix.
func diagonal(m, n, k int) tensor.Range {
	start, step := k, n+1
	if k < 0 {
		start, m = -k*n, m+k
	} else {
		n -= k
	}
	return tensor.Range{Start: start, Stop: start + max(0, min(m, n))*step, Step: step}
}

// Diagonal returns diagonal k of the matrices in the last two axes, as the last
// axis.
func Diagonal(x *graph.Var, k int) *graph.Var {
	shape := matrices("ops.Diagonal", x)
	m, n := shape[len(shape)-2], shape[len(shape)-1]
	var buf [8]int
	flat := append(append(buf[:0], shape[:len(shape)-2]...), m*n)
	return ranged(Reshape(x, flat...), len(flat)-1, diagonal(m, n, k))
}

// matrices returns the shape of x, which must have two axes at least.
func matrices(who string, x *graph.Var) []int {
	if len(x.Shape()) < 2 {
		panic(tensor.Errorf(who, "shape %v is no matrix: it needs two axes at least", slices.Clone(x.Shape())))
	}
	return x.Shape()
}

var _ = register(Entry{
	Name:    "Diagonal",
	Formula: "yᵢ = x[i, i+k]",
	Rule:    "x̄ = ȳ on the diagonal, 0 elsewhere",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Diagonal(x[0], 0) }, [][]int{{2, 3}}, [][]int{{2, 3, 2}}, [][]int{{1, 1}}),
		samples(func(x []*graph.Var) *graph.Var { return Diagonal(x[0], 1) }, [][]int{{3, 3}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return Diagonal(x[0], -2) }, [][]int{{4, 3}}, [][]int{{2, 2}})),
	Refused: []Refusal{{"a vector", func() { Diagonal(zeros(3), 0) }}},
})

// Diag returns the square matrix with a vector x on diagonal k and zeros
// elsewhere; or, if x is a matrix, its diagonal k. (NumPy's diag.)
func Diag(x *graph.Var, k int) *graph.Var {
	switch shape := x.Shape(); len(shape) {
	case 1:
		n := shape[0] + max(k, -k)
		place := sliceOp{shortOf([]tensor.Range{diagonal(n, n, k)})}
		return Reshape(apply(sliceAddOp{place, dimsOf([]int{n * n})}, x), n, n)
	case 2:
		return Diagonal(x, k)
	default:
		panic(tensor.Errorf("ops.Diag", "shape %v is neither a vector nor a matrix", slices.Clone(shape)))
	}
}

var _ = register(Entry{
	Name:    "Diag",
	Formula: "y[i, i+k] = xᵢ of a vector, or the other way round",
	Rule:    "x̄ᵢ = ȳ[i, i+k], or the other way round",
	Domain:  on(-3, 3),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var { return Diag(x[0], 0) }, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{0}}),
		samples(func(x []*graph.Var) *graph.Var { return Diag(x[0], 1) }, [][]int{{2}}, [][]int{{3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return Diag(x[0], -2) }, [][]int{{2}})),
	Refused: []Refusal{
		{"a scalar", func() { Diag(zeros(), 0) }},
		{"three axes", func() { Diag(zeros(2, 2, 2), 0) }},
	},
})

// Trace returns the sum of the main diagonal of the matrices in the last two
// axes, square or not.
func Trace(x *graph.Var) *graph.Var {
	matrices("ops.Trace", x)
	return Sum(Diagonal(x, 0), -1)
}

var _ = register(Entry{
	Name:    "Trace",
	Formula: "y = Σᵢ x[i, i]",
	Rule:    "x̄[i, i] = ȳ, 0 elsewhere",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return Trace(x[0]) },
		[][]int{{2, 2}}, [][]int{{2, 3}}, [][]int{{2, 3, 2}}, [][]int{{0, 2}}),
	Refused: []Refusal{{"a vector", func() { Trace(zeros(3)) }}},
})

// Triu returns the upper triangle of the matrices in the last two axes, from
// diagonal k on, and zeros below it.
func Triu(x *graph.Var, k int) *graph.Var { return apply(triangularOp{k, true}, x) }

// Tril returns the lower triangle of the matrices in the last two axes, as far
// as diagonal k, and zeros above it.
func Tril(x *graph.Var, k int) *graph.Var { return apply(triangularOp{k, false}, x) }

// triangularOp sets elements to 0. It is its own transpose.
type triangularOp struct {
	k     int
	upper bool
}

func (o triangularOp) Name() string {
	if o.upper {
		return "triu"
	}
	return "tril"
}
func (o triangularOp) String() string { return fmt.Sprintf("%s[%d]", o.Name(), o.k) }
func (o triangularOp) Shape(dst []int, x []*tensor.Tensor) []int {
	if o.upper {
		return tensor.TriangleShape("ops.Triu", dst, x[0].Shape())
	}
	return tensor.TriangleShape("ops.Tril", dst, x[0].Shape())
}
func (o triangularOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if o.upper {
		tensor.Triu(y, x[0], o.k)
	} else {
		tensor.Tril(y, x[0], o.k)
	}
}
func (o triangularOp) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return apply(o, g) }

var (
	_ = register(triangleEntry("Triu", "j ≥ i + k", Triu))
	_ = register(triangleEntry("Tril", "j ≤ i + k", Tril))
)

func triangleEntry(name, where string, f func(x *graph.Var, k int) *graph.Var) Entry {
	return Entry{
		Name:    name,
		Formula: "y[i, j] = x[i, j] for " + where + ", else 0",
		Rule:    "x̄[i, j] = ȳ[i, j] there, else 0",
		Domain:  on(-3, 3),
		Samples: slices.Concat(
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 0) }, [][]int{{2, 2}}, [][]int{{2, 3, 2}}, [][]int{{0, 2}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], 1) }, [][]int{{3, 3}}),
			samples(func(x []*graph.Var) *graph.Var { return f(x[0], -1) }, [][]int{{2, 3}})),
		Refused: []Refusal{{"a vector", func() { f(zeros(3), 0) }}},
	}
}
