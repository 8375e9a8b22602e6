package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// JSON writes {"version": 1, "results": [ … ]}. A number that JSON lacks is the string
// "NaN", "Infinity" or "-Infinity". Fields are added in later versions, never changed.
func JSON(w io.Writer, results []Result) error {
	list := make([]jsonResult, len(results))
	for i, r := range results {
		list[i] = toJSON(r)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	e.SetEscapeHTML(false)
	return e.Encode(map[string]any{"version": 1, "results": list})
}

type jsonResult struct {
	Name        string        `json:"name"`
	File        string        `json:"file,omitempty"`
	Line        int           `json:"line,omitempty"`
	Verdict     string        `json:"verdict"`
	Message     string        `json:"message,omitempty"`
	Seconds     float64       `json:"seconds"`
	Evaluations int           `json:"evaluations"`
	Seed        uint64        `json:"seed"`
	Findings    []jsonFinding `json:"findings,omitempty"`
	Entries     []jsonEntry   `json:"entries"`
}

type jsonFinding struct {
	Input     string `json:"input"`
	Hint      string `json:"hint,omitempty"`
	Text      string `json:"text,omitempty"`
	Operation string `json:"operation,omitempty"`
	Operand   *int   `json:"operand,omitempty"`
	Place     string `json:"place,omitempty"`
}

type jsonEntry struct {
	Derivative string `json:"derivative"`
	Input      string `json:"input"`
	Index      []int  `json:"index,omitempty"`
	Direction  int    `json:"direction,omitempty"`
	Claimed    number `json:"claimed"`
	Reference  number `json:"reference"`
	Estimate   number `json:"estimate"`
	Tolerance  number `json:"tolerance"`
	Verdict    string `json:"verdict"`
}

func toJSON(r Result) jsonResult {
	j := jsonResult{
		Name: r.Name, File: r.File, Line: r.Line, Verdict: string(r.Report.Code()), Seconds: r.Took.Seconds(),
		Evaluations: r.Report.Evaluations, Seed: r.Report.Seed, Entries: []jsonEntry{},
	}
	if err := r.Report.Err(); err != nil {
		j.Message = err.Error()
	}
	for _, f := range r.Report.Findings {
		found := jsonFinding{Input: r.Report.Input(f.Input), Hint: string(f.Hint), Text: f.Text}
		if k := f.Culprit; k != nil {
			found.Operation, found.Place = k.Op, k.Line
			if k.Operand >= 0 {
				found.Operand = &k.Operand
			}
		}
		j.Findings = append(j.Findings, found)
	}
	for _, e := range r.Report.Entries {
		j.Entries = append(j.Entries, entryJSON(r.Report, e))
	}
	return j
}

func entryJSON(r *gradcheck.Report, e gradcheck.Entry) jsonEntry {
	return jsonEntry{
		Derivative: e.Derivative.String(), Input: r.Input(e.Input), Index: e.Index, Direction: e.Direction,
		Claimed: number(e.Tape), Reference: number(e.Reference), Estimate: number(e.Estimate), Tolerance: number(e.Tolerance),
		Verdict: e.Verdict.String(),
	}
}

type number float64

func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	switch {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 0):
		return fmt.Appendf(nil, "%q", map[bool]string{true: "Infinity", false: "-Infinity"}[v > 0]), nil
	}
	return json.Marshal(v)
}
