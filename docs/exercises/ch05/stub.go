//go:build !solution

package ch05

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// RunningSumVJP returns x̄ for y = the running sum of x, yᵢ = x₀ + x₁ + … + xᵢ, given ȳ.
// First give the Jacobian: ∂yᵢ/∂xⱼ is 1 where …? Then multiply its transpose by ȳ without
// forming it, in one pass.
func RunningSumVJP(g []float64) []float64 {
	return nil // your code
}

// DotProducts returns the two sides of the dot-product test of f at x: ⟨g, Ju⟩ with Ju by a
// central difference in the direction u, step 1e-5, and ⟨Jᵀg, u⟩ with Jᵀg by one sweep. x
// and u have one shape, g has that of f's result.
func DotProducts(f func(x *graph.Var) *graph.Var, x, u, g *tensor.Tensor) (forward, backward float64) {
	return 0, 1 // your code
}
