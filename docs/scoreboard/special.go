package scoreboard

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Mutants returns all planted mistakes.
func Mutants() []Mutant {
	list := planting()
	for _, h := range hosts {
		list = append(list, ofHost(h)...)
	}
	return append(append(list, structural()...), foreign()...)
}

// ofHost returns mistakes that are not a bend of the first-order rule.
func ofHost(h host) []Mutant {
	switch h.name {
	case "tanh", "exp", "mul", "matmul", "softmax", "gelu":
	default:
		return nil
	}
	return []Mutant{
		{Name: "second order only in " + h.name, Kind: "second order only", OnTape: true, Checker: gradcheck.Checker{Order: 2}, Hints: []gradcheck.Hint{gradcheck.SecondOnly},
			Target: func() gradcheck.Target {
				return within(h, planted{bend: func(_ int, share, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
					return ops.Add(share.Detach(), ops.Scale(g0(g, share), 0))
				}}, tensor.Float64)
			}},
		{Name: "float32 only in " + h.name, Kind: "float32 only", OnTape: true, Hints: []gradcheck.Hint{gradcheck.Float32Only},
			Target: func() gradcheck.Target {
				return within(h, planted{bend: func(_ int, share, _, _ *graph.Var, _ []*graph.Var) *graph.Var {
					if share.Type() == tensor.Float32 {
						return ops.Scale(share, 1.1)
					}
					return share
				}}, tensor.Float32)
			}},
		{Name: "state kept in " + h.name, Kind: "stale state", Code: gradcheck.NonDeterministic,
			Target: func() gradcheck.Target {
				calls := 0.0
				return within(h, planted{bend: func(_ int, share, _, _ *graph.Var, _ []*graph.Var) *graph.Var {
					calls++
					return ops.Scale(share, calls)
				}}, tensor.Float64)
			}},
		{Name: "value that changes in " + h.name, Kind: "not deterministic", Code: gradcheck.NonDeterministic,
			Target: func() gradcheck.Target {
				calls := 0.0
				return within(h, planted{eval: func(y *tensor.Tensor, _ []*tensor.Tensor) {
					calls++
					y.SetFlat(0, y.Flat(0)+1e-3*calls)
				}}, tensor.Float64)
			}},
	}
}

// g0 is zeros that depend on g, in the shape of another.
func g0(g, like *graph.Var) *graph.Var {
	return ops.BroadcastTo(ops.Scale(ops.Sum(g), 0), like.Shape()...)
}

// structural returns mistakes of programs, and of rules that only some shapes show.
func structural() []Mutant {
	vars := func(f gradcheck.Func, x ...*tensor.Tensor) func() gradcheck.Target {
		return func() gradcheck.Target { return gradcheck.Vars(f, x...) }
	}
	apply := func(h host, p planted, x ...*graph.Var) *graph.Var {
		p.Op = innerOf(h, x)
		return graph.Apply(p, x...)
	}
	ones := func(shape ...int) *tensor.Tensor { return wave(0.4, shape...) }
	rows := func(_ int, share, _, _ *graph.Var, _ []*graph.Var) *graph.Var {
		return ops.Mul(share, at(share.Shape(), 0, 0, share.Type()))
	}
	return []Mutant{
		{Name: "Detach in a product", Kind: "detached", Code: gradcheck.Detached, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Mul(ops.Exp(x[0]), x[0].Detach())) }, ones(3))},
		{Name: "numbers taken off the tape", Kind: "detached", Code: gradcheck.Detached, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Mul(x[0], graph.Const(tensor.Sin(nil, x[0].Value()))))
			}, ones(3))},
		{Name: "a mean that is detached", Kind: "detached", Code: gradcheck.Detached, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Square(ops.Sub(x[0], ops.Mul(ops.Mean(x[0]).Detach(), x[0]))))
			}, ones(4))},
		{Name: "wrong on axes of length 1", Kind: "size-1 axis", OnTape: true, Hints: []gradcheck.Hint{gradcheck.Factor}, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Sin(apply(hosts[3], planted{bend: func(_ int, s, _, _ *graph.Var, x []*graph.Var) *graph.Var {
					if s.Shape()[0] == 1 {
						return ops.Scale(s, 3)
					}
					return s
				}}, x[0], x[1])))
			}, ones(1, 3), ones(2, 3))},
		{Name: "a row of the batch that gives nothing", Kind: "broadcast sum", OnTape: true, First: true,
			Hints: []gradcheck.Hint{gradcheck.MissingSum, gradcheck.MissingTerm, gradcheck.SomeEntries},
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Sin(apply(hosts[3], planted{bend: func(i int, s, g, _ *graph.Var, x []*graph.Var) *graph.Var {
					if i == 1 { // the last sample alone
						last := ops.Slice(ops.Mul(g, x[0]), tensor.Span(-1, tensor.End))
						return ops.Reshape(last, s.Shape()...)
					}
					return s
				}}, x[0], x[1])))
			}, ones(4, 3), ones(3))},
		{Name: "a mean for the sum over the batch", Kind: "broadcast sum", OnTape: true, Hints: []gradcheck.Hint{gradcheck.Factor}, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Sin(apply(hosts[3], planted{bend: func(i int, s, _, _ *graph.Var, _ []*graph.Var) *graph.Var {
					if i == 1 {
						return ops.Scale(s, 0.25)
					}
					return s
				}}, x[0], x[1])))
			}, ones(4, 3), ones(3))},
		{Name: "repeated indices overwrite", Kind: "repeated indices", OnTape: true, First: true,
			Hints: []gradcheck.Hint{gradcheck.SomeEntries, gradcheck.MissingSum, gradcheck.MissingTerm, gradcheck.Factor},
			Target: vars(func(x []*graph.Var) *graph.Var {
				take := host{"take", 1, func(x []*graph.Var) *graph.Var { return ops.Take(x[0], 0, []int{0, 2, 2, 1}) }}
				return ops.Sum(ops.Square(ops.Sin(apply(take, planted{bend: func(_ int, s, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
					return ops.Sub(s, ops.Reshape(ops.Pad(ops.Slice(g, tensor.Span(1, 2)), 0, [2]int{2, 0}), 3))
				}}, x[0]))))
			}, ones(3))},
		{Name: "the first element forgotten", Kind: "dropped term", OnTape: true, Hints: []gradcheck.Hint{gradcheck.SomeEntries, gradcheck.MissingTerm}, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var { return ops.Sum(ops.Sin(apply(hosts[0], planted{bend: rows}, x[0]))) }, ones(2, 3))},
		{Name: "softmax by its diagonal", Kind: "dropped term", OnTape: true, Hints: []gradcheck.Hint{gradcheck.MissingTerm}, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Square(apply(hosts[6], planted{bend: func(_ int, _, g, y *graph.Var, _ []*graph.Var) *graph.Var {
					return ops.Mul(g, ops.Mul(y, ops.AddScalar(ops.Neg(y), 1)))
				}}, x[0])))
			}, ones(2, 3))},
		{Name: "the slope of the result", Kind: "wrong function", OnTape: true, Hints: []gradcheck.Hint{gradcheck.NoPattern}, First: true,
			Target: vars(func(x []*graph.Var) *graph.Var {
				return ops.Sum(ops.Square(apply(hosts[0], planted{bend: func(_ int, _, g, y *graph.Var, _ []*graph.Var) *graph.Var {
					return ops.Mul(g, ops.AddScalar(ops.Neg(ops.Square(ops.Tanh(y))), 1))
				}}, x[0])))
			}, ones(2, 3))},
		{Name: "both operands of a tie", Kind: "tie", OnTape: true, First: true, Hints: []gradcheck.Hint{gradcheck.Factor},
			Target: vars(func(x []*graph.Var) *graph.Var { // max(x, x) is x, without a kink
				larger := host{"maximum", 2, func(x []*graph.Var) *graph.Var { return ops.Maximum(x[0], x[1]) }}
				return ops.Sum(ops.Sin(apply(larger, planted{bend: func(_ int, _, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return g }}, x[0], x[0])))
			}, ones(3))},
		{Name: "an empty batch that gives something", Kind: "zero-size", OnTape: true, First: true, Hints: []gradcheck.Hint{gradcheck.NoPattern},
			Target: vars(func(x []*graph.Var) *graph.Var {
				z := apply(hosts[3], planted{bend: func(i int, s, g, _ *graph.Var, _ []*graph.Var) *graph.Var {
					if i == 1 && g.Value().Len() == 0 {
						return ops.AddScalar(s, 1)
					}
					return s
				}}, x[0], x[1])
				return ops.Add(ops.Sum(z), ops.Sum(ops.Exp(x[1])))
			}, ones(0, 3), ones(3))},
		{Name: "an input that is overwritten", Kind: "mutation", Code: gradcheck.Impure,
			Target: vars(func(x []*graph.Var) *graph.Var {
				y := ops.Sum(ops.Sin(x[0]))
				x[0].Value().Float64s()[0] += 1e-9
				return y
			}, ones(3))},
		{Name: "one of 2,000", Kind: "one of many", Checker: gradcheck.Checker{Projections: true}, First: true, Hints: []gradcheck.Hint{gradcheck.SomeEntries, gradcheck.Factor},
			Target: func() gradcheck.Target { return oneOfMany(2000) }},
		{Name: "one of 131,072", Kind: "one of many", Checker: gradcheck.Checker{Projections: true}, First: false,
			Hints: []gradcheck.Hint{gradcheck.SomeEntries},
			Target: func() gradcheck.Target {
				return oneOfMany(1 << 17)
			}},
	}
}

func innerOf(h host, x []*graph.Var) graph.Op {
	var tape graph.Tape
	v := make([]*graph.Var, len(x))
	for i := range x {
		v[i] = tape.Watch(x[i].Value())
	}
	return h.apply(v).Op()
}

// oneOfMany is ½Σx² with one element of the gradient off by a hundredth.
func oneOfMany(n int) gradcheck.Target {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Cos(float64(i))
	}
	return gradcheck.Scalar(func(x []float64) float64 {
		sum := 0.0
		for _, v := range x {
			sum += v * v
		}
		return sum / 2
	}, func(dst, x []float64) {
		copy(dst, x)
		dst[n/3] *= 1.01
	}, x)
}

// foreign returns mistakes in functions that know nothing of tapes.
func foreign() (list []Mutant) {
	type function struct {
		name string
		f    func(x []float64) float64
		grad func(dst, x []float64)
	}
	functions := []function{
		{"Rosenbrock", func(x []float64) float64 {
			return (1-x[0])*(1-x[0]) + 100*(x[1]-x[0]*x[0])*(x[1]-x[0]*x[0]) + x[2]*x[2]*x[3]
		}, func(dst, x []float64) {
			dst[0] = -2*(1-x[0]) - 400*x[0]*(x[1]-x[0]*x[0])
			dst[1] = 200 * (x[1] - x[0]*x[0])
			dst[2], dst[3] = 2*x[2]*x[3], x[2]*x[2]
		}},
		{"product of sines", func(x []float64) float64 {
			return math.Sin(x[0]) * math.Sin(x[1]) * math.Exp(x[2]) * (1 + x[3])
		}, func(dst, x []float64) {
			e := math.Exp(x[2])
			a, b, c := math.Sin(x[0]), math.Sin(x[1]), 1+x[3]
			dst[0], dst[1], dst[2], dst[3] = math.Cos(x[0])*b*e*c, a*math.Cos(x[1])*e*c, a*b*e*c, a*b*e
		}},
	}
	point := []float64{0.7, -0.4, 1.3, 0.9}
	for _, fn := range functions {
		for _, b := range []struct {
			kind  string
			hints []gradcheck.Hint
			code  gradcheck.Code
			first bool
			bend  func(dst, x []float64)
		}{
			{"factor 2", []gradcheck.Hint{gradcheck.Factor}, "", true, func(dst, _ []float64) {
				for i := range dst {
					dst[i] *= 2
				}
			}},
			{"sign", []gradcheck.Hint{gradcheck.Sign}, "", true, func(dst, _ []float64) {
				for i := range dst {
					dst[i] = -dst[i]
				}
			}},
			{"one entry", []gradcheck.Hint{gradcheck.Factor, gradcheck.SomeEntries}, "", true, func(dst, _ []float64) { dst[2] *= 1.01 }},
			{"dropped entry", []gradcheck.Hint{gradcheck.SomeEntries, gradcheck.MissingTerm}, "", true, func(dst, _ []float64) { dst[3] = 0 }},
			{"shifted index", []gradcheck.Hint{gradcheck.Shifted, gradcheck.Permuted}, "", true, func(dst, _ []float64) {
				dst[0], dst[1], dst[2], dst[3] = dst[3], dst[0], dst[1], dst[2]
			}},
			{"wrong axis", []gradcheck.Hint{gradcheck.Permuted, gradcheck.Shifted}, "", true, func(dst, _ []float64) { dst[0], dst[3] = dst[3], dst[0] }},
			{"unwritten", nil, gradcheck.NonFinite, false, func(dst, _ []float64) { dst[1] = math.NaN() }},
			{"mutation", nil, gradcheck.Impure, false, func(_, x []float64) { x[0] += 1e-9 }},
		} {
			list = append(list, Mutant{Name: b.kind + " in " + fn.name, Kind: b.kind, Hints: b.hints, Code: b.code, First: b.first,
				Target: func() gradcheck.Target {
					return gradcheck.Scalar(fn.f, func(dst, x []float64) { fn.grad(dst, x); b.bend(dst, x) }, point)
				}})
		}
		list = append(list, Mutant{Name: "stale state in " + fn.name, Kind: "stale state", Code: gradcheck.Impure,
			Target: func() gradcheck.Target {
				last := make([]float64, 4)
				return gradcheck.Scalar(func(x []float64) float64 { copy(last, x); return fn.f(x) },
					func(dst, _ []float64) { fn.grad(dst, last) }, point)
			}})
	}
	jacobian := func(bend func(dst *mat.Dense)) func() gradcheck.Target {
		return func() gradcheck.Target {
			return gradcheck.Vector(3, func(dst, x []float64) {
				dst[0], dst[1], dst[2] = x[0]*math.Cos(x[1]), x[0]*math.Sin(x[1]), x[2]*x[0]
			}, func(dst *mat.Dense, x []float64) {
				s, c := math.Sincos(x[1])
				dst.SetRow(0, []float64{c, -x[0] * s, 0})
				dst.SetRow(1, []float64{s, x[0] * c, 0})
				dst.SetRow(2, []float64{x[2], 0, x[0]})
				bend(dst)
			}, []float64{1.5, 0.4, -0.8})
		}
	}
	return append(list,
		Mutant{Name: "a Jacobian transposed", Kind: "transpose", Hints: []gradcheck.Hint{gradcheck.Transposed}, First: true,
			Target: jacobian(func(d *mat.Dense) { d.Copy(mat.DenseCopyOf(d.T())) })},
		Mutant{Name: "a row of a Jacobian forgotten", Kind: "broadcast sum", Hints: []gradcheck.Hint{gradcheck.MissingSum}, First: true,
			Target: jacobian(func(d *mat.Dense) { d.SetRow(1, []float64{0, 0, 0}) })},
		Mutant{Name: "rows of a Jacobian exchanged", Kind: "wrong axis", Hints: []gradcheck.Hint{gradcheck.Permuted}, First: true,
			Target: jacobian(func(d *mat.Dense) {
				a, b := mat.Row(nil, 0, d), mat.Row(nil, 1, d)
				d.SetRow(0, b)
				d.SetRow(1, a)
			})},
		Mutant{Name: "a value that is its input", Kind: "aliasing", Code: gradcheck.Impure,
			Target: func() gradcheck.Target {
				return gradcheck.Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
					return x[0], func(g *tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{g.Clone()} }
				}, wave(0.4, 3))
			}},
		Mutant{Name: "a pullback that scales its cotangent", Kind: "mutation", Code: gradcheck.Impure,
			Target: func() gradcheck.Target {
				return gradcheck.Pullback(func(x []*tensor.Tensor) (*tensor.Tensor, func(g *tensor.Tensor) []*tensor.Tensor) {
					return tensor.Scale(nil, x[0], 2), func(g *tensor.Tensor) []*tensor.Tensor { return []*tensor.Tensor{tensor.Scale(g, g, 2)} }
				}, wave(0.4, 3))
			}},
	)
}
