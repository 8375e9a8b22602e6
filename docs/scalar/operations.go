package scalar

import "math"

// one records a function of one value and its derivative there.
func one(x Value, value, slope float64) Value {
	return x.tape.record(value, []int{x.at}, []float64{slope})
}

// two records a function of two values and its derivatives there.
func two(a, b Value, value, byA, byB float64) Value {
	return a.tape.record(value, []int{a.at, b.at}, []float64{byA, byB})
}

// Add returns a + b.
func (a Value) Add(b Value) Value { return two(a, b, a.Float()+b.Float(), 1, 1) }

// Sub returns a − b.
func (a Value) Sub(b Value) Value { return two(a, b, a.Float()-b.Float(), 1, -1) }

// Mul returns a·b: each factor is the derivative with respect to the other.
func (a Value) Mul(b Value) Value { return two(a, b, a.Float()*b.Float(), b.Float(), a.Float()) }

// Div returns a/b, whose derivatives are 1/b and −(a/b)/b.
func (a Value) Div(b Value) Value {
	y := a.Float() / b.Float()
	return two(a, b, y, 1/b.Float(), -y/b.Float())
}

// Log returns ln x, whose derivative is 1/x.
func (x Value) Log() Value { return one(x, math.Log(x.Float()), 1/x.Float()) }

// Exp returns eˣ, which is its own derivative.
func (x Value) Exp() Value {
	y := math.Exp(x.Float())
	return one(x, y, y)
}

// Sin returns sin x, whose derivative is cos x.
func (x Value) Sin() Value { return one(x, math.Sin(x.Float()), math.Cos(x.Float())) }

// Tanh returns tanh x, whose derivative is 1 − tanh² x.
func (x Value) Tanh() Value {
	y := math.Tanh(x.Float())
	return one(x, y, 1-y*y)
}
