package ops_test

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

var _ = goldens(map[string]builder{
	// The golden one has a gradient above the diagonal of l, as (l·lᵀ)⁻¹·b has for any
	// square l; CholeskySolve reads a triangle.
	"cho_solve": func(c *goldenCall) []*graph.Var {
		b, l := c.arg(0), c.arg(1)
		return one(ops.CholeskySolve(ops.Cholesky(ops.MatMulT(l, l, false, true)), b))
	},
	"cholesky":     unary(ops.Cholesky),
	"det":          unary(ops.Det),
	"eigvalsh":     unary(ops.EigenvaluesSym),
	"inv":          unary(ops.Inverse),
	"logdet":       unary(ops.LogDet),
	"matrix_exp":   unary(ops.MatrixExp),
	"matrix_power": func(c *goldenCall) []*graph.Var { return one(ops.MatrixPower(c.arg(0), attr[int](c, "n"))) },
	"pinv":         unary(ops.PInv),
	"slogdet": func(c *goldenCall) []*graph.Var {
		sign, log := ops.SlogDet(c.arg(0))
		return []*graph.Var{sign, log}
	},
	"solve": binary(ops.Solve),
	"triangular_solve": func(c *goldenCall) []*graph.Var {
		part := tensor.Triangle{Upper: attr[bool](c, "upper"), Unit: attr[bool](c, "unit")}
		return one(ops.TriangularSolve(c.arg(0), c.arg(1), part))
	},
})
