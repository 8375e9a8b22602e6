package kernel

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// Softmax and its kin, on rows. Each takes the loops of one instruction set, of
// which the first ones are:

// sumExp returns acc + Σ e^(x−c) for a block. The terms are of type T; four, 16
// apart, are added in T, and these sums in 16 lanes of float64: beside the greatest
// term, which is 1, small ones would be lost.
func sumExp[T constraints.Float](acc float64, x []T, c T) float64 {
	p, s := set[T](), [16]float64{}
	for ; len(x) >= 64; x = x[64:] {
		for j := range s {
			s[j] += float64((exp(x[j]-c, p) + exp(x[j+16]-c, p)) + (exp(x[j+32]-c, p) + exp(x[j+48]-c, p)))
		}
	}
	for i, v := range x {
		s[i%16] += float64(exp(v-c, p))
	}
	return acc + halves(s[:])
}

// expSum sets dst to e^(x−c) and returns acc + Σ dst, as sumExp does.
func expSum[T constraints.Float](acc float64, dst, x []T, c T) float64 {
	p, s := set[T](), [16]float64{}
	for i, v := range x {
		dst[i] = exp(v-c, p)
	}
	for ; len(dst) >= 64; dst = dst[64:] {
		for j := range s {
			s[j] += float64((dst[j] + dst[j+16]) + (dst[j+32] + dst[j+48]))
		}
	}
	for i, v := range dst {
		s[i%16] += float64(v)
	}
	return acc + halves(s[:])
}

// lower sets dst to x − a − b.
func lower[T constraints.Float](dst, x []T, a, b T) {
	for i, v := range x {
		dst[i] = v - a - b
	}
}

// softmaxPull sets dst to y·(u−s).
func softmaxPull[T constraints.Float](dst, u, y []T, s T) {
	for i, v := range y {
		dst[i] = v * (u[i] - s)
	}
}

// logSoftmaxPull sets dst to u − s·eʸ.
func logSoftmaxPull[T constraints.Float](dst, u, y []T, s T) {
	p := set[T]()
	for i, v := range y {
		dst[i] = fma(-exp(v, p), s, u[i])
	}
}

func cutSumExp[T constraints.Float](f func(acc float64, x []T, c T) float64) func(x []T, c T) float64 {
	return func(x []T, c T) float64 {
		acc := 0.0
		for ; len(x) > sumBlock; x = x[sumBlock:] {
			acc = f(acc, x[:sumBlock], c)
		}
		return f(acc, x, c)
	}
}

func cutExpSum[T constraints.Float](f func(acc float64, dst, x []T, c T) float64) func(dst, x []T, c T) float64 {
	return func(dst, x []T, c T) float64 {
		acc := 0.0
		for ; len(x) > sumBlock; dst, x = dst[sumBlock:], x[sumBlock:] {
			acc = f(acc, dst[:sumBlock], x[:sumBlock], c)
		}
		return f(acc, dst[:len(x)], x, c)
	}
}

// softmax sets dst to exp(x)/Σ exp(x). The greatest element leaves the sum: no
// term exceeds 1, and one is 1.
func (l *Loops[T]) softmax(dst, x, _ []T) {
	s := l.expSum(dst, x, l.top(T(math.Inf(-1)), x)) // eq: S1, S6
	l.Scale(dst, dst, T(1/s))                        // eq: A10
}

// logSoftmax sets dst to x − log Σ exp(x).
func (l *Loops[T]) logSoftmax(dst, x, _ []T) {
	m, sum := l.logSumExp(x)
	l.lower(dst, x, m, T(sum))
}

// logSumExp returns log Σ exp x in two parts, m + s, where m is the greatest
// element. Its term of Σ exp(x−m), 1, is left out and put back by log1p, so that
// s has all its digits if the others are small.
func (l *Loops[T]) logSumExp(x []T) (m T, s float64) {
	m = l.top(T(math.Inf(-1)), x)
	if math.IsInf(float64(m), 0) {
		return l.Max(m, x), 0 // x−m would be NaN
	}
	at := l.find(x, m)
	others := l.sumExp(x[:at], m) + l.sumExp(x[at+1:], m)
	if others > 1 {
		return m, log(1+others, &polynomials.Double)
	}
	return m, log1p(others, &polynomials.Double)
}

// logSumExps sets the one element of dst to log Σ exp x.
func (l *Loops[T]) logSumExps(dst, x, _ []T) {
	m, s := l.logSumExp(x)
	dst[0] = T(float64(m) + s)
}

// zeros reports whether all of g is 0, and then sets dst to 0: a row that
// nothing depends on has no gradient, whatever infinities it holds.
func zeros[T constraints.Float](dst, g []T) bool {
	for _, v := range g {
		if v != 0 {
			return false
		}
	}
	clear(dst)
	return true
}

// softmaxSlope sets dst to y·(g − Σ g·y), and to 0 if all of g is 0.
func (l *Loops[T]) softmaxSlope(dst, g, y []T) {
	if !zeros(dst, g) {
		l.softmaxPull(dst, g, y, T(l.dot(g, y)))
	}
}

// logSoftmaxSlope sets dst to g − exp(y)·Σ g, and to 0 if all of g is 0.
func (l *Loops[T]) logSoftmaxSlope(dst, g, y []T) {
	if !zeros(dst, g) {
		l.logSoftmaxPull(dst, g, y, l.Sum(0, g))
	}
}

// crossEntropy returns log Σ exp x − x[label], which is −log softmax(x)[label].
// For a row that is sure of its label it is small, and exact all the same.
func (l *Loops[T]) crossEntropy(x []T, label int) T {
	m, s := l.logSumExp(x)
	return T((float64(m) - float64(x[label])) + s) // eq: L6
}

// crossEntropySlope sets dst to g·(softmax(x) − onehot(label)). At the label that is
// less the sum of the others, which unlike p − 1 keeps its digits for a row that
// is sure.
func (l *Loops[T]) crossEntropySlope(dst []T, g T, x []T, label int) {
	if g == 0 {
		clear(dst)
		return
	}
	m := l.top(T(math.Inf(-1)), x)
	others := l.expSum(dst[:label], x[:label], m) + l.expSum(dst[label+1:], x[label+1:], m)
	all := others + l.expSum(dst[label:label+1], x[label:label+1], m)
	l.Scale(dst, dst, T(float64(g)/all))
	dst[label] = -T(float64(g) * (others / all))
}

// A row works on one row of an array: it sets dst, which may be a or b.
type row[T constraints.Float] func(dst, a, b []T)

// rowLoops sets the loops over rows. They are the same for all instruction sets.
func rowLoops[T constraints.Float](l *Loops[T]) *Loops[T] {
	l.Softmax = lines(l.softmax, l.shortSoftmax)
	l.LogSoftmax = lines(l.logSoftmax, l.shortLogSoftmax)
	l.LogSumExp = lines(l.logSumExps, l.shortLogSumExp)
	l.SoftmaxSlope = lines(l.softmaxSlope, l.shortSoftmaxSlope)
	l.LogSoftmaxSlope = lines(l.logSoftmaxSlope, l.shortLogSoftmaxSlope)

	extremeLoops(l)
	l.PowScalar, l.PowScalarSlope = l.powLoop, l.powSlopeLoop
	l.Zip = zipLoop[T]()
	l.FoldLines = foldLines[T]()

	entropy := func(t *task[T], i, j int) {
		n := t.width
		for ; n <= ShortRow && i < j; i += rowBlock {
			k := min(i+rowBlock, j)
			l.shortCrossEntropy(t.x[0][i:k], t.x[1][i*n:k*n], t.labels[i:k])
		}
		for ; i < j; i++ {
			t.x[0][i] = l.crossEntropy(t.x[1][i*n:(i+1)*n], t.labels[i])
		}
	}
	l.CrossEntropy = func(dst, x []T, labels []int) {
		if len(x) > 0 {
			t := newTask(dst, x)
			t.labels = labels
			t.runRows(entropy, len(labels), len(x), heavy)
		}
	}
	slope := func(t *task[T], i, j int) {
		n := t.width
		for ; n <= ShortRow && i < j; i += rowBlock {
			k := min(i+rowBlock, j)
			l.shortCrossEntropySlope(t.x[0][i*n:k*n], t.x[1][i:k], t.x[2][i*n:k*n], t.labels[i:k])
		}
		for ; i < j; i++ {
			l.crossEntropySlope(t.x[0][i*n:(i+1)*n], t.x[1][i], t.x[2][i*n:(i+1)*n], t.labels[i])
		}
	}
	l.CrossEntropySlope = func(dst, g, x []T, labels []int) {
		if len(x) > 0 {
			t := newTask(dst, g, x)
			t.labels = labels
			t.runRows(slope, len(labels), len(x), heavy)
		}
	}
	return normLoops(l)
}

// lines makes a loop over the lines of an array, of n elements inner apart;
// inner of them lie side by side, in outer blocks. Lines that are not rows are
// turned to rows and back, so that a result does not depend on the axis, and short
// ones to columns. dst has the size of the others, or one element for each line.
func lines[T constraints.Float](f row[T], few short[T]) func(dst, a, b []T, outer, n, inner int) {
	do := func(t *task[T], i, j int) {
		n, m := t.width, len(t.x[0])/t.height
		for ; i < j; i++ {
			b := t.x[2]
			if b != nil {
				b = b[i*n : (i+1)*n]
			}
			f(t.x[0][i*m:(i+1)*m], t.x[1][i*n:(i+1)*n], b)
		}
	}
	turned := func(t *task[T], i, j int) {
		for ; i < j; i++ {
			t.turn(f, i/t.strips, i%t.strips*beside)
		}
	}
	shortRows := func(t *task[T], i, j int) {
		for n := t.width; i < j; i += rowBlock {
			t.shortLines(few, i, i*n, min(rowBlock, j-i), n, 1)
		}
	}
	shortColumns := func(t *task[T], i, j int) {
		for n, inner := t.height, t.width; i < j; i++ {
			blk, k := i/t.strips, i%t.strips*rowBlock
			t.shortLines(few, blk*inner+k, blk*n*inner+k, min(rowBlock, inner-k), n, inner)
		}
	}
	return func(dst, a, b []T, outer, n, inner int) {
		if len(a) == 0 {
			return
		}
		t := newTask(dst, a, b)
		switch t.height = n; {
		case inner == 1 && n <= ShortRow:
			t.runRows(shortRows, outer, len(a), heavy)
		case inner == 1:
			t.height = outer
			t.runRows(do, outer, len(a), heavy)
		case n <= ShortRow:
			t.width, t.strips = inner, parts(inner, rowBlock)
			t.run(shortColumns, outer*t.strips, heavy/pieces/(n*rowBlock))
		default:
			t.width, t.strips = inner, parts(inner, beside)
			t.run(turned, outer*t.strips, heavy/pieces/(n*beside))
		}
	}
}

// beside is how many lines are turned at a time.
const beside = 16

// turn calls f for the lines from column j on in one block of an array.
func (t *task[T]) turn(f row[T], blk, j int) {
	w := formsOf[T](best).spaces.get()
	n, inner := t.height, t.width
	cols, at := min(beside, inner-j), blk*n*inner+j
	a, b := grow(&w.a, cols*n), []T(nil)
	Transpose(a, n, t.x[1][at:], inner, n, cols)
	if t.x[2] != nil {
		b = grow(&w.b, cols*n)
		Transpose(b, n, t.x[2][at:], inner, n, cols)
	}
	one := len(t.x[0]) < len(t.x[1])
	for k := range cols {
		x, y := a[k*n:(k+1)*n], b
		if b != nil {
			y = b[k*n : (k+1)*n]
		}
		if one {
			f(t.x[0][blk*inner+j+k:][:1], x, y)
		} else {
			f(x, x, y)
		}
	}
	if !one {
		Transpose(t.x[0][at:], inner, a, n, cols, n)
	}
	formsOf[T](best).spaces.put(w)
}
