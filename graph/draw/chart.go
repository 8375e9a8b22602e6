package draw

import "fmt"

// A chart is a module laid out. Places are of the middle of a box, from the upper
// left corner of the chart.
type chart struct {
	of    *node
	boxes []placed
	wires []wire
	w, h  float64
	in    map[*node]float64 // where the line of a value outside comes in, from the middle
	out   map[*node]float64 // where that of a value inside goes out
}

type placed struct {
	*node
	chart *chart // of a module that is drawn open
	at    point
	w, h  float64
}

// A wire is an arrow through points. If it ends at the border of the chart it has
// no head.
type wire struct {
	points []point
	head   bool
}

const (
	letter   = 7.3 // width of a letter of the labels
	lineH    = 16
	gapX     = 16
	gapY     = 26
	margin   = 14
	headline = 18 // above the contents of an open module
)

// layout lays out a module, with those inside open for so many levels more.
func (n *node) layout(depth int, reads [][2]*node) *chart {
	c := &chart{of: n, in: map[*node]float64{}, out: map[*node]float64{}}
	var g layers
	index := map[*node]int{} // of the boxes of this chart
	for _, child := range n.inside {
		p := placed{node: child, w: letter*float64(max(len([]rune(child.label)), len([]rune(child.detail)))) + 18, h: 2*lineH + 8}
		if child.kind == "module" && depth > 0 {
			p.chart = child.layout(depth-1, reads)
			p.w, p.h = p.chart.w, p.chart.h
		}
		index[child] = g.add(box{w: p.w, h: p.h})
		c.boxes = append(c.boxes, p)
	}
	in, out := map[*node]int{}, map[*node]int{} // the boxes of lines from and to outside
	for _, read := range reads {
		from, to := read[0].childOf(n), read[1].childOf(n)
		switch {
		case from == nil && to == nil || from == to:
		case from == nil:
			if _, ok := in[read[0]]; !ok {
				in[read[0]] = g.add(box{w: 2, h: 2, top: true})
			}
			g.connect(edge{from: in[read[0]], to: index[to], end: c.boxes[index[to]].arrival(read[0])})
		case to == nil:
			if _, ok := out[read[0]]; !ok {
				out[read[0]] = g.add(box{w: 2, h: 2, bottom: true})
			}
			g.connect(edge{from: index[from], to: out[read[0]], leave: c.boxes[index[from]].departure(read[0])})
		default:
			a, b := &c.boxes[index[from]], &c.boxes[index[to]]
			g.connect(edge{from: index[from], to: index[to], leave: a.departure(read[0]), end: b.arrival(read[0])})
		}
	}
	g.place()

	title := letter*float64(len([]rune(n.label))) + 2*margin
	c.w, c.h = max(title, g.w+2*margin), g.h+2*margin+headline
	shift := point{(c.w - g.w) / 2, margin + headline}
	for i := range c.boxes {
		at := g.boxes[i].at
		c.boxes[i].at = point{at.x + shift.x, at.y + shift.y}
	}
	for v, i := range in {
		c.in[v] = g.boxes[i].at.x + shift.x - c.w/2
	}
	for v, i := range out {
		c.out[v] = g.boxes[i].at.x + shift.x - c.w/2
	}
	for _, e := range g.edges {
		w := wire{head: e.to < len(c.boxes) && c.boxes[e.to].chart == nil}
		for _, q := range g.route(e) {
			w.points = append(w.points, point{q.x + shift.x, q.y + shift.y})
		}
		if g.boxes[e.from].top {
			w.points[0].y = 0
		}
		if g.boxes[e.to].bottom {
			w.points[len(w.points)-1].y = c.h
		}
		c.wires = append(c.wires, w)
	}
	return c
}

// arrival is where the line of a value comes to a box: in an open module, where
// it goes on.
func (p *placed) arrival(value *node) float64 {
	if p.chart == nil {
		return 0
	}
	return p.chart.in[value]
}

func (p *placed) departure(value *node) float64 {
	if p.chart == nil {
		return 0
	}
	return p.chart.out[value]
}

// childOf returns what n is in, or is, among the boxes of a module; nil if n is
// outside of it.
func (n *node) childOf(module *node) *node {
	for ; n != nil; n = n.parent {
		if n.parent == module {
			return n
		}
	}
	return nil
}

// reads lists who reads whom, once each.
func (n *node) reads() [][2]*node {
	var list [][2]*node
	seen := map[string]bool{}
	for v := range n.values() {
		for _, from := range v.from {
			key := fmt.Sprint(from.id, " ", v.id)
			if !seen[key] {
				seen[key] = true
				list = append(list, [2]*node{from, v})
			}
		}
	}
	return list
}
