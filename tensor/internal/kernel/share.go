package kernel

import (
	"runtime"

	"golang.org/x/exp/constraints"
)

// A task is a loop over n elements or rows. Any cut between two of them gives
// the same bits, so that goroutines may share it.
type task[T constraints.Float] struct {
	do       func(t *task[T], i, j int) // the elements or rows i to j
	n, piece int

	// What do reads and writes, in an order of its own.
	x       [5][]T
	c       [5]T
	descent Descent[T]
	adapt   Adaptation[T]
	labels  []int
	eps     float64

	width, height int // of rows: their length and number
	strips, wide  int // of columns: how many, of that many

	space []T // for results in between, kept
}

// A weight is how many elements of a loop are worth a second goroutine: some
// 10 µs of one core, what a team that is not asleep needs to be quicker, and not
// much more than it costs to wake one. Measured with two goroutines: two cores
// share the bandwidth of the last cache and of the memory, and add gains 1.1 to
// 1.8, functions 1.9.
const (
	light = 1 << 17 // sums, products and the like, which wait for memory
	heavy = 1 << 14 // exponentials and what is made of them
)

// pieces is how many pieces the least loop that is shared is cut into.
const pieces = 4

var (
	tasks32 pool[task[float32]]
	tasks64 pool[task[float64]]
)

// newTask returns a task on these slices.
func newTask[T constraints.Float](x ...[]T) *task[T] {
	t := tasksOf[T]().get()
	copy(t.x[:], x)
	return t
}

func tasksOf[T constraints.Float]() *pool[task[T]] {
	if p, ok := any(&tasks32).(*pool[task[T]]); ok {
		return p
	}
	return any(&tasks64).(*pool[task[T]])
}

// runRows does a task for n rows that have so many elements together.
func (t *task[T]) runRows(do func(t *task[T], i, j int), n, elements, weight int) {
	t.width = elements / max(n, 1)
	t.run(do, n, weight/pieces/max(t.width, 1))
}

// run does the task for n elements or rows in pieces of that many, and takes it
// back.
func (t *task[T]) run(do func(t *task[T], i, j int), n, piece int) {
	t.do, t.n, t.piece = do, n, max(1, piece)
	if !t.shared() {
		for i := range parts(n, t.piece) {
			t.part(i)
		}
	}
	*t = task[T]{space: t.space}
	tasksOf[T]().put(t)
}

// shared does the task with a team, or returns false if there is none to be had.
func (t *task[T]) shared() bool {
	n, procs := parts(t.n, t.piece), runtime.GOMAXPROCS(0)
	if procs == 1 || n == 1 || n < pieces && t.piece > 1 || !crew.busy.TryLock() {
		return false
	}
	defer crew.busy.Unlock()
	crew.do(t, n, procs)
	return true
}

func (t *task[T]) part(i int) { t.do(t, i*t.piece, min((i+1)*t.piece, t.n)) }
