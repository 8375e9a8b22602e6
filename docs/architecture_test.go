package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/adjoint-ad/adjoint"

// The picture of CONTRIBUTING.md: what each package may import of this module.
// Two that are to come have their place in it already.
var mayImport = map[string][]string{
	"tensor":                             {"tensor/internal/kernel"},
	"tensor/internal/kernel":             {"tensor/internal/kernel/polynomials"},
	"tensor/internal/kernel/polynomials": {},
	"graph":                              {"tensor"},
	"graph/draw":                         {"graph", "tensor"},
	"ops":                                {"graph", "tensor"},
	"nn":                                 {"ops", "graph", "tensor"},
	"nn/train":                           {"nn", "ops", "graph", "tensor"},
	"optim":                              {"tensor"},
	"gradcheck":                          {"graph", "tensor"},
	"gradcheck/expr":                     {"graph", "ops", "tensor"},
	"gradcheck/gradtest":                 {"gradcheck", "gradcheck/report", "graph", "tensor"},
	"gradcheck/report":                   {"gradcheck", "tensor"},
	"gradcheck/cmd/gradcheck":            {"gradcheck", "gradcheck/expr", "gradcheck/report", "graph/draw", "nn", "ops", "graph", "tensor"},
}

// Dependencies of the core from elsewhere. docs is a module of its own, so that
// what it needs is not on this list.
var mayRequire = []string{"gonum.org/v1/gonum/", "golang.org/x/exp/", "golang.org/x/sys/"}

func TestArchitecture(t *testing.T) {
	seen := map[string]bool{}
	for pkg, imports := range coreImports(t) {
		seen[pkg] = true
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s is not in the picture", pkg)
		}
		for _, imported := range imports {
			if local, ok := strings.CutPrefix(imported, module+"/"); ok {
				if !slices.Contains(allowed, local) {
					t.Errorf("package %s imports %s, which it must not know", pkg, local)
				}
				continue
			}
			if strings.Contains(strings.Split(imported, "/")[0], ".") &&
				!slices.ContainsFunc(mayRequire, func(p string) bool { return strings.HasPrefix(imported, p) }) {
				t.Errorf("package %s imports %s, which is no dependency of the core", pkg, imported)
			}
			if imported == "testing" && pkg != "gradcheck/gradtest" || imported == "reflect" || imported == "C" {
				t.Errorf("package %s imports %q outside of its tests", pkg, imported)
			}
		}
	}
	for _, pkg := range []string{"tensor", "tensor/internal/kernel", "graph", "ops", "nn", "optim", "gradcheck"} {
		if !seen[pkg] {
			t.Errorf("no source of package %s was found", pkg)
		}
	}
}

// coreImports lists the imports of each package of the core outside its tests.
func coreImports(t *testing.T) map[string][]string {
	imports := map[string][]string{}
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "docs" || name == "testdata" || name != ".." && strings.HasPrefix(name, ".")) {
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(file, "go.mod")); d.IsDir() && err == nil && file != ".." {
			return fs.SkipDir // a module of its own: the generator of the kernels
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(strings.TrimPrefix(filepath.ToSlash(file), "../"))
		imports[pkg] = append(imports[pkg], nil...)
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[pkg] = append(imports[pkg], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}

// The engine is to be read in a quarter of an hour, and each file beside it in a few
// minutes: what is built on the engine, and prints or draws it.
func TestEngineIsShort(t *testing.T) {
	const budget, beside = 1200, 300 // lines, comments included
	engine := []string{"var.go", "op.go", "tape.go", "sweep.go", "grad.go", "grads.go", "buffers.go"}
	files, err := filepath.Glob("../graph/*.go")
	if err != nil {
		t.Fatal(err)
	}
	total, found := 0, 0
	for _, file := range files {
		n := strings.Count(read(t, file), "\n")
		switch name := filepath.Base(file); {
		case slices.Contains(engine, name):
			total, found = total+n, found+1
		case !strings.HasSuffix(name, "_test.go") && n >= beside:
			t.Errorf("graph/%s has %d lines; a file beside the engine is to have less than %d", name, n, beside)
		}
	}
	if total > budget || found != len(engine) {
		t.Errorf("the engine, %d of the files %v, has %d lines, of a budget of %d", found, engine, total, budget)
	}
}
