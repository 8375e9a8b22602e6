package ops_test

import (
	"encoding/json"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Scans, ordering, indexing, layout and products of arrays.
var _ = goldens(map[string]builder{
	"cumsum":       func(c *goldenCall) []*graph.Var { return one(ops.CumSum(c.arg(0), attr[int](c, "axis"))) },
	"cumprod":      func(c *goldenCall) []*graph.Var { return one(ops.CumProd(c.arg(0), attr[int](c, "axis"))) },
	"logcumsumexp": func(c *goldenCall) []*graph.Var { return one(ops.LogCumSumExp(c.arg(0), attr[int](c, "axis"))) },
	"diff":         func(c *goldenCall) []*graph.Var { return one(ops.Diff(c.arg(0), attr[int](c, "axis"))) },
	"prod":         reduction(ops.Prod, ops.ProdKeep),

	"var": varied(ops.Variance, ops.VarianceKeep),
	"std": varied(ops.Std, ops.StdKeep),
	"norm": func(c *goldenCall) []*graph.Var {
		p := attr[float64](c, "p")
		return reduction(
			func(x *graph.Var, over ...int) *graph.Var { return ops.Norm(x, p, over...) },
			func(x *graph.Var, over ...int) *graph.Var { return ops.NormKeep(x, p, over...) })(c)
	},
	"normalize": func(c *goldenCall) []*graph.Var {
		return one(ops.Normalize(c.arg(0), attr[int](c, "axis"), attr[float64](c, "eps")))
	},

	"sort": func(c *goldenCall) []*graph.Var {
		attr[bool](c, "stable")
		return placed(ops.Sort(c.arg(0), attr[int](c, "axis"), attr[bool](c, "descending")))
	},
	"topk": func(c *goldenCall) []*graph.Var { return placed(ops.TopK(c.arg(0), attr[int](c, "k"), -1)) },

	"squeeze":   func(c *goldenCall) []*graph.Var { return one(ops.Squeeze(c.arg(0), attr[[]int](c, "axes")...)) },
	"unsqueeze": func(c *goldenCall) []*graph.Var { return one(ops.Unsqueeze(c.arg(0), attr[int](c, "axis"))) },
	"flip":      func(c *goldenCall) []*graph.Var { return one(ops.Flip(c.arg(0), attr[[]int](c, "axes")...)) },
	"roll": func(c *goldenCall) []*graph.Var {
		return one(ops.Roll(c.arg(0), attr[int](c, "shift"), attr[int](c, "axis")))
	},
	"tile": func(c *goldenCall) []*graph.Var { return one(ops.Tile(c.arg(0), attr[[]int](c, "reps")...)) },
	"split": func(c *goldenCall) []*graph.Var { // one output is the last part
		parts := ops.Split(c.arg(0), attr[int](c, "axis"), attr[[]int](c, "sizes")...)
		return parts[len(parts)-c.outs:]
	},
	"slice":    slice,
	"tril":     func(c *goldenCall) []*graph.Var { return one(ops.Tril(c.arg(0), attr[int](c, "k"))) },
	"triu":     func(c *goldenCall) []*graph.Var { return one(ops.Triu(c.arg(0), attr[int](c, "k"))) },
	"diag":     func(c *goldenCall) []*graph.Var { return one(ops.Diag(c.arg(0), attr[int](c, "k"))) },
	"diagonal": func(c *goldenCall) []*graph.Var { return one(ops.Diagonal(c.arg(0), attr[int](c, "k"))) },
	"trace":    unary(ops.Trace),

	"index_pairs": func(c *goldenCall) []*graph.Var {
		return one(ops.Index(c.arg(0), ops.Indices{Values: c.index(1)}, ops.Indices{Values: c.index(2)}))
	},
	"index_add": func(c *goldenCall) []*graph.Var { return one(ops.IndexAdd(c.arg(0), 0, c.index(1), c.arg(2))) },
	"embedding": func(c *goldenCall) []*graph.Var {
		padding := -1
		if p := attr[*int](c, "padding_idx"); p != nil {
			padding = *p
		}
		return one(ops.Embedding(c.arg(1), c.index(0), padding, c.in[0].Shape...))
	},
	"masked_fill": func(c *goldenCall) []*graph.Var {
		return one(ops.MaskedFill(c.arg(0), c.arg(1), attr[float64](c, "value")))
	},

	"dot":    binary(ops.Dot),
	"einsum": func(c *goldenCall) []*graph.Var { return one(ops.Einsum(attr[string](c, "eq"), c.all()...)) },
	"kron":   binary(ops.Kron),
	"cross":  binary(ops.Cross),
	"tensordot": func(c *goldenCall) []*graph.Var {
		return one(ops.TensorDot(c.arg(0), c.arg(1), attr[[]int](c, "axes_a"), attr[[]int](c, "axes_b")))
	},
	"pad": func(c *goldenCall) []*graph.Var {
		x, pads := c.arg(0), attr[[][2]int](c, "pads")
		switch mode := attr[string](c, "mode"); mode {
		case "constant":
			return one(ops.Pad(x, attr[float64](c, "value"), pads...))
		case "reflect":
			return one(ops.PadReflect(x, pads...))
		case "edge":
			return one(ops.PadEdge(x, pads...))
		default:
			panic("unknown mode " + mode)
		}
	},
})

// varied is a variance or its root.
func varied(f, keep func(x *graph.Var, ddof int, over ...int) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var {
		ddof := attr[int](c, "ddof")
		return reduction(
			func(x *graph.Var, over ...int) *graph.Var { return f(x, ddof, over...) },
			func(x *graph.Var, over ...int) *graph.Var { return keep(x, ddof, over...) })(c)
	}
}

// placed returns values, and the places they came from as a tensor of their shape.
func placed(y *graph.Var, from ops.Places) []*graph.Var {
	places := tensor.Zeros(y.Shape()...)
	for i, place := range from.List() {
		places.SetFlat(i, float64(place))
	}
	return []*graph.Var{y, graph.Const(places)}
}

// slice takes for each axis a triple of start, stop and step, of which each may
// be null, or an integer that drops the axis.
func slice(c *goldenCall) []*graph.Var {
	x := c.arg(0)
	var ranges []tensor.Range
	var dropped []int
	for axis, data := range attr[[]json.RawMessage](c, "slices") {
		var i int
		if json.Unmarshal(data, &i) == nil {
			i = (i + x.Shape()[axis]) % x.Shape()[axis]
			ranges = append(ranges, tensor.Span(i, i+1))
			dropped = append(dropped, axis)
			continue
		}
		var triple [3]*int
		if err := json.Unmarshal(data, &triple); err != nil {
			panic(err)
		}
		r := tensor.Range{Start: tensor.Begin, Stop: tensor.End, Step: *triple[2]}
		if r.Step < 0 {
			r.Start, r.Stop = tensor.End, tensor.Begin
		}
		if triple[0] != nil {
			r.Start = *triple[0]
		}
		if triple[1] != nil {
			r.Stop = *triple[1]
		}
		ranges = append(ranges, r)
	}
	y := ops.Slice(x, ranges...)
	if dropped == nil {
		return one(y)
	}
	return one(ops.Squeeze(y, dropped...))
}
