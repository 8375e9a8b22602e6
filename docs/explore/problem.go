package explore

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/adjoint-ad/adjoint/gradcheck/expr"
	"github.com/adjoint-ad/adjoint/tensor"
)

// What the page takes: more would not fit on it, and would not be drawn in time.
const (
	mostSource = 300 // characters of an expression
	mostSteps  = 60  // steps of its tape
	mostNames  = 12  // variables
)

// A Problem is an expression at a point. Its variables are numbers.
type Problem struct {
	Source string
	Names  []string         // of the variables, in the order of their first use
	X      []*tensor.Tensor // their values

	expr *expr.Expr
}

// An inputError is a mistake in what the reader typed, with the control that it is in.
type inputError struct {
	control string // "expr", or the name of a variable
	text    string
}

func (e *inputError) Error() string { return e.text }

// NewProblem reads an expression and the values of its variables, as they were typed.
func NewProblem(source string, at map[string]string) (*Problem, error) {
	if n := utf8.RuneCountInString(source); n > mostSource {
		return nil, &inputError{"expr", fmt.Sprintf("The expression has %d characters; this page takes %d.", n, mostSource)}
	}
	parsed, err := expr.Parse(source)
	if err != nil {
		return nil, &inputError{"expr", sentence(err)}
	}
	p := &Problem{Source: source, Names: parsed.Names(), expr: parsed}
	switch n := len(p.Names); {
	case n == 0:
		return nil, &inputError{"expr", "The expression has no variable, so there is nothing to differentiate by. Write one, as x."}
	case n > mostNames:
		return nil, &inputError{"expr", fmt.Sprintf("The expression has %d variables; this page takes %d.", n, mostNames)}
	}
	for _, name := range p.Names {
		v, err := strconv.ParseFloat(strings.TrimSpace(at[name]), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &inputError{name, fmt.Sprintf("%s is %q, which is no finite number.", name, shorten(at[name]))}
		}
		p.X = append(p.X, tensor.Scalar(v))
	}
	if _, err := p.Record(nil); err != nil {
		return nil, &inputError{"expr", sentence(err)}
	}
	return p, nil
}

// sentence says what is wrong with an expression, and in which column.
func sentence(err error) string {
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("Column %d: %s.", syntax.Column, syntax.Text)
	}
	return err.Error()
}

// shorten cuts what is too long to be shown.
func shorten(s string) string {
	if utf8.RuneCountInString(s) > 30 {
		return string([]rune(s)[:30]) + "…"
	}
	return s
}

// names lists the variables of an expression; none if it cannot be read.
func names(source string) []string {
	if utf8.RuneCountInString(source) > mostSource {
		return nil
	}
	parsed, err := expr.Parse(source)
	if err != nil {
		return nil
	}
	return parsed.Names()
}
