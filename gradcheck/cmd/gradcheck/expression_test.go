package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func runText(args ...string) (exit int, text string) {
	var out bytes.Buffer
	exit = run(env{out: &out, err: &out}, args)
	return exit, out.String()
}

func TestExpr(t *testing.T) {
	for _, c := range []struct {
		args []string
		exit int
		want []string
	}{
		{[]string{"sum(log(1+exp(w*x)))", "w=0.3", "x=1,2,3"}, right, []string{"= 3.13299707\n", "∂/∂w = 3.998603637\n", "mul(v0, v1)", ": pass"}},
		{[]string{"-order=2", "x^3", "x=2"}, right, []string{"= 8\n", "∂/∂x = 12\n", ": pass"}},
		{[]string{"-trace=false", "x*v", "x=2", "v=1,2"}, right, []string{"∂Σ/∂x = 3\n", "∂Σ/∂v = [2 2]\n"}},
		{[]string{"A@b", "A=1,2;3,4", "b=1,1"}, right, []string{"= [3 7]\n", "∂Σ/∂A = [[1 1]"}},
		{[]string{"-steps", "sin(x)", "x=1"}, right, []string{"h        forward", "1e-3 ", "▪"}},
		{[]string{"1+1"}, right, []string{"1+1 = 2\n"}},
		{[]string{"x*detach(x)", "x=3"}, wrong, []string{": detached"}},
		{[]string{"abs(x)", "x=0"}, right, []string{"∂/∂x = 0"}},
		{[]string{"log(x)", "x=-1"}, wrong, []string{"nonfinite"}},
		{[]string{"x+", "x=1"}, cannot, []string{"x+\n  ^ column 3"}},
		{[]string{"x+y", "x=1"}, cannot, []string{"column 3: y has no value"}},
		{[]string{"x", "x=a"}, cannot, []string{`x: "a" is no number`}},
		{[]string{"x", "x"}, cannot, []string{"gives no value"}},
		{[]string{"x", "y=1"}, cannot, []string{"no variable y"}},
		{nil, cannot, []string{"there is no expression"}},
		{[]string{"-order=3", "x", "x=1"}, cannot, []string{"must be 1 or 2"}},
		{[]string{"-h"}, right, []string{"softplus", "-steps"}},
		{[]string{"-svg=/does/not/exist/x.svg", "x", "x=1"}, cannot, []string{"no such file"}},
	} {
		exit, text := runText(append([]string{"expr"}, c.args...)...)
		if exit != c.exit {
			t.Errorf("%q: exit %d, want %d:\n%s", c.args, exit, c.exit, text)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q: no %q in\n%s", c.args, want, text)
			}
		}
	}
	svg := filepath.Join(t.TempDir(), "x.svg")
	if exit, text := runText("expr", "-svg", svg, "-dot", "-", "sin(x)*x", "x=1"); exit != right || !strings.Contains(text, "digraph tape") {
		t.Errorf("exit %d: %s", exit, text)
	}
	if picture, err := os.ReadFile(svg); err != nil || !strings.HasPrefix(string(picture), "<svg") {
		t.Errorf("%v: %.100s", err, picture)
	}
}

func TestOps(t *testing.T) {
	if exit, text := runText("ops", "Tanh", "MatMul"); exit != right || !strings.Contains(text, "Tanh[[2 3]]: pass") || !strings.Contains(text, "MatMul") || strings.Contains(text, "Exp") {
		t.Errorf("exit %d: %s", exit, text)
	}
	if exit, text := runText("ops", "Frobnicate"); exit != cannot || !strings.Contains(text, "no operation Frobnicate") {
		t.Errorf("exit %d: %s", exit, text)
	}
	if exit, _ := runText("ops", "-order=0"); exit != cannot {
		t.Errorf("order 0: exit %d", exit)
	}
	exit, text := runText("ops", "-json=-", "Tanh")
	var read struct{ Results []struct{ Verdict string } }
	if err := json.Unmarshal([]byte(text), &read); err != nil || exit != right || len(read.Results) != 4 {
		t.Errorf("exit %d, %v: %s", exit, err, text)
	}
}

// Every form of output is written to a file, as a whole.
func TestOutputs(t *testing.T) {
	dir := t.TempDir()
	args := []string{"expr"}
	for _, f := range forms {
		args = append(args, "-"+f.flag, filepath.Join(dir, f.flag))
	}
	if exit, text := runText(append(args, "x*detach(x)", "x=3")...); exit != wrong {
		t.Errorf("exit %d: %s", exit, text)
	}
	for _, f := range forms {
		if text, err := os.ReadFile(filepath.Join(dir, f.flag)); err != nil || !strings.Contains(string(text), "detached") {
			t.Errorf("%s: %v, %.200s", f.flag, err, text)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != len(forms) {
		t.Errorf("%d files", len(files))
	}
	if exit, text := runText("expr", "-json", "/does/not/exist/x", "x", "x=1"); exit != cannot || !strings.Contains(text, "no such file") {
		t.Errorf("exit %d: %s", exit, text)
	}
}

func TestExplainAndCompletion(t *testing.T) {
	for _, c := range []struct {
		args []string
		exit int
		want string
	}{
		{[]string{"explain", "kink"}, right, "What to do: Check at another point"},
		{[]string{"explain"}, cannot, "nondeterministic"},
		{[]string{"explain", "-h"}, right, "nondeterministic"},
		{[]string{"explain", "luck"}, cannot, `no code "luck"`},
		{[]string{"completion", "zsh"}, right, "#compdef gradcheck"},
		{[]string{"completion", "fish"}, right, "complete -c gradcheck"},
		{[]string{"completion"}, cannot, "Usage"},
		{[]string{"completion", "-h"}, right, "Usage"},
	} {
		if exit, text := runText(c.args...); exit != c.exit || !strings.Contains(text, c.want) {
			t.Errorf("%q: exit %d, want %d and %q:\n%s", c.args, exit, c.exit, c.want, text)
		}
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	_, script := runText("completion", "bash")
	out, err := exec.Command(bash, "-c", script+`
COMP_WORDS=(gradcheck ex); COMP_CWORD=1; _gradcheck; echo "${COMPREPLY[@]}"
COMP_WORDS=(gradcheck explain ki); COMP_CWORD=2; _gradcheck; echo "${COMPREPLY[@]}"`).CombinedOutput()
	if err != nil || string(out) != "exec expr explain\nkink\n" {
		t.Errorf("%v: %s", err, out)
	}
}
