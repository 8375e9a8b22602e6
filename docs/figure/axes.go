package figure

import (
	"fmt"
	"math"
	"strings"
)

// A Scale is the range of one axis. Log is for a range of powers of ten.
type Scale struct {
	Lo, Hi float64
	Log    bool
	Label  string
}

func (s Scale) at(v float64) float64 {
	if s.Log {
		return (math.Log10(v) - math.Log10(s.Lo)) / (math.Log10(s.Hi) - math.Log10(s.Lo))
	}
	return (v - s.Lo) / (s.Hi - s.Lo)
}

// ticks returns places for numbers: 1, 2 or 5 times a power of ten apart, or powers of ten.
func (s Scale) ticks() (list []float64) {
	if s.Log {
		lo, hi := int(math.Round(math.Log10(s.Lo))), int(math.Round(math.Log10(s.Hi)))
		step := max(1, (hi-lo+5)/6)
		for e := lo; e <= hi; e += step {
			list = append(list, math.Pow(10, float64(e)))
		}
		return list
	}
	step := math.Pow(10, math.Floor(math.Log10(s.Hi-s.Lo)))
	for _, finer := range []float64{1, 2, 5, 10} {
		if (s.Hi-s.Lo)/(step/finer) >= 4 {
			step /= finer
			break
		}
	}
	for i := math.Ceil(s.Lo/step - 1e-9); i*step <= s.Hi+step*1e-9; i++ {
		list = append(list, i*step+0)
	}
	return list
}

func (s Scale) text(v float64) string {
	if s.Log {
		return "10" + superscript(int(math.Round(math.Log10(v))))
	}
	return strings.ReplaceAll(fmt.Sprintf("%.4g", v), "-", "−")
}

func superscript(n int) string {
	digits := strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
	return digits.Replace(fmt.Sprint(n))
}

// Axes are a frame in a drawing in which values have places.
type Axes struct {
	Left, Top, Width, Height float64 // of the frame, in pixels; numbers stand outside of it
	X, Y                     Scale
}

// At returns the place of a point.
func (a Axes) At(x, y float64) (float64, float64) {
	return a.Left + a.Width*a.X.at(x), a.Top + a.Height*(1-a.Y.at(y))
}

// Axes draws the frame with its numbers, and with labels where there are any.
func (d *Drawing) Axes(a Axes) {
	bottom := a.Top + a.Height
	for _, v := range a.X.ticks() {
		x, _ := a.At(v, a.Y.Lo)
		d.Line("grid", x, a.Top, x, bottom)
		d.Text("soft small middle", x, bottom+17, a.X.text(v))
	}
	for _, v := range a.Y.ticks() {
		_, y := a.At(a.X.Lo, v)
		d.Line("grid", a.Left, y, a.Left+a.Width, y)
		d.Text("soft small end", a.Left-7, y+4, a.Y.text(v))
	}
	d.Line("axis", a.Left, bottom, a.Left+a.Width, bottom)
	d.Line("axis", a.Left, a.Top, a.Left, bottom)
	if a.X.Label != "" {
		d.Text("ink middle", a.Left+a.Width/2, bottom+36, a.X.Label)
	}
	if a.Y.Label != "" {
		d.Text("ink start", a.Left-30, a.Top-10, a.Y.Label)
	}
}

// Curve draws f over the whole width. Where it leaves the frame it is cut.
func (d *Drawing) Curve(class string, a Axes, f func(x float64) float64) {
	const n = 200
	x, y := make([]float64, n+1), make([]float64, n+1)
	for i := range x {
		x[i] = a.X.Lo + (a.X.Hi-a.X.Lo)*float64(i)/n
		if a.X.Log {
			x[i] = a.X.Lo * math.Pow(a.X.Hi/a.X.Lo, float64(i)/n)
		}
		y[i] = f(x[i])
	}
	d.Polyline(class, a, x, y)
}

// Polyline draws a line from point to point. Points outside of the frame, and those that
// are not finite, interrupt it.
func (d *Drawing) Polyline(class string, a Axes, x, y []float64) {
	var path strings.Builder
	move := true
	for i := range x {
		px1, py1 := a.At(x[i], y[i])
		const slack = 1e-6
		if in := px1 >= a.Left-slack && px1 <= a.Left+a.Width+slack && py1 >= a.Top-slack && py1 <= a.Top+a.Height+slack; !in {
			move = true // NaN is not in the frame either
			continue
		}
		letter := "L"
		if move {
			letter = "M"
		}
		fmt.Fprintf(&path, "%s%s %s", letter, px(px1), px(py1))
		move = false
	}
	d.add(`<path class="line %s" d="%s"/>`, class, &path)
}
