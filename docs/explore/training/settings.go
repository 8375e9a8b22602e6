package training

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of Settings.
const (
	MaxLayers = 4   // hidden layers
	MaxWidth  = 16  // units of a hidden layer
	MaxPoints = 200 // points of the user
	Reach     = 1.2 // coordinates of points are from −Reach to Reach
)

const (
	minRate, maxRate = 1e-6, 1000
	maxSeed          = 999_999_999
	classesAtMost    = 3
)

// Settings say what is trained, and how. A field that is zero has its default, so
// the zero Settings are ready to use.
type Settings struct {
	Set       string  // the points: "moons" (default), "spiral", "xor", "circles" or "points"
	Points    []Point // those of the set "points"; none: a few to begin with
	Hidden    []Layer // hidden layers from the input on; nil: two of 8 units with tanh; empty, not nil: none
	Optimizer string  // "adam" (default), "momentum" (0.9) or "sgd"
	Rate      float64 // η; 0: 0.02 for Adam, 0.1 for momentum, 0.5 for SGD
	Batch     int     // points of a step, drawn anew each time round; 0: all
	Seed      uint64  // of the first weights, the batches and the noise of the points
}

// A Layer is a hidden layer.
type Layer struct {
	Width      int    // units, from 1 to MaxWidth
	Activation string // "tanh" (default), "sigmoid", "relu", "leaky_relu" or "swish"
}

// A Point of the plane has a class: 0, 1 or 2.
type Point struct {
	X, Y  float64
	Class int
}

// An Error says which control has a value that cannot be, and what values can.
type Error struct {
	Control string // its name, a key of Values
	Value   string // what it was given, shortened
	Want    string // what is allowed
}

// Error returns a sentence of all three.
func (e *Error) Error() string {
	return fmt.Sprintf("%s is %s: it must be %s", e.Control, e.Value, e.Want)
}

// refuse makes an Error, whose text is short however long the value is.
func refuse(control, value, want string) error {
	const most = 40
	if runes := []rune(value[:min(len(value), 4*most)]); len(runes) > most || len(value) > 4*most {
		value = string(runes[:min(len(runes), most)]) + "…"
	}
	return &Error{control, fmt.Sprintf("%q", value), want}
}

// A choice is one value of a control, and what it is called.
type choice struct{ name, label string }

func sets() []choice {
	return []choice{{"moons", "two moons"}, {"spiral", "spiral of three arms"}, {"xor", "XOR"}, {"circles", "two circles"}, {"points", "your own points"}}
}

func optimizers() []choice {
	return []choice{{"adam", "Adam"}, {"momentum", "momentum 0.9"}, {"sgd", "gradient descent"}}
}

// oneOf returns the choice of a name, the first of them if there is no name.
func oneOf(control, name string, all []choice) (choice, error) {
	if name == "" {
		return all[0], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		if c.name == name {
			return c, nil
		}
		names[i] = c.name
	}
	return choice{}, refuse(control, name, "one of "+strings.Join(names, ", "))
}

// DefaultHidden returns the hidden layers of Settings whose Hidden is nil.
func DefaultHidden() []Layer { return []Layer{{8, "tanh"}, {8, "tanh"}} }

// resolved returns the settings with defaults in place of what is zero, but for Batch and
// Seed, of which 0 is a value. It is an error if something is out of its bounds.
func (s Settings) resolved() (Settings, error) {
	set, err := oneOf("set", s.Set, sets())
	if err != nil {
		return s, err
	}
	opt, err := oneOf("optimizer", s.Optimizer, optimizers())
	if err != nil {
		return s, err
	}
	s.Set, s.Optimizer = set.name, opt.name
	if s.Hidden == nil {
		s.Hidden = DefaultHidden()
	}
	if len(s.Hidden) > MaxLayers {
		return s, refuse("hidden", fmt.Sprint(len(s.Hidden)), fmt.Sprintf("at most %d layers", MaxLayers))
	}
	s.Hidden = slices.Clone(s.Hidden)
	for l, layer := range s.Hidden {
		if layer.Width < 1 || layer.Width > MaxWidth {
			return s, refuse(widthKey(l), fmt.Sprint(layer.Width), widthWanted())
		}
		act, err := activationOf(actKey(l), layer.Activation)
		if err != nil {
			return s, err
		}
		s.Hidden[l].Activation = act.name
	}
	if s.Rate == 0 {
		s.Rate = map[string]float64{"adam": 0.02, "momentum": 0.1, "sgd": 0.5}[s.Optimizer]
	}
	if !(s.Rate >= minRate && s.Rate <= maxRate) { // NaN is not within
		return s, refuse("rate", fmt.Sprint(s.Rate), rateWanted())
	}
	if s.Batch < 0 || s.Batch > MaxPoints {
		return s, refuse("batch", fmt.Sprint(s.Batch), batchWanted())
	}
	if s.Seed > maxSeed {
		return s, refuse("seed", fmt.Sprint(s.Seed), seedWanted())
	}
	return s.withPoints()
}

func (s Settings) withPoints() (Settings, error) {
	if len(s.Points) > MaxPoints {
		return s, refuse("points", fmt.Sprintf("%d points", len(s.Points)), pointsWanted())
	}
	for _, p := range s.Points {
		if !(p.X >= -Reach && p.X <= Reach && p.Y >= -Reach && p.Y <= Reach) || p.Class < 0 || p.Class >= classesAtMost {
			return s, refuse("points", p.String(), pointsWanted())
		}
	}
	if len(s.Points) == 0 && s.Set == "points" {
		s.Points = fewPoints()
	}
	return s, nil
}

func widthWanted() string {
	return fmt.Sprintf("a whole number from 1 to %d, or 0 for no such layer", MaxWidth)
}

func rateWanted() string { return fmt.Sprintf("a number from %g to %d", minRate, maxRate) }

func batchWanted() string {
	return fmt.Sprintf("a whole number from 1 to %d, or 0 for all points", MaxPoints)
}

func seedWanted() string { return fmt.Sprintf("a whole number from 0 to %d", maxSeed) }

func pointsWanted() string {
	return fmt.Sprintf("at most %d points x,y,class with spaces between them, x and y from %g to %g, class 0, 1 or 2", MaxPoints, -Reach, Reach)
}
