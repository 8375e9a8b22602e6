// Bench measures adjoint against what else a user could take on the same CPU,
// side by side in one run: gonum, OpenBLAS, PyTorch and the limits of the
// machine. Run it from the root of the repository:
//
//	go run ./docs/bench
//
// README.md says what is measured and how to read it; the flag -h lists what
// can be set.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

// What the program tells its caller.
const (
	done        = 0
	failed      = 1
	misused     = 2
	interrupted = 130 // 128 and the number of the signal, as in a shell
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: it returns the exit code. If ctx ends, it reports what
// was measured until then.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 2 && args[0] == "-child" {
		return child(args[1], stdin, stdout, stderr)
	}
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		printHelp(stdout)
		return done
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\nThe flag -h lists what can be set.\n", err)
		return misused
	}
	err = compare(ctx, o, stdout, stderr)
	if errors.Is(err, context.Canceled) {
		return interrupted
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return failed
	}
	return done
}

// child is the program as one of the sides that are compared.
func child(name string, stdin io.Reader, stdout, stderr io.Writer) int {
	p, ok := programs[name]
	if !ok {
		fmt.Fprintf(stderr, "bench: no side is called %q\n", name)
		return misused
	}
	if err := serve(stdin, stdout, p); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return failed
	}
	return done
}

// compare measures, prints the tables and writes them, with the samples, into
// the directory of the options; if the run ends early, of what it has.
func compare(ctx context.Context, o options, stdout, stderr io.Writer) error {
	// Made now, so that a directory that cannot be is no surprise at the end.
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	built, err := os.MkdirTemp("", "adjoint-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(built)

	r := report{Machine: thisMachine(), Rounds: o.rounds, Sample: o.sample.String()}
	r.Sides, err = findSides(ctx, o.against, built)
	if err != nil {
		return err
	}
	cut := r.measure(ctx, o, stderr)
	if cut != nil && !errors.Is(cut, context.Canceled) {
		if len(r.Results) == 0 {
			return cut
		}
		r.note("the rest: %v", cut)
	}
	r.Complete = cut == nil
	r.floors(products(o.quick))
	r.judge()

	fmt.Fprint(stdout, r.markdown())
	if err := r.save(o.out); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "written to %s and .json\n", filepath.Join(o.out, "bench.md"))
	return cut
}
