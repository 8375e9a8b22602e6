package docs

import (
	"bytes"
	"flag"
	"fmt"
	"os"
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
differences, at first and second order. What is used at kinks is a
[convention](conventions.md#conventions-at-kinks) with a test.

The cost is the leading term of the value, counted by hand: additions and
multiplications, and ƒ for a call of a function such as exp. N is the number of elements
of the result, M that of the input, n the length of a row or the size of a square matrix.

| operation | value | rule | domain | at kinks | cost |
|---|---|---|---|---|---|
`)
	cell := strings.NewReplacer("|", `\|`)
	for _, e := range ops.Catalog() {
		fmt.Fprintf(&b, "| %s | %s | %s | [%g, %g] | %s | %s |\n",
			e.Name, cell.Replace(e.Formula), cell.Replace(e.Rule), e.Domain.Lo, e.Domain.Hi, cell.Replace(e.Kinks), costOf(e.Name))
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

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
