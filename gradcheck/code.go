package gradcheck

import (
	"errors"
	"fmt"
)

// A Code is the verdict on a whole target, in a word that programs can read.
type Code string

// The codes. Pass is the only one that proves something is right. AtKink, AtEdge
// and NoiseLimited say that nothing could be proved, the others that something is
// wrong.
const (
	Pass             Code = "pass"
	Mismatch         Code = "mismatch"         // a derivative differs from its reference
	AtKink           Code = "kink"             // there is no derivative to compare with
	AtEdge           Code = "edge"             // the function has no values on both sides
	NoiseLimited     Code = "noise"            // differences are too inexact to prove anything
	NonDeterministic Code = "nondeterministic" // two calls gave two results
	Impure           Code = "impure"           // inputs were written to, or a result shares their memory
	Misfit           Code = "misfit"           // a result has a wrong shape or type
	NonFinite        Code = "nonfinite"        // the value, or the derivative alone, is NaN or infinite
	Detached         Code = "detached"         // no path leads from an input that matters to the value
	Imprecise        Code = "imprecise"        // the float32 value differs from the float64 one
	Misuse           Code = "misuse"           // the function panicked, or cannot be checked as asked
	NoAnswer         Code = "noanswer"         // a program that was asked gave no answer, or none that can be read
)

// Failed reports whether the code says that something is wrong.
func (c Code) Failed() bool {
	return c != Pass && !c.Open()
}

// Open reports whether the code says that nothing was found wrong and not all
// could be proved right.
func (c Code) Open() bool { return c == AtKink || c == AtEdge || c == NoiseLimited }

// A Problem is the error of a check that could not compare derivatives, since
// something else is wrong with the function. A function may panic with one to end
// its check.
type Problem struct {
	Code Code
	Text string
	Err  error // what the function panicked with, if it did
}

func (p *Problem) Error() string { return "gradcheck: " + p.Text }

// Unwrap returns what the function panicked with.
func (p *Problem) Unwrap() error { return p.Err }

func problem(code Code, format string, args ...any) error {
	return &Problem{Code: code, Text: fmt.Sprintf(format, args...)}
}

// Code returns the verdict on the target: that of the problem that kept the check
// from comparing, or of the worst comparison.
func (r *Report) Code() Code {
	err := r.Err()
	var p *Problem
	var f *Failure
	var open *Inconclusive
	switch {
	case err == nil:
		return Pass
	case errors.As(err, &p):
		return p.Code
	case errors.As(err, &f) && !finite(f.Worst.Tape):
		return NonFinite
	case errors.As(err, &f) && len(r.Findings) > 0 && r.Findings[0].Hint == NotOnTape:
		return Detached
	case errors.As(err, &f):
		return Mismatch
	case errors.As(err, &open) && open.Worst.Verdict == Kink:
		return AtKink
	case errors.As(err, &open) && open.Worst.Verdict == Undefined:
		return AtEdge
	}
	return NoiseLimited
}
