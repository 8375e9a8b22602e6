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
	steps         [2][2]int
	f             func(dst, a, b []T)
	row           func(acc T, x []T) T
	rows          func(dst, x []T)

	space []T // for results in between, kept
}

// A weight is how many elements of a loop are worth a second goroutine: about
// 10 µs of one core. Measured with two goroutines, sums and functions alike gain
// 1.3 to 1.9 from 5 to 10 µs on if the team is awake. If it sleeps, they lose 5 to
// 10 % there, less than 2 % from 40 µs on, and gain from 150 µs on, which is the
// time of waking it. Two cores have twice the bandwidth of one as far as the
// last cache, so that what waits for memory gains like the rest.
const (
	light = 1 << 16 // sums, products and the like
	heavy = 1 << 15 // exponentials and what is made of them
)

// The least loop that is shared is cut into pieces, a long one into mostPieces
// or such as take a block.
const (
	pieces     = 4
	mostPieces = 16
)

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
	t.runAndKeep(do, n, piece)
	t.release()
}

// runAndKeep leaves the task, and its space, to the caller.
func (t *task[T]) runAndKeep(do func(t *task[T], i, j int), n, piece int) {
	t.do, t.n, t.piece = do, n, min(max(1, piece, parts(n, mostPieces)), block)
	if !t.shared() {
		for i := range parts(n, t.piece) {
			t.part(i)
		}
	}
}

func (t *task[T]) release() {
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
