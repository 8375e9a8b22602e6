package main

import (
	"strings"
	"testing"
)

// entered is the entrants with these samples.
func entered(samples map[*Side][]float64) []*entrant {
	var list []*entrant
	for s, x := range samples {
		list = append(list, &entrant{side: s, samples: x})
	}
	return list
}

func TestMarkdown(t *testing.T) {
	adjoint := &Side{Name: "adjoint", program: "adjoint", About: "adjoint, go1"}
	limit := &Side{Name: "limit", Title: "of the limit", program: "limit", About: "the peak"}
	gonum := &Side{Name: "gonum", Title: "gonum", program: "gonum"}
	openblas := &Side{Name: "openblas", Title: "OpenBLAS", program: "openblas", Missing: "no compiler"}
	torch := &Side{Name: "torch", Title: "PyTorch", program: "torch"}
	r := report{
		Machine: Machine{CPU: "Abacus", Cores: 2, Instructions: []string{"avx2", "fma"}, OS: "linux/amd64", Go: "go1"},
		Rounds:  4, Sample: "50ms",
		Sides: []*Side{adjoint, limit, gonum, openblas, torch},
	}
	r.note("torch: gone")
	square := task{group: &groups[0], name: "square 100", typ: "f32", unit: ofTime, flops: 2e6}
	other := square
	other.name = "square 1"
	r.add(square, 1, entered(map[*Side][]float64{adjoint: {1e-3, 1e-3, 2e-3, 1e-3}, limit: {8e-4, 9e-4, 1.6e-3, 7e-4}, gonum: {2e-3, 3e-3, 8e-3, 5e-3}}), nil)
	r.add(other, 1, entered(map[*Side][]float64{adjoint: {1}}), nil)
	r.add(square, 2, entered(map[*Side][]float64{adjoint: {1e-9}}), nil)
	other.typ = "f64"
	r.add(other, 1, entered(map[*Side][]float64{adjoint: {1}}), nil)
	other.typ = "f32"
	r.add(other, 2, entered(map[*Side][]float64{adjoint: {2}}), nil)
	memory := task{group: &groups[4], name: "memory", typ: "f64", unit: ofMemory}
	r.add(memory, 1, entered(map[*Side][]float64{adjoint: {3 << 20}, torch: {300 << 20}}), nil)

	text := r.markdown()
	for _, want := range []string{
		"# Bench: Abacus, 2 cores\n\nlinux/amd64, go1, avx2 fma. 4 rounds, samples of 50ms.\nThe run was interrupted",
		"- adjoint: adjoint, go1\n- limit: the peak\n- openblas: not measured: no compiler\n- not measured: torch: gone\n",
		"| case | type | threads | adjoint | GFLOP/s | of the limit | gonum | OpenBLAS |\n|---|---|--:|--:|--:|--:|--:|--:|\n" +
			"| square 100 | f32 | 1 | 1.00 ms | 2.00 | 80.0 % (77.5–82.5) | 3.50 (2.75–4.25) ≤ 4.17 | – |\n" +
			"| square 100 | f32 | 2 | 1.00 ns | 2000000 | – | – | – |\n" +
			"| square 1 | f32 | 1 | 1.00 s | 0.002 | – | – | – |\n" +
			"| square 1 | f32 | 2 | 2.00 s | 0.001 | – | – | – |\n" +
			"| square 1 | f64 | 1 | 1.00 s | 0.002 | – | – | – |\n",
		"| case | type | threads | adjoint | PyTorch |\n|---|---|--:|--:|--:|\n| memory | f64 | 1 | 3.00 MiB | 100 (100–100) |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no\n%s\nin\n%s", want, text)
		}
	}
	if strings.Contains(text, groups[1].title) {
		t.Error("a table without rows")
	}
	r.Complete = true
	if strings.Contains(r.markdown(), "interrupted") {
		t.Error("a complete run was interrupted")
	}
}

func TestQuantity(t *testing.T) {
	for _, test := range []struct {
		x    float64
		u    unit
		want string
	}{
		{2.5e-9, ofTime, "2.50 ns"},
		{999e-9, ofTime, "999 ns"},
		{1e-6, ofTime, "1.00 µs"},
		{0.0123, ofTime, "12.3 ms"},
		{75, ofTime, "75.0 s"},
		{1 << 19, ofMemory, "0.5 MiB"},
		{250 << 20, ofMemory, "250 MiB"},
		{2.75, ofCost, "2.75"},
		{0.01234, ofCost, "0.0123"},
	} {
		if got := quantity(test.x, test.u); got != test.want {
			t.Errorf("%v %s is written %s, want %s", test.x, test.u, got, test.want)
		}
	}
}
