package report

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// HTML writes a page that needs nothing else: the verdicts, for each gradient a map of
// its elements coloured by their error, and for the worst entry the error of
// differences against their step.
func HTML(w io.Writer, results []Result) error {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n<title>gradcheck</title>\n<style>" + pageStyle + "</style></head>\n<body>\n<h1>gradcheck</h1>\n<table><thead><tr><th>target<th>verdict<th>entries<th>evaluations<th>time</tr></thead>\n")
	for i, r := range results {
		fmt.Fprintf(&b, "<tr><td><a href=\"#r%d\">%s</a><td class=\"%s\">%s<td>%d<td>%d<td>%v</tr>\n", i, html.EscapeString(r.place()+r.Name),
			class(r.Report.Code()), r.Report.Code(), len(r.Report.Entries), r.Report.Evaluations, r.Took.Round(time.Millisecond))
	}
	b.WriteString("</table>\n")
	for i, r := range results {
		fmt.Fprintf(&b, "<h2 id=\"r%d\">%s <span class=\"%s\">%s</span></h2>\n", i, html.EscapeString(r.Name), class(r.Report.Code()), r.Report.Code())
		if err := r.Report.Err(); err != nil {
			fmt.Fprintf(&b, "<pre>%s</pre>\n", html.EscapeString(err.Error()))
		}
		for _, g := range groups(r.Report) {
			fmt.Fprintf(&b, "<figure>%s<figcaption>%s</figcaption></figure>\n", heatMap(g), html.EscapeString(fmt.Sprintf("%v for %s %v", g[0].Derivative, r.Report.Input(g[0].Input), g[0].Shape)))
		}
		if worst, ok := r.Report.Worst(); ok && len(worst.Steps()) > 1 {
			fmt.Fprintf(&b, "<figure>%s<figcaption>differences at %s of %s against their step</figcaption></figure>\n",
				curve(worst), html.EscapeString(worst.Place()), html.EscapeString(r.Report.Input(worst.Input)))
		}
	}
	b.WriteString("</body></html>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

const pageStyle = `
:root{color-scheme:light dark;--line:#8b95a5;--soft:#667085;--none:#e5e9ef;--good:#1a7f4b;--open:#9a6700;--bad:#c1272d}
@media(prefers-color-scheme:dark){:root{--soft:#a3aec0;--none:#2b323d;--good:#4cc38a;--open:#e2b341;--bad:#ff6b6b}}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--none)}
pre{overflow:auto;padding:.8rem;border:1px solid var(--none);border-radius:6px}
.pass{color:var(--good)}.open{color:var(--open)}.wrong{color:var(--bad);font-weight:600}
figure{display:inline-block;margin:.5rem 1.5rem .5rem 0;vertical-align:top}figcaption{color:var(--soft);font-size:13px}
svg text{font:11px system-ui;fill:currentColor}
`

func class(c gradcheck.Code) string {
	switch {
	case c.Failed():
		return "wrong"
	case c.Open():
		return "open"
	}
	return "pass"
}

// groups splits the elements that were compared by derivative and input.
func groups(r *gradcheck.Report) (list [][]gradcheck.Entry) {
	for _, e := range r.Entries {
		if e.Direction > 0 {
			continue
		}
		if n := len(list); n > 0 && list[n-1][0].Derivative == e.Derivative && list[n-1][0].Input == e.Input {
			list[n-1] = append(list[n-1], e)
			continue
		}
		list = append(list, []gradcheck.Entry{e})
	}
	return list
}

// heatMap draws the elements of a gradient in rows and columns, by how many times
// the tolerance they are off. Of a tensor of more than two axes the last is the
// columns; elements that were not compared are grey.
func heatMap(entries []gradcheck.Entry) string {
	shape := entries[0].Shape
	rows, cols := 1, 1
	if n := len(shape); n > 0 {
		cols = shape[n-1]
		for _, d := range shape[:n-1] {
			rows *= d
		}
	}
	const widest = 480
	cell := min(18, max(1, widest/float64(max(rows, cols))))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg width="%.0f" height="%.0f" role="img" aria-label="errors of %d elements"><rect width="100%%" height="100%%" fill="var(--none)"/>`,
		float64(cols)*cell, float64(rows)*cell, len(entries))
	for _, e := range entries {
		row, col := 0, 0
		for axis, i := range e.Index {
			if axis == len(e.Index)-1 {
				col = i
			} else {
				row = row*shape[axis] + i
			}
		}
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%s: claimed %.10g, reference %.10g, %.3g times the tolerance, %v</title></rect>`,
			float64(col)*cell, float64(row)*cell, cell, cell, colour(e), html.EscapeString(e.Place()), e.Tape, e.Reference, e.Excess(), e.Verdict)
	}
	b.WriteString("</svg>")
	return b.String()
}

// colour goes from green, at no error, over yellow, at the tolerance, to red, at a
// million times that.
func colour(e gradcheck.Entry) string {
	x := e.Excess()
	if e.Verdict == gradcheck.Kink || e.Verdict == gradcheck.Noisy || e.Verdict == gradcheck.Undefined {
		return "#e2b341"
	}
	if x <= 1 {
		return fmt.Sprintf("hsl(%.0f 45%% 50%%)", 150-60*x)
	}
	return fmt.Sprintf("hsl(%.0f 80%% 50%%)", 40-40*min(1, math.Log10(x)/6))
}

// curve draws |slope − reference| against the step, both logarithmic: a V whose right
// side is truncation and whose left side is rounding. The claimed derivative is a
// line across: where the V falls below it, differences know better.
func curve(e gradcheck.Entry) string {
	const width, height, pad = 460, 220, 34
	claimed := e.Tape
	if math.IsNaN(claimed) || math.IsInf(claimed, 0) {
		claimed = e.Reference // it is off the chart
	}
	scale := max(math.Abs(e.Reference), math.Abs(claimed))
	if scale == 0 || math.IsNaN(scale) {
		scale = 1
	}
	off := func(v float64) float64 { return max(math.Abs(v-e.Reference)/scale, 1e-17) }
	steps := e.Steps()
	left, right := math.Inf(1), math.Inf(-1)
	low, high := math.Log10(off(claimed)), math.Log10(off(claimed))
	for _, s := range steps {
		left, right = min(left, math.Log10(s.H)), max(right, math.Log10(s.H))
		low, high = min(low, math.Log10(off(s.Slope))), max(high, math.Log10(off(s.Slope)))
	}
	if right == left {
		right = left + 1
	}
	if high == low {
		high = low + 1
	}
	x := func(h float64) float64 { return pad + (math.Log10(h)-left)/(right-left)*(width-2*pad) }
	y := func(v float64) float64 { return height - pad - (math.Log10(v)-low)/(high-low)*(height-2*pad) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg width="%d" height="%d" role="img" aria-label="error of differences against their step"><rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="var(--none)"/>`,
		width, height, pad, pad, width-2*pad, height-2*pad)
	var path []string
	for _, s := range steps {
		path = append(path, fmt.Sprintf("%.1f,%.1f", x(s.H), y(off(s.Slope))))
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="var(--line)"><title>step %.3g: slope %.15g, off by %.2g</title></circle>`, x(s.H), y(off(s.Slope)), s.H, s.Slope, off(s.Slope))
	}
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="var(--line)"/>`, strings.Join(path, " "))
	fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="var(--bad)" stroke-dasharray="4 3"><title>claimed %.15g</title></line>`, pad, width-pad, y(off(claimed)), y(off(claimed)), e.Tape)
	fmt.Fprintf(&b, `<text x="%d" y="%d">step 1e%.0f … 1e%.0f</text><text x="%d" y="%d">relative error 1e%.0f … 1e%.0f; dashed: the claimed derivative</text></svg>`,
		pad, height-10, left, right, pad, pad-10, low, high)
	return b.String()
}
