package draw

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// HTML writes a page that needs nothing else: the picture with as many modules open as
// are readable, with all open, and each module on its own, to which its box leads. A value
// shows its numbers, and its adjoint, when the pointer is over it.
func (p Picture) HTML(w io.Writer) error {
	root := p.root()
	reads := root.reads()
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tape of %d values</title>
<style>%s%s</style></head>
<body class="adjoint"><main>
`, root.count(), style, pageStyle)
	modules := 0
	for m := range root.modules() {
		if m == root {
			continue
		}
		modules++
		fmt.Fprintf(&b, "<section id=\"%s\"><nav>%s</nav>\n%s</section>\n", m.id, trail(m), svg(m.layout(0, reads), "", true))
	}
	if modules > 0 {
		fmt.Fprintf(&b, "<section id=\"open\"><nav>%s · <b>all open</b></nav>\n%s</section>\n", trail(root), svg(root.layout(1<<20, reads), "", true))
	}
	fmt.Fprintf(&b, "<section id=\"all\"><nav>%s", trail(root))
	if modules > 0 {
		b.WriteString(` · <a href="#open">all open</a>`)
	}
	fmt.Fprintf(&b, "</nav>\n%s</section>\n</main>\n<pre id=\"tip\" aria-live=\"polite\">Point at a box.</pre>\n%s</body></html>\n",
		svg(root.layout(root.readable(), reads), "", true), script)
	_, err := io.WriteString(w, b.String())
	return err
}

// The last section is shown unless the address names another.
const pageStyle = `
body{margin:0;background:var(--paper);color:var(--ink)}
main{padding:1rem 1rem 8rem;overflow:auto}svg{display:block;margin:0 auto}
section{display:none}section:target,section:last-of-type{display:block}section:target~section:last-of-type{display:none}
nav{margin-bottom:.5rem}a{color:inherit}
#tip{position:fixed;left:0;right:0;bottom:0;margin:0;padding:.6rem 1rem;min-height:4em;background:var(--module);border-top:1px solid var(--edge);white-space:pre-wrap;overflow-wrap:anywhere}
`

// script shows the title of the box that the pointer or the focus is on.
const script = `<script>
addEventListener("mouseover", e => {
	const box = e.target.closest("svg g"), title = box && box.querySelector(":scope > title")
	if (title) document.getElementById("tip").textContent = title.textContent
})
</script>
`

// readable returns how many levels can be open before there are too many boxes to
// take in at once.
func (n *node) readable() int {
	const most = 24
	depth := 0
	for boxes, next := n.boxes(0), n.boxes(1); next > boxes && next <= most; boxes, next = next, n.boxes(depth+1) {
		depth++
	}
	return depth
}

// boxes counts the boxes that a chart of n shows.
func (n *node) boxes(depth int) int {
	count := 0
	for _, child := range n.inside {
		if child.kind == "module" && depth > 0 {
			count += child.boxes(depth - 1)
		} else {
			count++
		}
	}
	return count
}

// trail links to the modules that a module is in.
func trail(m *node) string {
	if m.parent == nil {
		return `<a href="#all">tape</a>`
	}
	return trail(m.parent) + fmt.Sprintf(` › <a href="#%s">%s</a>`, m.id, html.EscapeString(m.label))
}
