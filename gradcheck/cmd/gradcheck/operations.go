package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/report"
	"github.com/adjoint-ad/adjoint/ops"
)

// operations checks the catalog of package ops at its samples.
func operations(e env, args []string) int {
	flags := flag.NewFlagSet("gradcheck ops", flag.ContinueOnError)
	flags.SetOutput(e.err)
	flags.Usage = func() {
		fmt.Fprint(e.err, "Usage: gradcheck ops [flags] [operation ...]\n\nOps checks adjoint's own operations, or those that are named, at samples of their catalog.\n\n")
		flags.PrintDefaults()
	}
	order := flags.Int("order", 2, "2 checks second derivatives as well")
	seed := flags.Uint64("seed", 1, "of the samples and of the checks")
	out := outputs(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return right
	case err != nil:
		return cannot
	}
	if *order < 1 || *order > 2 {
		fmt.Fprintln(e.err, "gradcheck ops: -order must be 1 or 2")
		return cannot
	}
	wanted := map[string]bool{}
	for _, name := range flags.Args() {
		wanted[name] = true
	}
	var results []report.Result
	for _, entry := range ops.Catalog() {
		if flags.NArg() > 0 && !wanted[entry.Name] {
			continue
		}
		delete(wanted, entry.Name)
		if e.terminal {
			fmt.Fprintf(e.err, "\r\x1b[K%s", entry.Name)
		}
		for i, s := range entry.Samples {
			x := s.Draw(rand.New(rand.NewPCG(*seed, uint64(i))), entry.Domain)
			began := time.Now()
			r := gradcheck.Checker{Order: *order, Seed: *seed}.Run(gradcheck.Target{Name: entry.Name, Func: s.Call, X: x})
			results = append(results, report.Result{Name: fmt.Sprint(entry.Name, s.Shapes), Report: r, Took: time.Since(began)})
		}
	}
	if e.terminal {
		fmt.Fprint(e.err, "\r\x1b[K")
	}
	for name := range wanted {
		fmt.Fprintf(e.err, "gradcheck ops: there is no operation %s\n", name)
		return cannot
	}
	return out.write(e, results)
}
