package figure

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// A Drawing is a picture that is being drawn.
type Drawing struct {
	w, h               int
	title, description string
	shapes             strings.Builder
}

// New starts a Drawing of w by h pixels. The title names it in a few words; the
// description tells those who do not see it what there is to see. Both are required.
func New(w, h int, title, description string) *Drawing {
	if title == "" || description == "" {
		panic("figure: a drawing without a title or a description")
	}
	return &Drawing{w: w, h: h, title: title, description: description}
}

// A shade is a colour on light and on dark ground.
type shade struct{ light, dark string }

// palette has the colours of the classes. Text and lines on the ground keep a contrast of
// 4.5 and 3; so does text on the areas.
var palette = map[string]shade{
	"paper": {"#ffffff", "#14181f"},
	"ink":   {"#1d2430", "#e6eaf0"},
	"soft":  {"#566072", "#a3aec0"},
	"axis":  {"#6b7585", "#8a95a6"},
	"grid":  {"#e3e7ed", "#2a313c"},
	"box":   {"#eef2f7", "#252c37"},
	"lit":   {"#fde7c3", "#59431c"},
	"c1":    {"#1f5fbf", "#7fb2ff"},
	"c2":    {"#9c4400", "#ffab5e"},
	"c3":    {"#1d7a45", "#6fd39a"},
	"c4":    {"#7a3fb8", "#c79bff"},
	"plus":  {"#f6b26b", "#8a4b08"},
	"minus": {"#8db8f5", "#24508f"},
}

var names = []string{"paper", "ink", "soft", "axis", "grid", "box", "lit", "c1", "c2", "c3", "c4", "plus", "minus"}

func style() string {
	var light, dark, classes strings.Builder
	for _, name := range names {
		fmt.Fprintf(&light, "--%s:%s;", name, palette[name].light)
		fmt.Fprintf(&dark, "--%s:%s;", name, palette[name].dark)
		fmt.Fprintf(&classes, ".figure text.%s,.figure .area.%s{fill:var(--%s)}.figure .line.%s{stroke:var(--%s)}\n", name, name, name, name, name)
	}
	return "\n.figure{font:14px system-ui,sans-serif;" + light.String() + "}\n" +
		"@media(prefers-color-scheme:dark){.figure{" + dark.String() + "}}\n" +
		classes.String() +
		".figure .line{fill:none;stroke-width:2;stroke-linejoin:round}.figure .line.axis,.figure .line.grid{stroke-width:1}.figure .dash{stroke-dasharray:6 4}\n" +
		".figure .start{text-anchor:start}.figure .middle{text-anchor:middle}.figure .end{text-anchor:end}" +
		".figure .small{font-size:12px}.figure .bold{font-weight:600}.figure .code{font-family:ui-monospace,Menlo,Consolas,monospace}\n"
}

// String returns the drawing as a file of SVG, which stands alone or in a page.
func (d *Drawing) String() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="figure" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`+
		"\n<title>%s</title>\n<desc>%s</desc>\n<style>%s</style>\n"+`<rect class="area paper" width="%d" height="%d"/>`+"\n%s</svg>\n",
		d.w, d.h, d.w, d.h, html.EscapeString(d.title+": "+d.description), html.EscapeString(d.title), html.EscapeString(d.description), style(), d.w, d.h, &d.shapes)
}

func (d *Drawing) add(format string, args ...any) { fmt.Fprintf(&d.shapes, format+"\n", args...) }

// Line draws a straight line.
func (d *Drawing) Line(class string, x1, y1, x2, y2 float64) {
	d.add(`<path class="line %s" d="M%s %sL%s %s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

// Arrow draws a line with a head at its end.
func (d *Drawing) Arrow(class string, x1, y1, x2, y2 float64) {
	d.Line(class, x1, y1, x2, y2)
	length := math.Hypot(x2-x1, y2-y1)
	ux, uy := (x2-x1)/length, (y2-y1)/length
	d.add(`<path class="area %s" d="M%s %sL%s %sL%s %sz"/>`, strings.TrimSuffix(class, " dash"), px(x2), px(y2),
		px(x2-9*ux-4*uy), px(y2-9*uy+4*ux), px(x2-9*ux+4*uy), px(y2-9*uy-4*ux))
}

// Rect draws an area with round corners and a border.
func (d *Drawing) Rect(class string, x, y, w, h float64) {
	d.add(`<rect class="area %s" x="%s" y="%s" width="%s" height="%s" rx="5"/>`, class, px(x), px(y), px(w), px(h))
	d.add(`<rect class="line axis" x="%s" y="%s" width="%s" height="%s" rx="5"/>`, px(x), px(y), px(w), px(h))
}

// Bar draws an area without a border.
func (d *Drawing) Bar(class string, x, y, w, h float64) {
	d.add(`<rect class="area %s" x="%s" y="%s" width="%s" height="%s"/>`, class, px(x), px(y), px(w), px(h))
}

// Dot draws a dot of radius r.
func (d *Drawing) Dot(class string, x, y, r float64) {
	d.add(`<circle class="area %s" cx="%s" cy="%s" r="%s"/>`, class, px(x), px(y), px(r))
}

// Text writes text whose start, middle or end is at x, and its base line at y: the class
// may have one of these words, and small, bold, code.
func (d *Drawing) Text(class string, x, y float64, text string) {
	d.add(`<text class="%s" x="%s" y="%s">%s</text>`, class, px(x), px(y), html.EscapeString(text))
}

// Number writes v by a format, as "%.3f", and keeps its digits in data-v. Text around
// the number may be in the format.
func (d *Drawing) Number(class string, x, y float64, format string, v float64) {
	text := strings.ReplaceAll(fmt.Sprintf(format, v), "-", "−")
	d.add(`<text class="%s" x="%s" y="%s" data-v="%s">%s</text>`, class, px(x), px(y), strconv.FormatFloat(v, 'g', -1, 64), html.EscapeString(text))
}

// px rounds to tenths, without a negative zero.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

// Arc draws an arrow between two points of one vertical line that bends to the left by out
// pixels.
func (d *Drawing) Arc(class string, x1, y1, x2, y2, out float64) {
	d.add(`<path class="line %s" d="M%s %sC%s %s %s %s %s %s"/>`, class, px(x1), px(y1), px(x1-out*4/3), px(y1), px(x2-out*4/3), px(y2), px(x2), px(y2))
	d.add(`<path class="area %s" d="M%s %sl-9 -4v8z"/>`, class, px(x2), px(y2))
}
