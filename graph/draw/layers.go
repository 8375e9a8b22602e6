package draw

import (
	"cmp"
	"slices"
)

type point struct{ x, y float64 }

// layers is the layout of a graph without cycles in layers; see the package's
// documentation for the steps.
type layers struct {
	boxes []box
	edges []edge
	rank  [][]int // boxes by layer, from left to right
	w, h  float64
}

// A box has a size and gets a place, that of its middle.
type box struct {
	w, h     float64
	at       point
	top      bool // in the first layer: a line from outside
	bottom   bool // in the last layer: a line to outside
	point    bool // where a long edge passes a layer
	layer    int
	in, out  []int
	wish     float64 // where its neighbours would have it
	finished bool
}

// An edge leads from a box to one in a deeper layer. It leaves and arrives at
// offsets from their middles.
type edge struct {
	from, to   int
	leave, end float64
	via        []int // points on the layers in between
}

func (g *layers) add(b box) int {
	g.boxes = append(g.boxes, b)
	return len(g.boxes) - 1
}

func (g *layers) connect(e edge) {
	if slices.ContainsFunc(g.edges, func(f edge) bool {
		return f.from == e.from && f.to == e.to && f.leave == e.leave && f.end == e.end
	}) {
		return
	}
	g.edges = append(g.edges, e)
	g.link(e.from, e.to)
}

func (g *layers) link(from, to int) {
	g.boxes[from].out = append(g.boxes[from].out, to)
	g.boxes[to].in = append(g.boxes[to].in, from)
}

// place gives all boxes their places.
func (g *layers) place() {
	g.assign()
	g.cut()
	g.order()
	g.spread()
}

// assign puts each box one layer below the deepest that leads to it, and those
// that nothing leads to just above the first they lead to. Lines from outside have
// the first layer for themselves, so that they pass beside boxes.
func (g *layers) assign() {
	deepest, first := 0, 0
	if slices.ContainsFunc(g.boxes, func(b box) bool { return b.top }) {
		first = 1
	}
	var depth func(i int) int
	depth = func(i int) int {
		b := &g.boxes[i]
		if b.finished {
			return b.layer
		}
		b.finished = true // before its operands: a cycle would end here
		if !b.top {
			b.layer = first
		}
		for _, from := range b.in {
			b.layer = max(b.layer, depth(from)+1)
		}
		deepest = max(deepest, b.layer)
		return b.layer
	}
	for i := range g.boxes {
		depth(i)
	}
	for i := range g.boxes {
		b := &g.boxes[i]
		switch {
		case b.bottom:
			b.layer = deepest
		case len(b.in) == 0 && len(b.out) > 0 && !b.top:
			b.layer = deepest
			for _, to := range b.out {
				b.layer = min(b.layer, g.boxes[to].layer-1)
			}
		}
	}
}

// cut puts a point on each layer that an edge passes.
func (g *layers) cut() {
	for i := range g.boxes {
		g.boxes[i].in, g.boxes[i].out = nil, nil
	}
	for i := range g.edges {
		e := &g.edges[i]
		last := e.from
		for layer := g.boxes[e.from].layer + 1; layer < g.boxes[e.to].layer; layer++ {
			next := g.add(box{w: 2, layer: layer, point: true})
			e.via = append(e.via, next)
			g.link(last, next)
			last = next
		}
		g.link(last, e.to)
	}
	for i, b := range g.boxes {
		for len(g.rank) <= b.layer {
			g.rank = append(g.rank, nil)
		}
		g.rank[b.layer] = append(g.rank[b.layer], i)
	}
}

// order sorts the boxes of each layer by the mean place of their neighbours in
// the layer before, down and up in turn.
func (g *layers) order() {
	for _, rank := range g.rank {
		g.number(rank)
	}
	for pass := range 12 {
		for layer := range g.rank {
			neighbours := func(b *box) []int { return b.in }
			if pass%2 == 1 {
				layer = len(g.rank) - 1 - layer
				neighbours = func(b *box) []int { return b.out }
			}
			rank := g.rank[layer]
			for _, i := range rank {
				b := &g.boxes[i]
				b.wish = g.mean(neighbours(b), b.at.x)
			}
			slices.SortStableFunc(rank, func(i, j int) int { return cmp.Compare(g.boxes[i].wish, g.boxes[j].wish) })
			g.number(rank)
		}
	}
}

// number puts the boxes of a layer at 0, 1, 2 …, scaled so that layers of any
// length span the same.
func (g *layers) number(rank []int) {
	for place, i := range rank {
		g.boxes[i].at.x = (float64(place) + 0.5) / float64(len(rank))
	}
}

func (g *layers) mean(of []int, otherwise float64) float64 {
	if len(of) == 0 {
		return otherwise
	}
	sum := 0.0
	for _, i := range of {
		sum += g.boxes[i].at.x
	}
	return sum / float64(len(of))
}

// spread moves the boxes of each layer as near to the mean of their neighbours as
// their order and widths allow, several times, and stacks the layers.
func (g *layers) spread() {
	for _, rank := range g.rank {
		x := 0.0
		for _, i := range rank {
			b := &g.boxes[i]
			b.at.x = x + b.w/2
			x += b.w + gapX
		}
	}
	for pass := range 16 {
		for layer := range g.rank {
			if pass%2 == 1 {
				layer = len(g.rank) - 1 - layer
			}
			for _, i := range g.rank[layer] {
				b := &g.boxes[i]
				switch { // the last passes look at both sides
				case pass >= 12:
					b.wish = g.mean(slices.Concat(b.in, b.out), b.at.x)
				case pass%2 == 1:
					b.wish = g.mean(b.out, b.at.x)
				default:
					b.wish = g.mean(b.in, b.at.x)
				}
			}
			g.separate(g.rank[layer])
		}
	}
	left, y := 0.0, 0.0
	for i, b := range g.boxes {
		if at := b.at.x - b.w/2; i == 0 || at < left {
			left = at
		}
	}
	for _, rank := range g.rank {
		height := 0.0
		for _, i := range rank {
			height = max(height, g.boxes[i].h)
		}
		for _, i := range rank {
			b := &g.boxes[i]
			if b.point {
				b.h = height // an edge passes tall boxes straight down
			}
			b.at = point{b.at.x - left, y + height/2}
			g.w = max(g.w, b.at.x+b.w/2)
		}
		y += height + gapY
	}
	g.h = max(0, y-gapY)
}

// separate gives the boxes of a layer the places of least squared distance from
// their wishes, at which none overlaps: less the room that is needed to the left
// of each, the places must not fall, so wishes that do are pooled at their mean
// (pool adjacent violators; Barlow et al., Statistical Inference under Order
// Restrictions, 1972).
func (g *layers) separate(rank []int) {
	type pool struct{ sum, n float64 }
	var pools []pool
	room := make([]float64, len(rank))
	for k, i := range rank {
		if k > 0 {
			room[k] = room[k-1] + g.boxes[rank[k-1]].w/2 + gapX + g.boxes[i].w/2
		}
		p := pool{g.boxes[i].wish - room[k], 1}
		for len(pools) > 0 && pools[len(pools)-1].sum/pools[len(pools)-1].n >= p.sum/p.n {
			last := pools[len(pools)-1]
			p = pool{p.sum + last.sum, p.n + last.n}
			pools = pools[:len(pools)-1]
		}
		pools = append(pools, p)
	}
	k := 0
	for _, p := range pools {
		for range int(p.n) {
			g.boxes[rank[k]].at.x = p.sum/p.n + room[k]
			k++
		}
	}
}

// route returns the points of an edge: from the lower side of a box, through the
// layers in between, to the upper side of another.
func (g *layers) route(e edge) []point {
	from, to := &g.boxes[e.from], &g.boxes[e.to]
	points := []point{{from.at.x + e.leave, from.at.y + from.h/2}}
	for _, i := range e.via {
		b := &g.boxes[i]
		points = append(points, point{b.at.x, b.at.y - b.h/2}, point{b.at.x, b.at.y + b.h/2})
	}
	return append(points, point{to.at.x + e.end, to.at.y - to.h/2})
}
