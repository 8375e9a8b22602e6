package training

import (
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// What Example returns is gofmt-ed Go that compiles, passes, and fails if the loss is
// another one. It is pasted into a module that has nothing but the library.
func TestExampleCompilesAndPasses(t *testing.T) {
	if runtime.GOOS == "js" || testing.Short() {
		t.Skip("it runs the go command")
	}
	dir := t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write("go.sum", string(sums))
	write("go.mod", "module pasted\n\ngo 1.26.0\n\nrequire github.com/adjoint-ad/adjoint v0.0.0\n\nreplace github.com/adjoint-ad/adjoint => "+root+"\n")
	paste := func(name, text string) {
		write(name+"_test.go", strings.Replace(text, "func TestTraining(", "func Test"+name+"(", 1))
	}
	for i, r := range runs(t) {
		text := r.Example()
		if formatted, err := format.Source([]byte(text)); err != nil || string(formatted) != text {
			t.Errorf("run %d: not gofmt-ed, %v:\n%s", i, err, text)
		}
		paste(fmt.Sprintf("Right%d", i), text)
	}
	r := newRun(t, Settings{})
	r.Step(1)
	paste("WrongStep", strings.Replace(r.Example(), "Rate: 0.02", "Rate: 0.021", 1))
	r.Step(200)
	paste("WrongRate", strings.Replace(r.Example(), "Rate: 0.02", "Rate: 0.002", 1))
	r = newRun(t, diverging())
	r.Step(1000)
	paste("WrongDiverged", strings.Replace(r.Example(), "Rate: 1000", "Rate: 0.01", 1))

	test := exec.Command("go", "test", "-mod=mod", "-v", ".")
	test.Dir, test.Env = dir, append(os.Environ(), "GOWORK=off")
	out, err := test.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	for i := range runs(t) {
		if want := fmt.Sprintf("--- PASS: TestRight%d ", i); !strings.Contains(string(out), want) {
			t.Errorf("there is no %q", want)
		}
	}
	for _, name := range []string{"WrongStep", "WrongRate", "WrongDiverged"} {
		if want := "--- FAIL: Test" + name + " "; !strings.Contains(string(out), want) {
			t.Errorf("there is no %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
