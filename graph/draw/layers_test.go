package draw

import (
	"math"
	"math/rand/v2"
	"testing"
)

// In a layout of any graph arrows point down, boxes of a layer do not overlap, and
// long edges pass beside boxes.
func TestLayers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var g layers
		n := 1 + r.IntN(30)
		for i := range n {
			g.add(box{w: 20 + 80*r.Float64(), h: 20 + 60*r.Float64(), top: i < 2 && n > 10})
		}
		for range 2 * n {
			from, to := r.IntN(n), r.IntN(n)
			if from < to && !g.boxes[to].top {
				g.connect(edge{from: from, to: to})
			}
		}
		g.place()
		for i, a := range g.boxes {
			for j, b := range g.boxes[:i] {
				apart := math.Abs(a.at.x-b.at.x) >= (a.w+b.w)/2 || math.Abs(a.at.y-b.at.y) >= (a.h+b.h)/2
				if !apart {
					t.Fatalf("boxes %d and %d overlap: %+v, %+v", i, j, a, b)
				}
			}
			if a.at.x-a.w/2 < -1e-9 || a.at.x+a.w/2 > g.w+1e-9 || a.at.y-a.h/2 < -1e-9 || a.at.y+a.h/2 > g.h+1e-9 {
				t.Fatalf("box %d is outside of %v × %v: %+v", i, g.w, g.h, a)
			}
		}
		for _, e := range g.edges {
			points := g.route(e)
			for i, q := range points[1:] {
				if q.y < points[i].y {
					t.Fatalf("edge %d → %d goes up: %v", e.from, e.to, points)
				}
			}
		}
	}
}

// separate finds the nearest places: no small move of a feasible kind is better.
func TestSeparate(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	cost := func(g *layers) (sum float64) {
		for _, b := range g.boxes {
			sum += (b.at.x - b.wish) * (b.at.x - b.wish)
		}
		return sum
	}
	for range 100 {
		var g layers
		var rank []int
		for range 8 {
			rank = append(rank, g.add(box{w: 10 + 40*r.Float64(), wish: 200 * r.Float64()}))
		}
		g.separate(rank)
		least := cost(&g)
		room := func(i int) float64 {
			return g.boxes[i].at.x - g.boxes[i-1].at.x - (g.boxes[i].w+g.boxes[i-1].w)/2 - gapX
		}
		for i := 1; i < 8; i++ {
			if room(i) < -1e-9 {
				t.Fatalf("boxes %d and %d are too near", i-1, i)
			}
		}
		for first := range 8 { // move the boxes from first to last together
			for last := first; last < 8; last++ {
				for _, step := range []float64{-1e-3, 1e-3} {
					if step < 0 && first > 0 && room(first) < 1e-3 || step > 0 && last < 7 && room(last+1) < 1e-3 {
						continue
					}
					for i := first; i <= last; i++ {
						g.boxes[i].at.x += step
					}
					if c := cost(&g); c < least-1e-9 {
						t.Fatalf("moving boxes %d to %d by %v costs %v, less than %v", first, last, step, c, least)
					}
					for i := first; i <= last; i++ {
						g.boxes[i].at.x -= step
					}
				}
			}
		}
	}
}
