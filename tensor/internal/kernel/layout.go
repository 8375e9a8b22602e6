package kernel

import "golang.org/x/exp/constraints"

// CopyStep sets dst[o+i·d] to x[p+i·s] for i < n. A step may be negative.
func CopyStep[T constraints.Float](dst []T, o, d int, x []T, p, s, n int) {
	for range n {
		dst[o] = x[p]
		o += d
		p += s
	}
}

// AddStep adds x[p+i·s] to dst[o+i·d] for i < n.
func AddStep[T constraints.Float](dst []T, o, d int, x []T, p, s, n int) {
	for range n {
		dst[o] += x[p]
		o += d
		p += s
	}
}

// A tile of a transposition: so many rows and columns of the source, whose
// cache lines stay in the first cache until all of their elements are used.
const (
	tileRows = 256
	tileCols = 128
)

// transpose sets dst[j·ldd+i] to src[i·lds+j], i < m, j < n.
func transpose[T constraints.Float](dst []T, ldd int, src []T, lds, m, n int) {
	f := formsOf[T](best)
	for j := 0; j < n; j += tileCols {
		cols := min(tileCols, n-j)
		if f.lanes > 0 {
			f.transposeAll(dst[j*ldd:], ldd, src[j:], lds, m, cols)
			continue
		}
		for i := range m {
			for k, v := range src[i*lds+j:][:cols] {
				dst[(j+k)*ldd+i] = v
			}
		}
	}
}

// transposeLoop returns transpose, shared.
func transposeLoop[T constraints.Float]() func(dst []T, ldd int, src []T, lds, m, n int) {
	do := func(t *task[T], i, j int) {
		for ; i < j; i++ {
			i0, j0 := i/t.strips*tileRows, i%t.strips*tileCols
			transpose(t.x[0][j0*t.steps[0][0]+i0:], t.steps[0][0], t.x[1][i0*t.steps[1][0]+j0:], t.steps[1][0],
				min(tileRows, t.height-i0), min(tileCols, t.width-j0))
		}
	}
	return func(dst []T, ldd int, src []T, lds, m, n int) {
		if m*n < light {
			transpose(dst, ldd, src, lds, m, n)
			return
		}
		t := newTask(dst, src)
		t.height, t.width, t.strips = m, n, parts(n, tileCols)
		t.steps[0][0], t.steps[1][0] = ldd, lds
		t.run(do, parts(m, tileRows)*t.strips, 1)
	}
}
