package kernel

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/exp/constraints"
)

// No loop and no fold reads or writes past a row that ends with the memory.
func TestLoopsAtPageEnd(t *testing.T) {
	for set := generic; set <= machine(); set++ {
		checkLoopsAtPageEnd(t, allLoops64()[set])
		checkLoopsAtPageEnd(t, allLoops32()[set])
	}
}

func checkLoopsAtPageEnd[T constraints.Float](t *testing.T, l *Loops[T]) {
	r := rand.New(rand.NewPCG(9, 10))
	const most = 70
	a, b, c, d := paged(t, odd[T](r, most)), paged(t, odd[T](r, most)), paged(t, odd[T](r, most)), paged(t, odd[T](r, most))
	dst, numbers := paged(t, make([]T, most)), odd[T](r, 9)
	for n := range most {
		at := most - n
		for _, e := range entries(l, 0.5, 2) {
			e.call(dst[at:], a[at:], b[at:], c[at:])
			if e.steps && n > 0 {
				e.call(dst[at:], a[most-1:], b[most-1:], c[most-1:])
			}
		}
		l.Sum(0, a[at:])
		l.Max(0, a[at:])
		l.Min(0, a[at:])
		l.top(0, a[at:])
		l.find(a[at:], 0.3)
		l.dot(a[at:], b[at:])
		l.sumExp(a[at:], 1)
		l.expSum(dst[at:], a[at:], 1)
		l.spread(a[at:], 1)
		l.spreadWith(a[at:], b[at:], 1)
		for _, f := range []func(dst, x []T){l.SumRows, l.MaxRows, l.MinRows} {
			if n > 0 {
				f(dst[at:], a[at:])
				f(dst[most-1:], a[at:])
			}
		}
		for _, e := range changes(l) {
			e.call(a[at:], b[at:], c[at:], dst[at:], d[at:], numbers)
		}
	}
}
