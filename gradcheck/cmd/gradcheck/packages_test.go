package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A module of two right and two wrong gradients: the wrong ones are named with
// their lines, and the module's own tests are left alone.
func TestPackages(t *testing.T) {
	before := listing(t, "testdata")
	var out bytes.Buffer
	if exit := run(env{out: &out, err: &out}, []string{"packages", "-C", "testdata/small", "./..."}); exit != wrong {
		t.Errorf("exit %d", exit)
	}
	var verdicts []string
	for _, m := range regexp.MustCompile(`(?m)^testdata/small/(small\.go:\d+: [^(]*) \(`).FindAllStringSubmatch(out.String(), -1) {
		verdicts = append(verdicts, m[1])
	}
	want := "small.go:10: Softplus, gradient: pass\nsmall.go:20: Rosenbrock, gradient: pass\n" +
		"small.go:37: Entropy, gradient: mismatch\nsmall.go:56: Ridge.Func, gradient: mismatch"
	if got := strings.Join(verdicts, "\n"); got != want {
		t.Errorf("verdicts:\n%s\nwant\n%s\nof\n%s", got, want, &out)
	}
	if !strings.Contains(out.String(), "the right one negated (sign)") {
		t.Errorf("no hint:\n%s", &out)
	}
	if after := listing(t, "testdata"); after != before {
		t.Errorf("files were left behind:\n%s", after)
	}
}

func listing(t *testing.T, dir string) string {
	var names []string
	if err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		names = append(names, path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

// All signatures that are understood.
func TestForms(t *testing.T) {
	var out bytes.Buffer
	run(env{out: &out, err: &out}, []string{"packages", "./testdata/forms"})
	for _, want := range []string{
		"Plane, gradient: pass", "cube, gradient: pass", "Four, gradient: pass", "Four, Hessian: pass",
		"Polar, Jacobian: pass", "Swap, Jacobian: pass", "Turn, Jacobian: pass", "Log, gradient: pass",
		"Layer, vars: pass", "Mixed, vars: pass", "Cut, vars: mismatch", "Abs is skipped: its gradient is a subgradient",
		"Writes, gradient: impure", "Panics, gradient: noanswer", "panic: not today", "Corner, gradient: kink",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said", want)
		}
	}
	if n := strings.Count(out.String(), "forms.go:"); n != 15 {
		t.Errorf("%d verdicts", n)
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// Directives that cannot be read name their place.
func TestDirectives(t *testing.T) {
	for text, want := range map[string]string{
		"n zero":       "a number of at least 1",
		"m 0":          "a number of at least 1",
		"x":            "it wants numbers",
		"x 1 b":        `parsing "b"`,
		"domain 2 1":   "two numbers, the less first",
		"vars 2 3":     "a shape is written as [2 3]",
		"vars [a]":     `"a" is no dimension`,
		"vars [1] [2]": "2 shapes for 1 Vars",
		"vars":         "it wants shapes",
		"skip":         "it wants a reason",
		"dimension 3":  "there is no such directive",
	} {
		dir := t.TempDir()
		source := "package p\n\n//gradcheck:" + text + "\nfunc F(x float64) float64 { return x }\n\nfunc FGrad(x float64) float64 { return 1 }\n"
		if strings.HasPrefix(text, "vars") {
			source = "package p\n\n//gradcheck:" + text + "\nfunc F(x *graph.Var) *graph.Var { return x }\n"
		}
		if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := discover(dir, []string{"p.go"})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "p.go:") {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

// Packages that cannot be checked.
func TestPackagesUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		exit int
		want string
	}{
		{[]string{"packages", "./there/is/none"}, cannot, "there/is/none"},
		{[]string{"packages", "errors"}, right, "no gradients were found"},
		{[]string{"packages", "-h"}, right, "//gradcheck:domain"},
		{[]string{"packages", "-C", "/does/not/exist"}, cannot, "go list"},
	} {
		var out bytes.Buffer
		if exit := run(env{out: &out, err: &out}, c.args); exit != c.exit || !strings.Contains(out.String(), c.want) {
			t.Errorf("%q: exit %d, want %d and %q:\n%s", c.args, exit, c.exit, c.want, &out)
		}
	}
}
