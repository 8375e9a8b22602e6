package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/adjoint-ad/adjoint/gradcheck/report"
)

// output says where results go besides the terminal.
type output struct {
	files []*string // in the order of the forms
}

// A formWriter writes results in a form.
type formWriter func(w io.Writer, results []report.Result) error

var forms = []struct {
	flag, usage string
	write       formWriter
}{
	{"json", "write the results as JSON to this `file`; - is standard output", report.JSON},
	{"junit", "write them to this `file` as JUnit's XML", report.JUnit},
	{"sarif", "write them to this `file` as SARIF", report.SARIF},
	{"html", "write them to this `file` as a page of HTML", report.HTML},
}

// outputs declares the flags of output.
func outputs(flags *flag.FlagSet) (o output) {
	for _, f := range forms {
		o.files = append(o.files, flags.String(f.flag, "", f.usage))
	}
	return o
}

// write prints the results, writes the files asked for, and returns the exit code.
func (o output) write(e env, results []report.Result) int {
	for i := range results {
		results[i].File = short(results[i].File)
	}
	exit, text := right, true
	for i, f := range forms {
		switch file := *o.files[i]; file {
		case "":
		case "-":
			text = false
			if err := f.write(e.out, results); err != nil {
				fmt.Fprintln(e.err, "gradcheck:", err)
				exit = cannot
			}
		default:
			if err := create(file, results, f.write); err != nil {
				fmt.Fprintln(e.err, "gradcheck:", err)
				exit = cannot
			}
		}
	}
	if text {
		if err := report.Text(e.out, results, e.terminal); err != nil {
			exit = cannot
		}
	}
	if exit == right && report.Failed(results) {
		exit = wrong
	}
	return exit
}

// create writes a file as a whole or not at all.
func create(name string, results []report.Result, write formWriter) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".gradcheck-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := write(tmp, results); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
