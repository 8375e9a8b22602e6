package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/expr"
	"github.com/adjoint-ad/adjoint/gradcheck/report"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/graph/draw"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

const exprHelp = `Usage: gradcheck expr [flags] EXPRESSION [name=value ...]

Expr computes an expression and its gradient on a tape, checks the gradient, and shows
the evaluation trace. A value is a number, a list as 1,2,3, or a matrix as 1,2;3,4.
Operators work element by element, @ is the product of matrices, ^ a power. If the
result is no single number, the gradient is that of its sum.

	gradcheck expr 'sum(log(1+exp(w*x)))' w=0.3 x=1,2,3

The functions are %s.

`

// expression checks an expression.
func expression(e env, args []string) int {
	flags := flag.NewFlagSet("gradcheck expr", flag.ContinueOnError)
	flags.SetOutput(e.err)
	flags.Usage = func() {
		fmt.Fprintf(e.err, exprHelp, wrapWords(expr.Functions(), 86))
		flags.PrintDefaults()
	}
	order := flags.Int("order", 1, "2 checks second derivatives as well")
	trace := flags.Bool("trace", true, "show the evaluation trace")
	steps := flags.Bool("steps", false, "show how good differences are against their step, for the first element")
	dot := flags.String("dot", "", "write the graph for Graphviz to this `file`; - is standard output")
	svg := flags.String("svg", "", "write a picture of the graph to this `file`; - is standard output")
	out := outputs(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return right
	case err != nil:
		return cannot
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(e.err, "gradcheck expr: there is no expression; gradcheck expr -h shows how to write one")
		return cannot
	}
	if *order < 1 || *order > 2 {
		fmt.Fprintln(e.err, "gradcheck expr: -order must be 1 or 2")
		return cannot
	}
	p, err := readProblem(flags.Arg(0), flags.Args()[1:])
	if err != nil {
		fmt.Fprintln(e.err, err)
		return cannot
	}
	var tape graph.Tape
	y, err := p.record(&tape)
	if err != nil {
		fmt.Fprintln(e.err, err)
		return cannot
	}
	p.print(e.out, y, *trace)
	if *steps && len(p.x) > 0 && p.x[0].Len() > 0 {
		p.printSteps(e.out)
	}
	for _, picture := range []struct {
		file  string
		write func(io.Writer) error
	}{{*dot, draw.Picture{Tape: &tape, Of: scalar(y), Names: p.params}.DOT}, {*svg, draw.Picture{Tape: &tape, Of: scalar(y), Names: p.params}.SVG}} {
		if err := save(e, picture.file, picture.write); err != nil {
			fmt.Fprintln(e.err, "gradcheck expr:", err)
			return cannot
		}
	}
	if len(p.x) == 0 {
		return right
	}
	began := time.Now()
	target := gradcheck.Target{Name: p.source, X: p.x, Names: p.names, Func: func(x []*graph.Var) *graph.Var {
		y, err := p.expr.Eval(p.bind(x))
		if err != nil {
			panic(&gradcheck.Problem{Code: gradcheck.Misuse, Text: err.Error()})
		}
		return y
	}}
	r := gradcheck.Checker{Order: *order}.Run(target)
	return out.write(e, []report.Result{{Name: p.source, Report: r, Took: time.Since(began)}})
}

// save writes to a file as a whole, or to standard output.
func save(e env, file string, write func(io.Writer) error) error {
	switch file {
	case "":
		return nil
	case "-":
		return write(e.out)
	}
	return create(file, nil, func(w io.Writer, _ []report.Result) error { return write(w) })
}

// A problem is an expression with values for its variables.
type problem struct {
	source string
	expr   *expr.Expr
	names  []string
	x      []*tensor.Tensor
}

func readProblem(source string, values []string) (*problem, error) {
	parsed, err := expr.Parse(source)
	if err != nil {
		return nil, err
	}
	p := &problem{source: source, expr: parsed}
	given := map[string]*tensor.Tensor{}
	for _, v := range values {
		name, text, ok := strings.Cut(v, "=")
		if !ok {
			return nil, fmt.Errorf("gradcheck expr: %q gives no value: write name=1 or name=1,2,3", v)
		}
		if !slices.Contains(parsed.Names(), name) {
			return nil, fmt.Errorf("gradcheck expr: the expression has no variable %s; it has %s", name, strings.Join(parsed.Names(), ", "))
		}
		if given[name], err = expr.ParseValue(text); err != nil {
			return nil, fmt.Errorf("gradcheck expr: %s: %w", name, err)
		}
	}
	for _, name := range parsed.Names() {
		if given[name] != nil { // Eval tells of those that are missing, with their place
			p.names, p.x = append(p.names, name), append(p.x, given[name])
		}
	}
	return p, nil
}

func (p *problem) bind(x []*graph.Var) map[string]*graph.Var {
	vars := map[string]*graph.Var{}
	for i, name := range p.names {
		vars[name] = x[i]
	}
	return vars
}

func (p *problem) params(yield func(string, *tensor.Tensor) bool) {
	for i, name := range p.names {
		if !yield(name, p.x[i]) {
			return
		}
	}
}

func (p *problem) record(tape *graph.Tape) (*graph.Var, error) {
	x := make([]*graph.Var, len(p.x))
	for i := range x {
		x[i] = tape.Watch(p.x[i])
	}
	return p.expr.Eval(p.bind(x))
}

// scalar is y, or the sum of its elements; nil if it is a constant.
func scalar(y *graph.Var) *graph.Var {
	if y.Tape() == nil {
		return nil
	}
	if y.Value().Len() == 1 {
		return y
	}
	return ops.Sum(y)
}

func (p *problem) print(w io.Writer, y *graph.Var, trace bool) {
	fmt.Fprintf(w, "%s = %.10g\n", p.source, y.Value())
	total := scalar(y)
	if total == nil {
		return
	}
	of := "∂/∂"
	if total != y {
		of = "∂Σ/∂"
	}
	grads := total.Backward()
	for i, name := range p.names {
		g := grads.Of(p.x[i])
		if g == nil {
			fmt.Fprintf(w, "%s%s: no path\n", of, name)
			continue
		}
		fmt.Fprintf(w, "%s%s = %.10g\n", of, name, g)
	}
	if trace {
		fmt.Fprintln(w)
		gradcheck.TraceOf(total).WriteTo(w)
	}
	fmt.Fprintln(w)
}

// printSteps shows for the first element of the first variable how far three
// formulas are from the tape's derivative, against the step: as h falls, truncation
// falls with h, h² and h⁴, and rounding rises with 1/h.
func (p *problem) printSteps(w io.Writer) {
	var tape graph.Tape
	at := func(h float64) float64 {
		v := p.x[0].Flat(0)
		p.x[0].SetFlat(0, v+h)
		defer p.x[0].SetFlat(0, v)
		tape.Reset()
		y, err := p.record(&tape)
		if err != nil {
			return math.NaN()
		}
		sum := 0.0
		for i := range y.Value().Len() {
			sum += y.Value().Flat(i)
		}
		return sum
	}
	tape.Reset()
	y, err := p.record(&tape)
	if err != nil || scalar(y) == nil {
		return
	}
	g := scalar(y).Backward().Of(p.x[0])
	if g == nil {
		return
	}
	slope := g.Flat(0)
	off := func(d float64) float64 { return math.Abs(d-slope) / max(math.Abs(slope), 1e-300) }
	fmt.Fprintf(w, "relative error of differences for %s[0], slope %.10g\n%-8s %-9s %-9s %-9s\n", p.names[0], slope, "h", "forward", "central", "5-point")
	for k := 1; k <= 13; k++ {
		h := math.Pow(10, float64(-k))
		forward := off((at(h) - at(0)) / h)
		central := off((at(h) - at(-h)) / (2 * h))
		five := off((8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h))
		bar := 0
		if five > 0 && !math.IsInf(five, 0) {
			bar = max(0, int(math.Round(2*(16+math.Log10(five)))))
		}
		fmt.Fprintf(w, "1e-%-5d %-9.1e %-9.1e %-9.1e %s\n", k, forward, central, five, strings.Repeat("▪", min(bar, 60)))
	}
	fmt.Fprintln(w)
}

// wrapWords joins words with commas, in lines of a width.
func wrapWords(words []string, width int) string {
	var b strings.Builder
	n := 0
	for i, word := range words {
		if i > 0 {
			b.WriteString(",")
			n++
			if n+1+len(word) > width {
				b.WriteString("\n")
				n = 0
			} else {
				b.WriteString(" ")
				n++
			}
		}
		b.WriteString(word)
		n += len(word)
	}
	return b.String()
}
