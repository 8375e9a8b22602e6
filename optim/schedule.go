package optim

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Schedule gives the rate of step t = 0, 1, 2, … of an optimizer that has it
// in its Schedule field. The optimizer counts its own steps, so the training
// loop stays as it is. A rate of 0 is 0 here, not a default.
//
// Any function will do:
//
//	opt := &optim.SGD{Schedule: func(t int) float64 { return 1 / float64(10+t) }}
type Schedule func(step int) float64

// Constant is the same rate in every step.
func Constant(rate float64) Schedule {
	checkRate("optim.Constant", "rate", rate)
	return func(int) float64 { return rate }
}

// StepDecay multiplies the rate by a factor after every so many steps:
// rate·factor^⌊t/every⌋.
func StepDecay(rate float64, every int, factor float64) Schedule {
	const who = "optim.StepDecay"
	checkRate(who, "rate", rate)
	checkSteps(who, "every", every, 1)
	check(who, "factor", factor, factor > 0 && factor <= math.MaxFloat64, "finite and > 0")
	return func(step int) float64 { return rate * math.Pow(factor, float64(step/every)) }
}

// Cosine falls from rate at step 0 to low at the given number of steps, along
// half a wave of the cosine, and stays there:
//
//	low + (rate − low)·(1 + cos(π t/steps))/2
//
// It is from I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent
// with warm restarts", 2017, arXiv:1608.03983. A restart every n steps is
// func(t int) float64 { return s(t % n) } of a Cosine s over n steps.
func Cosine(rate, low float64, steps int) Schedule {
	const who = "optim.Cosine"
	checkRate(who, "rate", rate)
	checkRate(who, "low", low)
	checkSteps(who, "steps", steps, 1)
	return func(step int) float64 {
		if step >= steps {
			return low
		}
		// (1 + cos 2x)/2 = cos² x, which keeps its digits near the end.
		c := math.Cos(math.Pi / 2 * float64(step) / float64(steps))
		return low + (rate-low)*c*c
	}
}

// Warmup rises on a straight line from start at step 0 to s(0) at the given
// number of steps, and is s from there on, which begins with its own step 0.
func Warmup(start float64, steps int, s Schedule) Schedule {
	const who = "optim.Warmup"
	checkRate(who, "start", start)
	checkSteps(who, "steps", steps, 0)
	if s == nil {
		panic(tensor.Errorf(who, "there is no schedule to follow: s is nil"))
	}
	return func(step int) float64 {
		if step >= steps {
			return s(step - steps)
		}
		return start + (s(0)-start)*float64(step)/float64(steps)
	}
}

// rate returns the rate of one step of an optimizer. A preset of 0 means that
// the optimizer has no default.
func rate(who string, fixed, preset float64, s Schedule, step int) float64 {
	if s == nil {
		if fixed == 0 {
			fixed = preset
		}
		check(who, "Rate", fixed, fixed > 0 && fixed <= math.MaxFloat64, "finite and > 0")
		return fixed
	}
	if fixed != 0 {
		panic(tensor.Errorf(who, "Rate is %v and Schedule is set too: only one of them can give the rate", fixed))
	}
	r := s(step)
	if !(r >= 0 && r <= math.MaxFloat64) {
		panic(tensor.Errorf(who, "Schedule gives %v for step %d: a rate must be finite and ≥ 0", r, step))
	}
	return r
}

func checkRate(who, name string, rate float64) {
	check(who, name, rate, rate >= 0 && rate <= math.MaxFloat64, "finite and ≥ 0")
}

func checkSteps(who, name string, steps, least int) {
	if steps < least {
		panic(tensor.Errorf(who, "%s is %d: it must be at least %d", name, steps, least))
	}
}
