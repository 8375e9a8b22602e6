package scoreboard

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// A Nasty is a right function, with its right gradient, at a point where it is hard to
// difference.
type Nasty struct {
	Name string
	Kind string
	F    func(x []float64) float64
	Grad func(dst, x []float64)
	X    []float64
}

// Target returns it as what a checker checks.
func (n Nasty) Target() gradcheck.Target { return gradcheck.Scalar(n.F, n.Grad, n.X) }

// Nasties returns all of them.
func Nasties() []Nasty { return append(ofOne(), ofMany()...) }

// ofOne returns functions of one variable.
func ofOne() (list []Nasty) {
	add := func(kind, name string, f, df func(x float64) float64, points ...float64) {
		for _, x := range points {
			list = append(list, Nasty{fmt.Sprintf("%s: %s at %g", kind, name, x), kind,
				func(x []float64) float64 { return f(x[0]) }, func(dst, x []float64) { dst[0] = df(x[0]) }, []float64{x}})
		}
	}
	step := func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	}
	add("kink", "ReLU", func(x float64) float64 { return max(x, 0) }, step, 0, 1e-3, -1e-3, 1e-6, -1e-6, 1e-12, -1e-12, 1e-300)
	add("kink", "|x|", math.Abs, func(x float64) float64 { return math.Copysign(1, x) }, 1e-4, -1e-4, 1e-9, -1e-15, 1)
	add("kink", "|x − 1|", func(x float64) float64 { return math.Abs(x - 1) }, func(x float64) float64 { return math.Copysign(1, x-1) }, 1+1e-6, 1-1e-6, 1+1e-9, 1-1e-12)
	add("scale", "x²", func(x float64) float64 { return x * x }, func(x float64) float64 { return 2 * x }, 1e-150, 1e-100, 1e-30, 1e-10, 1e10, 1e30, 1e100, 1e150)
	add("scale", "1/x", func(x float64) float64 { return 1 / x }, func(x float64) float64 { return -1 / (x * x) }, 1e-100, 1e-10, -1e-10, 1e10, 1e100)
	add("scale", "log x", math.Log, func(x float64) float64 { return 1 / x }, 1e-300, 1e-150, 1e-50, 1e-9, 1e50, 1e150, 1e300)
	add("scale", "√x", math.Sqrt, func(x float64) float64 { return 0.5 / math.Sqrt(x) }, 1e-300, 1e-100, 1e-20, 1e20, 1e100, 1e150)
	add("scale", "x³", func(x float64) float64 { return x * x * x }, func(x float64) float64 { return 3 * x * x }, 1e-100, 1e-50, 1e50, 1e100)
	add("scale", "eˣ", math.Exp, math.Exp, -700, -100, -20, 20, 100, 700)
	add("cancellation", "(x + 10⁶) − 10⁶", func(x float64) float64 { return (x + 1e6) - 1e6 }, func(float64) float64 { return 1 }, 0.3, 1e-3, 100)
	add("cancellation", "(x + 10¹⁰) − 10¹⁰", func(x float64) float64 { return (x + 1e10) - 1e10 }, func(float64) float64 { return 1 }, 0.3, 1e-3, 100)
	add("cancellation", "(1 − cos x)/x²", func(x float64) float64 { return (1 - math.Cos(x)) / (x * x) },
		func(x float64) float64 { return math.Sin(x)/(x*x) - 2*(1-math.Cos(x))/(x*x*x) }, 0.5, 0.1, 1e-2)
	add("cancellation", "log(eˣ + 1) − x", func(x float64) float64 { return math.Log(math.Exp(x)+1) - x }, func(x float64) float64 { return -1 / (1 + math.Exp(x)) }, 1, 5, 10, 20, 30, 40)
	add("saturation", "tanh x", math.Tanh, func(x float64) float64 { c := math.Cosh(x); return 1 / (c * c) }, 5, 10, 15, 20, 40, 300)
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	add("saturation", "σ(x)", sigmoid, func(x float64) float64 { return sigmoid(x) * sigmoid(-x) }, 10, 20, 36, 40, -40, -300, -700)
	add("saturation", "erf x", math.Erf, func(x float64) float64 { return 2 / math.Sqrt(math.Pi) * math.Exp(-x*x) }, 3, 5, 6, 10)
	add("edge", "log x", math.Log, func(x float64) float64 { return 1 / x }, 1e-8, 1e-12, 1e-307)
	add("edge", "√x", math.Sqrt, func(x float64) float64 { return 0.5 / math.Sqrt(x) }, 1e-8, 1e-12, 5e-324)
	add("edge", "asin x", math.Asin, func(x float64) float64 { return 1 / math.Sqrt((1-x)*(1+x)) }, 0.99, 0.999999, 1-1e-9)
	add("edge", "x log x", func(x float64) float64 { return x * math.Log(x) }, func(x float64) float64 { return math.Log(x) + 1 }, 1e-3, 1e-8, 1e-100)
	add("discontinuity", "x + ⌊x⌋", func(x float64) float64 { return x + math.Floor(x) }, func(float64) float64 { return 1 }, 0.5, 1e-3, 1-1e-3, 1e-6, 1-1e-6, 3+1e-9)
	add("discontinuity", "x·sign(x − 1)", func(x float64) float64 { return math.Copysign(x, x-1) }, func(x float64) float64 { return math.Copysign(1, x-1) }, 1.01, 1+1e-4, 1-1e-6)
	noise := func(size float64) func(x float64) float64 {
		return func(x float64) float64 {
			bits := math.Float64bits(x) * 0x9E3779B97F4A7C15
			return math.Sin(x) + size*(float64(bits>>11)/(1<<53)-0.5)
		}
	}
	for _, size := range []float64{1e-14, 1e-12, 1e-9, 1e-6, 1e-4} {
		add("noise", fmt.Sprintf("sin x with noise %g", size), noise(size), math.Cos, 0.4, 2)
	}
	newton := func(steps int) func(x float64) float64 {
		return func(x float64) float64 {
			y := 1.0
			for range steps {
				y = (y + x/y) / 2
			}
			return y
		}
	}
	root := func(x float64) float64 { return 0.5 / math.Sqrt(x) }
	add("iterative", "√x by 40 steps of Newton", newton(40), root, 0.01, 2, 50)
	stopped := func(tolerance float64) func(x float64) float64 {
		return func(x float64) float64 {
			y := 1.0
			for next := (y + x/y) / 2; math.Abs(next-y) > tolerance; next = (y + x/y) / 2 {
				y = next
			}
			return y
		}
	}
	add("iterative", "√x by Newton to 10⁻¹²", stopped(1e-12), root, 0.3, 2, 50)
	add("iterative", "√x by bisection to 10⁻¹⁴", func(x float64) float64 {
		lo, hi := 0.0, max(1, x)
		for hi-lo > 1e-14 {
			if m := (lo + hi) / 2; m*m < x {
				lo = m
			} else {
				hi = m
			}
			if m := (lo + hi) / 2; m == lo || m == hi {
				break
			}
		}
		return (lo + hi) / 2
	}, root, 0.3, 2)
	add("oscillation", "sin 10⁴x", func(x float64) float64 { return math.Sin(1e4 * x) }, func(x float64) float64 { return 1e4 * math.Cos(1e4*x) }, 0.1, 1, 10)
	add("oscillation", "sin 10⁶x", func(x float64) float64 { return math.Sin(1e6 * x) }, func(x float64) float64 { return 1e6 * math.Cos(1e6*x) }, 0.1, 1)
	add("oscillation", "sin(1/x)", func(x float64) float64 { return math.Sin(1 / x) }, func(x float64) float64 { return -math.Cos(1/x) / (x * x) }, 0.01, 1e-3, 1e-5)
	add("flat", "x⁸", func(x float64) float64 { return math.Pow(x, 8) }, func(x float64) float64 { return 8 * math.Pow(x, 7) }, 0, 1e-3, 1e-2, 1e3)
	add("flat", "e^(−1/x²)", func(x float64) float64 { return math.Exp(-1 / (x * x)) }, func(x float64) float64 { return 2 / (x * x * x) * math.Exp(-1/(x*x)) }, 0.1, 0.05, 0.04, 1)
	add("flat", "a constant", func(float64) float64 { return 3 }, func(float64) float64 { return 0 }, 0, 1, 1e100)
	add("steep", "x¹⁰⁰", func(x float64) float64 { return math.Pow(x, 100) }, func(x float64) float64 { return 100 * math.Pow(x, 99) }, 0.5, 1, 2)
	add("steep", "tan x", math.Tan, func(x float64) float64 { t := math.Tan(x); return 1 + t*t }, 1.5, 1.57, 1.5707)
	add("large offset", "10⁸ + sin x", func(x float64) float64 { return 1e8 + math.Sin(x) }, math.Cos, 0.4, 2)
	return list
}
