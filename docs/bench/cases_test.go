package main

import (
	"slices"
	"strings"
	"testing"
)

// Each case has a name of its own, and the programs in Go know its request.
func TestTasks(t *testing.T) {
	gonum, limit := &Side{program: "gonum"}, &Side{program: "limit"}
	for _, typ := range []string{"f32", "f64"} {
		for _, quick := range []bool{false, true} {
			seen := map[string]bool{}
			for _, task := range tasks(typ, quick) {
				if seen[task.label()] {
					t.Errorf("two cases are called %s", task.label())
				}
				seen[task.label()] = true
				if task.typ != typ || strings.Fields(task.ask)[1] != typ {
					t.Errorf("%s is of type %s and asks %q", task.label(), task.typ, task.ask)
				}
				if _, err := prepareAdjoint(strings.Fields(task.ask)); err != nil {
					t.Errorf("%s: %v", task.label(), err)
				}
				if _, err := prepareGonum(strings.Fields(task.ask)); (err == nil) != task.asks(gonum) {
					t.Errorf("%s: gonum is asked: %v; its answer: %v", task.label(), task.asks(gonum), err)
				}
				if len(task.limits) == 0 && task.asks(limit) {
					t.Errorf("%s asks for a limit that it does not have", task.label())
				}
			}
			for _, g := range groups {
				if !slices.ContainsFunc(tasks(typ, quick), func(t task) bool { return t.group.name == g.name }) {
					t.Errorf("no case in %s", g.name)
				}
			}
		}
	}
}

// The requests are the products of the layer y = x Wᵀ, W of out × in.
func TestProductRequests(t *testing.T) {
	want := map[string]string{ // name: m n k ta tb
		"gemm/square 8":           "8 8 8 0 0",
		"gemm/forward 64x784x128": "64 128 784 0 1",
		"gemm/dW 64x784x128":      "128 784 64 1 0",
		"gemm/dX 64x784x128":      "64 784 128 0 0",
	}
	for _, task := range tasks("f64", false) {
		product, ok := want[task.label()]
		if !ok {
			continue
		}
		delete(want, task.label())
		if task.ask != "gemm f64 "+product {
			t.Errorf("%s asks %q, want gemm f64 %s", task.label(), task.ask, product)
		}
	}
	for name := range want {
		t.Errorf("no case is called %s", name)
	}
}

func TestFlops(t *testing.T) {
	for _, test := range []struct {
		n    network
		want float64
	}{
		{network{"3-2", 1}, 2*3*2 + 2*3*2}, // y = x Wᵀ and dW
		{network{"64-64-10", 32}, 2 * 32 * (2*64*64 + 3*64*10)},
		{network{"784-512-512-10", 256}, 2 * 256 * (2*784*512 + 3*512*512 + 3*512*10)},
	} {
		if got := test.n.flops(); got != test.want {
			t.Errorf("a step of %v has %v operations, want %v", test.n, got, test.want)
		}
	}
	limits := map[string][]string{
		"square 256":             {"flops f32 3.3554432e+07"},
		"forward 1x784x128":      {"flops f32 200704", "traffic f32 33754 3"}, // (784 + 128 + 784·128)/3 elements
		"exp":                    {"traffic f32 666666 3"},
		"exp forward + backward": {"traffic f32 1333333 3.75"},
		"update adam":            {"traffic f32 1333333 5.25"},
	}
	for _, task := range tasks("f32", false) {
		if want, ok := limits[task.name]; ok && !slices.Equal(task.limits, want) {
			t.Errorf("the limits of %s are %q, want %q", task.name, task.limits, want)
		}
		if task.name == "square 256" && task.flops != 2*256*256*256 {
			t.Errorf("%s has %v operations", task.name, task.flops)
		}
	}
}
