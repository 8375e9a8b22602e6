package draw

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// DOT writes the picture in the language of Graphviz: modules are clusters, and
// those deeper than Depth one box each.
func (p Picture) DOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "digraph tape {\n\tnode [shape=box style=\"rounded,filled\" fillcolor=\"#eef2f7\" fontname=monospace fontsize=11]\n")
	fill := map[string]string{"watch": "#fde7c3", "input": "#d6ecd9", "const": "#f4f4f5", "result": "#dcd9fb"}
	root := p.root()
	p.write(root, "\t", func(n *node, indent string) {
		colour := ""
		if c := fill[n.kind]; c != "" {
			colour = fmt.Sprintf(" fillcolor=%q", c)
		}
		fmt.Fprintf(b, "%s%s [label=%s tooltip=%s%s]\n", indent, n.id, dotString(n.label+"\n"+n.detail), dotString(n.tip), colour)
	}, func(n *node, indent string) {
		fmt.Fprintf(b, "%ssubgraph cluster_%s {\n%s\tlabel=%s\n", indent, n.id, indent, dotString(n.label))
	}, func(indent string) { fmt.Fprintf(b, "%s}\n", indent) })
	for _, e := range p.arrows(root) {
		fmt.Fprintf(b, "\t%s -> %s\n", e[0], e[1])
	}
	fmt.Fprint(b, "}\n")
	return b.Flush()
}

// dotString quotes text as Graphviz reads it: lines end with \n.
func dotString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// Mermaid writes the picture as a Mermaid flowchart, which Markdown on many sites
// shows.
func (p Picture) Mermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "flowchart TD\n")
	root := p.root()
	p.write(root, "\t", func(n *node, indent string) {
		class := ""
		if n.kind != "op" && n.kind != "module" {
			class = ":::" + n.kind
		}
		fmt.Fprintf(b, "%s%s[%s]%s\n", indent, n.id, mermaidString(n.label+"<br>"+n.detail), class)
	}, func(n *node, indent string) {
		fmt.Fprintf(b, "%ssubgraph %s[%s]\n", indent, n.id, mermaidString(n.label))
	}, func(indent string) { fmt.Fprintf(b, "%send\n", indent) })
	for _, e := range p.arrows(root) {
		fmt.Fprintf(b, "\t%s --> %s\n", e[0], e[1])
	}
	fmt.Fprint(b, "\tclassDef watch fill:#fde7c3,color:#1d2430\n\tclassDef input fill:#d6ecd9,color:#1d2430\n"+
		"\tclassDef const fill:#f4f4f5,color:#1d2430\n\tclassDef result fill:#dcd9fb,color:#1d2430\n")
	return b.Flush()
}

func mermaidString(s string) string {
	return `"` + strings.NewReplacer(`"`, "#quot;", "#", "#35;").Replace(s) + `"`
}

// write walks over the boxes that are shown, modules around what is in them.
func (p Picture) write(n *node, indent string, box, open func(n *node, indent string), shut func(indent string)) {
	for _, child := range n.inside {
		if child.kind != "module" || p.shut(child) {
			box(child, indent)
			continue
		}
		open(child, indent)
		p.write(child, indent+"\t", box, open, shut)
		shut(indent)
	}
}

// shut says whether a module is too deep to be drawn open.
func (p Picture) shut(n *node) bool {
	depth := 0
	for m := n; m.parent != nil; m = m.parent {
		depth++
	}
	return p.Depth > 0 && depth >= p.Depth
}

// arrows lists the arrows between boxes that are shown, once each.
func (p Picture) arrows(root *node) [][2]string {
	var list [][2]string
	seen := map[[2]string]bool{}
	for _, read := range root.reads() {
		e := [2]string{p.shown(read[0]).id, p.shown(read[1]).id}
		if e[0] != e[1] && !seen[e] {
			seen[e] = true
			list = append(list, e)
		}
	}
	return list
}

// shown returns the box in which a value is seen.
func (p Picture) shown(v *node) *node {
	shown := v
	for m := v.parent; m != nil && m.parent != nil; m = m.parent {
		if p.shut(m) {
			shown = m
		}
	}
	return shown
}
