package museum

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// A Result is what became of a Bug.
type Result struct {
	Bug      Bug
	Code     gradcheck.Code
	Hint     gradcheck.Hint // of the first finding
	Relative float64        // of gradcheck
	Steps    float64        // of TwoSteps
	Loss     [2]float64     // least and greatest of the seeds
	Accuracy [2]float64
	Caught   string // by which check
}

// Judge runs the checks.
func Judge(bug Bug) Result {
	report, relative := Check(bug)
	r := Result{Bug: bug, Code: report.Code(), Relative: relative, Steps: TwoSteps(bug), Caught: "nothing"}
	if len(report.Findings) > 0 {
		r.Hint = report.Findings[0].Hint
	}
	switch {
	case r.Code.Failed():
		r.Caught = "gradcheck"
	case r.Steps > 1e-6:
		r.Caught = "two steps"
	}
	return r
}

// TrainAll trains once for each seed.
func (r *Result) TrainAll(seeds, perArm, steps int) {
	for seed := range seeds {
		loss, accuracy := Train(r.Bug, uint64(seed+1), perArm, steps)
		if math.IsNaN(loss) {
			loss = math.Inf(1)
		}
		if seed == 0 {
			r.Loss, r.Accuracy = [2]float64{loss, loss}, [2]float64{accuracy, accuracy}
		}
		r.Loss = [2]float64{min(r.Loss[0], loss), max(r.Loss[1], loss)}
		r.Accuracy = [2]float64{min(r.Accuracy[0], accuracy), max(r.Accuracy[1], accuracy)}
	}
}

// String returns the result as a line of Table.
func (r Result) String() string {
	small := func(v float64) string {
		if v < 1e-6 {
			return "<1e-6"
		}
		return fmt.Sprintf("%.2f", v)
	}
	loss := func(v float64) string {
		switch {
		case math.IsInf(v, 1):
			return "NaN"
		case v >= 10:
			return fmt.Sprintf("%.0f", v)
		case v >= 1:
			return fmt.Sprintf("%.1f", v)
		}
		return fmt.Sprintf("%.2f", v)
	}
	hint := string(r.Hint)
	if hint == "" {
		hint = "-"
	}
	return fmt.Sprintf("%-40s %6s  %-9s %6s  %-9s  %4s %4s  %4.0f %4.0f", r.Bug.Name, small(r.Relative), hint, small(r.Steps), r.Caught,
		loss(r.Loss[0]), loss(r.Loss[1]), 100*r.Accuracy[0], 100*r.Accuracy[1])
}

// The training of Results: steps of gradient descent with the rate 0.5, on three arms.
const (
	Seeds  = 3
	PerArm = 40
	Steps  = 4000
)

// Results judges all bugs and trains with each. It takes some six seconds, once.
var Results = sync.OnceValue(func() (list []Result) {
	for _, bug := range Bugs() {
		r := Judge(bug)
		r.TrainAll(Seeds, PerArm, Steps)
		list = append(list, r)
	}
	return list
})

// Table returns the results as a table.
func Table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-40s %6s  %-9s %6s  %-9s  %-9s  %s\n", "mistake", "error", "pattern", "two", "caught by", "     loss", "right, %")
	for _, r := range Results() {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}
