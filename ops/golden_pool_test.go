package ops_test

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

var _ = goldens(map[string]builder{
	"im2col": func(c *goldenCall) []*graph.Var {
		return one(ops.Unfold(c.arg(0), list(c, "k"), ops.UnfoldOptions{Stride: list(c, "stride"), Padding: list(c, "padding")}))
	},
	"max_pool1d": maxPool,
	"max_pool2d": maxPool,
	"avg_pool1d": avgPool,
	"avg_pool2d": avgPool,
	"adaptive_avg_pool2d": func(c *goldenCall) []*graph.Var {
		return one(ops.AdaptiveAvgPool(c.arg(0), list(c, "out")...))
	},
	"pixel_shuffle": func(c *goldenCall) []*graph.Var { return one(ops.PixelShuffle(c.arg(0), attr[int](c, "r"))) },
	"upsample_nearest2d": func(c *goldenCall) []*graph.Var {
		return one(ops.UpsampleNearest2d(c.arg(0), attr[int](c, "scale")))
	},
})

func maxPool(c *goldenCall) []*graph.Var {
	return one(ops.MaxPool(c.arg(0), list(c, "k"), ops.MaxPoolOptions{
		Stride: list(c, "stride"), Padding: list(c, "padding"), Dilation: list(c, "dilation"), Ceil: attr[bool](c, "ceil_mode"),
	}))
}

func avgPool(c *goldenCall) []*graph.Var {
	return one(ops.AvgPool(c.arg(0), list(c, "k"), ops.AvgPoolOptions{
		Stride: list(c, "stride"), Padding: list(c, "padding"), ExcludePadding: !attr[bool](c, "count_include_pad"),
	}))
}
