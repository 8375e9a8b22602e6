package gradcheck

import (
	"math"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Two identities hold for right rules whatever the function is. No differences of values
// are needed to try them: what is allowed is rounding alone.

// adjoint adds to a report, for each of n inputs, the comparison of ⟨Jᵀw, v⟩ with
// ⟨w, J v⟩, where J is the Jacobian of the function at the input, w are the weights of its
// value and v those of its gradients in the subject s of second order. The second product
// is found by transposing the first, as graph.JVP does, so they differ where a rule is not
// linear in the cotangent: where it is right for this w alone, as g² is for w = 1.
func (r *Report) adjoint(first, s *subject, random *rand.Rand, n int) {
	for i := range n {
		if v := s.weights[i]; v != nil {
			p := probe{input: i, along: v.Float64s(), number: 1, scale: 1}
			r.identity(Adjoint, first, s.results(s.x[:n]), p, s.moved(random, n, func() float64 { return s.pushed(i, n) }), s.noise)
		}
	}
}

// symmetry adds to a report, for each of n inputs, the comparison of ⟨u, H v⟩ with
// ⟨v, H u⟩, where H is the matrix of second derivatives of φ, v are the weights of the
// gradients in the subject s of second order and u is a direction through the input.
// They are equal, since the order of two differentiations does not matter.
func (r *Report) symmetry(s *subject, random *rand.Rand, n int) {
	for i, x := range s.x[:n] {
		p := probe{input: i, along: direction(random, x.Float64s()), number: 1, scale: 1}
		r.identity(Symmetry, s, s.gradients, p, s.moved(random, n, func() float64 { return s.transposed(p, n) }), s.noise)
	}
}

// identity adds the comparison of a side of an identity, that of the gradients along the
// way of p, with the other.
func (r *Report) identity(d Derivative, s *subject, gradients []*tensor.Tensor, p probe, other estimate, noise float64) {
	r.judge(d, s, gradients, noise, []probe{p}, []measurement{{plain: other, cautious: other}})
	if last := &r.Entries[len(r.Entries)-1]; isOpen(last.Verdict) {
		last.Verdict = Agrees // it was one more look at what differences have settled
	}
}

// moved returns what a function computes at x, and how far that moves if each of the
// first n of x does by one unit in the last place.
func (s *subject) moved(random *rand.Rand, n int, value func() float64) estimate {
	e := estimate{slope: value()}
	defer s.inputs.restore()
	for range 4 {
		for i, x := range s.x[:n] {
			for k, v := range s.inputs.was[i].Float64s() {
				x.SetFlat(k, s.clamp(i, v*(1+epsilon*float64(2*random.IntN(2)-1))))
			}
		}
		e.err = max(e.err, math.Abs(value()-e.slope))
	}
	e.size = math.Abs(e.slope)
	return e
}

// pushed returns ⟨w, J v⟩ for input i, where w is x[n].
func (s *subject) pushed(i, n int) float64 {
	g := s.run()[i]
	if g == nil {
		return 0
	}
	jv := inner(s.tape.Watch(s.weights[i]), g).Backward().Of(s.x[n])
	if jv == nil {
		return 0
	}
	sum := 0.0
	for k, w := range s.x[n].Float64s() {
		sum += w * jv.Flat(k)
	}
	return sum
}

// transposed returns Σₖ ⟨vₖ, (H u)ₖ⟩ over n inputs, for the direction u of p.
func (s *subject) transposed(p probe, n int) float64 {
	g := s.run()[p.input]
	if g == nil {
		return 0
	}
	u := g.Value().Clone()
	copy(u.Float64s(), p.along)
	grads := inner(s.tape.Watch(u), g).Backward()
	sum := 0.0
	for k, x := range s.x[:n] {
		h := grads.Of(x)
		if h == nil || s.weights[k] == nil {
			continue
		}
		for i, v := range s.weights[k].Float64s() {
			sum += v * h.Flat(i)
		}
	}
	return sum
}
