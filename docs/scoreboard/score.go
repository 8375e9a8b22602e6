package scoreboard

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// A Check is gradcheck, or something to compare the suites' scores with: a checker
// that was made blind must score less.
type Check func(c gradcheck.Checker, t gradcheck.Target) *gradcheck.Report

// A Score is what became of one mutant.
type Score struct {
	Mutant      Mutant
	Code        gradcheck.Code
	Detected    bool // something was said to be wrong
	Right       bool // the verdict is the right one
	Located     bool // the planted operation was named and no other, where it is on a tape
	Hinted      bool // the hint, or the verdict that takes its place, describes the mistake
	Evaluations int
	Err         error
}

// Try checks a mutant.
func Try(m Mutant, check Check) Score {
	r := check(m.Checker, m.Target())
	s := Score{Mutant: m, Code: r.Code(), Evaluations: r.Evaluations, Err: r.Err()}
	s.Detected = s.Code.Failed()
	want := m.Code
	if want == "" {
		want = gradcheck.Mismatch
	}
	s.Right = s.Code == want
	innocent := false
	for _, f := range r.Findings {
		if f.Culprit != nil {
			planted := f.Culprit.Op == "planted"
			s.Located = s.Located || planted
			innocent = innocent || !planted
		}
		s.Hinted = s.Hinted || slices.Contains(m.Hints, f.Hint)
	}
	s.Located = s.Located && !innocent
	if len(m.Hints) == 0 {
		s.Hinted = s.Right
	}
	return s
}

// A Tally sums up scores.
type Tally struct {
	Kind                                                           string
	Mutants, Detected, Right, OnTape, Located, Hinted, Evaluations int
}

func (t *Tally) add(s Score) {
	t.Mutants++
	t.Evaluations += s.Evaluations
	count(&t.Detected, s.Detected)
	count(&t.Right, s.Right)
	count(&t.Hinted, s.Detected && s.Hinted)
	count(&t.OnTape, s.Mutant.OnTape)
	count(&t.Located, s.Mutant.OnTape && s.Located)
}

// An Alarms counts what was said of right functions.
type Alarms struct {
	Kind                              string
	Functions, Passed, Undecided, Bad int
}

func (a *Alarms) add(code gradcheck.Code) {
	a.Functions++
	count(&a.Passed, code == gradcheck.Pass)
	count(&a.Undecided, code.Open())
	count(&a.Bad, code.Failed())
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}

// A Board holds the scores of a check: of each kind, in the order of the suites, and of
// all.
type Board struct {
	Mistakes   []*Tally
	AllPlanted Tally
	First      Tally // of the mistakes that other checkers look for

	Nasty    []*Alarms
	AllNasty Alarms

	Missed      []error // mistakes that were not found
	FalseAlarms []error
}

// Run runs both suites.
func Run(check Check) *Board {
	b := &Board{AllPlanted: Tally{Kind: "**all**"}, AllNasty: Alarms{Kind: "**all**"}}
	byKind := map[string]*Tally{}
	for _, m := range Mutants() {
		t := byKind[m.Kind]
		if t == nil {
			t = &Tally{Kind: m.Kind}
			byKind[m.Kind] = t
			b.Mistakes = append(b.Mistakes, t)
		}
		s := Try(m, check)
		t.add(s)
		b.AllPlanted.add(s)
		if m.First {
			b.First.add(s)
		}
		if !s.Detected {
			b.Missed = append(b.Missed, fmt.Errorf("%s: %v: %w", m.Name, s.Code, s.Err))
		}
	}
	ofKind := map[string]*Alarms{}
	for _, n := range Nasties() {
		a := ofKind[n.Kind]
		if a == nil {
			a = &Alarms{Kind: n.Kind}
			ofKind[n.Kind] = a
			b.Nasty = append(b.Nasty, a)
		}
		r := check(gradcheck.Checker{}, n.Target())
		a.add(r.Code())
		b.AllNasty.add(r.Code())
		if r.Code().Failed() {
			b.FalseAlarms = append(b.FalseAlarms, fmt.Errorf("%s: %v: %w", n.Name, r.Code(), r.Err()))
		}
	}
	return b
}
