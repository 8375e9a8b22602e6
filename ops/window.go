package ops

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/tensor"
)

// windows is the windows of an operation, one for each of the last axes, as a
// value: it holds them itself up to three axes.
type windows struct {
	n    int
	few  [3]tensor.Window
	many []tensor.Window // all of them, if they are more
}

func (w *windows) list() []tensor.Window {
	if w.many != nil {
		return w.many
	}
	return w.few[:w.n]
}

// String prints sizes, strides, paddings and dilations that say anything.
func (w windows) String() string {
	s := ""
	for i, a := range w.list() {
		if i > 0 {
			s += ", "
		}
		if a.Parts != 0 {
			s += fmt.Sprintf("%d parts", a.Parts)
			continue
		}
		s += fmt.Sprint(a.Size)
		if a.Stride != 1 {
			s += fmt.Sprintf(" stride %d", a.Stride)
		}
		if a.Before != 0 || a.After != 0 {
			s += fmt.Sprintf(" padding %d %d", a.Before, a.After)
		}
		if a.Dilation != 1 {
			s += fmt.Sprintf(" dilation %d", a.Dilation)
		}
	}
	return s
}

// windowsOf makes windows of the given sizes. Each list of stride, padding and
// dilation has a number for each axis, or one for all axes, or none.
func windowsOf(who string, size, stride, padding, dilation []int) (w windows) {
	w.n = len(size)
	if w.n > len(w.few) {
		w.many = make([]tensor.Window, w.n)
	}
	for i := range size {
		p := perAxis(who, "padding", padding, i, w.n, 0)
		w.list()[i] = tensor.Window{
			Size:     size[i],
			Stride:   perAxis(who, "stride", stride, i, w.n, 1),
			Dilation: perAxis(who, "dilation", dilation, i, w.n, 1),
			Before:   p,
			After:    p,
		}
	}
	return w
}

// perAxis returns entry i of a list that has one for each of n axes, or one for
// all, or none, which means unset.
func perAxis(who, what string, list []int, i, n, unset int) int {
	switch len(list) {
	case 0:
		return unset
	case 1:
		return list[0]
	case n:
		return list[i]
	}
	panic(tensor.Errorf(who, "%s %v for windows on %d axes: give one number for each axis, or one for all", what, slices.Clone(list), n))
}
