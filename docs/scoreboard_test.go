package docs

import (
	"errors"
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/scoreboard"
	"github.com/adjoint-ad/adjoint/gradcheck"
)

func sighted(c gradcheck.Checker, t gradcheck.Target) *gradcheck.Report { return c.Run(t) }

// The scoreboard is what the suites give. All planted mistakes are found with their
// right verdicts, no right function is called wrong, and causes are found as often as
// they should be.
func TestScoreboard(t *testing.T) {
	b := scoreboard.Run(sighted)
	for _, err := range append(b.Missed, b.FalseAlarms...) {
		t.Error(err)
	}
	all := b.AllPlanted
	if all.Right < all.Mutants || 100*all.Located < 95*all.OnTape || 100*all.Hinted < 80*all.Mutants {
		t.Errorf("of %d mistakes %d have the right verdict and %d the right hint, and of %d on tapes %d are located",
			all.Mutants, all.Right, all.Hinted, all.OnTape, all.Located)
	}
	generated(t, "scoreboard.md", []byte(b.Page()))
}

// blind sees only what is wrong by more than a hundredth, knows no cause, and takes what
// is undecided for wrong.
func blind(c gradcheck.Checker, t gradcheck.Target) *gradcheck.Report {
	r := c.Run(t)
	r.Findings = nil
	for i := range r.Entries {
		e := &r.Entries[i]
		small := math.Abs(e.Tape-e.Reference) <= 1e-2*math.Max(math.Abs(e.Tape), math.Abs(e.Reference))
		switch {
		case e.Verdict == gradcheck.Wrong && small:
			e.Verdict = gradcheck.Agrees
		case e.Verdict != gradcheck.Wrong && e.Verdict != gradcheck.Agrees:
			e.Verdict = gradcheck.Wrong
		}
	}
	var p *gradcheck.Problem
	if errors.As(r.Problem, &p) && p.Code == gradcheck.NonDeterministic {
		r.Problem = nil
	}
	return r
}

// The suites notice that a checker is blind.
func TestScoreboardOfABlindChecker(t *testing.T) {
	b := scoreboard.Run(blind)
	of := map[string]int{}
	for _, k := range b.Mistakes {
		of[k.Kind] = k.Detected
	}
	for _, kind := range []string{"factor 1.001", "not deterministic"} {
		if of[kind] > 0 {
			t.Errorf("%s: %d are found by a blind checker", kind, of[kind])
		}
	}
	if of["sign"] == 0 {
		t.Error("a checker that sees what is large must find a wrong sign")
	}
	if b.AllPlanted.Located > 0 {
		t.Errorf("%d are located by a checker that knows no cause", b.AllPlanted.Located)
	}
	if 2*b.AllPlanted.Hinted > b.AllPlanted.Mutants {
		t.Errorf("%d of %d have the right hint without any", b.AllPlanted.Hinted, b.AllPlanted.Mutants)
	}
	if len(b.FalseAlarms) == 0 {
		t.Error("a checker that takes what is undecided for wrong raises no alarm")
	}
}

// The suites are as large as they are said to be, and each name is used once.
func TestScoreboardCounts(t *testing.T) {
	mutants, nasties := scoreboard.Mutants(), scoreboard.Nasties()
	if len(mutants) < 120 || len(nasties) < 120 {
		t.Errorf("%d mistakes and %d functions, want 120 of each", len(mutants), len(nasties))
	}
	names := map[string]bool{}
	for _, m := range mutants {
		if names[m.Name] {
			t.Errorf("two mistakes are called %s", m.Name)
		}
		names[m.Name] = true
	}
	for _, n := range nasties {
		if names[n.Name] {
			t.Errorf("two functions are called %s", n.Name)
		}
		names[n.Name] = true
	}
}

// No right function passes with a gradient that is a little wrong.
func TestScoreboardOfWrongFunctions(t *testing.T) {
	for _, n := range scoreboard.Nasties() {
		right := n.Grad
		most := 0.0
		n.Grad = func(dst, x []float64) {
			right(dst, x)
			for i := range dst {
				dst[i] *= 1.01
				most = math.Max(most, math.Abs(dst[i]))
			}
		}
		if code := sighted(gradcheck.Checker{}, n.Target()).Code(); code == gradcheck.Pass && most > 0 {
			t.Errorf("%s passes with a gradient that is 1.01 times the right one", n.Name)
		}
	}
}
