package explore

import (
	"fmt"
	"strings"
)

// lastFrame is the number of the last frame of the sweep: frame 0 is before the first
// step, then comes each step forward, and then each step in reverse.
func (a *App) lastFrame() int {
	t, err := a.right()
	if err != nil {
		return 0
	}
	return 2 * len(t.Rows)
}

// step goes to another frame.
func (a *App) step(move string) {
	if a.problem == nil {
		return
	}
	last, s := a.lastFrame(), &a.State
	s.Frame = min(s.Frame, last)
	switch move {
	case "first":
		s.Frame = 0
	case "back":
		s.Frame = max(0, s.Frame-1)
	case "next":
		s.Frame = min(last, s.Frame+1)
	case "last":
		s.Frame = last
	}
}

// play starts the sweep, or holds it. At the end it starts anew. Where nothing is to move,
// it goes to the end at once.
func (a *App) play() {
	if a.still {
		a.step("last")
		return
	}
	if a.playing = !a.playing; a.playing && a.State.Frame >= a.lastFrame() {
		a.State.Frame = 0
	}
}

// A Frame is one moment of the sweep.
type Frame struct {
	Sentence string   // what happens, for those who hear the page
	Formulas []string // the same with numbers put in
	progress progress
}

// Frame returns frame n of the sweep of a trace.
func (t Trace) Frame(n int) Frame {
	rows := len(t.Rows)
	switch n = min(max(n, 0), 2*rows); {
	case n == 0:
		return Frame{Sentence: fmt.Sprintf("Before the first step. The forward pass has %d steps, and the reverse pass as many.", rows), progress: progress{0, 0, -1}}
	case n <= rows:
		return t.forward(n - 1)
	}
	return t.reverse(2*rows - n)
}

func (t Trace) forward(i int) Frame {
	r := t.Rows[i]
	f := Frame{progress: progress{i + 1, 0, i}}
	name := subscript(r.Name)
	if r.Var.Op() == nil {
		f.Sentence = fmt.Sprintf("Forward step %d of %d: the input %s is %s.", i+1, len(t.Rows), name, number(r.value()))
		f.Formulas = []string{name + " = " + number(r.value())}
		return f
	}
	f.Sentence = fmt.Sprintf("Forward step %d of %d: %s gives %s = %s.", i+1, len(t.Rows), r.Op, name, number(r.value()))
	numbers := make([]string, len(r.Operands))
	for k, in := range r.Var.Inputs() {
		if numbers[k] = number(in.Value().Item()); strings.HasPrefix(numbers[k], "−") {
			numbers[k] = "(" + numbers[k] + ")"
		}
	}
	f.Formulas = append(f.Formulas, fmt.Sprintf("%s = %s = %s = %s", name, r.written(subscripts(r.Operands)), r.written(numbers), number(r.value())))
	return f
}

func (t Trace) reverse(i int) Frame {
	r := t.Rows[i]
	last := len(t.Rows) - 1
	f := Frame{progress: progress{len(t.Rows), len(t.Rows) - i, i}}
	head := fmt.Sprintf("Reverse step %d of %d: ", last-i+1, len(t.Rows))
	name, bar := subscript(r.Name), barred(r.Name)
	if r.Adjoint == nil {
		f.Sentence = head + fmt.Sprintf("%s has no adjoint, since no derivative leads through it.", name)
		return f
	}
	if i == last {
		f.Formulas = append(f.Formulas, bar+" = 1, the derivative of the result by itself")
	} else if len(r.Arrivals) > 1 {
		var terms []string
		for _, a := range r.Arrivals {
			terms = append(terms, bracketed(a.Share))
		}
		f.Formulas = append(f.Formulas, fmt.Sprintf("%s = %s = %s; all %d shares have arrived", bar, strings.Join(terms, " + "), number(r.adjoint()), len(terms)))
	}
	if len(r.Partials) == 0 {
		f.Sentence = head + fmt.Sprintf("the derivative by %s is complete: %s.", name, number(r.adjoint()))
		return f
	}
	var sends []string
	for _, p := range r.Partials {
		to := t.rowOf(r, p.K)
		share := 0.0
		for _, a := range t.Rows[to].Arrivals {
			if a.Step == i && a.K == p.K {
				share = a.Share
			}
		}
		n, _ := t.arrived(to, f.progress)
		f.Formulas = append(f.Formulas, r.derivation(p),
			fmt.Sprintf("%s gets %s · ∂%s/∂%s = %s · %s = %s", barred(p.Operand), bar, name, subscript(p.Operand), bracketed(r.adjoint()), bracketed(p.Value), number(share)))
		sends = append(sends, fmt.Sprintf("%s to %s (%d of %d arrived)", number(share), subscript(p.Operand), n, len(t.Rows[to].Arrivals)))
	}
	f.Sentence = head + r.Op + " sends " + strings.Join(sends, " and ") + "."
	return f
}

// rowOf is the number of the step that is operand k of a row.
func (t Trace) rowOf(r Row, k int) int {
	for i := range t.Rows {
		if t.Rows[i].Var == r.Var.Inputs()[k] {
			return i
		}
	}
	panic("explore: an operand is on no row")
}

func bracketed(v float64) string {
	if s := number(v); !strings.HasPrefix(s, "−") {
		return s
	}
	return "(" + number(v) + ")"
}

// sweepScreen walks through the forward and the reverse pass.
func (a *App) sweepScreen() (string, error) {
	t, err := a.right()
	if err != nil {
		return "", err
	}
	f := t.Frame(a.State.Frame)
	var b strings.Builder
	b.WriteString(`<div class="row" role="group" aria-label="Sweep">`)
	at, last := min(a.State.Frame, a.lastFrame()), a.lastFrame()
	for _, move := range [][3]string{{"first", "|◀", "First"}, {"back", "◀", "Back"}, {"next", "▶", "Next"}, {"last", "▶|", "Last"}} {
		off := ""
		if at == 0 && (move[0] == "first" || move[0] == "back") || at == last && (move[0] == "next" || move[0] == "last") {
			off = ` aria-disabled="true"`
		}
		fmt.Fprintf(&b, `<button type="button" name="frame" value="%s"%s><span aria-hidden="true">%s</span> %s</button>`, move[0], off, move[1], move[2])
	}
	play, live := "Play", "polite"
	if a.playing {
		play, live = "Pause", "off"
	}
	fmt.Fprintf(&b, `<button type="button" name="play" value="">%s</button><span class="count">frame %d of %d</span></div>`+"\n", play, at, last)
	fmt.Fprintf(&b, `<p id="say" class="say" aria-live="%s">%s</p>`+"\n", live, escape(f.Sentence))
	b.WriteString(`<ul class="formulas">`)
	for _, line := range f.Formulas {
		b.WriteString("<li>" + escape(line) + "</li>")
	}
	b.WriteString("</ul>\n")
	b.WriteString(`<div class="pair">` + t.Picture("The graph during the sweep", f.progress) + t.Table("The trace so far", f.progress) + "</div>\n")
	return b.String(), nil
}
