package kernel

import "golang.org/x/exp/constraints"

// A workspace is what a product needs beside its operands.
type workspace[T constraints.Float] struct {
	a, b   []T         // packed blocks
	turned []T         // the result, if it is computed turned
	scaled []T         // a, if it has a factor
	job    division[T] // for a team
}

// spaces are workspaces that nobody uses, of which each holds 2 to 8 MiB after
// large products.
type spaces[T constraints.Float] = pool[workspace[T]]

var (
	spaces32 spaces[float32]
	spaces64 spaces[float64]
)

// WithSpace calls f with n elements to compute in, which hold anything.
func WithSpace[T constraints.Float](n int, f func(space []T)) {
	w := formsOf[T](best).spaces.get()
	f(grow(&w.a, n))
	formsOf[T](best).spaces.put(w)
}

// grow returns n elements of *x, which it replaces if they are too few. Arrays
// of 32 KiB and more begin on a page: no vector lies across two cache lines.
func grow[T constraints.Float](x *[]T, n int) []T {
	if len(*x) < n {
		*x = make([]T, max(n, 1<<13))
	}
	return (*x)[:n]
}

// packA copies m rows and k columns of a to panels of height rows. Panels follow
// each other, and so do the columns of a panel.
func (w *workspace[T]) packA(p *product[T], a []T, m, k, height int) []T {
	to := grow(&w.a, parts(m, height)*height*k)
	for i := 0; i < m; i += height {
		p.packPanel(to, a, i, m, k, height)
	}
	return to
}

// packPanel does this for the panel of row i.
func (p *product[T]) packPanel(to, a []T, i, m, k, height int) {
	if p.rowA == 1 {
		p.copyAll(to[i*k:], height, a[i:], p.colA, k, min(height, m-i))
	} else {
		p.transposeAll(to[i*k:], height, a[i*p.rowA:], p.rowA, min(height, m-i), k)
	}
}

// packB copies k rows and n columns of b to strips of width columns. Strips
// follow each other, and so do the rows of a strip.
func (w *workspace[T]) packB(p *product[T], b []T, k, n, width int) []T {
	to := grow(&w.b, parts(n, width)*width*k)
	for i := range p.sharesOfB(k, n, width) {
		p.packShare(to, b, i, k, n, width)
	}
	return to
}

// fewRows of b are packed at a time, so that b is read along its rows.
const fewRows = 16

// sharesOfB is the number of shares that the packing of b falls into: strips, or
// few rows.
func (p *product[T]) sharesOfB(k, n, width int) int {
	if p.colB != 1 {
		return parts(n, width)
	}
	return parts(k, fewRows)
}

// packShare packs share s.
func (p *product[T]) packShare(to, b []T, s, k, n, width int) {
	if p.colB != 1 {
		j := s * width
		p.transposeAll(to[j*k:], width, b[j*p.colB:], p.colB, min(width, n-j), k)
		return
	}
	i := s * fewRows
	for j := 0; j < n; j += width {
		p.copyAll(to[j*k+i*width:], width, b[i*p.rowB+j:], p.rowB, min(fewRows, k-i), min(width, n-j))
	}
}

// copyAll sets dst[i·ldd+j] to src[i·lds+j], i < m, j < n.
func (f *forms[T]) copyAll(dst []T, ldd int, src []T, lds, m, n int) {
	for j := 0; j < n; j += f.lanes {
		f.column(&dst[j], ldd, &src[j], lds, m, min(f.lanes, n-j))
	}
}

// transposeAll sets dst[j·ldd+i] to src[i·lds+j], i < m, j < n.
func (f *forms[T]) transposeAll(dst []T, ldd int, src []T, lds, m, n int) {
	for i := 0; i < m; i += f.lanes {
		f.transpose(&dst[i], ldd, &src[i*lds], lds, min(f.lanes, m-i), n)
	}
}
