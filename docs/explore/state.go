package explore

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// mostAddress is how many bytes of an address are read.
const mostAddress = 8000

// Screens returns the names of the screens, in the order of the tabs, with their titles.
func Screens() [][2]string {
	return [][2]string{{"expression", "Expression"}, {"sweep", "Sweep"}, {"check", "Check"}, {"break", "Break it"}, {"train", "Train"}}
}

// A State is all that a link to the page says. The zero value is not valid; see First.
type State struct {
	Screen  string
	Source  string            // the expression
	At      map[string]string // the values of its variables, as they were typed
	Frame   int               // of the sweep; 0 is before the first step
	By      string            // the variable of the V-curve; "" is the first
	Mistake string            // in "check" and "break", as "4.sign.0"; "" is none
	Hunt    int               // not 0: a hidden mistake, the one of this number
	Rate    float64           // of the descent, in units of a careful one
	Train   url.Values        // the settings of the training
}

// First returns what the page shows when nobody has said anything.
func First() State {
	first := Examples()[0]
	return State{Screen: "expression", Source: first.Source, At: clone(first.At), Rate: 1, Train: url.Values{}}
}

func clone(m map[string]string) map[string]string {
	c := map[string]string{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// Parse reads the fragment of an address. What is not there is as in First. Where something
// is wrong, the error says what, and the State is still one that can be shown.
func Parse(fragment string) (State, error) {
	s := First()
	if len(fragment) > mostAddress {
		return s, fmt.Errorf("The address has %d bytes; this page reads %d. What you see is the first example.", len(fragment), mostAddress)
	}
	values, err := url.ParseQuery(strings.TrimPrefix(fragment, "#"))
	if err != nil {
		return s, fmt.Errorf("The address cannot be read: %v. What you see is the first example.", err)
	}
	var wrong []string
	if values.Has("expr") {
		s.Source, s.At = values.Get("expr"), map[string]string{}
	}
	for key := range values {
		value := values.Get(key)
		if name, ok := strings.CutPrefix(key, "at."); ok {
			s.At[name] = value
			continue
		}
		if name, ok := strings.CutPrefix(key, "train."); ok {
			s.Train.Set(name, value)
			continue
		}
		switch key {
		case "screen":
			if slices.ContainsFunc(Screens(), func(one [2]string) bool { return one[0] == value }) {
				s.Screen = value
			} else {
				wrong = append(wrong, fmt.Sprintf("there is no screen %q", shorten(value)))
			}
		case "frame", "hunt":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 || n > 1e6 {
				wrong = append(wrong, fmt.Sprintf("%s is %q, which is no number of one", key, shorten(value)))
				continue
			}
			if key == "frame" {
				s.Frame = n
			} else {
				s.Hunt = n
			}
		case "rate":
			if s.Rate = rates(value); s.Rate == 0 {
				s.Rate = 1
				wrong = append(wrong, fmt.Sprintf("rate is %q, and wants a number from 0.01 to 100", shorten(value)))
			}
		case "by":
			s.By = value
		case "mistake":
			s.Mistake = value
		case "expr":
		default:
			wrong = append(wrong, fmt.Sprintf("%q is not known", shorten(key)))
		}
	}
	s.complete()
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return s, fmt.Errorf("Part of the address was not read: %s.", strings.Join(wrong, "; "))
	}
	return s, nil
}

// rates reads a rate, 0 if it is none.
func rates(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0.01 && v <= 100) {
		return 0
	}
	return v
}

// complete gives variables that have no value one.
func (s *State) complete() {
	for i, name := range names(s.Source) {
		if _, ok := s.At[name]; !ok {
			s.At[name] = strconv.FormatFloat(1+float64(i)/2, 'g', -1, 64)
		}
	}
}

// Values is the state as the fragment of an address has it; what is as in First is left out.
func (s State) Values() url.Values {
	v := url.Values{}
	set := func(key, value string, common bool) {
		if !common {
			v.Set(key, value)
		}
	}
	set("screen", s.Screen, s.Screen == "expression")
	first := First()
	if s.Source != first.Source {
		v.Set("expr", s.Source)
	}
	for _, name := range names(s.Source) {
		set("at."+name, s.At[name], s.Source == first.Source && s.At[name] == first.At[name])
	}
	set("frame", strconv.Itoa(s.Frame), s.Frame == 0)
	set("by", s.By, s.By == "")
	set("mistake", s.Mistake, s.Mistake == "" || s.Hunt > 0)
	set("hunt", strconv.Itoa(s.Hunt), s.Hunt == 0)
	set("rate", strconv.FormatFloat(s.Rate, 'g', -1, 64), s.Rate == 1)
	for key := range s.Train {
		v.Set("train."+key, s.Train.Get(key))
	}
	return v
}
