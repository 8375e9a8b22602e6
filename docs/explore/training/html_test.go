package training

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An element is one of HTML that was parsed, without those within it.
type element struct {
	name, path string // path: the names of the elements around it
	attr       map[string]string
	text       string // directly within it
}

// wellFormed parses HTML strictly and lists its elements in their order.
func wellFormed(t testing.TB, html string) (all []*element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<root>" + html + "</root>"))
	var open []*element
	ids := map[string]bool{}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all[1:]
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, html)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, o := range open {
				e.path += o.name + " "
			}
			for _, a := range token.Attr {
				if _, twice := e.attr[a.Name.Local]; twice || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" {
					t.Errorf("<%s> has the attribute %s twice, or it is inline code", e.name, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			if id, ok := e.attr["id"]; ok && ids[id] {
				t.Errorf("the id %s comes twice", id)
			}
			ids[e.attr["id"]] = true
			all, open = append(all, e), append(open, e)
			if e.name == "script" {
				t.Error("there is a script")
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		}
	}
}

func named(all []*element, name string) (some []*element) {
	for _, e := range all {
		if e.name == name {
			some = append(some, e)
		}
	}
	return some
}

// The controls of some settings, sent as a form, are read as these settings with defaults
// filled in. Each has one label and a name that is its id.
func TestControlsAreAForm(t *testing.T) {
	for _, s := range []Settings{{}, deep(), {Set: "points", Hidden: []Layer{}, Rate: 0.3}, {Optimizer: "sgd", Batch: 9, Seed: 12, Points: []Point{{1, -0.5, 2}}}} {
		all := wellFormed(t, Controls(s))
		form, labelled, hints := url.Values{}, map[string]int{}, map[string]bool{}
		for _, e := range all {
			switch e.name {
			case "input":
				form.Add(e.attr["name"], e.attr["value"])
			case "textarea":
				form.Add(e.attr["name"], e.text)
			case "option":
				if e.attr["selected"] != "" {
					form.Add(lastName(all, e), e.attr["value"])
				}
			case "label":
				labelled[e.attr["for"]]++
			case "small":
				hints[e.attr["id"]] = true
			case "style":
				t.Error("there is a style")
			}
		}
		for _, e := range all {
			if name := e.attr["name"]; name != "" && (e.attr["id"] != "training-"+name || labelled["training-"+name] != 1) {
				t.Errorf("%s has the id %q and %d labels", name, e.attr["id"], labelled["training-"+name])
			}
			if by := e.attr["aria-describedby"]; by != "" && !hints[by] {
				t.Errorf("there is no %s", by)
			}
		}
		got, err := Parse(form)
		if err != nil {
			t.Errorf("%v: %v", form, err)
		}
		for l := len(got.Hidden); l < MaxLayers; l++ { // the form sends a choice of each layer that is not there
			form.Del(actKey(l))
			form.Del(widthKey(l))
		}
		want, err := s.resolved()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v is read as %+v, want %+v, %v", form, got, want, err)
		}
		for key := range want.Values() {
			if form.Get(key) == "" && len(got.Hidden) > 0 {
				t.Errorf("there is no control %s", key)
			}
		}
	}
}

// lastName is the name of the control that an option is in.
func lastName(all []*element, option *element) (name string) {
	for _, e := range all {
		if e == option {
			return name
		}
		if e.name == "select" {
			name = e.attr["name"]
		}
	}
	return name
}

func TestControlsAreEscaped(t *testing.T) {
	s := Settings{Set: `"><script>`, Optimizer: "<&'", Hidden: []Layer{{-3, `"`}}, Rate: math.NaN(), Batch: -1}
	wellFormed(t, Controls(s))
}

// runs are some of all kinds.
func runs(t *testing.T) (all []*Run) {
	for _, c := range []struct {
		s     Settings
		steps int
	}{{Settings{}, 0}, {Settings{}, 1}, {Settings{Batch: 11, Optimizer: "sgd", Hidden: []Layer{{5, "relu"}, {5, "swish"}}}, 1}, {deep(), 300}, {Settings{Set: "spiral", Batch: 7, Hidden: []Layer{}}, 1300}, {Settings{Set: "points"}, 4000}, {diverging(), 1000},
		{Settings{Set: "points", Points: []Point{{0, 0, 0}}}, 3}} {
		r := newRun(t, c.s)
		r.Step(c.steps)
		all = append(all, r)
	}
	return all
}

// The numbers of the table are those of the run, to all digits in data-v and to three in the
// text.
func TestTableAgreesWithTheRun(t *testing.T) {
	for _, r := range runs(t) {
		all := wellFormed(t, r.HTML())
		if n := len(named(all, "caption")); n != 1 {
			t.Errorf("%d captions", n)
		}
		columns, rows := 0, 0
		for _, e := range named(all, "th") {
			switch e.attr["scope"] {
			case "col":
				columns++
			case "row":
				rows++
			}
		}
		cells := named(all, "td")
		if columns != 7 || rows != len(r.acts)+1 || len(cells) != 6*rows {
			t.Fatalf("%d columns, %d rows, %d cells", columns, rows, len(cells))
		}
		for l, s := range r.Sizes() {
			row := cells[6*l : 6*l+6]
			if l < len(r.acts) {
				h := r.settings.Hidden[l]
				if row[0].text != fmt.Sprint(h.Width) || row[1].text != r.acts[l].label {
					t.Errorf("row %d is about %s units of %s", l, row[0].text, row[1].text)
				}
				stuck := "–"
				if n, of := 0, 0; !r.Diverged() {
					if n, of = r.Stuck(l); r.acts[l].sides {
						stuck = fmt.Sprintf("%.0f %% of values saturated", 100*float64(n)/float64(of))
					} else {
						stuck = fmt.Sprintf("%d of %d unit", n, of)
						if nearly := strings.HasSuffix(row[5].text, " nearly dead"); nearly != (h.Activation != "relu") {
							t.Errorf("row %d, %s, has %q", l, h.Activation, row[5].text)
						}
					}
				}
				if !strings.HasPrefix(row[5].text, stuck) {
					t.Errorf("row %d has %q, want %q", l, row[5].text, stuck)
				}
			}
			for i, want := range []float64{s.A, s.Delta, s.WBar} {
				cell := row[2+i]
				v, err := strconv.ParseFloat(cell.attr["data-v"], 64)
				if err != nil || v != want && v == v {
					t.Errorf("row %d has data-v=%q, want %v", l, cell.attr["data-v"], want)
				}
				if !finite(want) {
					if cell.text != notFinite(want) {
						t.Errorf("row %d says %q of %v", l, cell.text, want)
					}
					continue
				}
				if shown, err := strconv.ParseFloat(strings.ReplaceAll(cell.text, "−", "-"), 64); err != nil || math.Abs(shown-want) > 0.0051*want {
					t.Errorf("row %d shows %s, want %v", l, cell.text, want)
				}
			}
		}
	}
}

// Both pictures say in words what there is to see, and mark the loss of the run.
func TestPicturesAgreeWithTheRun(t *testing.T) {
	for _, r := range runs(t) {
		all := wellFormed(t, r.HTML())
		pictures := named(all, "svg")
		if len(pictures) != 2 {
			t.Fatalf("%d pictures", len(pictures))
		}
		right, of := r.Accuracy()
		for _, svg := range pictures {
			if svg.attr["role"] != "img" || len(svg.attr["aria-label"]) < 40 {
				t.Errorf("a picture has the role %q and the alternative %q", svg.attr["role"], svg.attr["aria-label"])
			}
			says := []string{brief(r.Loss())}
			if r.Diverged() {
				says = []string{fmt.Sprintf("Diverged at step %d", r.Steps()), "not a number"}
			} else if svg == pictures[0] {
				says = append(says, fmt.Sprintf("%d of %d point", right, of))
			}
			for _, want := range says {
				if !strings.Contains(svg.attr["aria-label"], want) {
					t.Errorf("%q does not say %q", svg.attr["aria-label"], want)
				}
			}
		}
		marked := false
		for _, e := range named(all, "text") {
			if v, err := strconv.ParseFloat(e.attr["data-v"], 64); err == nil {
				marked = true
				if v != r.Loss() && !r.Diverged() || !finite(v) {
					t.Errorf("the curve says %q, the run %v", e.text, r.Loss())
				}
			}
		}
		if !marked {
			t.Error("the loss is not marked")
		}
		if r.Diverged() && strings.Count(r.Boundary(), `class="line ink"`) != 1 {
			t.Error("points are drawn as wrong by a run that has no areas")
		}
		if p := named(all, "p")[0].text; r.Diverged() && !strings.HasPrefix(p, fmt.Sprintf("Diverged at step %d: the loss is not a number.", r.Steps())) {
			t.Errorf("a run that diverged says %q", p)
		}
	}
}

// Every point is drawn in the shape of its class, and once more if it is in a wrong area;
// the areas are those of the class with the largest logit.
func TestBoundaryAgreesWithTheRun(t *testing.T) {
	r := newRun(t, Settings{Set: "spiral"})
	r.Step(30)
	counts := map[string]int{}
	for _, e := range named(wellFormed(t, r.Boundary()), "path") {
		counts[e.attr["class"]] += strings.Count(e.attr["d"], "M")
	}
	right, of := r.Accuracy()
	if right == of {
		t.Fatal("there is no point in a wrong area")
	}
	if got := counts["line paper"]; got != of {
		t.Errorf("%d points are drawn of %d", got, of)
	}
	if got := counts["line ink"] - 1; got != of-right { // one stands below, with the words
		t.Errorf("%d points are drawn as wrong of %d", got, of-right)
	}
	grid := r.grid()
	for i, p := range r.points {
		a := plane()
		x, y := a.At(p.X, p.Y)
		j, k := int((y-a.Top)/cell), int((x-a.Left)/cell)
		class := classes(r.net.Forward(graph.Const(tensor.Matrix([][]float64{{p.X, p.Y}}))))[0]
		edge := false
		for _, other := range []int{grid[max(j-1, 0)][k], grid[min(j+1, cells-1)][k], grid[j][max(k-1, 0)], grid[j][min(k+1, cells-1)]} {
			edge = edge || other != grid[j][k]
		}
		if !edge && grid[j][k] != class {
			t.Errorf("point %d, %v, is in the area of %d, and its class is %d", i, p, grid[j][k], class)
		}
	}
	var area [3]int
	run := regexp.MustCompile(`h(\d+)v8h`)
	for _, e := range named(wellFormed(t, r.Boundary()), "path") {
		for class := range 3 {
			if e.attr["class"] == "area "+colour(class) && e.attr["opacity"] == "0.18" {
				for _, m := range run.FindAllStringSubmatch(e.attr["d"], -1) {
					n, _ := strconv.Atoi(m[1])
					area[class] += n / cell
				}
			}
		}
	}
	var want [3]int
	for _, row := range grid {
		for _, class := range row {
			want[class]++
		}
	}
	if area != want || want[0]+want[1]+want[2] != cells*cells {
		t.Errorf("areas of %v cells are drawn, want %v", area, want)
	}
}

func TestShapesDiffer(t *testing.T) {
	shapes := map[string]bool{}
	for class := range classesAtMost {
		var b strings.Builder
		mark(&b, class, 0, 0, 4)
		shapes[b.String()] = true
	}
	if len(shapes) != classesAtMost {
		t.Errorf("there are %d shapes", len(shapes))
	}
}

// Locate is the way back from the picture.
func TestLocate(t *testing.T) {
	a := plane()
	for _, p := range (Settings{Set: "points"}).Data() {
		px, py := a.At(p.X, p.Y)
		if x, y, ok := Locate(px, py); x != p.X || y != p.Y || !ok {
			t.Errorf("%v is found at %v %v, %v", p, x, y, ok)
		}
	}
	for _, out := range [][2]float64{{a.Left - 3, 100}, {100, a.Top - 3}, {a.Left + a.Width + 3, 100}, {100, a.Top + a.Height + 3}, {math.NaN(), 100}} {
		if _, _, ok := Locate(out[0], out[1]); ok {
			t.Errorf("%v is in the plane", out)
		}
	}
}
