package figure

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Net says how dense layers are drawn: a column of units for each layer, and an arrow for
// each weight.
type Net struct {
	Names [][]string                           // of the units, layer by layer
	Units []*tensor.Tensor                     // a number for each unit of a layer; nil for none
	Edges []*tensor.Tensor                     // a number for each arrow between two layers, with a row for each unit above
	At    func(layer, unit int) (x, y float64) // the centre of a unit
	Back  bool                                 // arrows point from the last layer to the first
}

const unitW, unitH = 92, 36

// Net draws dense layers. Units are orange where their number is positive and blue where it
// is negative, the stronger the larger it is in its layer. Arrows are orange and full, or
// blue and dashed, and the thicker the larger their number is among those of their layer.
func (d *Drawing) Net(n Net) {
	for l, w := range n.Edges {
		largest := largestOf(w)
		for i := range w.Dim(0) {
			for j := range w.Dim(1) {
				x1, y1 := n.At(l, j)
				x2, y2 := n.At(l+1, i)
				x1, x2 = x1+unitW/2, x2-unitW/2
				if n.Back {
					x1, y1, x2, y2 = x2, y2, x1, y1
				}
				d.thickArrow(w.At(i, j), largest, x1, y1, x2, y2)
			}
		}
		for i := range w.Dim(0) {
			for j := range w.Dim(1) { // numbers lie on all arrows, near the lower unit
				x1, y1 := n.At(l, j)
				x2, y2 := n.At(l+1, i)
				const along = 0.34
				x, y := x1+unitW/2+(x2-x1-unitW)*along, y1+(y2-y1)*along
				d.Bar("paper", x-36, y-9, 72, 18)
				d.Number("ink small middle", x, y+4, "%.6f", w.At(i, j))
			}
		}
	}
	for l, names := range n.Names {
		for i, name := range names {
			x, y := n.At(l, i)
			d.Text("soft middle", x, y-unitH/2-7, name)
			left, top := x-unitW/2, y-unitH/2
			d.Bar("paper", left, top, unitW, unitH)
			if n.Units[l] == nil {
				d.add(`<rect class="line axis dash" x="%s" y="%s" width="%d" height="%d" rx="18"/>`, px(left), px(top), unitW, unitH)
				continue
			}
			class, opacity := tint(n.Units[l].At(i), largestOf(n.Units[l]))
			d.add(`<rect class="area %s" x="%s" y="%s" width="%d" height="%d" rx="18" fill-opacity="%s"/>`, class, px(left), px(top), unitW, unitH, opacity)
			d.add(`<rect class="line axis" x="%s" y="%s" width="%d" height="%d" rx="18"/>`, px(left), px(top), unitW, unitH)
			d.Number("ink middle", x, y+5, "%.6f", n.Units[l].At(i))
		}
	}
}

func largestOf(m *tensor.Tensor) (largest float64) {
	for k := range m.Len() {
		largest = max(largest, math.Abs(m.Flat(k)))
	}
	return largest
}

// thickArrow draws an arrow for v, between one and five pixels thick.
func (d *Drawing) thickArrow(v, largest, x1, y1, x2, y2 float64) {
	class := "c2"
	if v < 0 {
		class = "c1 dash"
	}
	width := 1.0
	if largest > 0 {
		width += 4 * math.Abs(v) / largest
	}
	length := math.Hypot(x2-x1, y2-y1)
	ux, uy := (x2-x1)/length, (y2-y1)/length
	long, half := 7+2*width, 2.5+width
	d.add(`<path class="line %s" style="stroke-width:%s" d="M%s %sL%s %s"/>`, class, px(width), px(x1), px(y1), px(x2-ux*long*0.8), px(y2-uy*long*0.8))
	d.add(`<path class="area %s" d="M%s %sL%s %sL%s %sz"/>`, class[:2], px(x2), px(y2),
		px(x2-long*ux-half*uy), px(y2-long*uy+half*ux), px(x2-long*ux+half*uy), px(y2-long*uy-half*ux))
}
