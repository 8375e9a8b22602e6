package training

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// Data returns the points that are trained on, in the order in which they are. For the
// set "points" they are Points, or the few to begin with. There are none if Settings are not
// valid.
func (s Settings) Data() []Point {
	s, err := s.resolved()
	if err != nil {
		return nil
	}
	r := rand.New(rand.NewPCG(s.Seed, 1))
	switch s.Set {
	case "moons":
		return moons(r)
	case "spiral":
		return spiral(r)
	case "xor":
		return xor(r)
	case "circles":
		return circles(r)
	}
	return s.Points
}

// String returns a point as it stands in the control "points".
func (p Point) String() string {
	return strconv.FormatFloat(p.X, 'g', -1, 64) + "," + strconv.FormatFloat(p.Y, 'g', -1, 64) + "," + strconv.Itoa(p.Class)
}

// fewPoints is what the user's own points begin with.
func fewPoints() []Point {
	return []Point{{-0.8, -0.5, 0}, {-0.6, -0.7, 0}, {-0.5, -0.3, 0}, {0.5, -0.4, 1}, {0.7, -0.6, 1}, {0.8, -0.2, 1}, {-0.2, 0.7, 2}, {0.1, 0.6, 2}, {0.2, 0.9, 2}}
}

// placed rounds the coordinates to thousandths, so that a set is the same on machines whose
// sines differ in the last digit, and can be written down in full.
func placed(x, y float64, class int) Point {
	return Point{math.Round(x*1000)/1000 + 0, math.Round(y*1000)/1000 + 0, class}
}

// noise is even between −size and size.
func noise(r *rand.Rand, size float64) float64 { return size * (2*r.Float64() - 1) }

// moons are two half circles, each with its end in the hollow of the other.
func moons(r *rand.Rand) (all []Point) {
	const each = 60
	for i := range each {
		sin, cos := math.Sincos(math.Pi * float64(i) / (each - 1))
		all = append(all,
			placed(0.62*(cos-0.5)+noise(r, 0.09), 0.62*(sin-0.25)+noise(r, 0.09), 0),
			placed(0.62*(0.5-cos)+noise(r, 0.09), 0.62*(0.25-sin)+noise(r, 0.09), 1))
	}
	return all
}

// spiral has three arms, which no straight line separates.
func spiral(r *rand.Rand) (all []Point) {
	const each = 40
	for i := range each {
		along := float64(i+1) / each
		for arm := range 3 {
			sin, cos := math.Sincos(2*math.Pi/3*float64(arm) + 4*along + noise(r, 0.15))
			all = append(all, placed(along*cos, along*sin, arm))
		}
	}
	return all
}

// xor has class 1 where the signs of the coordinates differ, and a gap along the axes.
func xor(r *rand.Rand) (all []Point) {
	const each = 30
	for range each {
		for quarter := range 4 {
			x, y := 0.55+noise(r, 0.45), 0.55+noise(r, 0.45)
			if quarter&1 != 0 {
				x = -x
			}
			if quarter&2 != 0 {
				y = -y
			}
			all = append(all, placed(x, y, quarter&1^quarter>>1))
		}
	}
	return all
}

// circles are one within the other.
func circles(r *rand.Rand) (all []Point) {
	const each = 60
	for i := range each {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / each)
		inner, outer := 0.35+noise(r, 0.1), 0.85+noise(r, 0.12)
		all = append(all, placed(inner*cos, inner*sin, 0), placed(outer*cos, outer*sin, 1))
	}
	return all
}
