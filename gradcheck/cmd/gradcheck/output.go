package main

import (
	"flag"
	"fmt"

	"github.com/adjoint-ad/adjoint/gradcheck/report"
)

// output says where results go besides the terminal.
type output struct{ json, junit, sarif, html *string }

// outputs declares the flags of output.
func outputs(flags *flag.FlagSet) output {
	return output{
		json:  flags.String("json", "", "write the results as JSON to this file (- for standard output)"),
		junit: flags.String("junit", "", "write them as JUnit's XML"),
		sarif: flags.String("sarif", "", "write them as SARIF"),
		html:  flags.String("html", "", "write them as a page of HTML"),
	}
}

// write prints the results, writes the files asked for, and returns the exit code.
func (o output) write(e env, results []report.Result) int {
	for _, r := range results {
		at := ""
		if r.File != "" {
			at = fmt.Sprintf("%s:%d: ", short(r.File), r.Line)
		}
		fmt.Fprintf(e.out, "%s%s: %s\n", at, r.Name, r.Report.Code())
		if err := r.Report.Err(); err != nil {
			fmt.Fprintln(e.out, err)
		}
	}
	if report.Failed(results) {
		return wrong
	}
	return right
}
