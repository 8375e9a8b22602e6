package graph

import "github.com/adjoint-ad/adjoint/tensor"

// An Op is one primitive operation: a small value whose fields are its
// attributes (an axis, a slope, a list of indices). It must not change after
// it was applied.
type Op interface {
	// Name is what a listing of the tape calls the operation. An Op with a
	// String method is listed by that instead, which may show attributes.
	Name() string

	// Shape appends the shape of the result to dst. It panics with a
	// *tensor.Error when the inputs do not fit.
	Shape(dst []int, x []*tensor.Tensor) []int

	// Eval overwrites all of y, which comes with the shape that Shape gave,
	// the inputs' element type, and unspecified elements. It writes to
	// nothing else.
	Eval(y *tensor.Tensor, x []*tensor.Tensor)

	// VJP returns input i's share of the cotangent g of y, the vector-Jacobian
	// product Σⱼ gⱼ ∂yⱼ/∂xᵢ. It has the shape of x[i] and is linear in g. The
	// rule is written with operations on Vars, so it has derivatives itself.
	// It returns nil where y is not differentiable in x[i], and is not called
	// for an input whose gradient nobody wants.
	VJP(i int, g, y *Var, x []*Var) *Var
}

// Apply evaluates op and records it on the tape of its inputs. When all inputs
// are constants there is no tape, and the result is a constant.
//
// It panics with a *tensor.Error if op refuses the inputs, if they have
// different element types or belong to two tapes, or if one was made before
// the last Reset of its tape.
func Apply(op Op, x ...*Var) *Var {
	t := commonTape(op, x)
	if t == nil {
		return applyConst(op, x)
	}
	if t.Trace {
		defer blame()
	}
	t.args = t.args[:0]
	for _, v := range x {
		t.args = append(t.args, v.value)
	}
	t.shape = op.Shape(t.shape[:0], t.args)
	value := t.buffers.get(x[0].value.Type(), t.shape)
	op.Eval(value, t.args)
	return t.record(op, value, x)
}

func applyConst(op Op, x []*Var) *Var {
	args := make([]*tensor.Tensor, len(x))
	for i, v := range x {
		args[i] = v.value
	}
	y := tensor.New(args[0].Type(), op.Shape(nil, args)...)
	op.Eval(y, args)
	return Const(y)
}

// commonTape returns the one tape of the inputs, nil if all are constants.
func commonTape(op Op, x []*Var) *Tape {
	if len(x) == 0 {
		panic(tensor.Errorf("graph.Apply", "%s has no inputs; values without inputs are made by Const, Watch and Input", op.Name()))
	}
	var t *Tape
	for i, v := range x {
		if v.value != nil && v.value.Type() != x[0].value.Type() {
			panic(tensor.Errorf("graph.Apply", "%s of %v %v and %v %v: element types differ",
				op.Name(), x[0].value.Type(), x[0].value.Shape(), v.value.Type(), v.value.Shape()))
		}
		if v.tape == nil {
			continue
		}
		v.check("graph.Apply")
		if t == nil {
			t = v.tape
		}
		if v.tape != t {
			panic(tensor.Errorf("graph.Apply", "input %d of %s, %v, is on another tape than the inputs before it: "+
				"a computation has one tape; take the value over as graph.Const(v.Value())", i, op.Name(), v))
		}
	}
	return t
}

// addOp is the sum of two cotangents of one value, the only operation the
// engine needs for itself.
type addOp struct{}

func (addOp) Name() string                              { return "add" }
func (addOp) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (addOp) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Add(y, x[0], x[1]) }
func (addOp) VJP(_ int, g, _ *Var, _ []*Var) *Var       { return g }
