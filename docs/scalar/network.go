package scalar

import "iter"

// A Layer is dense: each unit adds up weighted inputs and a bias, and applies F.
type Layer struct {
	W [][]float64 // to the unit of the row, from the input of the column
	B []float64
	F func(Value) Value
}

// A Network applies layers one after the other.
type Network []Layer

// Forward computes the network on the tape of x.
func (n Network) Forward(x []Value) []Value {
	for _, l := range n {
		next := make([]Value, len(l.W))
		for i := range l.W {
			z := x[0].tape.Watch(&l.B[i])
			for j := range x {
				z = z.Add(x[j].tape.Watch(&l.W[i][j]).Mul(x[j])) // eq: F2
			}
			next[i] = l.F(z)
		}
		x = next
	}
	return x
}

// Params ranges over all weights and biases.
func (n Network) Params() iter.Seq[*float64] {
	return func(yield func(*float64) bool) {
		for _, l := range n {
			for i := range l.W {
				for j := range l.W[i] {
					if !yield(&l.W[i][j]) {
						return
					}
				}
				if !yield(&l.B[i]) {
					return
				}
			}
		}
	}
}

// Step computes the mean of the squared errors over samples, moves each parameter against
// its derivative, and returns the mean before that.
func (n Network) Step(inputs, targets [][]float64, rate float64) float64 {
	var tape Tape
	loss := tape.Input(0)
	for s := range inputs {
		var x []Value
		for _, v := range inputs[s] {
			x = append(x, tape.Input(v))
		}
		for i, y := range n.Forward(x) {
			e := y.Sub(tape.Input(targets[s][i]))
			loss = loss.Add(e.Mul(e))
		}
	}
	loss = loss.Div(tape.Input(float64(len(inputs))))
	adjoints := loss.Sweep()
	for p := range n.Params() {
		*p -= rate * adjoints.Of(tape.Watch(p)) // eq: O1
	}
	return loss.Float()
}
