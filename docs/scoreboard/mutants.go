package scoreboard

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Mutant is a function with one planted mistake.
type Mutant struct {
	Name    string
	Kind    string
	Target  func() gradcheck.Target
	Checker gradcheck.Checker
	OnTape  bool             // the mistake is in an operation named planted
	Hints   []gradcheck.Hint // those that describe it; none if the verdict alone does
	Code    gradcheck.Code   // the verdict, where it is not a mismatch
	First   bool             // it is a mistake of a first derivative in float64, which other checkers look at
}

// planted is an operation with a mistake in the rule, or in what it does to its inputs.
type planted struct {
	graph.Op
	bend func(i int, share, g, y *graph.Var, x []*graph.Var) *graph.Var
	eval func(y *tensor.Tensor, x []*tensor.Tensor)
}

func (planted) Name() string   { return "planted" }
func (planted) String() string { return "planted" }
func (p planted) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	p.Op.Eval(y, x)
	if p.eval != nil {
		p.eval(y, x)
	}
}
func (p planted) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	share := p.Op.VJP(i, g, y, x)
	if share == nil || p.bend == nil {
		return share
	}
	return p.bend(i, share, g, y, x)
}

// A host is a right operation that mistakes are planted in.
type host struct {
	name     string
	operands int
	apply    func(x []*graph.Var) *graph.Var
}

var hosts = []host{
	{"tanh", 1, func(x []*graph.Var) *graph.Var { return ops.Tanh(x[0]) }},
	{"exp", 1, func(x []*graph.Var) *graph.Var { return ops.Exp(x[0]) }},
	{"log", 1, func(x []*graph.Var) *graph.Var { return ops.Log(x[0]) }},
	{"mul", 2, func(x []*graph.Var) *graph.Var { return ops.Mul(x[0], x[1]) }},
	{"div", 2, func(x []*graph.Var) *graph.Var { return ops.Div(x[0], x[1]) }},
	{"matmul", 2, func(x []*graph.Var) *graph.Var { return ops.MatMul(x[0], x[1]) }},
	{"softmax", 1, func(x []*graph.Var) *graph.Var { return ops.Softmax(x[0], -1) }},
	{"sum", 1, func(x []*graph.Var) *graph.Var { return ops.Sum(x[0], 0) }},
	{"logsumexp", 1, func(x []*graph.Var) *graph.Var { return ops.LogSumExp(x[0], 1) }},
	{"cumsum", 1, func(x []*graph.Var) *graph.Var { return ops.CumSum(x[0], 1) }},
	{"linear", 2, func(x []*graph.Var) *graph.Var { return ops.Linear(x[0], x[1], nil) }},
	{"gelu", 1, func(x []*graph.Var) *graph.Var { return ops.GELU(x[0]) }},
}

// within returns the target of a program of right operations around a planted one.
func within(h host, p planted, typ tensor.Type) gradcheck.Target {
	x := wave(0.3, 4, 4).To(typ)
	w := wave(1.1, 4, 4).To(typ)
	return gradcheck.Vars(func(v []*graph.Var) *graph.Var {
		a := ops.AddScalar(ops.Sigmoid(ops.Add(ops.Sin(v[0]), ops.Scale(v[1], 0.5))), 0.5)
		b := ops.AddScalar(ops.Sigmoid(v[1]), 0.5)
		p := p
		p.Op = inner(h, a, b)
		z := graph.Apply(p, []*graph.Var{a, b}[:h.operands]...)
		weights := graph.Const(wave(0.7, z.Shape()...).To(z.Type()))
		return ops.Sum(ops.Mul(ops.Softplus(z), weights))
	}, x, w)
}

// inner returns the operation that a host applies.
func inner(h host, a, b *graph.Var) graph.Op {
	var tape graph.Tape
	x := []*graph.Var{tape.Watch(a.Value()), tape.Watch(b.Value())}
	return h.apply(x[:h.operands]).Op()
}

// wave returns numbers without a pattern between −1 and 1.
func wave(phase float64, shape ...int) *tensor.Tensor {
	t := tensor.Zeros(shape...)
	for i := range t.Len() {
		t.SetFlat(i, math.Sin(phase+2.4*float64(i)+0.3*float64(i*i)))
	}
	return t
}

// at returns ones with another number at a place.
func at(shape []int, i int, v float64, typ tensor.Type) *graph.Var {
	t := tensor.Ones(shape...)
	t.SetFlat(i, v)
	return graph.Const(t.To(typ))
}

// A bend is a mistake that any rule can make.
type bend struct {
	kind  string
	hints []gradcheck.Hint
	make  func() func(i int, share, g, y *graph.Var, x []*graph.Var) *graph.Var
	fits  func(h host) bool
}

func always(host) bool { return true }

func of(f func(share, g *graph.Var) *graph.Var) func() func(i int, share, g, y *graph.Var, x []*graph.Var) *graph.Var {
	return func() func(i int, share, g, y *graph.Var, x []*graph.Var) *graph.Var {
		return func(_ int, share, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return f(share, g) }
	}
}

var bends = []bend{
	{"factor 2", []gradcheck.Hint{gradcheck.Factor}, of(func(s, _ *graph.Var) *graph.Var { return ops.Scale(s, 2) }), always},
	{"factor 1.001", []gradcheck.Hint{gradcheck.Factor}, of(func(s, _ *graph.Var) *graph.Var { return ops.Scale(s, 1.001) }), always},
	{"sign", []gradcheck.Hint{gradcheck.Sign}, of(func(s, _ *graph.Var) *graph.Var { return ops.Neg(s) }), always},
	{"transpose", []gradcheck.Hint{gradcheck.Transposed, gradcheck.Permuted}, of(func(s, _ *graph.Var) *graph.Var { return ops.Transpose(s) }),
		func(h host) bool { return h.name != "sum" }},
	{"shifted index", []gradcheck.Hint{gradcheck.Shifted, gradcheck.Permuted}, of(func(s, _ *graph.Var) *graph.Var {
		return ops.Reshape(ops.Roll(ops.Reshape(s, -1), 1, 0), s.Shape()...)
	}), always},
	{"wrong axis", []gradcheck.Hint{gradcheck.Permuted, gradcheck.Transposed, gradcheck.Shifted}, of(func(s, _ *graph.Var) *graph.Var { return ops.Flip(s, 0) }),
		func(h host) bool { return h.name != "sum" }},
	{"one entry", []gradcheck.Hint{gradcheck.Factor, gradcheck.SomeEntries}, of(func(s, _ *graph.Var) *graph.Var { return ops.Mul(s, at(s.Shape(), 6, 1.5, s.Type())) }), always},
	{"dropped entry", []gradcheck.Hint{gradcheck.SomeEntries, gradcheck.MissingTerm}, of(func(s, _ *graph.Var) *graph.Var {
		return ops.Mul(s, at(s.Shape(), s.Len()-1, 0, s.Type()))
	}), always},
	{"not linear", []gradcheck.Hint{gradcheck.NotLinear}, of(func(s, g *graph.Var) *graph.Var { return ops.Mul(s, ops.Sum(ops.Abs(g))) }), always},
}

// planting returns the mutants of all mistakes in all hosts.
func planting() (list []Mutant) {
	for _, b := range bends {
		for _, h := range hosts {
			if !b.fits(h) {
				continue
			}
			list = append(list, Mutant{
				Name: fmt.Sprintf("%s in %s", b.kind, h.name), Kind: b.kind, OnTape: true, Hints: b.hints, First: true,
				Target: func() gradcheck.Target { return within(h, planted{bend: b.make()}, tensor.Float64) },
			})
		}
	}
	return list
}
