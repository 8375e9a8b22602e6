package kernel

import "golang.org/x/exp/constraints"

// shortRow is the length below which rows are not worth a call each: several are
// done at once, with what is broadcast to them repeated in a buffer of runLength.
const (
	shortRow  = 100
	runLength = 1 << 10
)

// zipLoop returns a loop that calls f for the m rows of dst, of n elements, and
// those of a and b: row i of an operand begins at i·step[0], and step[1] is 0 if
// one element stands for a whole row.
func zipLoop[T constraints.Float]() func(f func(dst, a, b []T), dst, a, b []T, m, n int, stepA, stepB [2]int) {
	do := func(t *task[T], i, j int) {
		n := t.width
		if n >= shortRow {
			for ; i < j; i++ {
				t.f(t.x[0][i*n:(i+1)*n], t.rowOf(1, i), t.rowOf(2, i))
			}
			return
		}
		w := formsOf[T](best).spaces.get()
		for most := runLength / n; i < j; i += most {
			k := min(most, j-i)
			t.f(t.x[0][i*n:(i+k)*n], t.rowsOf(1, i, k, &w.a), t.rowsOf(2, i, k, &w.b))
		}
		formsOf[T](best).spaces.put(w)
	}
	return func(f func(dst, a, b []T), dst, a, b []T, m, n int, stepA, stepB [2]int) {
		if m*n == 0 {
			return
		}
		t := newTask(dst, a, b)
		t.f, t.steps = f, [2][2]int{stepA, stepB}
		t.runRows(do, m, m*n, light)
	}
}

// rowOf returns row i of operand k, or the one element that stands for it.
func (t *task[T]) rowOf(k, i int) []T {
	at := i * t.steps[k-1][0]
	if t.steps[k-1][1] == 0 {
		return t.x[k][at : at+1]
	}
	return t.x[k][at : at+t.width]
}

// rowsOf returns the rows i to i+count of operand k, one after another.
func (t *task[T]) rowsOf(k, i, count int, space *[]T) []T {
	n := t.width
	switch t.steps[k-1] {
	case [2]int{n, 1}:
		return t.x[k][i*n : (i+count)*n]
	case [2]int{}:
		return t.x[k][:1]
	}
	to := grow(space, count*n)
	if t.steps[k-1][0] == 0 { // one row: what is there is doubled
		for done := copy(to, t.rowOf(k, i)); done < len(to); done *= 2 {
			copy(to[done:], to[:done])
		}
		return to
	}
	for r := range count {
		row, from := to[r*n:(r+1)*n], t.rowOf(k, i+r)
		if copy(row, from) < n {
			for j := range row {
				row[j] = from[0]
			}
		}
	}
	return to
}
