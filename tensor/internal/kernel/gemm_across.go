package kernel

import "golang.org/x/exp/constraints"

// A crossing computes few rows of a product with a transposed b, which it turns
// in registers as it goes: nothing is packed.
type crossing[T constraints.Float] struct {
	rows  int // at most
	lanes int // columns of a group
	f     across[T]
}

// An across computes m rows and n columns of c from k ≥ 1 terms, n at least the
// lanes of a group:
//
//	c[i·rsc+j] = Σ a[i·rsa+p·csa]·b[j·ldb+p],   one chain over p = 0, 1, …, k−1
//
// that starts from from[i·rsf+j], or from 0 if from is nil.
type across[T constraints.Float] func(m, n, k int, a *T, rsa, csa int, b *T, ldb int, c *T, rsc int, from *T, rsf int)

// crossing returns the crossing for m rows and n columns of a product with a
// transposed b, or nil if they are no work for one.
func (f *forms[T]) crossing(m, n int) *crossing[T] {
	for i := range f.crossings {
		if c := &f.crossings[i]; m <= c.rows && n >= c.lanes {
			return c
		}
	}
	return nil
}

// across computes the rows i0 to i1 and the columns j0 to j1 with a crossing.
func (p *product[T]) across(x *crossing[T], i0, i1, j0, j1 int) {
	m := i1 - i0
	most := max(1, longest/(m*p.k*x.lanes)) * x.lanes // columns of a call
	a := &p.a[i0*p.rowA]
	for j0 < j1 {
		n := j1 - j0
		if n >= most+x.lanes { // a group is left
			n = most
		}
		from := p.start(i0, j0, true)
		x.f(m, n, p.k, a, p.rowA, p.colA, &p.b[j0*p.colB], p.colB, &p.dst[i0*p.ldd+j0], p.ldd, from.first(), from.step)
		p.finish(i0, i1, j0, j0+n)
		j0 += n
	}
}
