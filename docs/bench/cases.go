package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A group is one table.
type group struct {
	name, title string
	note        string
	against     []string // what can be asked the same
}

var groups = []group{
	{"gemm", "Matrix products",
		"Forward is X Wᵀ, dW is dYᵀ X and dX is dY W, for W of out × in; the name is batch × in × out. " +
			"The limit is the peak of multiply-adds.",
		[]string{"limit", "gonum", "openblas"}},
	{"step", "Training steps",
		"Forward, backward and update of a ReLU network with cross-entropy. " +
			"The limit is its products at the peak of multiply-adds.",
		[]string{"limit", "torch"}},
	{"elementwise", "Elementwise functions and rows",
		"The limit is the memory traffic alone: two arrays forward, five forward + backward (cross-entropy: three).",
		[]string{"limit", "torch"}},
	{"engine", "The engine",
		"The chain is of scalar operations, forward + backward. Cost is the time of value and gradient over the time of the value alone.",
		[]string{"torch"}},
	{"process", "Memory and start",
		"Peak resident memory of a process that trains, and the time from the start of a process to its first gradient.",
		[]string{"torch"}},
}

// A unit is what the samples of a case count.
type unit string

const (
	ofTime   unit = "s"
	ofMemory unit = "bytes"
	ofCost   unit = "times"
)

// A life says which process answers.
type life int

const (
	kept  life = iota // one process for all cases
	fresh             // one for each sample
	timed             // one for each sample, timed from its start to its answer
)

// A task is one case at one element type: what the sides are asked.
type task struct {
	group *group
	name  string
	typ   string  // f32 or f64
	ask   string  // the request, but for the milliseconds
	limit string  // the request to the program of limits; empty: none
	flops float64 // of one call, if that is a useful figure
	unit  unit
	life  life
}

// label is what -only looks at.
func (t task) label() string { return t.group.name + "/" + t.name }

// A shape is a product of a dense layer.
type shape struct{ batch, in, out int }

// tasks lists the cases at one element type.
func tasks(typ string, quick bool) []task {
	sizes := []int{8, 16, 32, 64, 128, 256, 512, 1024}
	shapes := []shape{{64, 784, 128}, {256, 784, 512}, {256, 512, 512}, {512, 1024, 1024}, {32, 64, 64}, {64, 128, 10}, {1, 784, 128}}
	networks := []network{{"64-64-10", 32}, {"784-128-10", 64}, {"784-512-512-10", 256}, {"1024-1024-1024-1024", 512}}
	middle := networks[2]
	length := 1_000_000
	if quick {
		sizes, shapes, networks, middle = []int{32, 128, 256}, shapes[4:6], networks[:2], networks[1]
		length = 100_000
	}
	l := taskList{typ: typ}
	for _, n := range sizes {
		l.product("square "+strconv.Itoa(n), n, n, n, false, false)
	}
	for _, s := range shapes {
		name := fmt.Sprintf("%dx%dx%d", s.batch, s.in, s.out)
		l.product("forward "+name, s.batch, s.out, s.in, false, true)
		l.product("dW "+name, s.out, s.in, s.batch, true, false)
		l.product("dX "+name, s.batch, s.in, s.out, false, false)
	}
	for _, rule := range []string{"sgd", "adam"} {
		for _, n := range networks {
			l.add("step", task{name: rule + " " + n.String(),
				ask:   fmt.Sprintf("step %s %s %s %d", typ, rule, n.widths, n.batch),
				limit: fmt.Sprintf("flops %s %g", typ, n.flops()), flops: n.flops()})
		}
	}
	for _, f := range []string{"exp", "tanh", "sigmoid", "gelu"} {
		l.traffic(f, length, 2, fmt.Sprintf("map %s %s %d", typ, f, length))
		l.traffic(f+" forward + backward", length, 5, fmt.Sprintf("mapgrad %s %s %d", typ, f, length))
	}
	l.traffic("softmax 256x1000 forward + backward", 256_000, 5, fmt.Sprintf("softmax %s 256 1000", typ))
	l.traffic("cross-entropy 256x1000 forward + backward", 256_000, 3, fmt.Sprintf("crossentropy %s 256 1000", typ))
	l.add("engine", task{name: "chain 1000", ask: fmt.Sprintf("chain %s 1000", typ)})
	l.add("engine", task{name: "cost " + middle.String(), unit: ofCost,
		ask: fmt.Sprintf("cost %s %s %d", typ, middle.widths, middle.batch)})
	l.add("process", task{name: "memory " + middle.String(), unit: ofMemory, life: fresh,
		ask: fmt.Sprintf("memory %s %s %d", typ, middle.widths, middle.batch)})
	l.add("process", task{name: "first gradient", life: timed, ask: "first " + typ})
	return l.tasks
}

// A taskList collects tasks of one element type.
type taskList struct {
	typ   string
	tasks []task
}

func (l *taskList) add(in string, t task) {
	t.group = &groups[slices.IndexFunc(groups, func(g group) bool { return g.name == in })]
	t.typ = l.typ
	if t.unit == "" {
		t.unit = ofTime
	}
	l.tasks = append(l.tasks, t)
}

// product adds C = op(A) op(B), where C is m × n and the sums run over k.
func (l *taskList) product(name string, m, n, k int, ta, tb bool) {
	flag := map[bool]int{true: 1}
	flops := 2 * float64(m) * float64(n) * float64(k)
	l.add("gemm", task{name: name, flops: flops,
		ask:   fmt.Sprintf("gemm %s %d %d %d %d %d", l.typ, m, n, k, flag[ta], flag[tb]),
		limit: fmt.Sprintf("flops %s %g", l.typ, flops)})
}

// traffic adds a case that reads and writes so many arrays of n elements.
func (l *taskList) traffic(name string, n, arrays int, ask string) {
	l.add("elementwise", task{name: name, ask: ask, limit: fmt.Sprintf("traffic %s %d %d", l.typ, n, arrays)})
}

// A network is a dense one: its widths, as 784-128-10, and its batch.
type network struct {
	widths string
	batch  int
}

func (n network) String() string { return fmt.Sprintf("%s batch %d", n.widths, n.batch) }

// flops counts the products of one step: three for each layer, but no gradient
// of the data.
func (n network) flops() float64 {
	sum, in := 0.0, 0
	for i, text := range strings.Split(n.widths, "-") {
		out, err := strconv.Atoi(text)
		if err != nil {
			panic(err) // the networks are constants
		}
		products := 3
		if i == 1 {
			products = 2
		}
		sum += float64(2 * products * n.batch * in * out)
		in = out
	}
	return sum
}
