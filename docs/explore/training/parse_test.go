package training

import (
	"errors"
	"math"
	"math/rand/v2"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// random returns settings that are valid. Names may be missing.
func random(r *rand.Rand) (s Settings) {
	name := func(all []choice) string {
		if i := r.IntN(len(all) + 1); i > 0 {
			return all[i-1].name
		}
		return ""
	}
	s = Settings{Set: name(sets()), Optimizer: name(optimizers()), Batch: r.IntN(MaxPoints + 1), Seed: r.Uint64N(maxSeed + 1)}
	if r.IntN(2) == 0 {
		s.Rate = minRate * math.Pow(maxRate/minRate, r.Float64())
	}
	if n := r.IntN(MaxLayers + 2); n > 0 {
		s.Hidden = []Layer{}
		for range n - 1 {
			s.Hidden = append(s.Hidden, Layer{1 + r.IntN(MaxWidth), name(activationChoices())})
		}
	}
	for range r.IntN(3) * r.IntN(MaxPoints/2+1) {
		s.Points = append(s.Points, Point{(2*r.Float64() - 1) * Reach, (2*r.Float64() - 1) * math.Pow(Reach, -1000*r.Float64()), r.IntN(3)})
	}
	return s
}

func TestValuesRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	all := []Settings{{}, {Hidden: []Layer{}}, {Rate: minRate}, {Rate: maxRate}, {Rate: 0.1 + 0.2}, {Seed: maxSeed}, {Batch: MaxPoints},
		{Points: []Point{{Reach, -Reach, 2}, {math.Copysign(0, -1), 5e-324, 0}}}}
	for range 300 {
		all = append(all, random(r))
	}
	for _, s := range all {
		form, err := url.ParseQuery(s.Values().Encode())
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(form)
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%+v becomes %v, which is read as %+v, %v", s, form, got, err)
		}
		if again := got.Values(); !reflect.DeepEqual(again, s.Values()) {
			t.Errorf("%v becomes %v", s.Values(), again)
		}
		if _, err := New(s); err != nil {
			t.Errorf("%+v cannot be trained: %v", s, err)
		}
	}
	if got := (Settings{}).Values(); len(got) != 0 {
		t.Errorf("the zero Settings have the values %v", got)
	}
}

// What is not valid is refused with the name of the control and what is allowed.
func TestParseRefuses(t *testing.T) {
	many := strings.Repeat("0,0,1 ", MaxPoints+1)
	for _, c := range []struct{ query, control, want string }{
		{"set=moon", "set", "one of moons, spiral, xor, circles, points"},
		{"set=Moons", "set", "moons"},
		{"set=moons&set=xor", "set", "once"},
		{"set=" + strings.Repeat("é", 1e6), "set", "moons"},
		{"optimizer=rmsprop", "optimizer", "one of adam, momentum, sgd"},
		{"rate=NaN", "rate", "from 1e-06 to 1000"},
		{"rate=Inf", "rate", "1000"},
		{"rate=-0.1", "rate", "1000"},
		{"rate=0", "rate", "1000"},
		{"rate=-0", "rate", "1000"},
		{"rate=1e-400", "rate", "1000"},
		{"rate=1e9", "rate", "1000"},
		{"rate=1e999", "rate", "1000"},
		{"rate=fast", "rate", "1000"},
		{"rate=0,1", "rate", "1000"},
		{"batch=-1", "batch", "1 to 200, or 0 for all"},
		{"batch=201", "batch", "200"},
		{"batch=1.5", "batch", "200"},
		{"batch=99999999999999999999", "batch", "200"},
		{"batch=NaN", "batch", "200"},
		{"seed=-1", "seed", "0 to 999999999"},
		{"seed=1000000000", "seed", "999999999"},
		{"seed=0x10", "seed", "999999999"},
		{"width1=17", "width1", "1 to 16, or 0"},
		{"width1=-8", "width1", "16"},
		{"width4=1000000000", "width4", "16"},
		{"width2=eight", "width2", "16"},
		{"width1=8&act1=softmax", "act1", "one of tanh, sigmoid, relu, leaky_relu, swish"},
		{"width1=8&width2=8&act2=ReLU", "act2", "relu"},
		{"width1=0&act1=x", "act1", "tanh"},
		{"act3=relu", "width3", "if act3 is given"},
		{"points=1,1", "points", "x,y,class"},
		{"points=1,1,1,1", "points", "x,y,class"},
		{"points=1,1,3", "points", "class 0, 1 or 2"},
		{"points=1,1,-1", "points", "class 0, 1 or 2"},
		{"points=1,1,0.5", "points", "class 0, 1 or 2"},
		{"points=NaN,1,0", "points", "from -1.2 to 1.2"},
		{"points=0,Inf,0", "points", "1.2"},
		{"points=0,1.21,0", "points", "1.2"},
		{"points=-1e300,0,0", "points", "1.2"},
		{"points=" + url.QueryEscape(many), "points", "at most 200 points"},
		{"points=" + strings.Repeat("0,0,1+", 1e6), "points", "200"},
		{"points=" + strings.Repeat("+", 1e6), "points", "200"},
		{"points=%3Cscript%3E", "points", "x,y,class"},
	} {
		form, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(form)
		var e *Error
		name := c.query[:min(len(c.query), 40)]
		if !errors.As(err, &e) || e.Control != c.control || !strings.HasPrefix(err.Error(), c.control+" is ") || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 250 {
			t.Errorf("%s: the error is %v", name, err)
		}
		if !reflect.DeepEqual(got, Settings{}) {
			t.Errorf("%s is read as %+v", name, got)
		}
	}
}

// The same bounds hold for Settings that were not parsed.
func TestNewRefuses(t *testing.T) {
	five := make([]Layer, MaxLayers+1)
	for i := range five {
		five[i].Width = 1
	}
	for _, c := range []struct {
		control string
		s       Settings
	}{
		{"set", Settings{Set: "x"}}, {"optimizer", Settings{Optimizer: "x"}}, {"hidden", Settings{Hidden: five}},
		{"width2", Settings{Hidden: []Layer{{1, ""}, {0, ""}}}}, {"width1", Settings{Hidden: []Layer{{1 << 40, ""}}}}, {"act1", Settings{Hidden: []Layer{{1, "x"}}}},
		{"rate", Settings{Rate: math.NaN()}}, {"rate", Settings{Rate: math.Inf(1)}}, {"rate", Settings{Rate: -1}}, {"rate", Settings{Rate: 1e-9}},
		{"batch", Settings{Batch: -1}}, {"batch", Settings{Batch: 1 << 40}}, {"seed", Settings{Seed: math.MaxUint64}},
		{"points", Settings{Points: make([]Point, MaxPoints+1)}}, {"points", Settings{Points: []Point{{math.NaN(), 0, 0}}}}, {"points", Settings{Points: []Point{{0, 0, 3}}}},
	} {
		r, err := New(c.s)
		var e *Error
		if r != nil || !errors.As(err, &e) || e.Control != c.control {
			t.Errorf("%+v: %v", c.s, err)
		}
		if c.s.Data() != nil {
			t.Errorf("%+v has points", c.s)
		}
	}
}

// Fields that this screen does not know belong to someone else, and empty ones are defaults.
func TestParseLeavesOthersAlone(t *testing.T) {
	got, err := Parse(url.Values{"tab": {"training"}, "rate": {""}, "seed": {""}, "width1": {""}, "points": {" \n\t "}})
	if err != nil || !reflect.DeepEqual(got, Settings{}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("set=spiral&width1=8&act1=relu&width3=2&rate=0.1&batch=7&seed=3")
	f.Add("set=points&points=0,0,1+-1,.5,2%0A1e-3,0x1p-2,0")
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s, err := Parse(form)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Control == "" || e.Want == "" {
				t.Errorf("the error is %v", err)
			}
			return
		}
		again, err := Parse(s.Values())
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("%+v is read as %+v, %v", s, again, err)
		}
		r, err := New(s)
		if err != nil {
			t.Fatal(err)
		}
		r.Step(2)
		wellFormed(t, r.HTML())
		wellFormed(t, Controls(s))
	})
}
