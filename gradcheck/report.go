package gradcheck

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Derivative says what is compared.
type Derivative uint8

// The derivatives of φ(x) = ⟨w, f(x)⟩ that are compared.
const (
	Gradient Derivative = iota // ∂φ/∂x as Backward finds it
	Recorded                   // ∂φ/∂x as Var.Grad finds it, whose rules may have another form
	Second                     // the derivatives of Σᵢ⟨vᵢ, ∂φ/∂xᵢ⟩ with respect to x and w
	Symmetry                   // ⟨u, H v⟩ for the second derivatives H; Reference is ⟨v, H u⟩
	Single                     // ∂φ/∂x in float32; Reference is the same in float64
)

func (d Derivative) String() string {
	return [...]string{"gradient", "gradient by Grad", "second derivative", "symmetry of second derivatives", "float32 gradient"}[d]
}

// An Entry is one comparison: of one element of a gradient, or of the derivative
// along a random direction through all elements of an input.
type Entry struct {
	Derivative Derivative
	Input      int   // the number of the input; in Second, the number of inputs stands for w
	Shape      []int // of the input
	Index      []int // of the element; nil for a direction
	Direction  int   // the number of the direction, from 1; 0 for an element

	Tape      float64 // what the tape found
	Reference float64 // what differences show
	Estimate  float64 // how far Reference is off, by its own account
	Tolerance float64 // how far apart Tape and Reference may be
	Verdict   Verdict

	steps []Step
}

// Steps returns what differences of each step size showed, the largest step first.
func (e Entry) Steps() []Step { return e.steps }

// Excess returns the difference of Tape and Reference in units of the tolerance,
// +Inf if that is no number.
func (e Entry) Excess() float64 {
	if d := math.Abs(e.Tape-e.Reference) / e.Tolerance; !math.IsNaN(d) {
		return d
	}
	return math.Inf(1)
}

// Place says where in its input the entry is, as "[2 3]" or "direction 1".
func (e Entry) Place() string {
	if e.Direction > 0 {
		return fmt.Sprintf("direction %d", e.Direction)
	}
	return fmt.Sprint(e.Index)
}

// numbers returns tape and reference with the digits that show how they differ,
// or if they agree, with those that count.
func (e Entry) numbers() (tape, reference string) {
	digits := 6
	apart := max(math.Abs(e.Tape-e.Reference), e.Tolerance)
	if ratio := max(math.Abs(e.Tape), math.Abs(e.Reference)) / apart; ratio > 1 {
		digits = max(digits, 3+int(math.Log10(min(ratio, 1e14))))
	}
	return fmt.Sprintf("%.*g", digits, e.Tape), fmt.Sprintf("%.*g", digits, e.Reference)
}

// A Report is what a check measured. Its entries stand in the order of their
// derivatives, then of the inputs; in an input, directions come first.
type Report struct {
	Entries     []Entry
	Target      string    // the name of what was checked, if it has one
	Names       []string  // of the inputs; nil if they have none
	Problem     error     // what kept the check from comparing; nil if nothing did
	Inputs      int       // how many there were
	Findings    []Finding // about each gradient that is wrong
	Evaluations int       // how often the function, or a part of its program, was run
	Seed        uint64    // of the Checker

	weights *tensor.Tensor // of the value, where second derivatives were asked for
}

// Err returns the Problem if there was one, nil if all entries agree, a [*Failure]
// if some are wrong, and otherwise an [*Inconclusive].
func (r *Report) Err() error {
	if r.Problem != nil {
		return r.Problem
	}
	if e, ok := r.worst(isWrong); ok {
		return &Failure{e, r}
	}
	if e, ok := r.worst(isOpen); ok {
		return &Inconclusive{e, r}
	}
	return nil
}

func isWrong(v Verdict) bool { return v == Wrong }
func isOpen(v Verdict) bool  { return v == Kink || v == Noisy || v == Undefined }

func (r *Report) anyWrong() bool {
	return slices.ContainsFunc(r.Entries, func(e Entry) bool { return isWrong(e.Verdict) })
}

// Worst returns the entry of greatest Excess, of those that are wrong if any is. It
// is not ok if there are none.
func (r *Report) Worst() (e Entry, ok bool) {
	if e, ok = r.worst(isWrong); ok {
		return e, true
	}
	return r.worst(func(Verdict) bool { return true })
}

// worst returns the entry of greatest excess among those with certain verdicts.
func (r *Report) worst(among func(Verdict) bool) (worst Entry, ok bool) {
	for _, e := range r.Entries {
		if among(e.Verdict) && (!ok || e.Excess() > worst.Excess()) {
			worst, ok = e, true
		}
	}
	return worst, ok
}

// String returns tables of all entries, one for each gradient.
func (r *Report) String() string {
	var b strings.Builder
	for _, g := range r.groups() {
		fmt.Fprintf(&b, "%s\n", r.name(g[0]))
		table(&b, g)
	}
	fmt.Fprintln(&b, r.effort())
	return b.String()
}

// groups returns the entries in groups, each of one derivative with respect to
// one input.
func (r *Report) groups() [][]Entry {
	var groups [][]Entry
	from := 0
	for i, e := range r.Entries {
		if i+1 == len(r.Entries) || r.Entries[i+1].Derivative != e.Derivative || r.Entries[i+1].Input != e.Input {
			groups = append(groups, r.Entries[from:i+1])
			from = i + 1
		}
	}
	return groups
}

// name says which gradient an entry is of.
func (r *Report) name(e Entry) string {
	of := r.Input(e.Input)
	if e.Derivative == Second && e.Input == r.Inputs {
		of = "the weights"
	}
	return fmt.Sprintf("%v for %s %v", e.Derivative, of, e.Shape)
}

// Input returns the name of input i, or "input 3" if it has none.
func (r *Report) Input(i int) string {
	if i < len(r.Names) && r.Names[i] != "" {
		return r.Names[i]
	}
	return fmt.Sprintf("input %d", i)
}

func (r *Report) effort() string {
	return fmt.Sprintf("%d entries, %d evaluations, seed %d", len(r.Entries), r.Evaluations, r.Seed)
}

// A Failure is the error of a check that found a wrong derivative.
type Failure struct {
	Worst  Entry // its distance exceeds the tolerance most
	Report *Report
}

// Error names the worst entry and lists up to ten of each wrong gradient.
func (f *Failure) Error() string {
	var b strings.Builder
	e := f.Worst
	tape, reference := e.numbers()
	fmt.Fprintf(&b, "gradcheck: the %s is wrong at %s: claimed %s", f.Report.name(e), e.Place(), tape)
	if finite(e.Tape) {
		fmt.Fprintf(&b, ", reference %s ± %.1g, tolerance %.1g, claimed/reference %.6g",
			reference, e.Estimate, e.Tolerance, e.Tape/e.Reference)
	}
	for _, found := range f.Report.Findings {
		if found.Culprit == nil && found.Text == "" {
			continue
		}
		fmt.Fprintf(&b, "\n%s", f.Report.Tell(found))
	}
	f.Report.list(&b, "wrong", isWrong)
	return b.String()
}

// An Inconclusive is the error of a check that found nothing wrong, but could
// not find out whether some derivatives are right.
type Inconclusive struct {
	Worst  Entry // one of them
	Report *Report
}

// Error names one entry with the reason and lists up to ten of each gradient.
func (f *Inconclusive) Error() string {
	var b strings.Builder
	e := f.Worst
	fmt.Fprintf(&b, "gradcheck: cannot tell whether the %s is right at %s: %s",
		f.Report.name(e), e.Place(), reasons[e.Verdict])
	f.Report.list(&b, "undecided", isOpen)
	return b.String()
}

var reasons = map[Verdict]string{
	Kink:      "the function has a kink there, one slope to the left and another to the right; check at another point",
	Noisy:     "its values are so inexact, or vary so fast, that differences tell little; look for cancellation in it",
	Undefined: "the function is not finite on both sides of it; check at a point inside of its domain",
}

// list writes a table for each gradient that has such entries, worst first, and
// calls them by a word.
func (r *Report) list(b *strings.Builder, word string, such func(Verdict) bool) {
	for _, all := range r.groups() {
		some := slices.DeleteFunc(slices.Clone(all), func(e Entry) bool { return !such(e.Verdict) })
		if len(some) == 0 {
			continue
		}
		slices.SortStableFunc(some, func(a, c Entry) int { return cmp.Compare(c.Excess(), a.Excess()) })
		fmt.Fprintf(b, "\n%s: %d of %d entries %s\n", r.name(all[0]), len(some), len(all), word)
		table(b, some[:min(10, len(some))])
	}
	b.WriteString(r.effort())
}

// table writes a line for each entry.
func table(out io.Writer, entries []Entry) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  at\tclaimed\treference\t±\ttolerance\tclaimed/reference\tverdict")
	for _, e := range entries {
		tape, reference := e.numbers()
		fmt.Fprintf(w, "  %s\t%s\t%s\t%.1g\t%.1g\t%.6g\t%v\n",
			e.Place(), tape, reference, e.Estimate, e.Tolerance, e.Tape/e.Reference, e.Verdict)
	}
	w.Flush()
}
