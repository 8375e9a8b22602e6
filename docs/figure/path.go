package figure

import "strconv"

// Path draws a path of SVG. The class begins with line or area; an opacity below 1 lets
// through what is under it.
func (d *Drawing) Path(class, commands string, opacity float64) {
	d.add(`<path class="%s" opacity="%s" d="%s"/>`, class, strconv.FormatFloat(opacity, 'f', -1, 64), commands)
}
