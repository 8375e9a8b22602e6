package ops_test

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

var _ = goldens(map[string]builder{
	"conv1d":           conv,
	"conv2d":           conv,
	"conv3d":           conv,
	"conv_transpose2d": convTranspose,
})

// list returns an attribute that is a number for each axis, or one number.
func list(c *goldenCall, name string) []int {
	c.read[name] = true
	if data := c.attrs[name]; len(data) > 0 && data[0] != '[' {
		return []int{attr[int](c, name)}
	}
	return attr[[]int](c, name)
}

func conv(c *goldenCall) []*graph.Var {
	return one(ops.Conv(c.arg(0), c.arg(1), bias(c), ops.ConvOptions{
		Stride: list(c, "stride"), Padding: list(c, "padding"), Dilation: list(c, "dilation"), Groups: attr[int](c, "groups"),
	}))
}

func convTranspose(c *goldenCall) []*graph.Var {
	return one(ops.ConvTranspose(c.arg(0), c.arg(1), bias(c), ops.ConvTransposeOptions{
		Stride: list(c, "stride"), Padding: list(c, "padding"), OutputPadding: list(c, "output_padding"),
		Dilation: list(c, "dilation"), Groups: attr[int](c, "groups"),
	}))
}

// bias is the third input, or nil if there are two.
func bias(c *goldenCall) *graph.Var {
	if len(c.vars) == 2 {
		return nil
	}
	return c.arg(2)
}
