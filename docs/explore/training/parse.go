package training

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

func widthKey(l int) string { return "width" + strconv.Itoa(l+1) }
func actKey(l int) string   { return "act" + strconv.Itoa(l+1) }

// Parse reads Settings from fields of a form, or of the query of an address. A field that
// is missing or empty has its default, and other fields than those of Values are left
// alone. A layer of width 0 is left out. The error, an *Error, is about the first field that
// is not valid.
func Parse(form url.Values) (s Settings, err error) {
	p := parser{form: form}
	s = Settings{Set: p.text("set"), Optimizer: p.text("optimizer"), Rate: p.rate()}
	s.Batch = int(p.whole("batch", MaxPoints, batchWanted()))
	s.Seed = p.whole("seed", maxSeed, seedWanted())
	s.Hidden = p.layers()
	s.Points = p.points()
	if p.err == nil {
		_, p.err = s.resolved()
	}
	if p.err != nil {
		return Settings{}, p.err
	}
	return s, nil
}

// A parser keeps the first error.
type parser struct {
	form url.Values
	err  error
}

func (p *parser) refuse(control, value, want string) {
	if p.err == nil {
		p.err = refuse(control, value, want)
	}
}

func (p *parser) text(control string) string {
	given := p.form[control]
	if len(given) > 1 {
		p.refuse(control, strings.Join(given[:2], ", "), "given once")
	}
	if len(given) == 0 {
		return ""
	}
	return given[0]
}

func (p *parser) whole(control string, most uint64, want string) uint64 {
	text := p.text(control)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > most {
		p.refuse(control, text, want)
		return 0
	}
	return n
}

func (p *parser) rate() float64 {
	text := p.text("rate")
	if text == "" {
		return 0
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v == 0 { // which would stand for the default
		p.refuse("rate", text, rateWanted())
	}
	return v
}

// layers returns nil if the form has no field of a layer, and a list, if an empty one,
// otherwise.
func (p *parser) layers() (all []Layer) {
	for l := range MaxLayers {
		width, act := p.text(widthKey(l)), p.text(actKey(l))
		switch {
		case width == "" && act != "":
			p.refuse(widthKey(l), "", widthWanted()+", if "+actKey(l)+" is given")
		case width != "" && all == nil:
			all = []Layer{}
		}
		if n := p.whole(widthKey(l), MaxWidth, widthWanted()); n > 0 {
			all = append(all, Layer{int(n), act})
		} else if _, err := activationOf(actKey(l), act); err != nil && p.err == nil {
			p.err = err // also of a layer that is left out, or the form would take what the next one refuses
		}
	}
	return all
}

func (p *parser) points() (all []Point) {
	text := p.text("points")
	const longest = MaxPoints * 80 // of a list that is valid, with a few spaces
	if len(text) > longest {
		p.refuse("points", text, pointsWanted())
		return nil
	}
	for word := range strings.FieldsSeq(text) {
		point, err := parsePoint(word)
		if err != nil {
			p.refuse("points", word, pointsWanted())
			return nil
		}
		all = append(all, point)
	}
	return all
}

func parsePoint(word string) (p Point, err error) {
	part := strings.Split(word, ",")
	if len(part) != 3 {
		return p, fmt.Errorf("%d parts", len(part))
	}
	if p.X, err = strconv.ParseFloat(part[0], 64); err != nil {
		return p, err
	}
	if p.Y, err = strconv.ParseFloat(part[1], 64); err != nil {
		return p, err
	}
	p.Class, err = strconv.Atoi(part[2])
	return p, err
}

// Values returns the fields that Parse reads the same Settings from, if they are valid.
// Those with their default are left out.
func (s Settings) Values() url.Values {
	form := url.Values{}
	set := func(key, value, zero string) {
		if value != zero {
			form.Set(key, value)
		}
	}
	set("set", s.Set, "")
	set("optimizer", s.Optimizer, "")
	set("rate", number(s.Rate), "0")
	set("batch", strconv.Itoa(s.Batch), "0")
	set("seed", strconv.FormatUint(s.Seed, 10), "0")
	set("points", joined(s.Points), "")
	if s.Hidden != nil && len(s.Hidden) == 0 {
		form.Set(widthKey(0), "0")
	}
	for l, layer := range s.Hidden {
		form.Set(widthKey(l), strconv.Itoa(layer.Width))
		set(actKey(l), layer.Activation, "")
	}
	return form
}

func joined(points []Point) string {
	words := make([]string, len(points))
	for i, p := range points {
		words[i] = p.String()
	}
	return strings.Join(words, " ")
}

// number writes all digits.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
