package optim

import (
	"iter"
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Clip bounds gradients before a step. Gradients are read-only, so it wraps
// them:
//
//	clip := &optim.Clip{Norm: 1}
//	…
//	opt.Step(model.Params(), clip.Apply(model.Params(), loss.Backward()))
//
// Norm bounds the 2-norm of all gradients taken together as one vector: where
// it is larger, every element is multiplied by Norm/norm, which keeps the
// direction (R. Pascanu et al., "On the difficulty of training recurrent neural
// networks", 2013, arXiv:1211.5063). Value bounds each element by itself, to
// [−Value, Value], which does not. If both are set, Value comes first.
//
// A Clip without bounds measures the norm and changes nothing.
type Clip struct {
	Norm  float64 // ≥ 0; 0: no bound
	Value float64 // ≥ 0; 0: no bound

	// LastNorm is set by Apply to the norm that Norm is compared with. It is
	// +Inf for finite gradients whose norm a float64 cannot hold; those are
	// clipped correctly nevertheless.
	LastNorm float64

	out *clipped
}

// Apply returns g with the gradients of params clipped; those of other tensors
// are as in g. The result is valid until the next Apply, which uses its
// buffers again.
//
// A gradient that holds a NaN, or an infinity that Value does not bound, has no
// useful norm: scaling by it would turn all gradients to NaN or to zero. Apply
// panics then and names the parameter and the element. It also panics where
// Step does, and if g is, or comes from, what the same Clip returned.
func (c *Clip) Apply(params iter.Seq2[string, *tensor.Tensor], g Gradients) Gradients {
	const who = "optim.Clip"
	check(who, "Norm", c.Norm, c.Norm >= 0, "≥ 0")
	check(who, "Value", c.Value, c.Value >= 0, "≥ 0")
	if c.out == nil {
		c.out = &clipped{newList(who), make(map[*tensor.Tensor]*tensor.Tensor)}
	}
	for from, ok := g.(*clipped); ok; from, ok = from.from.(*clipped) {
		if from == c.out {
			panic(tensor.Errorf(who, "the gradients are what this Clip returned before, in the buffers it would write to: clip twice with two Clips"))
		}
	}
	bound := c.Value
	if bound == 0 {
		bound = math.Inf(1)
	}

	pairs := c.out.fill(params, g)
	top := largest(pairs, bound)
	peak := min(top, bound)
	root := relativeNorm(pairs, bound, peak)
	c.LastNorm = peak * root

	factor := 1.0
	if c.Norm > 0 && c.LastNorm > c.Norm {
		factor = c.Norm / root / peak // c.LastNorm may be +Inf
	}
	if factor == 1 && top <= bound {
		return g
	}
	c.out.write(bound, factor)
	return c.out
}

// largest returns the largest magnitude of an element. It panics at a NaN, and
// at an infinity when there is no bound to replace it.
func largest(pairs []pair, bound float64) float64 {
	top := 0.0
	for _, p := range pairs {
		for i := range p.g.Len() {
			x := math.Abs(p.g.Flat(i))
			if math.IsNaN(x) || math.IsInf(min(x, bound), 1) {
				panic(tensor.Errorf("optim.Clip", "the gradient of %s has %v at element %d of shape %v: a norm must be finite",
					p.name, p.g.Flat(i), i, p.g.Shape()))
			}
			top = max(top, x)
		}
	}
	return top
}

// relativeNorm returns the 2-norm of the bounded elements divided by peak, the
// largest of them, so that no square overflows and not all underflow. It is at
// least 1, also if all elements are 0.
func relativeNorm(pairs []pair, bound, peak float64) float64 {
	if peak == 0 {
		return 1
	}
	sum := 0.0
	for _, p := range pairs {
		for i := range p.g.Len() {
			x := min(math.Abs(p.g.Flat(i)), bound) / peak
			sum += float64(x * x) // not fused, as in sgd.go
		}
	}
	return math.Sqrt(sum)
}

// clipped is gradients of which those in the list are replaced by copies.
type clipped struct {
	*list
	copies map[*tensor.Tensor]*tensor.Tensor
}

func (c *clipped) write(bound, factor float64) {
	for _, p := range c.pairs {
		dst := c.copies[p.w]
		if dst == nil || !alike(dst, p.w) {
			dst = zeros(p.w)
			c.copies[p.w] = dst
		}
		for i := range dst.Len() {
			dst.SetFlat(i, factor*max(-bound, min(p.g.Flat(i), bound)))
		}
	}
}

func (c *clipped) Of(w *tensor.Tensor) *tensor.Tensor {
	if c.seen[w] {
		return c.copies[w]
	}
	return c.from.Of(w)
}
