package explore

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/expr"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// example returns the trace of an example.
func example(t *testing.T, id string) (*Problem, Trace) {
	t.Helper()
	for _, e := range Examples() {
		if e.ID == id {
			p, err := NewProblem(e.Source, e.At)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Record(nil)
			if err != nil {
				t.Fatal(err)
			}
			return p, TraceOf(r)
		}
	}
	t.Fatalf("no example %s", id)
	return nil, Trace{}
}

// The examples have the numbers of the literature, to the six digits that it gives; the
// adjoints are those of the variables first, and of the steps then.
func TestExamplesAreThoseOfTheLiterature(t *testing.T) {
	for id, want := range map[string][][]float64{
		"baydin": {{2, 5, 0.693147, 10, 10.693147, -0.958924, 11.652071}, {5.5, 1.716338, 1, 1, 1, -1, 1}},
		"griewank": {{1.5, 0.5, 3, 0.141120, 3.141120, 1.648721, 1.492399, 1.351279, 2.016647},
			{3.011843, -13.723962, 1.505922, 1.351279, 1.351279, -2.843677, 1.351279, 1.492399, 1}},
		"olah":   {{2, 1, 3, 2, 6}, {2, 5, 2, 3, 1}},
		"fanout": {{3, 6, 36, 42}, {26, 13, 1, 1}},
		"neuron": {{2, -1, -3, -2, -3, -2, 6, 4, 1, 0.731059}, {-0.196612, 0.393224, -0.393224, -0.589836, 0.196612, 0.196612, 0.196612, 0.196612, 0.196612, 1}},
	} {
		_, trace := example(t, id)
		if len(trace.Rows) != len(want[0]) {
			t.Errorf("%s has %d steps, want %d", id, len(trace.Rows), len(want[0]))
			continue
		}
		for i, r := range trace.Rows {
			if math.Abs(r.value()-want[0][i]) > 1e-6 || math.Abs(r.adjoint()-want[1][i]) > 1e-6 {
				t.Errorf("%s: %s is %v with the adjoint %v, want %v and %v", id, r.Name, r.value(), r.adjoint(), want[0][i], want[1][i])
			}
			if off := r.off(); off > agrees {
				t.Errorf("%s: the nudge of %s is off by %v", id, r.Name, off)
			}
			sum := 0.0
			for _, a := range r.Arrivals {
				sum += a.Share
				if reader := trace.Rows[a.Step]; math.Abs(a.Share-reader.adjoint()*partial(reader, a.K)) > 1e-9 {
					t.Errorf("%s: the share of %s from %s is %v", id, r.Name, a.From, a.Share)
				}
			}
			if i < len(trace.Rows)-1 && math.Abs(sum-r.adjoint()) > 1e-9 {
				t.Errorf("%s: the shares of %s are %v in all, its adjoint %v", id, r.Name, sum, r.adjoint())
			}
		}
	}
}

func partial(r Row, k int) float64 {
	for _, p := range r.Partials {
		if p.K == k {
			return p.Value
		}
	}
	return math.NaN()
}

// A value that is written twice is one step, and what two steps read has two shares.
func TestEqualStepsAreOne(t *testing.T) {
	for source, want := range map[string]int{"x*x + x*x": 3, "sin(x)*sin(x) + sin(2*x)": 6, "x^2 + x^3": 4, "(x+1)*(x+2)": 4, "ceil(x)*floor(x)": 4, "x": 1} {
		p, err := NewProblem(source, map[string]string{"x": "0.7"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Record(nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Steps) != want {
			t.Errorf("%s has %d steps, want %d", source, len(r.Steps), want)
		}
		var tape graph.Tape
		x := tape.Watch(tensor.Scalar(0.7))
		e, err := expr.Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		y, err := e.Eval(map[string]*graph.Var{"x": x})
		if err != nil {
			t.Fatal(err)
		}
		of := y.Backward().Of(x.Value())
		if of == nil {
			of = tensor.Scalar(0)
		}
		if got, want := r.Gradient()[0], of.Item(); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s has the derivative %v, and as it is written %v", source, got, want)
		}
	}
}

// Formulas that are shown are the derivatives that the rules compute.
func TestFormulas(t *testing.T) {
	sources := []string{"a+b", "a-b", "a*b", "a/b", "a^b", "sin(a)", "cos(a)", "tan(a)", "exp(a)", "log(a)", "sqrt(a)", "square(a)", "reciprocal(a)", "tanh(a)", "sigmoid(a)",
		"log1p(a)", "expm1(a)", "atan(a)", "asin(a)", "sinh(a)", "cosh(a)", "softplus(a)", "-a", "a^3", "a^-0.5"}
	for _, source := range sources {
		p, err := NewProblem(source, map[string]string{"a": "0.6", "b": "1.3"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Record(nil)
		if err != nil {
			t.Fatal(err)
		}
		row := TraceOf(r).Rows[len(r.Steps)-1]
		for _, part := range row.Partials {
			f := formula(row.Op, part.K)
			e, err := expr.Parse(strings.NewReplacer("A", "a", "B", "b", "Y", "y").Replace(f))
			if err != nil {
				t.Errorf("%s, operand %d: %v", source, part.K, err)
				continue
			}
			y, err := e.Eval(map[string]*graph.Var{"a": graph.Const(tensor.Scalar(0.6)), "b": graph.Const(tensor.Scalar(1.3)), "y": graph.Const(row.Value)})
			if err != nil {
				t.Fatal(err)
			}
			if got := y.Value().Item(); math.Abs(got-part.Value) > 1e-12 || figure.Partial(row.Var, part.K) != part.Value {
				t.Errorf("%s: by operand %d the formula %s is %v, the rule gives %v", source, part.K, f, got, part.Value)
			}
		}
	}
}

// The walk through Baydin's example, sentence by sentence.
func TestFrames(t *testing.T) {
	_, trace := example(t, "baydin")
	want := []string{
		"Before the first step. The forward pass has 7 steps, and the reverse pass as many.",
		"Forward step 1 of 7: the input x₁ is 2.",
		"Forward step 2 of 7: the input x₂ is 5.",
		"Forward step 3 of 7: log gives v₂ = 0.693147.",
		"Forward step 4 of 7: mul gives v₃ = 10.",
		"Forward step 5 of 7: add gives v₄ = 10.6931.",
		"Forward step 6 of 7: sin gives v₅ = −0.958924.",
		"Forward step 7 of 7: sub gives v₆ = 11.6521.",
		"Reverse step 1 of 7: sub sends 1 to v₄ (1 of 1 arrived) and −1 to v₅ (1 of 1 arrived).",
		"Reverse step 2 of 7: sin sends −0.283662 to x₂ (1 of 2 arrived).",
		"Reverse step 3 of 7: add sends 1 to v₂ (1 of 1 arrived) and 1 to v₃ (1 of 1 arrived).",
		"Reverse step 4 of 7: mul sends 5 to x₁ (1 of 2 arrived) and 2 to x₂ (2 of 2 arrived).",
		"Reverse step 5 of 7: log sends 0.5 to x₁ (2 of 2 arrived).",
		"Reverse step 6 of 7: the derivative by x₂ is complete: 1.71634.",
		"Reverse step 7 of 7: the derivative by x₁ is complete: 5.5.",
	}
	for n, sentence := range want {
		if got := trace.Frame(n).Sentence; got != sentence {
			t.Errorf("frame %d: %s\nwant     %s", n, got, sentence)
		}
	}
	if got := strings.Join(trace.Frame(9).Formulas, "\n"); got != "∂v₅/∂x₂ = cos(x₂) = cos(5) = 0.283662\nx̄₂ gets v̄₅ · ∂v₅/∂x₂ = (−1) · 0.283662 = −0.283662" {
		t.Errorf("the formulas of the sine are\n%s", got)
	}
	if got := strings.Join(trace.Frame(13).Formulas, "\n"); got != "x̄₂ = (−0.283662) + 2 = 1.71634; all 2 shares have arrived" {
		t.Errorf("the formula of a sum is %s", got)
	}
	for _, n := range []int{-5, 15, 1 << 40} {
		if trace.Frame(n).Sentence == "" {
			t.Errorf("there is no frame %d", n)
		}
	}
	// Half of an adjoint is shown as that.
	if table := trace.Table("x", trace.Frame(11).progress); !strings.Contains(table, "(1 of 2 arrived)") || strings.Count(table, `aria-current="step"`) != 1 {
		t.Errorf("the table in the middle is\n%s", table)
	}
}

// Boxes of a picture do not overlap, and arrows that pass others have a way.
func TestPictures(t *testing.T) {
	for _, e := range Examples() {
		_, trace := example(t, e.ID)
		rows, _ := trace.Run.layers()
		for _, row := range rows {
			for i := 1; i < len(row); i++ {
				if gap := row[i].x - row[i-1].x; gap < passW-1e-9 || row[i].step >= 0 && row[i-1].step >= 0 && gap < slotW-1e-9 {
					t.Errorf("%s: two slots are %v apart", e.ID, gap)
				}
			}
		}
		for n := range 2*len(trace.Rows) + 1 {
			svg := trace.Picture("x", trace.Frame(n).progress)
			wellFormed(t, svg)
			if boxes := strings.Count(svg, `class="area box"`) + strings.Count(svg, `class="area lit"`); boxes != min(n, len(trace.Rows)) {
				t.Errorf("%s, frame %d: %d boxes", e.ID, n, boxes)
			}
		}
	}
}

// wellFormed parses a piece of a page.
func wellFormed(t *testing.T, html string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<div>" + html + "</div>"))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, html)
		}
	}
}

// The check agrees with the trace where there is a derivative, and says where there is none.
func TestChecks(t *testing.T) {
	for _, e := range Examples() {
		p, _ := example(t, e.ID)
		want := gradcheck.Pass
		if e.ID == "kink" {
			want = gradcheck.AtKink
		}
		if got := p.Check(nil, false).Code(); got != want {
			t.Errorf("%s: %s", e.ID, got)
		}
	}
}

// Errors of differences fall with h, h² and h⁴ before rounding takes over.
func TestCurve(t *testing.T) {
	p, trace := example(t, "baydin")
	c := p.curve(1, trace.Run.Gradient()[1])
	at := func(h float64) int {
		for i := range c.h {
			if math.Abs(c.h[i]/h-1) < 1e-9 {
				return i
			}
		}
		t.Fatalf("no step %v", h)
		return 0
	}
	a, b := at(1e-1), at(1e-2)
	for _, line := range []struct {
		y     []float64
		order float64
	}{{c.forward, 1}, {c.central, 2}, {c.five, 4}} {
		if slope := math.Log10(line.y[a] / line.y[b]); math.Abs(slope-line.order) > 0.2 {
			t.Errorf("the slope is %v, want %v", slope, line.order)
		}
	}
	if i := at(1e-12); c.central[i] < 1e-6 {
		t.Errorf("no rounding is seen: %v", c.central[i])
	}
}
