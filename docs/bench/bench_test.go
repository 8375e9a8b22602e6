package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// The test binary is also the child processes: those of bench itself, and ones
// that behave as BENCH_FAKE says.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-child" {
		main()
	}
	if answer, ok := os.LookupEnv("BENCH_FAKE"); ok {
		fake(answer)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fake answers each request but hello with the same line, or misbehaves. It
// notes its requests in the file BENCH_LOG, if that is set.
func fake(answer string) {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if lines.Text() == "hello" {
			fmt.Println("ok fake")
			continue
		}
		if path := os.Getenv("BENCH_LOG"); path != "" {
			log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
			if err != nil {
				panic(err)
			}
			fmt.Fprintln(log, answer, "<-", lines.Text())
			log.Close()
		}
		switch answer {
		case "silence":
			time.Sleep(time.Hour)
		case "death":
			fmt.Fprintln(os.Stderr, "first\noh dear")
			os.Exit(3)
		case "exit":
			os.Exit(3)
		case "shortness": // of the request
			fmt.Println("ok", 100-len(lines.Text()))
		case "variant": // as N … is answered with N, as no-… refused
			if name := strings.Fields(lines.Text())[1]; strings.HasPrefix(name, "no-") {
				fmt.Println("err", name)
			} else {
				fmt.Println("ok", name)
			}
		default:
			fmt.Println(answer)
		}
	}
}

// fakeSide is a side that is played by fake.
func fakeSide(t *testing.T, name, program, answer string) *Side {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Side{Name: name, Title: name, program: program, argv: []string{self}, set: []string{"BENCH_FAKE=" + answer}}
}
