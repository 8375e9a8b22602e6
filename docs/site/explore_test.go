package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/adjoint-ad/adjoint/docs/explore"
)

const explorePage = "docs/explore/index.html"

var engine = sync.OnceValues(func() (map[string][]byte, error) { return compile("../..") })

// explorable returns the site with the engine of the page.
func explorable(t *testing.T) map[string][]byte {
	t.Helper()
	program, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	files := maps.Clone(built(t))
	maps.Copy(files, program)
	return files
}

// The engine is small enough to be waited for.
func TestEngineIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine")
	}
	files := explorable(t)
	if n := len(files[appFolder+"/explore.wasm.gz"]); n > 2_500_000 || n < 500_000 {
		t.Errorf("the engine has %d bytes", n)
	}
	if n := len(files[explorePage]); n > 150_000 {
		t.Errorf("the page has %d bytes", n)
	}
}

func TestCompileRefuses(t *testing.T) {
	if _, err := compile(t.TempDir()); err == nil || !strings.Contains(err.Error(), "does not compile for the browser") {
		t.Errorf("a folder without a repository: %v", err)
	}
	// A repository in which the page does not compile.
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                    "module x\n",
		"docs/explore/page/main.go": "package main\n\nfunc main() { nosuch() }\n",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "off")
	if _, err := compile(root); err == nil || !strings.Contains(err.Error(), "does not compile for the browser") || !strings.Contains(err.Error(), "nosuch") {
		t.Errorf("what does not compile: %v", err)
	}
}

// Without a script the page has the graph and the trace of the first example, and says why
// its controls do nothing.
func TestPageIsStaticFirst(t *testing.T) {
	html := string(built(t)[explorePage])
	for _, want := range []string{"<noscript>", `<table class="trace">`, "+1.71634", "<svg", `<main id="text"`, `explore.js" defer`, "What is shown below is the first example"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if !strings.Contains(html, explore.NewApp("").HTML()) {
		t.Error("the page has not the first state as it is computed here")
	}
	for _, file := range []string{"index.html", "docs/ops.html"} {
		if !strings.Contains(string(built(t)[file]), `docs/explore/index.html">Explore</a>`) && !strings.Contains(string(built(t)[file]), `explore/index.html">Explore</a>`) {
			t.Errorf("the contents of %s do not lead to the page", file)
		}
	}
}

// visit opens the page at a state and waits for the engine.
func (b *browser) visit(t *testing.T, fragment string, width int64, scheme string) {
	t.Helper()
	b.mu.Lock()
	b.complaints, b.requests = nil, nil
	b.mu.Unlock()
	b.do(t, chromedp.Navigate("about:blank"))
	b.show(t, explorePage+"#"+fragment, width, scheme)
	b.do(t, chromedp.Evaluate(`document.getElementById("explore-app").dispatchEvent(new Event("pointerdown")), 0`, nil),
		chromedp.Poll(`document.documentElement.dataset.explore`, nil, chromedp.WithPollingTimeout(time.Minute)))
	if state := b.text(t, `document.documentElement.dataset.explore`); state != "ready" {
		t.Fatalf("the engine is %s: %s", state, b.text(t, `document.getElementById("explore-status").textContent`))
	}
}

// text is what a script returns.
func (b *browser) text(t *testing.T, script string) (text string) {
	t.Helper()
	b.do(t, chromedp.Evaluate(`String(`+script+`)`, &text))
	return text
}

// press presses keys, as a keyboard does.
func (b *browser) press(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		b.do(t, chromedp.KeyEvent(key))
	}
}

func (b *browser) shifted(t *testing.T, key string) {
	t.Helper()
	b.do(t, chromedp.KeyEvent(key, chromedp.KeyModifiers(input.ModifierShift)))
}

// adjoints are those of the table, in the order of its rows.
const adjoints = `[...document.querySelectorAll("table.trace tbody tr")].map((r) => r.cells[5].innerText).join(" ")`

// write types into a field in place of what is there.
func (b *browser) write(t *testing.T, field, text string) {
	t.Helper()
	b.do(t, chromedp.Focus(field, chromedp.ByQuery), chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).select()`, field), nil))
	b.do(t, chromedp.KeyEvent(text))
}

// What a reader types is computed, in the browser, to the digits of the literature; a mistake
// is said beside the field; the address keeps all, and leads back.
func TestExpressionInABrowser(t *testing.T) {
	b := open(t, explorable(t))
	b.visit(t, "", 1200, "light")
	if got := b.text(t, adjoints); got != "+5.5 +1.71634 +1 +1 +1 −1 +1" {
		t.Errorf("the first adjoints are %s", got)
	}
	b.write(t, "#expr", "(a+b)*(b+1)")
	b.write(t, "#at-a", "2")
	b.write(t, "#at-b", "1")
	if got := b.text(t, adjoints); got != "+2 +5 +2 +3 +1" {
		t.Errorf("Olah's adjoints are %s", got)
	}
	b.write(t, "#expr", "(sin(x1/x2)+x1/x2-exp(x2))*(x1/x2-exp(x2))")
	b.write(t, "#at-x1", "1.5")
	b.write(t, "#at-x2", "0.5")
	if got := b.text(t, adjoints); got != "+3.01184 −13.724 +1.50592 +1.35128 +1.35128 −2.84368 +1.35128 +1.4924 +1" {
		t.Errorf("Griewank's and Walther's adjoints are %s", got)
	}
	// The address is the state, and leads back to it.
	address := b.text(t, `location.hash`)
	values, err := url.ParseQuery(strings.TrimPrefix(address, "#"))
	if err != nil || values.Get("at.x1") != "1.5" || !strings.HasPrefix(values.Get("expr"), "(sin(x1/x2)") {
		t.Errorf("the address is %s", address)
	}
	before := b.text(t, `document.getElementById("explore-app").innerText`)
	b.check(t, "")
	b.visit(t, strings.TrimPrefix(address, "#"), 1200, "light")
	if got := b.text(t, `document.getElementById("explore-app").innerText`); got != before {
		t.Errorf("the address leads to another state:\n%s\nwant\n%s", got, before)
	}
	// A mistake, beside its field.
	b.write(t, "#expr", "2*sinn(x)")
	alert := b.text(t, `document.querySelector("#" + document.getElementById("expr").getAttribute("aria-describedby").split(" ")[0]).textContent`)
	if role := b.text(t, `document.getElementById("expr-problem").getAttribute("role")`); !strings.Contains(alert, "Column 3: there is no function sinn") || role != "alert" {
		t.Errorf("the mistake is announced as %q, %q", alert, role)
	}
	if got := b.text(t, `document.activeElement.id + document.activeElement.value + document.activeElement.getAttribute("aria-invalid")`); got != "expr2*sinn(x)true" {
		t.Errorf("the field is %s", got)
	}
	// Back and forth through screens.
	b.visit(t, "", 1200, "light")
	b.do(t, chromedp.Click(`button[value="sweep"]`, chromedp.ByQuery), chromedp.Click(`button[value="check"]`, chromedp.ByQuery), chromedp.Evaluate(`history.back()`, nil),
		chromedp.Poll(`document.querySelector("[aria-current=page][value=sweep]") !== null`, nil))
	// A slider.
	b.do(t, chromedp.Evaluate(`(() => { const s = document.querySelector("input[type=range]"); s.value = 4; s.dispatchEvent(new Event("input", { bubbles: true })); })()`, nil))
	if got := b.text(t, `document.getElementById("at-x1").value`); got != "4" {
		t.Errorf("the slider leads to %s", got)
	}
	b.check(t, "")
}

// unstable is what differs between forms of HTML, and the relative errors, which are those of
// rounding and so of the machine.
var unstable = regexp.MustCompile(`<td>✓ [^<]*</td>|\s*/?>|\s*\n`)

// Frames in the browser are those that are computed here, and the Go test is the same.
func TestSweepInABrowser(t *testing.T) {
	b := open(t, explorable(t))
	native := explore.NewApp("screen=sweep")
	b.visit(t, "screen=sweep", 1200, "light")
	b.do(t, chromedp.Evaluate(`document.activeElement.blur(), 0`, nil))
	frame := func() string {
		return b.text(t, `document.getElementById("say").textContent + [...document.querySelectorAll(".formulas li")].map((l) => l.textContent).join("|")`)
	}
	for n := range 15 {
		html := native.HTML()
		for _, part := range []string{"#say", ".formulas", "table.trace"} {
			if got := b.text(t, `document.querySelector("`+part+`").outerHTML`); !strings.Contains(unstable.ReplaceAllString(html, ""), unstable.ReplaceAllString(got, "")) {
				t.Errorf("frame %d: %s is\n%s\nand not that of\n%s", n, part, got, html)
			}
		}
		if test := b.text(t, `document.getElementById("gotest").textContent`); test != native.GoTest() {
			t.Errorf("frame %d: the Go test is\n%s\nwant\n%s", n, test, native.GoTest())
		}
		b.press(t, kb.ArrowRight)
		native.Send("key", "ArrowRight")
	}
	for _, move := range []struct {
		do   func()
		want string
	}{
		{func() { b.shifted(t, kb.ArrowLeft) }, "Before the first step"}, {func() { b.press(t, kb.End) }, "Reverse step 7 of 7"}, {func() { b.press(t, kb.ArrowLeft) }, "Reverse step 6 of 7"},
		{func() { b.press(t, kb.Home) }, "Before the first step"}, {func() { b.shifted(t, kb.ArrowRight) }, "Reverse step 7 of 7"},
	} {
		move.do()
		if got := frame(); !strings.HasPrefix(got, move.want) {
			t.Errorf("a key leads to %s, want %s", got, move.want)
		}
	}
	// Space plays, silently, and holds.
	b.press(t, kb.Home, " ")
	if live := b.text(t, `document.getElementById("say").getAttribute("aria-live")`); live != "off" {
		t.Errorf("while it plays, it is announced: %s", live)
	}
	b.do(t, chromedp.Poll(`document.getElementById("say").textContent.startsWith("Forward step 2")`, nil, chromedp.WithPollingTimeout(20*time.Second)))
	b.press(t, " ")
	if live := b.text(t, `document.getElementById("say").getAttribute("aria-live")`); live != "polite" {
		t.Errorf("held, it is not announced: %s", live)
	}
	// Keys in a field are the field's.
	at := frame()
	b.do(t, chromedp.Focus("#expr", chromedp.ByQuery))
	b.press(t, kb.ArrowLeft, kb.Home, " ")
	if got := frame(); got != at && !strings.HasPrefix(got, "Before") { // the blank changed the expression, which starts anew
		t.Errorf("keys in the field lead to %s", got)
	}
	b.check(t, "")
}

// Each mistake that can be chosen is reported wrong, and the right rules pass.
func TestBreakItInABrowser(t *testing.T) {
	b := open(t, explorable(t))
	b.visit(t, "screen=break", 1200, "light")
	if got := b.text(t, `document.querySelector(".verdict strong").textContent`); got != "✓ pass" {
		t.Errorf("the right rules: %s", got)
	}
	choose := func(id, value string) {
		b.do(t, chromedp.Evaluate(fmt.Sprintf(`(() => { const s = document.getElementById(%q); s.value = %q; s.dispatchEvent(new Event("input", { bubbles: true })); })()`, id, value), nil))
	}
	options := func(id string) []string {
		return strings.Fields(b.text(t, fmt.Sprintf(`[...document.getElementById(%q).options].map((o) => o.value).join(" ")`, id)))
	}
	n := 0
	for _, step := range options("step")[1:] {
		choose("step", step)
		for _, m := range options("mistake") {
			choose("mistake", m)
			n++
			got := b.text(t, `[...document.querySelectorAll(".verdict strong")].map((s) => s.textContent).join(" ")`)
			if got != "✗ mismatch ✓ pass" {
				t.Errorf("%s: the verdicts are %s", m, got)
			}
			if wrong := b.text(t, `document.querySelectorAll("table.trace strong.wrong").length`); wrong == "0" {
				t.Errorf("%s: no row is wrong", m)
			}
			if blame := b.text(t, `document.querySelector(".blame").textContent`); !strings.Contains(blame, "is to blame") && !strings.Contains(blame, "hint") {
				t.Errorf("%s: nothing is blamed: %s", m, blame)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d mistakes", n)
	}
	b.check(t, "")
}

// The whole of the page without a mouse: Tab leads to each control of each screen, and keys
// do what there is to do.
func TestPageByKeyboard(t *testing.T) {
	b := open(t, explorable(t))
	b.visit(t, "", 1200, "light")
	focus := func(want string) {
		t.Helper()
		for range 60 {
			b.press(t, kb.Tab)
			if got := b.text(t, `(document.activeElement.name || document.activeElement.dataset.copy || "") + " " + (document.activeElement.value || "")`); strings.HasPrefix(got, want) {
				outline := b.text(t, `getComputedStyle(document.activeElement).outlineStyle`)
				if outline == "none" {
					t.Errorf("the focus on %s is not seen", got)
				}
				return
			}
		}
		t.Fatalf("Tab does not lead to %s", want)
	}
	restart := func() {
		b.do(t, chromedp.Evaluate(`(document.activeElement.blur(), document.getElementById("explore-app").setAttribute("tabindex", "-1"), document.getElementById("explore-app").focus(), 0)`, nil))
	}
	restart()
	focus("expr ")
	b.do(t, chromedp.KeyEvent("a", chromedp.KeyModifiers(input.ModifierCtrl)))
	b.press(t, "x*y")
	focus("at.x ")
	b.do(t, chromedp.KeyEvent("a", chromedp.KeyModifiers(input.ModifierCtrl)))
	b.press(t, "3")
	if got := b.text(t, `document.querySelector(".result").innerText`); !strings.HasPrefix(got, "y = 4.5") {
		t.Errorf("typing leads to %s", got)
	}
	restart()
	focus("screen sweep")
	b.press(t, kb.Enter)
	focus("frame next")
	b.press(t, kb.Enter, kb.Enter, kb.ArrowRight)
	if got := b.text(t, `document.getElementById("say").textContent`); !strings.HasPrefix(got, "Forward step 3 of 3") {
		t.Errorf("the keys lead to %s", got)
	}
	if got := b.text(t, `document.activeElement.value`); got != "next" {
		t.Errorf("the focus went to %s", got)
	}
	restart()
	focus("screen check")
	b.press(t, kb.Enter)
	focus("step ")
	b.press(t, kb.ArrowDown, kb.ArrowDown)
	if got := b.text(t, `document.querySelector(".verdict strong").textContent`); got != "✗ mismatch" {
		t.Errorf("by keys a rule is broken: %s", got)
	}
	restart()
	focus("screen break")
	b.press(t, kb.Enter)
	focus("hunt next")
	b.press(t, " ")
	focus("guess ")
	b.press(t, kb.ArrowDown)
	if got := b.text(t, `[...document.querySelectorAll(".say")].map((s) => s.textContent).join("")`); !strings.HasPrefix(got, "Found") && !strings.HasPrefix(got, "No") {
		t.Errorf("a guess by keys: %q", got)
	}
	restart()
	focus("screen train")
	b.press(t, kb.Enter)
	focus("learn step")
	b.press(t, kb.Enter)
	if got := b.text(t, `document.querySelector(".training p").textContent`); !strings.HasPrefix(got, "After 1 step") {
		t.Errorf("a step of training by keys: %s", got)
	}
	b.press(t, kb.Tab, kb.Tab)
	restart()
	focus("test")
	b.press(t, kb.Enter)
	b.do(t, chromedp.Poll(`document.getElementById("copied").textContent !== ""`, nil))
	b.check(t, "")
}

// Training runs while the page answers, and is the same as without a browser.
func TestTrainingInABrowser(t *testing.T) {
	b := open(t, explorable(t))
	b.visit(t, "screen=train", 1200, "light")
	b.do(t, chromedp.Click(`button[value="play"]`, chromedp.ByQuery))
	b.do(t, chromedp.Poll(`Number((document.querySelector(".training p").textContent.match(/After (\d+)/) || [0, 0])[1]) > 300`, nil, chromedp.WithPollingTimeout(time.Minute)))
	b.do(t, chromedp.Click(`button[value="play"]`, chromedp.ByQuery))
	said := b.text(t, `document.querySelector(".training p").textContent`)
	time.Sleep(200 * time.Millisecond)
	if got := b.text(t, `document.querySelector(".training p").textContent`); got != said {
		t.Errorf("it goes on after a pause: %s", got)
	}
	b.check(t, "")
}

// Each screen, narrow and wide, light and dark, with still and moving pictures.
func TestScreensInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	b := open(t, explorable(t))
	for _, fragment := range []string{"", "screen=sweep&frame=11", "screen=check&mistake=3.sign.0", "screen=break&mistake=3.factor.1", "screen=break&hunt=2", "screen=train", "expr=sin(&screen=check",
		"expr=(sin(x1/x2)%2Bx1/x2-exp(x2))*(x1/x2-exp(x2))&at.x1=1.5&at.x2=0.5"} {
		for _, width := range []int64{360, 1440} {
			for _, scheme := range []string{"light", "dark"} {
				b.visit(t, fragment, width, scheme)
				at := fmt.Sprintf("#%s, %d px, %s: ", fragment, width, scheme)
				var found, right, small []string
				b.do(t, chromedp.Evaluate(wide, &right), chromedp.Evaluate(targets, &small), chromedp.Evaluate(axe+";0", nil), chromedp.Evaluate(violations, &found, awaited))
				for _, problem := range append(found, small...) {
					t.Error(at + problem)
				}
				if len(right) > 0 {
					t.Error(at + "scrolls sideways: " + strings.Join(right, "\n  "))
				}
				b.check(t, at)
				b.shot(t, fmt.Sprintf("explore-%s-%d-%s.png", strings.NewReplacer("=", "-", "&", "-", "%", "-", "(", "", ")", "", "*", "", "/", "").Replace(fragment)[:min(len(fragment), 14)], width, scheme))
			}
		}
	}
}

// targets are controls of less than 24 pixels.
const targets = `[...document.querySelectorAll("#explore-app button, #explore-app input, #explore-app select, #explore-app summary, #explore-app textarea")]
	.filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.width < 24 || r.height < 24); }).map((e) => "too small: " + e.outerHTML.slice(0, 100))`

// Where the reader wants nothing to move, nothing does.
func TestReducedMotionInABrowser(t *testing.T) {
	b := open(t, explorable(t))
	reduced := emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}})
	b.visit(t, "screen=sweep", 1200, "light")
	b.do(t, reduced, chromedp.Reload(), chromedp.Poll(`document.documentElement.dataset.explore === "ready"`, nil, chromedp.WithPollingTimeout(time.Minute)))
	b.do(t, chromedp.Click(`button[name="play"]`, chromedp.ByQuery))
	if got := b.text(t, `document.querySelector(".count").textContent`); got != "frame 14 of 14" {
		t.Errorf("playing leads to %s", got)
	}
	if got := b.text(t, `document.getAnimations().length + getComputedStyle(document.querySelector("#explore-app button")).transitionDuration`); got != "00s" {
		t.Errorf("something is animated: %s", got)
	}
	b.check(t, "")
}

// Where WebAssembly is not to be had, the first example stays, and a sentence says so.
func TestWithoutTheEngine(t *testing.T) {
	files := explorable(t)
	delete(files, appFolder+"/explore.wasm.gz")
	b := open(t, files)
	b.show(t, explorePage, 1200, "light")
	b.do(t, chromedp.Evaluate(`document.getElementById("explore-app").dispatchEvent(new Event("pointerdown")), 0`, nil),
		chromedp.Poll(`document.documentElement.dataset.explore === "failed"`, nil, chromedp.WithPollingTimeout(time.Minute)))
	if got := b.text(t, `document.getElementById("explore-status").textContent`); !strings.Contains(got, "could not be loaded (status 404)") {
		t.Errorf("the page says %q", got)
	}
	if got := b.text(t, adjoints); got != "+5.5 +1.71634 +1 +1 +1 −1 +1" {
		t.Errorf("the trace is not there: %s", got)
	}
	// Without any script as well.
	b.do(t, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(b.url+"/"+explorePage))
	var text string
	b.do(t, chromedp.ActionFunc(func(ctx context.Context) error { return chromedp.Text("main", &text, chromedp.ByQuery).Do(ctx) }))
	if !strings.Contains(text, "Without JavaScript and WebAssembly") || !strings.Contains(text, "+1.71634") {
		t.Errorf("without scripts there is\n%s", text)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.ContainsFunc(b.requests, func(r string) bool { return !strings.HasPrefix(r, b.url+"/") }) {
		t.Errorf("it asks for %q", b.requests)
	}
}
