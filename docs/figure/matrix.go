package figure

import (
	"fmt"
	"math"
	"strconv"

	"github.com/adjoint-ad/adjoint/tensor"
)

// Matrix draws a matrix, or a vector as a column, as cells of the given width and height:
// orange where it is positive, blue where it is negative, the stronger the larger the
// number is beside the largest one, and each with its number by a format, "" for none.
// Cells that lit selects get a thick border; lit may be nil.
func (d *Drawing) Matrix(x, y, w, h float64, format string, m *tensor.Tensor, lit func(i, j int) bool) {
	rows, columns := m.Len(), 1
	if m.Rank() == 2 {
		rows, columns = m.Dim(0), m.Dim(1)
	}
	largest := 0.0
	for k := range m.Len() {
		largest = max(largest, math.Abs(m.Flat(k)))
	}
	cell := func(k int) (float64, float64) { return x + w*float64(k%columns), y + h*float64(k/columns) }
	for k := range rows * columns {
		v := m.Flat(k)
		cx, cy := cell(k)
		class, opacity := tint(v, largest)
		d.add(`<rect class="area %s" x="%s" y="%s" width="%s" height="%s" fill-opacity="%s"/>`, class, px(cx), px(cy), px(w), px(h), opacity)
		d.add(`<rect class="line axis" x="%s" y="%s" width="%s" height="%s"/>`, px(cx), px(cy), px(w), px(h))
		if format != "" {
			d.Number("ink small middle", cx+w/2, cy+h/2+4, format, v)
		}
	}
	for k := range rows * columns {
		if lit != nil && lit(k/columns, k%columns) {
			cx, cy := cell(k)
			d.add(`<rect class="line c4" x="%s" y="%s" width="%s" height="%s"/>`, px(cx+1), px(cy+1), px(w-2), px(h-2))
		}
	}
}

// tint returns the class and the opacity of an area for v: orange or blue by its sign, the
// stronger the larger it is beside the largest.
func tint(v, largest float64) (class, opacity string) {
	class, strength := "plus", 0.0
	if v < 0 {
		class = "minus"
	}
	if largest > 0 {
		strength = math.Abs(v) / largest
	}
	return class, strconv.FormatFloat(math.Round(strength*100)/100, 'f', -1, 64)
}

// Box draws a matrix as a labelled box, without its numbers: its name within, its
// dimensions along its top and its left side. Unit is the length of one row or column.
func (d *Drawing) Box(class string, x, y, unit float64, name string, rows, columns int) {
	w, h := unit*float64(columns), unit*float64(rows)
	d.Rect(class, x, y, w, h)
	d.Text("ink middle bold", x+w/2, y+h/2+5, name)
	d.Text("soft small middle", x+w/2, y-6, fmt.Sprint(columns))
	d.Text("soft small end", x-6, y+h/2+4, fmt.Sprint(rows))
}
