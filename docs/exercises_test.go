package docs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each exercise of a chapter NN is a function in exercises/chNN/stub.go with a test
// that fails, and the same function in solution.go with which it passes. Two build tags
// choose: exercise the stub, solution the solution. Without a tag the tests are not built.
func TestExercises(t *testing.T) {
	for _, file := range chapterFiles(t) {
		number := filepath.Base(file)[:2]
		if number == "00" || number == fmt.Sprint(lastChapter) {
			continue
		}
		dir := "exercises/ch" + number
		if _, err := parse(dir); err != nil { // all files, so that Go knows that this test reads them
			t.Error(err)
		}
		stubs, solutions := functions(t, dir+"/stub.go"), functions(t, dir+"/solution.go")
		if len(stubs) < 2 {
			t.Errorf("%s has %d exercises, not 2 or more", dir, len(stubs))
		}
		if !slices.Equal(stubs, solutions) {
			t.Errorf("%s: exercises %q, solutions %q", dir, stubs, solutions)
		}
		for _, f := range stubs {
			if !strings.Contains(read(t, file), "`"+f+"`") {
				t.Errorf("%s does not speak of the exercise %s", file, f)
			}
		}
	}
	solved, unsolved := results(t, "solution"), results(t, "exercise")
	for test, passed := range solved {
		if !passed {
			t.Errorf("%s fails with the solution", test)
		}
		if passed, built := unsolved[test]; !built || passed {
			t.Errorf("%s does not fail with the stub", test)
		}
	}
	for _, file := range chapterFiles(t) {
		number := filepath.Base(file)[:2]
		if number == "00" || number == fmt.Sprint(lastChapter) {
			continue
		}
		for _, f := range functions(t, "exercises/ch"+number+"/stub.go") {
			if test := module + "/docs/exercises/ch" + number + " Test" + f; !solved[test] {
				t.Errorf("no %s passes", test)
			}
		}
	}
}

// functions lists the exported functions of a file, sorted.
func functions(t *testing.T, file string) (names []string) {
	t.Helper()
	sources, err := parse(file)
	if err != nil {
		t.Error(err)
		return nil
	}
	for _, d := range sources[0].tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() {
			names = append(names, fn.Name.Name)
		}
	}
	slices.Sort(names)
	return names
}

// results runs the tests of all exercises and tells which passed.
func results(t *testing.T, tag string) map[string]bool {
	t.Helper()
	out, err := exec.Command("go", "test", "-count=1", "-json", "-tags", tag, "./exercises/...").Output()
	if exit, failed := err.(*exec.ExitError); err != nil && (!failed || len(exit.Stderr) > 0) {
		t.Fatalf("go test -tags %s: %v\n%s", tag, err, exit.Stderr)
	}
	passed := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var event struct{ Action, Package, Test, Output string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatalf("%v: %s", err, lines.Bytes())
		}
		switch {
		case event.Action == "build-fail" || event.Action == "build-output":
			t.Errorf("with tag %s: %s", tag, event.Output)
		case event.Test != "" && !strings.Contains(event.Test, "/") && (event.Action == "pass" || event.Action == "fail"):
			passed[event.Package+" "+event.Test] = event.Action == "pass"
		}
	}
	if len(passed) == 0 {
		t.Fatalf("go test -tags %s ran no test:\n%s", tag, out)
	}
	return passed
}
