package docs

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// packagePages are the packages whose documentation is a page to be read: all that
// programs import, and those of docs that have something to teach.
func packagePages(t *testing.T) (core, teaching []string) {
	t.Helper()
	for pkg := range coreImports(t) {
		if !strings.Contains(pkg, "internal") && !strings.Contains(pkg, "/cmd/") {
			core = append(core, pkg)
		}
	}
	slices.Sort(core)
	return core, []string{"docs/explore", "docs/explore/training", "docs/figure", "docs/katex", "docs/museum", "docs/scalar"}
}

var namesChapter = regexp.MustCompile(`(?:docs/chapters/)?\d\d-[a-z]+\.md`)

// packageFlaws tells what the page of a package lacks: a comment in doc.go and nowhere
// else, an example of the whole package with its output; and if it is one of the core,
// its idea under a heading, and the chapters that derive it, all of which are there.
func packageFlaws(root fs.FS, folder string, core bool) (flaws []string) {
	fail := func(format string, args ...any) {
		flaws = append(flaws, "package "+folder+" "+fmt.Sprintf(format, args...))
	}
	sources, err := fs.Glob(root, path.Join(folder, "*.go"))
	if err != nil {
		return []string{err.Error()}
	}
	fset := token.NewFileSet()
	var trees []*ast.File
	text, example := "", false
	for _, name := range sources {
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return []string{err.Error()}
		}
		tree, err := parser.ParseFile(fset, name, source, parser.ParseComments)
		if err != nil {
			return []string{err.Error()}
		}
		trees = append(trees, tree)
		switch comment := tree.Doc.Text(); {
		case path.Base(name) == "doc.go":
			text = comment
		case comment != "" && !strings.HasSuffix(name, "_test.go"):
			fail("has a comment in %s too", path.Base(name))
		}
	}
	for _, e := range doc.Examples(trees...) {
		example = example || e.Name == "" && e.Output != ""
	}
	if len(strings.Fields(text)) < 30 {
		fail("says too little in doc.go")
	}
	if !example {
		fail("has no Example with output")
	}
	if !core {
		return flaws
	}
	if strings.Count("\n"+text, "\n# ") < 2 {
		fail("has no headings")
	}
	chapters := namesChapter.FindAllString(text, -1)
	if len(chapters) == 0 {
		fail("names no chapter")
	}
	for _, name := range chapters {
		if _, err := fs.Stat(root, path.Join("docs/chapters", path.Base(name))); err != nil {
			fail("speaks of %s, which is not there", name)
		}
	}
	return flaws
}

// The documentation of each package is a page of the same text as the chapters.
func TestPackages(t *testing.T) {
	core, teaching := packagePages(t)
	if len(core) < 10 {
		t.Errorf("only %q were found", core)
	}
	for _, pkg := range slices.Concat(core, teaching) {
		for _, flaw := range packageFlaws(os.DirFS(".."), pkg, slices.Contains(core, pkg)) {
			t.Error(flaw)
		}
	}
}

func TestPackageFlawsAreFound(t *testing.T) {
	with := func(comment, example string) fstest.MapFS {
		return fstest.MapFS{
			"p/doc.go":                  {Data: []byte(comment + "package p\n")},
			"p/p.go":                    {Data: []byte("package p\n")},
			"p/p_test.go":               {Data: []byte("package p\n\n" + example)},
			"docs/chapters/03-tape.md":  {},
			"docs/chapters/04-sweep.md": {},
		}
	}
	words := strings.Repeat("word ", 30)
	good := "// Package p " + words + "\n//\n// # The idea\n//\n// It.\n//\n// # In the chapters\n//\n// docs/chapters/03-tape.md and 04-sweep.md.\n"
	shown := "func Example() {\n\t// Output: 1\n}\n"
	if flaws := packageFlaws(with(good, shown), "p", true); len(flaws) > 0 {
		t.Error(flaws)
	}
	two := with(good, shown)
	two["p/p.go"] = &fstest.MapFile{Data: []byte("// Package p again.\npackage p\n")}
	for name, files := range map[string]fstest.MapFS{
		"no Example":   with(good, ""),
		"no output":    with(good, "func Example() {}\n"),
		"of a type":    with(good, "func ExampleP() {\n\t// Output: 1\n}\n"),
		"short":        with(strings.ReplaceAll(good, words, ""), shown),
		"no headings":  with(strings.ReplaceAll(good, "# ", ""), shown),
		"no chapter":   with(strings.ReplaceAll(strings.ReplaceAll(good, "03-tape.md", "one"), "04-sweep.md", "other"), shown),
		"lost chapter": with(strings.ReplaceAll(good, "04-sweep", "04-swoop"), shown),
		"two comments": two,
	} {
		if flaws := packageFlaws(files, "p", true); len(flaws) != 1 {
			t.Errorf("%s: %q", name, flaws)
		}
	}
}
