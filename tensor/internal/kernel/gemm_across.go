package kernel

import "golang.org/x/exp/constraints"

// A crossing computes few rows of a product with a transposed b, which it turns
// in registers as it goes: nothing is packed.
type crossing[T constraints.Float] struct {
	rows  int // at most
	lanes int // columns of a group
	f     across[T]
}

// An across computes m rows of c from k ≥ 1 terms, and columns in groups:
//
//	c[i·rsc+j] = Σ a[i·rsa+p·csa]·b[j·ldb+p],   one chain over p = 0, 1, …, k−1
//
// that starts from from[i·rsf+j], or from 0 if from is nil.
type across[T constraints.Float] func(m, groups, k int, a *T, rsa, csa int, b *T, ldb int, c *T, rsc int, from *T, rsf int)

// crossing returns the crossing for m rows and n columns of the product, or nil
// if they are no work for one.
func (p *product[T]) crossing(m, n int) *crossing[T] {
	if p.colB == 1 {
		return nil
	}
	for i := range p.crossings {
		if c := &p.crossings[i]; m <= c.rows && n >= c.lanes {
			return c
		}
	}
	return nil
}

// across computes the rows i0 to i1 and the columns j0 to j1 with a crossing,
// but for the last columns if they fill no group.
func (p *product[T]) across(x *crossing[T], i0, i1, j0, j1 int) {
	m := i1 - i0
	most := max(1, longest/(m*p.k*x.lanes)) // groups of a call
	a := &p.a[i0*p.rowA]
	for j1-j0 >= x.lanes {
		groups := min(most, (j1-j0)/x.lanes)
		from := p.start(i0, j0, true)
		x.f(m, groups, p.k, a, p.rowA, p.colA, &p.b[j0*p.colB], p.colB, &p.dst[i0*p.ldd+j0], p.ldd, from.first(), from.step)
		p.finish(i0, i1, j0, j0+groups*x.lanes)
		j0 += groups * x.lanes
	}
	if j0 < j1 {
		p.blocks(i0, i1, j0, j1)
	}
}
