package gradcheck

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

func TestVerdict(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		tape, reference, tolerance float64
		kink                       bool
		want                       Verdict
	}{
		{1, 1, 1e-12, false, Agrees},
		{1, 1, 1e-12, true, Agrees},
		{1, 1 + 2e-12, 1e-12, false, Wrong},
		{1, 0.5, 1e-12, true, Kink},
		{0, 0, 0, false, Agrees},
		{0, 1e-13, 1e-12, false, Agrees},
		{1, 1, 1e-3, false, Noisy},
		{0, 0, 2e-8, false, Noisy},
		{1, 2, 1e-3, false, Wrong}, // noisy, but further apart than that
		{1, nan, inf, false, Undefined},
		{1, 3, inf, false, Noisy},
		{nan, 1, 1e-12, false, Wrong},
		{inf, nan, inf, true, Wrong},
	} {
		e := Entry{Tape: c.tape, Reference: c.reference, Tolerance: c.tolerance}
		if v := e.verdict(c.kink, 1); v != c.want {
			t.Errorf("%+v: %v", c, v)
		}
	}
}

func TestFailureText(t *testing.T) {
	x, y := tensor.Vector(1, 2), tensor.Zeros(3, 4)
	for i := range y.Len() {
		y.SetFlat(i, 1+float64(i)/8)
	}
	m := tensor.Ones(3, 4)
	m.SetFlat(6, 2)
	err := Check(func(v []*graph.Var) *graph.Var { return masked(m).call(v[:1]) }, y, x)
	var f *Failure
	if !errors.As(err, &f) {
		t.Fatal(err)
	}
	if e := f.Worst; e.Input != 0 || e.Index[0] != 1 || e.Index[1] != 2 || math.Abs(e.Tape/e.Reference-2) > 1e-12 {
		t.Errorf("worst is %+v", e)
	}
	line, rest, _ := strings.Cut(err.Error(), "\n")
	for _, want := range []string{"gradcheck: the gradient for input 0 [3 4] is wrong at [1 2]: claimed ", ", reference ", " ± ", ", tolerance ", ", claimed/reference 2"} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in %s", want, line)
		}
	}
	finding, rest, _ := strings.Cut(rest, "\n")
	if !strings.HasPrefix(finding, "gradient for input 0: the rule of rule is wrong") || !strings.HasSuffix(finding, "for 1 of 12 elements of the input it is 2 times the right one: a factor 2 too much, or a contribution added twice (factor)") {
		t.Errorf("finding: %s", finding)
	}
	if !strings.HasPrefix(rest, "gradient for input 0 [3 4]: 1 of 12 entries wrong\n  at     claimed") || strings.Count(rest, "\n") != 3 {
		t.Errorf("table:\n%s", rest)
	}
	for i := range m.Len() {
		m.SetFlat(i, 1+1/float64(i+1))
	}
	text := Check(masked(m).call, y).Error()
	if !strings.Contains(text, "12 of 12 entries wrong") || strings.Count(text, "\n  [") != 10 || !strings.Contains(text, "is wrong at [0 0]") {
		t.Errorf("ten worst of twelve:\n%s", text)
	}
	m.Fill(1)
	m.SetFlat(3, math.Inf(-1))
	if text := Check(masked(m).call, y).Error(); !strings.Contains(text, "is wrong at [0 3]: claimed ") || !strings.Contains(text, "Inf\n") {
		t.Errorf("infinite:\n%s", text)
	}
}

// A report has an entry for all that was compared, and tells what it is.
func TestReport(t *testing.T) {
	x := tensor.Vector(0.1, 0.2, 0.3, 0.4)
	r, err := Checker{Order: 2, Entries: 3, Seed: 9}.Report(exp.first, x)
	if err != nil || r.Err() != nil {
		t.Fatal(err, r.Err())
	}
	// Two directions and three elements: of the gradient twice, of the second
	// derivative with respect to x and to w. The last is the symmetry of that.
	if len(r.Entries) != 4*5+1 || r.Seed != 9 || r.Inputs != 1 || r.Evaluations < 20 {
		t.Errorf("%d entries, %+v", len(r.Entries), r)
	}
	for i, e := range r.Entries[:20] {
		if (e.Direction > 0) != (i%5 < 2) || (e.Index == nil) != (e.Direction > 0) {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	for _, want := range []string{
		"gradient for input 0 [4]\n", "gradient by Grad for input 0 [4]\n",
		"second derivative for input 0 [4]\n", "second derivative for the weights [4]\n",
		"direction 2", "agrees", "21 entries", "seed 9",
	} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("no %q in\n%v", want, r)
		}
	}
	again, _ := Checker{Order: 2, Entries: 3, Seed: 9}.Report(exp.first, x)
	other, _ := Checker{Order: 2, Entries: 3, Seed: 10}.Report(exp.first, x)
	if r.String() != again.String() || r.String() == other.String() {
		t.Error("a seed does not set what is measured")
	}
}
