package docs

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A mark names equations where they stand: <!-- eq: B2 --> above the formula in a
// chapter, // eq: B2, B3 in a comment in Go.
var mark = regexp.MustCompile(`\beq: ([A-Z]\d+(?:, [A-Z]\d+)*)`)

func marks(text string) (ids []string) {
	for _, m := range mark.FindAllStringSubmatch(text, -1) {
		ids = append(ids, strings.Split(m[1], ", ")...)
	}
	return ids
}

// The places where an equation stands.
type standing struct{ docs, code, tests []string }

// A ledger says where each equation stands.
type ledger map[string]*standing

func (l ledger) add(ids []string, list func(*standing) *[]string, place string) {
	for _, id := range ids {
		if l[id] == nil {
			l[id] = &standing{}
		}
		if at := list(l[id]); !slices.Contains(*at, place) {
			*at = append(*at, place)
		}
	}
}

// page adds what a chapter marks.
func (l ledger) page(file, text string) {
	for _, m := range regexp.MustCompile(`(?m)^ *<!-- (.*?) -->`).FindAllStringSubmatch(text, -1) {
		l.add(marks(m[1]), func(s *standing) *[]string { return &s.docs }, file)
	}
}

// source adds what a Go file marks. A mark in a Test, or in a comment above it, is a
// test; one anywhere else, be it in the core, in an Example or in a figure, is code.
func (l ledger) source(file, text string) error {
	if !mark.MatchString(text) {
		return nil
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, file, text, parser.ParseComments)
	if err != nil {
		return err
	}
	folder := filepath.ToSlash(filepath.Dir(file))
	for _, group := range tree.Comments {
		where, test := filepath.Base(file), false
		for _, d := range tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && group.Pos() < fn.End() && (group.Pos() >= fn.Pos() || fn.Doc == group) {
				where = name(fn)
				test = strings.HasSuffix(file, "_test.go") && (strings.HasPrefix(where, "Test") || strings.HasPrefix(where, "Fuzz"))
			}
		}
		for _, comment := range group.List {
			list := func(s *standing) *[]string { return &s.code }
			if test {
				list = func(s *standing) *[]string { return &s.tests }
			}
			l.add(marks(comment.Text), list, folder+" "+where)
		}
	}
	return nil
}

// unknown lists the marks of equations that there are not.
func (l ledger) unknown() (ids []string) {
	for id := range l {
		if !slices.ContainsFunc(equations, func(e equation) bool { return e.id == id }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// missing lists what each equation lacks.
func (l ledger) missing() (lacks []string) {
	for _, e := range equations {
		s := l[e.id]
		if s == nil {
			s = &standing{}
		}
		for _, in := range []struct {
			name string
			at   []string
		}{{"chapter", s.docs}, {"code", s.code}, {"test", s.tests}} {
			if len(in.at) == 0 {
				lacks = append(lacks, fmt.Sprintf("%s stands in no %s", e.id, in.name))
			}
		}
	}
	return lacks
}

// markdown writes the ledger as the page ledger.md.
func (l ledger) markdown() []byte {
	var rows bytes.Buffer
	docs, code, tests := 0, 0, 0
	cell := func(n *int, at []string, show func(string) string) string {
		if len(at) == 0 {
			return "none yet"
		}
		*n++
		shown := []string{}
		for _, place := range at[:min(3, len(at))] {
			shown = append(shown, show(place))
		}
		if more := len(at) - len(shown); more > 0 {
			shown = append(shown, fmt.Sprintf("and %d more", more))
		}
		return strings.Join(shown, ", ")
	}
	chapter := func(file string) string {
		name, _, _ := strings.Cut(filepath.Base(file), "-")
		return fmt.Sprintf("[%s](%s)", name, file)
	}
	symbol := func(place string) string {
		folder, name, _ := strings.Cut(place, " ")
		return fmt.Sprintf("%s `%s`", strings.TrimPrefix(folder, "docs/"), name)
	}
	for _, e := range equations {
		s := l[e.id]
		if s == nil {
			s = &standing{}
		}
		fmt.Fprintf(&rows, "| <a id=\"%s\"></a>%s | %s | %s | %s | %s |\n", e.id, e.id, strings.ReplaceAll(e.statement, "|", `\|`),
			cell(&docs, s.docs, chapter), cell(&code, s.code, symbol), cell(&tests, s.tests, symbol))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `# Ledger

Every equation of the chapters, with the chapter that derives it, the code that
computes it, and the test that compares it with something independent. Generated from
the marks of the sources by `+"`go test ./docs -update`"+`.

Of %d equations, %d stand in chapters, %d in code and %d in tests.

| name | equation | chapter | code | test |
|---|---|---|---|---|
%s`, len(equations), docs, code, tests, &rows)
	return b.Bytes()
}

// collect reads all marks of the repository.
func collect(t *testing.T) ledger {
	t.Helper()
	l := ledger{}
	for _, file := range chapterFiles(t) {
		l.page(file, read(t, file))
	}
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() != ".." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		// The tests of this folder speak of marks without being places of equations.
		if filepath.Ext(file) != ".go" || filepath.Dir(file) == filepath.Join("..", "docs") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return l.source(strings.TrimPrefix(filepath.ToSlash(file), "../"), string(text))
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Every equation stands in a chapter, in code and in a test. As long as chapters are
// missing, the ledger says which do not.
func TestLedger(t *testing.T) {
	l := collect(t)
	generated(t, "ledger.md", l.markdown())
	for _, id := range l.unknown() {
		t.Errorf("%s is marked and is no equation", id)
	}
	if !allChapters(t) {
		return
	}
	for _, lack := range l.missing() {
		t.Error(lack)
	}
}

// A ledger sees what lacks.
func TestLedgerSeesGaps(t *testing.T) {
	l := ledger{}
	l.page("chapters/06-x.md", "<!-- eq: B2, B3 -->\ntext eq: B4\n<!-- eq: Z9 -->\n")
	err := l.source("ops/x.go", "package x\n\n// eq: B2\nfunc f() {\n\t_ = 1 // eq: B3\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	if err = l.source("ops/x_test.go", "package x\n\nfunc TestF() {\n\t// eq: B2\n}\n\nfunc ExampleF() {\n\t// eq: B4\n}\n"); err != nil {
		t.Fatal(err)
	}
	if got := l.unknown(); !slices.Equal(got, []string{"Z9"}) {
		t.Errorf("unknown: %q", got)
	}
	lacks := l.missing()
	for _, lack := range []string{"B3 stands in no test", "B4 stands in no chapter", "B4 stands in no test", "N1 stands in no code"} {
		if !slices.Contains(lacks, lack) {
			t.Errorf("not seen: %s", lack)
		}
	}
	if want := 3*(len(equations)-3) + 1 + 2; len(lacks) != want || slices.ContainsFunc(lacks, func(s string) bool { return strings.HasPrefix(s, "B2 ") }) {
		t.Errorf("%d gaps, want %d: %q", len(lacks), want, lacks[:5])
	}
	if page := string(l.markdown()); !strings.Contains(page, "| [06](chapters/06-x.md) | ops `f` | ops `TestF` |") || !strings.Contains(page, "1 in tests") {
		t.Error(page)
	}
}
