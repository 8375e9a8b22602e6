package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A side chooses by itself what the environment would choose for it.
func TestEnvironment(t *testing.T) {
	t.Setenv("OPENBLAS_CORETYPE", "Haswell")
	t.Setenv("OPENBLAS_L2_SIZE", "512")
	t.Setenv("GOMAXPROCS", "7")
	t.Setenv("BENCH_KEPT", "yes")
	s := &Side{argv: []string{"sh", "x"}, counted: true, openMP: "lib"}
	for _, threads := range []int{1, 2} {
		cmd := s.command(t.Context(), threads)
		n := "1"
		if threads == 2 {
			n = "2"
		}
		if !slices.Equal(cmd.Args, []string{"sh", "x", n}) {
			t.Errorf("arguments %q", cmd.Args)
		}
		env := cmd.Environ()
		for _, want := range []string{"BENCH_KEPT=yes", "GOMAXPROCS=" + n, "OMP_NUM_THREADS=" + n, "OPENBLAS_NUM_THREADS=" + n} {
			if !slices.Contains(env, want) {
				t.Errorf("no %s in the environment", want)
			}
		}
		for _, v := range env {
			if strings.HasPrefix(v, "OPENBLAS_CORETYPE") || strings.HasPrefix(v, "OPENBLAS_L2") || v == "GOMAXPROCS=7" {
				t.Errorf("%s has stayed", v)
			}
		}
		if got := slices.Contains(env, "LD_LIBRARY_PATH=lib"); got != (threads == 2) {
			t.Errorf("%d threads: the OpenMP library is set: %v", threads, got)
		}
	}
	s.set = []string{"OPENBLAS_CORETYPE=SkylakeX"}
	if !slices.Contains(s.command(t.Context(), 1).Environ(), "OPENBLAS_CORETYPE=SkylakeX") {
		t.Error("what the side sets is not set")
	}
}

// Without a compiler and without Python the columns stay empty, for a reason.
func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	sides, err := findSides(t.Context(), rivals, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"adjoint":        "",
		"limit":          "there is no C compiler: no cc on the PATH",
		"gonum":          "",
		"openblas":       "there is no C compiler: no cc on the PATH (libopenblas-dev has what it needs)",
		"openblas-tuned": "there is no C compiler: no cc on the PATH (libopenblas-dev has what it needs)",
		"torch":          "no python3 on the PATH has PyTorch (Debian: python3-torch)",
		"torch-tuned":    "no python3 on the PATH has PyTorch (Debian: python3-torch)",
		"torch-best":     "no python3 on the PATH has PyTorch (Debian: python3-torch)",
		"torch-by-hand":  "no python3 on the PATH has PyTorch (Debian: python3-torch)",
	}
	for _, s := range sides {
		if why, ok := want[s.Name]; !ok || s.Missing != why {
			t.Errorf("%s is missing because %q, want %q", s.Name, s.Missing, why)
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

func TestSidesChosen(t *testing.T) {
	sides, err := findSides(t.Context(), []string{"gonum"}, t.TempDir())
	if err != nil || len(sides) != 2 || sides[0].Name != "adjoint" || sides[1].Name != "gonum" {
		t.Errorf("%v, %v", sides, err)
	}
}

// A compiler that fails is quoted with its first error.
func TestCompile(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	script := "#!/bin/sh\necho 'In function main:' >&2\necho '/bin/ld: cannot find -lopenblas' >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "cc"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	_, err := compile(t.Context(), dir, "openblas", openblasC)
	if want := "openblas.c does not compile: /bin/ld: cannot find -lopenblas"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if got := complaint("", errors.New("exit status 1")); got != "exit status 1" {
		t.Errorf("without output: %s", got)
	}
}
