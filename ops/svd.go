package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// SVD returns the reduced singular value decomposition u·diag(s)·vᵀ = a of m×n
// matrices: for the smaller k of m and n, u is m×k and v is n×k, with orthonormal
// columns, and s has k values, descending. The element of a column of u that is
// largest in magnitude, the first of several, is positive.
//
// The vectors of equal singular values are not determined by the matrix, nor, if m
// and n differ, are those of a singular value of 0. A gradient through one of them is
// refused, and a second derivative through any vector; through the values alone the
// gradient is that of SingularValues.
func SVD(a *graph.Var) (u, s, v *graph.Var) {
	packed := apply(svdOp{}, a)
	u, v = svdVectors(packed, a)
	return u, apply2(singularValuesOp{}, a, packed), v
}

// SingularValues returns the singular values of SVD. A value of 0 has the derivative
// 0. Where some are equal, the gradient is right for symmetric functions of
// them, such as their sum, and a second derivative that depends on one is refused.
func SingularValues(a *graph.Var) *graph.Var {
	return apply2(singularValuesOp{}, a, apply(svdOp{}, a))
}

// svdVectors returns the vectors of what svdOp packs of a, or their cotangents.
func svdVectors(packed, a *graph.Var) (u, v *graph.Var) {
	s := a.Shape()
	m := s[len(s)-2]
	return rowsOf(packed, 0, m), rowsOf(packed, m+1, tensor.End)
}

// svdOp packs u above a row of the values above v. Its rule is that of the vectors,
// since the values are read by singularValuesOp alone. It is that of J. Townsend,
// "Differentiating the singular value decomposition", 2016.
type svdOp struct{}

func (svdOp) Name() string { return "svd" }
func (svdOp) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.SVDShape("ops.SVD", dst, x[0].Shape())
}
func (svdOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	defer by("ops.SVD")
	tensor.SVD(y, x[0])
}

// With F∘x = x/(sⱼ² − sᵢ²), and 0 on the diagonal, the rule is
//
//	ā = u·[J·S + S·K]·vᵀ + (1 − u·uᵀ)·ū·S⁻¹·vᵀ + u·S⁻¹·v̄ᵀ·(1 − v·vᵀ)
//	J = F∘(uᵀ·ū) + (F∘(uᵀ·ū))ᵀ,   K the same of v
//
// and of the last two terms one is 0, since u or v is square.
func (svdOp) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	a := x[0]
	u, v := svdVectors(y, a)
	gu, gv := svdVectors(g, a)
	m, n := u.Shape()[len(u.Shape())-2], v.Shape()[len(v.Shape())-2]
	s := apply2(singularValuesOp{}, a, y)
	eu, ev := MatMulT(u, gu, true, false), MatMulT(v, gv, true, false)
	core := Add(MulMasked(rotation(eu, s), asRow(s)), MulMasked(rotation(ev, s), matrixT(asRow(s))))
	share := MatMul(u, MatMulT(core, v, false, true))
	if m > n {
		share = Add(share, MatMulT(overValues(Sub(gu, MatMul(u, eu)), s), v, false, true))
	}
	if m < n {
		share = Add(share, MatMulT(u, overValues(Sub(gv, MatMul(v, ev)), s), false, true))
	}
	return share
}

// rotation returns J of the rule. (sⱼ² − sᵢ²) is (sⱼ − sᵢ)(sⱼ + sᵢ).
func rotation(e, s *graph.Var) *graph.Var {
	f := divideByGaps(e, s, s, gapsOp{true, "ops.SVD", "singular values"})
	sums := Add(asRow(s), matrixT(asRow(s)))
	return MulMasked(Add(f, matrixT(f)), Reciprocal(sums))
}

// overValues returns e·S⁻¹. It divides by the gaps between the singular values and
// those zeros that the shape of the matrix makes.
func overValues(e, s *graph.Var) *graph.Var {
	shape := e.Shape()
	zeros := graph.Const(tensor.New(e.Type(), shape[:len(shape)-1]...))
	return divideByGaps(e, zeros, s, gapsOp{false, "ops.SVD", "singular values"})
}

// singularValuesOp takes the values out of what svdOp computed of a. No gradient goes
// through the latter: ∂sᵢ is uᵢᵀ·∂a·vᵢ.
type singularValuesOp struct{}

func (singularValuesOp) Name() string { return "singular_values" }
func (singularValuesOp) Shape(dst []int, x []*tensor.Tensor) []int {
	s := x[0].Shape()
	n := len(s) - 2
	return append(append(dst, s[:n]...), min(s[n], s[n+1]))
}
func (singularValuesOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Row(y, x[1], x[0].Dim(-2))
}
func (singularValuesOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	if i == 1 {
		return nil
	}
	u, v := svdVectors(x[1], x[0])
	return MatMulT(MulMasked(asRow(mask(Sign(y), g)), u), v, false, true)
}

var wideAndTall = [][][]int{{{3, 2}}, {{2, 3}}, {{2, 2}}, {{1, 1}}, {{2, 1, 2}}, {{0, 2}}}

var _ = register(Entry{
	Name:    "SVD",
	Formula: "u, s, v with a = u·diag(s)·vᵀ, uᵀ·u = vᵀ·v = 1",
	Rule:    "ā = u·diag(s̄)·vᵀ and terms of ū and v̄ divided by sⱼ² − sᵢ²",
	Domain:  on(-2, 2),
	Samples: samples(func(x []*graph.Var) *graph.Var {
		u, s, v := SVD(x[0])
		return Concat(-2, u, asRow(s), v)
	}, wideAndTall...),
	Refused: []Refusal{{"a vector", func() { SVD(zeros(3)) }}},
})

const singularKinks = "a singular value of 0: 0; equal ones: that of the vectors which were found, right for symmetric functions"

var _ = register(Entry{
	Name:    "SingularValues",
	Formula: "s of SVD",
	Rule:    "ā = u·diag(s̄)·vᵀ",
	Domain:  on(-2, 2),
	Kinks:   singularKinks,
	Samples: samples(func(x []*graph.Var) *graph.Var { return SingularValues(x[0]) }, wideAndTall...),
	Refused: []Refusal{{"a vector", func() { SingularValues(zeros(3)) }}},
})

// NuclearNorm returns the sum of the singular values of each matrix.
func NuclearNorm(a *graph.Var) *graph.Var { return Sum(SingularValues(a), -1) }

// SpectralNorm returns the largest singular value of each matrix, which must have
// an element.
func SpectralNorm(a *graph.Var) *graph.Var { return Max(SingularValues(a), -1) }

var _ = register(Entry{
	Name:    "NuclearNorm",
	Formula: "y = Σ sᵢ",
	Rule:    "ā = ȳ·u·vᵀ",
	Domain:  on(-2, 2),
	Kinks:   "a singular value of 0: 0",
	Samples: samples(func(x []*graph.Var) *graph.Var { return NuclearNorm(x[0]) }, slices.Clone(wideAndTall)...),
	Refused: []Refusal{{"a vector", func() { NuclearNorm(zeros(3)) }}},
})

var _ = register(Entry{
	Name:    "SpectralNorm",
	Formula: "y = s₁, the largest singular value",
	Rule:    "ā = ȳ·u₁·v₁ᵀ",
	Domain:  on(-2, 2),
	Kinks:   "0: 0; equal singular values: the first that was found",
	Samples: samples(func(x []*graph.Var) *graph.Var { return SpectralNorm(x[0]) }, wideAndTall[:5]...),
	Refused: []Refusal{
		{"a vector", func() { SpectralNorm(zeros(3)) }},
		{"a matrix without elements", func() { SpectralNorm(zeros(0, 2)) }},
	},
})
