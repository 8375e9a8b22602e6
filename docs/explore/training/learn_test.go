package training

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func newRun(t testing.TB, s Settings) *Run {
	t.Helper()
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// With what the zero Settings have, every set is learnt, and by every method.
func TestLearnsEverySet(t *testing.T) {
	for _, set := range sets() {
		for _, opt := range optimizers() {
			r := newRun(t, Settings{Set: set.name, Optimizer: opt.name})
			before, _ := r.Accuracy()
			r.Step(800)
			if right, of := r.Accuracy(); r.Loss() > 0.05 || right != of || before == of {
				t.Errorf("%s with %s: loss %v, %d of %d right, %d before", set.name, opt.name, r.Loss(), right, of, before)
			}
		}
	}
}

// In batches, and with every activation.
func TestLearnsWithEveryActivation(t *testing.T) {
	for _, act := range activations() {
		r := newRun(t, Settings{Set: "circles", Batch: 16, Hidden: []Layer{{12, act.name}, {8, "tanh"}}, Seed: 3})
		r.Step(1500)
		if right, of := r.Accuracy(); r.Loss() > 0.05 || right != of {
			t.Errorf("%s: loss %v, %d of %d right", act.name, r.Loss(), right, of)
		}
	}
}

// No straight line separates the circles, and a network without a hidden layer draws none
// but straight lines.
func TestALineSeparatesNoCircles(t *testing.T) {
	r := newRun(t, Settings{Set: "circles", Hidden: []Layer{}})
	r.Step(2000)
	if right, _ := r.Accuracy(); r.Loss() < 0.6 || right > 80 {
		t.Errorf("loss %v, %d right", r.Loss(), right)
	}
}

// How the steps are cut into calls makes no difference.
func TestStepsAddUp(t *testing.T) {
	s := Settings{Set: "spiral", Batch: 50, Seed: 4}
	a, b := newRun(t, s), newRun(t, s)
	a.Step(700)
	for _, n := range []int{1, 0, 599, -5, 100} {
		b.Step(n)
	}
	if a.Steps() != 700 || b.Steps() != 700 || a.HTML() != b.HTML() || a.Example() != b.Example() {
		t.Errorf("after %d and %d steps the losses are %v and %v", a.Steps(), b.Steps(), a.Loss(), b.Loss())
	}
}

// A batch takes every point once each time round.
func TestBatchesTakeAll(t *testing.T) {
	r := newRun(t, Settings{Set: "points", Batch: 4, Points: []Point{{0, 0, 0}, {0.1, 0, 1}, {0.2, 0, 1}, {0.3, 0, 0}, {0.4, 0, 2}, {0.5, 0, 0}}})
	for range 3 {
		var seen []float64
		for _, size := range []int{4, 2} {
			x, labels := r.next()
			if x.Dim(0) != size || len(labels) != size {
				t.Fatalf("a batch has %d points and %d labels, want %d", x.Dim(0), len(labels), size)
			}
			for i, label := range labels {
				seen = append(seen, x.At(i, 0))
				if p := r.points[int(math.Round(10*x.At(i, 0)))]; p.Class != label {
					t.Errorf("point %v has the label %d", p, label)
				}
			}
		}
		slices.Sort(seen)
		if fmt.Sprint(seen) != "[0 0.1 0.2 0.3 0.4 0.5]" {
			t.Errorf("the points of one time round: %v", seen)
		}
	}
}

// The seed decides all, and another one changes the network and the noise.
func TestSeed(t *testing.T) {
	for _, set := range sets() {
		a, b, c := newRun(t, Settings{Set: set.name, Seed: 5}), newRun(t, Settings{Set: set.name, Seed: 5}), newRun(t, Settings{Set: set.name, Seed: 6})
		if a.Loss() != b.Loss() || a.Loss() == c.Loss() {
			t.Errorf("%s: losses %v, %v and, with another seed, %v", set.name, a.Loss(), b.Loss(), c.Loss())
		}
		if same := slices.Equal(a.points, c.points); same != (set.name == "points") || !slices.Equal(a.points, a.settings.Data()) {
			t.Errorf("%s: same points: %v", set.name, same)
		}
		if len(a.points) > MaxPoints {
			t.Errorf("%s has %d points", set.name, len(a.points))
		}
		for _, p := range a.points {
			if math.Abs(p.X) > Reach || math.Abs(p.Y) > Reach || p.Class < 0 || p.Class > 2 {
				t.Errorf("%s: %v is not in the plane", set.name, p)
			}
		}
	}
}

// diverging are settings whose loss does not stay finite.
func diverging() Settings {
	return Settings{Set: "xor", Optimizer: "momentum", Rate: 1000, Hidden: []Layer{{16, "leaky_relu"}, {16, "leaky_relu"}, {16, "leaky_relu"}, {16, "leaky_relu"}}}
}

func TestDivergedRunStops(t *testing.T) {
	a, b := newRun(t, diverging()), newRun(t, diverging())
	a.Step(1000)
	if !a.Diverged() || a.Steps() < 1 || a.Steps() >= 1000 || finite(a.Loss()) {
		t.Fatalf("after %d steps the loss is %v", a.Steps(), a.Loss())
	}
	b.Step(a.Steps() - 1)
	if b.Diverged() {
		t.Errorf("the loss is %v a step before", b.Loss())
	}
	for range 3 {
		b.Step(1)
	}
	if a.Steps() != b.Steps() || a.HTML() != b.HTML() {
		t.Errorf("one call stops after %d steps, many after %d", a.Steps(), b.Steps())
	}
}

func TestHistoryIsThinned(t *testing.T) {
	var h history
	for step := range 100_001 {
		h.note(step, float64(step))
		if len(h.values) > kept {
			t.Fatalf("%d values are kept", len(h.values))
		}
	}
	for i, v := range h.values {
		if v != float64(i*h.every) {
			t.Fatalf("value %d of every %d is that of step %v", i, h.every, v)
		}
	}
	if last := len(h.values) * h.every; last <= 100_000 {
		t.Errorf("the values end before step %d", last)
	}
}

// The curve has the loss of each step at its place, from the one before the first step on.
func TestHistoryIsThatOfTheRun(t *testing.T) {
	r := newRun(t, Settings{Set: "points", Batch: 4})
	losses := []float64{r.Loss()}
	for range 3 * kept {
		r.Step(1)
		losses = append(losses, r.Loss())
	}
	for i, loss := range r.past.values {
		if step := i * r.past.every; loss != losses[step] {
			t.Fatalf("%v is kept of step %d, want %v", loss, step, losses[step])
		}
	}
	if r.past.every == 1 {
		t.Error("the history was not thinned")
	}
}

func BenchmarkStep(b *testing.B) {
	r := newRun(b, Settings{})
	for b.Loop() {
		r.Step(1)
	}
}

func BenchmarkHTML(b *testing.B) {
	r, n := newRun(b, Settings{}), 0
	for b.Loop() {
		n = len(r.HTML())
	}
	b.ReportMetric(float64(n), "bytes")
}
