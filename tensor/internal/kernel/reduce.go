package kernel

import (
	"math"

	"golang.org/x/exp/constraints"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// lanes is the number of partial sums of a row.
const lanes = 32

// sum returns acc plus the sum of x. A block of elements goes to 32 lanes,
// element i to lane i mod 32, and the lanes are folded as halves: that order is
// part of the result. It is quicker than one chain, and the rounding error
// grows a thirtieth as fast.
func sum[T constraints.Float](acc T, x []T) T { return sumStep(acc, x, len(x), 1) }

func sumStep[T constraints.Float](acc T, x []T, n, step int) T {
	for from := 0; from < n || from == 0; from += block {
		var s [lanes]T
		to := min(from+block, n)
		for i := from; i < to; i += lanes {
			for j := range min(lanes, to-i) {
				s[j] += x[(i+j)*step]
			}
		}
		for n := lanes / 2; n > 0; n /= 2 {
			for i := range n {
				s[i] += s[i+n]
			}
		}
		acc += s[0]
	}
	return acc
}

// Prod returns acc times the product of x.
func Prod[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc *= v
	}
	return acc
}

// most returns the greatest of acc and x, NaN if one of them is NaN.
func most[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc = max(acc, v)
	}
	return acc
}

// least returns the least of acc and x, NaN if one of them is NaN.
func least[T constraints.Float](acc T, x []T) T {
	for _, v := range x {
		acc = min(acc, v)
	}
	return acc
}

// The functions below read n elements that lie step apart, so that they serve
// an axis that is not the last.

// First returns the position in x of the first element that no other beats,
// and whether it beats best. NaN beats every number; the first NaN wins.
func First[T constraints.Float](best T, x []T, n, step int, beats func(a, b float64) bool) (int, bool) {
	at, found := 0, false
	for i := range n {
		if v := x[i*step]; best == best && (v != v || beats(float64(v), float64(best))) {
			best, at, found = v, i*step, true
		}
	}
	return at, found
}

// MaxStep returns the greatest of acc and the elements, NaN if one is NaN.
func MaxStep[T constraints.Float](acc T, x []T, n, step int) T {
	if step == 1 {
		return Of[T]().Max(acc, x[:n])
	}
	for i := range n {
		acc = max(acc, x[i*step])
	}
	return acc
}

// inLanes returns acc + Σ term(i) in float64: a block of terms goes to eight
// lanes, folded as halves, as in sum.
func inLanes(acc float64, n int, term func(lane float64, i int) float64) float64 {
	for from := 0; from < n || from == 0; from += block {
		var s [8]float64
		for i := from; i < min(from+block, n); i++ {
			s[i%8] = term(s[i%8], i)
		}
		acc += ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
	}
	return acc
}

// sumExp adds the exponentials, which are of type T, in float64: element i of a
// block to lane i mod 16.
func sumExp[T constraints.Float](acc float64, x []T, n, step int, c T) float64 {
	p := set[T]()
	for from := 0; from < n || from == 0; from += block {
		var s [16]float64
		for i := from; i < min(from+block, n); i++ {
			s[i%16] += float64(exp(x[i*step]-c, p))
		}
		for n := 8; n > 0; n /= 2 {
			for i := range n {
				s[i] += s[i+n]
			}
		}
		acc += s[0]
	}
	return acc
}

// dot returns acc + Σ x·y, each product fused with its sum.
func dot[T constraints.Float](acc float64, x, y []T, n, step int) float64 {
	return inLanes(acc, n, func(lane float64, i int) float64 {
		return math.FMA(float64(x[i*step]), float64(y[i*step]), lane)
	})
}

// SumExp returns acc + Σ exp(x − c).
func SumExp[T constraints.Float](acc float64, x []T, n, step int, c T) float64 {
	if step == 1 {
		return Of[T]().SumExp(acc, x[:n], c)
	}
	return sumExp(acc, x, n, step, c)
}

// logSumExp returns log Σ exp x in two parts, m + l. The greatest element m leaves
// the sum as Σ exp(x−m), in which no term exceeds 1 and one is 1. That one is
// left out and put back by log1p, so that l has all its digits if the others
// are small.
func logSumExp[T constraints.Float](x []T, n, step int) (m T, l float64) {
	m = MaxStep(T(math.Inf(-1)), x, n, step)
	if n == 0 || math.IsInf(float64(m), 0) || m != m {
		return m, 0 // x−m would be NaN
	}
	at := 0
	for x[at*step] != m {
		at++
	}
	others := SumExp(0, x, at, step, m)
	if at+1 < n {
		others = SumExp(others, x[(at+1)*step:], n-at-1, step, m)
	}
	if others > 1 {
		return m, Log(1 + others)
	}
	return m, log1p(others, &polynomials.Double)
}

// LogSumExp returns log Σ exp x.
func LogSumExp[T constraints.Float](x []T, n, step int) float64 {
	m, l := logSumExp(x, n, step)
	return float64(m) + l
}

// CrossEntropy returns log Σ exp x − x[label], which is −log softmax(x)[label].
// For a row that is sure of its label it is small, and exact all the same.
func CrossEntropy[T constraints.Float](x []T, label int) float64 {
	m, l := logSumExp(x, len(x), 1)
	return (float64(m) - float64(x[label])) + l
}

// Log returns the natural logarithm, as the loops compute it.
func Log(x float64) float64 { return log(x, &polynomials.Double) }

func expOver[T constraints.Float](dst, x []T, m, s T) {
	expOverStep(dst, x, len(dst), 1, m, s)
}

func expOverStep[T constraints.Float](dst, x []T, n, step int, m, s T) {
	p := set[T]()
	for i := range n {
		dst[i*step] = exp(x[i*step]-m, p) / s
	}
}

func softmaxSlope[T constraints.Float](dst, u, y []T, s T) {
	softmaxSlopeStep(dst, u, y, len(dst), 1, s)
}

func softmaxSlopeStep[T constraints.Float](dst, u, y []T, n, step int, s T) {
	for i := range n {
		dst[i*step] = y[i*step] * (u[i*step] - s)
	}
}

func logSoftmaxSlope[T constraints.Float](dst, u, y []T, s T) {
	logSoftmaxSlopeStep(dst, u, y, len(dst), 1, s)
}

func logSoftmaxSlopeStep[T constraints.Float](dst, u, y []T, n, step int, s T) {
	p := set[T]()
	for i := range n {
		dst[i*step] = fma(-exp(y[i*step], p), s, u[i*step])
	}
}

// Softmax sets dst to exp(x)/Σ exp(x).
func Softmax[T constraints.Float](dst, x []T, n, step int) {
	m := MaxStep(T(math.Inf(-1)), x, n, step)
	s := T(SumExp(0, x, n, step, m))
	if step == 1 {
		Of[T]().ExpOver(dst[:n], x[:n], m, s)
		return
	}
	expOverStep(dst, x, n, step, m, s)
}

// LogSoftmax sets dst to x − log Σ exp(x).
func LogSoftmax[T constraints.Float](dst, x []T, n, step int) {
	m, sum := logSumExp(x, n, step)
	l := T(sum)
	if step == 1 {
		Of[T]().AddScalar(dst[:n], x[:n], -m)
		Of[T]().AddScalar(dst[:n], dst[:n], -l)
		return
	}
	for i := range n {
		dst[i*step] = x[i*step] - m - l
	}
}

// zeros sets dst to 0 and reports true if all of g is 0: a row that nothing
// depends on has no gradient, whatever infinities it holds.
func zeros[T constraints.Float](dst, g []T, n, step int) bool {
	for i := range n {
		if g[i*step] != 0 {
			return false
		}
	}
	for i := range n {
		dst[i*step] = 0
	}
	return true
}

// SoftmaxSlope sets dst to y·(g − Σ g·y), and to 0 if all of g is 0.
func SoftmaxSlope[T constraints.Float](dst, g, y []T, n, step int) {
	if zeros(dst, g, n, step) {
		return
	}
	if step == 1 {
		s := Of[T]().Dot(0, g[:n], y[:n])
		Of[T]().SoftmaxSlope(dst[:n], g[:n], y[:n], T(s))
		return
	}
	softmaxSlopeStep(dst, g, y, n, step, T(dot(0, g, y, n, step)))
}

// LogSoftmaxSlope sets dst to g − exp(y)·Σ g, and to 0 if all of g is 0.
func LogSoftmaxSlope[T constraints.Float](dst, g, y []T, n, step int) {
	if zeros(dst, g, n, step) {
		return
	}
	if step == 1 {
		s := Of[T]().Sum(0, g[:n])
		Of[T]().LogSoftmaxSlope(dst[:n], g[:n], y[:n], s)
		return
	}
	logSoftmaxSlopeStep(dst, g, y, n, step, sumStep(0, g, n, step))
}

// CrossEntropySlope sets dst to g·(softmax(x) − onehot(label)). At the label that is
// less the sum of the others, which unlike p − 1 keeps its digits for a row that
// is sure.
func CrossEntropySlope[T constraints.Float](dst []T, g T, x []T, label int) {
	if g == 0 {
		clear(dst)
		return
	}
	Softmax(dst, x, len(x), 1)
	dst[label] = -Of[T]().Sum(Of[T]().Sum(0, dst[:label]), dst[label+1:])
	Of[T]().Scale(dst, dst, g)
}
