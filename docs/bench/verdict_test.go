package main

import (
	"slices"
	"strings"
	"testing"
)

// The goals cover what they name: each has cases in a full run.
func TestGoalsHaveCases(t *testing.T) {
	for _, g := range goals() {
		n := 0
		for _, typ := range []string{"f32", "f64"} {
			for _, task := range tasks(typ, false) {
				for _, threads := range []int{1, 2} {
					if g.about(Result{Group: task.group.name, Case: task.name, Type: typ, Threads: threads}) {
						n++
					}
				}
			}
		}
		if n == 0 {
			t.Errorf("%s: no case matches %s", g.what, g.cases)
		}
	}
}

// figures are those of a case with one sample of each side.
func figures(in, name, typ string, threads int, seconds map[string]float64) Result {
	var list []*entrant
	for side, x := range seconds {
		list = append(list, &entrant{side: &Side{Name: side, program: strings.TrimSuffix(side, "-tuned")}, samples: []float64{x}})
	}
	i := slices.IndexFunc(groups, func(g group) bool { return g.name == in })
	var r report
	r.add(task{group: &groups[i], name: name, typ: typ, unit: ofTime, flops: 1}, threads, list, nil)
	return r.Results[0]
}

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		name    string
		results []Result
		want    []string // rows, by what they begin with
	}{
		{"the case furthest behind counts, against the faster OpenBLAS", []Result{
			figures("gemm", "square 8", "f32", 1, map[string]float64{"adjoint": 1, "openblas": 2, "openblas-tuned": 1.25, "limit": 0.5}),
			figures("gemm", "square 16", "f32", 2, map[string]float64{"adjoint": 1, "openblas": 0.9, "openblas-tuned": 3, "limit": 0.5}),
			figures("gemm", "square 32", "f64", 1, map[string]float64{"adjoint": 1, "openblas": 0.95, "limit": 0.8}),
			figures("gemm", "square 64", "f64", 1, map[string]float64{"adjoint": 1}),
		}, []string{"| products, n ≤ 128 and skinny | ≥ 1 x OpenBLAS at its best | 1 of 3 | square 16 f32, 2 | 0.9 (0.9–0.9) | 1.80 | no |"}},
		{"what the limit forbids", []Result{
			figures("gemm", "square 512", "f64", 1, map[string]float64{"adjoint": 1, "openblas": 1.1, "limit": 0.99}),
			figures("gemm", "square 256", "f64", 1, map[string]float64{"adjoint": 1, "openblas": 1.2, "limit": 0.7}),
		}, []string{
			"| products, n ≥ 256 and training shapes: one thread | ≥ 85 % of the limit | 1 of 2 | square 256 f64, 1 | 70.0 % (70.0–70.0 %) | 100 % | no |",
			"| products, n ≥ 256 and training shapes: f64, one thread | ≥ 1.15 x OpenBLAS at its best | 1 of 2 | square 512 f64, 1 | 1.10 (1.10–1.10) | 1.11 | no; 1 cannot |",
		}},
		{"one of two asks is enough", []Result{
			figures("elementwise", "exp", "f32", 1, map[string]float64{"adjoint": 1, "torch-tuned": 1.2, "limit": 0.9}),
			figures("elementwise", "tanh", "f32", 1, map[string]float64{"adjoint": 1, "torch-tuned": 1.6, "limit": 0.2}),
		}, []string{"| exp, tanh, sigmoid, gelu; forward, gradient | ≥ 1.5 x PyTorch tuned, or ≥ 85 % of the limit | 2 of 2 | exp f32, 1 | 90.0 % (90.0–90.0 %) | 100 % | yes |"}},
		{"quantities of adjoint alone, and what was not measured", []Result{
			figures("engine", "chain 1000", "f64", 1, map[string]float64{"adjoint": 119e-6}),
			figures("engine", "chain 1000", "f32", 1, map[string]float64{"adjoint": 121e-6}),
			figures("process", "first gradient", "f64", 1, map[string]float64{"adjoint": 0.02}),
		}, []string{
			"| chain of scalar operations | ≥ 20 x PyTorch | 0 of 0 | – | – | – | not measured |",
			"| chain of scalar operations | ≤ 120 ns an operation | 1 of 2 | chain 1000 f32, 1 | 121 ns (121 ns–121 ns) | – | no |",
			"| from start to first gradient | ≤ 20.0 ms | 1 of 1 | first gradient f64, 1 | 20.0 ms (20.0 ms–20.0 ms) | – | yes |",
		}},
		{"allocations", []Result{
			figures("engine", "allocations of chain 1000", "f64", 1, map[string]float64{"adjoint": 0}),
			figures("engine", "allocations of a step 2-2 batch 1", "f64", 1, map[string]float64{"adjoint": 2}),
		}, []string{"| that chain, a training step | ≤ 0 allocations | 1 of 2 | allocations of a step 2-2 batch 1 f64, 1 | 2.00 (2.00–2.00) | – | no |"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for i := range test.results {
				if strings.HasPrefix(test.results[i].Case, "allocations") {
					test.results[i].Unit = ofCount
				}
			}
			r := report{Results: test.results}
			r.judge()
			var b strings.Builder
			r.verdicts(&b)
			var rows []string
			for line := range strings.Lines(b.String()) {
				if line = strings.TrimSpace(line); strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| what") {
					rows = append(rows, line)
				}
			}
			for _, want := range test.want {
				if !slices.Contains(rows, want) {
					t.Errorf("no row\n%s\nin\n%s", want, strings.Join(rows, "\n"))
				}
			}
		})
	}
}

// The floor of a step is the sum of the fastest of its products, by type and
// number of threads; without one of them there is none.
func TestFloors(t *testing.T) {
	of := network{"3-2-1", 4}
	r := report{Results: []Result{
		figures("step", "sgd", "f32", 1, map[string]float64{"adjoint": 40}),
		figures("gemm", "forward 4x3x2", "f32", 1, map[string]float64{"adjoint": 3, "openblas": 1, "limit": 0.1}),
		figures("gemm", "dW 4x3x2", "f32", 1, map[string]float64{"adjoint": 2, "openblas": 3}),
		figures("gemm", "dX 4x3x2", "f32", 1, map[string]float64{"adjoint": 1000}),
		figures("gemm", "forward 4x2x1", "f32", 1, map[string]float64{"adjoint": 3}),
		figures("gemm", "dW 4x2x1", "f32", 1, map[string]float64{"adjoint": 3}),
		figures("gemm", "dX 4x2x1", "f32", 1, map[string]float64{"adjoint": 1}),
		figures("step", "sgd", "f32", 2, map[string]float64{"adjoint": 40}),
	}}
	r.floors(map[string][]string{"sgd": of.products()})
	if got := r.Results[0].Floor; got != 1+2+3+3+1 {
		t.Errorf("the floor is %v", got)
	}
	if got := r.Results[7].Floor; got != 0 {
		t.Errorf("no product was measured, but the floor is %v", got)
	}
	if found, _, ok := nearFloor(4).found(r.Results[0]); !ok || found.Median != 4 {
		t.Errorf("40 is %v times a floor of 10", found.Median)
	}
	var b strings.Builder
	r.Sides = []*Side{{Name: "adjoint", program: "adjoint"}}
	r.table(&b, &groups[1])
	if !strings.Contains(b.String(), "| sgd | f32 | 1 | 40.0 s | 2.5e-11 | 4.00 |\n| sgd | f32 | 2 | 40.0 s | 2.5e-11 | – |\n") {
		t.Error(b.String())
	}
}

// Each product of a network is among the cases.
func TestProductsAreCases(t *testing.T) {
	for _, quick := range []bool{false, true} {
		names := make(map[string]bool)
		for _, task := range tasks("f64", quick) {
			names[task.label()] = true
		}
		steps := 0
		for step, list := range products(quick) {
			for _, name := range list {
				steps++
				if !names["gemm/"+name] {
					t.Errorf("%s needs %s, which is not measured", step, name)
				}
			}
		}
		if steps == 0 {
			t.Error("no step has products")
		}
	}
}
