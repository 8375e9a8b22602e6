package training

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// HTML returns what there is to see of the run: a sentence, the pictures of Boundary and
// Curve, and a table of the layers.
func (r *Run) HTML() string {
	return "<div class=\"training\">\n<p>" + html.EscapeString(r.Summary()) + "</p>\n<div class=\"pictures\">\n" + r.Boundary() + r.Curve() + "</div>\n" +
		"<div class=\"wide\">\n" + r.Table() + "</div>\n</div>\n"
}

// Summary says in a sentence or two how far the run is.
func (r *Run) Summary() string {
	if r.Diverged() {
		return r.diverged() + " The run has stopped; try a smaller rate."
	}
	right, of := r.Accuracy()
	when := "After " + plural(r.steps, "step")
	if r.steps == 0 {
		when = "Before the first step"
	}
	return fmt.Sprintf("%s: loss %s, %d of %s in the area of their class.", when, brief(r.Loss()), right, plural(of, "point"))
}

func (r *Run) diverged() string {
	return fmt.Sprintf("Diverged at step %d: the loss is %s.", r.steps, notFinite(r.Loss()))
}

// seen is the text alternative of the picture of the boundary.
func (r *Run) seen() string {
	set, err := oneOf("set", r.settings.Set, sets())
	if err != nil {
		panic(err) // a bug of this package: New has looked at it
	}
	text := fmt.Sprintf("The points are %s, in %d classes, drawn as circles, squares%s. ", set.label, r.classes(), map[bool]string{true: " and triangles"}[r.classes() > 2]) + r.Summary()
	if r.Diverged() {
		return text + " No areas are drawn."
	}
	return text + " The area of each class is shaded, that of class 1 hatched" + map[bool]string{true: " and that of class 2 dotted"}[r.classes() > 2] + "."
}

// inWords describes the network.
func (r *Run) inWords() string {
	if len(r.acts) == 0 {
		return "no hidden layer"
	}
	layers := make([]string, len(r.acts))
	for l, act := range r.acts {
		layers[l] = fmt.Sprintf("%d with %s", r.settings.Hidden[l].Width, act.label)
	}
	return plural(len(layers), "hidden layer") + ", of units: " + strings.Join(layers, ", ")
}

// Table returns a table with a row for each layer: the sizes in the last step, and what is
// saturated or dead now.
func (r *Run) Table() string {
	var b strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	when := "in step " + strconv.Itoa(r.steps)
	if r.steps == 0 {
		when = "before the first step"
	}
	if r.batches() && r.steps > 0 {
		when += ", a batch"
	}
	add("<table>\n<caption>The root of the mean square (rms) of what came by %s, where δ = ∂J/∂z and W̄ = ∂J/∂W, and what is saturated or dead with all points now</caption>", when)
	add(`<thead><tr><th scope="col">layer</th><th scope="col">units</th><th scope="col">activation</th><th scope="col">rms of a, forward</th><th scope="col">rms of δ, backward</th>` +
		`<th scope="col">rms of W̄</th><th scope="col">saturated or dead</th></tr></thead>` + "\n<tbody>")
	for l, s := range r.sizes {
		name, units, act, stuck := "output", r.classes(), "none", "–"
		if l < len(r.acts) {
			name, units = fmt.Sprintf("hidden\u00a0%d", l+1), r.settings.Hidden[l].Width
			act, stuck = r.acts[l].label, r.stuckInWords(l)
		}
		add(`<tr><th scope="row">%s</th><td>%d</td><td>%s</td>%s%s%s<td>%s</td></tr>`, name, units, html.EscapeString(act), td(s.A), td(s.Delta), td(s.WBar), stuck)
	}
	add("</tbody>\n</table>")
	return b.String()
}

func (r *Run) stuckInWords(l int) string {
	if r.Diverged() {
		return "–"
	}
	n, of := r.Stuck(l)
	if r.acts[l].sides {
		return fmt.Sprintf("%.0f %% of values %s", 100*float64(n)/float64(of), r.acts[l].stuckIs)
	}
	return fmt.Sprintf("%d of %s %s", n, plural(of, "unit"), r.acts[l].stuckIs)
}

// td is a cell with a number, which keeps all its digits in data-v.
func td(v float64) string {
	return fmt.Sprintf(`<td data-v="%s">%s</td>`, number(v), brief(v))
}

// brief writes three digits.
func brief(v float64) string {
	if !finite(v) {
		return notFinite(v)
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 3, 64), "-", "−")
}

func notFinite(v float64) string {
	if v != v {
		return "not a number"
	}
	return "infinite"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
