package ops_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A tally counts what became of the cases of a file.
type tally struct {
	ran, skipped int
	lack         map[string]int // operations that do not exist here
}

func (y *tally) skip(names ...string) {
	y.skipped++
	for _, n := range names {
		y.lack[n]++
	}
}

// check fails unless all of the cases were seen and enough of them ran.
func (y *tally) check(t *testing.T, cases, atLeast int) {
	t.Helper()
	var lack []string
	for _, n := range slices.Sorted(maps.Keys(y.lack)) {
		lack = append(lack, fmt.Sprint(n, " ", y.lack[n]))
	}
	t.Logf("%d cases ran, %d were skipped for want of: %s", y.ran, y.skipped, strings.Join(lack, ", "))
	if y.ran+y.skipped != cases || y.ran < atLeast {
		t.Errorf("%d of %d cases ran, %d were skipped; at least %d ran before", y.ran, cases, y.skipped, atLeast)
	}
}

func TestGolden(t *testing.T) {
	sum := tally{lack: map[string]int{}}
	class := map[string]string{} // by case
	used := map[string]bool{}
	for _, c := range readGoldens(t, "ops.jsonl.gz") {
		class[c.ID] = c.Cls
		table, name := operations, c.Op
		if c.Kind == "fn" {
			table, name = functions, "fn/"+c.Op
		}
		used[name] = true
		f, ok := table[c.Op]
		if !ok {
			sum.skip(name)
			continue
		}
		sum.ran++
		err := c.check(f)
		_, differs := conventions[c.ID]
		_, wrong := misprints[c.ID]
		switch {
		case c.Cls == "info" && err != nil && !errors.As(err, &panicked{}):
			t.Logf("singular point %s (%s): %v", c.ID, c.Note, err)
		case (differs || wrong) && err == nil:
			t.Errorf("%s is said to differ, and agrees", c.ID)
		case !differs && !wrong && err != nil:
			t.Errorf("%s: %v", c.ID, err)
		}
	}
	sum.check(t, 672, 672)

	for name := range operations {
		if !used[name] {
			t.Errorf("no case for operation %s", name)
		}
	}
	for name := range functions {
		if !used["fn/"+name] {
			t.Errorf("no case for function %s", name)
		}
	}
	for id := range conventions {
		if class[id] != "convention" {
			t.Errorf("%s is no case of a convention: %q", id, class[id])
		}
	}
	for id := range misprints {
		if class[id] != "exact" {
			t.Errorf("%s is no exact case: %q", id, class[id])
		}
	}
}

// A derivative of any order that is off by a millionth is seen: to y, a
// multiple of δⁿ is added, where δ = x − Detach(x) is 0 with the slope 1.
func TestGoldenSees(t *testing.T) {
	cases := readGoldens(t, "ops.jsonl.gz")
	for _, test := range []struct {
		id    string
		f     builder
		order int
		want  string
	}{
		{"tanh/matrix", operations["tanh"], 0, "output"},
		{"tanh/matrix", operations["tanh"], 1, "gradient"},
		{"tanh/matrix", operations["tanh"], 2, "second derivative in input 0"},
		{"fn/poly4", functions["poly4"], 0, "value"},
		{"fn/poly4", functions["poly4"], 1, "gradient"},
		{"fn/poly4", functions["poly4"], 2, "Hessian row 0"},
		{"fn/poly4", functions["poly4"], 3, "third derivative"},
	} {
		err := find(t, cases, test.id).check(func(c *goldenCall) []*graph.Var {
			y := test.f(c)[0]
			off := graph.Const(tensor.Full(1e-6, c.vars[0].Shape()...))
			for range test.order {
				off = ops.Mul(off, ops.Sub(c.vars[0], c.vars[0].Detach()))
			}
			if len(y.Shape()) == 0 {
				off = ops.Sum(off)
			}
			return []*graph.Var{ops.Add(y, off)}
		})
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s with a wrong derivative of order %d: %v", test.id, test.order, err)
		}
	}
}

// An attribute or an input that a builder does not read is not ignored.
func TestGoldenUnread(t *testing.T) {
	cases := readGoldens(t, "ops.jsonl.gz")
	for _, test := range []struct {
		id   string
		f    builder
		want string
	}{
		{"leaky_relu/alpha0.2", operations["relu"], "panic: did not read alpha"},
		{"lerp/basic", operations["relu"], "panic: did not read input 1, input 2"},
		{"sub/same_tensor", operations["sub"], "<nil>"}, // it has a note
	} {
		if got := fmt.Sprint(find(t, cases, test.id).check(test.f)); got != test.want {
			t.Errorf("%s: %v, want %v", test.id, got, test.want)
		}
	}
}

func find(t *testing.T, cases []golden, id string) *golden {
	t.Helper()
	i := slices.IndexFunc(cases, func(c golden) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no case %s", id)
	}
	return &cases[i]
}
