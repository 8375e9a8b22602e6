package docs

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/ops"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

// ops.md is the catalog, printed.
func TestTableOfOperations(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`# Operations

Generated from the catalog of package ops by ` + "`go test ./docs -update`" + `.
A bar marks an adjoint: ȳ is the cotangent of the result, x̄ that of an input.
Samples are drawn from the domain; all rules are checked there against
differences, at first and second order.

| operation | value | rule | domain | at kinks |
|---|---|---|---|---|
`)
	cell := strings.NewReplacer("|", `\|`)
	for _, e := range ops.Catalog() {
		fmt.Fprintf(&b, "| %s | %s | %s | [%g, %g] | %s |\n",
			e.Name, cell.Replace(e.Formula), cell.Replace(e.Rule), e.Domain.Lo, e.Domain.Hi, cell.Replace(e.Kinks))
	}
	generated(t, "ops.md", b.Bytes())
}

// An operation with a kink has a row in the table of conventions.
func TestConventionsAreComplete(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| ([^|]*) \|`).FindAllStringSubmatch(read(t, "conventions.md"), -1)
	named := map[string]bool{}
	for _, row := range rows {
		for name := range strings.SplitSeq(row[1], ", ") {
			named[name] = true
		}
	}
	for _, e := range ops.Catalog() {
		if e.Kinks != "" && !named[strings.TrimSuffix(e.Name, "Keep")] {
			t.Errorf("%s has a kink, and conventions.md has no row for it", e.Name)
		}
	}
}

// generated compares a file with what it is made from, or writes it.
func generated(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it is made from: run go test ./docs -update", file)
	}
}

// The taste in README.md is the body of an Example that runs, and the text
// below it is that Example's output.
func TestReadmeTaste(t *testing.T) {
	readme := read(t, "../README.md")
	body, output := example(t, "taste_test.go", "Example_taste")
	if got := block(t, readme, "go"); got != body {
		t.Errorf("the program in README.md is\n%s\nbut the Example is\n%s", got, body)
	}
	if got := block(t, readme, "text"); got != output {
		t.Errorf("the output in README.md is\n%s\nbut the Example's is\n%s", got, output)
	}
}

// block returns the first fenced block of a language.
func block(t *testing.T, text, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "```"+language+"\n")
	body, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatalf("no block of %s", language)
	}
	return body
}

// example returns the body of an Example without its indentation, and its output.
func example(t *testing.T, file, name string) (body, output string) {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != name {
			continue
		}
		source := read(t, file)
		text := source[files.Position(fn.Body.Lbrace).Offset+2 : files.Position(fn.Body.Rbrace).Offset]
		code, comment, ok := strings.Cut(text, "\t// Output:\n")
		if !ok {
			t.Fatalf("%s has no output", name)
		}
		unindented, err := format.Source([]byte(code))
		if err != nil {
			t.Fatal(err)
		}
		return unindent(string(unindented), "\t"), unindent(comment, "\t// ")
	}
	t.Fatalf("%s has no %s", file, name)
	return "", ""
}

func unindent(text, prefix string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, prefix)
	}
	return strings.TrimSpace(strings.Join(lines, "")) + "\n"
}

// Each link to a file of the repository leads somewhere.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	pages, links := 0, 0
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if filepath.Ext(file) != ".md" {
			return nil
		}
		pages++
		for _, m := range link.FindAllStringSubmatch(read(t, file), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 5 || links < 10 {
		t.Errorf("found only %d pages and %d links", pages, links)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
