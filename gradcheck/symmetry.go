package gradcheck

import (
	"math"
	"math/rand/v2"
)

// symmetry adds to a report, for each of n inputs, the comparison of ⟨u, H v⟩ with
// ⟨v, H u⟩, where H is the matrix of second derivatives of φ, v are the weights of the
// gradients in the subject s of second order and u is a direction through the input.
// They are equal, since the order of two differentiations does not matter. No
// differences of values are needed: what is allowed is rounding alone.
func (r *Report) symmetry(s *subject, random *rand.Rand, n int) {
	for i, x := range s.x[:n] {
		p := probe{input: i, along: direction(random, x.Float64s()), number: 1, scale: 1}
		e := estimate{slope: s.transposed(p, n)}
		for range 4 { // what moving x by one unit in the last place changes
			for i, x := range s.x[:n] {
				for k, v := range s.inputs.was[i].Float64s() {
					x.SetFlat(k, s.clamp(i, v*(1+epsilon*float64(2*random.IntN(2)-1))))
				}
			}
			e.err = max(e.err, math.Abs(s.transposed(p, n)-e.slope))
		}
		s.inputs.restore()
		e.size = math.Abs(e.slope)
		r.judge(Symmetry, s, s.gradients, s.noise, []probe{p}, []measurement{{plain: e, cautious: e}})
		if last := &r.Entries[len(r.Entries)-1]; isOpen(last.Verdict) {
			last.Verdict = Agrees // it was one more look at what differences have settled
		}
	}
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
