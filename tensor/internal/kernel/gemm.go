package kernel

import "golang.org/x/exp/constraints"

// An Epilogue says where the chains of a product start and what becomes of its
// elements. The zero value is the product itself.
type Epilogue[T constraints.Float] struct {
	Add  bool     // chains start from what dst holds,
	Bias []T      // or those of column j from Bias[j]; nil, and no Add: from 0
	Then Unary[T] // applied to the finished elements, unless nil
}

// MatMul sets dst to the m×n product of a (m×k) and b (k×n), all row-major.
// With ta, a is stored transposed (k×m); with tb, b is (n×k). dst must not
// overlap a or b.
//
// Each element is one chain of fused multiply-adds in ascending p,
//
//	s = round(a[i,p]·b[p,j] + s),   p = 0, 1, …, k−1
//
// that starts where the epilogue says. The order of the work, the width of the
// vectors and the number of goroutines have no part in it.
func MatMul[T constraints.Float](dst, a, b []T, m, n, k int, ta, tb bool, e Epilogue[T]) {
	f := formsOf[T](best)
	if e.Then == nil && !tb && f.simple(m, n, k, ta) {
		f.direct(dst[:m*n], a[:m*k], b[:k*n], m, n, k, ta, e)
		return
	}
	// Of more rows with a part of a vector left over, some are quicker turned.
	if e.Then == nil && tb && 0 < k && 0 < m && m*n*k < forkSize && (2*m < f.lanes || n&(f.lanes-1) == 0) {
		if x := f.crossing(m, n); x != nil {
			f.directAcross(x, dst[:m*n], a[:m*k], b[:k*n], m, n, k, ta, e)
			return
		}
	}
	lda, ldb := leading(m, n, k, ta, tb)
	MatMulApart(dst, n, a, lda, b, ldb, m, n, k, ta, tb, e)
}

// simple says whether a product is done without packing, cutting or turning
// anything.
func (f *forms[T]) simple(m, n, k int, ta bool) bool {
	return f.lanes > 0 && 0 < m && m <= blockRows && 0 < k && k <= blockK && n <= blockCols &&
		(n >= f.lanes || m < f.lanes && n > 0) && m*n*k < forkSize &&
		(n < packCols || ta || !paged[T](k))
}

// direct computes such a product: a small one is done in the time that its
// description as a product would take.
func (f *forms[T]) direct(dst, a, b []T, m, n, k int, ta bool, e Epilogue[T]) {
	size := f.tileSize(m)
	height := even(m, f.rows[size])
	x := left[T]{&a[0], k, 1, k * height}
	if ta {
		x = left[T]{&a[0], 1, m, height}
	}
	f.panel(size, height, m, n, k, x, right[T]{b, n, f.width(size)}, dst, n, e.start(dst, n))
}

// directAcross computes a small product with a transposed b by a crossing.
func (f *forms[T]) directAcross(x *crossing[T], dst, a, b []T, m, n, k int, ta bool, e Epilogue[T]) {
	rsa, csa := k, 1
	if ta {
		rsa, csa = 1, m
	}
	from := e.start(dst, n)
	x.f(m, n, k, &a[0], rsa, csa, &b[0], k, &dst[0], n, from.first(), from.step)
}

// start returns where the chains of a whole result of n columns start.
func (e *Epilogue[T]) start(dst []T, n int) start[T] {
	switch {
	case e.Add:
		return start[T]{dst, n}
	case e.Bias != nil:
		return start[T]{e.Bias[:n], 0}
	}
	return start[T]{}
}

// MatMulApart is MatMul of matrices whose rows, as stored, lie ldd, lda and ldb
// elements apart. What is between the rows is neither read nor written.
func MatMulApart[T constraints.Float](dst []T, ldd int, a []T, lda int, b []T, ldb int, m, n, k int, ta, tb bool, e Epilogue[T]) {
	p := productOf(formsOf[T](best), dst, ldd, a, lda, b, ldb, m, n, k, ta, tb, e)
	p.do()
}

// A Batch is N products of one form. Their results follow each other; the
// factors lie A and B elements apart, 0 if all products have the same.
type Batch struct{ N, A, B int }

// Gemm sets dst to alpha·a·b + beta·dst for each product of a batch. The chains
// start from beta·dst and take alpha·a, both rounded; if beta is 0, from 0.
func Gemm[T constraints.Float](dst []T, alpha T, a, b []T, beta T, m, n, k int, ta, tb bool, batch Batch) {
	f := formsOf[T](best)
	if alpha != 1 {
		w := f.spaces.get()
		defer f.spaces.put(w)
		a = a[:(batch.N-1)*batch.A+m*k]
		Of[T]().Scale(grow(&w.scaled, len(a)), a, alpha)
		a = w.scaled
	}
	if beta != 0 && beta != 1 {
		x := dst[:batch.N*m*n]
		Of[T]().Scale(x, x, beta)
	}
	e := Epilogue[T]{Add: beta != 0}
	if batch.N == 1 {
		MatMul(dst, a, b, m, n, k, ta, tb, e)
		return
	}
	lda, ldb := leading(m, n, k, ta, tb)
	p := productOf(f, dst, n, a, lda, b, ldb, m, n, k, ta, tb, e)
	p.batch = batch
	p.dst, p.a, p.b = dst[:batch.N*m*n], a[:(batch.N-1)*batch.A+m*k], b[:(batch.N-1)*batch.B+k*n]
	if m*n*k < forkSize && batch.N*m*n*k >= forkSize && p.fork() {
		return
	}
	for i := range batch.N {
		q := p.single(i)
		q.do()
	}
}

// single is product i of a batch, alone.
func (p *product[T]) single(i int) product[T] {
	q := *p
	q.dst, q.a, q.b = p.dst[i*p.m*p.n:], p.a[i*p.batch.A:], p.b[i*p.batch.B:]
	q.batch = Batch{}
	return q
}

// leading returns how far apart rows lie that follow each other.
func leading(m, n, k int, ta, tb bool) (lda, ldb int) {
	lda, ldb = k, n
	if ta {
		lda = m
	}
	if tb {
		ldb = k
	}
	return lda, ldb
}

// A product is a matrix product in progress. Its factors have steps from row to
// row and from column to column, of which one is 1.
type product[T constraints.Float] struct {
	*forms[T]
	dst, a, b  []T
	m, n, k    int
	ldd        int
	rowA, colA int
	rowB, colB int
	Epilogue[T]
	batch Batch // N = 0: there is one product
}

func productOf[T constraints.Float](f *forms[T], dst []T, ldd int, a []T, lda int, b []T, ldb int, m, n, k int, ta, tb bool, e Epilogue[T]) product[T] {
	p := product[T]{forms: f, m: m, n: n, k: k, ldd: ldd, rowA: lda, colA: 1, rowB: ldb, colB: 1, Epilogue: e}
	if ta {
		p.rowA, p.colA = 1, lda
	}
	if tb {
		p.rowB, p.colB = 1, ldb
	}
	// The assembly checks no bounds.
	p.dst, p.a, p.b = dst[:extent(m, n, ldd, 1)], a[:extent(m, k, p.rowA, p.colA)], b[:extent(k, n, p.rowB, p.colB)]
	if e.Bias != nil {
		p.Bias = e.Bias[:n]
	}
	return p
}

// do computes the product.
func (p *product[T]) do() {
	if p.m*p.n*p.k >= forkSize && p.fork() {
		return
	}
	p.run(0, p.m, 0, p.n)
}

// extent is the number of elements from the first to the last of a matrix.
func extent(rows, cols, row, col int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*row + (cols-1)*col + 1
}

// run computes the rows i0 to i1 and the columns j0 to j1.
func (p *product[T]) run(i0, i1, j0, j1 int) {
	if i0 >= i1 || j0 >= j1 {
		return
	}
	switch {
	case p.lanes == 0 || p.k == 0:
		p.plain(i0, i1, j0, j1)
	case p.turns(i1-i0, j1-j0):
		p.turned(i0, i1, j0, j1)
	default:
		p.straight(i0, i1, j0, j1)
	}
}

// straight computes them with the lanes along the rows of dst.
func (p *product[T]) straight(i0, i1, j0, j1 int) {
	if p.colB != 1 {
		if x := p.crossing(i1-i0, j1-j0); x != nil {
			p.across(x, i0, i1, j0, j1)
			return
		}
	}
	p.blocks(i0, i1, j0, j1)
}

// finish applies the function that comes after the product to a part of it.
func (p *product[T]) finish(i0, i1, j0, j1 int) {
	if p.Then == nil {
		return
	}
	rows := 1
	if j1-j0 == p.ldd { // they follow each other
		rows = max(1, blockThen/p.ldd)
	}
	for i := i0; i < i1; i += rows {
		x := p.dst[i*p.ldd+j0 : (min(i+rows, i1)-1)*p.ldd+j1]
		p.Then(x, x)
	}
}

// parts is the number of parts of at most size that n falls into; even is the
// least size that gives no more parts: 32 in parts of 14 is 11, 11 and 10.
func parts(n, size int) int { return (n + size - 1) / size }

func even(n, size int) int {
	if n <= size {
		return n
	}
	return parts(n, parts(n, size))
}
