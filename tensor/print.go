package tensor

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Of a tensor with more than maxShown elements, an axis longer than 2·edge is
// printed by its first and its last edge places only.
const (
	maxShown = 1000
	edge     = 3
)

// String returns t as %v prints it; see Format.
func (t *Tensor) String() string { return fmt.Sprintf("%v", t) }

// Format prints t for package fmt: an axis is a pair of brackets, the last
// axis a line, and columns are aligned. What a scalar lacks, a Float32 type or
// a shape that brackets cannot show is said after them.
//
// %v and %s choose one precision for all elements: as many decimals as they
// need, but at most 4, or those of %.2v; powers of ten if an element is 1e8 or
// greater, or is less than 1e-4 but not 0. A scalar is printed in full. The
// verbs %e, %f and %g, with a width and a precision, apply to each element. Of
// more than 1000 elements only the edges are shown.
func (t *Tensor) Format(f fmt.State, verb rune) {
	width, _ := f.Width()
	prec, given := f.Precision()
	p := printer{t: t, elide: t.Len() > maxShown}
	switch verb {
	case 'v', 's':
		if !given {
			prec = 4
		}
		p.cell = p.common(prec)
		if len(t.shape) == 0 && !given {
			p.cell = t.number('g', -1)
		}
	case 'e', 'f', 'g':
		if !given && verb == 'g' {
			prec = -1
		} else if !given {
			prec = 6
		}
		p.cell = t.number(byte(verb), prec)
	default:
		fmt.Fprintf(f, "%%!%c(%v tensor %v)", verb, t.typ, t.shape)
		return
	}
	for _, v := range p.shown() {
		width = max(width, len(p.cell(v)))
	}
	p.width = width
	p.write(0, 0)
	if t.Len() == 0 && len(t.shape) > 1 {
		fmt.Fprint(&p.out, " shape ", t.shape)
	}
	if t.typ == Float32 {
		fmt.Fprint(&p.out, " float32")
	}
	fmt.Fprint(f, p.out.String())
}

// number returns a function that prints an element of t.
func (t *Tensor) number(verb byte, prec int) func(v float64) string {
	bits := 64
	if t.typ == Float32 {
		bits = 32
	}
	return func(v float64) string {
		return strings.TrimPrefix(strconv.FormatFloat(v, verb, prec, bits), "+")
	}
}

// A printer writes the brackets of a tensor around its elements.
type printer struct {
	t     *Tensor
	elide bool
	width int
	cell  func(v float64) string // prints an element
	out   strings.Builder
}

// write prints the place at of the first axes.
func (p *printer) write(axis, at int) {
	rank := len(p.t.shape)
	if axis == rank {
		fmt.Fprintf(&p.out, "%*s", p.width, p.cell(p.t.Flat(at)))
		return
	}
	if p.t.Len() == 0 {
		p.out.WriteString("[]")
		return
	}
	p.out.WriteByte('[')
	n := p.t.shape[axis]
	for i := 0; i < n; i++ {
		if i > 0 && axis == rank-1 {
			p.out.WriteByte(' ')
		} else if i > 0 { // a blank line between matrices, two between stacks of them
			p.out.WriteString(strings.Repeat("\n", rank-1-axis) + strings.Repeat(" ", axis+1))
		}
		if p.elide && n > 2*edge && i == edge {
			p.out.WriteString("…")
			i = n - edge - 1
			continue
		}
		p.write(axis+1, at*n+i)
	}
	p.out.WriteByte(']')
}

// shown returns the elements that write prints.
func (p *printer) shown() []float64 {
	var list []float64
	q := printer{t: p.t, elide: p.elide, cell: func(v float64) string {
		list = append(list, v)
		return ""
	}}
	q.write(0, 0)
	return list
}

// common returns a function that prints all shown elements with the same
// number of decimals, prec or fewer.
func (p *printer) common(prec int) func(v float64) string {
	verb := byte('f')
	shown := p.shown()
	for _, v := range shown {
		if a := math.Abs(v); a >= 1e8 && !math.IsInf(a, 1) || a > 0 && a < 1e-4 {
			verb = 'e'
		}
	}
	need := 0
	full := p.t.number(verb, prec)
	for _, v := range shown {
		mantissa, _, _ := strings.Cut(full(v), "e")
		_, decimals, _ := strings.Cut(mantissa, ".")
		need = max(need, len(strings.TrimRight(decimals, "0")))
	}
	return p.t.number(verb, need)
}
