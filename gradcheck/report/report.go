package report

import (
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// A Result is what a check of one target found.
type Result struct {
	Name   string // of the target, as "model.Loss"
	File   string // where it is declared; empty if it is not in a file
	Line   int
	Report *gradcheck.Report
	Took   time.Duration
}

// Failed reports whether any of the results is wrong.
func Failed(results []Result) bool {
	for _, r := range results {
		if r.Report.Code().Failed() {
			return true
		}
	}
	return false
}
