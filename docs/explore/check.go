package explore

import (
	"fmt"
	"math"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// checkScreen shows what gradcheck finds, and how good differences are against their step.
func (a *App) checkScreen() (string, error) {
	rules := a.mistake().exchanged()
	var b strings.Builder
	b.WriteString(`<div class="row">`)
	a.chooseStep(&b)
	b.WriteString("</div>\n")
	report := a.problem.Check(rules, false)
	b.WriteString(reportHTML("What gradcheck finds", report))
	by := 0
	b.WriteString(`<div class="row"><label for="by">Differences for</label><select id="by" name="by">`)
	for i, name := range a.problem.Names {
		selected := ""
		if name == a.State.By {
			by, selected = i, ` selected="selected"`
		}
		fmt.Fprintf(&b, `<option value="%s"%s>%s</option>`, escape(name), selected, escape(name))
	}
	b.WriteString("</select></div>\n")
	r, err := a.problem.Record(rules)
	if err != nil {
		return "", err
	}
	right, err := a.right()
	if err != nil {
		return "", err
	}
	curve := a.problem.curve(by, right.Run.Gradient()[by])
	b.WriteString(curve.picture(a.problem.Names[by], r.Gradient()[by]))
	b.WriteString(curve.table(a.problem.Names[by]))
	return b.String(), nil
}

// reportHTML is the verdict of a check, its reason, and a row for each variable.
func reportHTML(title string, r *gradcheck.Report) string {
	var b strings.Builder
	meaning, remedy, _ := r.Code().Explain()
	class, glyph := "right", "✓"
	switch {
	case r.Code().Failed():
		class, glyph = "wrong", "✗"
	case r.Code().Open():
		class, glyph = "open", "?"
	}
	fmt.Fprintf(&b, `<p class="verdict" role="status"><strong class="%s">%s %s</strong> %s`, class, glyph, r.Code(), escape(meaning))
	if r.Code() != gradcheck.Pass {
		b.WriteString(" " + escape(remedy))
	}
	b.WriteString("</p>\n" + blame(r))
	if r.Problem != nil {
		b.WriteString("<p>" + escape(r.Problem.Error()) + "</p>\n")
	}
	if len(r.Entries) == 0 {
		return b.String()
	}
	b.WriteString(`<div class="wide" role="region" tabindex="0" aria-label="` + escape(title) + `"><table><caption>` + escape(title) + "</caption>\n<thead><tr>")
	for _, h := range []string{"variable", "claimed by the tape", "shown by differences", "± of these", "allowed", "verdict"} {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, h)
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, e := range r.Entries {
		word := e.Verdict.String()
		if e.Verdict == gradcheck.Wrong {
			word = `<strong class="wrong">✗ ` + word + `</strong>`
		} else if e.Verdict == gradcheck.Agrees {
			word = "✓ " + word
		}
		fmt.Fprintf(&b, `<tr><th scope="row">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>`+"\n",
			escape(subscript(r.Input(e.Input))), signed(e.Tape), signed(e.Reference), errorText(e.Estimate), errorText(e.Tolerance), word)
	}
	fmt.Fprintf(&b, "</tbody></table></div>\n<p class=\"hint\">%d evaluations of the expression or of a part of it.</p>\n", r.Evaluations)
	return b.String()
}

// blame says which operation a report holds to be wrong, and the pattern of the mistake.
func blame(r *gradcheck.Report) string {
	var list []string
	for _, f := range r.Findings {
		text := fmt.Sprintf("Gradient for %s", r.Input(f.Input))
		if k := f.Culprit; k != nil {
			text += fmt.Sprintf(": the rule of %s is to blame", k.Op)
			if k.Operand >= 0 && len(k.Shapes) > 1 {
				text += fmt.Sprintf(", for its operand %d", k.Operand)
			}
		}
		if f.Text != "" {
			text += "; " + f.Text
		}
		if f.Hint != gradcheck.NoPattern {
			text += fmt.Sprintf(" (hint: %s)", f.Hint)
		}
		list = append(list, "<li>"+escape(text)+".</li>")
	}
	if len(list) == 0 {
		return ""
	}
	return "<ul class=\"blame\">" + strings.Join(list, "") + "</ul>\n"
}

// A curve is the relative error of difference quotients by one variable, against their
// step.
type curve struct {
	right                  float64
	h                      []float64
	forward, central, five []float64
}

// curve computes quotients by variable i. The derivative that they are compared with is
// that of the right rules.
func (p *Problem) curve(i int, right float64) curve {
	at := func(h float64) float64 {
		x := make([]*graph.Var, len(p.X))
		for k := range x {
			x[k] = graph.Const(p.X[k])
		}
		x[i] = graph.Const(tensor.Scalar(p.X[i].Item() + h))
		y, err := p.apply(x, nil)
		if err != nil {
			return math.NaN()
		}
		return y.Value().Item()
	}
	c := curve{right: right}
	off := func(d float64) float64 { return math.Abs(d-right) / max(math.Abs(right), 1e-300) }
	for k := 2; k <= 52; k++ { // four steps for each power of ten
		h := math.Pow(10, -float64(k)/4)
		c.h = append(c.h, h)
		c.forward = append(c.forward, off((at(h)-at(0))/h))
		c.central = append(c.central, off((at(h)-at(-h))/(2*h)))
		c.five = append(c.five, off((8*(at(h)-at(-h))-(at(2*h)-at(-2*h)))/(12*h)))
	}
	return c
}

const lowest, highest = 1e-16, 1e4 // of the errors in the picture

// picture draws the curve; the claimed derivative is a line across, where it is wrong.
func (c curve) picture(name string, claimed float64) string {
	wrong := math.Abs(claimed-c.right) / max(math.Abs(c.right), 1e-300)
	text := fmt.Sprintf("Relative errors of three difference quotients by %s against their step h, both in powers of ten: they fall with h at first, as h, h² and h⁴, and then rise as rounding takes over.", name)
	if wrong > lowest {
		text += fmt.Sprintf(" A line across, at %s, is the claimed derivative: the quotients below it know better, so it is wrong.", number(wrong))
	}
	d := figure.New(640, 400, "Error of differences against their step", text)
	a := figure.Axes{Left: 62, Top: 34, Width: 430, Height: 300, X: figure.Scale{Lo: 1e-13, Hi: 1, Log: true, Label: "step h"}, Y: figure.Scale{Lo: lowest, Hi: highest, Log: true, Label: "relative error"}}
	d.Axes(a)
	clip := func(list []float64) []float64 {
		out := make([]float64, len(list))
		for i, v := range list {
			out[i] = min(max(v, lowest), highest)
			if math.IsNaN(v) {
				out[i] = v
			}
		}
		return out
	}
	for i, line := range []struct {
		class, name string
		y           []float64
	}{{"c1", "forward", c.forward}, {"c2 dash", "central", c.central}, {"c3", "five-point", c.five}} {
		d.Polyline(line.class, a, c.h, clip(line.y))
		top := 60 + 26*float64(i)
		d.Line(line.class, 510, top-5, 540, top-5)
		d.Text("ink small start", 546, top, line.name)
	}
	if wrong > lowest {
		_, y := a.At(1, min(max(wrong, lowest), highest))
		d.Line("c4 dash", a.Left, y, a.Left+a.Width, y)
		d.Text("c4 small start", a.Left+8, y-6, "the claimed derivative, which is wrong")
	}
	return `<div class="wide" role="region" tabindex="0" aria-label="The curve"><span class="picture">` + d.String() + "</span></div>\n"
}

// table lists a part of the curve in numbers.
func (c curve) table(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<details><summary>The curve in numbers</summary><div class="wide" role="region" tabindex="0" aria-label="The curve in numbers"><table><caption>Relative error of differences by %s</caption>`, escape(name))
	b.WriteString(`<thead><tr><th scope="col">h</th><th scope="col">forward</th><th scope="col">central</th><th scope="col">five-point</th></tr></thead><tbody>` + "\n")
	for i := 2; i < len(c.h); i += 4 {
		fmt.Fprintf(&b, `<tr><th scope="row">%s</th><td>%s</td><td>%s</td><td>%s</td></tr>`+"\n", errorText(c.h[i]), errorText(c.forward[i]), errorText(c.central[i]), errorText(c.five[i]))
	}
	b.WriteString("</tbody></table></div></details>\n")
	return b.String()
}
