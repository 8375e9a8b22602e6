package explore

import (
	"fmt"
	"math"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/tensor"
)

const descentSteps = 40

// A descent is the value of the expression while its variables go against a gradient.
type descent struct {
	y    []float64
	from []float64 // where it started
	to   []float64 // where it ended
}

// descend makes steps x ← x − ηg from the point of the problem. It ends early when a value
// is not finite.
func (p *Problem) descend(rate float64, rules map[int]museum.Rule) descent {
	q := *p
	q.X = nil
	d := descent{}
	for _, x := range p.X {
		q.X = append(q.X, x.Clone())
		d.from = append(d.from, x.Item())
	}
	for range descentSteps {
		r, err := q.Record(rules)
		if err != nil || !finite(r.Y.Value().Item()) {
			break
		}
		d.y = append(d.y, r.Y.Value().Item())
		for i, g := range r.Gradient() {
			tensor.AddScaled(q.X[i], tensor.Scalar(g), -rate)
		}
	}
	for _, x := range q.X {
		d.to = append(d.to, x.Item())
	}
	return d
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// careful is a rate by which the first step moves no variable by more than a twentieth of
// what it is, or of 1.
func (p *Problem) careful() float64 {
	r, err := p.Record(nil)
	if err != nil {
		return 0
	}
	rate := math.Inf(1)
	for i, g := range r.Gradient() {
		if g != 0 && finite(g) {
			rate = min(rate, 0.05*max(1, math.Abs(p.X[i].Item()))/math.Abs(g))
		}
	}
	if math.IsInf(rate, 1) {
		return 0
	}
	return rate
}

// descentHTML shows a descent with the right gradient beside one with a mistake.
func (a *App) descentHTML(m *Mistake) string {
	rate := a.State.Rate * a.problem.careful()
	right, wrong := a.problem.descend(rate, nil), a.problem.descend(rate, m.rules)
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, y := range append(append([]float64{}, right.y...), wrong.y...) {
		lo, hi = min(lo, y), max(hi, y)
	}
	if !(hi-lo > 1e-12) {
		lo, hi = lo-1, hi+1
	}
	end := func(d descent) string {
		if len(d.y) < descentSteps {
			return fmt.Sprintf("%s after %d steps, and not finite then", number(d.y[len(d.y)-1]), len(d.y)-1)
		}
		return number(d.y[len(d.y)-1])
	}
	text := fmt.Sprintf("Gradient descent on y, %d steps of rate %s: from %s, the right gradient leads to %s, the wrong one to %s.",
		descentSteps-1, number(rate), number(right.y[0]), end(right), end(wrong))
	d := figure.New(640, 300, "Descent with the right and the wrong gradient", text)
	axes := figure.Axes{Left: 72, Top: 34, Width: 430, Height: 200, X: figure.Scale{Lo: 0, Hi: descentSteps, Label: "step"}, Y: figure.Scale{Lo: lo, Hi: hi, Label: "y"}}
	d.Axes(axes)
	for i, line := range []struct {
		class, name string
		y           []float64
	}{{"c1", "right", right.y}, {"c2 dash", "wrong", wrong.y}} {
		x := make([]float64, len(line.y))
		for k := range x {
			x[k] = float64(k)
		}
		d.Polyline(line.class, axes, x, line.y)
		top := 60 + 26*float64(i)
		d.Line(line.class, 520, top-5, 550, top-5)
		d.Text("ink small start", 556, top, line.name)
	}
	return `<h2>Descent</h2><p>` + escape(text) + "</p>\n" +
		fmt.Sprintf(`<div class="row"><label for="rate">Rate, in units of %s</label><input id="rate" name="rate" type="text" inputmode="decimal" value="%g" autocomplete="off" /></div>`, number(a.problem.careful()), a.State.Rate) + "\n" +
		`<div class="wide" role="region" tabindex="0" aria-label="Descent"><span class="picture">` + d.String() + "</span></div>\n"
}
