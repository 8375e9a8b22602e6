package gradcheck

import (
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Verdict says how one comparison ended.
type Verdict uint8

// The verdicts. Wrong makes a check a [*Failure]; Kink, Noisy and Undefined make
// it an [*Inconclusive].
const (
	Agrees    Verdict = iota
	Wrong             // the difference exceeds the tolerance, or the tape's value is not finite
	Kink              // the difference exceeds it, but the slopes to the left and to the right of x differ
	Noisy             // the tolerance is so large that agreement within it proves nothing
	Undefined         // there are too few points around x at which the function is finite
)

func (v Verdict) String() string {
	return [...]string{"agrees", "wrong", "kink", "noisy", "undefined"}[v]
}

// judge adds to the report the comparison of gradients of s, found in the way d
// says, with what was measured for the probes. noise is what rounding on the
// tape may change of the gradients, as far as s does not know.
//
// The tape rounds as well. Of n roundings with signs of their own, about √n are
// left, relative to the numbers that were added up (N. J. Higham, Accuracy and
// Stability of Numerical Algorithms, 2nd ed. 2002, ch. 2). 16√n is allowed, and
// 10 times what rounding was seen to do.
//
// A derivative is wrong only if the cautious estimate says so too, when 16√n of
// the gradient nearer to 0 is allowed besides.
func (r *Report) judge(d Derivative, s *subject, gradients []*tensor.Tensor, noise float64, probes []probe, measured []measurement) {
	rounding := 16 * math.Sqrt(s.roundings) * epsilon
	change := make([]float64, len(gradients))
	for i, g := range gradients {
		change[i] = largestChange(s.x[i], g)
	}
	for i, p := range probes {
		scale := max(p.scale, nearest)
		tape, terms := p.derivative(gradients[p.input])
		_, flicker := p.derivative(s.flicker[p.input])
		allowed := rounding*max(terms, change[p.input]/scale) + 10*flicker
		most := norm(change)
		if most == 0 { // all gradients are zero: measure by φ itself
			most = measured[i].plain.size
		}
		e := p.entry(d, s.x[p.input].Shape())
		e.Tape, e.steps = tape, measured[i].steps
		e = e.compare(measured[i].plain, allowed, most/scale)
		if e.Verdict == Wrong && finite(tape) {
			_, nearer := p.derivative(s.nearer[p.input])
			if cautious := e.compare(measured[i].cautious, allowed+rounding*nearer+10*noise, most/scale); cautious.Verdict != Wrong {
				e = cautious
			}
		}
		r.Entries = append(r.Entries, e)
	}
}

// compare completes the entry with an estimate of what Tape should be, when
// rounding allows the tape some error of its own.
func (e Entry) compare(est estimate, allowed, most float64) Entry {
	e.Reference, e.Estimate = est.slope, est.err
	e.Tolerance = 10*est.err + allowed
	e.Verdict = e.verdict(est.kink, most)
	return e
}

// largestChange returns the largest change of φ, to first order, that one
// element of x can make by a change of its own magnitude.
func largestChange(x, g *tensor.Tensor) float64 {
	most := 0.0
	for k := range x.Len() {
		scale := math.Abs(x.Flat(k))
		if scale == 0 {
			scale = nearest
		}
		if d := math.Abs(g.Flat(k)) * scale; finite(d) {
			most = max(most, d)
		}
	}
	return most
}

// entry begins the entry for a probe through an input of a shape.
func (p probe) entry(d Derivative, shape []int) Entry {
	e := Entry{Derivative: d, Input: p.input, Shape: slices.Clone(shape), Direction: p.number}
	if p.along == nil {
		e.Index = index(p.element, shape)
	}
	return e
}

// verdict compares. Agreement proves something if the tolerance is below 1e-4
// of the derivative or, since that may be zero, below 1e-8 of what the
// derivatives at hand come to at most.
func (e Entry) verdict(kink bool, most float64) Verdict {
	apart := math.Abs(e.Tape - e.Reference)
	switch {
	case !finite(e.Tape):
		return Wrong
	case math.IsNaN(e.Reference):
		return Undefined
	case apart > e.Tolerance && kink:
		return Kink
	case apart > e.Tolerance:
		return Wrong
	case e.Tolerance > max(1e-4*max(math.Abs(e.Tape), math.Abs(e.Reference)), 1e-8*most):
		return Noisy
	}
	return Agrees
}
