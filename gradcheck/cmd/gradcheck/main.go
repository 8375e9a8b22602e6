// Gradcheck checks gradients: of the functions in Go packages, of programs in any
// language, of expressions, and of adjoint's own operations.
//
//	gradcheck packages ./...              functions and their gradients, found by name
//	gradcheck exec -- python3 model.py    a program that answers points with gradients
//	gradcheck expr 'x*sin(x)' x=2         an expression, explained
//	gradcheck ops                         the catalog of operations
//	gradcheck explain CODE                what a verdict means, and what to do
//
// It exits with 0 if nothing was found wrong, with 1 if something was, and with 2 if
// it could not do what it was asked.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// The exit codes.
const (
	right  = 0
	wrong  = 1
	cannot = 2
)

// A command is a word after gradcheck.
type command struct {
	name    string
	summary string // in a few words, for the list
	run     func(e env, args []string) (exit int)
}

// env is what a command has of the world.
type env struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // out is one: colours and progress are welcome
}

// commands lists all commands in the order of the help. It is a function since
// help and completion, which are among them, list it.
func commands() []command {
	return []command{
		{"packages", "check the gradients in Go packages, found by their names", packages},
		{"exec", "check the gradient that a program computes, in any language", execute},
		{"expr", "compute, explain and check an expression", expression},
		{"ops", "check the catalog of operations", operations},
		{"explain", "tell what a verdict means, and what to do", explain},
		{"completion", "print a script that completes commands in a shell", completion},
		{"help", "tell about gradcheck, or about a command", help},
		{"version", "print the version", version},
	}
}

func main() {
	os.Exit(run(env{os.Stdin, os.Stdout, os.Stderr, isTerminal(os.Stdout)}, os.Args[1:]))
}

func run(e env, args []string) int {
	if len(args) == 0 {
		usage(e.err)
		return cannot
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		fmt.Fprintf(e.err, "gradcheck: there is no command %q; gradcheck help lists them\n", name)
		return cannot
	}
	return all[i].run(e, args[1:])
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Gradcheck checks gradients.\n\nUsage:\n\n\tgradcheck COMMAND [arguments]\n\nThe commands are:\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "\t%-11s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\ngradcheck COMMAND -h tells more about a command.\n"+
		"It exits with 0 if nothing was found wrong, 1 if something was, 2 if it could not do what was asked.\n")
}

func help(e env, args []string) int {
	if len(args) == 0 {
		usage(e.out)
		return right
	}
	return run(env{e.in, e.out, e.out, e.terminal}, []string{args[0], "-h"})
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && !strings.Contains(os.Getenv("TERM"), "dumb") && os.Getenv("NO_COLOR") == ""
}
