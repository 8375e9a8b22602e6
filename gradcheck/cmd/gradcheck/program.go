package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// A program answers questions about a function over its standard input and output,
// a line of JSON each; see docs/protocol.md.
type program struct {
	command string
	cmd     *exec.Cmd
	in      io.WriteCloser
	lines   chan line
	timeout time.Duration
	stderr  tail
	asked   int
}

type line struct {
	text []byte
	err  error
}

// longest is more than a line for a million numbers.
const longest = 1 << 26

// start runs a program, with more variables in its environment. It must be stopped.
func start(args []string, timeout time.Duration, environment ...string) (*program, error) {
	p := &program{command: strings.Join(args, " "), cmd: exec.Command(args[0], args[1:]...), lines: make(chan line, 1), timeout: timeout}
	p.cmd.Stderr = &p.stderr
	p.cmd.Env = append(p.cmd.Environ(), environment...)
	p.cmd.WaitDelay = time.Second // a child of the program may hold its output open
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.in = in
	go p.read(out)
	return p, nil
}

// read sends the program's lines, and ends with an error.
func (p *program) read(out io.Reader) {
	defer close(p.lines)
	s := bufio.NewScanner(out)
	s.Buffer(nil, longest)
	s.Split(whole)
	for s.Scan() {
		p.lines <- line{text: bytes.Clone(s.Bytes())}
	}
	err := s.Err()
	if err == nil {
		err = io.EOF
	}
	p.lines <- line{err: err}
}

// whole splits into lines, and refuses one that does not end.
func whole(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return 0, nil, errTruncated
	}
	return 0, nil, nil
}

var errTruncated = errors.New("its output ends within a line")

// stop ends the program, by the end of its input and, if it goes on, by force.
func (p *program) stop() {
	p.in.Close()
	done := make(chan struct{})
	go func() {
		for range p.lines {
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(min(p.timeout, 2*time.Second)):
		p.cmd.Process.Kill()
	}
	p.cmd.Wait()
}

// A request is a line to the program.
type request struct {
	Want string    `json:"want"`
	X    []float64 `json:"x,omitempty"`
}

// An answer is a line from it.
type answer struct {
	F     *json.RawMessage `json:"f"`
	G     *json.RawMessage `json:"g"`
	X     numbers          `json:"x"`
	Lo    *number          `json:"lo"`
	Hi    *number          `json:"hi"`
	Error string           `json:"error"`
	Wrote bool             `json:"wrote"` // the function changed its x
}

// ask sends a request and waits for the answer. It panics with a
// *gradcheck.Problem if there is none that can be read, or if it is an error.
func (p *program) ask(r request) answer {
	a := p.tell(r)
	switch {
	case a.Error != "":
		p.fail(nil, "the answer to {\"want\":%q, …} is an error: %s", r.Want, a.Error)
	case a.Wrote:
		panic(&gradcheck.Problem{Code: gradcheck.Impure, Text: fmt.Sprintf("%s wrote to its x when it was asked for a %s", p.command, r.Want)})
	}
	return a
}

// tell is ask, but returns errors with the answer.
func (p *program) tell(r request) answer {
	p.asked++
	question, err := json.Marshal(r)
	if err != nil { // a step to infinity
		p.fail(nil, "cannot ask at a point that is not finite: %v", err)
	}
	sent := make(chan error, 1)
	go func() {
		_, err := p.in.Write(append(question, '\n'))
		sent <- err
	}()
	timer := time.NewTimer(p.timeout)
	defer timer.Stop()
	select {
	case l := <-p.lines:
		if l.err != nil {
			p.fail(l.err, "no answer to %s", brief(question))
		}
		var a answer
		if err := json.Unmarshal(l.text, &a); err != nil {
			p.fail(nil, "the answer %s to %s cannot be read: %v", brief(l.text), brief(question), err)
		}
		<-sent
		return a
	case <-timer.C:
		p.cmd.Process.Kill()
		p.fail(nil, "no answer to %s within %v", brief(question), p.timeout)
	}
	panic("unreachable")
}

// fail panics with what is wrong with the program.
func (p *program) fail(cause error, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if cause != nil {
		p.in.Close()
		force := time.AfterFunc(2*time.Second, func() { p.cmd.Process.Kill() }) // it may close its output and go on
		defer force.Stop()
		if err := p.cmd.Wait(); err != nil {
			text += fmt.Sprintf(": the program ended with %v", err)
		} else if errors.Is(cause, io.EOF) {
			text += ": the program ended"
		}
		if !errors.Is(cause, io.EOF) {
			text += ": " + cause.Error()
		}
	}
	if said := p.stderr.String(); said != "" {
		text += "; it wrote to its standard error:\n" + said
	}
	panic(&gradcheck.Problem{Code: gradcheck.NoAnswer, Text: fmt.Sprintf("%s, question %d: %s", p.command, p.asked, text)})
}

// brief shortens a line for a message.
func brief(text []byte) string {
	const most = 120
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// tail keeps the end of what is written to it.
type tail struct {
	mutex sync.Mutex
	kept  []byte
}

func (t *tail) Write(b []byte) (int, error) {
	const most = 2000
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.kept = append(t.kept, b...)
	t.kept = t.kept[max(0, len(t.kept)-most):]
	return len(b), nil
}

func (t *tail) String() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return strings.TrimSpace(string(t.kept))
}

// A number is one of JSON, or one of the words "NaN", "Infinity" and "-Infinity",
// which JSON lacks.
type number float64

func (n *number) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"Infinity"`:
		*n = number(math.Inf(1))
	case `"-Infinity"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(data, (*float64)(n))
	}
	return nil
}

type numbers []number

// list reads a number, or a list of them.
func list(data *json.RawMessage) ([]float64, error) {
	if data == nil {
		return nil, errors.New("it is missing")
	}
	var all numbers
	if strings.HasPrefix(strings.TrimSpace(string(*data)), "[") {
		if err := json.Unmarshal(*data, &all); err != nil {
			return nil, err
		}
	} else {
		var one number
		if err := json.Unmarshal(*data, &one); err != nil {
			return nil, err
		}
		all = numbers{one}
	}
	return all.floats(), nil
}

func (n numbers) floats() []float64 {
	f := make([]float64, len(n))
	for i, v := range n {
		f[i] = float64(v)
	}
	return f
}

// value returns f(x), of any length.
func (p *program) value(x []float64) []float64 {
	a := p.ask(request{"value", x})
	f, err := list(a.F)
	if err != nil {
		p.fail(nil, "the answer to a value has no f that can be read: %v", err)
	}
	return f
}

// gradient returns the derivatives of m results with respect to n elements, a row
// for each result. Of one result they may be given as a list of numbers.
func (p *program) gradient(x []float64, m int) [][]float64 {
	a := p.ask(request{"gradient", x})
	if a.G == nil {
		p.fail(nil, "the answer to a gradient has no g")
	}
	var rows []numbers
	if err := json.Unmarshal(*a.G, &rows); err != nil {
		row, err := list(a.G)
		if err != nil {
			p.fail(nil, "g cannot be read: %v", err)
		}
		if len(row) != len(x)*m || m != 1 {
			panic(&gradcheck.Problem{Code: gradcheck.Misfit, Text: fmt.Sprintf("g has %d numbers for %d results of %d variables", len(row), m, len(x))})
		}
		return [][]float64{row}
	}
	g := make([][]float64, len(rows))
	for i, row := range rows {
		g[i] = row.floats()
		if len(rows) != m || len(row) != len(x) {
			panic(&gradcheck.Problem{Code: gradcheck.Misfit, Text: fmt.Sprintf("g has %d rows, of %d numbers in row %d, for %d results of %d variables", len(rows), len(row), i, m, len(x))})
		}
	}
	if len(rows) != m {
		panic(&gradcheck.Problem{Code: gradcheck.Misfit, Text: fmt.Sprintf("g has no rows for %d results", m)})
	}
	return g
}
