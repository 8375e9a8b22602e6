package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// begin starts a process that answers in one way.
func begin(t *testing.T, ctx context.Context, answer string) *process {
	t.Helper()
	p, err := start(fakeSide(t, "fake", "gonum", answer).command(ctx, 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		answer string
		want   float64
		err    string
	}{
		{"ok 2.5e-6", 2.5e-6, ""},
		{"ok 1099511627776", 1 << 40, ""},
		{"err no such thing", 0, "no such thing"},
		{"nonsense", 0, `malformed answer "nonsense"`},
		{"", 0, `malformed answer ""`},
		{"ok", 0, `malformed answer "ok"`},
		{"ok fast", 0, `malformed answer "ok fast"`},
		{"ok 1 2", 0, `malformed answer "ok 1 2"`},
		{"ok NaN", 0, `malformed answer "ok NaN"`},
		{"ok 0", 0, ""},
		{"ok -1", 0, `malformed answer "ok -1"`},
		{"ok +Inf", 0, `malformed answer "ok +Inf"`},
		{"silence", 0, `"gemm": no answer in 50ms`},
		{"death", 0, `"gemm": the process ended: oh dear`},
		{"exit", 0, `"gemm": the process ended: exit status 3`},
	} {
		patience := 20 * time.Second
		if test.answer == "silence" {
			patience = 50 * time.Millisecond
		}
		x, err := begin(t, t.Context(), test.answer).measure(t.Context(), "gemm", patience)
		if test.err == "" && (err != nil || x != test.want) {
			t.Errorf("%q: %v, %v", test.answer, x, err)
		}
		if test.err != "" && (err == nil || err.Error() != test.err) {
			t.Errorf("%q: error %v, want %s", test.answer, err, test.err)
		}
		var refused refusal
		if errors.As(err, &refused) != strings.HasPrefix(test.answer, "err ") {
			t.Errorf("%q: that %v is a refusal is wrong, or that it is none", test.answer, err)
		}
	}
}

// A process that refuses is of use for other requests.
func TestAskAgain(t *testing.T) {
	p := begin(t, t.Context(), "err no")
	for range 3 {
		if _, err := p.measure(t.Context(), "gemm", patience); err == nil {
			t.Error("no refusal")
		}
	}
	if line, err := p.ask(t.Context(), "hello", patience); line != "ok fake" || err != nil {
		t.Errorf("hello: %q, %v", line, err)
	}
}

// The end of the context ends the wait for an answer and the process itself.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := begin(t, ctx, "silence")
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := p.measure(ctx, "gemm", patience); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	p.stop()
	if p.cmd.ProcessState == nil {
		t.Error("the process still runs")
	}
}

func TestStop(t *testing.T) {
	p := begin(t, t.Context(), "ok 1")
	p.stop()
	if p.cmd.ProcessState == nil {
		t.Fatal("the process still runs")
	}
	if _, err := p.measure(t.Context(), "gemm", patience); err == nil {
		t.Error("an answer from a process that was stopped")
	}
}

func TestStartError(t *testing.T) {
	s := &Side{argv: []string{"./no-such-program"}}
	if _, err := start(s.command(t.Context(), 1)); err == nil {
		t.Error("a program that does not exist was started")
	}
}

func TestLastWords(t *testing.T) {
	for said, want := range map[string]string{
		"": "", "one\n": "one", "Traceback\n  File\nValueError: no\n": "ValueError: no",
		"noise\npanic: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:1 +0x1\n": "panic: index out of range",
	} {
		if got := lastWords(said); got != want {
			t.Errorf("of %q remains %q, want %q", said, got, want)
		}
	}
}
