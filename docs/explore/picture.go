package explore

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
)

// A slot is a place in a layer of the picture: of a step, or of an arrow that passes by.
type slot struct {
	step   int // −1 of an arrow
	x      float64
	wish   float64
	before []*slot // in the layer above
	after  []*slot
}

const (
	slotW, passW  = 132.0, 64.0 // of a box, and of an arrow between boxes
	layerH        = 106.0
	marginX, topY = 12.0, 52.0
)

// layers puts the steps in layers by their depth, the variables just above their first
// readers, and orders each layer by the means of the neighbours, as K. Sugiyama, S. Tagawa
// and M. Toda do (Methods for visual understanding of hierarchical system structures, 1981).
func (r *Run) layers() (rows [][]*slot, passes map[figure.Arrow][]*slot) {
	depth := make([]int, len(r.Steps))
	at := map[*graph.Var]int{}
	for i, v := range r.Steps {
		at[v] = i
		for k, in := range v.Inputs() {
			if r.onTape(v, k) {
				depth[i] = max(depth[i], depth[at[in]]+1)
			}
		}
	}
	for i, v := range r.Steps {
		first := -1
		for j := len(r.Steps) - 1; j > i && v.Op() == nil; j-- {
			if slices.Contains(r.Steps[j].Inputs(), v) && (first < 0 || depth[j] < first) {
				first = depth[j]
			}
		}
		if first > 0 {
			depth[i] = first - 1
		}
	}
	rows = make([][]*slot, slices.Max(depth)+1)
	boxes, passes := make([]*slot, len(r.Steps)), map[figure.Arrow][]*slot{}
	for i := range r.Steps {
		boxes[i] = &slot{step: i}
		rows[depth[i]] = append(rows[depth[i]], boxes[i])
	}
	link := func(a, b *slot) { a.after, b.before = append(a.after, b), append(b.before, a) }
	for i, v := range r.Steps {
		for k, in := range v.Inputs() {
			if !r.onTape(v, k) {
				continue
			}
			from := boxes[at[in]]
			for d := depth[at[in]] + 1; d < depth[i]; d++ {
				s := &slot{step: -1}
				rows[d] = append(rows[d], s)
				passes[figure.Arrow{To: v, K: k}] = append(passes[figure.Arrow{To: v, K: k}], s)
				link(from, s)
				from = s
			}
			link(from, boxes[i])
		}
	}
	for range 8 {
		for _, row := range rows {
			settle(row, func(s *slot) []*slot { return s.before })
		}
		for _, row := range slices.Backward(rows) {
			settle(row, func(s *slot) []*slot { return s.after })
		}
	}
	return rows, passes
}

// settle orders a layer by where its neighbours are, and gives each slot a place as near
// as there is room.
func settle(row []*slot, neighbours func(*slot) []*slot) {
	for _, s := range row {
		s.wish = s.x
		if list := neighbours(s); len(list) > 0 {
			s.wish = 0
			for _, n := range list {
				s.wish += n.x / float64(len(list))
			}
		}
	}
	slices.SortStableFunc(row, func(a, b *slot) int { return cmp.Compare(a.wish, b.wish) })
	width := func(s *slot) float64 {
		if s.step < 0 {
			return passW
		}
		return slotW
	}
	shift, right := 0.0, 0.0
	for i, s := range row {
		s.x = s.wish
		if i > 0 {
			s.x = max(s.x, right+width(s)/2)
		}
		right = s.x + width(s)/2
		shift += (s.wish - s.x) / float64(len(row))
	}
	for _, s := range row {
		s.x += shift
	}
}

// Picture draws the graph of a trace as far as a sweep has come.
func (t Trace) Picture(title string, p progress) string {
	rows, passes := t.Run.layers()
	left, right := rows[0][0].x, rows[0][0].x
	for _, row := range rows {
		for _, s := range row {
			left, right = min(left, s.x), max(right, s.x)
		}
	}
	tape := figure.Tape{Names: map[*graph.Var]string{}, At: map[*graph.Var][2]float64{}, Via: map[figure.Arrow][][2]float64{}, Steps: p.sent, Edges: true, Down: true}
	place := func(s *slot, layer int) [2]float64 {
		return [2]float64{marginX + slotW/2 + s.x - left, topY + layerH*float64(layer)}
	}
	layer := map[*slot]int{}
	for d, row := range rows {
		for _, s := range row {
			layer[s] = d
			if s.step >= 0 && s.step < p.computed {
				tape.At[t.Run.Steps[s.step]] = place(s, d)
			}
		}
	}
	for arrow, list := range passes {
		for _, s := range list {
			tape.Via[arrow] = append(tape.Via[arrow], place(s, layer[s]))
		}
	}
	for i, row := range t.Rows {
		tape.Trace = append(tape.Trace, row.TraceRow)
		tape.Names[row.Var] = subscript(row.Name)
		if i == p.current {
			tape.Lit = row.Var
		}
	}
	d := figure.New(int(2*marginX+slotW+right-left), int(2*topY+layerH*float64(len(rows)-1)), title, t.describe(p))
	d.Tape(0, 0, tape)
	return `<div class="wide graph" role="region" tabindex="0" aria-label="The graph"><span class="picture">` + d.String() + "</span></div>\n"
}

// describe tells those who do not see the picture where what it shows is written.
func (t Trace) describe(p progress) string {
	adjoints := 0
	for i := range t.Rows {
		if t.complete(i, p) {
			adjoints++
		}
	}
	return fmt.Sprintf("%d steps in the order of the table, with arrows from operands to results; %d have a value, %d an adjoint", len(t.Rows), p.computed, adjoints)
}
