package ops_test

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

var _ = goldens(map[string]builder{
	"attention": func(c *goldenCall) []*graph.Var {
		return one(ops.Attention(c.arg(0), c.arg(1), c.arg(2), ops.Mask{Causal: attr[bool](c, "causal")}))
	},
	"rnn_cell": func(c *goldenCall) []*graph.Var {
		return one(ops.RNNCell(c.arg(0), c.arg(1), c.arg(2), c.arg(3), c.arg(4), c.arg(5)))
	},
	"gru_cell": func(c *goldenCall) []*graph.Var {
		return one(ops.GRUCell(c.arg(0), c.arg(1), c.arg(2), c.arg(3), c.arg(4), c.arg(5)))
	},
	"lstm_cell": func(c *goldenCall) []*graph.Var {
		h, next := ops.LSTMCell(c.arg(0), c.arg(1), c.arg(2), c.arg(3), c.arg(4), c.arg(5), c.arg(6))
		return []*graph.Var{h, next}
	},
	"bilinear": func(c *goldenCall) []*graph.Var {
		return one(ops.Bilinear(c.arg(0), c.arg(1), c.arg(2), c.arg(3)))
	},
	"batch_norm_train": func(c *goldenCall) []*graph.Var {
		running := &ops.Running{Mean: c.arg(3).Value().Clone(), Var: c.arg(4).Value().Clone(), Momentum: attr[float64](c, "momentum")}
		y := ops.BatchNorm(c.arg(0), c.arg(1), c.arg(2), running, attr[float64](c, "eps"))
		return []*graph.Var{y, graph.Const(running.Mean), graph.Const(running.Var)}
	},
	"batch_norm_eval": func(c *goldenCall) []*graph.Var {
		return one(ops.BatchNormEval(c.arg(0), c.arg(3), c.arg(4), c.arg(1), c.arg(2), attr[float64](c, "eps")))
	},
	"group_norm": func(c *goldenCall) []*graph.Var {
		return one(ops.GroupNorm(c.arg(0), c.arg(1), c.arg(2), attr[int](c, "groups"), attr[float64](c, "eps")))
	},
	"instance_norm": func(c *goldenCall) []*graph.Var {
		return one(ops.InstanceNorm(c.arg(0), nil, nil, attr[float64](c, "eps")))
	},
	"layer_norm": layerNorm,
})

// layerNorm has a row in the last axes, one or two.
func layerNorm(c *goldenCall) []*graph.Var {
	x := c.arg(0)
	s := x.Shape()
	lead := len(s) - attr[int](c, "axes")
	size := tensor.Zeros(s[lead:]...).Len()
	var gain, bias *graph.Var
	if len(c.vars) > 1 {
		gain, bias = ops.Reshape(c.arg(1), size), ops.Reshape(c.arg(2), size)
	}
	rows := ops.Reshape(x, append(append([]int(nil), s[:lead]...), size)...)
	return one(ops.Reshape(ops.LayerNorm(rows, gain, bias, attr[float64](c, "eps")), s...))
}
