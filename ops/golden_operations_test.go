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
	"neg":         unary(ops.Neg),
	"square":      unary(ops.Square),
	"sqrt":        unary(ops.Sqrt),
	"reciprocal":  unary(ops.Reciprocal),
	"exp":         unary(ops.Exp),
	"log":         unary(ops.Log),
	"sin":         unary(ops.Sin),
	"cos":         unary(ops.Cos),
	"tanh":        unary(ops.Tanh),
	"sigmoid":     unary(ops.Sigmoid),
	"softplus":    unary(ops.Softplus),
	"relu":        unary(ops.ReLU),
	"gelu":        unary(ops.GELU),
	"gelu_tanh":   unary(ops.GELUTanh),
	"silu":        unary(ops.SiLU),
	"abs":         unary(ops.Abs),
	"rsqrt":       unary(func(x *graph.Var) *graph.Var { return ops.PowScalar(x, -0.5) }),
	"exp2":        unary(func(x *graph.Var) *graph.Var { return ops.Exp(ops.Scale(x, math.Ln2)) }),
	"log2":        unary(func(x *graph.Var) *graph.Var { return ops.Scale(ops.Log(x), 1/math.Ln2) }),
	"log10":       unary(func(x *graph.Var) *graph.Var { return ops.Scale(ops.Log(x), 1/math.Ln10) }),
	"tan":         unary(func(x *graph.Var) *graph.Var { return ops.Div(ops.Sin(x), ops.Cos(x)) }),
	"logit":       unary(func(x *graph.Var) *graph.Var { return ops.Log(ops.Div(x, ops.AddScalar(ops.Neg(x), 1))) }),
	"relu6":       unary(func(x *graph.Var) *graph.Var { return ops.Clip(x, 0, 6) }),
	"hardtanh":    unary(func(x *graph.Var) *graph.Var { return ops.Clip(x, -1, 1) }),
	"hardsigmoid": unary(func(x *graph.Var) *graph.Var { return ops.Clip(ops.AddScalar(ops.Scale(x, 1./6), 0.5), 0, 1) }),
	"hardswish": unary(func(x *graph.Var) *graph.Var {
		return ops.Scale(ops.Mul(x, ops.Clip(ops.AddScalar(x, 3), 0, 6)), 1./6)
	}),
	"mish":       unary(func(x *graph.Var) *graph.Var { return ops.Mul(x, ops.Tanh(ops.Softplus(x))) }),
	"softsign":   unary(func(x *graph.Var) *graph.Var { return ops.Div(x, ops.AddScalar(ops.Abs(x), 1)) }),
	"tanhshrink": unary(func(x *graph.Var) *graph.Var { return ops.Sub(x, ops.Tanh(x)) }),
	"leaky_relu": func(c *goldenCall) []*graph.Var { return one(ops.LeakyReLU(c.arg(0), attr[float64](c, "alpha"))) },
	"softshrink": func(c *goldenCall) []*graph.Var {
		x, alpha := c.arg(0), attr[float64](c, "alpha")
		return one(ops.Sub(x, ops.Clip(x, -alpha, alpha)))
	},
	"softplus_beta": func(c *goldenCall) []*graph.Var {
		x, beta := c.arg(0), attr[float64](c, "alpha")
		return one(ops.Scale(ops.Softplus(ops.Scale(x, beta)), 1/beta))
	},
	"prelu": func(c *goldenCall) []*graph.Var {
		x, a := c.arg(0), ops.Reshape(c.arg(1), -1, 1) // of each channel
		return one(ops.Sub(ops.ReLU(x), ops.Mul(a, ops.ReLU(ops.Neg(x)))))
	},
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
		return one(ops.Pow(graph.Const(tensor.Scalar(attr[float64](c, "b"))), c.arg(0)))
	},

	// of several
	"add":       binary(ops.Add),
	"sub":       binary(ops.Sub),
	"mul":       binary(ops.Mul),
	"div":       binary(ops.Div),
	"pow":       binary(ops.Pow),
	"maximum":   binary(ops.Maximum),
	"minimum":   binary(ops.Minimum),
	"hypot":     binary(func(x, y *graph.Var) *graph.Var { return ops.Sqrt(ops.Add(ops.Square(x), ops.Square(y))) }),
	"logaddexp": binary(func(x, y *graph.Var) *graph.Var { return ops.Add(y, ops.Softplus(ops.Sub(x, y))) }),
	"where":     func(c *goldenCall) []*graph.Var { return one(ops.Where(c.arg(0), c.arg(1), c.arg(2))) },
	"masked_fill": func(c *goldenCall) []*graph.Var {
		value := graph.Const(tensor.Scalar(attr[float64](c, "value")))
		return one(ops.Where(c.arg(1), value, c.arg(0)))
	},
	"lerp": func(c *goldenCall) []*graph.Var {
		x, y, w := c.arg(0), c.arg(1), c.arg(2)
		return one(ops.Add(x, ops.Mul(w, ops.Sub(y, x))))
	},
	"addcmul": func(c *goldenCall) []*graph.Var {
		product := ops.Scale(ops.Mul(c.arg(1), c.arg(2)), attr[float64](c, "c"))
		return one(ops.Add(c.arg(0), product))
	},

	// reductions
	"sum":       reduction(ops.Sum, ops.SumKeep),
	"mean":      reduction(ops.Mean, ops.MeanKeep),
	"max":       reduction(ops.Max, ops.MaxKeep),
	"min":       reduction(ops.Min, ops.MinKeep),
	"logsumexp": reduction(ops.LogSumExp, ops.LogSumExpKeep),
	"var":       func(c *goldenCall) []*graph.Var { return one(variance(c)) },
	"std":       func(c *goldenCall) []*graph.Var { return one(ops.Sqrt(variance(c))) },
	"norm":      norm,
	"max_index": func(c *goldenCall) []*graph.Var {
		x, axis := c.arg(0), attr[int](c, "axis")
		y := ops.Max(x, axis)
		var index []float64
		for _, i := range tensor.ArgMax(x.Value(), axis) {
			index = append(index, float64(i))
		}
		return []*graph.Var{y, graph.Const(tensor.FromSlice(index, slices.Clone(y.Shape())...))}
	},
	"normalize": func(c *goldenCall) []*graph.Var {
		x := c.arg(0)
		length := ops.Sqrt(ops.SumKeep(ops.Square(x), attr[int](c, "axis")))
		return one(ops.Div(x, ops.Clip(length, attr[float64](c, "eps"), math.Inf(1))))
	},
	"cosine_similarity": func(c *goldenCall) []*graph.Var {
		x, y := c.arg(0), c.arg(1)
		lengths := ops.Sqrt(ops.Mul(ops.Sum(ops.Square(x), -1), ops.Sum(ops.Square(y), -1)))
		return one(ops.Div(ops.Sum(ops.Mul(x, y), -1), ops.Clip(lengths, attr[float64](c, "eps"), math.Inf(1))))
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
	"dot":    binary(ops.MatMul),
	"linear": func(c *goldenCall) []*graph.Var { return one(ops.Linear(c.arg(0), c.arg(1), c.arg(2))) },
	"matrix_power": func(c *goldenCall) []*graph.Var {
		a := c.arg(0)
		y := a
		for range attr[int](c, "n") - 1 {
			y = ops.MatMul(y, a)
		}
		return one(y)
	},

	// layout
	"reshape":      func(c *goldenCall) []*graph.Var { return one(ops.Reshape(c.arg(0), attr[[]int](c, "shape")...)) },
	"transpose":    func(c *goldenCall) []*graph.Var { return one(ops.Transpose(c.arg(0), attr[[]int](c, "perm")...)) },
	"broadcast_to": func(c *goldenCall) []*graph.Var { return one(ops.BroadcastTo(c.arg(0), attr[[]int](c, "shape")...)) },
	"concat":       func(c *goldenCall) []*graph.Var { return one(ops.Concat(attr[int](c, "axis"), c.all()...)) },
	"stack":        func(c *goldenCall) []*graph.Var { return one(ops.Stack(attr[int](c, "axis"), c.all()...)) },
	"squeeze": func(c *goldenCall) []*graph.Var {
		x := c.arg(0)
		return one(ops.Reshape(x, without(x.Shape(), attr[[]int](c, "axes"))...))
	},
	"unsqueeze": func(c *goldenCall) []*graph.Var { return one(ops.Stack(attr[int](c, "axis"), c.arg(0))) },
	"split":     split,
	"slice":     slice,
	"flip": func(c *goldenCall) []*graph.Var {
		x := c.arg(0)
		ranges := whole(x)
		for _, axis := range attr[[]int](c, "axes") {
			ranges[axis] = tensor.Range{Start: tensor.End, Stop: tensor.Begin, Step: -1}
		}
		return one(ops.Slice(x, ranges...))
	},
	"roll": func(c *goldenCall) []*graph.Var {
		x, axis, shift := c.arg(0), attr[int](c, "axis"), attr[int](c, "shift")
		n := x.Shape()[axis]
		index := make([]int, n)
		for i := range index {
			index[i] = ((i-shift)%n + n) % n
		}
		return one(ops.Take(x, axis, index))
	},
	"diff": func(c *goldenCall) []*graph.Var {
		x, axis := c.arg(0), attr[int](c, "axis")
		after, before := whole(x), whole(x)
		after[axis], before[axis] = tensor.Span(1, tensor.End), tensor.Span(0, -1)
		return one(ops.Sub(ops.Slice(x, after...), ops.Slice(x, before...)))
	},
	"tril": triangle(func(i, j, k int) bool { return j-i <= k }),
	"triu": triangle(func(i, j, k int) bool { return j-i >= k }),
	"trace": func(c *goldenCall) []*graph.Var {
		return one(ops.Sum(masked(c.arg(0), func(i, j int) bool { return i == j })))
	},

	// indexing
	"gather": func(c *goldenCall) []*graph.Var {
		return one(ops.Gather(c.arg(0), attr[int](c, "axis"), c.index(1), c.in[1].Shape...))
	},
	"index_select": func(c *goldenCall) []*graph.Var { return one(ops.Take(c.arg(0), attr[int](c, "axis"), c.index(1))) },
	"index_pairs": func(c *goldenCall) []*graph.Var {
		x, columns := c.arg(0), c.index(2)
		var flat []int
		for n, i := range c.index(1) {
			flat = append(flat, i*x.Shape()[1]+columns[n])
		}
		return one(ops.Take(ops.Reshape(x, -1), 0, flat))
	},
	"embedding": embedding,

	// softmax and losses
	"softmax":       func(c *goldenCall) []*graph.Var { return one(ops.Softmax(c.arg(0), attr[int](c, "axis"))) },
	"log_softmax":   func(c *goldenCall) []*graph.Var { return one(ops.LogSoftmax(c.arg(0), attr[int](c, "axis"))) },
	"cross_entropy": crossEntropy,
	"nll_loss": func(c *goldenCall) []*graph.Var {
		labels := c.index(1)
		picked := ops.Gather(c.arg(0), 1, labels, len(labels), 1)
		return one(reduced(c, ops.Neg(ops.Reshape(picked, -1))))
	},
	"mse_loss":    loss(ops.SquaredError),
	"l1_loss":     loss(func(x, t *graph.Var) *graph.Var { return ops.Abs(ops.Sub(x, t)) }),
	"kl_div":      loss(func(x, t *graph.Var) *graph.Var { return ops.Mul(t, ops.Sub(ops.Log(t), x)) }),
	"poisson_nll": loss(func(x, t *graph.Var) *graph.Var { return ops.Sub(ops.Exp(x), ops.Mul(t, x)) }),
	"bce": loss(func(x, t *graph.Var) *graph.Var {
		return ops.Neg(ops.Add(ops.Mul(t, ops.Log(x)), ops.Mul(complement(t), ops.Log(complement(x)))))
	}),
	"bce_with_logits": bceWithLogits,
	"huber": func(c *goldenCall) []*graph.Var {
		return one(reduced(c, huber(ops.Sub(c.arg(0), c.arg(1)), attr[float64](c, "delta"))))
	},
	"smooth_l1": func(c *goldenCall) []*graph.Var {
		beta := attr[float64](c, "beta")
		return one(reduced(c, ops.Scale(huber(ops.Sub(c.arg(0), c.arg(1)), beta), 1/beta)))
	},
	"soft_margin": binary(func(x, t *graph.Var) *graph.Var { return ops.Mean(ops.Softplus(ops.Neg(ops.Mul(t, x)))) }),
	"margin_ranking": func(c *goldenCall) []*graph.Var {
		lead := ops.Mul(c.arg(2), ops.Sub(c.arg(0), c.arg(1)))
		return one(ops.Mean(ops.ReLU(ops.AddScalar(ops.Neg(lead), attr[float64](c, "margin")))))
	},

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
	"relu6/kink":       "Clip has the slope 1 on the closed interval",
	"hardtanh/kink":    "Clip has the slope 1 on the closed interval",
	"hardsigmoid/kink": "Clip has the slope 1 on the closed interval",
	"min/ties_axis":    "the gradient goes to the first of equal ones",
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

// loss is a loss of each element, which the attribute says how to reduce.
func loss(f func(x, t *graph.Var) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var { return one(reduced(c, f(c.arg(0), c.arg(1)))) }
}

func reduced(c *goldenCall, y *graph.Var) *graph.Var {
	switch r := attr[string](c, "reduction"); r {
	case "mean":
		return ops.Mean(y)
	case "sum":
		return ops.Sum(y)
	case "none":
		return y
	default:
		panic("unknown reduction " + r)
	}
}
