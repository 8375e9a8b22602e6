package explore

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// page returns what an app shows, which must be well formed, name each id once, and be no
// refusal of last resort.
func page(t *testing.T, a *App) string {
	t.Helper()
	html := a.HTML()
	wellFormed(t, html)
	if strings.Contains(html, "The library refused") {
		t.Errorf("%s is refused:\n%s", a.Fragment(), html)
	}
	ids := map[string]bool{}
	for _, part := range strings.Split(html, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if ids[id] {
			t.Errorf("%s: the id %s is there twice", a.Fragment(), id)
		}
		ids[id] = true
	}
	return html
}

func TestScreens(t *testing.T) {
	for screen, want := range map[string][]string{
		"expression": {"<strong><span class=\"plus\">+5.5</span></strong>", `<th scope="col">nudge check</th>`, `<th scope="row">v₄</th>`, "−0.958924", "<svg"},
		"sweep":      {`aria-live="polite">Before the first step`, "frame 0 of 14"},
		"check":      {"✓ pass", "five-point", "the page"},
		"break":      {"Find the bug", "v₃ = x₁ · x₂"},
		"train":      {"Start", "rms of δ", "Before the first step"},
	} {
		a := NewApp("")
		if !a.Send("screen", screen) {
			t.Errorf("%s is not heard", screen)
		}
		html := page(t, a)
		for _, w := range append(want, "Copy as Go test", `aria-current="page"`) {
			if w != "the page" && !strings.Contains(html, w) {
				t.Errorf("the screen %s lacks %s", screen, w)
			}
		}
	}
}

// Each example is shown on each screen, at all frames.
func TestExamplesAreShown(t *testing.T) {
	for _, e := range Examples() {
		for _, s := range Screens() {
			a := NewApp("screen=" + s[0])
			a.Send("example", e.ID)
			page(t, a)
			for range 3 {
				a.Send("key", "ArrowRight")
				page(t, a)
			}
		}
	}
}

// A mistake in what was typed is a sentence beside its control, and the page goes on.
func TestWhatIsWrongIsSaid(t *testing.T) {
	for source, want := range map[string]string{
		"":                             "Column 1: the expression ends",
		"x +":                          "Column 4: the expression ends",
		"2x":                           "Column 2",
		"sinn(x)":                      "did you mean sin?",
		"1 + 2":                        "has no variable",
		"detach(x)":                    "No path leads",
		"det(x)":                       "Column 1",
		"outer(x, x)":                  "Column 1",
		strings.Repeat("x+", 200):      "has 400 characters",
		strings.Repeat("(", 290):       "Column",
		"a+b+c+d+f+g+h+i+j+k+l+m+n":    "has 13 variables",
		"x" + strings.Repeat("^x", 70): "steps; this page takes 60",
		"<script>alert(1)</script>":    "Column 1",
		"sum(x, 3)":                    "Column 1",
	} {
		for _, s := range Screens()[:4] {
			a := NewApp("")
			a.Send("screen", s[0])
			a.Send("expr", source)
			html := page(t, a)
			if !strings.Contains(html, want) || !strings.Contains(html, `id="expr-problem" class="problem" role="alert">`) || !strings.Contains(html, `aria-invalid="true"`) {
				t.Errorf("%s: %.40q lacks %q:\n%s", s[0], source, want, html)
			}
			if strings.Contains(html, "<script>") {
				t.Errorf("%q is not escaped", source)
			}
			a.Send("key", " ")
			a.Send("tick", "")
			a.Send("frame", "last")
			a.Send("step", "2")
			a.Send("hunt", "next")
			page(t, a)
			a.Send("expr", "x*x")
			if html := page(t, a); strings.Contains(html, `aria-invalid="true"`) {
				t.Errorf("%s: after %.40q nothing is right any more", s[0], source)
			}
		}
	}
	for _, value := range []string{"", "abc", "NaN", "Inf", "1e999", "1,2", strings.Repeat("9", 5000)} {
		a := NewApp("")
		a.Send("at.x2", value)
		if html := page(t, a); !strings.Contains(html, "which is no finite number") || !strings.Contains(html, `name="at.x2" type="text" inputmode="decimal" value="`+shortest(value)) {
			t.Errorf("%.20q is taken", value)
		}
	}
	// A value that is not finite is shown, and said.
	for _, s := range Screens()[:4] {
		a := NewApp("expr=log(x)&at.x=-1&screen=" + s[0])
		html := page(t, a)
		if s[0] == "expression" && !strings.Contains(html, "The value is not finite here") {
			t.Error("nothing is said of NaN")
		}
	}
}

func shortest(s string) string { return s[:min(len(s), 20)] }

func TestAddresses(t *testing.T) {
	for fragment, want := range map[string]string{
		"screen=nosuch": "there is no screen", "frame=-1": "frame is", "frame=x": "frame is", "rate=0": "rate is", "nosuch=1": "is not known", "%zz": "cannot be read",
		"expr=" + strings.Repeat("x", 9000): "bytes",
	} {
		a := NewApp(fragment)
		if html := page(t, a); !strings.Contains(html, want) {
			t.Errorf("%.30q lacks %q", fragment, want)
		}
	}
	for _, fragment := range []string{
		"", "screen=sweep&frame=9", "expr=x%2Ay&at.x=3&at.y=-1e-3&screen=check&by=y&mistake=2.sign.1", "screen=break&hunt=7", "screen=break&mistake=3.factor.0&rate=0.5",
		"screen=train&train.set=spiral&train.width1=4&train.act1=relu", "expr=%C3%A4%2B1&at.%C3%A4=2", "expr=x+", "at.x1=abc", "frame=999",
	} {
		a := NewApp(fragment)
		first := page(t, a)
		again := NewApp(a.Fragment())
		if !reflect.DeepEqual(again.State, a.State) {
			t.Errorf("%s: %v comes back as %v", fragment, a.State, again.State)
		}
		if page(t, again) != first {
			t.Errorf("%s does not come back", fragment)
		}
	}
	if f := NewApp("").Fragment(); f != "" {
		t.Errorf("the first state has the address %q", f)
	}
}

// What is not known, and what is not wanted, is not heard.
func TestUnknownIsNotHeard(t *testing.T) {
	a := NewApp("")
	for _, one := range [][2]string{{"nosuch", "1"}, {"key", "ArrowLeft"}, {"key", " "}, {"key", "q"}} {
		if a.Send(one[0], one[1]) {
			t.Errorf("%q is heard", one)
		}
	}
	a.Send("screen", "nosuch")
	a.Send("example", "nosuch")
	a.Send("mistake", "nosuch")
	a.Send("step", "99")
	if html := a.HTML(); html == "" {
		t.Error("nothing is shown")
	}
}

func TestSweepByKeys(t *testing.T) {
	a := NewApp("screen=sweep")
	for _, step := range []struct {
		key   string
		frame int
	}{{"ArrowLeft", 0}, {"ArrowRight", 1}, {"ArrowRight", 2}, {"Shift+ArrowRight", 14}, {"ArrowRight", 14}, {"ArrowLeft", 13}, {"Home", 0}, {"End", 14}, {"Shift+ArrowLeft", 0}} {
		if !a.Send("key", step.key) || a.State.Frame != step.frame {
			t.Errorf("%s leads to frame %d, want %d", step.key, a.State.Frame, step.frame)
		}
	}
	a.Send("key", " ")
	if a.Tick() <= 0 || !strings.Contains(page(t, a), `id="say" class="say" aria-live="off"`) {
		t.Error("while it plays, it is announced")
	}
	for n := 0; a.Tick() > 0; n++ {
		a.Send("tick", "")
		if n > 20 {
			t.Fatal("it plays for ever")
		}
	}
	if a.State.Frame != 14 || !strings.Contains(page(t, a), `aria-live="polite"`) {
		t.Errorf("it ends at frame %d", a.State.Frame)
	}
	// Where nothing is to move, it goes to the end at once.
	a.Send("still", "true")
	a.Send("frame", "first")
	a.Send("play", "")
	if a.Tick() != -1 || a.State.Frame != 14 {
		t.Errorf("it moves: %d, frame %d", a.Tick(), a.State.Frame)
	}
}

// Every mistake that is offered is reported wrong by gradcheck, shows in the trace, and
// beside it the right rules pass.
func TestMistakesAreCaught(t *testing.T) {
	kindsSeen := map[string]bool{}
	for _, e := range Examples() {
		p, right := example(t, e.ID)
		list, err := p.Mistakes()
		if err != nil {
			t.Fatal(err)
		}
		if e.ID == "kink" {
			if len(list) > 0 {
				t.Error("at a kink something can be broken so that it shows")
			}
			continue
		}
		for _, m := range list {
			kind, _, _ := strings.Cut(m.ID, ".")
			kindsSeen[kind] = true
			report := p.Check(m.rules, false)
			if !report.Code().Failed() || len(report.Findings) == 0 {
				t.Errorf("%s, %s: %s", e.ID, m.key(), report.Code())
			}
			if want := map[string]gradcheck.Hint{"sign": gradcheck.Sign, "factor": gradcheck.Factor}[kind]; want != "" && report.Findings[0].Hint != want && report.Findings[0].Culprit != nil && report.Findings[0].Culprit.Operand >= 0 {
				t.Errorf("%s, %s: the hint is %s", e.ID, m.key(), report.Findings[0].Hint)
			}
			run, err := p.Record(m.rules)
			if err != nil {
				t.Fatal(err)
			}
			// The last wrong row is the operand of a broken step, or the value itself; values are right.
			lowest := -1
			for i, r := range TraceOf(run).Rows {
				if r.off() > agrees {
					lowest = i
				}
				if r.value() != right.Rows[i].value() {
					t.Errorf("%s, %s changes the value of %s", e.ID, m.key(), r.Name)
				}
			}
			if kind == "last" && lowest != m.Step || kind != "last" && (lowest < 0 || !slices.Contains(run.Steps[m.Step].Inputs(), run.Steps[lowest])) {
				t.Errorf("%s, %s: the last wrong row is %d", e.ID, m.key(), lowest)
			}
		}
		if p.Check(nil, true).Code() != gradcheck.Pass {
			t.Errorf("%s: the right rules do not pass", e.ID)
		}
	}
	for _, k := range append(kinds(), kind{id: "last"}) {
		if !kindsSeen[k.id] {
			t.Errorf("no example has the mistake %s", k.id)
		}
	}
}

func TestBreakIt(t *testing.T) {
	a := NewApp("screen=break")
	a.Send("step", "3")
	a.Send("mistake", "3.factor.1")
	html := page(t, a)
	for _, want := range []string{"✗ mismatch", "the rule of mul is to blame, for its operand 1", "hint: factor", "right adjoint", "✓ pass", "Descent", "+3.71634", "<svg"} {
		if !strings.Contains(html, want) {
			t.Errorf("the screen lacks %s", want)
		}
	}
	a.Send("step", "-1")
	if a.mistake() != nil {
		t.Error("none is one")
	}
	a.Send("rate", "3")
	a.Send("rate", "x")
	if a.State.Rate != 3 {
		t.Errorf("the rate is %v", a.State.Rate)
	}
}

// A hidden bug is not told, nor is it in the address; a guess is judged.
func TestHunt(t *testing.T) {
	a := NewApp("screen=break")
	seen := map[string]bool{}
	for range 30 {
		a.Send("hunt", "next")
		m := a.mistake()
		seen[m.key()] = true
		html := page(t, a)
		for _, secret := range []string{"✗ mismatch", "to blame", "right adjoint", "Descent", "The Go test", m.Name} {
			if strings.Contains(html, secret) {
				t.Errorf("the hunt tells %q", secret)
			}
		}
		if strings.Contains(a.Fragment(), "mistake") {
			t.Error("the address tells")
		}
		wrong := (m.Step + 1) % 7
		a.Send("guess", fmt.Sprint(wrong))
		if html := page(t, a); !strings.Contains(html, "No, that step is right") || !strings.Contains(html, "✗ mismatch") {
			t.Error("a wrong guess is not answered")
		}
		a.Send("guess", fmt.Sprint(m.Step))
		if html := page(t, a); !strings.Contains(html, "Found. The bug is at") {
			t.Error("a right guess is not answered")
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d bugs are hidden", len(seen))
	}
	a.Send("give", "")
	if !strings.Contains(page(t, a), "The Go test") {
		t.Error("what is found is not to be taken along")
	}
	a.Send("hunt", "off")
	if a.State.Hunt != 0 {
		t.Error("the hunt does not end")
	}
}

func TestTraining(t *testing.T) {
	a := NewApp("screen=train")
	a.Send("learn", "step")
	if n := a.training.Steps(); n != 1 {
		t.Errorf("%d steps", n)
	}
	a.Send("key", " ")
	if a.Tick() != 0 {
		t.Errorf("it wants a tick in %d ms", a.Tick())
	}
	a.Send("tick", "")
	if a.training.Steps() < 2 {
		t.Error("it does not train")
	}
	a.Send("still", "true")
	if a.Tick() != 1000 {
		t.Errorf("where nothing is to move, the next tick is in %d ms", a.Tick())
	}
	before := a.training.Loss()
	a.Send("key", " ")
	if a.Tick() != -1 || a.training.Loss() != before {
		t.Error("it does not stop")
	}
	a.Send("act1", "relu")
	if a.training.Steps() != 0 || a.State.Train.Get("width2") != "8" {
		t.Errorf("a new activation does not start anew, or loses a layer: %v", a.State.Train)
	}
	a.Send("rate", "0.5")
	a.Send("optimizer", "sgd")
	if a.State.Train.Has("rate") {
		t.Error("the rate of one method is kept for another")
	}
	a.Send("width1", "1000")
	if html := page(t, a); !strings.Contains(html, `role="alert">Width1 is`) || !strings.Contains(html, "Start") {
		t.Errorf("a wrong width is not told:\n%s", html)
	}
	a.Send("learn", "play")
	a.Send("tick", "")
	a.Send("width1", "4")
	if strings.Contains(page(t, a), "Width1 is") {
		t.Error("what is right again is refused")
	}
}

// The script decides nothing, and stays short.
func TestScriptIsShort(t *testing.T) {
	script, err := os.ReadFile("page/explore.js")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(script), "\n"); n > 200 {
		t.Errorf("%d lines", n)
	}
	glue, err := os.ReadFile("page/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(glue), "\n"); n > 40 {
		t.Errorf("the glue has %d lines", n)
	}
}

// Whatever the address, a page comes of it.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{"expr=x%5Ex&at.x=-2&screen=check", "screen=break&hunt=3&expr=where(x,y,2)", "expr=norm(x)&at.x=0", "expr=max(x)-prod(x)&screen=sweep&frame=3", "screen=train&train.rate=1e9", "expr=x/0", "expr=0*log(x-x)", "&&;=%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		a := NewApp(fragment)
		page(t, a)
		if _, err := url.ParseQuery(a.Fragment()); err != nil {
			t.Error(err)
		}
		a.GoTest()
	})
}
