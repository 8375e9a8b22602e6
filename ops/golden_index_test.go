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
	"slice": slice,
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

// placed returns values, and the places they came from as a tensor of their shape.
func placed(y *graph.Var, from []int) []*graph.Var {
	places := tensor.Zeros(y.Shape()...)
	for i, place := range from {
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
