package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A bar shows how far a training is. It writes to a terminal only.
type bar struct{ *progressbar.ProgressBar }

func newBar(w io.Writer, steps int) bar {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return bar{progressbar.DefaultSilent(int64(steps))}
	}
	return bar{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetWidth(16),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionShowElapsedTimeOnFinish(),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(w) }),
	)}
}

// step moves the bar by one step, which had the given loss.
func (b bar) step(t *training, rate, loss float64) {
	validation := ""
	if n := len(t.history); n > 0 {
		validation = fmt.Sprintf(" valid %.1f %%", 100*t.history[n-1].valAccuracy)
	}
	n := min(len(t.history)+1, t.epochs)
	b.Describe(fmt.Sprintf("epoch %d/%d loss %.4f rate %.4f%s", n, t.epochs, loss, rate, validation))
	b.Add(1)
}

// stop leaves the bar as it is.
func (b bar) stop() {
	if !b.IsFinished() {
		b.Exit()
	}
}
