package figure

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Tape says how the graph of a tape of scalars is drawn. All its numbers come from the
// trace of the sweep.
type Tape struct {
	Trace gradcheck.Trace
	Names map[*graph.Var]string     // what a value is called; "v3" otherwise
	At    map[*graph.Var][2]float64 // the centre of each box; a value without one is not drawn
	Steps int                       // how many values the sweep has finished, from the end
	Lit   *graph.Var                // the value that the step is about, if any
	Edges bool                      // partial derivatives stand on the arrows
	Down  bool                      // arrows lead down: operations stand over boxes, partial derivatives right of arrows

	// Via, if an arrow is in it, has points that the arrow passes on its way, so that it
	// goes round other boxes.
	Via map[Arrow][][2]float64
}

// An Arrow leads from operand K of To to To.
type Arrow struct {
	To *graph.Var
	K  int
}

const boxW, boxH = 104, 50

// Tape draws the graph of a tape with arrows from operands to results, moved by x, y. A
// box shows a value's name and value, and once the sweep has come by its adjoint, or how
// many of the shares have arrived by now.
func (d *Drawing) Tape(x, y float64, t Tape) {
	done := map[*graph.Var]bool{} // values whose shares have been sent
	for i := range t.Steps {
		done[t.Trace[len(t.Trace)-1-i].Var] = true
	}
	label := map[string]*graph.Var{}
	for _, r := range t.Trace {
		label[r.Label] = r.Var
	}
	for _, r := range t.Trace {
		to, drawn := t.At[r.Var]
		for k, in := range r.Var.Inputs() {
			from, known := t.At[in]
			if !drawn || !known {
				continue
			}
			d.edge(x, y, from, to, r.Var, k, done[r.Var], t)
		}
	}
	for _, r := range t.Trace {
		at, drawn := t.At[r.Var]
		if !drawn {
			continue
		}
		class := "box"
		if r.Var == t.Lit {
			class = "lit"
		}
		left, top := x+at[0]-boxW/2, y+at[1]-boxH/2
		d.Rect(class, left, top, boxW, boxH)
		if t.Down && r.Var.Op() != nil {
			d.Text("soft small start", left+2, top-5, r.Op)
		}
		name := t.Names[r.Var]
		if name == "" {
			name = r.Label
		}
		line := top + 19
		if t.Steps == 0 {
			line = top + boxH/2 + 5
		}
		d.Number("ink middle", x+at[0], line, name+" = %.5g", r.Value.Item())
		arrived, sum := 0, 0.0
		for _, s := range r.Shares {
			if done[label[s.From]] {
				arrived++
				sum += s.Share.Item()
			}
		}
		switch last := r.Var == t.Trace[len(t.Trace)-1].Var; {
		case r.Adjoint == nil || t.Steps == 0:
		case last || arrived == len(r.Shares):
			d.Number("c2 middle bold", x+at[0], top+40, bar(name)+" = %.5g", r.Adjoint.Item())
		case arrived > 0:
			d.Number("c2 small middle", x+at[0], top+40, fmt.Sprintf("%d of %d: ", arrived, len(r.Shares))+"%.5g", sum)
		}
	}
}

// edge draws the arrow to operand k of v. Two arrows between the same boxes, as of u·u,
// run side by side.
func (d *Drawing) edge(x, y float64, from, to [2]float64, v *graph.Var, k int, sent bool, t Tape) {
	shift := 0.0
	for i, in := range v.Inputs() {
		if i != k && in == v.Inputs()[k] {
			shift = 26 * float64(2*k-1) / 2
		}
	}
	class := "axis"
	if sent {
		class = "c2"
	}
	across, along := 0.0, shift
	if t.Down {
		across, along = shift, 0
	}
	x1, y1, x2, y2 := x+from[0]+across, y+from[1]+along, x+to[0]+across, y+to[1]+along
	x1, y1, x2, y2 = clip(x1, y1, x2, y2, from, to, x, y)
	if via := t.Via[Arrow{v, k}]; len(via) > 0 {
		first, last := via[0], via[len(via)-1]
		x1, y1, _, _ = clip(x+from[0], y+from[1], x+first[0], y+first[1], from, first, x, y)
		_, _, x2, y2 = clip(x+last[0], y+last[1], x+to[0], y+to[1], last, to, x, y)
		d.Line(class, x1, y1, x+first[0], y+first[1])
		for i := 1; i < len(via); i++ {
			d.Line(class, x+via[i-1][0], y+via[i-1][1], x+via[i][0], y+via[i][1])
		}
		d.Arrow(class, x+last[0], y+last[1], x2, y2)
		x2, y2 = x+first[0], y+first[1]
	} else {
		d.Arrow(class, x1, y1, x2, y2)
	}
	switch {
	case t.Edges && t.Down:
		d.Number("c1 small start", x1+(x2-x1)*0.4+6, y1+(y2-y1)*0.4+4, "%.5g", Partial(v, k))
	case t.Edges:
		mx, my := x1+(x2-x1)*0.45, y1+(y2-y1)*0.45
		where := my - 7
		if shift > 0 || y2 > y1+20 {
			where = my + 17
		}
		if shift < 0 {
			where = my - 7
		}
		d.Number("c1 small middle", mx, where, "%.5g", Partial(v, k))
	}
}

// clip shortens a line to what lies between two boxes.
func clip(x1, y1, x2, y2 float64, from, to [2]float64, x, y float64) (float64, float64, float64, float64) {
	leave := func(px, py, qx, qy, cx, cy float64) (float64, float64) {
		t := 1.0
		if qx != px {
			t = min(t, (boxW/2-abs(px-cx))/abs(qx-px))
		}
		if qy != py {
			room := boxH / 2.0
			if qy > py {
				room -= py - cy
			} else {
				room += py - cy
			}
			t = min(t, room/abs(qy-py))
		}
		return px + t*(qx-px), py + t*(qy-py)
	}
	a, b := leave(x1, y1, x2, y2, x+from[0], y+from[1])
	c, e := leave(x2, y2, x1, y1, x+to[0], y+to[1])
	return a, b, c, e
}

func abs(v float64) float64 { return max(v, -v) }

func bar(name string) string {
	runes := []rune(name)
	return string(runes[0]) + "\u0304" + string(runes[1:])
}

// Partial returns the derivative of the operation of v, a scalar, with respect to its
// operand k, as the operation's own rule gives it; 0 if that gives none.
func Partial(v *graph.Var, k int) float64 {
	var tape graph.Tape
	x := make([]*graph.Var, len(v.Inputs()))
	var wanted *tensor.Tensor
	for i, in := range v.Inputs() {
		x[i] = graph.Const(in.Value())
		if i == k {
			wanted = in.Value().Clone()
			x[i] = tape.Watch(wanted)
		}
	}
	if g := graph.Apply(v.Op(), x...).Backward().Of(wanted); g != nil {
		return g.Item()
	}
	return 0
}
