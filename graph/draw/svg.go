package draw

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// SVG writes a picture that browsers and documents show. It follows the reader's
// choice of light or dark, and shows values and adjoints on hover.
func (p Picture) SVG(w io.Writer) error {
	root := p.root()
	depth := p.Depth - 1
	if p.Depth == 0 {
		depth = 1 << 20
	}
	_, err := io.WriteString(w, svg(root.layout(depth, root.reads()), "<style>"+style+"</style>", false))
	return err
}

// style colours what SVG and HTML share.
const style = `
.adjoint{font:12px ui-monospace,Menlo,Consolas,monospace;--ink:#1d2430;--soft:#667085;--paper:#fff;--line:#8b95a5;--op:#eef2f7;--watch:#fde7c3;--input:#d6ecd9;--const:#f4f4f5;--result:#dcd9fb;--module:#f8fafc;--edge:#cbd3de}
@media(prefers-color-scheme:dark){.adjoint{--ink:#e6eaf0;--soft:#a3aec0;--paper:#14181f;--line:#7c8798;--op:#252c37;--watch:#59431c;--input:#1f4429;--const:#2c2f36;--result:#3b3670;--module:#1b212a;--edge:#3d4757}}
.adjoint text{fill:var(--ink);text-anchor:middle}.adjoint .detail{fill:var(--soft);font-size:11px}.adjoint .title{text-anchor:start;font-weight:600}
.adjoint rect{stroke:var(--edge);fill:var(--op)}.adjoint rect.watch{fill:var(--watch)}.adjoint rect.input{fill:var(--input)}.adjoint rect.const{fill:var(--const)}.adjoint rect.result{fill:var(--result)}.adjoint rect.module{fill:var(--module);stroke-dasharray:4 3}.adjoint rect.shut{stroke-width:2}.adjoint rect.ground{fill:var(--paper);stroke:none}
.adjoint path{fill:none;stroke:var(--line);stroke-width:1.3}.adjoint .tip{fill:var(--line);stroke:none}
.adjoint g:hover>rect,.adjoint a:hover>rect{stroke:var(--ink)}
`

// svg writes a chart; with links, modules lead to the views of an HTML page.
func svg(c *chart, before string, links bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="adjoint" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`,
		c.w, c.h, c.w, c.h, html.EscapeString(fmt.Sprintf("graph of %d values", c.of.count())))
	b.WriteString(before)
	fmt.Fprintf(&b, `<rect class="ground" width="%.0f" height="%.0f"/>`+"\n", c.w, c.h)
	c.draw(&b, links)
	b.WriteString("</svg>\n")
	return b.String()
}

func (c *chart) draw(b *strings.Builder, links bool) {
	for _, w := range c.wires {
		fmt.Fprintf(b, "<path d=\"%s\"/>\n", curve(w.points))
		if end := w.points[len(w.points)-1]; w.head {
			fmt.Fprintf(b, "<path class=\"tip\" d=\"M%.1f %.1fl-4 -7h8z\"/>\n", end.x, end.y)
		}
	}
	for _, p := range c.boxes {
		class := p.kind
		if p.kind == "module" && p.chart == nil {
			class = "shut"
		}
		fmt.Fprintf(b, `<g transform="translate(%.1f %.1f)">`, p.at.x-p.w/2, p.at.y-p.h/2)
		if p.chart == nil {
			fmt.Fprintf(b, "<title>%s</title>", html.EscapeString(p.tip))
		}
		link := links && p.kind == "module"
		if link {
			fmt.Fprintf(b, `<a href="#%s">`, p.id)
		}
		fmt.Fprintf(b, `<rect class="%s" width="%.1f" height="%.1f" rx="7"/>`, class, p.w, p.h)
		if p.chart == nil {
			fmt.Fprintf(b, `<text x="%.1f" y="19">%s</text><text class="detail" x="%.1f" y="34">%s</text>`,
				p.w/2, html.EscapeString(p.label), p.w/2, html.EscapeString(p.detail))
		} else {
			fmt.Fprintf(b, `<text class="title" x="10" y="18">%s</text>`, html.EscapeString(p.label))
		}
		if link {
			b.WriteString("</a>")
		}
		if p.chart != nil {
			b.WriteByte('\n')
			p.chart.draw(b, links)
		}
		b.WriteString("</g>\n")
	}
}

// curve is a path through points that leaves and arrives at each downwards.
func curve(points []point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%.1f %.1f", points[0].x, points[0].y)
	for i, q := range points[1:] {
		p := points[i]
		middle := (p.y + q.y) / 2
		fmt.Fprintf(&b, "C%.1f %.1f %.1f %.1f %.1f %.1f", p.x, middle, q.x, middle, q.x, q.y)
	}
	return b.String()
}
