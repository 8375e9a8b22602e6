package main

import (
	"os/exec"
	"strings"
	"testing"
)

// The programs in C and Python keep to the protocol: they answer what they are
// asked in a run, and refuse the rest without an end.
func TestForeign(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles, and starts Python")
	}
	sides, err := findSides(t.Context(), []string{"limit", "openblas", "torch"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sides[1:] {
		t.Run(s.Name, func(t *testing.T) {
			if s.Missing != "" {
				t.Skip(s.Missing)
			}
			p, err := start(s.command(t.Context(), 1))
			if err != nil {
				t.Fatal(err)
			}
			defer p.stop()
			if about, err := p.ask(t.Context(), "hello", patience); err != nil || !strings.HasPrefix(about, "ok ") || len(about) < 10 {
				t.Errorf("hello: %q, %v", about, err)
			}
			for _, bad := range []string{"", "banana", "banana f32 1", "gemm f16 2 2 2 0 0 1", "gemm f32 2 2", "flops f32 -1 1", "traffic f16 9 2 1", "map f32 exp 1",
				"as raw map f32 exp 9 1", "as raw step f32 newton 4-2 3 1", "as banana step f32 sgd 4-2 3 1"} {
				if line, err := p.ask(t.Context(), bad, patience); err != nil || !strings.HasPrefix(line, "err ") {
					t.Errorf("%q: %q, %v", bad, line, err)
				}
			}
			asked := 0
			for _, task := range tasks("f64", true) {
				if !task.asks(s) {
					continue
				}
				asked++
				asks := []string{task.ask}
				if s.program == "limit" {
					asks = task.limits
				}
				for i, v := range s.variants {
					asks = append(asks[:i], "as "+v+" "+task.ask)
				}
				for _, ask := range asks {
					if x, err := p.measure(t.Context(), ask+" 1", patience); err != nil || task.name == "first gradient" && x != 4 {
						t.Errorf("%s: %v, %v", ask, x, err)
					}
				}
			}
			if asked == 0 {
				t.Error("nothing was asked")
			}
		})
	}
}

// Time grows with what is asked of the limits: operations count as given, and
// arrays by the number and the length.
func TestLimitsAreProportional(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	s := limitSide(t.Context(), t.TempDir())
	if s.Missing != "" {
		t.Skip(s.Missing)
	}
	p, err := start(s.command(t.Context(), 1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	for _, test := range []struct{ small, large string }{
		{"flops f32 1e6", "flops f32 1e9"},
		{"flops f64 1e6", "flops f64 1e9"},
		{"traffic f32 1000 2", "traffic f32 1000 2000"},
		{"traffic f64 1000 3", "traffic f64 1000 3000"},
	} {
		small, err := p.measure(t.Context(), test.small+" 5", patience)
		if err != nil {
			t.Fatal(err)
		}
		large, err := p.measure(t.Context(), test.large+" 5", patience)
		if err != nil {
			t.Fatal(err)
		}
		// A factor of 1000 but for the noise of the machine.
		if r := large / small; r < 100 || r > 10000 {
			t.Errorf("%s takes %v times as long as %s", test.large, r, test.small)
		}
	}
}

// Each variant of a step changes the parameters as the usual one does: compared
// in float64, after five steps of either rule.
func TestVariantsAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Python")
	}
	dir := t.TempDir()
	sides := torchSides(t.Context(), dir)
	if sides[0].Missing != "" {
		t.Skip(sides[0].Missing)
	}
	const script = `
import copy, sys
import torch, torch_bench as bench

named = set(sys.argv[1:])
assert named == set(bench.VARIANTS), named ^ set(bench.VARIANTS)
for rule in "sgd", "adam":
    data = model, x, labels = bench.network(torch.float64, "7-6-5-4", "8")
    start = [p.detach().clone() for p in model.parameters()]
    opt = (torch.optim.SGD if rule == "sgd" else torch.optim.Adam)(model.parameters(), lr=1e-4 if rule == "sgd" else 1e-6)
    for _ in range(5):
        opt.zero_grad()
        bench.F.cross_entropy(model(x), labels).backward()
        opt.step()
    want = [p.detach() - s for p, s in zip(model.parameters(), start)]
    for name, variant in bench.VARIANTS.items():
        m = copy.deepcopy(model)
        with torch.no_grad():
            for p, s in zip(m.parameters(), start):
                p.copy_(s)
        try:
            step = variant(m, x, labels, rule)
        except ImportError as e:
            print(name, e, file=sys.stderr)  # this PyTorch lacks it
            continue
        for _ in range(5):
            step()
        for p, s, w in zip(m.parameters(), start, want):
            far = (p.detach() - s - w).abs().max() / w.abs().max()
            assert far < 1e-9, (rule, name, far)
`
	var names []string
	for _, s := range sides {
		names = append(names, s.variants...)
	}
	python := exec.CommandContext(t.Context(), sides[0].argv[0], append([]string{"-c", script}, names...)...)
	python.Dir = dir
	if out, err := python.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
