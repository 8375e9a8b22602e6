package optim

import (
	"iter"
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// SGD is gradient descent, with or without momentum. For each element, with
// g the gradient plus WeightDecay·w,
//
//	b ← Momentum·b + (1 − Dampening)·g     b = g in the first step
//	w ← w − Rate·b                         or, if Nesterov is set,
//	w ← w − Rate·(g + Momentum·b)
//
// The heavy ball is from B. T. Polyak, "Some methods of speeding up the
// convergence of iteration methods", 1964. Nesterov's method of 1983 looks
// ahead, to where momentum will carry w, before it takes the gradient
// (I. Sutskever et al., "On the importance of initialization and momentum in
// deep learning", 2013); here w is that point ahead, as in Y. Bengio et al.,
// arXiv:1212.0901, section 3.5.
//
// With a Momentum it holds one tensor for each parameter, otherwise nothing.
type SGD struct {
	Rate        float64  // η > 0; must be set unless Schedule is
	Schedule    Schedule // gives the rate of each step in place of Rate
	Momentum    float64  // μ in [0, 1); 0: none
	Dampening   float64  // in [0, 1); 0: none
	Nesterov    bool     // needs a Momentum, and no Dampening
	WeightDecay float64  // λ ≥ 0; 0: none
	Maximize    bool     // climb: the gradient is negated before all else

	steps    int
	list     *list
	velocity map[*tensor.Tensor]*tensor.Tensor // b
}

// Step updates each parameter once, even one that is listed under two names.
//
// It panics if a setting is out of its range, if a parameter has no gradient
// or one of another shape or element type, if its own type or shape is not what
// it was in an earlier step with Momentum, or if there is no parameter.
func (o *SGD) Step(params iter.Seq2[string, *tensor.Tensor], g Gradients) {
	rule := o.rule()
	if o.list == nil {
		o.list = newList("optim.SGD")
		o.velocity = make(map[*tensor.Tensor]*tensor.Tensor)
	}
	pairs := o.list.fill(params, g)
	for _, p := range pairs {
		p.recall("optim.SGD", o.velocity[p.w])
	}
	for _, p := range pairs {
		o.update(rule, p)
	}
	o.steps++
}

func (o *SGD) update(rule tensor.Descent, p pair) {
	if o.Momentum == 0 {
		tensor.Descend(p.w, p.g, nil, rule)
		return
	}
	b := o.velocity[p.w]
	if b == nil {
		b = tensor.New(p.w.Type(), p.w.Shape()...)
		o.velocity[p.w] = b
		rule.Fresh = 1 // so that b becomes g
	}
	tensor.Descend(p.w, p.g, b, rule)
}

// rule is the coefficients of one step.
func (o *SGD) rule() tensor.Descent {
	const who = "optim.SGD"
	mu, damp := o.Momentum, o.Dampening
	check(who, "Momentum", mu, mu >= 0 && mu < 1, "in [0, 1)")
	check(who, "Dampening", damp, damp >= 0 && damp < 1, "in [0, 1)")
	check(who, "WeightDecay", o.WeightDecay, o.WeightDecay >= 0 && o.WeightDecay <= math.MaxFloat64, "finite and ≥ 0")
	switch {
	case mu == 0 && o.Nesterov:
		panic(tensor.Errorf(who, "Nesterov is set and Momentum is 0: there is nothing to look ahead with"))
	case mu == 0 && damp != 0:
		panic(tensor.Errorf(who, "Dampening is %v and Momentum is 0: there is nothing to dampen", damp))
	case o.Nesterov && damp != 0:
		panic(tensor.Errorf(who, "Nesterov is set and Dampening is %v: Nesterov's method has none", damp))
	}
	return tensor.Descent{
		Rate:     rate(who, o.Rate, 0, o.Schedule, o.steps),
		Decay:    o.WeightDecay,
		Momentum: mu,
		Fresh:    1 - damp,
		Sign:     sign(o.Maximize),
		Nesterov: o.Nesterov,
	}
}

// sign is the factor of the gradient.
func sign(maximize bool) float64 {
	if maximize {
		return -1
	}
	return 1
}
