package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// patience is how long a process may take for an answer.
const patience = 2 * time.Minute

// A process is a running program that answers requests. When its context ends
// it is killed.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan string // closed when the process closes its output
	errors  *bytes.Buffer
}

// A refusal is the answer of a process that is well but cannot do as asked.
type refusal struct{ error }

// start starts a command that was made with a context.
func start(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, answers: make(chan string), errors: new(bytes.Buffer)}
	cmd.Stderr = p.errors
	cmd.WaitDelay = time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.in = in
	go func() {
		defer close(p.answers)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.answers <- lines.Text()
		}
	}()
	return p, nil
}

// ask sends a request and returns the line that answers it. After an error the
// process is of no more use.
func (p *process) ask(ctx context.Context, request string, patience time.Duration) (string, error) {
	if _, err := io.WriteString(p.in, request+"\n"); err != nil {
		return "", p.died(ctx, request)
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case line, ok := <-p.answers:
		if !ok {
			return "", p.died(ctx, request)
		}
		return line, nil
	case <-late.C:
		return "", fmt.Errorf("%q: no answer in %v", request, patience)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// died says why a process that should answer has ended.
func (p *process) died(ctx context.Context, request string) error {
	p.cmd.Process.Kill() // if it only closed its end of a pipe
	err := p.cmd.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if text := lastWords(p.errors.String()); text != "" {
		return fmt.Errorf("%q: the process ended: %s", request, text)
	}
	return fmt.Errorf("%q: the process ended: %v", request, err)
}

// lastWords is the line that tells why a process ended: Go's panic, which a
// trace follows, else the last.
func lastWords(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return line
		}
	}
	return lines[len(lines)-1]
}

// measure asks for a number. The error is a refusal if the process is still of
// use.
func (p *process) measure(ctx context.Context, request string, patience time.Duration) (float64, error) {
	line, err := p.ask(ctx, request, patience)
	if err != nil {
		return 0, err
	}
	x, err := parseAnswer(line)
	var broken malformed
	if err != nil && !errors.As(err, &broken) {
		err = refusal{err}
	}
	return x, err
}

// stop ends the process, whatever it does, and waits for its end.
func (p *process) stop() {
	p.in.Close()
	p.cmd.Process.Kill() // an error means that it has ended by itself
	for range p.answers {
	}
	p.cmd.Wait()
}
