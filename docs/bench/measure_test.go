package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// try measures some cases in 3 rounds, or as many as are given.
func (r *report) try(t *testing.T, only string, rounds ...int) error {
	t.Helper()
	n := append(rounds, 3)[0]
	o := options{threads: []int{1}, types: []string{"f32"}, only: regexp.MustCompile(only), rounds: n, sample: 2 * time.Millisecond}
	return r.measure(t.Context(), o, io.Discard)
}

// In a round each side is asked once, and the order turns from round to round.
func TestAlternation(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("BENCH_LOG", log)
	r := report{Sides: []*Side{
		fakeSide(t, "adjoint", "adjoint", "ok 2"), fakeSide(t, "limit", "limit", "ok 1"), fakeSide(t, "gonum", "gonum", "ok 3"),
	}}
	if err := r.try(t, "^gemm/square 256$"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	ours, limit, gonum := "ok 2 <- gemm f32 256 256 256 0 0 2", "ok 1 <- flops f32 3.3554432e+07 2", "ok 3 <- gemm f32 256 256 256 0 0 2"
	want := []string{ours, limit, gonum, gonum, limit, ours, ours, limit, gonum}
	if got := strings.Split(strings.TrimSpace(string(text)), "\n"); !slices.Equal(got, want) {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	x := r.Results[0]
	if len(r.Results) != 1 || x.Sides["adjoint"].Value.Median != 2 || x.Sides["limit"].Ratio.Median != 0.5 || x.Sides["gonum"].Ratio.Median != 1.5 {
		t.Errorf("results: %+v", r.Results)
	}
	if got := r.Sides[2].About; got != "fake" {
		t.Errorf("gonum says of itself %q", got)
	}
}

// All variants of a side are measured, the slower half leaves after each round,
// and the fastest counts. One that is refused is noted.
func TestVariants(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("BENCH_LOG", log)
	torch := fakeSide(t, "torch-best", "torch", "variant")
	torch.group, torch.variants = "step", []string{"5", "no-6", "3", "4", "2"}
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "ok 2"), fakeSide(t, "limit", "limit", "ok 0.5"), torch}}
	if err := r.try(t, "^(step/sgd 64-64-10 batch 32|engine/chain 1000)$", 4); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for line := range strings.Lines(string(text)) {
		if _, ask, ok := strings.Cut(line, "variant <- as "); ok {
			asked = append(asked, strings.Fields(ask)[0])
			if !strings.HasSuffix(ask, " step f32 sgd 64-64-10 32 2\n") {
				t.Errorf("asked as %s", ask)
			}
		}
	}
	if want := strings.Fields("5 no-6 3 4 2 2 3 2 2"); !slices.Equal(asked, want) {
		t.Errorf("asked as %v, want %v", asked, want)
	}
	f := r.Results[0].Sides["torch-best"]
	if f.Variant != "2" || !slices.Equal(f.Samples, []float64{2, 2, 2, 2}) || f.Ratio.Median != 1 || f.AtMost != 4 ||
		!maps.Equal(f.Slower, map[string]float64{"3": 3, "4": 4, "5": 5}) {
		t.Errorf("%+v", f)
	}
	short := report{Sides: r.Sides[:1:1]}
	short.Sides = append(short.Sides, torch)
	if err := short.try(t, "^step/sgd 64-64-10 batch 32$", 1); err != nil {
		t.Fatal(err)
	}
	if f := short.Results[0].Sides["torch-best"]; f.Variant != "2" || len(f.Slower) != 3 {
		t.Errorf("after one round, in which two are left: %+v", f)
	}
	if want := "torch-best no-6, threads 1, step/sgd 64-64-10 batch 32 f32: no-6"; len(r.Notes) != 1 || r.Notes[0] != want {
		t.Errorf("notes %q", r.Notes)
	}
	if len(r.Results) != 2 || r.Results[1].Sides["torch-best"] != nil {
		t.Error("a side of steps was asked for the chain")
	}
	if got, want := cell(f, torch), "1.00 (1.00–1.00) ≤ 4.00 2"; got != want {
		t.Errorf("the cell is %s, want %s", got, want)
	}
}

// A rival that fails is noted and left out; the others are measured.
func TestLostSides(t *testing.T) {
	for _, test := range []struct {
		answer string
		notes  []string
	}{
		{"err cannot", []string{"gonum, threads 1, gemm/square 8 f32: cannot", "gonum, threads 1, gemm/square 16 f32: cannot"}},
		{"death", []string{`gonum, threads 1, gemm/square 8 f32: "gemm f32 8 8 8 0 0 2": the process ended: oh dear`,
			"gonum, threads 1, gemm/square 16 f32: its process failed before"}},
		{"nonsense", []string{`gonum, threads 1, gemm/square 8 f32: malformed answer "nonsense"`,
			"gonum, threads 1, gemm/square 16 f32: its process failed before"}},
		{"ok 0", []string{`gonum, threads 1, gemm/square 8 f32: malformed answer "ok 0"`, // nothing takes no time
			"gonum, threads 1, gemm/square 16 f32: its process failed before"}},
	} {
		r := report{Sides: []*Side{
			fakeSide(t, "adjoint", "adjoint", "ok 2"), fakeSide(t, "gonum", "gonum", test.answer), fakeSide(t, "openblas", "openblas", "ok 1"),
		}}
		if err := r.try(t, "^gemm/square (8|16)$"); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Notes, test.notes) {
			t.Errorf("%s: notes\n%s\nwant\n%s", test.answer, strings.Join(r.Notes, "\n"), strings.Join(test.notes, "\n"))
		}
		for _, x := range r.Results {
			if x.Sides["gonum"] != nil || len(x.Sides["openblas"].Samples) != 3 || len(x.Sides["adjoint"].Samples) != 3 {
				t.Errorf("%s: %s has %v", test.answer, x.Case, x.Sides)
			}
		}
	}
}

// Allocations are counted for adjoint alone, and may be 0.
func TestCounts(t *testing.T) {
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "ok 0"), fakeSide(t, "torch", "torch", "ok 1")}}
	if err := r.try(t, "^engine/allocations of chain"); err != nil {
		t.Fatal(err)
	}
	if x := r.Results[0]; len(r.Notes) > 0 || x.Sides["torch"] != nil || x.Sides["adjoint"].Value.Median != 0 {
		t.Errorf("%+v, notes %q", x, r.Notes)
	}
}

// There is nothing to compare with if adjoint fails.
func TestLostAdjoint(t *testing.T) {
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "death")}}
	err := r.try(t, "^gemm/square 8$")
	if want := `adjoint: "gemm f32 8 8 8 0 0 2": the process ended: oh dear`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestStarts(t *testing.T) {
	for rounds, want := range map[int]int{1: 1, 3: 1, 5: 2, 9: 3, 99: 3} {
		if got := starts(rounds); got != want {
			t.Errorf("%d processes in %d rounds, want %d", got, rounds, want)
		}
	}
}

func TestNoCase(t *testing.T) {
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "ok 1")}}
	if err := r.try(t, "^banana$"); err == nil || err.Error() != "-only ^banana$: no case has such a name" {
		t.Errorf("error %v", err)
	}
}

// The slowest of the limits counts.
func TestLimits(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("BENCH_LOG", log)
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "ok 2"), fakeSide(t, "limit", "limit", "shortness")}}
	if err := r.try(t, "^gemm/dX 1x784x128$", 1); err != nil {
		t.Fatal(err)
	}
	if x := r.Results[0].Sides["limit"].Value.Median; x != float64(100-len("flops f32 200704 2")) {
		t.Errorf("the limit is %v", x)
	}
}

// Memory and start are measured in processes of their own, three at most.
func TestFreshProcesses(t *testing.T) {
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "ok 4096"), fakeSide(t, "torch", "torch", "ok 8192")}}
	if err := r.try(t, "^process/", 15); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Results[0].Sides["torch"].Samples); n != 3 {
		t.Errorf("%d samples of memory", n)
	}
	if got := r.Results[0].Sides["torch"].Ratio.Median; got != 2 {
		t.Errorf("memory of torch over ours: %v", got)
	}
	if start := r.Results[1].Sides["adjoint"].Value; start.Min <= 0 || start.Max > 60 {
		t.Errorf("the start took %v s: that is the answer, not the time", start)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := report{Sides: []*Side{fakeSide(t, "adjoint", "adjoint", "silence")}}
	time.AfterFunc(50*time.Millisecond, cancel)
	o := options{threads: []int{1}, types: []string{"f32"}, only: regexp.MustCompile(""), rounds: 1, sample: time.Millisecond}
	if err := r.measure(ctx, o, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
