package ops_test

import (
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The golden operations that exist here, by their golden names: an operation
// of this package, or a formula of a few of them. Files by subject add theirs.
var operations = map[string]builder{}

// goldens adds builders to operations. Its result is there so that a table can
// be the value of a blank variable.
func goldens(table map[string]builder) struct{} {
	for name, f := range table {
		if operations[name] != nil {
			panic("two builders of golden operation " + name)
		}
		operations[name] = f
	}
	return struct{}{}
}

var _ = goldens(map[string]builder{
	// of each element
	"neg":        unary(ops.Neg),
	"square":     unary(ops.Square),
	"sqrt":       unary(ops.Sqrt),
	"reciprocal": unary(ops.Reciprocal),
	"exp":        unary(ops.Exp),
	"log":        unary(ops.Log),
	"sin":        unary(ops.Sin),
	"cos":        unary(ops.Cos),
	"tanh":       unary(ops.Tanh),
	"sigmoid":    unary(ops.Sigmoid),
	"softplus":   unary(ops.Softplus),
	"relu":       unary(ops.ReLU),
	"gelu":       unary(ops.GELU),
	"gelu_tanh":  unary(ops.GELUTanh),
	"silu":       unary(ops.SiLU),
	"abs":        unary(ops.Abs),
	"leaky_relu": func(c *goldenCall) []*graph.Var { return one(ops.LeakyReLU(c.arg(0), attr[float64](c, "alpha"))) },
	"clip": func(c *goldenCall) []*graph.Var {
		lo, hi := math.Inf(-1), math.Inf(1)
		if v := attr[*float64](c, "lo"); v != nil {
			lo = *v
		}
		if v := attr[*float64](c, "hi"); v != nil {
			hi = *v
		}
		return one(ops.Clip(c.arg(0), lo, hi))
	},
	"pow_scalar": func(c *goldenCall) []*graph.Var { return one(ops.PowScalar(c.arg(0), attr[float64](c, "p"))) },
	"rpow_scalar": func(c *goldenCall) []*graph.Var {
		return one(ops.Pow(c.constant(attr[float64](c, "b")), c.arg(0)))
	},

	// of several
	"add":     binary(ops.Add),
	"sub":     binary(ops.Sub),
	"mul":     binary(ops.Mul),
	"div":     binary(ops.Div),
	"pow":     binary(ops.Pow),
	"maximum": binary(ops.Maximum),
	"minimum": binary(ops.Minimum),
	"where":   func(c *goldenCall) []*graph.Var { return one(ops.Where(c.arg(0), c.arg(1), c.arg(2))) },

	// reductions
	"sum":       reduction(ops.Sum, ops.SumKeep),
	"mean":      reduction(ops.Mean, ops.MeanKeep),
	"max":       reduction(ops.Max, ops.MaxKeep),
	"min":       reduction(ops.Min, ops.MinKeep),
	"logsumexp": reduction(ops.LogSumExp, ops.LogSumExpKeep),
	"max_index": func(c *goldenCall) []*graph.Var {
		x, axis := c.arg(0), attr[int](c, "axis")
		y := ops.Max(x, axis)
		var index []float64
		for _, i := range tensor.ArgMax(x.Value(), axis) {
			index = append(index, float64(i))
		}
		return []*graph.Var{y, graph.Const(tensor.FromSlice(index, slices.Clone(y.Shape())...))}
	},

	// products
	"matmul": binary(func(a, b *graph.Var) *graph.Var {
		if a == b { // its note: matmul(a, transpose(a))
			b = ops.Transpose(a)
		}
		return ops.MatMul(a, b)
	}),
	"matmul_t": func(c *goldenCall) []*graph.Var {
		return one(ops.MatMulT(c.arg(0), c.arg(1), attr[bool](c, "ta"), attr[bool](c, "tb")))
	},
	"linear": func(c *goldenCall) []*graph.Var { return one(ops.Linear(c.arg(0), c.arg(1), c.arg(2))) },

	// layout
	"reshape":      func(c *goldenCall) []*graph.Var { return one(ops.Reshape(c.arg(0), attr[[]int](c, "shape")...)) },
	"transpose":    func(c *goldenCall) []*graph.Var { return one(ops.Transpose(c.arg(0), attr[[]int](c, "perm")...)) },
	"broadcast_to": func(c *goldenCall) []*graph.Var { return one(ops.BroadcastTo(c.arg(0), attr[[]int](c, "shape")...)) },
	"concat":       func(c *goldenCall) []*graph.Var { return one(ops.Concat(attr[int](c, "axis"), c.all()...)) },
	"stack":        func(c *goldenCall) []*graph.Var { return one(ops.Stack(attr[int](c, "axis"), c.all()...)) },

	// indexing
	"gather": func(c *goldenCall) []*graph.Var {
		return one(ops.Gather(c.arg(0), attr[int](c, "axis"), c.index(1), c.in[1].Shape...))
	},
	"index_select": func(c *goldenCall) []*graph.Var { return one(ops.Take(c.arg(0), attr[int](c, "axis"), c.index(1))) },

	// softmax and losses
	"softmax":     func(c *goldenCall) []*graph.Var { return one(ops.Softmax(c.arg(0), attr[int](c, "axis"))) },
	"log_softmax": func(c *goldenCall) []*graph.Var { return one(ops.LogSoftmax(c.arg(0), attr[int](c, "axis"))) },

	// graphs
	"chain": func(c *goldenCall) []*graph.Var {
		y := c.arg(0)
		for range attr[int](c, "n") {
			y = ops.Tanh(y)
		}
		return one(y)
	},
	"fan_out": func(c *goldenCall) []*graph.Var {
		x := c.arg(0)
		y := ops.Square(x)
		for i := 2; i <= attr[int](c, "n"); i++ {
			y = ops.Add(y, ops.Mul(ops.Scale(x, float64(i)), x))
		}
		return one(y)
	},
	"accumulate_inplace_like": func(c *goldenCall) []*graph.Var {
		x := c.arg(0)
		y := x
		for range attr[int](c, "n") {
			y = ops.Add(y, ops.Scale(x, 0.5))
		}
		return one(y)
	},
	"unused_input": func(c *goldenCall) []*graph.Var {
		c.arg(1)
		return one(ops.Scale(c.arg(0), 2))
	},
})

// Cases of a kink at which we differ, with our convention.
var conventions = map[string]string{
	"min/ties_axis": "the gradient goes to the first of equal ones",
}

// Exact cases that are wrong, with the reason.
var misprints = map[string]string{
	"hardsigmoid/matrix": "PyTorch's slope is 1/6 rounded to float32",
}

func one(y *graph.Var) []*graph.Var { return []*graph.Var{y} }

func unary(f func(x *graph.Var) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var { return one(f(c.arg(0))) }
}

// binary applies f to two inputs, or to the only one twice: so the cases
// "same_tensor" mean it.
func binary(f func(x, y *graph.Var) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var { return one(f(c.arg(0), c.arg(len(c.vars)-1))) }
}

func reduction(f, keep func(x *graph.Var, over ...int) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var {
		if attr[bool](c, "keepdims") {
			return one(keep(c.arg(0), attr[[]int](c, "axes")...))
		}
		return one(f(c.arg(0), attr[[]int](c, "axes")...))
	}
}
