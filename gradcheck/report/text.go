package report

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Colours of a terminal (ECMA-48, Select Graphic Rendition).
const (
	green  = "32"
	red    = "31;1"
	yellow = "33"
	plain  = ""
)

// Text writes a line for each result, with all that is to be said about those that
// did not pass, and a line of counts. Colour is for terminals.
func Text(w io.Writer, results []Result, colour bool) error {
	paint := func(code, s string) string {
		if !colour || code == plain {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	var b strings.Builder
	var passed, open, failed int
	for _, r := range results {
		code, how := r.Report.Code(), plain
		switch {
		case code.Failed():
			failed++
			how = red
		case code.Open():
			open++
			how = yellow
		default:
			passed++
			how = green
		}
		fmt.Fprintf(&b, "%s%s: %s%s\n", r.place(), r.Name, paint(how, string(code)), r.effort())
		if err := r.Report.Err(); err != nil {
			for line := range strings.Lines(err.Error()) {
				fmt.Fprintf(&b, "    %s", line)
			}
			b.WriteByte('\n')
		}
	}
	fmt.Fprintf(&b, "%d checked: %d passed, %d undecided, %d wrong\n", len(results), passed, open, failed)
	_, err := io.WriteString(w, b.String())
	return err
}

// place begins a line as compilers do, so that editors find it.
func (r Result) place() string {
	if r.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", r.File, r.Line)
}

func (r Result) effort() string {
	if r.Report.Evaluations == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d entries, %d evaluations, %v)", len(r.Report.Entries), r.Report.Evaluations, r.Took.Round(time.Millisecond))
}
