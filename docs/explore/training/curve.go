package training

import (
	"math"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/figure"
)

// Curve returns a picture, as SVG, of the loss over the steps.
func (r *Run) Curve() string {
	const least = 1e-12 // a logarithmic axis has no place for 0
	var x, y []float64
	lo, hi := math.Inf(1), math.Inf(-1)
	add := func(step int, loss float64) {
		if !finite(loss) {
			return
		}
		loss = max(loss, least)
		x, y = append(x, float64(step)), append(y, loss)
		lo, hi = min(lo, loss), max(hi, loss)
	}
	for i, loss := range r.past.values {
		add(i*r.past.every, loss)
	}
	if r.steps%r.past.every != 0 {
		add(r.steps, r.Loss())
	}
	a := figure.Axes{Left: 56, Top: 34, Width: 330, Height: 320, X: figure.Scale{Hi: float64(max(r.steps, 10)), Label: "step"}, Y: figure.Scale{Lo: 0.1, Hi: 1, Log: true, Label: "loss J"}}
	if len(y) > 0 {
		a.Y.Lo, a.Y.Hi = math.Pow(10, math.Floor(math.Log10(lo))), math.Pow(10, math.Ceil(math.Log10(hi)))
		if a.Y.Lo == a.Y.Hi {
			a.Y.Hi *= 10
		}
	}
	d := figure.New(440, 448, "Loss over the steps", r.fall())
	d.Axes(a)
	d.Polyline("c1", a, x, y)
	if len(y) > 0 {
		lastX, lastY := x[len(x)-1], y[len(y)-1]
		px, py := a.At(lastX, lastY)
		d.Dot("paper", px, py, 7)
		d.Dot("c2", px, py, 5)
		d.Dot("c2", a.Left+100, a.Top-14, 5)
		label := "J = %.4g"
		if r.Diverged() {
			label = "last finite J = %.4g"
		} else {
			lastY = r.Loss() // also if the axis has no place for it
		}
		d.Number("ink bold start", a.Left+112, a.Top-9, label, lastY)
	}
	if r.Diverged() {
		d.Text("ink small start", a.Left, 426, r.diverged())
	}
	return d.String()
}

// fall tells what there is to see of the curve.
func (r *Run) fall() string {
	var b strings.Builder
	b.WriteString("The line begins at " + brief(r.past.values[0]))
	if r.steps == 0 {
		return b.String() + ", and no step has been made."
	}
	if r.Diverged() {
		return b.String() + ". " + r.diverged()
	}
	b.WriteString(" and is at " + brief(r.Loss()) + " after " + plural(r.steps, "step") + ", on a logarithmic axis.")
	return b.String()
}
