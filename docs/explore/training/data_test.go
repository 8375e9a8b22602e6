package training

import (
	"math"
	"testing"
)

// The sets are what their names say.
func TestSets(t *testing.T) {
	for _, p := range (Settings{Set: "xor"}).Data() {
		if differ := p.X < 0 != (p.Y < 0); differ != (p.Class == 1) || p.X == 0 || p.Y == 0 {
			t.Errorf("xor: %v", p)
		}
	}
	for _, p := range (Settings{Set: "circles"}).Data() {
		if outer := math.Hypot(p.X, p.Y) > 0.6; outer != (p.Class == 1) {
			t.Errorf("circles: %v", p)
		}
	}
	for _, p := range (Settings{Set: "spiral"}).Data() {
		turned := math.Atan2(p.Y, p.X) - 4*math.Hypot(p.X, p.Y) - 2*math.Pi/3*float64(p.Class)
		if off := math.Abs(math.Remainder(turned, 2*math.Pi)); off > 0.2 {
			t.Errorf("spiral: %v is %v off its arm", p, off)
		}
	}
	for _, p := range (Settings{Set: "moons"}).Data() {
		side := float64(1 - 2*p.Class) // half a turn about the origin makes one moon the other
		if off := math.Abs(math.Hypot(side*p.X+0.31, side*p.Y+0.155) - 0.62); off > 0.15 || side*p.Y+0.155 < -0.1 {
			t.Errorf("moons: %v is %v off its circle", p, off)
		}
	}
	counts := map[string][3]int{}
	for _, set := range sets() {
		var n [3]int
		for _, p := range (Settings{Set: set.name, Seed: 9}).Data() {
			n[p.Class]++
		}
		counts[set.name] = n
	}
	for set, want := range map[string][3]int{"moons": {60, 60, 0}, "spiral": {40, 40, 40}, "xor": {60, 60, 0}, "circles": {60, 60, 0}, "points": {3, 3, 3}} {
		if counts[set] != want {
			t.Errorf("%s has %v points of each class, want %v", set, counts[set], want)
		}
	}
}
