// Package figure draws the pictures of the chapters as SVG: axes and curves, matrices as
// heat maps, labelled boxes, the layers of a network, and the graph of a tape with its partial
// derivatives.
//
// A Drawing is a list of shapes with places in pixels, y down. Shapes have a class
// instead of a colour, and the classes have colours for light and for dark screens, all
// with enough contrast to be read:
//
//	ink, soft     text, and text of less weight
//	c1 … c4       blue, orange, green and purple: lines (Line, Curve) and dots (Dot)
//	axis, grid    lines of axes, lines behind a curve
//	box, lit      areas, and areas that the text speaks of
//	dash          added to a line class: dashed
//
// Colour is never the only sign: lines differ by their dashes or a label, and the cells of
// a heat map show their sign. A number is drawn by Number, which keeps all its digits in
// the attribute data-v, so a test can compare what the picture says with what was
// computed.
package figure
