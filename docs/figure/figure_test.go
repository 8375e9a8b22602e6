package figure

import (
	"encoding/xml"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) (sum float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Text has a contrast of 4.5 with what it stands on, and lines have one of 3 (WCAG 2.2,
// 1.4.3 and 1.4.11), on light and on dark ground.
func TestContrast(t *testing.T) {
	contrast := func(a, b string) float64 {
		x, y := luminance(t, a), luminance(t, b)
		return (max(x, y) + 0.05) / (min(x, y) + 0.05)
	}
	for _, c := range []struct {
		on, what string
		least    float64
	}{
		{"paper", "ink soft c1 c2 c3 c4", 4.5}, {"box", "ink soft c1 c2", 4.5}, {"lit", "ink c2", 4.5}, {"plus", "ink", 4.5}, {"minus", "ink", 4.5},
		{"paper", "axis", 3}, {"box", "axis", 3},
	} {
		for name := range strings.FieldsSeq(c.what) {
			if got := contrast(palette[c.on].light, palette[name].light); got < c.least {
				t.Errorf("light: %s on %s has a contrast of %.2f", name, c.on, got)
			}
			if got := contrast(palette[c.on].dark, palette[name].dark); got < c.least {
				t.Errorf("dark: %s on %s has a contrast of %.2f", name, c.on, got)
			}
		}
	}
	if len(names) != len(palette) {
		t.Errorf("%d of %d colours have classes", len(names), len(palette))
	}
}

// texts parses a drawing and lists its texts with the numbers that they keep.
func texts(t *testing.T, d *Drawing) (list []string) {
	t.Helper()
	kept := ""
	for decoder := xml.NewDecoder(strings.NewReader(d.String())); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			kept = ""
			for _, a := range token.Attr {
				if a.Name.Local == "data-v" {
					kept = " " + a.Value
				}
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(token)); s != "" {
				list = append(list, s+kept)
			}
		}
	}
}

func TestAxes(t *testing.T) {
	a := Axes{Left: 50, Top: 20, Width: 100, Height: 200, X: Scale{Lo: -1, Hi: 3, Label: "x"}, Y: Scale{Lo: 1e-8, Hi: 1, Log: true, Label: "error"}}
	if x, y := a.At(0, 1e-2); x != 75 || math.Abs(y-70) > 1e-9 {
		t.Errorf("the point is at %v, %v", x, y)
	}
	d := New(200, 260, "Axes", "Two axes")
	d.Axes(a)
	list := texts(t, d)
	for _, want := range []string{"−1", "0", "3", "10⁻⁸", "10⁰", "x", "error"} {
		if !slices.Contains(list, want) {
			t.Errorf("no %s in %q", want, list)
		}
	}
	d.Polyline("c1", a, []float64{0, 1, 2, 2.5, 3}, []float64{1e-4, 1e-3, math.NaN(), 1e-2, 10})
	if s := d.String(); !strings.Contains(s, `d="M75 120L100 95M137.5 70"`) {
		t.Errorf("the line is not interrupted: %s", s[strings.LastIndex(s, "<path"):])
	}
}

func TestMatrix(t *testing.T) {
	d := New(200, 200, "M", "A matrix")
	d.Matrix(0, 0, 40, 20, "%.1f", tensor.Matrix([][]float64{{1, -0.25}, {0, 0.5}}), func(i, j int) bool { return i == 1 })
	if got := texts(t, d); !slices.Equal(got[len(got)-4:], []string{"1.0 1", "−0.2 -0.25", "0.0 0", "0.5 0.5"}) {
		t.Errorf("%q", got)
	}
	if n := strings.Count(d.String(), `class="line c4"`); n != 2 {
		t.Errorf("%d cells are lit", n)
	}
}

// A drawing of layers shows each unit and each weight, the negative ones dashed, and points
// where the arrows are said to go.
func TestNet(t *testing.T) {
	n := Net{
		Names: [][]string{{"x"}, {"u", "v"}},
		Units: []*tensor.Tensor{nil, tensor.Vector(0.5, -0.25)},
		Edges: []*tensor.Tensor{tensor.Matrix([][]float64{{2}, {-1}})},
		At:    func(layer, unit int) (float64, float64) { return 100 + 200*float64(layer), 50 + 100*float64(unit) },
	}
	d := New(400, 200, "Net", "A net")
	d.Net(n)
	if got, want := texts(t, d), []string{"2.000000 2", "−1.000000 -1", "x", "u", "0.500000 0.5", "v", "−0.250000 -0.25"}; !slices.Equal(got[len(got)-7:], want) {
		t.Errorf("%q", got)
	}
	if s := d.String(); strings.Count(s, `class="line c1 dash"`) != 1 || strings.Count(s, `class="line c2"`) != 1 {
		t.Error("the arrows are not one full and one dashed")
	}
	const lower, upper = "M146 50", "M254 50" // the right side of x, the left side of u
	for _, back := range []bool{false, true} {
		n.Back = back
		d := New(400, 200, "Net", "A net")
		d.Net(n)
		if tip := strings.Contains(d.String(), `class="area c2" d="`+lower); tip != back {
			t.Errorf("back %v: an arrow ends at the lower unit: %v", back, tip)
		}
		if tip := strings.Contains(d.String(), `class="area c2" d="`+upper); tip == back {
			t.Errorf("back %v: an arrow ends at the upper unit: %v", back, tip)
		}
	}
}

// The drawing of a tape shows its values, the partial derivatives, and of adjoints what the
// sweep has found so far.
func TestTape(t *testing.T) {
	var tape graph.Tape
	x := tape.Watch(tensor.Scalar(3))
	u := ops.Scale(x, 2)
	square := ops.Mul(u, u)
	y := ops.Add(square, u)
	picture := Tape{Trace: gradcheck.TraceOf(y), Names: map[*graph.Var]string{x: "x", u: "u", y: "y"}, Edges: true,
		At: map[*graph.Var][2]float64{x: {60, 60}, u: {220, 60}, square: {380, 60}, y: {540, 60}}}
	for steps, want := range []string{"x = 3 3", "1 of 3: 1 1", "u\u0304 = 13 13", "x\u0304 = 26 26", "x\u0304 = 26 26"} {
		picture.Steps = steps
		d := New(600, 120, "Tape", "A tape")
		d.Tape(0, 0, picture)
		if got := texts(t, d); !slices.Contains(got, want) {
			t.Errorf("after %d steps no %q in %q", steps, want, got)
		}
	}
	if got := Partial(square, 1); got != 6 {
		t.Errorf("∂u²/∂u is %v by its second factor", got)
	}
}

func TestDrawingsAreDescribed(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no description was taken")
		}
	}()
	New(1, 1, "title", "")
}
