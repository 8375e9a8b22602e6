package ops_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The golden operations in float32: their values and gradients have the digits that
// float32 can have. An element may be off by half of the digits of float32, relative to
// the largest of its array, since the golden inputs are rounded first.
func TestGoldenFloat32(t *testing.T) {
	ran := 0
	for _, c := range readGoldens(t, "ops.jsonl.gz") {
		f, ok := operations[c.Op]
		if !ok || c.Kind == "fn" || c.Cls != "exact" {
			continue
		}
		if _, differs := misprints[c.ID]; differs {
			continue
		}
		if _, other := notFloat32[c.ID]; other || strings.HasSuffix(c.ID, "/awkward") {
			continue // awkward ones are of float64's range
		}
		ran++
		if err := c.checkFloat32(f); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	if ran < 500 {
		t.Errorf("only %d cases ran", ran)
	}
}

// notFloat32 lists cases whose inputs, rounded, are another problem.
var notFloat32 = map[string]string{
	"div/same_tensor":         "the gradient is a residue of rounding, 10⁻¹⁹",
	"pow/x_to_0":              "its smallest x rounds to 0",
	"atan2/quadrants":         "its largest x rounds to infinity",
	"norm/big":                "its numbers round to infinity",
	"softmax/extreme":         "its numbers round to infinity",
	"var/large_offset":        "what varies is lost beside the offset",
	"layer_norm/large_offset": "what varies is half lost beside the offset",
}

func (c *golden) checkFloat32(f builder) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked{p}
		}
	}()
	var tape graph.Tape
	args := &goldenCall{in: c.In, attrs: c.Attrs, outs: len(c.Out)}
	for i, a := range c.In {
		var v *graph.Var
		switch x := a.tensor().To(tensor.Float32); {
		case c.Grad[i] != nil:
			v = tape.Watch(x)
		case a.DType != "i64":
			v = tape.Input(x)
		}
		args.vars = append(args.vars, v)
	}
	y := args.apply(f)
	if len(y) != len(c.Out) {
		return fmt.Errorf("%d outputs, want %d", len(y), len(c.Out))
	}
	var errs []error
	var ct []*graph.Var
	for i, want := range c.Out {
		errs = append(errs, closeFloat32(fmt.Sprint("output ", i), y[i].Value(), want))
		ct = append(ct, nil)
		if c.CT[i] != nil {
			ct[i] = tape.Input(c.CT[i].tensor().To(tensor.Float32))
		}
	}
	loss := inner(y, ct)
	if loss == nil || !slices.ContainsFunc(c.Grad, func(a *goldenArray) bool { return a != nil }) {
		return errors.Join(errs...)
	}
	grads := loss.Backward()
	for i, want := range c.Grad {
		if want != nil {
			errs = append(errs, closeFloat32(fmt.Sprint("gradient ", i), grads.Of(args.vars[i].Value()), want))
		}
	}
	return errors.Join(errs...)
}

func closeFloat32(what string, have *tensor.Tensor, want *goldenArray) error {
	if have == nil {
		have = tensor.New(tensor.Float32, want.Shape...)
	}
	if have.Type() != tensor.Float32 && want.DType != "i64" {
		return fmt.Errorf("%s is %v", what, have.Type())
	}
	if !slices.Equal(have.Shape(), want.Shape) {
		return fmt.Errorf("%s has the shape %v, want %v", what, have.Shape(), want.Shape)
	}
	largest := 0.0
	for _, w := range want.Data {
		if !math.IsInf(w, 0) && !math.IsNaN(w) {
			largest = max(largest, math.Abs(w))
		}
	}
	tolerance := math.Sqrt(0x1p-23) * largest
	for i, w := range want.Data {
		h := have.Flat(i)
		if h == w || math.IsNaN(h) && math.IsNaN(w) || math.Abs(h-w) <= tolerance {
			continue
		}
		return fmt.Errorf("%s [%d] is %v, want %v", what, i, h, w)
	}
	return nil
}
