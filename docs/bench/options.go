package main

import (
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are what the flags say.
type options struct {
	threads []int
	types   []string
	only    *regexp.Regexp // of the group and name of a case
	against []string       // names of programs
	quick   bool
	rounds  int
	sample  time.Duration
	out     string
}

// What is measured against, in the order of the tables.
var rivals = []string{"limit", "gonum", "openblas", "torch"}

// texts are the flags before they are understood.
type texts struct {
	threads, types, only, against, out string
	rounds                             int
	sample                             time.Duration
	quick                              bool
}

func flags(t *texts) *flag.FlagSet {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&t.threads, "threads", "1,2", "numbers of threads")
	f.StringVar(&t.types, "types", "f32,f64", "element types")
	f.StringVar(&t.only, "only", "", "measure the cases whose group/name matches this regular expression")
	f.StringVar(&t.against, "against", strings.Join(rivals, ","), "what to compare with; empty: nothing")
	f.BoolVar(&t.quick, "quick", false, "a short form: fewer and smaller cases")
	f.IntVar(&t.rounds, "rounds", 0, "samples of each side in a case (default 5, with -quick 3)")
	f.DurationVar(&t.sample, "sample", 0, "length of a sample (default 25ms, with -quick 10ms)")
	f.StringVar(&t.out, "out", "bench-out", "directory to write into")
	return f
}

func printHelp(w io.Writer) {
	fmt.Fprint(w, "usage: go run ./docs/bench [flags]\n\n")
	f := flags(new(texts))
	f.SetOutput(w)
	f.PrintDefaults()
}

// parseOptions reads the command line. Its error is flag.ErrHelp if that asks
// for help.
func parseOptions(args []string) (options, error) {
	var t texts
	f := flags(&t)
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	if f.NArg() > 0 {
		return options{}, fmt.Errorf("unknown argument %q", f.Arg(0))
	}
	o := options{quick: t.quick, rounds: t.rounds, sample: t.sample, out: t.out}
	if o.rounds == 0 {
		o.rounds = pick(t.quick, 3, 5)
	}
	if o.sample == 0 {
		o.sample = pick(t.quick, 10*time.Millisecond, 25*time.Millisecond)
	}
	if o.rounds < 0 || o.sample < time.Millisecond || o.sample > time.Minute/4 {
		return options{}, fmt.Errorf("-rounds %d -sample %v: wants at least one round, and samples of 1ms to 15s", o.rounds, o.sample)
	}
	var err error
	if o.only, err = regexp.Compile(t.only); err != nil {
		return options{}, fmt.Errorf("-only: %w", err)
	}
	if o.types, err = choices("types", t.types, "f32", "f64"); err != nil {
		return options{}, err
	}
	if t.against != "" {
		if o.against, err = choices("against", t.against, rivals...); err != nil {
			return options{}, err
		}
	}
	for s := range strings.SplitSeq(t.threads, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 256 {
			return options{}, fmt.Errorf("-threads %s: %q is not a number from 1 to 256", t.threads, s)
		}
		o.threads = append(o.threads, n)
	}
	return o, nil
}

func pick[T any](quick bool, short, full T) T {
	if quick {
		return short
	}
	return full
}

// choices splits the value of a flag at its commas; all parts must be known.
func choices(name, value string, known ...string) ([]string, error) {
	list := strings.Split(value, ",")
	for _, s := range list {
		if !slices.Contains(known, s) {
			return nil, fmt.Errorf("-%s %s: %q is not one of %s", name, value, s, strings.Join(known, ", "))
		}
	}
	return list, nil
}
