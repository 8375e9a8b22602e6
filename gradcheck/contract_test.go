package gradcheck_test

import (
	"math"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// plain is y = x³ by methods that a test can replace.
type plain struct {
	shape func(dst []int, x []*tensor.Tensor) []int
	eval  func(y *tensor.Tensor, x []*tensor.Tensor)
	vjp   func(g, y, x *graph.Var) *graph.Var
}

func (plain) Name() string { return "plain" }
func (p plain) Shape(dst []int, x []*tensor.Tensor) []int {
	if p.shape != nil {
		return p.shape(dst, x)
	}
	return append(dst, x[0].Shape()...)
}
func (p plain) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	if p.eval != nil {
		p.eval(y, x)
		return
	}
	tensor.PowScalar(y, x[0], 3)
}
func (p plain) VJP(_ int, g, y *graph.Var, x []*graph.Var) *graph.Var {
	if p.vjp != nil {
		return p.vjp(g, y, x[0])
	}
	return ops.Mul(g, slope3(x[0]))
}

func slope3(x *graph.Var) *graph.Var { return ops.Scale(ops.Square(x), 3) }

// shared is plain with rules of one pass that a test can replace.
type shared struct {
	plain
	share, add func(dst, g, x *tensor.Tensor) bool
}

func (s shared) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, x []*tensor.Tensor) bool {
	if s.share != nil {
		return s.share(dst, g, x[0])
	}
	for k := range dst.Len() {
		dst.SetFlat(k, g.Flat(k)*3*x[0].Flat(k)*x[0].Flat(k))
	}
	return true
}
func (s shared) AddShare(dst *tensor.Tensor, i int, g, y *tensor.Tensor, x []*tensor.Tensor) bool {
	if s.add != nil {
		return s.add(dst, g, x[0])
	}
	d := tensor.New(dst.Type(), dst.Shape()...)
	s.Share(d, i, g, y, x)
	tensor.Add(dst, dst, d)
	return true
}

// onPointer has a method of one pass that the operation itself has not.
type onPointer struct{ plain }

func (*onPointer) Share(dst *tensor.Tensor, _ int, g, _ *tensor.Tensor, _ []*tensor.Tensor) bool {
	tensor.Copy(dst, g)
	return true
}

type inPlace struct{ shared }

func (inPlace) InPlace() {}

func apply(op graph.Op) gradcheck.Func {
	return func(x []*graph.Var) *graph.Var { return graph.Apply(op, x...) }
}

// What keeps the contract passes: alone, in one pass, and in place.
func TestContractHolds(t *testing.T) {
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
		x := tensor.Vector(0.5, -2, 3).To(typ)
		for _, op := range []graph.Op{plain{}, shared{}, inPlace{}} {
			if err := gradcheck.CheckOp(apply(op), x); err != nil {
				t.Errorf("%T: %v", op, err)
			}
		}
	}
	two := func(x []*graph.Var) *graph.Var { return ops.Mul(graph.Apply(plain{}, x[0]), x[1]) }
	if err := gradcheck.CheckOp(two, tensor.Vector(1, 2), tensor.Vector(3, 4)); err != nil {
		t.Error(err)
	}
}

// Each clause, broken.
func TestContractBroken(t *testing.T) {
	var scratch *tensor.Tensor
	var calls float64
	for _, c := range []struct {
		name string
		f    gradcheck.Func
		want []string
	}{
		{"Shape does not append", apply(plain{shape: func(_ []int, x []*tensor.Tensor) []int { return x[0].Shape() }}),
			[]string{"contract of plain: Shape must append"}},
		{"Eval leaves an element", apply(plain{eval: func(y *tensor.Tensor, _ []*tensor.Tensor) {
			y.SetFlat(0, 1)
			y.SetFlat(2, 1)
		}}), []string{"Eval must overwrite all of the result: element [1] keeps the NaN"}},
		{"Eval writes to its input", apply(plain{eval: func(y *tensor.Tensor, x []*tensor.Tensor) { y.Fill(1); x[0].SetFlat(2, 9) }}),
			[]string{"gradcheck: the function wrote to input 0 [3]: its element [2] was 3 and is 9"}},
		{"Eval writes to a value", func(x []*graph.Var) *graph.Var {
			return graph.Apply(plain{eval: func(y *tensor.Tensor, x []*tensor.Tensor) { y.Fill(1); x[0].SetFlat(2, x[0].Flat(2)+1) }}, ops.Scale(x[0], 1))
		}, []string{"contract of plain: Eval must write to nothing but the result: input 0: its element [2] was"}},
		{"Eval counts", apply(plain{eval: func(y *tensor.Tensor, _ []*tensor.Tensor) { calls++; y.Fill(calls) }}),
			[]string{"the value must be the same each time: element [0] is 3 once and 1 once", "Eval must depend on its inputs alone"}},
		{"another value without recording", func(x []*graph.Var) *graph.Var {
			if x[0].Recorded() {
				return ops.Square(x[0])
			}
			return ops.Exp(x[0])
		}, []string{"the function: the value must be the same with and without recording"}},
		{"a wrong shape", apply(plain{vjp: func(g, _, _ *graph.Var) *graph.Var { return ops.Sum(g) }}),
			[]string{"VJP of input 0 must have the shape and type of the input: it is float64 [] for float64 [3]"}},
		{"a wrong type", apply(plain{vjp: func(g, _, _ *graph.Var) *graph.Var { return graph.Const(g.Value().To(tensor.Float32)) }}),
			[]string{"must have the shape and type of the input: it is float32 [3]"}},
		{"it writes to the cotangent", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			g.Value().Fill(1)
			return ops.Mul(g, slope3(x))
		}}), []string{"VJP of input 0 must write to nothing: of value and cotangent, number 1"}},
		{"it writes to the input", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			d := ops.Mul(g, slope3(x))
			x.Value().SetFlat(0, 7)
			return d
		}}), []string{"VJP of input 0 must write to nothing: input 0: its element [0] was 0.5 and is 7"}},
		{"it is not linear", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var { return ops.Mul(ops.Square(g), slope3(x)) }}),
			[]string{"VJP of input 0 must be linear in the cotangent: element [0]"}},
		{"it is affine", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var { return ops.Add(g, slope3(x)) }}),
			[]string{"so zero for zero"}},
		{"it forgets the cotangent", apply(plain{vjp: func(_, _, x *graph.Var) *graph.Var { return slope3(x) }}),
			[]string{"must be linear in the cotangent"}},
		{"its memory is used again", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			d := ops.Mul(g, slope3(x))
			if g.Recorded() {
				return d
			}
			scratch = tensor.Copy(orNew(scratch, d.Value()), d.Value())
			return graph.Const(scratch)
		}}), []string{"must return memory that is not used again"}},
		{"a constant", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var { return graph.Const(ops.Mul(g, slope3(x)).Value()) }}),
			[]string{"must be computed from its arguments by operations: it is a constant"}},
		{"a captured factor", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			return ops.Mul(g, graph.Const(slope3(x).Value().Clone()))
		}}), []string{"must be computed from its arguments by operations: input 1 of", "made at contract_test.go:", "is a constant that changes"}},
		{"a captured attribute", func(x []*graph.Var) *graph.Var {
			return graph.Apply(plain{eval: func(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Square(y, x[0]) },
				vjp: func(g, _, x *graph.Var) *graph.Var { return ops.Scale(g, 2*x.Value().Flat(0)) }}, ops.Sum(x[0]))
		}, []string{"must be computed from its arguments by operations: it applies", "when its arguments are moved"}},
		{"a Var from elsewhere", func(x []*graph.Var) *graph.Var {
			s := slope3(x[0])
			return graph.Apply(plain{vjp: func(g, _, _ *graph.Var) *graph.Var { return ops.Mul(g, s) }}, x[0])
		}, []string{"VJP, recorded, must not panic", "another tape"}},
		{"another rule when recorded", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			if g.Recorded() {
				return ops.Mul(g, ops.Scale(slope3(x), 2))
			}
			return ops.Mul(g, slope3(x))
		}}), []string{"must be the same with and without recording"}},
		{"no rule when recorded", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			if g.Recorded() {
				return nil
			}
			return ops.Mul(g, slope3(x))
		}}), []string{"it is nil when recorded"}},
		{"it panics", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var { return ops.Add(g, graph.Const(tensor.Vector(1, 2))) }}),
			[]string{"VJP must not panic", "ops.Add"}},
		{"Share differs", apply(shared{share: func(dst, g, _ *tensor.Tensor) bool { tensor.Copy(dst, g); return true }}),
			[]string{"Share of input 0 must agree with VJP"}},
		{"Share adds", apply(shared{share: func(dst, g, x *tensor.Tensor) bool {
			for k := range dst.Len() {
				dst.SetFlat(k, dst.Flat(k)+g.Flat(k)*3*x.Flat(k)*x.Flat(k))
			}
			return true
		}}), []string{"Share of input 0 must overwrite all of dst"}},
		{"Share reads the cotangent late", apply(inPlace{shared{share: func(dst, g, x *tensor.Tensor) bool {
			dst.Fill(0)
			for k := range dst.Len() {
				dst.SetFlat(k, g.Flat(k)*3*x.Flat(k)*x.Flat(k))
			}
			return true
		}}}), []string{"must be the same over the cotangent, since there is an InPlace"}},
		{"Share refuses late", apply(shared{share: func(dst, _, _ *tensor.Tensor) bool { dst.SetFlat(0, 0); return false }}),
			[]string{"must not touch dst if it returns false"}},
		{"AddShare overwrites", apply(shared{add: func(dst, g, x *tensor.Tensor) bool {
			return shared{}.Share(dst, 0, g, nil, []*tensor.Tensor{x})
		}}), []string{"AddShare of input 0 must add the share to dst"}},
		{"a rule that counts", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			calls++
			return ops.Mul(g, ops.AddScalar(slope3(x), 1e-14*math.Mod(calls, 7)))
		}}), []string{"VJP of input 0 must depend on its arguments alone"}},
		{"a rule that decides", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			d := ops.Mul(g, slope3(x))
			if x.Value().Flat(0) > 0.5 {
				d = ops.Scale(d, 1)
			}
			return d
		}}), []string{"by operations: it makes 3 values, and 4 when its arguments are moved a little"}},
		{"Share on a pointer", func(x []*graph.Var) *graph.Var { return graph.Apply(onPointer{}, x[0]) },
			[]string{"the gradient for input 0 must be the same with and without recording"}},
		{"a rule when recorded only", apply(plain{vjp: func(g, _, x *graph.Var) *graph.Var {
			if g.Recorded() {
				return ops.Mul(g, slope3(x))
			}
			return nil
		}}), []string{"the gradient must be the same with and without recording: for input 0, one of them has no path"}},
		{"misuse", func(x []*graph.Var) *graph.Var { return ops.Add(x[0], graph.Const(tensor.Vector(1, 2))) },
			[]string{"gradcheck: ops.Add: cannot broadcast"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := gradcheck.Contract(c.f, tensor.Vector(0.5, -2, 3))
			if err == nil {
				t.Fatal("it was not noticed")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the message does not say %q:\n%v", part, err)
				}
			}
		})
	}
}

func orNew(x, like *tensor.Tensor) *tensor.Tensor {
	if x == nil {
		return tensor.New(like.Type(), like.Shape()...)
	}
	return x
}

// A rule that detaches keeps the contract; the second derivative shows what it did.
func TestDetachedRule(t *testing.T) {
	op := plain{vjp: func(g, _, x *graph.Var) *graph.Var { return ops.Mul(g, slope3(x).Detach()) }}
	x := tensor.Vector(0.5, -2, 3)
	if err := gradcheck.Contract(apply(op), x); err != nil {
		t.Error(err)
	}
	if err := gradcheck.CheckOp(apply(op), x); err == nil || !strings.Contains(err.Error(), "second derivative") {
		t.Errorf("error %v", err)
	}
}
