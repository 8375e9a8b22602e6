package expr

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

var constants = map[string]float64{"pi": math.Pi, "e": math.E}

// A function is what a name in an expression stands for.
type function struct {
	least, most int // arguments
	apply       func(x []*graph.Var) *graph.Var
}

func unary(f func(x *graph.Var) *graph.Var) function {
	return function{1, 1, func(x []*graph.Var) *graph.Var { return f(x[0]) }}
}

func binary(f func(a, b *graph.Var) *graph.Var) function {
	return function{2, 2, func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) }}
}

// reduction takes axes behind its operand.
func reduction(f func(x *graph.Var, over ...int) *graph.Var) function {
	return function{1, 5, func(x []*graph.Var) *graph.Var { return f(x[0], integers(x[1:])...) }}
}

// integers returns the values of arguments that must be known integers, such as axes.
func integers(x []*graph.Var) []int {
	list := make([]int, len(x))
	for i, v := range x {
		if v.Tape() != nil || v.Value().Len() != 1 || v.Value().Item() != math.Trunc(v.Value().Item()) {
			panic(tensor.Errorf("expr", "an axis must be an integer that is written out"))
		}
		list[i] = int(v.Value().Item())
	}
	return list
}

// functions are the operations of package ops under their names in small letters.
var functions = map[string]function{
	"+": binary(ops.Add), "-": binary(ops.Sub), "*": binary(ops.Mul), "/": binary(ops.Div), "^": binary(power), "@": binary(ops.MatMul),

	"abs": unary(ops.Abs), "cos": unary(ops.Cos), "exp": unary(ops.Exp), "gelu": unary(ops.GELU), "gelutanh": unary(ops.GELUTanh),
	"log": unary(ops.Log), "neg": unary(ops.Neg), "reciprocal": unary(ops.Reciprocal), "relu": unary(ops.ReLU),
	"sigmoid": unary(ops.Sigmoid), "sign": unary(ops.Sign), "silu": unary(ops.SiLU), "sin": unary(ops.Sin),
	"softplus": unary(ops.Softplus), "sqrt": unary(ops.Sqrt), "square": unary(ops.Square), "tanh": unary(ops.Tanh),

	"maximum": binary(ops.Maximum), "minimum": binary(ops.Minimum), "pow": binary(power), "matmul": binary(ops.MatMul),
	"dot": binary(func(a, b *graph.Var) *graph.Var { return ops.Sum(ops.Mul(a, b)) }),
	"mse": binary(ops.MSE),

	"sum": reduction(ops.Sum), "mean": reduction(ops.Mean), "max": reduction(ops.Max), "min": reduction(ops.Min),
	"logsumexp":  reduction(ops.LogSumExp),
	"transpose":  reduction(ops.Transpose),
	"softmax":    {1, 2, alongAxis(ops.Softmax)},
	"logsoftmax": {1, 2, alongAxis(ops.LogSoftmax)},
	"where":      {3, 3, func(x []*graph.Var) *graph.Var { return ops.Where(x[0], x[1], x[2]) }},
	"detach":     unary(func(x *graph.Var) *graph.Var { return x.Detach() }),
}

// power is a^b, with the exact rule of a fixed exponent where b is one.
func power(a, b *graph.Var) *graph.Var {
	if b.Tape() == nil && b.Value().Len() == 1 {
		return ops.PowScalar(a, b.Value().Item())
	}
	return ops.Pow(a, b)
}

// alongAxis takes an axis behind its operand, the last if there is none.
func alongAxis(f func(x *graph.Var, axis int) *graph.Var) func(x []*graph.Var) *graph.Var {
	return func(x []*graph.Var) *graph.Var {
		axis := -1
		if len(x) > 1 {
			axis = integers(x[1:])[0]
		}
		return f(x[0], axis)
	}
}

// Functions lists the names of all functions, sorted.
func Functions() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		if isLetter(rune(name[0])) {
			names = append(names, name)
		}
	}
	return names
}

// Eval computes the expression with Vars for its variables. It is an error if a
// variable has none, or if an operation refuses its operands; the error is a
// *SyntaxError that points to the place.
func (e *Expr) Eval(vars map[string]*graph.Var) (y *graph.Var, err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *SyntaxError:
			y, err = nil, problem
		default:
			panic(problem)
		}
	}()
	return e.eval(e.root, vars), nil
}

func (e *Expr) eval(n node, vars map[string]*graph.Var) *graph.Var {
	switch n.kind {
	case number:
		return graph.Const(tensor.Scalar(n.num))
	case variable:
		v := vars[n.name]
		if v == nil {
			panic(&SyntaxError{e.source, n.at, fmt.Sprintf("%s has no value: give one as %s=1 or %s=1,2,3", n.name, n.name, n.name)})
		}
		return v
	}
	args := make([]*graph.Var, len(n.args))
	for i, a := range n.args {
		args[i] = e.eval(a, vars)
	}
	return e.apply(n, args)
}

// apply says where in the expression an operation refused its operands.
func (e *Expr) apply(n node, args []*graph.Var) *graph.Var {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *tensor.Error:
			panic(&SyntaxError{e.source, n.at, problem.Error()})
		default:
			panic(problem)
		}
	}()
	return functions[n.name].apply(args)
}
