package gradcheck

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A subject is the function that is compared at one order, a scalar
//
//	φ(x) = Σᵣ ⟨wᵣ, yᵣ(x)⟩
//
// of tensors x that are changed in place. At first order there is one y, the
// value of the caller's function; at second order the y are its gradients.
type subject struct {
	f      func(x []*graph.Var) []*graph.Var // a nil among its results stands for zeros
	x      []*tensor.Tensor
	inputs snapshot // of x

	weights   []*tensor.Tensor // wᵣ, nil for a nil
	w, y      []float64        // the elements of all weights and, at x, of all results in one row
	gradients []*tensor.Tensor // ∂φ/∂x by Backward
	roundings float64          // how many of them may lie on the way to an element of a gradient
	flicker   []*tensor.Tensor // how much the rounding of x alone changes each element of gradients
	largest   float64          // finite magnitude of all that f computes at x
	nearer    []*tensor.Tensor // the largest magnitude of each element of gradients where x is nearer to 0
	steepest  float64          // the largest adjoint of φ at x
	noise     float64          // what the rounding of values on the way to φ may change of it

	bounds  []Interval                        // of each x; nil for none
	complex func(z []complex128) []complex128 // f, continued; nil if it is not known

	tape        graph.Tape // Reset before each evaluation, so its memory does not grow
	vars        []*graph.Var
	right, left []float64 // values at two points
	least       []float64 // the smallest change of each element in a sweep
	samples     []sample
}

// newSubject evaluates f and its gradient at x and draws the weights.
func (c Checker) newSubject(r *rand.Rand, f func(x []*graph.Var) []*graph.Var, x []*tensor.Tensor) (*subject, error) {
	s := &subject{f: f, x: x, inputs: takeSnapshot(x), bounds: c.bounds}
	s.tape.Trace = true // misuse shows in the first run if ever, and is then told with its line
	results := s.run()
	single := len(results) == 1 && results[0] != nil && results[0].Value().Len() == 1
	for _, y := range results {
		s.weights = append(s.weights, s.drawWeights(r, y, single))
		s.y = appendValue(s.y, y)
	}
	s.tape.Trace = false
	if err := s.inputs.changed(); err != nil {
		return nil, err
	}
	for i, v := range s.y {
		if !finite(v) {
			return nil, problem(NonFinite, "the value is %v at element %d of %d: it has no derivative there", v, i, len(s.y))
		}
	}
	if !slices.EqualFunc(s.y, s.values(nil), sameBits) {
		return nil, problem(NonDeterministic, "the function gave two values for the same inputs: it must be deterministic; "+
			"if it draws random numbers, let each call start from the same seed")
	}
	s.gradients = s.gradient()
	if err := s.inputs.changed(); err != nil {
		return nil, err
	}
	for i, g := range s.gradient() {
		if k := firstChange(g, s.gradients[i]); k >= 0 {
			return nil, problem(NonDeterministic, "two sweeps gave two gradients: that of input %d %v is %v and then %v at %v; "+
				"a rule must depend on its arguments only", i, g.Shape(), s.gradients[i].Flat(k), g.Flat(k), index(k, g.Shape()))
		}
	}
	s.measureNoise()
	return s, nil
}

// measureNoise finds out how much is computed for φ at x, and how exact that is.
// A value v on the way is off by ε|v|, and its adjoint v̄ carries this to φ as
// ε|v v̄|.
func (s *subject) measureNoise() {
	phi := s.phi()
	if phi == nil {
		return
	}
	longest := 0
	for v := range s.tape.Vars() {
		x := v.Value()
		longest = max(longest, x.Len())
		for k := range x.Len() {
			if a := math.Abs(x.Flat(k)); finite(a) {
				s.largest = max(s.largest, a)
			}
		}
	}
	s.roundings = float64(s.tape.Len() + longest)
	for v, adjoint := range phi.Sweep() {
		sum := 0.0
		for k := range adjoint.Len() {
			a := math.Abs(adjoint.Flat(k))
			s.steepest = max(s.steepest, a)
			if carried := a * math.Abs(v.Value().Flat(k)); finite(carried) {
				sum += carried
			}
		}
		if v.Op() != nil { // x itself is exact
			s.noise = max(s.noise, epsilon*sum)
		}
	}
}

// measureFlicker finds out how much of the gradients is rounding. It moves every
// element of x by one unit in the last place, up or down at random, and sees how
// gradients change. That shows what is lost where large terms cancel: the
// gradient of log Σ softmax is 0, but is computed as a sum of terms near 1, and
// comes out as some 10⁻¹⁷.
//
// A change that is larger than rounding can make it, for the adjoints there are,
// is a kink that was crossed, and is counted as no more than that.
func (s *subject) measureFlicker(r *rand.Rand) {
	const times = 8
	s.flicker = make([]*tensor.Tensor, len(s.x))
	for i, x := range s.x {
		s.flicker[i] = tensor.Zeros(x.Shape()...)
	}
	defer s.inputs.restore()
	for range times {
		for i, x := range s.x {
			row := x.Float64s()
			for k, v := range s.inputs.was[i].Float64s() {
				row[k] = s.clamp(i, v*(1+epsilon*float64(2*r.IntN(2)-1)))
			}
			x.Touch()
		}
		for i, g := range s.gradient() {
			for k := range g.Len() {
				d := min(math.Abs(g.Flat(k)-s.gradients[i].Flat(k)), 1e-10*s.steepest)
				s.flicker[i].SetFlat(k, max(s.flicker[i].Flat(k), d))
			}
		}
	}
}

// measureNearer finds out what the gradients are where x is nearer to 0, and not
// saturated. Far out a gradient may be small because terms cancel, such as p − 1
// for a p = 1 − 10⁻¹⁷, and is off by ε times those terms. They show where they do
// not cancel.
func (s *subject) measureNearer() {
	const halvings = 10 // from the largest numbers that have an exponential to 1
	farthest := 0.0
	for _, x := range s.x {
		s.nearer = append(s.nearer, tensor.Zeros(x.Shape()...))
		farthest = max(farthest, norm(x.Float64s()))
	}
	defer s.inputs.restore()
	for k := 1; k <= halvings && math.Ldexp(farthest, 1-k) > 1; k++ {
		for i, x := range s.x {
			row := x.Float64s()
			for j, v := range s.inputs.was[i].Float64s() {
				if math.Abs(v) > 1 {
					row[j] = s.clamp(i, math.Copysign(max(1, math.Ldexp(math.Abs(v), -k)), v))
				}
			}
			x.Touch()
		}
		for i, g := range s.gradient() {
			for j := range g.Len() {
				if a := math.Abs(g.Flat(j)); finite(a) {
					s.nearer[i].SetFlat(j, max(s.nearer[i].Flat(j), a))
				}
			}
		}
	}
}

// clamp returns what is nearest to v within the bounds of input i.
func (s *subject) clamp(i int, v float64) float64 {
	if i >= len(s.bounds) || s.bounds[i] == (Interval{}) {
		return v
	}
	return min(max(v, s.bounds[i].Lo), s.bounds[i].Hi)
}

// drawWeights gives each element of y a weight of its own. With equal ones,
// mistakes that cancel in the sum would not show: a rule that puts the right
// numbers in the wrong places, or the softmax, whose outputs add up to one. No
// weight is near zero, where it would hide its element. A single number has the
// weight 1, so that reports show its own derivatives.
func (s *subject) drawWeights(r *rand.Rand, y *graph.Var, single bool) *tensor.Tensor {
	if y == nil {
		return nil
	}
	if y.Type() != s.x[0].Type() {
		panic(tensor.Errorf(self, "the value is %v for inputs in %v", y.Type(), s.x[0].Type()))
	}
	w := tensor.New(y.Type(), y.Shape()...)
	for i := range w.Len() {
		v := 0.5 + r.Float64()
		if r.IntN(2) == 0 {
			v = -v
		}
		if single {
			v = 1
		}
		w.SetFlat(i, v)
		s.w = append(s.w, v)
	}
	return w
}

// run evaluates f on an empty tape.
func (s *subject) run() []*graph.Var {
	s.tape.Reset()
	s.vars = s.vars[:0]
	for _, x := range s.x {
		s.vars = append(s.vars, s.tape.Watch(x))
	}
	return s.f(s.vars)
}

// values evaluates f and returns the elements of all results in one row, in the
// memory of row.
func (s *subject) values(row []float64) []float64 {
	row = row[:0]
	for _, y := range s.run() {
		row = appendValue(row, y)
	}
	if len(row) != len(s.w) {
		panic(tensor.Errorf(self, "the function gave a value of %d elements and then one of %d", len(s.w), len(row)))
	}
	return row
}

func appendValue(row []float64, y *graph.Var) []float64 {
	if y == nil {
		return row
	}
	for i := range y.Value().Len() {
		row = append(row, y.Value().Flat(i))
	}
	return row
}

// phi evaluates φ, nil if f depends on nothing.
func (s *subject) phi() *graph.Var {
	var pairs []*graph.Var
	for i, y := range s.run() {
		if y != nil {
			// The weights are watched too, so that φ depends on a watched
			// tensor even where f depends on none.
			pairs = append(pairs, s.tape.Watch(s.weights[i]), y)
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	return inner(pairs...)
}

// gradient returns ∂φ/∂x as Backward finds it. No path counts as zero.
func (s *subject) gradient() []*tensor.Tensor {
	g := make([]*tensor.Tensor, len(s.x))
	for i, x := range s.x {
		g[i] = tensor.New(x.Type(), x.Shape()...)
	}
	phi := s.phi()
	if phi == nil {
		return g
	}
	grads := phi.Backward()
	for i, x := range s.x {
		if of := grads.Of(x); of != nil {
			tensor.Copy(g[i], of)
		}
	}
	return g
}

// results returns the results of f at x in tensors that are shaped like those
// of a list, with zeros for a nil.
func (s *subject) results(like []*tensor.Tensor) []*tensor.Tensor {
	y := make([]*tensor.Tensor, len(like))
	row := s.y
	for i, x := range like {
		y[i] = tensor.New(x.Type(), x.Shape()...)
		if s.weights[i] != nil {
			row = row[copy(y[i].Float64s(), row):]
		}
	}
	return y
}

func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
