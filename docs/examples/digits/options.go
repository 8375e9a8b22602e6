package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

const widest = 4096 // hidden layer

// options are what the flags say.
type options struct {
	split string
	by    rule

	layers    []layer // the hidden ones
	precision tensor.Type

	method      method
	rate, decay float64
	batch       int
	epochs      int
	reach       float64
	seed        uint64

	out string
}

// A setting is one flag. set reads its text and stores the meaning.
type setting struct {
	name, value string // value: unless the flag is given
	help        string
	set         func(o *options, text string) error
}

// groups are the flags in the order of the help. Each is set after those before
// it, whatever the order on the command line.
var groups = []struct {
	title    string
	settings []setting
}{
	{"Data", []setting{
		{"split", "interleaved", "how the test part is chosen: interleaved (every fifth picture) " +
			"or writers (the last fifth, by other writers; harder)",
			setSplit},
		{"shift", "0.6", "shift each training picture at random by up to this many of its 8 pixels " +
			"each way; 0: off",
			func(o *options, s string) (err error) { o.reach, err = number(s, 0, side); return err }},
	}},
	{"Network", []setting{
		{"hidden", "128", "widths of the hidden layers, as 128,64; none: no such layer",
			setHidden},
		{"activation", "relu", "of the hidden layers: one for all, or a list with one for each: " +
			strings.Join(nn.Activations(), ", "),
			setActivation},
		{"precision", "float32", "type of the numbers: float32 or float64",
			setPrecision},
	}},
	{"Training", []setting{
		{"optimizer", "adam", strings.Join(methodNames(), ", "),
			setMethod},
		{"rate", "auto", "rate of the first step; it falls to 0 along a cosine; auto: " + methodDefaults(func(m method) float64 { return m.rate }),
			setRate},
		{"decay", "auto", "weight decay; auto: 0.01 for adamw, else 0",
			setDecay},
		{"batch", "32", "pictures in a step",
			func(o *options, s string) (err error) { o.batch, err = count(s); return err }},
		{"epochs", "100", "how often each picture is learnt from",
			func(o *options, s string) (err error) { o.epochs, err = count(s); return err }},
		{"seed", "1", "of all random numbers; the same seed gives the same result",
			setSeed},
	}},
	{"Output", []setting{
		{"out", "digits-out", "directory for the figures, created if needed",
			setOut},
	}},
}

// parseOptions reads the command line. The error is flag.ErrHelp for -h.
func parseOptions(args []string) (options, error) {
	given := make(map[string]string)
	flags := flag.NewFlagSet("digits", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for _, g := range groups {
		for _, s := range g.settings {
			flags.Func(s.name, "", func(text string) error { given[s.name] = text; return nil })
		}
	}
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("%q is not a flag, and nothing but flags is expected", flags.Arg(0))
	}
	var o options
	for _, g := range groups {
		for _, s := range g.settings {
			text, ok := given[s.name]
			if !ok {
				text = s.value
			}
			if err := s.set(&o, text); err != nil {
				return options{}, fmt.Errorf("-%s %s: %w", s.name, text, err)
			}
		}
	}
	return o, nil
}

func printHelp(w io.Writer) {
	fmt.Fprint(w, `Digits trains a dense network to read handwritten digits, 8 × 8 pixels each, and
reports how well it does on pictures that it has not learnt from. Ctrl-C ends
the training early, with a report of what was learnt so far and exit code 130.

usage: go run ./docs/examples/digits [flags]
`)
	for _, g := range groups {
		fmt.Fprintf(w, "\n%s\n", g.title)
		for _, s := range g.settings {
			head := fmt.Sprintf("-%s %s", s.name, s.value)
			for _, line := range wrap(s.help, 56) {
				fmt.Fprintf(w, "  %-21s %s\n", head, line)
				head = ""
			}
		}
	}
	fmt.Fprint(w, `
Defaults are shown beside the flags. Examples:

  go run ./docs/examples/digits -split writers -seed 2
  go run ./docs/examples/digits -hidden 128,64 -activation gelu,tanh -optimizer sgd -rate 0.2
`)
}

// wrap breaks text between words into lines of at most width bytes.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

func setSplit(o *options, text string) error {
	rules := map[string]rule{"interleaved": interleaved, "writers": byWriter}
	by, ok := rules[text]
	if !ok {
		return unknown("split", []string{"interleaved", "writers"})
	}
	o.split, o.by = text, by
	return nil
}

func setHidden(o *options, text string) error {
	if text == "none" {
		return nil // and an activation has no layer to apply to
	}
	for item := range strings.SplitSeq(text, ",") {
		width, err := count(item)
		if err != nil || width > widest {
			return fmt.Errorf("want widths from 1 to %d with commas between them, as 128,64, or none", widest)
		}
		o.layers = append(o.layers, layer{width: width})
	}
	return nil
}

func setActivation(o *options, text string) error {
	names := strings.Split(text, ",")
	if len(names) == 1 {
		names = slices.Repeat(names, len(o.layers))
	}
	if len(names) != len(o.layers) {
		return fmt.Errorf("there are %d activations for %d hidden layers; want one for all or one for each", len(names), len(o.layers))
	}
	for i, name := range names {
		f, err := nn.Activation(name)
		if err != nil {
			return unknown(fmt.Sprintf("activation %q", name), nn.Activations())
		}
		o.layers[i].name, o.layers[i].activation = name, f
	}
	return nil
}

func setPrecision(o *options, text string) error {
	for _, t := range []tensor.Type{tensor.Float32, tensor.Float64} {
		if text == t.String() {
			o.precision = t
			return nil
		}
	}
	return unknown("precision", []string{"float32", "float64"})
}

func setMethod(o *options, text string) error {
	i := slices.IndexFunc(methods, func(m method) bool { return m.name == text })
	if i < 0 {
		return unknown("optimizer", methodNames())
	}
	o.method = methods[i]
	return nil
}

func setRate(o *options, text string) (err error) {
	if text == "auto" {
		o.rate = o.method.rate
		return nil
	}
	o.rate, err = number(text, 0, math.MaxFloat64)
	if err != nil || o.rate == 0 {
		return errors.New("want a number above 0, or auto")
	}
	return nil
}

func setDecay(o *options, text string) (err error) {
	if text == "auto" {
		o.decay = o.method.decay
		return nil
	}
	o.decay, err = number(text, 0, math.MaxFloat64)
	if err != nil {
		return errors.New("want a number of at least 0, or auto")
	}
	return nil
}

func setSeed(o *options, text string) (err error) {
	o.seed, err = strconv.ParseUint(text, 10, 64)
	if err != nil {
		return errors.New("want a whole number from 0 to 18446744073709551615")
	}
	return nil
}

func setOut(o *options, text string) error {
	if text == "" {
		return errors.New("want the name of a directory")
	}
	o.out = text
	return nil
}

func unknown(what string, known []string) error {
	return fmt.Errorf("unknown %s; one of: %s", what, strings.Join(known, ", "))
}

// count reads a whole number of at least 1.
func count(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, errors.New("want a whole number of at least 1")
	}
	return n, nil
}

// number reads a number from least to most.
func number(text string, least, most float64) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= least && v <= most) {
		return 0, fmt.Errorf("want a number from %v to %v", least, most)
	}
	return v, nil
}
