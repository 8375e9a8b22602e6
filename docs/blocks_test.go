package docs

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A block of code or output in a page is tied to the Go source by the comment above it:
//
//	<!-- code: ops linearOp.VJP -->
//	<!-- output: . Example_nudge -->
//
// The first word is a folder or a file from the root of the repository, a dot for
// docs/chapters. The second is a declaration; a method has its type before a dot. Of an
// Example, code is the body and output what its comment says that it prints. A third
// word, bare, leaves out the comment above a declaration.
var tied = regexp.MustCompile("(?m)^<!-- (code|output): (\\S+) (\\S+)( bare)? -->\n```(\\S*)\n((?s:.*?))^```$")

// tie returns the page with each tied block as its source has it.
func tie(page string, sources map[string][]*source) (string, error) {
	var failed error
	fail := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	marked := len(regexp.MustCompile(`(?m)^<!-- *(code|output)\b`).FindAllString(page, -1))
	if n := len(tied.FindAllString(page, -1)); n != marked {
		fail(fmt.Errorf("of %d comments that tie a block, %d are well formed and stand right above one", marked, n))
	}
	page = tied.ReplaceAllStringFunc(page, func(all string) string {
		m := tied.FindStringSubmatch(all)
		place, symbol := m[2], m[3]
		if place == "." {
			place = "docs/chapters"
		}
		var text string
		var err error
		if sources[place] == nil {
			if sources[place], err = parse(filepath.Join("..", place)); err != nil {
				fail(err)
				return all
			}
		}
		if m[1] == "code" {
			text, err = declaration(sources[place], symbol, m[4] != "")
		} else {
			_, text, err = example(sources[place], symbol)
		}
		if want := map[string]string{"code": "go", "output": "text"}[m[1]]; m[5] != want {
			err = fmt.Errorf("the block of %s is of %s and not %s", symbol, m[5], want)
		}
		if err != nil {
			fail(fmt.Errorf("%s: %w", place, err))
			return all
		}
		head, _, _ := strings.Cut(all, "\n")
		return head + "\n```" + m[5] + "\n" + text + "```"
	})
	return page, failed
}

// A source is a parsed file.
type source struct {
	text  string
	files *token.FileSet
	tree  *ast.File
}

// parse reads the Go source in a folder, or one file.
func parse(place string) ([]*source, error) {
	list := []string{place}
	if !strings.HasSuffix(place, ".go") {
		var err error
		if list, err = filepath.Glob(filepath.Join(place, "*.go")); err != nil || len(list) == 0 {
			return nil, fmt.Errorf("no Go source in %s", place)
		}
	}
	var sources []*source
	for _, file := range list {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, file, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		sources = append(sources, &source{string(text), files, tree})
	}
	return sources, nil
}

func (s *source) cut(from, to token.Pos) string {
	return s.text[s.files.Position(from).Offset:s.files.Position(to).Offset]
}

// name is that of a function, a method with its type.
func name(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	typ := fn.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.Ident:
			return x.Name + "." + fn.Name.Name
		default:
			return fn.Name.Name
		}
	}
}

// declaration returns the text of a function, a method, or a declaration of types,
// variables or constants, or the body of an Example.
func declaration(sources []*source, symbol string, bare bool) (string, error) {
	if strings.HasPrefix(symbol, "Example") {
		body, _, err := example(sources, symbol)
		return body, err
	}
	for _, s := range sources {
		for _, d := range s.tree.Decls {
			var doc *ast.CommentGroup
			switch d := d.(type) {
			case *ast.FuncDecl:
				if name(d) != symbol {
					continue
				}
				doc = d.Doc
			case *ast.GenDecl:
				if !declares(d, symbol) {
					continue
				}
				doc = d.Doc
			}
			from := d.Pos()
			if doc != nil && !bare {
				from = doc.Pos()
			}
			return s.cut(from, d.End()) + "\n", nil
		}
	}
	return "", fmt.Errorf("no declaration of %s", symbol)
}

func declares(d *ast.GenDecl, symbol string) bool {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.Name == symbol {
				return true
			}
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				if n.Name == symbol {
					return true
				}
			}
		}
	}
	return false
}

// example returns the body of an Example without its indentation, and its output.
func example(sources []*source, symbol string) (body, output string, err error) {
	for _, s := range sources {
		for _, d := range s.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != symbol {
				continue
			}
			code, comment, ok := strings.Cut(s.cut(fn.Body.Lbrace+2, fn.Body.Rbrace), "\t// Output:")
			if !ok {
				return "", "", fmt.Errorf("%s has no output", symbol)
			}
			unindented, err := format.Source([]byte(code))
			if err != nil {
				return "", "", err
			}
			comment = regexp.MustCompile(`(?m)^\t// ?`).ReplaceAllString(comment, "")
			return unindent(string(unindented), "\t"), strings.TrimSpace(comment) + "\n", nil
		}
	}
	return "", "", fmt.Errorf("no %s", symbol)
}

func unindent(text, prefix string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, prefix)
	}
	return strings.TrimSpace(strings.Join(lines, "")) + "\n"
}

// Code and output in pages are those of the source. Chapters have no other code.
func TestBlocks(t *testing.T) {
	sources := map[string][]*source{}
	for _, file := range pages(t) {
		page := read(t, file)
		want, err := tie(page, sources)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if want != page {
			generated(t, file, []byte(want))
		}
		if filepath.Dir(file) == "chapters" && filepath.Base(file) != "README.md" {
			for _, line := range untied(page) {
				t.Errorf("%s: a block that no comment ties to the source begins at %q", file, line)
			}
		}
	}
}

// untied lists the first lines of Go code and of output that no comment ties.
func untied(page string) (first []string) {
	for _, m := range regexp.MustCompile("(?m)^[ \t]*```(?:go|text)\n(.*)$").FindAllStringSubmatch(tied.ReplaceAllString(page, ""), -1) {
		first = append(first, m[1])
	}
	return first
}

// The readers of blocks are tried on source with one of each form.
func TestBlocksAreRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x_test.go")
	text := "package x\n\n// A T is.\ntype T[E any] struct{}\n\n// M does.\nfunc (t *T[E]) M() {\n\treturn\n}\n\nconst (\n\ta = 1\n\tb = 2\n)\n\n" +
		"func Example_e() {\n\tfor {\n\t\tprint()\n\t}\n\t// Output:\n\t// one\n\t//\n\t//   two\n}\n\nfunc Example_silent() {\n}\n\nfunc Example_one() {\n\tprint()\n\t// Output: 1\n}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	sources, err := parse(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]*source{"x": sources}
	page := func(kind, symbol, language, body string) string {
		return "before\n<!-- " + kind + ": x " + symbol + " -->\n```" + language + "\n" + body + "```\nafter\n"
	}
	for _, c := range []struct{ kind, symbol, language, want string }{
		{"code", "T", "go", "// A T is.\ntype T[E any] struct{}\n"},
		{"code", "T.M bare", "go", "func (t *T[E]) M() {\n\treturn\n}\n"},
		{"code", "b", "go", "const (\n\ta = 1\n\tb = 2\n)\n"},
		{"code", "Example_e", "go", "for {\n\tprint()\n}\n"},
		{"output", "Example_e", "text", "one\n\n  two\n"},
		{"output", "Example_one", "text", "1\n"},
	} {
		got, err := tie(page(c.kind, c.symbol, c.language, "old\n"), known)
		if want := page(c.kind, c.symbol, c.language, c.want); err != nil || got != want {
			t.Errorf("%s: %v\n%s", c.symbol, err, got)
		}
	}
	for _, wrong := range []string{
		page("code", "nosuch", "go", ""), page("output", "Example_silent", "text", ""), page("output", "Example_no", "text", ""),
		page("code", "T", "text", ""), page("output", "Example_e", "go", ""),
		"<!-- code: x T -->\n\n```go\n```\n", "<!-- code: x -->\n```go\n```\n", "<!-- code: nosuch T -->\n```go\n```\n",
	} {
		if _, err := tie(wrong, known); err == nil {
			t.Errorf("taken:\n%s", wrong)
		}
	}
	if n := len(untied(page("code", "T", "go", "a\n") + "```go\nb\n```\n```sh\nc\n```\n```text\nd\n```\n")); n != 2 {
		t.Errorf("%d blocks are not tied", n)
	}
}
