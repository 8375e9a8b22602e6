package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/nn"
)

// The report has no times in it, so that it is the same for the same seed.

// section begins a part of the report, whose title stands in a column of its
// own. A part without a title goes on with the one before.
func section(w io.Writer, title, format string, args ...any) {
	if title != "" {
		fmt.Fprintln(w)
	}
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-10s%s", title, line), " \n"))
		title = ""
	}
}

func printData(w io.Writer, p parts, o options) {
	n := p.train.len() + p.validation.len() + p.test.len()
	section(w, "data", "%d pictures of handwritten digits, %d × %d pixels\n%d to train, %d to validate, %d to test; split: %s",
		n, side, side, p.train.len(), p.validation.len(), p.test.len(), o.split)
}

func printNetwork(w io.Writer, net nn.Sequential, o options) {
	var chain strings.Builder
	fmt.Fprint(&chain, pixels)
	for _, l := range o.layers {
		fmt.Fprintf(&chain, " → %d %s", l.width, l.name)
	}
	section(w, "network", "%s → %d, in %v\n%s", chain.String(), classes, o.precision, nn.Summary(net))
}

func printCheck(w io.Writer, r *gradcheck.Report) {
	agree, off, largest := 0, 0.0, 0.0
	for _, e := range r.Entries {
		if e.Verdict != gradcheck.Agrees {
			continue
		}
		agree++
		off = max(off, math.Abs(e.Tape-e.Reference))
		largest = max(largest, math.Abs(e.Reference))
	}
	verdict := "all agree"
	if n := len(r.Entries); agree < n {
		verdict = fmt.Sprintf("%d agree,\nnone is wrong, %d at a kink or in noise prove nothing", agree, n-agree)
	}
	section(w, "gradient", "%d derivatives compared with finite differences, in float64: %s\nthe largest is %.2g, the largest difference %.1e",
		len(r.Entries), verdict, largest, off)
}

func printTraining(w io.Writer, t *training) {
	moved := ""
	if t.reach > 0 {
		moved = fmt.Sprintf(", moved by up to %v pixels", t.reach)
	}
	section(w, "training", "%s, rate %v, weight decay %v, %d epochs of %d steps, seed %d\nbatches of %d pictures%s",
		t.method.name, t.rate, t.decay, t.epochs, t.batches(), t.seed, t.batch, moved)
}

// printHistory prints about ten epochs, the last one among them.
func printHistory(w io.Writer, t *training) {
	n := len(t.history)
	if t.cut() {
		section(w, "", "interrupted in epoch %d of %d; what follows is what was learnt so far", n+1, t.epochs)
	}
	if n == 0 {
		return
	}
	section(w, "", "\nepoch   rate     loss    accuracy   in validation: loss    accuracy")
	every := (n + 9) / 10
	for i, e := range t.history {
		if (n-1-i)%every != 0 {
			continue
		}
		section(w, "", "%5d   %.5f  %.4f   %5.1f %%                   %.4f   %5.1f %%",
			i+1, e.rate, e.loss, 100*e.accuracy, e.valLoss, 100*e.valAccuracy)
	}
}

func printFiles(w io.Writer, dir string) {
	var list strings.Builder
	table := tabwriter.NewWriter(&list, 0, 0, 3, ' ', 0)
	for _, f := range figures {
		fmt.Fprintf(table, "%s\t%s\n", filepath.Join(dir, f.file), f.about)
	}
	table.Flush()
	section(w, "files", "%s", list.String())
}

// A confusion counts answers: element [i][j] is how often i was read as j.
type confusion [classes][classes]int

func confuse(labels []int, answers []answer) confusion {
	var c confusion
	for i, a := range answers {
		c[labels[i]][a.digit]++
	}
	return c
}

// shown returns how many pictures show the digit.
func (c confusion) shown(digit int) int {
	n := 0
	for _, v := range c[digit] {
		n += v
	}
	return n
}

// read returns how many pictures were read as the digit.
func (c confusion) read(digit int) int {
	n := 0
	for i := range c {
		n += c[i][digit]
	}
	return n
}

// printResult prints the test: how often each digit was read as which, how well
// each one is recognised, and in the last line the accuracy.
func printResult(w io.Writer, labels []int, answers []answer) {
	c := confuse(labels, answers)
	section(w, "test", "rows: the digit shown; columns: what it was read as")
	fmt.Fprintf(w, "\n%s", c)
	loss, accuracy := score(answers, labels)
	fmt.Fprintf(w, "\ntest loss %.4f\ntest accuracy %.2f %%\n", loss, 100*accuracy)
}

// String returns the counts as a table, with two more columns: which fraction
// of the pictures of a digit was read right (recall), and which fraction of the
// pictures that were read as it show it (precision).
func (c confusion) String() string {
	var s strings.Builder
	s.WriteString("  ")
	for digit := range c {
		fmt.Fprintf(&s, "%4d", digit)
	}
	s.WriteString("   pictures    recall  precision\n")
	for digit, row := range c {
		fmt.Fprintf(&s, "%2d", digit)
		for _, n := range row {
			if n == 0 {
				s.WriteString("   ·")
			} else {
				fmt.Fprintf(&s, "%4d", n)
			}
		}
		right := c[digit][digit]
		fmt.Fprintf(&s, "%11d%10s%11s\n", c.shown(digit), percent(right, c.shown(digit)), percent(right, c.read(digit)))
	}
	return s.String()
}

func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}
