// Package report writes the results of gradient checks for people and for programs.
//
// # The idea
//
// A Result is one checked target with the place in the source that it belongs to. All
// writers take the same list, so whoever has results can write any of them:
//
//	Text    a table, and what is wrong in detail: for a terminal
//	JSON    all numbers: for scripts
//	JUnit   a test suite in XML: for what shows the tests of a build
//	SARIF   findings with file and line: for what marks lines of a change
//	HTML    one page without scripts, with the curves of error against step
//
// Failed tells whether any result is a wrong gradient, as an exit status does.
//
// # In the chapters
//
// docs/chapters/11-check.md explains the words and numbers of a report, and docs/errors.md
// each verdict.
package report
