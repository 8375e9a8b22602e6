package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// runIn runs the program in a new directory.
func runIn(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	code = run(ctx, args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// The short form, of adjoint alone.
func TestQuick(t *testing.T) {
	code, stdout, stderr := runIn(t, t.Context(), "-quick", "-against", "", "-types", "f32", "-threads", "1", "-rounds", "1", "-sample", "1ms")
	if code != done {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	file, err := os.ReadFile(filepath.Join("bench-out", "bench.md"))
	if err != nil || string(file) != stdout {
		t.Errorf("bench.md is not what was printed: %v", err)
	}
	data, err := os.ReadFile(filepath.Join("bench-out", "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	want := tasks("f32", true)
	if !r.Complete || len(r.Results) != len(want) || len(r.Notes) > 0 {
		t.Errorf("%d results of %d cases, complete: %v, notes %q", len(r.Results), len(want), r.Complete, r.Notes)
	}
	for i, x := range r.Results {
		if f := x.Sides["adjoint"]; x.Case != want[i].name || x.Unit != want[i].unit || f == nil || f.Value.Median <= 0 && x.Unit != ofCount || f.Ratio != nil {
			t.Errorf("result %d is %+v, want one of %s", i, x, want[i].label())
		}
		if !strings.Contains(stdout, "\n| "+x.Case+" | f32 | 1 |") {
			t.Errorf("no row for %s", x.Case)
		}
	}
	if !strings.Contains(stdout, "\n## To reach\n") || len(r.Verdicts) == 0 {
		t.Error("no goals")
	}
	if r.Machine.Cores < 1 || r.Machine.CPU == "" || r.Machine.Go == "" {
		t.Errorf("the machine is not named: %+v", r.Machine)
	}
}

func TestAgainstGonum(t *testing.T) {
	code, stdout, stderr := runIn(t, t.Context(), "-quick", "-against", "gonum", "-only", "gemm/square 32", "-types", "f64",
		"-threads", "1,2", "-rounds", "2", "-sample", "1ms", "-out", "here/and/there")
	if code != done {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	table := stdout[strings.LastIndex(stdout, "##"):] // of products: the goals know no gonum
	if n := strings.Count(table, "| square 32 | f64 |"); n != 2 || strings.Contains(table, "| – |") {
		t.Errorf("%d rows, or one without a ratio:\n%s", n, stdout)
	}
	if _, err := os.Stat("here/and/there/bench.json"); err != nil {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
		want string
	}{
		{"-banana", misused, "flag provided but not defined: -banana"},
		{"more", misused, `unknown argument "more"`},
		{"-types f16", misused, `-types f16: "f16" is not one of f32, f64`},
		{"-types f32,", misused, `-types f32,: "" is not one of f32, f64`},
		{"-against gonum,mkl", misused, `-against gonum,mkl: "mkl" is not one of limit, gonum, openblas, torch`},
		{"-threads 0", misused, `-threads 0: "0" is not a number from 1 to 256`},
		{"-threads 1,two", misused, `-threads 1,two: "two" is not a number from 1 to 256`},
		{"-only (", misused, "-only: error parsing regexp"},
		{"-rounds -1", misused, "-rounds -1 -sample 25ms: wants at least one round"},
		{"-sample 1us", misused, "-rounds 5 -sample 1µs: wants at least one round, and samples of 1ms to 15s"},
		{"-child banana", misused, `no side is called "banana"`},
		{"-against= -only banana", failed, "-only banana: no case has such a name"},
		{"-out main_test.go/x", failed, "main_test.go"},
	} {
		t.Run(test.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			args := append([]string{"-out", t.TempDir()}, strings.Fields(test.args)...)
			if strings.HasPrefix(test.args, "-child") {
				args = args[2:]
			}
			code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
			if code != test.code || !strings.Contains(stderr.String(), test.want) || stdout.Len() > 0 {
				t.Errorf("exit code %d, want %d; said %q%q, want %s", code, test.code, stdout.String(), stderr.String(), test.want)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	code, stdout, _ := runIn(t, t.Context(), "-h")
	if code != done {
		t.Errorf("exit code %d", code)
	}
	for _, flag := range []string{"-threads", "-types", "-only", "-against", "-quick", "-rounds", "-sample", "-out"} {
		if !strings.Contains(stdout, "\n  "+flag) {
			t.Errorf("the help does not mention %s", flag)
		}
	}
}

// Defaults depend on -quick, but yield to flags.
func TestDefaults(t *testing.T) {
	for _, test := range []struct {
		args, want string
	}{
		{"", "5 25ms"},
		{"-quick", "3 10ms"},
		{"-quick -rounds 5", "5 10ms"},
		{"-quick -sample 1s", "3 1s"},
	} {
		o, err := parseOptions(strings.Fields(test.args))
		if got := strings.TrimSpace(strings.Join([]string{string(rune('0' + o.rounds)), o.sample.String()}, " ")); err != nil || got != test.want {
			t.Errorf("%q: %s, %v, want %s", test.args, got, err, test.want)
		}
	}
}

// A stopper cancels a run when its progress tells of a case.
type stopper struct {
	bytes.Buffer
	at     string
	cancel context.CancelFunc
}

func (s *stopper) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte(s.at)) {
		s.cancel()
	}
	return s.Buffer.Write(p)
}

// Ctrl-C leaves a report of what was measured.
func TestInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	var stdout bytes.Buffer
	stderr := &stopper{at: "2/", cancel: cancel}
	args := []string{"-against", "", "-only", "gemm/square (8|16|32)$", "-rounds", "1", "-sample", "1ms"}
	if code := run(ctx, args, strings.NewReader(""), &stdout, stderr); code != interrupted {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	text := stdout.String()
	if !strings.Contains(text, "interrupted") || !strings.Contains(text, "| square 8 |") || strings.Contains(text, "| square 16 |") {
		t.Errorf("printed %s", text)
	}
	if data, err := os.ReadFile("bench-out/bench.json"); err != nil || !bytes.Contains(data, []byte(`"complete": false`)) {
		t.Errorf("bench.json: %v: %s", err, data)
	}
}

func TestCaches(t *testing.T) {
	dir := t.TempDir()
	for i, c := range [][2]string{{"32K", "Data"}, {"64K", "Instruction"}, {"1024K", "Unified"}, {"2048K", "Unified"}} {
		index := filepath.Join(dir, fmt.Sprint("index", i))
		if err := errors.Join(os.Mkdir(index, 0o777), os.WriteFile(filepath.Join(index, "size"), []byte(c[0]+"\n"), 0o666),
			os.WriteFile(filepath.Join(index, "type"), []byte(c[1]+"\n"), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	m := Machine{Caches: caches(dir)}
	if !slices.Equal(m.Caches, []float64{32 << 10, 1 << 20, 2 << 20}) {
		t.Errorf("caches of %v bytes", m.Caches)
	}
	for _, test := range []struct {
		bytes   float64
		threads int
		want    string
	}{{32 << 10, 1, "L1"}, {33 << 10, 1, "L2"}, {64 << 10, 2, "L1"}, {2 << 20, 1, "L3"}, {2 << 20, 2, "L2"}, {3 << 20, 2, "memory"}} {
		if got := m.home(test.bytes, test.threads); got != test.want {
			t.Errorf("%v bytes of %d threads live in %s, want %s", test.bytes, test.threads, got, test.want)
		}
	}
	if got := (Machine{}).home(1, 1); got != "" {
		t.Errorf("nothing is known, but they live in %s", got)
	}
}

func TestParseCPU(t *testing.T) {
	m := parseCPU("processor\t: 0\nmodel name\t: Abacus 9\nflags\t\t: fpu avx2 fma avx512fp16\n\nmodel name\t: other\n")
	if m.CPU != "Abacus 9" || strings.Join(m.Instructions, " ") != "avx2 fma" {
		t.Errorf("%+v", m)
	}
	if m := parseCPU(""); m.CPU != "unknown CPU" || len(m.Instructions) > 0 {
		t.Errorf("nothing known: %+v", m)
	}
}
