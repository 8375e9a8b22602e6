package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The test binary is the program that is checked, if it is told to be.
func TestMain(m *testing.M) {
	if manner := os.Getenv("GRADCHECK_PROGRAM"); manner != "" {
		behave(manner)
		return
	}
	os.Exit(m.Run())
}

// behave answers about f(x) = x₀² + sin x₁ in one of many manners.
func behave(manner string) {
	in := bufio.NewScanner(os.Stdin)
	for asked := 1; in.Scan(); asked++ {
		var q request
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			panic(err)
		}
		f, g := 0.0, [2]float64{}
		if len(q.X) == 2 {
			f, g = q.X[0]*q.X[0]+math.Sin(q.X[1]), [2]float64{2 * q.X[0], math.Cos(q.X[1])}
		}
		answer := map[string]string{
			"point":    `{"x":[0.5,0.75]}`,
			"value":    fmt.Sprintf(`{"f":%.17g}`, f),
			"gradient": fmt.Sprintf(`{"g":[%.17g,%.17g]}`, g[0], g[1]),
		}[q.Want]
		switch {
		case manner == "wrong" && q.Want == "gradient":
			answer = fmt.Sprintf(`{"g":[%.17g,%.17g]}`, g[0], -g[1])
		case manner == "vector" && q.Want == "value":
			answer = fmt.Sprintf(`{"f":[%.17g,%.17g]}`, f, 3*q.X[0])
		case manner == "vector" && q.Want == "gradient":
			answer = fmt.Sprintf(`{"g":[[%.17g,%.17g],[3,0]]}`, g[0], g[1])
		case manner == "short gradient" && q.Want == "gradient":
			answer = `{"g":[1]}`
		case manner == "rows of a scalar" && q.Want == "gradient":
			answer = `{"g":[[1,2],[3,4]]}`
		case manner == "no point" && q.Want == "point":
			answer = `{}`
		case manner == "bounds":
			answer = strings.Replace(answer, `]}`, `],"lo":0.4,"hi":0.8}`, 1)
			if len(q.X) > 0 && (q.X[0] < 0.4 || q.X[1] > 0.8) {
				answer = `{"error":"outside of the bounds"}`
			}
		case manner == "clock" && q.Want == "value":
			answer = fmt.Sprintf(`{"f":%d}`, asked)
		case manner == "NaN" && q.Want == "gradient":
			answer = `{"g":["NaN","-Infinity"]}`
		case manner == "growing" && q.Want == "value" && asked > 5:
			answer = `{"f":[1,2]}`
		case asked < 4: // the rest goes wrong later
		case manner == "hang":
			time.Sleep(time.Hour)
		case manner == "crash":
			fmt.Fprintln(os.Stderr, "division by zero in model.py")
			os.Exit(3)
		case manner == "end":
			os.Exit(0)
		case manner == "truncated":
			fmt.Print(`{"f":1.`)
			os.Exit(0)
		case manner == "no JSON":
			answer = "Loading model…"
		case manner == "no f":
			answer = `{"value":3}`
		case manner == "a word":
			answer = `{"f":"much","g":"more"}`
		case manner == "error":
			answer = `{"error":"out of cheese"}`
		case manner == "closed":
			os.Stdout.Close()
			time.Sleep(time.Hour)
		case manner == "flood":
			for {
				fmt.Print(strings.Repeat("0", 1<<20))
			}
		}
		fmt.Println(answer)
	}
}

// Right and wrong programs, and all ways not to answer: each has a verdict, and
// none makes the check hang.
func TestExec(t *testing.T) {
	for manner, c := range map[string]struct {
		exit int
		want []string
	}{
		"right":            {right, []string{": pass"}},
		"vector":           {right, []string{": pass"}},
		"bounds":           {right, []string{": pass"}},
		"wrong":            {wrong, []string{": mismatch", "at [1]", "claimed/reference -1"}},
		"short gradient":   {wrong, []string{": misfit", "g has 1 numbers for 1 results of 2 variables"}},
		"rows of a scalar": {wrong, []string{": misfit", "g has 2 rows"}},
		"no point":         {wrong, []string{": noanswer", "no point to check at"}},
		"clock":            {wrong, []string{": nondeterministic"}},
		"NaN":              {wrong, []string{": nonfinite", "NaN"}},
		"growing":          {wrong, []string{": noanswer", "f has 2 numbers, and had 1 before"}},
		"hang":             {wrong, []string{": noanswer", "question 4", "within 700ms", `{"want":`}},
		"crash":            {wrong, []string{": noanswer", "exit status 3", "division by zero in model.py"}},
		"end":              {wrong, []string{": noanswer", "the program ended"}},
		"truncated":        {wrong, []string{": noanswer", "ends within a line"}},
		"no JSON":          {wrong, []string{": noanswer", "the answer Loading model… to {", "cannot be read"}},
		"no f":             {wrong, []string{": noanswer", "it is missing"}},
		"a word":           {wrong, []string{": noanswer", "cannot unmarshal"}},
		"error":            {wrong, []string{": noanswer", "out of cheese"}},
		"closed":           {wrong, []string{": noanswer"}},
		"flood":            {wrong, []string{": noanswer"}},
	} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			e := env{out: &out, err: &out}
			began := time.Now()
			exit := run(e, []string{"exec", "-timeout", "700ms", "--", "env", "GRADCHECK_PROGRAM=" + manner, os.Args[0]})
			if exit != c.exit {
				t.Errorf("exit %d, want %d:\n%s", exit, c.exit, &out)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is not said:\n%s", want, &out)
				}
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// Mistakes in the call itself.
func TestExecUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		exit int
		want string
	}{
		{[]string{"exec"}, cannot, "no command to run"},
		{[]string{"exec", "--", "there-is-no-such-program"}, cannot, "executable file not found"},
		{[]string{"exec", "-x", "1,two", "--", "true"}, cannot, `parsing "two"`},
		{[]string{"exec", "-what"}, cannot, "flag provided but not defined"},
		{[]string{"exec", "-h"}, right, "docs/protocol.md"},
		{[]string{"unknown"}, cannot, `no command "unknown"`},
		{nil, cannot, "The commands are"},
		{[]string{"help"}, right, "The commands are"},
		{[]string{"help", "exec"}, right, "docs/protocol.md"},
		{[]string{"-version"}, right, "gradcheck "},
	} {
		var out bytes.Buffer
		if exit := run(env{out: &out, err: &out}, c.args); exit != c.exit || !strings.Contains(out.String(), c.want) {
			t.Errorf("%q: exit %d, want %d and %q:\n%s", c.args, exit, c.exit, c.want, &out)
		}
	}
}

// The clients of the documentation pass, and fail when their gradient is spoiled.
func TestClients(t *testing.T) {
	clients := "../../../docs/clients"
	dir := t.TempDir()
	for name, c := range map[string]struct {
		tool, file string
		spoil      [2]string
		command    func(file string) []string
	}{
		"Python":     {"python3", "client.py", [2]string{"math.cos(x[i])", "math.sin(x[i])"}, func(f string) []string { return []string{"python3", f} }},
		"JavaScript": {"node", "client.js", [2]string{"Math.cos(a)", "Math.sin(a)"}, func(f string) []string { return []string{"node", f} }},
		"C": {"cc", "client.c", [2]string{"cos(x[0])", "sin(x[0])"}, func(f string) []string {
			binary := strings.TrimSuffix(f, ".c")
			if out, err := exec.Command("cc", "-o", binary, f, "-lm").CombinedOutput(); err != nil {
				t.Errorf("cc: %v\n%s", err, out)
			}
			return []string{binary}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(c.tool); err != nil {
				t.Skip(err)
			}
			source, err := os.ReadFile(filepath.Join(clients, c.file))
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(source, []byte("\n")); n >= 30 {
				t.Errorf("%d lines, want fewer than 30", n)
			}
			for exit, text := range []string{string(source), strings.Replace(string(source), c.spoil[0], c.spoil[1], 1)} {
				file := filepath.Join(dir, fmt.Sprint(exit, c.file))
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				args := append([]string{"exec", "--"}, c.command(file)...)
				if got := run(env{out: &out, err: &out}, args); got != exit {
					t.Errorf("exit %d, want %d:\n%s", got, exit, &out)
				}
			}
		})
	}
}
