package main

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A formula is a node of a page: $…$ in a sentence, or lines between two of $$.
type inlineFormula struct {
	ast.BaseInline
	tex, mark string // mark is the punctuation after it, which stays on its line
}

type displayFormula struct {
	ast.BaseBlock
	closed bool
}

var (
	kindInline  = ast.NewNodeKind("inlineFormula")
	kindDisplay = ast.NewNodeKind("displayFormula")
)

func (*inlineFormula) Kind() ast.NodeKind              { return kindInline }
func (f *inlineFormula) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

func (*displayFormula) Kind() ast.NodeKind              { return kindDisplay }
func (*displayFormula) IsRaw() bool                     { return true }
func (f *displayFormula) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

// inline is a formula in a sentence as katex.Formulas has it.
var inline = regexp.MustCompile(`^\$([^$\s](?:[^$\n]*[^$\s])?)\$([.,;:)?!]*)`)

type inlineParser struct{}

func (inlineParser) Trigger() []byte { return []byte{'$'} }

func (inlineParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	m := inline.FindSubmatch(line)
	if m == nil {
		return nil
	}
	block.Advance(len(m[0]))
	return &inlineFormula{tex: string(m[1]), mark: string(m[2])}
}

type displayParser struct{}

func dollars(line []byte) bool { return string(bytes.TrimSpace(line)) == "$$" }

func (displayParser) Trigger() []byte { return []byte{'$'} }

func (displayParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	if line, _ := reader.PeekLine(); !dollars(line) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &displayFormula{}, parser.NoChildren
}

func (displayParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, segment := reader.PeekLine()
	reader.AdvanceToEOL()
	if dollars(line) {
		node.(*displayFormula).closed = true
		return parser.Close
	}
	node.Lines().Append(segment)
	return parser.Continue | parser.NoChildren
}

func (displayParser) Close(ast.Node, text.Reader, parser.Context) {}
func (displayParser) CanInterruptParagraph() bool                 { return true }
func (displayParser) CanAcceptIndentedLine() bool                 { return false }
