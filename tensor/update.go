package tensor

import "github.com/adjoint-ad/adjoint/tensor/internal/kernel"

// The functions of this file change tensors in place, each in one pass over
// their elements: a sum, and the parameters w of a model together with what
// their optimizer remembers of them. g is the gradient of w, and may be w
// itself; no other two tensors may share storage. All have the shape and the
// element type of the first.
//
// Each product is rounded before the sum around it, so that a step has the same
// bits on every machine. For Float32 the coefficients are rounded first.

// AddScaled adds c·x to dst, which it returns.
func AddScaled(dst, x *Tensor, c float64) *Tensor {
	const who = "tensor.AddScaled"
	notNil(who, dst)
	sameShape(who, dst, x)
	inPlace(who, dst, x)
	dst.version++
	kernel.F64.AddScaled(dst.f64, x.f64, c)
	kernel.F32.AddScaled(dst.f32, x.f32, float32(c))
	return dst
}

// A Descent is the coefficients of one step of gradient descent.
type Descent struct {
	Rate     float64 // η
	Decay    float64 // λ: what of w is added to its gradient
	Sign     float64 // of the gradient: 1, or −1 to climb
	Momentum float64 // μ
	Fresh    float64 // weight of the new gradient in b
	Nesterov bool    // look ahead
}

// Descend takes a step of gradient descent: for each element, with
// d = Sign·g + Decay·w,
//
//	b ← Momentum·b + Fresh·d
//	w ← w − Rate·b                         or, if Nesterov is set,
//	w ← w − Rate·(d + Momentum·b)
//
// b is nil for descent without momentum, w ← w − Rate·d.
func Descend(w, g, b *Tensor, c Descent) {
	const who = "tensor.Descend"
	checkUpdate(who, w, g)
	c64 := kernel.Descent[float64]{Rate: c.Rate, Decay: c.Decay, Sign: c.Sign, Momentum: c.Momentum, Fresh: c.Fresh}
	c32 := kernel.Descent[float32]{Rate: float32(c.Rate), Decay: float32(c.Decay), Sign: float32(c.Sign),
		Momentum: float32(c.Momentum), Fresh: float32(c.Fresh)}
	if b == nil {
		kernel.F64.Descend(w.f64, g.f64, c64)
		kernel.F32.Descend(w.f32, g.f32, c32)
		return
	}
	checkMemory(who, b, w, g)
	if c.Nesterov {
		kernel.F64.RollAhead(w.f64, b.f64, g.f64, c64)
		kernel.F32.RollAhead(w.f32, b.f32, g.f32, c32)
	} else {
		kernel.F64.Roll(w.f64, b.f64, g.f64, c64)
		kernel.F32.Roll(w.f32, b.f32, g.f32, c32)
	}
}

// An Adaptation is the coefficients of one step of Adam.
type Adaptation struct {
	Rate, Epsilon float64 // η and ε
	Beta1, Beta2  float64 // β₁ and β₂
	Decay         float64 // what of w is added to its gradient
	Keep          float64 // what is left of w before the step
	Sign          float64 // of the gradient: 1, or −1 to climb
}

// Adapt takes a step of Adam: for each element, with d = Sign·g + Decay·w,
//
//	m ← Beta1·m + (1 − Beta1)·d
//	v ← Beta2·v + (1 − Beta2)·d²
//	peak ← max(peak, v)
//	w ← Keep·w − Rate·m/(√peak + Epsilon)
//
// peak is nil for Adam without AMSGrad: v stands in its place.
func Adapt(w, g, m, v, peak *Tensor, c Adaptation) {
	const who = "tensor.Adapt"
	checkUpdate(who, w, g)
	checkMemory(who, m, w, g)
	checkMemory(who, v, w, g, m)
	c64 := kernel.Adaptation[float64]{Rate: c.Rate, Epsilon: c.Epsilon, Decay: c.Decay, Keep: c.Keep, Sign: c.Sign,
		Beta1: c.Beta1, Fresh1: 1 - c.Beta1, Beta2: c.Beta2, Fresh2: 1 - c.Beta2}
	c32 := kernel.Adaptation[float32]{Rate: float32(c.Rate), Epsilon: float32(c.Epsilon), Decay: float32(c.Decay),
		Keep: float32(c.Keep), Sign: float32(c.Sign),
		Beta1: float32(c.Beta1), Fresh1: float32(1 - c.Beta1), Beta2: float32(c.Beta2), Fresh2: float32(1 - c.Beta2)}
	if peak == nil {
		kernel.F64.Adapt(w.f64, m.f64, v.f64, g.f64, c64)
		kernel.F32.Adapt(w.f32, m.f32, v.f32, g.f32, c32)
		return
	}
	checkMemory(who, peak, w, g, m, v)
	kernel.F64.AdaptPeak(w.f64, m.f64, v.f64, peak.f64, g.f64, c64)
	kernel.F32.AdaptPeak(w.f32, m.f32, v.f32, peak.f32, g.f32, c32)
}

// checkUpdate refuses a gradient that does not fit w, and counts the write.
func checkUpdate(who string, w, g *Tensor) {
	sameShape(who, w, g)
	inPlace(who, w, g)
	w.version++
}

// checkMemory refuses a tensor s, remembered of w, that does not fit it or
// shares storage with the others, and counts the write.
func checkMemory(who string, s, w *Tensor, others ...*Tensor) {
	sameShape(who, w, s)
	apart(who, s, w)
	for _, x := range others {
		apart(who, s, x)
	}
	s.version++
}
