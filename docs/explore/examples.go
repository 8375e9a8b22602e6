package explore

// An Example is an expression of the literature, at the point where its numbers are known.
type Example struct {
	ID, Name, Source string
	At               map[string]string
}

// Examples returns what the page offers. The first one is what it shows at first.
func Examples() []Example {
	return []Example{
		{"baydin", "Baydin", "log(x1) + x1*x2 - sin(x2)", map[string]string{"x1": "2", "x2": "5"}},
		{"griewank", "Griewank and Walther", "(sin(x1/x2) + x1/x2 - exp(x2)) * (x1/x2 - exp(x2))", map[string]string{"x1": "1.5", "x2": "0.5"}},
		{"olah", "Olah", "(a+b)*(b+1)", map[string]string{"a": "2", "b": "1"}},
		{"fanout", "fan-out: u² + u, u = 2x", "(2*x)^2 + 2*x", map[string]string{"x": "3"}},
		{"neuron", "a neuron", "sigmoid(w0*x0 + w1*x1 + w2)", map[string]string{"w0": "2", "x0": "-1", "w1": "-3", "x1": "-2", "w2": "-3"}},
		{"kink", "a kink", "relu(x) + x*y", map[string]string{"x": "0", "y": "2"}},
	}
}
