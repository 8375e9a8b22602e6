package gradcheck

import (
	"math"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/tensor"
)

const (
	epsilon = 0x1p-52 // the distance from 1 to the next float64
	nearest = 0.1     // the scale of an x closer to 0 than this

	// The steps of a sweep are the scale of x times 4⁻² to 4⁻¹⁰.
	coarsest = 2
	finest   = 10
)

// A sample is what steps of one size show of φ.
type sample struct {
	h     float64
	slope float64 // the difference quotient of fourth order
	jump  float64 // the slope to the right less the slope to the left
	size  float64 // of what was subtracted: a rounding error of φ is about epsilon·size
}

// An estimate is a derivative as differences show it.
type estimate struct {
	slope float64 // NaN if φ is not finite around x
	err   float64 // how far slope may be off; +Inf if that is not known
	size  float64
	kink  bool // the slopes to the left and to the right are not equal
}

// A measurement is what a sweep shows of a derivative. Noise that no step
// reveals can make differences look better than they are: they may agree by
// chance, or because each of them has lost the same. So there is a second
// estimate that takes for granted what rounding can do at worst.
type measurement struct {
	plain, cautious estimate
	steps           []Step
}

// A Step is the derivative that differences of one step size show.
type Step struct{ H, Slope float64 }

// measure returns the derivative of φ that belongs to each probe, and measures
// how exact the gradients are that these are to be compared with.
func (s *subject) measure(r *rand.Rand, probes []probe) ([]measurement, error) {
	if s.flicker == nil {
		s.measureFlicker(r)
		s.measureNearer()
	}
	e := make([]measurement, len(probes))
	for i, p := range probes {
		if s.complex != nil {
			e[i].plain = s.complexStep(p)
			e[i].cautious = e[i].plain
			continue
		}
		e[i].plain = s.estimate(p)
		for _, q := range s.samples {
			e[i].steps = append(e[i].steps, Step{q.h, q.slope})
		}
		e[i].cautious = best(s.samples, max(s.noise, s.swallowed()))
		if err := s.inputs.changed(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// estimate sweeps steps of many sizes and keeps what fits together best. A
// second sweep of smaller steps follows if the first is not convincing: φ may
// vary on a smaller scale than x has, or have a kink or the edge of its domain
// near x.
func (s *subject) estimate(p probe) estimate {
	scale := max(p.scale, nearest)
	s.samples = s.samples[:0]
	s.least = s.least[:0]
	for range s.y {
		s.least = append(s.least, math.Inf(1))
	}
	smaller := math.Ldexp(scale, -2*finest)
	tiny := 0 < p.scale && p.scale < smaller // these steps pass over x as if it were 0
	s.sweep(p, scale)
	e := best(s.samples, s.swallowed())
	if !tiny && !e.kink && e.err <= 1e-10*max(math.Abs(e.slope), e.size/scale) {
		return e
	}
	if tiny {
		smaller = p.scale
	}
	s.sweep(p, smaller)
	return best(s.samples, s.swallowed())
}

// sweep adds the samples of nine steps, the largest first. A step is left out
// if φ is not finite at one of its points.
func (s *subject) sweep(p probe, scale float64) {
	for k := coarsest; k <= finest; k++ {
		q := s.sample(p, math.Ldexp(scale, -2*k))
		if finite(q.slope) && finite(q.jump) {
			s.samples = append(s.samples, q)
		}
	}
	p.restore(s.x)
}

// sample combines the central quotients c(h) = [φ(x+h) − φ(x−h)]/2h and c(2h).
// Their errors are h²φ‴/6 and four times that, up to terms in h⁴, so they cancel
// in [4c(h) − c(2h)]/3 = [φ(x−2h) − 8φ(x−h) + 8φ(x+h) − φ(x+2h)]/12h.
func (s *subject) sample(p probe, h float64) sample {
	near, far := s.quotient(p, h), s.quotient(p, 2*h)
	return sample{
		h:     h,
		slope: (4*near.slope - far.slope) / 3,
		jump:  near.jump,
		size:  max(near.size, far.size),
	}
}

// quotient returns c(h). It subtracts element by element before it adds up, so
// that elements which stay the same leave no rounding error behind.
func (s *subject) quotient(p probe, h float64) sample {
	if !s.inside(p, h) || !s.inside(p, -h) {
		return sample{h: h, slope: math.NaN(), jump: math.NaN()}
	}
	up := p.move(s.x, h)
	s.right = s.values(s.right)
	down := p.move(s.x, -h)
	s.left = s.values(s.left)

	q := sample{h: h}
	for i, w := range s.w {
		r, l := s.right[i], s.left[i]
		q.slope += w * (r - l) / (up - down)
		q.jump += w * ((r-s.y[i])/up - (l-s.y[i])/down)
		q.size = max(q.size, math.Abs(w*r), math.Abs(w*l))
		if moved := min(math.Abs(r-s.y[i]), math.Abs(l-s.y[i])); moved > 0 { // false for NaN
			s.least[i] = min(s.least[i], moved)
		}
	}
	q.size *= math.Sqrt(float64(len(s.w))) // so many errors, each with its own sign
	return q
}

// inside reports whether a step along the way of p stays within the bounds.
func (s *subject) inside(p probe, t float64) bool {
	if p.input >= len(s.bounds) {
		return true
	}
	bounds := s.bounds[p.input]
	if p.along == nil {
		return bounds.holds(p.at[p.element] + t)
	}
	for i, v := range p.at {
		if !bounds.holds(v + t*p.along[i]) {
			return false
		}
	}
	return true
}

// complexStep returns Im φ(x + ihu)/h for the direction u of p. With h = 2⁻³⁰⁰,
// h² is less than any rounding error.
func (s *subject) complexStep(p probe) estimate {
	const h = 0x1p-300
	var z []complex128
	for i, x := range s.x {
		for k, v := range x.Float64s() {
			im := 0.0
			switch {
			case i == p.input && p.along != nil:
				im = h * p.along[k]
			case i == p.input && k == p.element:
				im = h
			}
			z = append(z, complex(v, im))
		}
	}
	e := estimate{}
	y := s.complex(z)
	if len(y) != len(s.w) {
		panic(tensor.Errorf(self, "the complex function gave %d numbers, the real one %d", len(y), len(s.w)))
	}
	for i, w := range s.w {
		e.slope += w * imag(y[i]) / h
		e.size = max(e.size, math.Abs(w*imag(y[i])/h))
	}
	e.err = 16 * epsilon * e.size * math.Sqrt(float64(len(y)))
	return e
}

// swallowed returns the changes of φ that rounding may have swallowed. In
// (x + 1e10) − 1e10 it swallows small changes of x, and φ looks flat near x. So
// an element that moved to both sides at larger steps, and not at the last, is
// taken to be off by the smallest change it made.
func (s *subject) swallowed() float64 {
	if len(s.right) != len(s.y) {
		return 0 // no step stayed within the bounds
	}
	sum := 0.0
	for i, y := range s.y {
		if s.right[i] == y && s.left[i] == y && finite(s.least[i]) {
			sum += math.Abs(s.w[i]) * s.least[i]
		}
	}
	return sum
}

// best chooses among samples, of which the largest step comes first.
//
// As h shrinks, the truncation error of the slope falls with h⁴, and the error
// from the noise of φ grows with 1/h. Neighbouring slopes differ by about the
// larger error of the two, so the pair that agrees best marks the bottom of the
// valley. Its difference is the estimate of the error, but not below that from
// noise: two slopes that are nothing but noise may be equal by chance.
//
// The noise is at least what is given and what shows at the smallest steps.
func best(p []sample, noise float64) estimate {
	if len(p) < 3 {
		return estimate{slope: math.NaN(), err: math.Inf(1)}
	}
	e := estimate{slope: p[len(p)-1].slope, err: math.Inf(1)}
	for _, q := range p {
		e.size = max(e.size, q.size)
	}
	noise = max(noise, visibleNoise(p))
	if noise > 1e-4*e.size {
		return e // φ varies faster than the steps can show
	}
	chosen := 0
	for k, q := range p[:len(p)-1] {
		err := max(math.Abs(q.slope-p[k+1].slope), q.error(noise))
		if k > 0 { // two errors may cancel between neighbours, but truncation falls by 4⁴ a step
			err = max(err, math.Abs(q.slope-p[k-1].slope)/256)
		}
		if err < e.err && !contradicted(p[k+1:], q.slope, err, noise) {
			e.slope, e.err, chosen = q.slope, err, k
		}
	}
	e.kink = kink(p[chosen:], noise)
	return e
}

// visibleNoise returns the noise of φ that the slopes show. It puts neighbours
// apart by about noise/h, and of several pairs the one that shows most is
// believed, since some agree by chance. The smallest three steps have no
// truncation error to speak of. A pair before them counts if it is not much
// further apart than that, as it is around a kink, and if it has not come closer
// by as much as truncation does, which is 4⁴ a step.
func visibleNoise(p []sample) float64 {
	noise := 0.0
	for k := len(p) - 1; k >= 1; k-- {
		apart := math.Abs(p[k].slope - p[k-1].slope)
		seen := apart * p[k].h
		steady := k >= 2 && apart > math.Abs(p[k-1].slope-p[k-2].slope)/64
		if k >= len(p)-3 || steady && seen < 50*max(noise, epsilon*p[k].size) {
			noise = max(noise, seen)
		}
	}
	return noise
}

// error returns how far off noise in φ, and its rounding, put the slope.
func (q sample) error(noise float64) float64 { return max(noise, epsilon*q.size) / q.h }

// contradicted reports whether some smaller step shows another slope, beyond
// what noise can do. Large steps may agree by chance, or because they pass over
// a kink or a bump near x; the derivative is what remains as h goes to 0.
func contradicted(smaller []sample, slope, err, noise float64) bool {
	for _, q := range smaller {
		if math.Abs(q.slope-slope) > 10*(err+q.error(noise)) {
			return true
		}
	}
	return false
}

// kink reports whether the slopes to the left and to the right of x differ by
// the same amount as h shrinks. Where φ is smooth, their difference shrinks with
// h. Compared are the smallest step at which it stands out of the noise and one
// 64 times as large.
func kink(p []sample, noise float64) bool {
	for k := len(p) - 1; k >= 3; k-- {
		if jump := math.Abs(p[k].jump); jump > 100*p[k].error(noise) {
			return jump > math.Abs(p[k-3].jump)/2
		}
	}
	return false
}
