package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// idle is how long a side's threads get to fall asleep after an answer, so that
// they do not disturb the next: OpenBLAS's spin for some 30 ms.
const idle = 50 * time.Millisecond

// starts returns the number of rounds of cases that start a process for each
// sample.
func starts(rounds int) int { return min(3, max(1, rounds/2)) }

// A Result is one case at one element type and number of threads.
type Result struct {
	Group   string             `json:"group"`
	Case    string             `json:"case"`
	Type    string             `json:"type"`
	Threads int                `json:"threads"`
	Unit    unit               `json:"unit"`
	Flops   float64            `json:"flops,omitempty"` // of one call
	Bytes   float64            `json:"bytes,omitempty"` // that one call reads and writes
	Lives   float64            `json:"lives,omitempty"` // bytes of the arrays that it reads and writes
	Floor   float64            `json:"floor,omitempty"` // seconds of the fastest products that a step is made of
	Sides   map[string]*Figure `json:"sides"`           // by name
}

// A Figure is what a result says of one side.
type Figure struct {
	Value   Spread             `json:"value"`             // in units of the case
	Ratio   *Spread            `json:"ratio,omitempty"`   // value / adjoint's, round by round
	AtMost  float64            `json:"at_most,omitempty"` // value / the limit's: the ratio if adjoint were as fast as that
	Variant string             `json:"variant,omitempty"` // the fastest
	Slower  map[string]float64 `json:"slower,omitempty"`  // medians of the other variants
	Samples []float64          `json:"samples"`           // one a round
}

// measure adds a result for each case that the options choose. It returns early
// if ctx ends or adjoint itself fails; what was measured stays.
func (r *report) measure(ctx context.Context, o options, progress io.Writer) error {
	var chosen []task
	for _, typ := range o.types {
		for _, t := range tasks(typ, o.quick) {
			if o.only.MatchString(t.label()) {
				chosen = append(chosen, t)
			}
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("-only %s: no case has such a name", o.only)
	}
	for i, n := range o.threads {
		c := contest{report: r, threads: n, sample: o.sample, processes: make(map[*Side]*process)}
		for j, t := range chosen {
			fmt.Fprintf(progress, "%d/%d %s %s, threads %d\n", i*len(chosen)+j+1, len(o.threads)*len(chosen), t.label(), t.typ, n)
			rounds := o.rounds
			if t.life != kept {
				rounds = starts(rounds)
			}
			if err := c.run(ctx, t, rounds); err != nil {
				c.stop()
				return err
			}
		}
		c.stop()
	}
	return nil
}

// A contest measures with one number of threads.
type contest struct {
	report    *report
	threads   int
	sample    time.Duration
	processes map[*Side]*process // that run; nil: it failed, and is left alone
}

// An entrant is a side in one case, or one of its variants.
type entrant struct {
	side    *Side
	variant string
	samples []float64 // one a round
}

// run measures one case and adds it to the report.
func (c *contest) run(ctx context.Context, t task, rounds int) error {
	var running, out []*entrant
	for _, s := range c.report.Sides {
		if s.Missing == "" && t.asks(s) {
			running = append(running, entrants(s)...)
		}
	}
	for range rounds {
		for _, e := range slices.Clone(running) {
			x, err := c.one(ctx, e.side, t, e.variant)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil && e.side.program == "adjoint" {
				return fmt.Errorf("adjoint: %w", err)
			}
			if err != nil {
				c.report.note("%s, threads %d, %s %s: %v", e.title(), c.threads, t.label(), t.typ, err)
				running = slices.DeleteFunc(running, func(lost *entrant) bool { return lost == e })
				continue
			}
			e.samples = append(e.samples, x)
		}
		var slow []*entrant
		running, slow = qualify(running)
		out = append(out, slow...)
		slices.Reverse(running) // so that none always follows the same one
	}
	c.report.add(t, c.threads, running, out)
	return nil
}

func entrants(s *Side) []*entrant {
	if len(s.variants) == 0 {
		return []*entrant{{side: s}}
	}
	var list []*entrant
	for _, v := range s.variants {
		list = append(list, &entrant{side: s, variant: v})
	}
	return list
}

func (e *entrant) title() string {
	if e.variant == "" {
		return e.side.Title
	}
	return e.side.Title + " " + e.variant
}

// qualify splits the field: of each side the faster half of the variants goes
// on, so that one is left after some rounds, which has a sample of each.
func qualify(running []*entrant) (in, out []*entrant) {
	for _, e := range running {
		faster, all := 0, 0
		for _, other := range running {
			if other.side == e.side {
				all++
				if spread(other.samples).Median < spread(e.samples).Median {
					faster++
				}
			}
		}
		if faster < (all+1)/2 {
			in = append(in, e)
		} else {
			out = append(out, e)
		}
	}
	return in, out
}

// asks reports whether the side has an answer to the task.
func (t task) asks(s *Side) bool {
	return s.program == "adjoint" || !t.alone && slices.Contains(t.group.against, s.program) &&
		(s.program != "limit" || len(t.limits) > 0) && (s.group == "" || s.group == t.group.name)
}

// one takes one sample of a side, or of one of its variants.
func (c *contest) one(ctx context.Context, s *Side, t task, variant string) (float64, error) {
	asks := []string{t.ask}
	switch {
	case s.program == "limit":
		asks = t.limits
	case variant != "":
		asks[0] = "as " + variant + " " + t.ask
	}
	slowest := 0.0
	for _, ask := range asks {
		request := fmt.Sprintf("%s %g", ask, float64(c.sample)/float64(time.Millisecond))
		answer := c.answer
		if t.life != kept {
			answer = c.oneProcess
		}
		x, err := answer(ctx, s, request, t)
		if err != nil {
			return 0, err
		}
		slowest = max(slowest, x)
	}
	return slowest, nil
}

// answer asks the side's process.
func (c *contest) answer(ctx context.Context, s *Side, request string, t task) (float64, error) {
	p, err := c.process(ctx, s)
	if err != nil {
		return 0, err
	}
	x, err := p.measure(ctx, request, patience)
	if err == nil && x == 0 && t.unit != ofCount {
		err = malformed("ok 0")
	}
	var refused refusal
	if err != nil && !errors.As(err, &refused) {
		p.stop()
		c.processes[s] = nil
	}
	c.rest(ctx, s)
	return x, err
}

// oneProcess takes a sample in a process of its own.
func (c *contest) oneProcess(ctx context.Context, s *Side, request string, t task) (float64, error) {
	begin := time.Now()
	p, err := start(s.command(ctx, c.threads))
	if err != nil {
		return 0, err
	}
	defer p.stop()
	x, err := p.measure(ctx, request, patience)
	if t.life == timed {
		x = time.Since(begin).Seconds()
	}
	return x, err
}

// process returns the side's process, which is started when it is first wanted.
func (c *contest) process(ctx context.Context, s *Side) (*process, error) {
	if p, ok := c.processes[s]; ok {
		if p == nil {
			return nil, errors.New("its process failed before")
		}
		return p, nil
	}
	c.processes[s] = nil
	p, err := start(s.command(ctx, c.threads))
	if err != nil {
		return nil, err
	}
	about, err := p.ask(ctx, "hello", patience)
	if err == nil && len(about) < 3 || err == nil && about[:3] != "ok " {
		err = malformed(about)
	}
	if err != nil {
		p.stop()
		return nil, err
	}
	if s.About == "" {
		s.About = about[3:]
	}
	c.processes[s] = p
	return p, nil
}

// rest waits until the threads of a side sleep.
func (c *contest) rest(ctx context.Context, s *Side) {
	if !s.spins || c.threads == 1 {
		return
	}
	select {
	case <-time.After(idle):
	case <-ctx.Done():
	}
}

// stop ends all processes.
func (c *contest) stop() {
	for _, p := range c.processes {
		if p != nil {
			p.stop()
		}
	}
}
