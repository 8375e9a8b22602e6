package draw_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/graph/draw"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// perceptron records a network of three layers and its loss.
func perceptron() draw.Picture {
	r := rand.New(rand.NewPCG(1, 2))
	tape := &graph.Tape{Trace: true}
	model := nn.MLP(r, []int{4, 8, 8, 3}, ops.Tanh)
	x := tape.Input(tensor.RandNormal(r, 0, 1, 5, 4))
	loss := nn.CrossEntropy(model.Forward(x), []int{0, 1, 2, 0, 1})
	return draw.Picture{Tape: tape, Of: loss, Names: model.Params()}
}

// A block is a module of other modules, as users write them.
type block struct{ q, k, v, up, down *nn.Linear }

func (m block) Forward(x *graph.Var) *graph.Var {
	n := ops.LayerNorm(x, nil, nil, 1e-5)
	a := ops.Softmax(ops.MatMulT(m.q.Forward(n), m.k.Forward(n), false, true), -1)
	x = ops.Add(x, ops.MatMul(a, m.v.Forward(n)))
	return ops.Add(x, m.down.Forward(ops.GELU(m.up.Forward(x))))
}

// blocks records eight of them: some two hundred values.
func blocks() draw.Picture {
	r := rand.New(rand.NewPCG(1, 2))
	tape := &graph.Tape{Trace: true}
	x := tape.Input(tensor.RandNormal(r, 0, 1, 5, 4))
	linear := func(in, out int) *nn.Linear { return nn.NewLinear(r, in, out) }
	for range 8 {
		x = block{linear(4, 4), linear(4, 4), linear(4, 4), linear(4, 8), linear(8, 4)}.Forward(x)
	}
	return draw.Picture{Tape: tape, Of: nn.CrossEntropy(x, []int{0, 1, 2, 0, 1})}
}

func text(t *testing.T, f func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every value is in each picture once, and every operand is an arrow.
func TestNothingIsMissing(t *testing.T) {
	for name, p := range map[string]draw.Picture{"perceptron": perceptron(), "blocks": blocks()} {
		values := map[string]bool{}
		arrows := map[string]bool{}
		for v := range p.Tape.Vars() {
			values[fmt.Sprintf("v%d", v.ID())] = true
			for _, in := range v.Inputs() {
				arrows[fmt.Sprintf("v%d v%d", in.ID(), v.ID())] = true
			}
		}
		for form, c := range map[string]struct{ text, box, arrow string }{
			"DOT":     {text(t, p.DOT), `(?m)^\t+(v\d+) \[`, `(v\d+) -> (v\d+)`},
			"Mermaid": {text(t, p.Mermaid), `(?m)^\t+(v\d+)\[`, `(v\d+) --> (v\d+)`},
		} {
			found := regexp.MustCompile(c.box).FindAllStringSubmatch(c.text, -1)
			for _, m := range found {
				if !values[m[1]] {
					t.Errorf("%s of %s: %s is no value", form, name, m[1])
				}
			}
			drawn := regexp.MustCompile(c.arrow).FindAllStringSubmatch(c.text, -1)
			for _, m := range drawn {
				if !arrows[m[1]+" "+m[2]] {
					t.Errorf("%s of %s: %s is no operand of %s", form, name, m[1], m[2])
				}
			}
			if len(found) != len(values) || len(drawn) != len(arrows) {
				t.Errorf("%s of %s: %d boxes of %d, %d arrows of %d", form, name, len(found), len(values), len(drawn), len(arrows))
			}
		}
		svg := text(t, p.SVG)
		if n := strings.Count(svg, "<title>"); n != len(values) {
			t.Errorf("SVG of %s: %d boxes of %d", name, n, len(values))
		}
	}
}

// SVG is XML, and neither it nor HTML needs anything from elsewhere.
func TestSelfContained(t *testing.T) {
	for name, p := range map[string]draw.Picture{"perceptron": perceptron(), "blocks": blocks(), "nothing": {Tape: new(graph.Tape)}} {
		svg, html := text(t, p.SVG), text(t, p.HTML)
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("SVG of %s: %v", name, err)
			}
		}
		for form, s := range map[string]string{"SVG": svg, "HTML": html} {
			s = strings.ReplaceAll(s, `xmlns="http://www.w3.org/2000/svg"`, "")
			if i := strings.Index(s, "//"); i >= 0 {
				t.Errorf("%s of %s refers to %.60q", form, name, s[i:])
			}
		}
		targets := map[string]bool{}
		for _, m := range regexp.MustCompile(`section id="(\w+)"`).FindAllStringSubmatch(html, -1) {
			targets[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`href="#(\w+)"`).FindAllStringSubmatch(html, -1) {
			if !targets[m[1]] {
				t.Errorf("HTML of %s: a link to #%s, which is not there", name, m[1])
			}
		}
	}
}

// What is called together is in one module; a loop over modules makes several.
func TestModules(t *testing.T) {
	title := regexp.MustCompile(`(?m)^(\t+)subgraph m\d+\["(\w+)"\]`)
	count := func(p draw.Picture) string {
		var found []string
		for _, m := range title.FindAllStringSubmatch(text(t, p.Mermaid), -1) {
			found = append(found, fmt.Sprint(len(m[1]), m[2]))
		}
		slices.Sort(found)
		var s []string
		for _, name := range slices.Compact(slices.Clone(found)) {
			n := 0
			for _, f := range found {
				if f == name {
					n++
				}
			}
			s = append(s, fmt.Sprint(name, " ", n))
		}
		return strings.Join(s, ", ")
	}
	if got, want := count(perceptron()), "1Sequential 1, 2Linear 3"; got != want {
		t.Errorf("modules of a perceptron: %s, want %s", got, want)
	}
	if got, want := count(blocks()), "1block 8, 2Linear 40"; got != want {
		t.Errorf("modules of blocks: %s, want %s", got, want)
	}

	r := rand.New(rand.NewPCG(1, 2))
	tape := &graph.Tape{Trace: true}
	deep := nn.Sequential{nn.NewLinear(r, 2, 2), nn.NewLinear(r, 2, 2), nn.Func(ops.Tanh)}
	deep.Forward(tape.Input(tensor.Zeros(1, 2)))
	if got, want := count(draw.Picture{Tape: tape}), "1Sequential 1, 2Linear 2"; got != want {
		t.Errorf("modules of two layers in a row: %s, want %s", got, want)
	}
	tape = &graph.Tape{}
	deep.Forward(tape.Input(tensor.Zeros(1, 2)))
	if got := count(draw.Picture{Tape: tape}); got != "" {
		t.Errorf("a tape that does not trace has modules: %s", got)
	}
}

// Modules below Depth are one box, with the arrows of what is in them.
func TestDepth(t *testing.T) {
	p := perceptron()
	for depth, want := range map[int]string{
		1: "v0 --> m1, m1 --> v12, v12 --> v13",
		2: "v0 --> m2, m2 --> v4, v4 --> m4, m4 --> v8, v8 --> m6, m6 --> v12, v12 --> v13",
	} {
		p.Depth = depth
		arrows := regexp.MustCompile(`\w+ --> \w+`).FindAllString(text(t, p.Mermaid), -1)
		if got := strings.Join(arrows, ", "); got != want {
			t.Errorf("depth %d: %s, want %s", depth, got, want)
		}
	}
}

// Names of parameters, numbers and adjoints are shown; no text can break out of
// its place.
func TestTexts(t *testing.T) {
	tape := &graph.Tape{Trace: true}
	w := tensor.Vector(2, 3)
	y := ops.Sum(ops.Mul(tape.Watch(w), graph.Const(tensor.Scalar(5))))
	names := func(yield func(string, *tensor.Tensor) bool) { yield(`<w> "&" #1`, w) }
	p := draw.Picture{Tape: tape, Of: y, Names: names}
	svg := text(t, p.SVG)
	for _, want := range []string{"&lt;w&gt; &#34;&amp;&#34; #1", "value    2 3\nadjoint  5 5", "made at draw_test.go:", ">5</text>", "value    25\nadjoint  1"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not say %q:\n%s", want, svg)
		}
	}
	if s := text(t, p.DOT); !strings.Contains(s, `label="<w> \"&\" #1\n[2]"`) {
		t.Errorf("DOT: %s", s)
	}
	if s := text(t, p.Mermaid); !strings.Contains(s, `["<w> #quot;&#quot; #35;1<br>[2]"]`) {
		t.Errorf("Mermaid: %s", s)
	}
	many := ops.Sum(tape.Watch(tensor.Arange(0, 10, 1)))
	if svg := text(t, draw.Picture{Tape: tape, Of: many}.SVG); !strings.Contains(svg, "0 1 2 3 4 5 … (min 0, max 9, rms 5.339)") {
		t.Errorf("many numbers: %s", svg)
	}
}

// A failing writer is an error.
func TestWriteError(t *testing.T) {
	p := perceptron()
	for name, f := range map[string]func(io.Writer) error{"SVG": p.SVG, "HTML": p.HTML, "DOT": p.DOT, "Mermaid": p.Mermaid} {
		if err := f(broken{}); err != io.ErrShortWrite {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
