package tensor

// A walk visits the elements of a shape in row-major order and keeps, for up
// to three arrays, the position of the element that belongs to it. An array
// enters by its step along each axis: 0 where it is broadcast, another than
// the row-major one where it is transposed or cut. Broadcasting, reductions,
// transposition and slicing are all walks, and differ in these steps alone.
type walk []axis

// An axis of a walk has n places; array k moves by step[k] from each to the
// next. The walk stands at place i.
type axis struct {
	n, i int
	step position
}

// A position holds one offset, or one step, for each array of a walk.
type position [3]int

// with returns w with one more axis outside of the others, which it joins to
// the outermost if all arrays move on evenly from one to the other. Axes are
// few then and rows long.
func (w walk) with(n int, step position) walk {
	if n == 1 {
		return w
	}
	if len(w) > 0 {
		in := &w[len(w)-1]
		if step == (position{in.n * in.step[0], in.n * in.step[1], in.n * in.step[2]}) {
			in.n *= n
			return w
		}
	}
	return append(w, axis{n: n, step: step})
}

// over appends to w the axes of shape, last first, for arrays whose shapes
// broadcast to it.
func (w walk) over(shape []int, arrays ...[]int) walk {
	stride := position{1, 1, 1} // the row-major steps of each array
	for i := 1; i <= len(shape); i++ {
		var step position
		for k, s := range arrays {
			if i <= len(s) && s[len(s)-i] != 1 {
				step[k] = stride[k]
				stride[k] *= s[len(s)-i]
			}
		}
		w = w.with(shape[len(shape)-i], step)
	}
	return w
}

// row takes the innermost axis off w: the caller loops over it itself.
func (w walk) row() (axis, walk) {
	if len(w) == 0 {
		return axis{n: 1}, nil
	}
	return w[0], w[1:]
}

// next moves at to the next place and reports whether there was one; after
// the last it leaves w and at as they were before the first.
func (w walk) next(at *position) bool {
	for j := range w {
		ax := &w[j]
		ax.i++
		if ax.i < ax.n {
			at[0] += ax.step[0]
			at[1] += ax.step[1]
			at[2] += ax.step[2]
			return true
		}
		ax.i = 0
		at[0] -= (ax.n - 1) * ax.step[0]
		at[1] -= (ax.n - 1) * ax.step[1]
		at[2] -= (ax.n - 1) * ax.step[2]
	}
	return false
}

// cut returns the part of x that belongs to a row of n elements: one element
// if x is broadcast along the row.
func cut[T any](x []T, at, n, step int) []T {
	if step == 0 {
		return x[at : at+1]
	}
	return x[at : at+n]
}
