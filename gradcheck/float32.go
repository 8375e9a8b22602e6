package gradcheck

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/tensor"
)

const epsilon32 = 0x1p-23 // the distance from 1 to the next float32

// checkFloat32 checks f on Float64 copies of Float32 inputs, since differences
// in float32 show four digits at best. Then it compares what f gives in the two
// types, at inputs that are exactly equal.
//
// They may differ by half of the digits of float32, relative to the largest
// element, since cancellation loses some digits and is not a mistake, while a
// kernel that is wrong loses all. In any case they may differ by what rounding
// makes of the largest value that f computes with.
func (c Checker) checkFloat32(r *Report, f Func, x []*tensor.Tensor) error {
	double, err := c.checkFloat64(r, f, copies(x))
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(c.Seed, 0)) // draws the same weights again
	single, err := c.newSubject(random, alone(f), x)
	if err != nil {
		return fmt.Errorf("%w (in float32)", err)
	}

	half := math.Sqrt(epsilon32)
	if len(single.y) != len(double.y) {
		return problem(Misfit, "the value has %d elements in float32 and %d in float64", len(single.y), len(double.y))
	}
	rounding := 16 * math.Sqrt(single.roundings) * epsilon32 * double.largest
	tol := max(half*norm(double.y), rounding)
	for i, v := range single.y {
		if math.Abs(v-double.y[i]) > tol {
			return problem(Imprecise, "element %d of the value is %.9g in float32 and %.9g in float64; they may differ by %.1g",
				i, v, double.y[i], tol)
		}
	}
	for _, p := range c.choose(random, double.x) {
		reference, terms := p.derivative(double.gradients[p.input])
		e := p.entry(Single, x[p.input].Shape())
		e.Tape, _ = p.derivative(single.gradients[p.input])
		e.Reference = reference
		e.Tolerance = max(half*max(terms, norm(double.gradients[p.input].Float64s())), rounding/max(p.scale, nearest))
		if !(math.Abs(e.Tape-reference) <= e.Tolerance) {
			e.Verdict = Wrong
		}
		r.Entries = append(r.Entries, e)
	}
	return nil
}

// copies returns Float64 copies, only one of a tensor that is listed twice.
func copies(x []*tensor.Tensor) []*tensor.Tensor {
	c := make([]*tensor.Tensor, len(x))
	of := make(map[*tensor.Tensor]*tensor.Tensor)
	for i, t := range x {
		if of[t] == nil {
			of[t] = t.To(tensor.Float64)
		}
		c[i] = of[t]
	}
	return c
}

// norm returns the largest magnitude.
func norm(x []float64) float64 {
	n := 0.0
	for _, v := range x {
		n = max(n, math.Abs(v))
	}
	return n
}
