package main

import (
	"bytes"
	"fmt"
	"html"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

func escape(s string) string { return html.EscapeString(s) }

// addMarkdown adds the page of a Markdown file.
func (b *builder) addMarkdown(source string) error {
	content, err := fs.ReadFile(b.root, source)
	if err != nil {
		return err
	}
	p := &page{source: source, url: address(source, false), title: source, markdown: true}
	b.pages[source] = p
	return b.markdown(p, content)
}

// markdown fills a page with Markdown.
func (b *builder) markdown(p *page, content []byte) error {
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(inlineParser{}, 150)),
			parser.WithBlockParsers(util.Prioritized(displayParser{}, 150))),
		goldmark.WithRendererOptions(ghtml.WithXHTML(), ghtml.WithUnsafe(),
			renderer.WithNodeRenderers(util.Prioritized(&nodes{b, p}, 100))),
	)
	context := parser.NewContext(parser.WithIDs(&places{times: map[string]int{}}))
	tree := md.Parser().Parse(text.NewReader(content), parser.WithContext(context))
	p.outline(tree, content)
	var body bytes.Buffer
	if err := md.Renderer().Render(&body, content, tree); err != nil {
		return err
	}
	p.body = body.String()
	return nil
}

// places names headings as sites of repositories do: small letters, dashes for blanks, no
// punctuation, a number if the name was there before.
type places struct{ times map[string]int }

var linked = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

func (p *places) Generate(value []byte, _ ast.NodeKind) []byte {
	name := strings.ToLower(strings.TrimSpace(linked.ReplaceAllString(string(value), "$1")))
	name = regexp.MustCompile(`[^\p{L}\p{N}\p{Mn} _-]`).ReplaceAllString(name, "")
	name = strings.ReplaceAll(name, " ", "-")
	p.times[name]++
	if n := p.times[name]; n > 1 {
		name += fmt.Sprint("-", n-1)
	}
	return []byte(name)
}

func (p *places) Put(value []byte) { p.times[string(value)]++ }

// outline takes the title, the headings and the words of a page.
func (p *page) outline(tree ast.Node, content []byte) {
	p.text = []section{{}}
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		words := plain(n, content)
		h, ok := n.(*ast.Heading)
		if !ok {
			p.text[len(p.text)-1].text += words + " "
			continue
		}
		id, _ := h.AttributeString("id")
		name, _ := id.([]byte)
		if h.Level == 1 && len(p.headings) == 0 {
			p.title = words
		}
		p.headings = append(p.headings, heading{h.Level, string(name), words})
		p.text = append(p.text, section{string(name), words, ""})
	}
}

// plain returns the words below a node.
func plain(n ast.Node, content []byte) string {
	var b strings.Builder
	err := ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteString(" ")
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(content))
			if n.SoftLineBreak() {
				b.WriteString(" ")
			}
		case *ast.String:
			b.Write(n.Value)
		case *inlineFormula:
			b.WriteString(n.tex + n.mark)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				b.Write(line.Value(content))
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		panic(err) // the function above returns none
	}
	return strings.TrimSpace(html.UnescapeString(b.String()))
}

// nodes renders what a page of this site has otherwise than goldmark does.
type nodes struct {
	b *builder
	p *page
}

func (r *nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindInline, r.formula)
	reg.Register(kindDisplay, r.display)
	reg.Register(ast.KindFencedCodeBlock, r.code)
	reg.Register(ast.KindCodeBlock, r.code)
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindImage, r.picture)
	reg.Register(ast.KindHTMLBlock, r.block)
	reg.Register(ast.KindRawHTML, r.raw)
	reg.Register(east.KindTable, r.table)
}

// A formula of a few signs, in which a command counts as one, stays on one line.
var (
	command = regexp.MustCompile(`\\[A-Za-z]+`)
	unseen  = regexp.MustCompile(`[{}^_ ]|\\.`)
)

func (r *nodes) formula(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	f := n.(*inlineFormula)
	out, err := r.b.katex.HTML(f.tex, false)
	if signs := command.ReplaceAllString(f.tex, "x"); len(unseen.ReplaceAllString(signs, "")) <= 22 {
		out = `<span class="short">` + out + f.mark + `</span>`
	} else {
		out += f.mark
	}
	w.WriteString(out)
	return ast.WalkSkipChildren, err
}

func (r *nodes) display(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	tex := string(n.Lines().Value(source))
	if !n.(*displayFormula).closed {
		return ast.WalkStop, fmt.Errorf("a formula does not end: %s", tex)
	}
	out, err := r.b.katex.HTML(tex, true)
	fmt.Fprintf(w, "<div class=\"wide formula\">%s</div>\n", out)
	return ast.WalkSkipChildren, err
}

func (r *nodes) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	language := ""
	if fenced, ok := n.(*ast.FencedCodeBlock); ok {
		language = string(fenced.Language(source))
	}
	out, err := highlight(string(n.Lines().Value(source)), language)
	kind := ""
	if language == "text" {
		kind = ` class="output"`
	}
	fmt.Fprintf(w, "<pre%s><code>%s</code></pre>\n", kind, out)
	return ast.WalkSkipChildren, err
}

func (r *nodes) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	to, err := r.b.target(r.p, string(n.(*ast.Link).Destination))
	fmt.Fprintf(w, `<a href="%s">`, escape(to))
	return ast.WalkContinue, err
}

// hidden is a mark for the tests that tie a page to the source, or for authors.
var hidden = regexp.MustCompile(`(?s)<!--.*?-->`)

func (r *nodes) block(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.HTMLBlock)
	out := string(block.Lines().Value(source))
	if block.HasClosure() {
		out += string(block.ClosureLine.Value(source))
	}
	w.WriteString(hidden.ReplaceAllString(out, ""))
	return ast.WalkSkipChildren, nil
}

func (r *nodes) raw(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString(hidden.ReplaceAllString(string(n.(*ast.RawHTML).Segments.Value(source)), ""))
	}
	return ast.WalkSkipChildren, nil
}

func (r *nodes) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString("<div class=\"wide\"><table>\n")
	} else {
		w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

var prolog = regexp.MustCompile(`(?s)^.*?<svg `)

// picture puts SVG into the page, where it takes part in light and dark, and copies other
// pictures beside it.
func (r *nodes) picture(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	alt := escape(plain(n, source))
	name := path.Join(r.p.dir(), string(n.(*ast.Image).Destination))
	content, err := fs.ReadFile(r.b.root, name)
	if err != nil {
		return ast.WalkStop, err
	}
	if path.Ext(name) != ".svg" {
		r.b.files[name] = content
		fmt.Fprintf(w, `<img src="%s" alt="%s" />`, escape(relative(r.p.url, name)), alt)
		return ast.WalkSkipChildren, nil
	}
	svg := prolog.ReplaceAllString(string(content), "<svg ")
	if !strings.Contains(svg, "aria-label=") {
		svg = strings.Replace(svg, "<svg ", `<svg role="img" aria-label="`+alt+`" `, 1)
	}
	fmt.Fprintf(w, `<span class="wide picture">%s</span>`, strings.TrimSpace(svg))
	return ast.WalkSkipChildren, nil
}
