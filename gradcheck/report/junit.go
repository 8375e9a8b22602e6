package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// JUnit writes the results as a suite of tests in the form of XML that continuous
// integration reads: what is wrong is a failure, what is undecided is skipped.
func JUnit(w io.Writer, results []Result) error {
	suite := junitSuite{Name: "gradcheck", Tests: len(results)}
	for _, r := range results {
		c := junitCase{Name: r.Name, Class: "gradcheck", File: r.File, Line: r.Line, Time: fmt.Sprintf("%.3f", r.Took.Seconds())}
		suite.seconds += r.Took.Seconds()
		code := r.Report.Code()
		switch err := r.Report.Err(); {
		case code.Failed():
			suite.Failures++
			text := printable(err.Error())
			first, _, _ := strings.Cut(text, "\n")
			c.Failure = &junitFailure{Type: string(code), Message: first, Text: text}
		case code.Open():
			suite.Skipped++
			c.Skipped = &junitSkipped{Message: fmt.Sprintf("%s: %s", code, printable(err.Error()))}
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Time = fmt.Sprintf("%.3f", suite.seconds)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "\t")
	if err := e.Encode(junitSuites{Suites: []junitSuite{suite}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// printable leaves out what XML 1.0 cannot hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, s)
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`

	seconds float64
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}
