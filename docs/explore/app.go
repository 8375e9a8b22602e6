package explore

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/adjoint-ad/adjoint/docs/explore/training"
)

// An App is the page: a State, and what does not belong into a link to it.
type App struct {
	State State

	note    string // about the address
	said    string // the sentence about the last step
	playing bool   // the sweep, or the training
	still   bool   // nothing is to move by itself
	guess   string // in the hunt
	given   bool   // the hunt is over: the mistake is shown

	shown    []string // the variables of the last expression that could be read
	problem  *Problem // of State, nil if it is wrong
	wrong    *inputError
	found    []Mistake // Mistakes of problem, once they were asked for
	searched bool
	trace    *Trace // of problem, without a mistake

	training *training.Run
	refused  error // of the settings of the training
}

// NewApp returns the page of an address, by its fragment.
func NewApp(fragment string) *App {
	a := &App{}
	a.open(fragment)
	return a
}

func (a *App) open(fragment string) {
	state, err := Parse(fragment)
	a.State, a.note, a.said, a.playing, a.guess, a.given = state, "", "", false, "", false
	if err != nil {
		a.note = err.Error()
	}
	a.training, a.shown = nil, nil
	a.solve()
}

// solve finds the problem of the state anew.
func (a *App) solve() {
	a.problem, a.wrong, a.found, a.searched, a.trace = nil, nil, nil, false, nil
	if list := names(a.State.Source); len(list) > 0 && len(list) <= mostNames {
		a.shown = list // they stay while somebody writes
	}
	p, err := NewProblem(a.State.Source, a.State.At)
	var wrong *inputError
	switch {
	case err == nil:
		a.problem = p
	case errors.As(err, &wrong):
		a.wrong = wrong
	default:
		a.wrong = &inputError{"expr", err.Error()}
	}
}

// mistakes lists those of the problem.
func (a *App) mistakes() []Mistake {
	if !a.searched && a.problem != nil {
		a.searched = true
		if found, err := a.problem.Mistakes(); err == nil {
			a.found = found
		}
	}
	return a.found
}

// right is the trace without a mistake.
func (a *App) right() (Trace, error) {
	if a.trace == nil {
		r, err := a.problem.Record(nil)
		if err != nil {
			return Trace{}, err
		}
		t := TraceOf(r)
		a.trace = &t
	}
	return *a.trace, nil
}

// Send tells the page what the reader did: a control has a new value, a button was pressed
// (the value is its own), a key was pressed ("key", with "Shift+" before its name), the
// address changed ("address"), time passed ("tick"), or the reader wants nothing to move
// ("still"). It reports whether the page did something about it.
func (a *App) Send(name, value string) bool {
	s := &a.State
	if variable, ok := strings.CutPrefix(name, "at."); ok {
		s.At[variable] = value
		a.solve()
		return true
	}
	switch name {
	case "address":
		a.open(value)
	case "still":
		a.still = value == "true"
	case "key":
		return a.key(value)
	case "tick":
		a.tick()
	case "screen":
		s.Screen, a.playing, a.note, a.said = value, false, "", ""
	case "expr":
		s.Source, s.Frame, s.Mistake, s.Hunt, s.By = value, 0, "", 0, ""
		s.complete()
		a.solve()
	case "example":
		for _, e := range Examples() {
			if e.ID == value {
				s.Source, s.At, s.Frame, s.Mistake, s.Hunt, s.By, a.said = e.Source, clone(e.At), 0, "", 0, "", ""
			}
		}
		a.solve()
	case "frame":
		a.step(value)
	case "play":
		a.play()
	case "by":
		s.By = value
	case "step":
		a.choose(value)
	case "mistake":
		s.Mistake = value
	case "rate":
		if v := rates(value); v > 0 {
			s.Rate = v
		}
	case "hunt":
		a.hunt(value)
	case "guess":
		a.guess = value
	case "give":
		a.given = true
	case "learn":
		a.learn(value)
	default:
		if s.Screen != "train" {
			return false
		}
		a.setTraining(name, value)
	}
	return true
}

// key does what a key does on the screen that is shown.
func (a *App) key(key string) bool {
	switch screen := a.State.Screen; {
	case screen == "sweep" && a.problem != nil:
		move, ok := map[string]string{"ArrowLeft": "back", "ArrowRight": "next", "Shift+ArrowLeft": "first", "Shift+ArrowRight": "last", "Home": "first", "End": "last"}[key]
		switch {
		case ok:
			a.step(move)
		case key == " ":
			a.play()
		}
		return ok || key == " "
	case screen == "train" && key == " ":
		a.learn("play")
		return true
	case screen == "train" && key == "ArrowRight":
		a.learn("step")
		return true
	}
	return false
}

// Tick is in how many milliseconds the page wants to hear of the time, −1 for not at all,
// and 0 for the next frame of the screen.
func (a *App) Tick() int {
	switch {
	case !a.playing:
		return -1
	case a.State.Screen == "train" && !a.still:
		return 0
	case a.State.Screen == "train":
		return 1000
	}
	return 900
}

// slice is how long the training may keep the page waiting.
const slice = 8 * time.Millisecond

func (a *App) tick() {
	switch {
	case !a.playing:
	case a.State.Screen == "train":
		run := a.trainingRun()
		if run == nil || run.Diverged() {
			a.playing = false
			return
		}
		for began, spent := time.Now(), time.Duration(0); !run.Diverged(); {
			run.Step(1)
			now := time.Since(began)
			if now+(now-spent) > slice { // the next step takes as long
				break
			}
			spent = now
		}
	default:
		a.step("next")
		if a.State.Frame == a.lastFrame() {
			a.playing = false
		}
	}
}

// Fragment is the state as an address has it, without #.
func (a *App) Fragment() string { return a.State.Values().Encode() }

// HTML is the page as it is now. It never panics: whatever the library refuses is a
// sentence.
func (a *App) HTML() (page string) {
	defer func() {
		if problem := recover(); problem != nil {
			page = a.tabs() + `<p class="problem" role="alert">` + escape(fmt.Sprintf("The library refused this: %v", problem)) + "</p>\n"
		}
	}()
	var b strings.Builder
	b.WriteString(a.tabs())
	if a.note != "" {
		b.WriteString(`<p class="problem" role="alert">` + escape(a.note) + "</p>\n")
	}
	if a.State.Screen == "train" {
		b.WriteString(a.trainScreen())
	} else {
		b.WriteString(a.controls())
		if a.problem == nil {
			b.WriteString("<p>As soon as the expression and its values can be read, its graph stands here.</p>\n")
		} else {
			screen := map[string]func() (string, error){"expression": a.expressionScreen, "sweep": a.sweepScreen, "check": a.checkScreen, "break": a.breakScreen}[a.State.Screen]
			text, err := screen()
			if err != nil {
				text = `<p class="problem" role="alert">` + escape(sentence(err)) + "</p>\n"
			}
			b.WriteString(text)
		}
	}
	b.WriteString(a.copies())
	return b.String()
}

// tabs are the screens.
func (a *App) tabs() string {
	var b strings.Builder
	b.WriteString(`<nav class="tabs" aria-label="Screens">`)
	for _, s := range Screens() {
		here := ""
		if s[0] == a.State.Screen {
			here = ` aria-current="page"`
		}
		fmt.Fprintf(&b, `<button type="button" name="screen" value="%s"%s>%s</button>`, s[0], here, s[1])
	}
	b.WriteString("</nav>\n")
	return b.String()
}

// controls are the expression and the values of its variables.
func (a *App) controls() string {
	var b strings.Builder
	alert, invalid := "", ""
	if a.wrong != nil {
		alert = a.wrong.text
		if a.wrong.control == "expr" {
			invalid = ` aria-invalid="true"`
		}
	}
	fmt.Fprintf(&b, `<div class="expression"><label for="expr">y =</label><input id="expr" name="expr" type="text" value="%s" aria-describedby="expr-problem expr-help" spellcheck="false" autocomplete="off" autocapitalize="off"%s /></div>`+"\n",
		escape(a.State.Source), invalid)
	fmt.Fprintf(&b, `<p id="expr-problem" class="problem" role="alert">%s</p>`+"\n", escape(alert))
	b.WriteString(`<p id="expr-help" class="hint">Numbers, names, + − * / ^ with * for every product, and functions such as sin, exp, log, tanh, sigmoid, relu.</p>` + "\n")
	b.WriteString(`<div class="row" role="group" aria-label="Examples">`)
	for _, e := range Examples() {
		pressed := "false"
		if e.Source == a.State.Source {
			pressed = "true"
		}
		fmt.Fprintf(&b, `<button type="button" name="example" value="%s" aria-pressed="%s">%s</button>`, e.ID, pressed, escape(e.Name))
	}
	b.WriteString("</div>\n")
	if list := a.shown; len(list) > 0 {
		b.WriteString(`<fieldset class="variables"><legend>At</legend>` + "\n")
		for _, name := range list {
			invalid := ""
			if a.wrong != nil && a.wrong.control == name {
				invalid = ` aria-invalid="true"`
			}
			id, value := escape("at-"+name), escape(a.State.At[name])
			fmt.Fprintf(&b, `<div><label for="%s">%s</label><input id="%s" name="at.%s" type="text" inputmode="decimal" value="%s" aria-describedby="expr-problem" autocomplete="off"%s />`+
				`<input name="at.%s" type="range" min="-10" max="10" step="0.05" value="%s" aria-label="%s, slider" /></div>`+"\n",
				id, escape(name), id, escape(name), value, invalid, escape(name), value, escape(name))
		}
		b.WriteString("</fieldset>\n")
	}
	return b.String()
}

// mistake returns the one that the state names; nil if it names none that there is.
func (a *App) mistake() *Mistake {
	list := a.mistakes()
	if a.State.Hunt > 0 && a.State.Screen == "break" {
		if len(list) == 0 {
			return nil
		}
		// A step through the list that visits all of it, and does not show which is next.
		return &list[(a.State.Hunt*7919+len(a.State.Source))%len(list)]
	}
	i := slices.IndexFunc(list, func(m Mistake) bool { return m.key() == a.State.Mistake })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// key is the name of a mistake in an address.
func (m Mistake) key() string { return fmt.Sprintf("%d.%s", m.Step, m.ID) }

// copies are the buttons by which a state leaves the page.
func (a *App) copies() string {
	test := a.GoTest()
	if test == "" {
		return ""
	}
	return `<div class="row"><button type="button" data-copy="test">Copy as Go test</button><button type="button" data-copy="link">Copy link</button><span id="copied" role="status"></span></div>` + "\n" +
		`<details class="test"><summary>The Go test</summary><pre id="gotest" tabindex="0" aria-label="The Go test">` + escape(test) + "</pre></details>\n"
}
