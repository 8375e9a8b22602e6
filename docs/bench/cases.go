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
			"Batched is so many products one after the other. The limit is the peak of multiply-adds; " +
			"for products with few for each element, also the memory traffic of a triad.",
		[]string{"limit", "gonum", "openblas"}},
	{"step", "Training steps",
		"Forward, backward and update of a ReLU network with cross-entropy. The limit is its products at the peak of multiply-adds, " +
			"the floor the fastest measured one for each of its products, added up.",
		[]string{"limit", "torch"}},
	{"elementwise", "Elementwise functions, rows and updates",
		"The limit is the memory traffic alone, at the rate of a triad over as much memory. Of a call: what it must move, " +
			"and the cache that its arrays fit into.",
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
	ofCount  unit = "count"
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
	group  *group
	name   string
	typ    string   // f32 or f64
	ask    string   // the request, but for the milliseconds
	limits []string // requests to the program of limits, of which the slowest counts
	flops  float64  // of one call, if that is a useful figure
	bytes  float64  // that one call reads and writes, likewise
	lives  float64  // bytes of the arrays it does that to
	unit   unit
	life   life
	alone  bool // only adjoint is asked

	products []string // of a step: the names of the cases with its products
}

// label is what -only looks at.
func (t task) label() string { return t.group.name + "/" + t.name }

// A shape is a product of a dense layer.
type shape struct{ batch, in, out int }

func (s shape) String() string { return fmt.Sprintf("%dx%dx%d", s.batch, s.in, s.out) }

// tasks lists the cases at one element type.
func tasks(typ string, quick bool) []task {
	sizes := []int{8, 16, 32, 64, 100, 128, 256, 257, 512, 1000, 1024}
	networks := []network{{"64-64-10", 32}, {"784-128-10", 64}, {"784-512-512-10", 256}, {"1024-1024-1024-1024", 512}}
	others := []shape{{1, 784, 128}, {1, 64, 10}, {8, 128, 10}, {64, 512, 10}}
	batches := [][4]int{{64, 32, 32, 32}, {16, 128, 128, 64}} // count, m, n, k
	functions := []string{"exp", "tanh", "sigmoid", "gelu", "log", "sin", "erf", "softplus", "silu", "relu"}
	middle, length, short := networks[2], 1_000_000, []int{10_000, 100_000}
	if quick {
		sizes, networks, others, batches, functions = []int{32, 128, 256}, networks[:2], others[:1], batches[:1], functions[:4]
		middle, length, short = networks[1], 100_000, short[:1]
	}
	l := taskList{typ: typ}
	for _, n := range sizes {
		l.product("square "+strconv.Itoa(n), n, n, n, false, false)
	}
	l.layers(networks, others)
	for _, s := range batches {
		l.batch(s[0], s[1], s[2], s[3])
	}
	for _, rule := range []string{"sgd", "adam"} {
		for _, n := range networks {
			l.step(rule, n)
		}
	}
	for _, f := range functions {
		l.traffic(f, length, 2, 2, fmt.Sprintf("map %s %s %d", typ, f, length))
		l.traffic(f+" forward + backward", length, 5, 4, fmt.Sprintf("mapgrad %s %s %d", typ, f, length))
	}
	for _, n := range append(short, length) {
		l.traffic(fmt.Sprintf("add of %d", n), n, 3, 3, fmt.Sprintf("map %s add %d", typ, n))
		l.traffic(fmt.Sprintf("mul of %d", n), n, 3, 3, fmt.Sprintf("map %s mul %d", typ, n))
	}
	l.traffic("add forward + backward", length, 6, 6, fmt.Sprintf("mapgrad %s add %d", typ, length))
	l.traffic("mul forward + backward", length, 8, 6, fmt.Sprintf("mapgrad %s mul %d", typ, length))
	l.traffic("sum of rows", length, 1, 1, fmt.Sprintf("sum %s 1 %d 1000", typ, length/1000))
	l.traffic("sum of columns", length, 1, 1, fmt.Sprintf("sum %s 0 %d 1000", typ, length/1000))
	for _, f := range []string{"softmax", "log-softmax", "layer-norm"} {
		l.traffic(f+" 256x1000 forward + backward", 256_000, 5, 4, fmt.Sprintf("rows %s %s 256 1000", typ, f))
	}
	l.traffic("cross-entropy 256x1000 forward + backward", 256_000, 3, 2, fmt.Sprintf("crossentropy %s 256 1000", typ))
	for i, rule := range []string{"sgd", "momentum", "adam"} {
		l.traffic("update "+rule, length, 3+2*i, 2+i, fmt.Sprintf("update %s %s %d", typ, rule, length))
	}
	l.add("engine", task{name: "chain 1000", ask: fmt.Sprintf("chain %s 1000", typ)})
	l.add("engine", task{name: "allocations of chain 1000", unit: ofCount, alone: true, ask: fmt.Sprintf("chainallocs %s 1000", typ)})
	l.add("engine", task{name: "allocations of a step " + middle.String(), unit: ofCount, alone: true,
		ask: fmt.Sprintf("stepallocs %s adam %s %d", typ, middle.widths, middle.batch)})
	l.add("engine", task{name: "cost " + middle.String(), unit: ofCost,
		ask: fmt.Sprintf("cost %s %s %d", typ, middle.widths, middle.batch)})
	l.add("process", task{name: "memory " + middle.String(), unit: ofMemory, life: fresh,
		ask: fmt.Sprintf("memory %s %s %d", typ, middle.widths, middle.batch)})
	l.add("process", task{name: "first gradient", life: timed, ask: "first " + typ})
	return l.tasks
}

// products are the names of the products of each step.
func products(quick bool) map[string][]string {
	names := make(map[string][]string)
	for _, t := range tasks("f32", quick) {
		names[t.name] = t.products
	}
	return names
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
	l.products(name, fmt.Sprintf("gemm %s %d %d %d %d %d", l.typ, m, n, k, flag[ta], flag[tb]), 1, m, n, k)
}

// batch adds so many products C = A Bᵀ.
func (l *taskList) batch(count, m, n, k int) {
	l.products(fmt.Sprintf("batched %d of %dx%dx%d", count, m, k, n), fmt.Sprintf("batch %s %d %d %d %d 0 1", l.typ, count, m, n, k), count, m, n, k)
}

// products adds a case. Its limit is the peak of multiply-adds, and where there
// are few of them for each element also the traffic of the three matrices.
func (l *taskList) products(name, ask string, count, m, n, k int) {
	flops := 2 * float64(count) * float64(m) * float64(n) * float64(k)
	elements := count * (m*n + m*k + n*k)
	t := task{name: name, ask: ask, flops: flops, limits: []string{fmt.Sprintf("flops %s %g", l.typ, flops)}}
	if flops/float64(elements) < 32 {
		t.limits = append(t.limits, fmt.Sprintf("traffic %s %d 3", l.typ, max(1, elements/3)))
	}
	l.add("gemm", t)
}

// layers adds the products of all layers, each shape once.
func (l *taskList) layers(networks []network, others []shape) {
	var shapes []shape
	for _, n := range networks {
		shapes = append(shapes, n.layers()...)
	}
	seen := make(map[shape]bool)
	for _, s := range append(shapes, others...) {
		if seen[s] {
			continue
		}
		seen[s] = true
		l.product("forward "+s.String(), s.batch, s.out, s.in, false, true)
		l.product("dW "+s.String(), s.out, s.in, s.batch, true, false)
		l.product("dX "+s.String(), s.batch, s.in, s.out, false, false)
	}
}

// step adds a training step.
func (l *taskList) step(rule string, n network) {
	l.add("step", task{name: rule + " " + n.String(), flops: n.flops(), products: n.products(),
		ask:    fmt.Sprintf("step %s %s %s %d", l.typ, rule, n.widths, n.batch),
		limits: []string{fmt.Sprintf("flops %s %g", l.typ, n.flops())}})
}

// traffic adds a case that reads or writes arrays of n elements so many times;
// there are so many of them. Its limit is as much traffic over three arrays that
// together are as large as those.
func (l *taskList) traffic(name string, n, times, arrays int, ask string) {
	size := map[string]float64{"f32": 4, "f64": 8}[l.typ] * float64(n)
	part := max(1, n*arrays/3)
	l.add("elementwise", task{name: name, ask: ask, bytes: size * float64(times), lives: size * float64(arrays),
		limits: []string{fmt.Sprintf("traffic %s %d %.6g", l.typ, part, float64(n*times)/float64(part))}})
}

// A network is a dense one: its widths, as 784-128-10, and its batch.
type network struct {
	widths string
	batch  int
}

func (n network) String() string { return fmt.Sprintf("%s batch %d", n.widths, n.batch) }

// layers are the layers' shapes, the first first.
func (n network) layers() []shape {
	var list []shape
	in := 0
	for i, text := range strings.Split(n.widths, "-") {
		out, err := strconv.Atoi(text)
		if err != nil {
			panic(err) // the networks are constants
		}
		if i > 0 {
			list = append(list, shape{n.batch, in, out})
		}
		in = out
	}
	return list
}

// products are the names of the products of one step: three for each layer, but
// no gradient of the data.
func (n network) products() []string {
	var names []string
	for i, s := range n.layers() {
		names = append(names, "forward "+s.String(), "dW "+s.String())
		if i > 0 {
			names = append(names, "dX "+s.String())
		}
	}
	return names
}

// flops counts those products' operations.
func (n network) flops() float64 {
	sum := 0.0
	for i, s := range n.layers() {
		products := 3
		if i == 0 {
			products = 2
		}
		sum += float64(2 * products * s.batch * s.in * s.out)
	}
	return sum
}
