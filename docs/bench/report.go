package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A report is all that a run finds out, and the content of bench.json.
type report struct {
	Machine  Machine   `json:"machine"`
	Rounds   int       `json:"rounds"`
	Sample   string    `json:"sample"`
	Complete bool      `json:"complete"` // false: interrupted
	Sides    []*Side   `json:"sides"`
	Results  []Result  `json:"results"`
	Verdicts []Verdict `json:"verdicts"`
	Notes    []string  `json:"notes,omitempty"` // what could not be measured, and why
}

func (r *report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// add appends the result of a case: of those that have a sample of each round,
// adjoint among them, and of the variants that were left out as slower.
func (r *report) add(t task, threads int, running, out []*entrant) {
	result := Result{Group: t.group.name, Case: t.name, Type: t.typ, Threads: threads,
		Unit: t.unit, Flops: t.flops, Bytes: t.bytes, Lives: t.lives, Sides: make(map[string]*Figure)}
	var ours, limit []float64
	for _, e := range running {
		switch e.side.program {
		case "adjoint":
			ours = e.samples
		case "limit":
			limit = e.samples
		}
	}
	for _, e := range running {
		f := &Figure{Value: spread(e.samples), Variant: e.variant, Samples: e.samples}
		if e.side.program != "adjoint" {
			ratio := spread(ratios(ours, e.samples))
			f.Ratio = &ratio
		}
		if e.side.program != "limit" && limit != nil {
			f.AtMost = spread(ratios(limit, e.samples)).Median
		}
		if old := result.Sides[e.side.Name]; old == nil || f.Value.Median < old.Value.Median {
			result.Sides[e.side.Name] = f
		}
	}
	for _, e := range slices.Concat(running, out) {
		f := result.Sides[e.side.Name]
		if f == nil || e.variant == f.Variant {
			continue
		}
		if f.Slower == nil {
			f.Slower = make(map[string]float64)
		}
		f.Slower[e.variant] = spread(e.samples).Median
	}
	r.Results = append(r.Results, result)
}

// save writes bench.md and bench.json.
func (r *report) save(dir string) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "bench.json"), append(data, '\n'), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "bench.md"), []byte(r.markdown()), 0o666)
}

// markdown returns the tables.
func (r *report) markdown() string {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "# Bench: %s, %d cores\n\n", m.CPU, m.Cores)
	fmt.Fprintf(&b, "%s, %s, %s. %d rounds, samples of %s.\n", m.OS, m.Go, strings.Join(m.Instructions, " "), r.Rounds, r.Sample)
	if !r.Complete {
		b.WriteString("The run was interrupted: not all was measured.\n")
	}
	b.WriteString("\nRatios are the other's time (memory, cost) over adjoint's, round by round: median (quartiles); " +
		"above 1 adjoint is ahead. After ≤ stands the ratio if adjoint reached the limit: no more is possible on this machine. " +
		"Of the limit: the share of what the machine could do.\n\n")
	for _, s := range r.Sides {
		switch {
		case s.Missing != "":
			fmt.Fprintf(&b, "- %s: not measured: %s\n", s.Name, s.Missing)
		case s.About != "":
			fmt.Fprintf(&b, "- %s: %s\n", s.Name, s.About)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "- not measured: %s\n", n)
	}
	r.verdicts(&b)
	for i := range groups {
		r.table(&b, &groups[i])
	}
	return b.String()
}

// An extra is a column beside those of the sides, where results have what it
// shows.
type extra struct {
	name string
	has  func(x Result) bool
	text func(x Result, m Machine) string
}

var extras = []extra{
	{"GFLOP/s", func(x Result) bool { return x.Flops > 0 },
		func(x Result, _ Machine) string { return digits(x.Flops / x.Sides["adjoint"].Value.Median / 1e9) }},
	{"GB/s", func(x Result) bool { return x.Bytes > 0 },
		func(x Result, _ Machine) string { return digits(x.Bytes / x.Sides["adjoint"].Value.Median / 1e9) }},
	{"moves", func(x Result) bool { return x.Bytes > 0 },
		func(x Result, m Machine) string {
			return strings.TrimSpace(quantity(x.Bytes, ofMemory) + " " + m.home(x.Lives, x.Threads))
		}},
	{"/ floor", func(x Result) bool { return x.Floor > 0 },
		func(x Result, _ Machine) string { return digits(x.Sides["adjoint"].Value.Median / x.Floor) }},
}

// table writes the table of a group, if it has results.
func (r *report) table(b *strings.Builder, g *group) {
	rows := r.rows(g)
	if len(rows) == 0 {
		return
	}
	var columns []*Side
	for _, s := range r.Sides {
		if s.program != "adjoint" && (task{group: g, limits: []string{"any"}}).asks(s) {
			columns = append(columns, s)
		}
	}
	more := slices.DeleteFunc(slices.Clone(extras), func(e extra) bool { return !slices.ContainsFunc(rows, e.has) })
	heading(b, g, more, columns)
	for _, row := range rows {
		fmt.Fprintf(b, "| %s | %s | %d | %s |", row.Case, row.Type, row.Threads, quantity(row.Sides["adjoint"].Value.Median, row.Unit))
		for _, e := range more {
			text := "–"
			if e.has(row) {
				text = e.text(row, r.Machine)
			}
			fmt.Fprintf(b, " %s |", text)
		}
		for _, s := range columns {
			fmt.Fprintf(b, " %s |", cell(row.Sides[s.Name], s))
		}
		b.WriteByte('\n')
	}
}

// rows returns the results of a group: all of a case together, by type, else in
// the order they were measured.
func (r *report) rows(g *group) []Result {
	var rows []Result
	first := make(map[string]int) // place of a case
	for _, x := range r.Results {
		if x.Group != g.name {
			continue
		}
		if _, ok := first[x.Case]; !ok {
			first[x.Case] = len(first)
		}
		rows = append(rows, x)
	}
	slices.SortStableFunc(rows, func(a, b Result) int {
		return cmp.Or(first[a.Case]-first[b.Case], strings.Compare(a.Type, b.Type))
	})
	return rows
}

// heading writes what stands above the rows of a table.
func heading(b *strings.Builder, g *group, more []extra, columns []*Side) {
	names := []string{"case", "type", "threads", "adjoint"}
	for _, e := range more {
		names = append(names, e.name)
	}
	for _, s := range columns {
		names = append(names, s.Title)
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| %s |\n", g.title, g.note, strings.Join(names, " | "))
	b.WriteString("|---|---|" + strings.Repeat("--:|", len(names)-2) + "\n")
}

// cell returns a ratio with its quartiles, or a dash.
func cell(f *Figure, s *Side) string {
	if f == nil || f.Ratio == nil {
		return "–"
	}
	r := *f.Ratio
	if s.program == "limit" {
		return fmt.Sprintf("%s %% (%s–%s)", digits(100*r.Median), digits(100*r.Lower), digits(100*r.Upper))
	}
	text := fmt.Sprintf("%s (%s–%s)", digits(r.Median), digits(r.Lower), digits(r.Upper))
	if f.AtMost > 0 {
		text += " ≤ " + digits(f.AtMost)
	}
	if len(s.variants) > 1 {
		text += " " + f.Variant
	}
	return text
}

// quantity returns x in a unit that suits its size.
func quantity(x float64, u unit) string {
	switch {
	case u == ofCost || u == ofCount:
		return digits(x)
	case u == ofMemory:
		return digits(x/(1<<20)) + " MiB"
	case x < 1e-6:
		return digits(1e9*x) + " ns"
	case x < 1e-3:
		return digits(1e6*x) + " µs"
	case x < 1:
		return digits(1e3*x) + " ms"
	}
	return digits(x) + " s"
}

// digits returns x ≥ 0 with three significant digits, more if it is large.
func digits(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3g", x)
}
