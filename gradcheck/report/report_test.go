package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// results has one of each kind, with text that forms must escape.
func results() []Result {
	c := gradcheck.Checker{}
	square := func(x []float64) float64 { return x[0]*x[0] + x[1] }
	run := func(name string, t gradcheck.Target) Result {
		return Result{Name: name, File: "model/<loss>.go", Line: 31, Report: c.Run(t), Took: 1500 * time.Microsecond}
	}
	return []Result{
		run("right", gradcheck.Scalar(square, func(dst, x []float64) { dst[0], dst[1] = 2*x[0], 1 }, []float64{1, 2})),
		run(`wrong & "<b>"`, gradcheck.Scalar(square, func(dst, x []float64) { dst[0], dst[1] = x[0], 1 }, []float64{1, 2})),
		run("NaN", gradcheck.Scalar(square, func(dst, x []float64) { dst[0], dst[1] = math.NaN(), math.Inf(1) }, []float64{1, 2})),
		run("kink", gradcheck.Scalar(func(x []float64) float64 { return math.Abs(x[0]) }, func(dst, _ []float64) { dst[0] = 1 }, []float64{0})),
		{Name: "broken", Report: &gradcheck.Report{Problem: &gradcheck.Problem{Code: gradcheck.NoAnswer, Text: "it said \x1b[31m\x00 and ended"}}},
	}
}

func write(t *testing.T, f func(w io.Writer, results []Result) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b, results()); err != nil {
		t.Fatal(err)
	}
	if err := f(full{}, results()); err != io.ErrShortWrite {
		t.Errorf("a failing writer gives %v", err)
	}
	return b.String()
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("no %q in\n%s", p, text)
		}
	}
}

func TestText(t *testing.T) {
	text := write(t, func(w io.Writer, r []Result) error { return Text(w, r, false) })
	wants(t, text, "model/<loss>.go:31: right: pass (2 entries, ", "model/<loss>.go:31: wrong & \"<b>\": mismatch (", "    gradcheck: the gradient for x [2] is wrong at [0]",
		"NaN: nonfinite", "kink: kink", "\nbroken: noanswer\n", "5 checked: 1 passed, 1 undecided, 3 wrong\n")
	if strings.Contains(text, "\x1b[32m") {
		t.Error("colours that nobody asked for")
	}
	wants(t, write(t, func(w io.Writer, r []Result) error { return Text(w, r, true) }),
		"\x1b[32mpass\x1b[0m", "\x1b[31;1mmismatch\x1b[0m", "\x1b[33mkink\x1b[0m")
}

func TestJSON(t *testing.T) {
	var read struct {
		Version int
		Results []struct {
			Name, File, Verdict, Message string
			Line, Evaluations            int
			Findings                     []struct{ Input, Hint, Text string }
			Entries                      []struct {
				Derivative, Input, Verdict string
				Index                      []int
				Claimed, Reference         any
			}
		}
	}
	d := json.NewDecoder(strings.NewReader(write(t, JSON)))
	if err := d.Decode(&read); err != nil {
		t.Fatal(err)
	}
	var verdicts []string
	for _, r := range read.Results {
		verdicts = append(verdicts, r.Verdict)
	}
	if got := strings.Join(verdicts, " "); got != "pass mismatch nonfinite kink noanswer" || read.Version != 1 {
		t.Errorf("verdicts %s", got)
	}
	bad := read.Results[1]
	if bad.File != "model/<loss>.go" || bad.Line != 31 || len(bad.Entries) != 2 || bad.Entries[0].Claimed != 1.0 || len(bad.Findings) != 1 || bad.Findings[0].Hint == "" {
		t.Errorf("%+v", bad)
	}
	if nan := read.Results[2].Entries; nan[0].Claimed != "NaN" || nan[1].Claimed != "Infinity" {
		t.Errorf("%+v", nan)
	}
}

func TestJUnit(t *testing.T) {
	var read junitSuites
	if err := xml.Unmarshal([]byte(write(t, JUnit)), &read); err != nil {
		t.Fatal(err)
	}
	s := read.Suites[0]
	if s.Tests != 5 || s.Failures != 3 || s.Skipped != 1 || len(s.Cases) != 5 {
		t.Errorf("%+v", s)
	}
	if f := s.Cases[1].Failure; f == nil || f.Type != "mismatch" || !strings.Contains(f.Message, "is wrong at [0]") || s.Cases[1].Name != `wrong & "<b>"` {
		t.Errorf("%+v", s.Cases[1])
	}
	if s.Cases[0].Failure != nil || s.Cases[3].Skipped == nil || !strings.Contains(s.Cases[4].Failure.Text, "and ended") {
		t.Errorf("%+v", s.Cases)
	}
}

func TestSARIF(t *testing.T) {
	var read sarifLog
	if err := json.Unmarshal([]byte(write(t, SARIF)), &read); err != nil {
		t.Fatal(err)
	}
	run := read.Runs[0]
	if read.Version != "2.1.0" || len(run.Results) != 4 || len(run.Tool.Driver.Rules) != 4 {
		t.Fatalf("%+v", read)
	}
	first := run.Results[0]
	if first.RuleID != "mismatch" || first.Level != "error" || first.Locations[0].Physical.Artifact.URI != "model/<loss>.go" || first.Locations[0].Physical.Region.StartLine != 31 {
		t.Errorf("%+v", first)
	}
	if run.Results[2].Level != "note" || run.Results[3].Locations != nil || run.Tool.Driver.Rules[0].Short.Text == "" {
		t.Errorf("%+v", run)
	}
}

func TestHTML(t *testing.T) {
	page := write(t, HTML)
	wants(t, page, "wrong &amp; &#34;&lt;b&gt;&#34;", "model/&lt;loss&gt;.go:31", `<span class="wrong">mismatch</span>`,
		"gradient for x [2]", "<title>[0]: claimed 1, reference 2, ", "differences at [0] of x against their step", "<circle")
	if strings.Contains(page, "<b>") || strings.Contains(page, "http") || strings.Contains(page, "NaN\"") {
		t.Errorf("markup of a name %v, a reference to elsewhere %v, coordinates that are no numbers %v", strings.Contains(page, "<b>"), strings.Contains(page, "http"), strings.Contains(page, "NaN\""))
	}
	for _, svg := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1) {
		if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
			t.Errorf("%v in %s", err, svg)
		}
	}
}

// Every code is explained.
func TestExplain(t *testing.T) {
	for _, code := range gradcheck.Codes() {
		if meaning, remedy, example := code.Explain(); meaning == "" || remedy == "" || example == "" {
			t.Errorf("%s is not explained", code)
		}
	}
	if meaning, _, _ := gradcheck.Code("perfect").Explain(); meaning != "" {
		t.Error("a code that there is not is explained")
	}
}
