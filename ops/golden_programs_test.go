package ops_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An instruction of a golden program reads values by their numbers: those of
// the inputs first, and then one for each instruction.
type instruction struct {
	Op    string
	In    []int
	Attrs map[string]json.RawMessage
}

// The instructions of golden programs that exist here, with the attributes that
// they have there.
var instructions = map[string]builder{
	"add":       binary(ops.Add),
	"sub":       binary(ops.Sub),
	"mul":       binary(ops.Mul),
	"maximum":   binary(ops.Maximum),
	"matmul":    binary(ops.MatMul),
	"div_safe":  binary(func(x, y *graph.Var) *graph.Var { return ops.Div(x, ops.AddScalar(ops.Square(y), 1)) }),
	"neg":       unary(ops.Neg),
	"tanh":      unary(ops.Tanh),
	"sigmoid":   unary(ops.Sigmoid),
	"sin":       unary(ops.Sin),
	"cos":       unary(ops.Cos),
	"square":    unary(ops.Square),
	"softplus":  unary(ops.Softplus),
	"relu":      unary(ops.ReLU),
	"sqrt1p":    unary(func(x *graph.Var) *graph.Var { return ops.Sqrt(ops.AddScalar(ops.Square(x), 1)) }),
	"log1psq":   unary(func(x *graph.Var) *graph.Var { return ops.Log(ops.AddScalar(ops.Square(x), 1)) }),
	"exp_tanh":  unary(func(x *graph.Var) *graph.Var { return ops.Exp(ops.Tanh(x)) }),
	"transpose": unary(func(x *graph.Var) *graph.Var { return ops.Transpose(x) }),
	"detach":    unary((*graph.Var).Detach),
	"scale":     func(c *goldenCall) []*graph.Var { return one(ops.Scale(c.arg(0), attr[float64](c, "c"))) },
	"sum":       along(ops.Sum, ops.SumKeep),
	"mean":      along(ops.Mean, ops.MeanKeep),
	"max":       along(ops.Max, ops.MaxKeep),
	"logsumexp": along(ops.LogSumExp, ops.LogSumExpKeep),
	"cumsum":    func(c *goldenCall) []*graph.Var { return one(ops.CumSum(c.arg(0), attr[int](c, "axis"))) },
	"softmax":   operations["softmax"],
	"reshape":   operations["reshape"],
	"concat":    operations["concat"],
	"flip": func(c *goldenCall) []*graph.Var {
		return one(sliced(c, tensor.Range{Start: tensor.End, Stop: tensor.Begin, Step: -1}))
	},
	"slice": func(c *goldenCall) []*graph.Var {
		return one(sliced(c, tensor.Range{
			Start: attr[int](c, "start"), Stop: attr[int](c, "stop"), Step: attr[int](c, "step"),
		}))
	},
	"index_select": func(c *goldenCall) []*graph.Var {
		return one(ops.Take(c.arg(0), attr[int](c, "axis"), attr[[]int](c, "index")))
	},
}

func along(f, keep func(x *graph.Var, over ...int) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var {
		if attr[bool](c, "keepdims") {
			return one(keep(c.arg(0), attr[int](c, "axis")))
		}
		return one(f(c.arg(0), attr[int](c, "axis")))
	}
}

// sliced takes a range of the attribute's axis.
func sliced(c *goldenCall, r tensor.Range) *graph.Var {
	x := c.arg(0)
	ranges := whole(x)
	ranges[attr[int](c, "axis")] = r
	return ops.Slice(x, ranges...)
}

// lacks lists the instructions of a program that do not exist here.
func (c *golden) lacks() []string {
	var names []string
	for _, i := range c.Code {
		if instructions[i.Op] == nil && !slices.Contains(names, i.Op) {
			names = append(names, i.Op)
		}
	}
	return names
}

// run is the builder of a program.
func (c *golden) run(inputs *goldenCall) []*graph.Var {
	values := inputs.all()
	for _, i := range c.Code {
		args := &goldenCall{attrs: i.Attrs}
		for _, id := range i.In {
			args.vars = append(args.vars, values[id])
		}
		values = append(values, args.apply(instructions[i.Op])...)
	}
	var outs []*graph.Var
	for _, id := range c.Outs {
		outs = append(outs, values[id])
	}
	return outs
}

func TestGoldenPrograms(t *testing.T) {
	sum := tally{lack: map[string]int{}}
	used := map[string]bool{}
	for _, c := range readGoldens(t, "programs.jsonl.gz") {
		for _, i := range c.Code {
			used[i.Op] = true
		}
		if names := c.lacks(); names != nil {
			sum.skip(names...)
			continue
		}
		sum.ran++
		if err := c.check(c.run); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	sum.check(t, 150, 150)
	for name := range instructions {
		if !used[name] {
			t.Errorf("no program has %s", name)
		}
	}
}
