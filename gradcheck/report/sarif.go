package report

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// SARIF writes what did not pass in the Static Analysis Results Interchange Format,
// version 2.1.0 (OASIS, 2020), which code hosts show beside the lines.
func SARIF(w io.Writer, results []Result) error {
	var found []sarifResult
	var codes []gradcheck.Code
	for _, r := range results {
		code := r.Report.Code()
		if code == gradcheck.Pass {
			continue
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		level := "error"
		if code.Open() {
			level = "note"
		}
		s := sarifResult{RuleID: string(code), Level: level, Message: sarifText{r.Name + ": " + r.Report.Err().Error()}}
		if r.File != "" {
			var l sarifLocation
			l.Physical.Artifact.URI = filepath.ToSlash(r.File)
			l.Physical.Region.StartLine = max(1, r.Line)
			s.Locations = []sarifLocation{l}
		}
		found = append(found, s)
	}
	rules := []sarifRule{}
	for _, code := range codes {
		meaning, _, _ := code.Explain()
		rules = append(rules, sarifRule{ID: string(code), Short: sarifText{meaning}})
	}
	if found == nil {
		found = []sarifResult{}
	}
	var run sarifRun
	run.Tool.Driver.Name = "gradcheck"
	run.Tool.Driver.URI = "https://github.com/adjoint-ad/adjoint"
	run.Tool.Driver.Rules = rules
	run.Results = found
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(sarifLog{"2.1.0", "https://json.schemastore.org/sarif-2.1.0.json", []sarifRun{run}})
}

type sarifLog struct {
	Version string     `json:"version"`
	Schema  string     `json:"$schema"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver struct {
			Name  string      `json:"name"`
			URI   string      `json:"informationUri"`
			Rules []sarifRule `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifRule struct {
	ID    string    `json:"id"`
	Short sarifText `json:"shortDescription"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
}
