package scoreboard

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A problem is a target as other checkers see it: a function of numbers, with a gradient.
type problem struct {
	f    func(x []float64) float64
	grad []float64
	x    []float64
	size []int // of each input, in the order of x
}

// flatten makes one number of the target's value: by weights without a pattern, of which
// that of a single number is 1, so that absolute tolerances mean what they say.
func flatten(t gradcheck.Target) problem {
	var p problem
	for _, x := range t.X {
		p.x = append(p.x, x.Float64s()...)
		p.size = append(p.size, x.Len())
	}
	record := func() (*graph.Var, *tensor.Tensor) {
		var tape graph.Tape
		v := make([]*graph.Var, len(t.X))
		for i, x := range t.X {
			v[i] = tape.Watch(x)
		}
		y := t.Func(v)
		if y.Value().Len() == 1 {
			return y, tensor.Ones(y.Shape()...)
		}
		return y, wave(0.2, y.Shape()...)
	}
	p.f = func(at []float64) float64 {
		rest := at
		for _, x := range t.X {
			rest = rest[copy(x.Float64s(), rest):]
			x.Touch()
		}
		y, w := record()
		return floats.Dot(y.Value().Float64s(), w.Float64s())
	}
	y, w := record()
	grads := y.BackwardFrom(w)
	for _, x := range t.X {
		g := grads.Of(x)
		if g == nil {
			g = tensor.Zeros(x.Shape()...)
		}
		p.grad = append(p.grad, g.Float64s()...)
	}
	return p
}

// A Rule is another checker's way to accept a gradient, as its documentation states it.
type Rule struct {
	Name   string
	States string
	accept func(p problem) bool
}

// Rules lists them.
func Rules() []Rule {
	return []Rule{
		{"torch gradcheck", "central differences with h = 10⁻⁶, each element within 10⁻⁵ + 10⁻³·|numeric|", func(p problem) bool {
			return within1(p, central(p, 1e-6), 1e-5, 1e-3)
		}},
		// The absolute tolerance is that of one element, summed up with the vector's.
		{"torch gradcheck, fast mode", "for each input one central difference along a random unit vector u ≥ 0, h = 10⁻⁶, within 10⁻⁵·Σu + 10⁻³·|numeric|", func(p problem) bool {
			from := 0
			for _, n := range p.size {
				u := make([]float64, len(p.x))
				part := u[from : from+n]
				copy(part, random(n, (*rand.Rand).Float64))
				floats.Scale(1/floats.Norm(part, 2), part)
				numeric := along(p, u, 1e-6)
				if !(math.Abs(numeric-floats.Dot(u, p.grad)) <= 1e-5*floats.Sum(u)+1e-3*math.Abs(numeric)) {
					return false
				}
				from += n
			}
			return true
		}},
		{"JAX check_grads", "one central difference along a normal random vector, h = 10⁻⁴, times a normal random cotangent, within 10⁻⁵ + 10⁻⁵·|numeric|", func(p problem) bool {
			draws := random(len(p.x)+1, (*rand.Rand).NormFloat64)
			u, cotangent := draws[:len(p.x)], draws[len(p.x)]
			numeric := cotangent * along(p, u, 1e-4)
			return math.Abs(numeric-cotangent*floats.Dot(u, p.grad)) <= 1e-5+1e-5*math.Abs(numeric)
		}},
		{"SciPy check_grad", "forward differences with h = 1.49·10⁻⁸; the norm of the difference is returned, and 10⁻⁶·max(1, ‖gradient‖) is taken here", func(p problem) bool {
			const h = 1.4901161193847656e-08
			numeric := make([]float64, len(p.x))
			base := p.f(p.x)
			for i := range numeric {
				numeric[i] = (p.f(moved(p.x, i, h)) - base) / h
			}
			d := floats.Distance(numeric, p.grad, 2)
			return d <= 1e-6*max(1, floats.Norm(p.grad, 2))
		}},
		{"gonum diff/fd", "fd.Gradient at its defaults; 10⁻⁶ + 10⁻⁶·|numeric| is taken here", func(p problem) bool {
			return within1(p, fd.Gradient(nil, p.f, append([]float64(nil), p.x...), nil), 1e-6, 1e-6)
		}},
	}
}

// Accepts reports whether the rule accepts the target's gradient.
func (r Rule) Accepts(t gradcheck.Target) bool { return r.accept(flatten(t)) }

func within1(p problem, numeric []float64, atol, rtol float64) bool {
	for i, n := range numeric {
		if !(math.Abs(n-p.grad[i]) <= atol+rtol*math.Abs(n)) {
			return false
		}
	}
	return true
}

func central(p problem, h float64) []float64 {
	numeric := make([]float64, len(p.x))
	for i := range numeric {
		numeric[i] = (p.f(moved(p.x, i, h)) - p.f(moved(p.x, i, -h))) / (2 * h)
	}
	return numeric
}

func moved(x []float64, i int, h float64) []float64 {
	x = append([]float64(nil), x...)
	x[i] += h
	return x
}

func along(p problem, u []float64, h float64) float64 {
	at := func(t float64) float64 {
		x := append([]float64(nil), p.x...)
		floats.AddScaled(x, t, u)
		return p.f(x)
	}
	return (at(h) - at(-h)) / (2 * h)
}

func random(n int, draw func(r *rand.Rand) float64) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	u := make([]float64, n)
	for i := range u {
		u[i] = draw(r)
	}
	return u
}
