package explore

import (
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The tests that the page hands out pass, and fail if a number in them is another one. Each
// is put into a folder of a module that has nothing but the library.
func TestGoTestsPass(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles some twenty tests")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	module := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(module, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write("go.sum", string(sums))
	write("go.mod", "module copied\n\ngo 1.26.0\n\nrequire github.com/adjoint-ad/adjoint v0.0.0\n\nreplace github.com/adjoint-ad/adjoint => "+root+"\n")
	right := 0
	for i, fragment := range []string{
		"", "screen=sweep&frame=9", "screen=check", "screen=break&mistake=3.factor.1",
		"screen=break&mistake=5.output.0", "screen=check&mistake=0.last", "screen=break&expr=(2*x)^2%2B2*x&at.x=3&mistake=1.last",
		"screen=sweep&expr=(2*x)^2%2B2*x&at.x=3", "screen=check&expr=relu(x)%2Bx*y&at.x=0&at.y=2", "expr=log(x)&at.x=-1", "expr=lgamma(x)%2Bround(y)&at.x=2.5",
		"screen=check&expr=lgamma(x)&at.x=2.5", "expr=%C3%A4*func%2Bt&at.%C3%A4=2", "screen=sweep&expr=x", "screen=check&expr=x", "screen=train&train.seed=3",
	} {
		a := NewApp(fragment)
		text := a.GoTest()
		pretty, err := format.Source([]byte(text))
		if err != nil {
			t.Errorf("%s: %v in\n%s", fragment, err, text)
			continue
		}
		if string(pretty) != text {
			t.Errorf("%s: the test is not formatted:\n%s", fragment, text)
		}
		if m := a.State.Mistake; m != "" && (a.mistake() == nil || !strings.Contains(text, "wrongOp")) {
			t.Errorf("%s: there is no mistake %s in\n%s", fragment, m, text)
		}
		write(fmt.Sprintf("right%d/copied_test.go", i), text)
		right++
	}
	wrong := map[string][3]string{"value": {"", "float64(11.6", "float64(11.7"}, "gradient": {"", "0: 5.5", "0: 5.4"}, "sweep": {"screen=sweep", "v5: -1", "v5: -2"},
		"verdict": {"screen=check", `"pass"`, `"kink"`}, "mistake": {"screen=break&mistake=3.factor.1", "ops.Scale(right, 2)", "ops.Scale(right, 3)"}}
	for name, change := range wrong {
		text := NewApp(change[0]).GoTest()
		if strings.Count(text, change[1]) != 1 {
			t.Errorf("%s: there is no single %s in\n%s", name, change[1], text)
		}
		write("wrong-"+name+"/copied_test.go", strings.Replace(text, change[1], change[2], 1))
	}
	test := exec.Command("go", "test", "-mod=mod", "./...")
	test.Dir, test.Env = module, append(os.Environ(), "GOWORK=off")
	out, err := test.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	for i := range right {
		if !regexp.MustCompile(fmt.Sprintf(`(?m)^ok +\tcopied/right%d\t`, i)).Match(out) {
			t.Errorf("test %d does not pass", i)
		}
	}
	for name := range wrong {
		if !regexp.MustCompile(`(?m)^FAIL\tcopied/wrong-` + name + `\t\d`).Match(out) {
			t.Errorf("with another %s it does not fail", name)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
