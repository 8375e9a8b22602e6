package tensor

import "fmt"

// An Error is the value of the panics by which the packages of this module
// refuse misuse: a wrong shape, rank, axis or element type, a Backward of
// something that is no scalar. It is a mistake in the calling program, as an
// index out of range is. Functions that take a function recover this type
// only and return it as an error.
type Error struct {
	Func string // the function that refused, as "ops.MatMul"
	Text string // what was asked, the shapes, and the rule broken
	Err  error  // the kind of mistake, where programs tell it from others by errors.Is; may be nil
}

func (e *Error) Error() string { return e.Func + ": " + e.Text }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an Error for a function, with a text in the manner of
// fmt.Sprintf.
func Errorf(who, format string, args ...any) *Error {
	return &Error{Func: who, Text: fmt.Sprintf(format, args...)}
}
