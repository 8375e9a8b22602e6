package kernel

import (
	"runtime"

	"golang.org/x/exp/constraints"
)

// forkSize is the number of multiply-adds that are worth a second goroutine.
const forkSize = 1 << 19

// packedRows is how many rows of a a team packs at a time.
const packedRows = 1024

// A division is a product that a team works on, cut along its longer side. Each
// part needs all of one factor: if that is to be packed, the members pack it
// together, block by block, before they use it. Of the other factor a part packs
// its own. The parts depend on the number of goroutines; the chains do not.
type division[T constraints.Float] struct {
	p       product[T]
	cuts    int // at most so many parts
	packing int // parts that are packed together, if that is what is to be done

	// The block: rows i0 to i1, columns j0 to j1, terms k0 to k1, if a factor is
	// packed together.
	i0, i1, j0, j1, k0, k1 int
	packed                 packed[T]
}

// fork computes the product with a team and returns true, or returns false if
// there is no team to be had.
func (p *product[T]) fork() bool {
	procs := runtime.GOMAXPROCS(0)
	if procs == 1 || !crew.busy.TryLock() {
		return false
	}
	defer crew.busy.Unlock()
	w := p.spaces.get()
	defer p.spaces.put(w)
	d := &w.job
	d.p = *p
	d.cuts = 4 * procs // more parts than goroutines even out their speeds
	if d.together() {
		d.blocks(w, procs)
	} else {
		crew.do(d, d.cuts, procs)
	}
	*d = division[T]{}
	return true
}

// together decides whether the factor that is not cut is packed by all: where
// each part would pack it, and where rows of a lie pages apart, though a part
// alone had too few columns to make up for packing it.
func (d *division[T]) together() bool {
	p, r := &d.p, &d.packed
	if p.batch.N > 0 || p.lanes == 0 || p.k == 0 || p.n < 2*p.lanes || p.crossing(p.m, p.n) != nil {
		return false
	}
	r.size = p.tileSize(p.m)
	if p.m > p.n {
		r.packA, r.packB = p.packs(parts(p.m, d.cuts), p.n)
		return r.packB
	}
	n, width := p.n, p.width(r.size)
	if p.rowA == 1 {
		n = parts(parts(n, width), d.cuts) * width
	}
	r.packA, r.packB = p.packs(p.m, n)
	return r.packA
}

// blocks computes the product block by block.
func (d *division[T]) blocks(w *workspace[T], procs int) {
	p, r := &d.p, &d.packed
	width := p.width(r.size)
	stepM, stepN, stepK := even(p.m, packedRows), p.n, even(p.k, blockK)
	if p.m > p.n {
		stepM, stepN = p.m, blockCols
	}
	for d.j0 = 0; d.j0 < p.n; d.j0 += stepN {
		d.j1 = min(d.j0+stepN, p.n)
		for d.k0 = 0; d.k0 < p.k; d.k0 += stepK {
			d.k1 = min(d.k0+stepK, p.k)
			for d.i0 = 0; d.i0 < p.m; d.i0 += stepM {
				d.i1 = min(d.i0+stepM, p.m)
				m, n, k := d.i1-d.i0, d.j1-d.j0, d.k1-d.k0
				r.i0, r.j0, r.height = d.i0, d.j0, even(m, p.rows[r.size])
				if p.m > p.n {
					d.packing = p.sharesOfB(k, n, width)
					r.b = grow(&w.b, parts(n, width)*width*k)
				} else {
					d.packing = parts(m, r.height)
					r.a = grow(&w.a, d.packing*r.height*k)
				}
				crew.do(d, d.packing, procs)
				d.packing = 0
				crew.do(d, d.cuts, procs)
			}
		}
	}
}

// part packs a share of the common factor, or computes a part of the block.
func (d *division[T]) part(i int) {
	p, r := &d.p, &d.packed
	m, n, k := d.i1-d.i0, d.j1-d.j0, d.k1-d.k0
	switch {
	case k == 0:
		p.part(i, d.cuts)
	case d.packing == 0 && p.m > p.n:
		i0, i1 := cut(m, r.height, i, d.cuts)
		d.compute(d.i0+i0, d.i0+i1, d.j0, d.j1)
	case d.packing == 0:
		j0, j1 := cut(n, p.width(r.size), i, d.cuts)
		d.compute(d.i0, d.i1, d.j0+j0, d.j0+j1)
	case p.m > p.n:
		p.packShare(r.b, p.b[d.k0*p.rowB+d.j0*p.colB:], i, k, n, p.width(r.size))
	default:
		p.packPanel(r.a, p.a[d.i0*p.rowA+d.k0*p.colA:], i*r.height, m, k, r.height)
	}
}

// compute computes the rows i0 to i1 and the columns j0 to j1 of the block.
func (d *division[T]) compute(i0, i1, j0, j1 int) {
	if i0 < i1 && j0 < j1 {
		d.p.terms(i0, i1, j0, j1, d.k0, d.k1, &d.packed)
	}
}

// cut returns part i of n in so many cuts, between which lie whole pieces.
func cut(n, piece, i, cuts int) (from, to int) {
	pieces := parts(n, piece)
	return i * pieces / cuts * piece, min((i+1)*pieces/cuts*piece, n)
}

// part computes some products of a batch, or one of the cuts of the product's
// longer side.
func (p *product[T]) part(i, cuts int) {
	if p.batch.N > 0 {
		for j := i * p.batch.N / cuts; j < (i+1)*p.batch.N/cuts; j++ {
			q := p.single(j)
			q.run(0, q.m, 0, q.n)
		}
		return
	}
	if p.m > p.n {
		p.run(i*p.m/cuts, (i+1)*p.m/cuts, 0, p.n)
		return
	}
	j0, j1 := cut(p.n, max(1, 2*p.lanes), i, cuts)
	p.run(0, p.m, j0, j1)
}
