package docs

import (
	"testing"

	"github.com/adjoint-ad/adjoint/docs/scoreboard"
	"github.com/adjoint-ad/adjoint/gradcheck"
)

// The scoreboard is what the suites give. All planted mistakes are found, and no right
// function is called wrong.
func TestScoreboard(t *testing.T) {
	page, missed, alarms := scoreboard.Page()
	for _, m := range missed {
		t.Errorf("missed: %v", m)
	}
	for _, a := range alarms {
		t.Errorf("false alarm: %v", a)
	}
	generated(t, "scoreboard.md", []byte(page))
}

// The suites are as large as they are said to be, and their right
// functions are no test of a checker that lets everything pass.
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
		if names[n.Name] && n.Kind != "edge" {
			t.Errorf("two functions are called %s", n.Name)
		}
		names[n.Name] = true
	}

	// What passes because it is right does not pass when it is a little wrong.
	blinded := 0
	for _, n := range nasties[:20] {
		wrong := n
		wrong.DF = func(x float64) float64 { return 1.001*n.DF(x) + 2e-3 }
		if code := (gradcheck.Checker{}).Run(wrong.Target()).Code(); code == gradcheck.Pass {
			blinded++
		}
	}
	if blinded > 0 {
		t.Errorf("%d wrong derivatives pass", blinded)
	}
}
