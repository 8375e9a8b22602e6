package optim

import (
	"cmp"
	"iter"
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Adam is the method of D. P. Kingma and J. Ba, "Adam: a method for stochastic
// optimization", 2015, arXiv:1412.6980. For each element in its t-th step,
// t = 1, 2, …, with g the gradient plus WeightDecay·w,
//
//	m ← Beta1·m + (1 − Beta1)·g
//	v ← Beta2·v + (1 − Beta2)·g²
//	w ← w − Rate · m̂ / (√v̂ + Epsilon),   m̂ = m/(1 − Beta1ᵗ),   v̂ = v/(1 − Beta2ᵗ)
//
// With AMSGrad, v̂ is made from the greatest v so far, so that rates only fall
// (S. J. Reddi et al., "On the convergence of Adam and beyond", 2018,
// arXiv:1904.09237).
//
// A Beta left at 0 has its default. Where 0 itself is wanted, write 1e-300:
// it is lost in every sum.
//
// Adam holds two tensors for each parameter, three with AMSGrad. The count t
// is the parameter's own, so one that joins later starts as it should.
type Adam struct {
	Rate        float64  // η > 0; 0: 1e-3
	Schedule    Schedule // gives the rate of each step in place of Rate
	Beta1       float64  // β₁ in (0, 1); 0: 0.9
	Beta2       float64  // β₂ in (0, 1); 0: 0.999
	Epsilon     float64  // ε ≥ 1e-30, as smaller ones vanish in Float32; 0: 1e-8
	WeightDecay float64  // λ ≥ 0; 0: none
	AMSGrad     bool     // never let v̂ fall
	Maximize    bool     // climb: the gradient is negated before all else

	steps   int
	list    *list
	moments map[*tensor.Tensor]*moments
}

// AdamW is Adam with decoupled weight decay: g is the gradient alone, and
// before each step
//
//	w ← w − Rate·WeightDecay·w
//
// from I. Loshchilov and F. Hutter, "Decoupled weight decay regularization",
// 2019, arXiv:1711.05101. The fields mean what they mean in Adam, with the
// same defaults; the paper has no default for WeightDecay, so 0 is none.
type AdamW Adam

// moments are what Adam remembers of one parameter.
type moments struct {
	m, v   *tensor.Tensor
	peak   *tensor.Tensor // the greatest v so far; nil without AMSGrad
	m0, v0 float64        // β₁ᵗ and β₂ᵗ: the weight in m and v of the zeros they started from
}

// Step updates each parameter once, even one that is listed under two names.
//
// It panics if a setting is out of its range, if a parameter has no gradient
// or one of another shape or element type, if its own type or shape is not what
// it was in an earlier step, or if there is no parameter.
func (o *Adam) Step(params iter.Seq2[string, *tensor.Tensor], g Gradients) {
	rule := o.rule("optim.Adam")
	rule.Decay = o.WeightDecay
	o.step("optim.Adam", rule, params, g)
}

// Step does what Adam's does.
func (o *AdamW) Step(params iter.Seq2[string, *tensor.Tensor], g Gradients) {
	a := (*Adam)(o)
	rule := a.rule("optim.AdamW")
	rule.Keep = 1 - rule.Rate*o.WeightDecay
	a.step("optim.AdamW", rule, params, g)
}

func (o *Adam) step(who string, rule tensor.Adaptation, params iter.Seq2[string, *tensor.Tensor], g Gradients) {
	if o.list == nil {
		o.list = newList(who)
		o.moments = make(map[*tensor.Tensor]*moments)
	}
	pairs := o.list.fill(params, g)
	for _, p := range pairs {
		if s := o.moments[p.w]; s != nil {
			p.recall(who, s.m)
		}
	}
	for _, p := range pairs {
		s := o.moments[p.w]
		if s == nil {
			s = &moments{m: zeros(p.w), v: zeros(p.w), m0: 1, v0: 1}
			o.moments[p.w] = s
		}
		var peak *tensor.Tensor
		if o.AMSGrad {
			if s.peak == nil {
				s.peak = zeros(p.w)
			}
			peak = s.peak
		}
		s.m0 *= rule.Beta1
		s.v0 *= rule.Beta2
		tensor.Adapt(p.w, p.g, s.m, s.v, peak, unbiased(rule, s.m0, s.v0))
	}
	o.steps++
}

func zeros(like *tensor.Tensor) *tensor.Tensor { return tensor.New(like.Type(), like.Shape()...) }

// rule is the coefficients of one step, before the corrections of m and v.
func (o *Adam) rule(who string) tensor.Adaptation {
	b1, b2, eps := cmp.Or(o.Beta1, 0.9), cmp.Or(o.Beta2, 0.999), cmp.Or(o.Epsilon, 1e-8)
	check(who, "Beta1", b1, b1 > 0 && b1 < 1, "in [0, 1), where 0 means 0.9")
	check(who, "Beta2", b2, b2 > 0 && b2 < 1, "in [0, 1), where 0 means 0.999")
	check(who, "Epsilon", eps, eps >= 1e-30 && eps <= math.MaxFloat64, "finite and ≥ 1e-30, or 0, which means 1e-8")
	check(who, "WeightDecay", o.WeightDecay, o.WeightDecay >= 0 && o.WeightDecay <= math.MaxFloat64, "finite and ≥ 0")
	return tensor.Adaptation{
		Rate:    rate(who, o.Rate, 1e-3, o.Schedule, o.steps),
		Epsilon: eps,
		Beta1:   b1,
		Beta2:   b2,
		Keep:    1,
		Sign:    sign(o.Maximize),
	}
}

// unbiased moves the corrections of m and v out of the loop, as the paper does
// at the end of its section 2: with c = √(1−β₂ᵗ),
//
//	η m̂ / (√v̂ + ε) = η c/(1−β₁ᵗ) · m / (√v + ε c)
func unbiased(r tensor.Adaptation, m0, v0 float64) tensor.Adaptation {
	c := math.Sqrt(1 - v0)
	r.Rate *= c / (1 - m0)
	r.Epsilon *= c
	return r
}
