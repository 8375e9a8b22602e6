package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/report"
)

const execHelp = `Usage: gradcheck exec [flags] -- COMMAND [arguments]

Exec checks a gradient that a program computes, in any language. The program reads
lines of JSON and answers each with one:

	{"want":"point"}                  {"x":[1,2]}  or {} for any
	{"want":"value","x":[1,2]}        {"f":3.5}
	{"want":"gradient","x":[1,2]}     {"g":[0.5,-1]}

docs/protocol.md has the rest, with clients in Python, C and JavaScript.

`

// execute checks a program.
func execute(e env, args []string) int {
	flags := flag.NewFlagSet("gradcheck exec", flag.ContinueOnError)
	flags.SetOutput(e.err)
	flags.Usage = func() {
		fmt.Fprint(e.err, execHelp)
		flags.PrintDefaults()
	}
	at := flags.String("x", "", "the point to check at, as numbers with commas between")
	n := flags.Int("n", 0, "how many variables there are, to check at a random point")
	lo := flags.Float64("lo", -1, "the least value of a random point")
	hi := flags.Float64("hi", 1, "the greatest value of a random point")
	seed := flags.Uint64("seed", 1, "of the random point and of the check")
	timeout := flags.Duration("timeout", 10*time.Second, "for each answer")
	projections := flags.Bool("projections", false, "compare along random directions only, for many variables")
	out := outputs(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return right
	case err != nil:
		return cannot
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(e.err, "gradcheck exec: there is no command to run; put it behind --")
		return cannot
	}
	x, err := point(*at)
	if err != nil {
		fmt.Fprintln(e.err, "gradcheck exec: -x:", err)
		return cannot
	}
	p, err := start(flags.Args(), *timeout)
	if err != nil {
		fmt.Fprintln(e.err, "gradcheck exec:", err)
		return cannot
	}
	defer p.stop()
	if *n > 0 && x == nil {
		r := rand.New(rand.NewPCG(*seed, 0))
		for range *n {
			x = append(x, *lo+(*hi-*lo)*r.Float64())
		}
	}
	began := time.Now()
	result := report.Result{Name: p.command, Report: p.check(gradcheck.Checker{Seed: *seed, Projections: *projections}, x, gradcheck.Interval{})}
	result.Took = time.Since(began)
	return out.write(e, []report.Result{result})
}

// check checks the program's gradient at x or, if that is nil, at a point it names.
func (p *program) check(c gradcheck.Checker, x []float64, bounds gradcheck.Interval) (r *gradcheck.Report) {
	defer func() { // before there is a target, a problem has nobody to recover it
		switch problem := recover().(type) {
		case nil:
		case *gradcheck.Problem:
			r = &gradcheck.Report{Target: p.command, Problem: problem}
		default:
			panic(problem)
		}
	}()
	if x == nil {
		a := p.ask(request{Want: "point"})
		x = a.X.floats()
		if a.Lo != nil && a.Hi != nil {
			bounds = gradcheck.Interval{Lo: float64(*a.Lo), Hi: float64(*a.Hi)}
		}
	}
	if len(x) == 0 {
		p.fail(nil, "there is no point to check at: give one by -x or -n, or let the program answer {\"want\":\"point\"} with an x")
	}
	m := len(p.value(x))
	t := gradcheck.Vector(m, func(dst, x []float64) {
		if f := p.value(x); copy(dst, f) != m || len(f) != m {
			p.fail(nil, "f has %d numbers, and had %d before", len(f), m)
		}
	}, func(dst *mat.Dense, x []float64) {
		for i, row := range p.gradient(x, m) {
			dst.SetRow(i, row)
		}
	}, x)
	t.Name, t.Bounds = p.command, []gradcheck.Interval{bounds}
	return c.Run(t)
}

// point reads numbers with commas between.
func point(text string) (x []float64, err error) {
	if text == "" {
		return nil, nil
	}
	for field := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil {
			return nil, err
		}
		x = append(x, v)
	}
	return x, nil
}
