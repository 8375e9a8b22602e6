package katex

import (
	"regexp"
	"strings"
)

// A Formula is one formula of a page.
type Formula struct {
	TeX     string
	Display bool // between $$, on lines of its own
	Line    int  // of the page, from 1
}

var (
	fence   = regexp.MustCompile("^\\s*(```|~~~)")
	span    = regexp.MustCompile("`[^`]*`")
	comment = regexp.MustCompile(`(?s)<!--.*?-->`)
	inline  = regexp.MustCompile(`\$([^$\s](?:[^$]*[^$\s])?)\$`)
)

// Formulas returns the formulas of a page in Markdown, in their order. A formula in
// a sentence stands on one line between dollar signs that touch it: $y = u^2$. One to be
// displayed stands on lines of its own between lines of $$. Code, in fences or
// between backquotes, and comments hold none.
func Formulas(markdown string) []Formula {
	blank := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
	var found []Formula
	var display *Formula
	code := ""
	for i, line := range strings.Split(comment.ReplaceAllStringFunc(markdown, blank), "\n") {
		mark := fence.FindStringSubmatch(line)
		switch {
		case code != "":
			if mark != nil && mark[1] == code {
				code = ""
			}
		case strings.TrimSpace(line) == "$$" && display == nil:
			display = &Formula{Display: true, Line: i + 1}
		case strings.TrimSpace(line) == "$$":
			found = append(found, *display)
			display = nil
		case display != nil:
			display.TeX += line + "\n"
		case mark != nil:
			code = mark[1]
		default:
			for _, m := range inline.FindAllStringSubmatch(span.ReplaceAllString(line, ""), -1) {
				found = append(found, Formula{TeX: m[1], Line: i + 1})
			}
		}
	}
	if display != nil { // $$ without its partner: TeX that KaTeX refuses
		display.TeX += "$$"
		found = append(found, *display)
	}
	return found
}
