package kernel

import "golang.org/x/exp/constraints"

// maxTurned limits the memory of a turned product.
const maxTurned = 1 << 17

// turns says whether a product of m rows and n columns is quicker turned: its
// vectors are fuller, or less has to be packed.
func (p *product[T]) turns(m, n int) bool {
	if p.colB == 1 && n >= p.lanes || m*n > maxTurned {
		return false
	}
	t := product[T]{forms: p.forms, k: p.k, rowA: p.colB, colB: p.rowA}
	return t.cost(n, m)+2*m*n < p.cost(m, n)
}

// cost estimates the time of m rows and n columns done straight. A tile's step
// of one vector takes the time in which two elements are packed, or four are
// turned in registers by a crossing, which goes on beside its steps.
func (p *product[T]) cost(m, n int) int {
	steps := 2 * m * parts(n, p.lanes) * p.k
	switch {
	case p.colB == 1:
		return steps
	case p.crossing(m, n) != nil:
		return max(steps, n*p.k/2)
	}
	return steps + n*p.k
}

// turned computes the rows i0 to i1 and the columns j0 to j1 as the transpose of
// bᵀ·aᵀ: the same chains.
func (p *product[T]) turned(i0, i1, j0, j1 int) {
	m, n := i1-i0, j1-j0
	w := p.spaces.get()
	defer p.spaces.put(w)
	t := product[T]{
		forms: p.forms,
		dst:   grow(&w.turned, m*n), a: p.b[j0*p.colB:], b: p.a[i0*p.rowA:],
		m: n, n: m, k: p.k, ldd: m,
		rowA: p.colB, colA: p.rowB, rowB: p.colA, colB: p.rowA,
	}
	dst := p.dst[i0*p.ldd+j0:]
	switch {
	case p.Add:
		p.transposeAll(t.dst, m, dst, p.ldd, m, n)
		t.Add = true
	case p.Bias != nil:
		for j, v := range p.Bias[j0:j1] {
			fill(t.dst[j*m:(j+1)*m], v)
		}
		t.Add = true
	}
	t.straight(0, n, 0, m)
	p.transposeAll(dst, p.ldd, t.dst, m, n, m)
	p.finish(i0, i1, j0, j1)
}

func fill[T constraints.Float](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}
