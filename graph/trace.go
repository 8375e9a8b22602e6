package graph

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A site is the call stack that made a value, as far as it is kept. Only the
// program counters are recorded; their lines are looked up when a message or
// a listing wants them.
type site []uintptr

const siteDepth = 16

// callers returns the stack of whoever called the engine, in memory of s if
// that is large enough.
func callers(s site) site {
	if cap(s) < siteDepth {
		s = make(site, siteDepth)
	}
	return s[:runtime.Callers(3, s[:siteDepth])]
}

// String returns file:line of the innermost frame outside this module's
// libraries: the user's own line.
func (s site) String() string {
	frames := runtime.CallersFrames(s)
	for {
		f, more := frames.Next()
		if !inLibrary(f.Function) || !more {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
	}
}

// Frames returns the calls by which v was made, innermost first and at most
// sixteen. It is nil unless v's tape had Trace on.
func (v *Var) Frames() []runtime.Frame {
	if len(v.site) == 0 {
		return nil
	}
	var calls []runtime.Frame
	for frames := runtime.CallersFrames(v.site); ; {
		f, more := frames.Next()
		calls = append(calls, f)
		if !more {
			return calls
		}
	}
}

// Line returns the file and line of the user's program that made v, as
// "model.go:31". It is empty unless v's tape had Trace on.
func (v *Var) Line() string { return v.at("") }

func inLibrary(function string) bool {
	if strings.HasPrefix(function, "runtime.") {
		return true // the panic that blame looks at
	}
	rest, ok := strings.CutPrefix(function, "github.com/adjoint-ad/adjoint/")
	if !ok {
		return false
	}
	pkg, _, _ := strings.Cut(rest, ".")
	return pkg == "tensor" || pkg == "graph" || pkg == "ops" || pkg == "nn" || pkg == "gradcheck"
}

// blame adds the user's line, and the operands x with theirs, to an Error that is
// passing by.
func blame(x []*Var) {
	switch e := recover().(type) {
	case nil:
	case *tensor.Error:
		text := e.Text + "; applied at " + callers(nil).String()
		before := " to "
		for _, v := range x {
			text += before + v.String()
			before = ", "
		}
		panic(&tensor.Error{Func: e.Func, Text: text})
	default:
		panic(e)
	}
}
