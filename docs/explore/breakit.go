package explore

import (
	"fmt"
	"strconv"
	"strings"
)

// choose takes a step to be broken, and of its mistakes the first; −1 is none.
func (a *App) choose(step string) {
	a.State.Mistake, a.State.Hunt = "", 0
	n, err := strconv.Atoi(step)
	for _, m := range a.mistakes() {
		if err == nil && m.Step == n {
			a.State.Mistake = m.key()
			return
		}
	}
}

// hunt hides a mistake, another one each time; "off" ends that.
func (a *App) hunt(value string) {
	a.guess, a.given = "", false
	if value == "off" {
		a.State.Hunt = 0
		return
	}
	a.State.Hunt++
	a.State.Mistake = ""
}

// chooseStep writes the two lists by which a mistake is chosen.
func (a *App) chooseStep(b *strings.Builder) {
	m := a.mistake()
	b.WriteString(`<label for="step">Break the rule of</label><select id="step" name="step">`)
	chosen := func(is bool) string {
		if is {
			return ` selected="selected"`
		}
		return ""
	}
	fmt.Fprintf(b, `<option value="-1"%s>none</option>`, chosen(m == nil))
	last := -1
	for _, one := range a.mistakes() {
		if one.Step != last {
			last = one.Step
			fmt.Fprintf(b, `<option value="%d"%s>%s</option>`, one.Step, chosen(m != nil && m.Step == one.Step), escape(a.stepName(one.Step)))
		}
	}
	b.WriteString("</select>")
	if m == nil {
		return
	}
	b.WriteString(`<label for="mistake">by</label><select id="mistake" name="mistake">`)
	for _, one := range a.mistakes() {
		if one.Step == m.Step {
			fmt.Fprintf(b, `<option value="%s"%s>%s</option>`, one.key(), chosen(one.key() == m.key()), escape(one.Name))
		}
	}
	b.WriteString("</select>")
}

// stepName is "v₄ = x₁ · x₂", or the name of a variable.
func (a *App) stepName(i int) string {
	t, err := a.right()
	if err != nil || i >= len(t.Rows) {
		return strconv.Itoa(i)
	}
	r := t.Rows[i]
	if r.Var.Op() == nil {
		return subscript(r.Name)
	}
	return subscript(r.Name) + " = " + r.written(subscripts(r.Operands))
}

// breakScreen shows a run with a mistake beside the right one.
func (a *App) breakScreen() (string, error) {
	var b strings.Builder
	hunting := a.State.Hunt > 0
	b.WriteString(`<div class="row">`)
	if hunting {
		b.WriteString(`<button type="button" name="hunt" value="next">Hide another bug</button><button type="button" name="hunt" value="off">Choose a bug myself</button>`)
	} else {
		a.chooseStep(&b)
		b.WriteString(`<button type="button" name="hunt" value="next">Find the bug</button>`)
	}
	b.WriteString("</div>\n")
	m := a.mistake()
	if len(a.mistakes()) == 0 {
		b.WriteString("<p>At this point nothing can be broken so that it shows: the right gradient itself cannot be proved here (see Check). Move the point.</p>\n")
		return b.String(), nil
	}
	if m == nil {
		b.WriteString("<p>Choose a step and a mistake. A mistake that changes no derivative at this point is not in the list.</p>\n" + reportHTML("The right rules", a.problem.Check(nil, false)))
		return b.String(), nil
	}
	right, err := a.right()
	if err != nil {
		return "", err
	}
	run, err := a.problem.Record(m.rules)
	if err != nil {
		return "", err
	}
	wrong := TraceOf(run)
	if hunting {
		b.WriteString(a.huntHTML(m))
	}
	shown := !hunting || a.given || a.guess != ""
	if shown {
		b.WriteString(reportHTML("What gradcheck finds with the mistake", a.problem.Check(m.rules, false)))
		ok := a.problem.Check(nil, true)
		fmt.Fprintf(&b, `<p class="verdict">With the right rules: <strong class="right">✓ %s</strong>.</p>`+"\n", ok.Code())
	}
	b.WriteString(besides(right, wrong, shown))
	b.WriteString(`<p class="hint">Steps that come later than the broken one are right. The lowest row with ✗ is next to the mistake: the step that reads it sent a wrong share.</p>` + "\n")
	if shown {
		b.WriteString(a.descentHTML(m))
	}
	return b.String(), nil
}

// huntHTML asks which step is wrong, and answers.
func (a *App) huntHTML(m *Mistake) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p>Bug %d: the rule of one step is wrong, or = stands for += at one value. Compare each adjoint with its nudge. Which is it?</p>\n", a.State.Hunt)
	b.WriteString(`<div class="row"><label for="guess">The bug is at</label><select id="guess" name="guess"><option value="">choose</option>`)
	last := -1
	for _, one := range a.mistakes() {
		if one.Step != last {
			last = one.Step
			selected := ""
			if a.guess == strconv.Itoa(one.Step) {
				selected = ` selected="selected"`
			}
			fmt.Fprintf(&b, `<option value="%d"%s>%s</option>`, one.Step, selected, escape(a.stepName(one.Step)))
		}
	}
	b.WriteString(`</select><button type="button" name="give" value="">Show it</button></div>` + "\n")
	answer := ""
	switch {
	case a.given || a.guess == strconv.Itoa(m.Step):
		if !a.given {
			answer = "Found. "
		}
		answer += fmt.Sprintf("The bug is at %s: %s.", a.stepName(m.Step), m.Name)
	case a.guess != "":
		answer = "No, that step is right. What gradcheck says is below now."
	}
	fmt.Fprintf(&b, `<p class="say" role="status">%s</p>`+"\n", escape(answer))
	return b.String()
}

// besides is the trace with a mistake, beside the adjoints of the right rules.
func besides(right, wrong Trace, shown bool) string {
	var b strings.Builder
	caption := "The trace with the mistake"
	b.WriteString(`<div class="wide" role="region" tabindex="0" aria-label="` + caption + `"><table class="trace"><caption>` + caption + "</caption>\n<thead><tr>")
	heads := []string{"step", "operation", "value", "adjoint", "shares, as they arrive", "nudge check", "rel. error"}
	if shown {
		heads = append(heads, "right adjoint")
	}
	for _, h := range heads {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, h)
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	p := wrong.whole()
	for i, r := range wrong.Rows {
		fmt.Fprintf(&b, `<tr><th scope="row">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>`,
			escape(subscript(r.Name)), escape(right.Rows[i].written(subscripts(r.Operands))), number(r.value()), wrong.adjointCell(i, p), wrong.shareCell(i, p), number(r.Nudge), r.mark())
		if shown {
			fmt.Fprintf(&b, "<td>%s</td>", signed(right.Rows[i].adjoint()))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>\n")
	return b.String()
}
