// Digits trains a dense network to read handwritten digits and reports how well
// it does. Run it from the root of the repository:
//
//	go run ./docs/examples/digits
//
// The flag -h lists what can be set.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"

	"github.com/adjoint-ad/adjoint/nn"
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
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: it returns the exit code. Training stops when ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		printHelp(stdout)
		return done
	}
	if err != nil {
		fmt.Fprintf(stderr, "digits: %v\nThe flag -h lists what can be set.\n", err)
		return misused
	}
	err = learn(ctx, o, stdout, stderr)
	if errors.Is(err, context.Canceled) {
		return interrupted
	}
	if err != nil {
		fmt.Fprintln(stderr, "digits:", err)
		return failed
	}
	return done
}

// learn does what the options ask for, step by step. If ctx ends the training,
// the report is of what was learnt so far, and the error that of ctx.
func learn(ctx context.Context, o options, stdout, stderr io.Writer) error {
	all, err := parse(strings.NewReader(digitsCSV))
	if err != nil {
		return fmt.Errorf("digits.csv: %w", err)
	}
	// Made now, so that a directory that cannot be is no surprise at the end.
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	p := divide(all, o.by)
	printData(stdout, p, o)

	net := newNetwork(rand.New(rand.NewPCG(o.seed, 0)), o.layers)
	printNetwork(stdout, net, o)

	check, err := checkGradient(net, p.train)
	if err != nil {
		return err
	}
	printCheck(stdout, check)

	nn.Convert(net, o.precision)
	t := newTraining(net, p, o)
	printTraining(stdout, t)
	if err := t.run(ctx, newBar(stderr, t.steps())); err != nil {
		return err
	}
	printHistory(stdout, t)

	answers := read(net, p.test)
	err = saveFigures(o.out, t, p.test, answers)
	if err == nil {
		printFiles(stdout, o.out)
	}
	printResult(stdout, p.test.labels, answers)
	if err == nil && t.cut() {
		err = ctx.Err()
	}
	return err
}
