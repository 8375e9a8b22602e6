package ops_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func constants(x []*tensor.Tensor) []*graph.Var {
	v := make([]*graph.Var, len(x))
	for i := range x {
		v[i] = graph.Const(x[i])
	}
	return v
}

// replayed records f at x and replays it at other numbers, which it then holds. It
// returns an error if that does not give what a fresh recording gives, bit for bit:
// value, gradient and the gradient that is on the tape. A tape may be refused because f
// reads numbers.
func replayed(f graph.Func, x, other []*tensor.Tensor) (refused bool, err error) {
	for i := range x {
		tensor.Scale(other[i], other[i], 0.96875)
	}
	program := func(tape *graph.Tape, x []*tensor.Tensor) (y *graph.Var, grads []*graph.Var) {
		v := watch(tape, x)
		y = f(v)
		if y.Recorded() {
			grads = y.GradFrom(tape.Input(cotangent(1, y)), v...)
		}
		return y, grads
	}
	var tape, fresh graph.Tape
	held := clones(x)
	y, grads := program(&tape, held)
	for i := range held {
		tensor.Copy(held[i], other[i])
	}
	if err := tape.Replay(); err != nil {
		if strings.Contains(err.Error(), "was read") || strings.Contains(err.Error(), "has the shape") {
			return true, nil
		}
		if refuses(func() { program(&fresh, other) }) { // an operation refuses these numbers
			return true, nil
		}
		return false, err
	}
	want, wantGrads := program(&fresh, other)
	if !identical(y.Value(), want.Value()) {
		return false, fmt.Errorf("replayed %v, recorded %v\n%v", y.Value(), want.Value(), &tape)
	}
	for i, d := range grads {
		if (d == nil) != (wantGrads[i] == nil) || d != nil && !identical(d.Value(), wantGrads[i].Value()) {
			return false, fmt.Errorf("replayed gradient %v, recorded %v\n%v", d, wantGrads[i], &tape)
		}
	}
	if !slices.ContainsFunc(grads, func(d *graph.Var) bool { return d != nil }) {
		return false, nil
	}
	got, once := y.BackwardFrom(cotangent(1, y)), want.BackwardFrom(cotangent(1, y))
	for i := range held {
		if a, b := got.Of(held[i]), once.Of(other[i]); a != nil && !identical(a, b) {
			return false, fmt.Errorf("replayed gradient %v, recorded %v\n%v", a, b, &tape)
		}
	}
	return false, nil
}

// refuses reports whether do panics with a *tensor.Error.
func refuses(do func()) (refused bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, refused = p.(*tensor.Error); !refused {
				panic(p)
			}
		}
	}()
	do()
	return false
}

// identical is Equal with a NaN equal to a NaN.
func identical(a, b *tensor.Tensor) bool { return tensor.Close(a, b, 0, 0) }

// Every operation, recorded at some numbers and evaluated at others.
func TestReplay(t *testing.T) {
	all, refused := 0, 0
	eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
		all++
		no, err := replayed(s.Call, x, clones(x))
		if err != nil {
			t.Error(err)
		}
		if no {
			refused++
			t.Log("refused, since it reads numbers")
		}
	})
	if refused > all/10 {
		t.Errorf("%d of %d were refused", refused, all)
	}
}
