package scalar

// A Tape lists the steps of a computation in the order in which they were made, which is
// an order in which each step comes after all that it reads. The zero Tape is empty.
type Tape struct {
	steps   []step
	watched map[*float64]Value
}

// A step is one value, with the places on the tape that it was computed from and the
// derivative of the step with respect to each of them.
type step struct {
	value    float64
	operands []int
	partials []float64
}

// A Value is a place on a tape.
type Value struct {
	tape *Tape
	at   int
}

// Input puts a number on the tape that was not computed from others.
func (t *Tape) Input(x float64) Value { return t.record(x, nil, nil) }

// Watch puts the number that p points to on the tape, once: watching it again gives the
// same Value, so a parameter that is used twice has one adjoint.
func (t *Tape) Watch(p *float64) Value {
	v, known := t.watched[p]
	if !known {
		if t.watched == nil {
			t.watched = map[*float64]Value{}
		}
		v = t.Input(*p)
		t.watched[p] = v
	}
	return v
}

func (t *Tape) record(value float64, operands []int, partials []float64) Value {
	t.steps = append(t.steps, step{value, operands, partials})
	return Value{t, len(t.steps) - 1}
}

// Float returns the number.
func (v Value) Float() float64 { return v.tape.steps[v.at].value }

// Adjoints has the derivative of one value with respect to each that was recorded before.
type Adjoints []float64

// Of returns the adjoint of v.
func (a Adjoints) Of(v Value) float64 {
	if v.at >= len(a) {
		return 0 // recorded later: no path
	}
	return a[v.at]
}

// Sweep goes back over the tape from y. When it comes to a step, all readers of the step have
// sent their shares, since they come later on it; so its adjoint is complete, and it sends
// shares to its own operands (Griewank and Walther, Evaluating Derivatives, 2008).
func (y Value) Sweep() Adjoints {
	adjoint := make(Adjoints, y.at+1)
	adjoint[y.at] = 1
	for i := y.at; i >= 0; i-- {
		s := y.tape.steps[i]
		for k, operand := range s.operands {
			adjoint[operand] += adjoint[i] * s.partials[k] // eq: V0
		}
	}
	return adjoint
}
