package explore

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/explore/training"
)

// trainingRun returns the run of the settings, made anew if they have changed; nil if they
// are refused.
func (a *App) trainingRun() *training.Run {
	if a.training != nil {
		return a.training
	}
	a.refused = nil
	settings, err := training.Parse(a.State.Train)
	if err == nil {
		a.training, err = training.New(settings)
	}
	if err != nil {
		a.refused = err
		return nil
	}
	return a.training
}

// setTraining takes a new value of a control of the training, and starts anew.
func (a *App) setTraining(name, value string) {
	form := url.Values{}
	for key := range a.State.Train {
		form.Set(key, a.State.Train.Get(key))
	}
	layered := strings.HasPrefix(name, "width") || strings.HasPrefix(name, "act")
	if layered && !form.Has("width1") { // now that one layer is chosen, all are
		for key, value := range (training.Settings{Hidden: training.DefaultHidden()}).Values() {
			form[key] = value
		}
	}
	form.Set(name, value)
	if name == "optimizer" {
		form.Del("rate") // each has a default of its own
	}
	a.State.Train, a.training, a.playing = form, nil, false
	a.trainingRun()
}

// learn is a button of the training.
func (a *App) learn(what string) {
	run := a.trainingRun()
	if run == nil {
		return
	}
	switch what {
	case "play":
		a.playing = !a.playing && !run.Diverged()
	case "step":
		a.playing = false
		run.Step(1)
	case "reset":
		a.playing, a.training = false, nil
	}
}

// trainScreen shows a small network while it learns.
func (a *App) trainScreen() string {
	run := a.trainingRun()
	var b strings.Builder
	play, live := "Start", "polite"
	if a.playing {
		play, live = "Pause", "off"
	}
	fmt.Fprintf(&b, `<div class="row" role="group" aria-label="Training"><button type="button" name="learn" value="play">%s</button>`+
		`<button type="button" name="learn" value="step">Step</button><button type="button" name="learn" value="reset">Reset</button></div>`+"\n", play)
	alert, said := "", ""
	var refused *training.Error
	switch {
	case errors.As(a.refused, &refused):
		alert = strings.ToUpper(refused.Error()[:1]) + refused.Error()[1:] + "."
	case a.refused != nil:
		alert = a.refused.Error()
	case !a.playing:
		said = run.Summary()
	}
	fmt.Fprintf(&b, `<p id="train-problem" class="problem" role="alert">%s</p>`+"\n", escape(alert))
	fmt.Fprintf(&b, `<p id="say" class="unseen" aria-live="%s">%s</p>`+"\n", live, escape(said))
	b.WriteString(`<div class="train"><div>`)
	if run != nil {
		b.WriteString(wide(run.HTML()))
	}
	b.WriteString(`</div><div class="settings">` + training.Controls(a.trainSettings()) + "</div></div>\n")
	return b.String()
}

// trainSettings are those of the controls: what is refused is shown as the default.
func (a *App) trainSettings() training.Settings {
	settings, err := training.Parse(a.State.Train)
	if err != nil {
		form := url.Values{}
		for key := range a.State.Train {
			form.Set(key, a.State.Train.Get(key))
		}
		if refused := (*training.Error)(nil); errors.As(err, &refused) {
			form.Del(refused.Control)
		}
		settings, _ = training.Parse(form)
	}
	return settings
}

// wide lets the table of the run scroll by keyboard.
func wide(html string) string {
	return strings.Replace(html, `<div class="wide">`, `<div class="wide" role="region" tabindex="0" aria-label="The layers">`, 1)
}
