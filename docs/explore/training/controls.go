package training

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// Controls returns the controls of Settings as HTML, to stand in a form: each with a label,
// an id that begins with "training-", and its key of Values as its name. They show defaults
// in place of what is zero. Settings that are not valid are shown as they are.
func Controls(s Settings) string {
	if full, err := s.resolved(); err == nil {
		s = full
	}
	var c controls
	c.open("Points")
	c.choose("set", "Set", s.Set, sets())
	c.area("points", "Your own points", strings.ReplaceAll(joined(s.Points), " ", "\n"),
		fmt.Sprintf("At most %d lines x,y,class; x and y from %g to %g, class 0, 1 or 2.", MaxPoints, -Reach, Reach))
	c.whole("seed", "Seed", strconv.FormatUint(s.Seed, 10), maxSeed, "Of the first weights, the batches and the noise of the points.")
	c.close()
	for l := range MaxLayers {
		layer := Layer{}
		if l < len(s.Hidden) {
			layer = s.Hidden[l]
		}
		c.open(fmt.Sprintf("Hidden layer %d", l+1))
		c.whole(widthKey(l), "Units", strconv.Itoa(layer.Width), MaxWidth, "0: no such layer.")
		c.choose(actKey(l), "Activation", layer.Activation, activationChoices())
		c.close()
	}
	c.open("Descent")
	c.choose("optimizer", "Method", s.Optimizer, optimizers())
	c.field("rate", "Rate η", number(s.Rate), fmt.Sprintf(`min="%g" max="%d" step="any"`, minRate, maxRate), "")
	c.whole("batch", "Points in a batch", strconv.Itoa(s.Batch), MaxPoints, "0: all.")
	c.close()
	return c.String()
}

// controls is HTML that is being written.
type controls struct{ strings.Builder }

func (c *controls) add(format string, args ...any) { fmt.Fprintf(c, format+"\n", args...) }

func (c *controls) open(legend string) {
	c.add("<fieldset>\n<legend>%s</legend>", html.EscapeString(legend))
}
func (c *controls) close() { c.add("</fieldset>") }

// label writes the label of a control; labels of layers are the same in each, and stand
// under the legends of their sets.
func (c *controls) label(name, label string) {
	c.add(`<label for="training-%s">%s</label>`, name, html.EscapeString(label))
}

// hint writes what a control is described by, and returns the attribute for it.
func (c *controls) hint(name, hint string) (attribute string, write func()) {
	if hint == "" {
		return "", func() {}
	}
	return fmt.Sprintf(` aria-describedby="training-%s-hint"`, name), func() {
		c.add(`<small id="training-%s-hint">%s</small>`, name, html.EscapeString(hint))
	}
}

func (c *controls) choose(name, label, value string, all []choice) {
	c.label(name, label)
	c.add(`<select id="training-%s" name="%s">`, name, name)
	for _, o := range all {
		selected := ""
		if o.name == value {
			selected = ` selected="selected"`
		}
		c.add(`<option value="%s"%s>%s</option>`, html.EscapeString(o.name), selected, html.EscapeString(o.label))
	}
	c.add("</select>")
}

func (c *controls) whole(name, label, value string, most int, hint string) {
	c.field(name, label, value, fmt.Sprintf(`min="0" max="%d" step="1"`, most), hint)
}

func (c *controls) field(name, label, value, bounds, hint string) {
	attribute, write := c.hint(name, hint)
	c.label(name, label)
	c.add(`<input id="training-%s" name="%s" type="number" %s value="%s"%s />`, name, name, bounds, html.EscapeString(value), attribute)
	write()
}

func (c *controls) area(name, label, value, hint string) {
	attribute, write := c.hint(name, hint)
	c.label(name, label)
	c.add(`<textarea id="training-%s" name="%s" rows="6" cols="20" spellcheck="false" autocomplete="off"%s>%s</textarea>`, name, name, attribute, html.EscapeString(value))
	write()
}
