package docs

import (
	"bytes"
	"fmt"
	"go/ast"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A term is a word of the field, what it means, and declarations in which it is found:
// a folder and a name. A text names other terms in braces: {tape}.
type term struct {
	name, text string
	code       []string
}

// glossary.md is the table of terms, in alphabetical order, with links to the code.
func TestGlossary(t *testing.T) {
	list := slices.Clone(terms)
	slices.SortFunc(list, func(a, b term) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) })
	var page bytes.Buffer
	page.WriteString(`# Glossary

The words of the field, and where each is in the code. Generated from
glossary_terms_test.go by ` + "`go test ./docs -update`" + `; a declaration that is gone fails the test.

`)
	var names []string
	for _, e := range list {
		names = append(names, fmt.Sprintf("[%s](#%s)", e.name, slug(e.name)))
	}
	page.WriteString(strings.Join(names, " · ") + "\n")
	known := map[string]string{}
	for _, e := range list {
		if known[e.name] != "" {
			t.Errorf("%s is there twice", e.name)
		}
		known[e.name] = slug(e.name)
	}
	for _, e := range list {
		if n := strings.Count(e.text, ". ") + 1; len(e.text) < 40 || n > 3 {
			t.Errorf("%s: %d sentences, %d characters", e.name, n, len(e.text))
		}
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n", e.name, refer(t, e, known))
		var places []string
		for _, place := range e.code {
			folder, symbol, _ := strings.Cut(place, " ")
			file := declaredIn(t, folder, symbol)
			shown := filepath.Base(folder) + "." + symbol
			places = append(places, fmt.Sprintf("[`%s`](%s)", shown, file))
		}
		if len(places) == 0 {
			t.Errorf("%s: no place in the code", e.name)
		}
		fmt.Fprintf(&page, "Code: %s.\n", strings.Join(places, ", "))
	}
	if len(list) < 40 {
		t.Errorf("only %d terms", len(list))
	}
	generated(t, "glossary.md", page.Bytes())
}

// slug is the anchor of a heading.
func slug(title string) string { return anchors("# " + title)[0] }

// refer returns the text of a term with links for what stands in braces: a term, or a
// term and a bar and the form in which it is used.
func refer(t *testing.T, e term, known map[string]string) string {
	t.Helper()
	var b strings.Builder
	for i, part := range strings.Split(e.text, "{") {
		if i == 0 {
			b.WriteString(part)
			continue
		}
		inside, rest, _ := strings.Cut(part, "}")
		name, form, two := strings.Cut(inside, "|")
		if !two {
			form = name
		}
		if known[name] == "" || name == e.name {
			t.Errorf("%s refers to %q", e.name, name)
		}
		fmt.Fprintf(&b, "[%s](#%s)%s", form, known[name], rest)
	}
	return b.String()
}

// declaredIn returns the file of a declaration, as a path from this folder.
func declaredIn(t *testing.T, folder, symbol string) string {
	t.Helper()
	sources, err := parse(filepath.Join("..", folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		for _, d := range s.tree.Decls {
			fn, isFunc := d.(*ast.FuncDecl)
			gen, isGen := d.(*ast.GenDecl)
			if isFunc && name(fn) == symbol || isGen && declares(gen, symbol) {
				return strings.TrimPrefix(s.files.Position(s.tree.Package).Filename, "../docs/")
			}
		}
	}
	t.Errorf("%s has no %s", folder, symbol)
	return "glossary.md"
}

func TestDeclarationsAreFound(t *testing.T) {
	for place, want := range map[string]string{"graph Var.Sweep": "sweep.go", "gradcheck AtKink": "code.go", "optim Adam": "adam.go"} {
		folder, symbol, _ := strings.Cut(place, " ")
		if got := declaredIn(t, folder, symbol); filepath.Base(got) != want {
			t.Errorf("%s is in %s, not in %s", place, got, want)
		}
	}
}
