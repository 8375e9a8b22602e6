package gradcheck

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// directions is how many random directions go through an input that is too
// large to compare all its elements. One of them misses mistakes that cancel in
// it; two miss only those that cancel in both.
const directions = 2

// A probe is a way through one input along which φ is differentiated: one of
// its elements, or a direction through all.
type probe struct {
	input   int
	element int
	at      []float64 // what the input holds
	along   []float64 // the direction; nil for an element
	number  int       // of the direction, from 1; 0 for an element
	scale   float64   // the magnitude of x along the way
}

// choose returns the probes of all inputs.
func (c Checker) choose(r *rand.Rand, x []*tensor.Tensor) []probe {
	var probes []probe
	for i, x := range x {
		at := slices.Clone(x.Float64s())
		if len(at) > c.Entries || c.Projections && len(at) > 0 {
			for k := range directions {
				probes = append(probes, probe{input: i, at: at, along: direction(r, at), number: k + 1, scale: 1})
			}
		}
		if c.Projections {
			continue
		}
		for _, e := range c.elements(r, len(at)) {
			probes = append(probes, probe{input: i, element: e, at: at, scale: math.Abs(at[e])})
		}
	}
	return probes
}

// elements returns which of n elements to compare. The last is always one of
// them: loops that go wrong often do so at the end.
func (c Checker) elements(r *rand.Rand, n int) []int {
	chosen := make(map[int]bool)
	if n <= c.Entries {
		for i := range n {
			chosen[i] = true
		}
	} else {
		chosen[n-1] = true
		for len(chosen) < c.Entries {
			chosen[r.IntN(n)] = true
		}
	}
	return slices.Sorted(maps.Keys(chosen))
}

// direction moves each element in proportion to its size, so that none leaves
// its domain before the others have moved at all. Its components are ±8 to ±15
// sixteenths of a power of two: x + tu is then exact for the t of a sweep,
// which are powers of two as well, unless it crosses one.
func direction(r *rand.Rand, x []float64) []float64 {
	u := make([]float64, len(x))
	for i, v := range x {
		_, exp := math.Frexp(max(math.Abs(v), nearest))
		u[i] = math.Ldexp(float64(8+r.IntN(8))/16, exp-1)
		if r.IntN(2) == 0 {
			u[i] = -u[i]
		}
	}
	return u
}

// move puts the input at a distance t along the way, and returns the distance
// as rounding has left it.
func (p probe) move(x []*tensor.Tensor, t float64) float64 {
	if p.along != nil {
		row := x[p.input].Float64s()
		for i, v := range p.at {
			row[i] = v + t*p.along[i]
		}
		x[p.input].Touch()
		return t
	}
	v := p.at[p.element]
	x[p.input].SetFlat(p.element, v+t)
	return v + t - v
}

// restore puts the input back where it was. It writes no more than move did, so
// that what else was written can be found.
func (p probe) restore(x []*tensor.Tensor) {
	if p.along == nil {
		x[p.input].SetFlat(p.element, p.at[p.element])
		return
	}
	copy(x[p.input].Float64s(), p.at)
	x[p.input].Touch()
}

// derivative returns the derivative along the way of a φ with the gradient g,
// and the sum of the magnitudes of the terms it consists of.
func (p probe) derivative(g *tensor.Tensor) (d, terms float64) {
	if p.along == nil {
		d = g.Flat(p.element)
		return d, math.Abs(d)
	}
	for i, u := range p.along {
		d += u * g.Flat(i)
		terms += math.Abs(u * g.Flat(i))
	}
	return d, terms
}

// index returns the index of the k-th element of a shape in row-major order.
func index(k int, shape []int) []int {
	at := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		at[axis] = k % shape[axis]
		k /= shape[axis]
	}
	return at
}
