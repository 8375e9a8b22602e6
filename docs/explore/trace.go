package explore

import (
	"fmt"
	"math"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
)

// A Trace is the evaluation trace of a run, with what a table of it shows.
type Trace struct {
	Run  *Run
	Rows []Row
}

// A Row is one step.
type Row struct {
	gradcheck.TraceRow
	Name     string
	Operands []string
	Partials []Partial // of the operands that are steps
	Arrivals []Arrival
}

// A Partial is the derivative of a step by one of its operands.
type Partial struct {
	Operand string
	K       int
	Value   float64
}

// An Arrival is a share of the adjoint, in the order of the sweep.
type Arrival struct {
	From    string
	Step, K int // the number of the reader, and of its operand
	Share   float64
}

// TraceOf returns the trace of a run. Its numbers are those of gradcheck.TraceOf.
func TraceOf(r *Run) Trace {
	t := Trace{Run: r}
	number := map[string]int{}
	for i, row := range gradcheck.TraceOf(r.Y) {
		out := Row{TraceRow: row, Name: r.name(i)}
		number[row.Label] = i
		for k := range row.Var.Inputs() {
			name := r.operand(row.Var, k)
			out.Operands = append(out.Operands, name)
			if r.onTape(row.Var, k) {
				out.Partials = append(out.Partials, Partial{name, k, figure.Partial(row.Var, k)})
			}
		}
		t.Rows = append(t.Rows, out)
	}
	for i := range t.Rows {
		sent := r.shares(i) // in the same order
		for n, s := range t.Rows[i].Shares {
			from := number[s.From]
			for len(sent) > n && sent[n].step != from { // a reader whose rule sends nothing
				sent = append(sent[:n], sent[n+1:]...)
			}
			t.Rows[i].Arrivals = append(t.Rows[i].Arrivals, Arrival{t.Rows[from].Name, from, sent[n].k, s.Share.Item()})
		}
	}
	return t
}

// value is that of a row; adjoint is its adjoint, NaN if it has none.
func (r Row) value() float64 { return r.Value.Item() }

func (r Row) adjoint() float64 {
	if r.Adjoint == nil {
		return math.NaN()
	}
	return r.Adjoint.Item()
}

// off is the relative error of the adjoint by the nudge.
func (r Row) off() float64 {
	if r.Adjoint == nil || math.IsNaN(r.Nudge) || math.IsInf(r.Nudge, 0) {
		return math.NaN()
	}
	return apart(r.Nudge, r.Claimed)
}

// agrees is how far an adjoint may be from what the nudge shows; nudges have errors, too.
const agrees = 1e-6

func (r Row) mark() string {
	switch off := r.off(); {
	case math.IsNaN(off):
		return "—"
	case off <= agrees || math.Abs(r.Nudge-r.Claimed) <= 1e-9:
		return "✓ " + errorText(off)
	default:
		return `<strong class="wrong">✗ ` + errorText(off) + `</strong>`
	}
}

// written is the operation as one writes it, with texts for its operands: v₂ · x₁.
func (r Row) written(operands []string) string {
	if r.Var.Op() == nil {
		return "input"
	}
	sign := map[string]string{"add": "+", "sub": "−", "mul": "·", "div": "/", "pow": "^"}[r.Op]
	if sign != "" {
		return operands[0] + " " + sign + " " + operands[1]
	}
	if name, attribute, ok := strings.Cut(strings.TrimSuffix(r.Op, "]"), "["); ok && len(operands) == 1 {
		attribute = strings.ReplaceAll(attribute, "-", "−")
		switch name {
		case "scale":
			return attribute + " · " + operands[0]
		case "pow_scalar":
			return operands[0] + "^" + attribute
		case "add_scalar":
			return operands[0] + " + " + attribute
		}
	}
	return r.Op + "(" + strings.Join(operands, ", ") + ")"
}

func subscripts(names []string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = subscript(n)
	}
	return list
}

// progress says how far a sweep has come, for a table that shows the past only.
type progress struct {
	computed int // how many values are there
	sent     int // how many adjoints have been sent on, from the end
	current  int // the step that the sweep is at; −1 for none
}

// whole is a sweep that is over.
func (t Trace) whole() progress { return progress{len(t.Rows), len(t.Rows), -1} }

// arrived returns how many of the shares of row i have arrived, and their sum. The last
// row has its 1 from the start of the sweep.
func (t Trace) arrived(i int, p progress) (n int, sum float64) {
	for _, a := range t.Rows[i].Arrivals {
		if a.Step >= len(t.Rows)-p.sent {
			n++
			sum += a.Share
		}
	}
	return n, sum
}

// Table is the trace as HTML: read down it is the forward pass, read up the reverse pass.
func (t Trace) Table(caption string, p progress) string {
	var b strings.Builder
	b.WriteString(`<div class="wide" role="region" tabindex="0" aria-label="` + escape(caption) + `"><table class="trace">` + "\n<caption>" + escape(caption) + "</caption>\n<thead><tr>")
	for _, h := range []string{"step", "operation", "operands", "value", "partials", "adjoint", "shares, as they arrive", "nudge check", "rel. error"} {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, h)
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for i, r := range t.Rows {
		current := ""
		if i == p.current {
			current = ` aria-current="step"`
		}
		fmt.Fprintf(&b, `<tr%s><th scope="row">%s</th><td>%s</td><td>%s</td>`, current, escape(subscript(r.Name)), escape(opName(r)), escape(strings.Join(subscripts(r.Operands), ", ")))
		if i >= p.computed {
			b.WriteString("<td></td><td></td><td></td><td></td><td></td><td></td></tr>\n")
			continue
		}
		fmt.Fprintf(&b, `<td>%s</td><td>%s</td>`, number(r.value()), t.partials(i))
		fmt.Fprintf(&b, `<td>%s</td><td>%s</td>`, t.adjointCell(i, p), t.shareCell(i, p))
		if t.complete(i, p) {
			fmt.Fprintf(&b, "<td>%s</td><td>%s</td></tr>\n", number(r.Nudge), r.mark())
		} else {
			b.WriteString("<td></td><td></td></tr>\n")
		}
	}
	b.WriteString("</tbody></table></div>\n")
	return b.String()
}

func opName(r Row) string {
	if r.Var.Op() == nil {
		return "input"
	}
	return r.Op
}

func (t Trace) partials(i int) string {
	var parts []string
	for _, p := range t.Rows[i].Partials {
		parts = append(parts, fmt.Sprintf("∂/∂%s = %s", escape(subscript(p.Operand)), number(p.Value)))
	}
	return strings.Join(parts, "<br />")
}

// complete reports whether the adjoint of row i is there.
func (t Trace) complete(i int, p progress) bool {
	r := t.Rows[i]
	if r.Adjoint == nil || p.sent == 0 {
		return false
	}
	n, _ := t.arrived(i, p)
	return i == len(t.Rows)-1 || n == len(r.Arrivals)
}

func (t Trace) adjointCell(i int, p progress) string {
	switch n, sum := t.arrived(i, p); {
	case t.complete(i, p):
		return "<strong>" + signed(t.Rows[i].adjoint()) + "</strong>"
	case n > 0:
		return fmt.Sprintf("%s <small>(%d of %d arrived)</small>", signed(sum), n, len(t.Rows[i].Arrivals))
	}
	return ""
}

func (t Trace) shareCell(i int, p progress) string {
	r := t.Rows[i]
	if i == len(t.Rows)-1 && p.sent > 0 {
		return "start"
	}
	var parts []string
	for k, a := range r.Arrivals {
		if a.Step < len(t.Rows)-p.sent {
			break
		}
		text := fmt.Sprintf("from %s: %s", escape(subscript(a.From)), signed(a.Share))
		if len(r.Arrivals) > 1 {
			text = fmt.Sprintf("%d of %d ", k+1, len(r.Arrivals)) + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "<br />")
}
