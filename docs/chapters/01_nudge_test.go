package chapters_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/chapters"
	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// fanOut is y = u² + u of u = 2x, as a function of a number.
func fanOut(x float64) float64 {
	_, y := chapters.FanOut(graph.Const(tensor.Scalar(x)))
	return y.Value().Item()
}

// slope returns the derivative of fanOut that the tape gives.
func slope(x float64) float64 {
	var tape graph.Tape
	v := tape.Watch(tensor.Scalar(x))
	_, y := chapters.FanOut(v)
	return y.Grad(v)[0].Value().Item()
}

func Example_nudge() {
	const x = 3.0
	fmt.Println("h       one side    both sides")
	for _, h := range []float64{1, 0.1, 0.01, 0.001} {
		oneSide := (fanOut(x+h) - fanOut(x)) / h           // eq: G1
		bothSides := (fanOut(x+h) - fanOut(x-h)) / (2 * h) // eq: G2
		fmt.Printf("%-6g  %-10.6g  %.6g\n", h, oneSide, bothSides)
	}
	// Output:
	// h       one side    both sides
	// 1       30          26
	// 0.1     26.4        26
	// 0.01    26.04       26
	// 0.001   26.004      26
}

func Example_smallest() {
	exp := func(x float64) float64 { return ops.Exp(graph.Const(tensor.Scalar(x))).Value().Item() }
	exact := exp(1)
	fmt.Println("h      one side  both sides")
	for _, digits := range []int{1, 3, 5, 8, 11, 14} {
		h := math.Pow(10, -float64(digits))
		oneSide := (exp(1+h) - exp(1)) / h
		bothSides := (exp(1+h) - exp(1-h)) / (2 * h)
		fmt.Printf("1e-%-2d  %.0e     %.0e\n", digits, math.Abs(oneSide-exact), math.Abs(bothSides-exact))
	}
	// Output:
	// h      one side  both sides
	// 1e-1   1e-01     5e-03
	// 1e-3   1e-03     5e-07
	// 1e-5   1e-05     6e-11
	// 1e-8   4e-08     2e-08
	// 1e-11  3e-05     1e-05
	// 1e-14  4e-02     1e-02
}

func TestPictureOfSecants(t *testing.T) {
	const x0 = 3.0
	a := figure.Axes{Left: 60, Top: 30, Width: 560, Height: 300,
		X: figure.Scale{Lo: 1, Hi: 5.5, Label: "x"}, Y: figure.Scale{Lo: 0, Hi: 130, Label: "y = (2x)² + 2x"}}
	d := figure.New(680, 400, "Secants turn into the tangent",
		"The curve y = (2x)² + 2x with straight lines from its point at x = 3 to its points at 5, 4 and 3.5. Their slopes 34, 30 and 28 come nearer to the slope of the tangent, 26.")
	d.Axes(a)
	d.Curve("c1", a, fanOut)
	for _, h := range []float64{2, 1, 0.5} {
		s := (fanOut(x0+h) - fanOut(x0)) / h
		line := func(x float64) float64 { return fanOut(x0) + s*(x-x0) }
		d.Curve("soft dash", a, line)
		px, py := a.At(x0+h, fanOut(x0+h))
		d.Dot("soft", px, py, 4)
		d.Number("soft small end", px-8, py-4, "slope %.4g", s)
	}
	s := slope(x0)
	d.Curve("c2", a, func(x float64) float64 { return fanOut(x0) + s*(x-x0) })
	px, py := a.At(x0, fanOut(x0))
	d.Dot("c2", px, py, 5)
	px, py = a.At(5.4, fanOut(x0)+s*2.4)
	d.Number("c2 bold end", px, py+85, "tangent, slope %.4g", s)
	picture(t, "01-secants.svg", d)
}

func Example_nudgeInside() {
	const u, h = 6.0, 0.001
	after := func(u float64) float64 { return u*u + u }
	fmt.Printf("per nudge of u: %.6g\n", (after(u+h)-after(u-h))/(2*h))
	fmt.Printf("per nudge of x: %.6g\n", (fanOut(3+h)-fanOut(3-h))/(2*h))
	// Output:
	// per nudge of u: 13
	// per nudge of x: 26
}

func Example_tooSmall() {
	const x = 3.0
	for _, h := range []float64{1e-12, 1e-14, 1e-16} {
		fmt.Printf("h = %g: %.4g\n", h, (fanOut(x+h)-fanOut(x))/h)
	}
	// Output:
	// h = 1e-12: 26.01
	// h = 1e-14: 27
	// h = 1e-16: 0
}

// eq: G1, G2
// Powers have only one term of truncation: of x² the forward difference is off by
// h f″/2 = h, of x³ the central one by h² f‴/6 = h².
func TestTruncation(t *testing.T) {
	for _, h := range []float64{1, 0.5, 0.125} {
		square := func(x float64) float64 { return x * x }
		if off := (square(3+h)-square(3))/h - 6; off != h {
			t.Errorf("forward with step %v is off by %v", h, off)
		}
		cube := func(x float64) float64 { return x * x * x }
		if off := (cube(3+h)-cube(3-h))/(2*h) - 27; off != h*h {
			t.Errorf("central with step %v is off by %v", h, off)
		}
	}
}

// eq: G1, G2
// The best steps are near √ε and the third root of ε, and what error is left there is of
// that order and of the order of ε to the two thirds.
func TestBestSteps(t *testing.T) {
	exp := func(x float64) float64 { return ops.Exp(graph.Const(tensor.Scalar(x))).Value().Item() }
	best := func(slope func(x, h float64) float64) (step, least float64) {
		least = math.Inf(1)
		for k := 2.0; k < 15; k += 0.25 {
			h, sum := math.Pow(10, -k), 0.0
			for i := range 40 {
				x := float64(i)/20 - 1
				sum += math.Abs(slope(x, h)/exp(x) - 1)
			}
			if sum/40 < least {
				step, least = h, sum/40
			}
		}
		return step, least
	}
	const eps = 0x1p-52
	step, least := best(func(x, h float64) float64 { return (exp(x+h) - exp(x)) / h })
	if r := step / math.Sqrt(eps); r < 0.1 || r > 10 || least > 3e-8 || least < 1e-9 {
		t.Errorf("forward: best at %.1e, error %.1e", step, least)
	}
	step, least = best(func(x, h float64) float64 { return (exp(x+h) - exp(x-h)) / (2 * h) })
	if r := step / math.Cbrt(eps); r < 0.1 || r > 10 || least > 3e-10 || least < 1e-12 {
		t.Errorf("central: best at %.1e, error %.1e", step, least)
	}
}
